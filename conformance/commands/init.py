"""``conformance init``: ask, look at the endpoint, write a commented target file that runs."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from conformance.commands.probe import bad_address, find_http, find_websocket
from conformance.target.target_file import PERSONAS
from conformance.verdict.summary import CONFORMANT, UNREACHABLE, USAGE

ENVIRONMENTS = ("test", "staging", "production")
CLAIM_OF = {
    "trader": "trader",
    "second_trader": "trader",
    "read_only": "trader",
    "market_maker": "market_maker",
    "operator": "operator",
    "superuser": "superuser",
    "platform_admin": "apad",
    "company_admin": "apad",
    "shareholder": "apad",
}
"""The profile that a persona makes claimable."""

REQUESTS_PER_SECOND = 8
"""Public venues were seen to allow 500 frames a minute."""

IN_FLIGHT = 32
"""At this pace and latency budget 16 requests can be unanswered at most; twice that leaves room.
The default of a target file without the key is far higher: it is for our own reference."""


@dataclass(slots=True)
class Wishes:
    """What the user said, completed by questions and by what the endpoint shows."""

    file: Path
    websocket: str | None = None
    name: str | None = None
    environment: str | None = None
    api_version: str = "3.1"
    http: str | None = None
    apad: str | None = None
    digitizer: str | None = None
    personas: dict[str, str] = field(default_factory=dict)
    probe: bool = True
    force: bool = False

    @property
    def address(self) -> str:
        """The WebSocket address; empty when nobody said one."""
        return self.websocket or ""

    def addresses(self) -> dict[str, str]:
        """The addresses that were said, by the key of the target file."""
        said = {
            "websocket": self.websocket, "http": self.http,
            "apad": self.apad, "digitizer": self.digitizer,
        }
        return {kind: url for kind, url in said.items() if url}


def init_target(wishes: Wishes) -> int:
    """Write the target file; 2 when something needed was not said, 3 when nobody answers there."""
    if wishes.websocket is None and sys.stdin.isatty():
        _ask_all(wishes)
    objection = _objection(wishes)
    if objection is not None:
        print(f"conformance: {objection}", file=sys.stderr)
        return USAGE
    if wishes.probe and not _look(wishes):
        return UNREACHABLE
    wishes.file.write_text(target_text(wishes), encoding="utf-8")
    print(f"wrote {wishes.file}")
    for persona in wishes.personas:
        print(f"set {_variable(persona, 'PASSWORD')} to the password of {wishes.personas[persona]}")
    print(f"next: conformance doctor --target {wishes.file}")
    return CONFORMANT


def parse_personas(given: Sequence[str]) -> dict[str, str]:
    """``NAME`` or ``NAME=USERNAME`` to usernames by persona."""
    pairs = [word.partition("=") for word in given]
    return {name: username or f"qa-{name.replace('_', '-')}" for name, _, username in pairs}


def _ask_all(wishes: Wishes) -> None:
    wishes.websocket = _ask("WebSocket address (wss://HOST/WSGateway/)", "")
    wishes.environment = wishes.environment or _ask(f"Environment ({_or(ENVIRONMENTS)})", "staging")
    if not wishes.personas:
        words = _ask("Logins you have, as PERSONA=USERNAME with blanks between", "").split()
        wishes.personas = parse_personas(words)


def _objection(wishes: Wishes) -> str | None:
    if wishes.file.exists() and not wishes.force:
        return f"{wishes.file} is there already; choose another name or say --force"
    if not wishes.address:
        return "no address; say --websocket wss://HOST/WSGateway/"
    for kind, url in wishes.addresses().items():
        if wrong := bad_address(kind, url):
            return f"--{kind} {wrong}"
    if wishes.environment not in (None, *ENVIRONMENTS):
        return f"--environment {wishes.environment}: use {_or(ENVIRONMENTS)}"
    for persona in wishes.personas:
        if persona not in PERSONAS:
            near = difflib.get_close_matches(persona, PERSONAS, 1) or [_or(PERSONAS)]
            return f"--persona {persona}: unknown; use {near[0]}"
    return None


def _look(wishes: Wishes) -> bool:
    """Find the gateways; False when there is none to be found."""
    seen = find_websocket(wishes.address)
    if not seen.reached:
        print(
            f"conformance: {wishes.address}: {seen.detail}; check the address, or say --no-probe "
            "to write the file all the same", file=sys.stderr,
        )
        return False
    print(f"found {seen.url}: {seen.detail} ({seen.elapsed_ms:.0f} ms)")
    wishes.websocket = seen.url
    beside = find_http(seen.url) if wishes.http is None else None
    if beside is not None:
        print(f"found {beside.url}: {beside.detail} ({beside.elapsed_ms:.0f} ms)")
        wishes.http = beside.url
    return True


def target_text(wishes: Wishes) -> str:
    """The target file, commented."""
    return "\n".join((*_target_lines(wishes), *_LIMITS, *_persona_lines(wishes), *_HOOKS))


def _target_lines(wishes: Wishes) -> list[str]:
    claims = dict.fromkeys(["public", *(CLAIM_OF[persona] for persona in wishes.personas)])
    if wishes.digitizer:
        claims["digitizer"] = None
    name = wishes.name or urlsplit(wishes.address).hostname or "target"
    return [
        "# The deployment under test. The suite explains its keys in docs/reference.",
        "[target]",
        f"name = {_quoted(name)}",
        "# reference, test, staging or production: to production nothing that writes is ever sent.",
        f"environment = {_quoted(wishes.environment or 'staging')}",
        f"api_version = {_quoted(wishes.api_version)}",
        f"websocket = {_quoted(wishes.address)}",
        _address("http", wishes.http, "https://HOST/AP/"),
        _address("apad", wishes.apad, "wss://HOST/apad/"),
        _address("digitizer", wishes.digitizer, "https://HOST/graphql"),
        "# Profiles the deployment claims; the verdict is computed from their clauses:",
        "# public, trader, market_maker, treasury, operator, superuser, apad, digitizer, full.",
        f"claims = [{', '.join(map(_quoted, claims))}]",
        "# exclusive = true    # nobody else uses it: market halts and resets may be sent",
        "",
    ]


def _persona_lines(wishes: Wishes) -> list[str]:
    lines = [
        "# Logins. Secrets stand in environment variables or files, never here.",
        "# Instead of username and password: user_id, api_key and api_secret.",
    ]
    for persona, username in wishes.personas.items():
        lines += [
            f"[personas.{persona}]",
            f"username = {_quoted(username)}",
            f"password = {{ env = {_quoted(_variable(persona, 'PASSWORD'))} }}",
            f"# totp_secret = {{ env = {_quoted(_variable(persona, 'TOTP'))} }}    # with 2FA",
            "",
        ]
    lines += [
        f"# [personas.{persona}]    # for the profile {CLAIM_OF[persona]}"
        for persona in PERSONAS if persona not in wishes.personas
    ]
    return [*lines, ""]


_LIMITS = (
    "[limits]",
    "# A polite pace for a deployment that others use too; raise both where it is yours alone.",
    f"requests_per_second = {REQUESTS_PER_SECOND}",
    f"in_flight = {IN_FLIGHT}              # requests that may await their replies at one time",
    "latency_budget_ms = 2000    # a reply that takes longer counts as missing",
    "",
)
_HOOKS = (
    "# How to see what the API cannot show. The command gets an e-mail address as its last word",
    '# and prints the mails to it as JSON: [{"code": "..."}].',
    "# [hooks]",
    '# mailbox = { command = ["./read-mail.sh"] }',
    "",
)


def _variable(persona: str, what: str) -> str:
    return f"APEX_{persona.upper()}_{what}"


def _address(key: str, value: str | None, example: str) -> str:
    return f"{key} = {_quoted(value)}" if value else f"# {key} = {_quoted(example)}"


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _or(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]


def _ask(question: str, otherwise: str) -> str:
    default = f" [{otherwise}]" if otherwise else ""
    return input(f"{question}{default}: ").strip() or otherwise
