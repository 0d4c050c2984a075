"""Synthetic run records: a few lines say what happened, the rest is always made up alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.report.run import Run, load_run
from conformance.report.run_record import Header, RecordWriter, RequiredClause
from conformance.verdict.outcome import ExchangeText, FindingText, Outcome
from conformance.verdict.waivers import Waiver

STARTED_MS = 1_700_000_000_000
OBLIGATIONS = (
    "envelope", "response", "tolerance", "rejection", "permission", "effect", "events",
)
KEYS = ("AccountId", "OrderId", "Price", "Quantity", "Side")
VERDICT_CYCLE = (
    *["pass"] * 14, "lenient", "fail", "pass", "unverified", "differs", "pass", "not-applicable",
    "blocked", "pass",
)
CALLS_PER_SECTION = {
    "users": 66, "accounts": 35, "trades": 5, "oms_orders": 17, "tickets": 36, "products": 20,
    "instrs": 10, "apad": 19, "digitizer": 20,
}


def header(**changes: Any) -> Header:
    """A header; anything in it can be said otherwise."""
    facts: dict[str, Any] = {
        "suite_version": "0.1.0",
        "contract_digest": "c0ffee" * 10 + "abcd",
        "api_version": "3.1",
        "target": {"target": {
            "name": "staging", "environment": "staging", "claims": ["trader"],
        }},
        "seed": 7,
        "effort": "standard",
        "started_ms": STARTED_MS,
        "profiles": {"public": ("public",), "trader": ("public", "trader")},
    }
    return Header(**(facts | changes))


def required(clause_id: str, **changes: Any) -> RequiredClause:
    """A required clause named ``section/Subject/rule``."""
    section, subject, rule = clause_id.split("/")
    facts: dict[str, Any] = {
        "text": f"{subject} keeps its {rule}.",
        "basis": "stated",
        "source": f"{section}/api_{subject.lower()}",
        "profile": "trader",
        "service": section if section in ("apad", "digitizer") else "exchange",
        "obligation": rule if rule in OBLIGATIONS else "",
        "keys": KEYS if rule == "response" else (),
    }
    return RequiredClause(id=clause_id, **(facts | changes))


def outcome(clause_id: str, verdict: str = "pass", **changes: Any) -> Outcome:
    """An outcome of a trader over WebSocket; a failure comes with a finding."""
    facts: dict[str, Any] = {
        "surface": "websocket",
        "persona": "trader",
        "verdict": verdict,
        "reason": "" if verdict == "pass" else f"because it is {verdict}",
        "evidence": {
            "judged": 40, "successes": 38, "refusals": 2, "unchanged_reads": 1, "events": 0,
            "keys_seen": list(KEYS[:4]), "errata": [], "undocumented": [],
        },
        "test": f"test_{clause_id.split('/')[2].replace('-', '_')}",
        "duration_ms": 12.5,
    }
    if verdict in ("fail", "differs", "waived"):
        facts["finding"] = finding()
    return Outcome(clause=clause_id, **(facts | changes))


def finding(**changes: Any) -> FindingText:
    """A finding with a conversation of two exchanges."""
    facts: dict[str, Any] = {
        "kind": "wrong-status",
        "required": "status Rejected",
        "received": '{"status": "Accepted", "OrderId": 88213}',
        "oracle": "schemas/clauses/oms_orders.yaml",
        "state": "open orders 0 -> 1, hold 0 -> 100.01",
        "exchanges": (
            ExchangeText("GetInstrument", "trader", "websocket", '{"OMSId":1}', "{}", 1.5),
            ExchangeText(
                "SendOrder", "trader", "websocket", '{"LimitPrice":100.005}',
                '{"status":"Accepted","OrderId":88213}', 17.25,
            ),
        ),
    }
    return FindingText(**(facts | changes))


def write(
    directory: Path,
    clauses: list[RequiredClause],
    outcomes: list[Outcome],
    *,
    exit_code: int | None = 0,
    leaks: tuple[dict[str, str], ...] = (),
    **changes: Any,
) -> Path:
    """Write a record; ``exit_code=None`` leaves it without a footer, as a killed run does."""
    writer = RecordWriter(directory, header(**changes), clauses)
    for item in outcomes:
        writer.outcome(item)
    if exit_code is not None:
        writer.close(exit_code, STARTED_MS + 90_000, leaks)
    return directory / "run.jsonl"


def run(directory: Path, *outcomes: Outcome, waivers: tuple[Waiver, ...] = (), **more: Any) -> Run:
    """A run over exactly the clauses that have outcomes."""
    names = dict.fromkeys(item.clause for item in outcomes)
    path = write(directory, [required(name) for name in names], list(outcomes), **more)
    return load_run(path, waivers)


def large(directory: Path, clauses: int = 1600, **changes: Any) -> Path:
    """A record of a whole run with every verdict in it."""
    listed: list[RequiredClause] = []
    outcomes: list[Outcome] = []
    names = [
        f"{section}/{section.title().replace('_', '')}Call{number}/{rule}"
        for section, calls in CALLS_PER_SECTION.items()
        for number in range(calls)
        for rule in (*OBLIGATIONS, "keeps-its-word", "leaves-no-trace")
    ]
    for index, name in enumerate(names[:clauses]):
        verdict = VERDICT_CYCLE[(index * 7) % len(VERDICT_CYCLE)]
        basis = "inferred" if verdict == "differs" else "stated"
        profile = ("public", "trader")[index % 2]
        listed.append(required(name, basis=basis, profile=profile))
        if index % 61:
            outcomes.append(outcome(name, verdict, duration_ms=3.0 + index % 40))
    return write(directory, listed, outcomes, exit_code=1, **changes)


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "quotes": "\"'>]]> --> `````\n```\n&lt;b&gt; {{ 7*7 }} {% raw %}",
    "ansi": "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x9b1m",
    "bidi": "user\u202e\u2066 gnp.exe\u2069\u200f\u061c",
    "nul": "before\x00after\x07\x08\x7f",
    "invisible": "\ufeffzero\u200bwidth\u00ad\u2028line\u2029end\U000e0041",
    "half": "half \ud800 character",
    "mention": "@everyone [link](http://evil.example) | cell | # head",
    "huge": "A" * 10_000_000,
}
ACTING = (
    "\x1b", "\x9b", "\x00", "\x07", "\x08", "\x7f", "\u202e", "\u2066", "\u2069", "\u200f",
    "\u061c", "\ufeff", "\u200b", "\u00ad", "\u2028", "\u2029", "\U000e0041", "\ud800",
)
"""Characters that must reach no report as they are."""


def hostile(directory: Path) -> Path:
    """A record in which every text a target can influence is hostile."""
    listed, outcomes = [], []
    for name, text in HOSTILE.items():
        listed.append(required(f"users/{name.title()}/response"))
        spoken = finding(
            kind="hostile", required="text", received=text, state=text[:2000],
            exchanges=(ExchangeText("Call", "trader", "websocket", text, text, 1.0),),
        )
        evidence = {"judged": 1, "keys_seen": [text[:500]], "undocumented": [text[:500]]}
        outcomes.append(outcome(
            f"users/{name.title()}/response", "fail", reason=f"required text; received {text}",
            finding=spoken, evidence=evidence,
        ))
    return write(directory, listed, outcomes, exit_code=1)
