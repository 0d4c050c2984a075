"""The record behind the pictures in docs/images: the real clauses of 3.1, made-up outcomes."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.catalog import load_contract
from conformance.contract.profiles import closure
from conformance.plugin.recorder import required_line
from conformance.report.render import render_all
from conformance.verdict.outcome import ExchangeText, Outcome
from tests.report import builder

CLAIMS = ("trader", "treasury")
DAY_MS = 86_400_000
SHOWN = "oms_orders/SendOrder/rejection"
FINDING = builder.finding(
    kind="accepted-invalid",
    required="a request without Side and quantity is refused: status Rejected, or an error object",
    received="status Accepted, OrderId 88213",
    oracle="schemas/calls/oms_orders/SendOrder.json",
    state="open orders 0 -> 1, hold 0 -> 100.01",
    exchanges=(
        ExchangeText(
            "SendOrder", "trader", "websocket",
            '{"OMSId":1,"AccountId":9,"InstrumentId":1,"OrderType":2,"LimitPrice":100.01}',
            '{"status":"Accepted","errormsg":"","OrderId":88213}', 17.2,
        ),
        ExchangeText(
            "GetOpenOrders", "trader", "websocket", '{"OMSId":1,"AccountId":9}',
            '[{"OrderId":88213,"OrderState":"Working","Price":100.01,"Quantity":1}]', 3.1,
        ),
    ),
)


def write(root: Path) -> Path:
    """Four runs, three of them earlier and worse; the record of the last."""
    for day, failing in ((3, 9), (2, 14), (1, 26)):
        render_all(_one(root / f"staging-3.1-{day}", failing, builder.STARTED_MS - day * DAY_MS))
    return _one(root / "staging-3.1-now", 41, builder.STARTED_MS)


def _one(directory: Path, failing: int, started_ms: int) -> Path:
    contract = load_contract("3.1")
    clauses = contract.required_clauses(CLAIMS)
    outcomes = [
        found for number, clause in enumerate(clauses)
        if (found := _outcome(clause.id, clause.stated, number, failing)) is not None
    ]
    claims = {"name": "staging", "environment": "staging", "claims": CLAIMS}
    return builder.write(
        directory, [required_line(contract, clause) for clause in clauses], outcomes,
        exit_code=1, started_ms=started_ms, target={"target": claims},
        profiles={
            name: tuple(sorted(closure(contract.profiles, [name])))
            for name in closure(contract.profiles, CLAIMS)
        },
    )


def _outcome(name: str, stated: bool, number: int, failing: int) -> Outcome | None:
    spread = number * 37 % 101
    keys = list(_keys(name))
    evidence = {
        "judged": 20 + spread % 80, "successes": 18 + spread % 79, "refusals": 2,
        "unchanged_reads": 1, "keys_seen": keys[: max(1, len(keys) - spread % 3)],
    }
    if name == SHOWN:
        reason = f"required {FINDING.required}; received {FINDING.received}"
        return builder.outcome(name, "fail", reason=reason, finding=FINDING, evidence=evidence)
    if number % failing == 3:
        return builder.outcome(name, "fail" if stated else "differs", evidence=evidence)
    if spread < 4:
        return None
    return builder.outcome(name, "lenient" if spread < 9 else "pass", evidence=evidence)


def _keys(name: str) -> tuple[str, ...]:
    contract = load_contract("3.1")
    return required_line(contract, contract.clause(name)).keys
