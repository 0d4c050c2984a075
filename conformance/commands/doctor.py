"""``conformance doctor``: can a run work here, and what would it leave unverified?

Checks from the inside out: this environment, the target file, the addresses, each persona's login.
Every finding says where it is and what mends it.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.commands.outlook import APAD_PERSONAS, Outlook, foresee
from conformance.commands.probe import (
    Sighting,
    bad_address,
    look_at_apad,
    look_at_digitizer,
    look_at_http,
    look_at_websocket,
)
from conformance.commands.version import version_text
from conformance.contract.catalog import Contract, load_contract
from conformance.contract.errors import ContractError
from conformance.contract.profiles import closure
from conformance.plugin.session import ReferenceDidNotStart, target_of
from conformance.target.deployment import Deployment
from conformance.target.target_file import Target, TargetFileError
from conformance.target.unavailable import LoginFailed, Unavailable
from conformance.verdict.summary import CONFORMANT, OUR_ERROR, UNREACHABLE, UNVERIFIED, USAGE
from conformance.wire.websocket import Lost, Unreachable

LOOKS: dict[str, Callable[[str], Sighting]] = {
    "websocket": look_at_websocket,
    "http": look_at_http,
    "apad": look_at_apad,
    "digitizer": look_at_digitizer,
}


class Doctor:
    """One examination; prints as it goes and keeps the worst exit code."""

    def __init__(self, tell: Callable[[str], None] = print) -> None:
        self._tell = tell
        self.exit_code = CONFORMANT

    def examine(self, path: Path | None) -> int:
        """Run all checks against a target file, or against our own reference."""
        self._environment()
        if path is not None and not path.exists():
            mend = f"write it with conformance init {path}"
            self._bad("target file", f"{path}: there is no such file; {mend}", USAGE)
            return self.exit_code
        try:
            with target_of(path, 0) as target:
                contract = self._target_file(path, target)
                answering = self._addresses(target) if contract is not None else set()
                if contract is not None and "websocket" in answering:
                    usable = self._logins(target, contract, answering)
                    self._outlook(target, foresee(target, contract, usable, answering))
        except TargetFileError as error:
            self._bad("target file", str(error), USAGE)
        except ReferenceDidNotStart as error:
            self._bad("reference", f"does not start; please report this: {error}", OUR_ERROR)
        return self.exit_code

    def _environment(self) -> None:
        suite, _, contract = version_text().partition("\n")
        self._good("environment", f"Python {platform.python_version()}, {suite}")
        self._good("environment", contract)
        place = Path.cwd()
        if os.access(place, os.W_OK):
            self._good("environment", f"reports can be written below {place / 'reports' / 'out'}")
        else:
            self._bad("environment", f"{place} is not writable; use run --report-dir DIR", USAGE)

    def _target_file(self, path: Path | None, target: Target) -> Contract | None:
        where = str(path) if path is not None else "our own reference"
        address = target.target
        try:
            contract = load_contract(address.api_version)
            closure(contract.profiles, address.claims)
        except ContractError as error:
            self._bad("target file", f"{where}: [target] {error}", USAGE)
            return None
        if self._written_wrongly(where, target):
            return None
        facts = f"{address.name}, {address.environment}, claims {', '.join(address.claims)}"
        self._good("target file", f"{where}: {facts}")
        return contract

    def _written_wrongly(self, where: str, target: Target) -> bool:
        """Is an address none that anybody could connect to?"""
        objections = [
            f"{where}: [target] {kind}: {objection}" for kind, url in _addresses_of(target)
            if (objection := bad_address(kind, url))
        ]
        for objection in objections:
            self._bad("target file", objection, USAGE)
        return bool(objections)

    def _addresses(self, target: Target) -> set[str]:
        """The gateways that answer. Without the main one nothing more is tried."""
        answering: set[str] = set()
        for kind, url in _addresses_of(target):
            seen = LOOKS[kind](url)
            if seen.reached:
                answering.add(kind)
                self._good("reachable", f"{kind} {url}: {seen.detail} ({seen.elapsed_ms:.0f} ms)")
            else:
                mend = f"check {kind} in [target]"
                self._bad("reachable", f"{kind} {url}: {seen.detail}; {mend}", UNREACHABLE)
                if kind == "websocket":
                    break
        return answering

    def _logins(self, target: Target, contract: Contract, answering: set[str]) -> set[str]:
        usable: set[str] = set()
        with _deployment(target, contract) as deployment:
            for name in target.personas:
                try:
                    session = deployment.fresh(name)
                    if name in APAD_PERSONAS and "apad" in answering:
                        session.via("apad")
                except (LoginFailed, Unavailable, Unreachable, Lost) as error:
                    mend = f"check [personas.{name}] and whether the user is locked"
                    self._bad("personas", f"{_in_short(error)}; {mend}", UNVERIFIED)
                    continue
                usable.add(name)
                who = f"user {session.user_id}, account {session.account_id}"
                self._good("personas", f"{name}: logged in as {who}")
        return usable

    def _outlook(self, target: Target, outlook: Outlook) -> None:
        self._good(
            "outlook", f"{outlook.within_reach} of {outlook.required} required clauses within reach"
        )
        for obstacle, count in outlook.obstacles:
            self._bad("outlook", f"{count} stay unverified: {obstacle}", UNVERIFIED)
        if target.hooks.mailbox is None and not target.is_reference:
            self._note("outlook", "no mailbox hook: users are created only where the operator sees "
                       "the confirmation code")

    def _good(self, topic: str, text: str) -> None:
        self._tell(f"ok    {topic:<12} {text}")

    def _note(self, topic: str, text: str) -> None:
        self._tell(f"note  {topic:<12} {text}")

    def _bad(self, topic: str, text: str, code: int) -> None:
        self._tell(f"mend  {topic:<12} {text}")
        if self.exit_code in (CONFORMANT, UNVERIFIED):
            self.exit_code = code


def _addresses_of(target: Target) -> list[tuple[str, str]]:
    """The kinds of gateway that the target file names, each with its address."""
    named = [(kind, getattr(target.target, kind)) for kind in LOOKS]
    return [(kind, url) for kind, url in named if url is not None]


def _in_short(error: Exception) -> str:
    """A refused login, with the reason that the reply gives instead of the whole reply."""
    text, brace, reply = str(error).partition("{")
    try:
        told = {str(key).lower(): value for key, value in json.loads(brace + reply).items()}
    except ValueError:
        return str(error)
    return f"{text}{told.get('errormsg') or brace + reply}"


@contextmanager
def _deployment(target: Target, contract: Contract) -> Iterator[Deployment]:
    deployment = Deployment(target, contract, read_only=True)
    try:
        yield deployment
    finally:
        deployment.close()
