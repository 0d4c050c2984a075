"""``conformance doctor``: can a run work here, and what would it leave unverified?

Checks from the inside out: this environment, the target file, the addresses, each persona's login.
Every finding says where it is and what mends it.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.commands.outlook import APAD_PERSONAS, foresee
from conformance.commands.probe import (
    Sighting,
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
        try:
            with target_of(path, 0) as target:
                contract = self._target_file(path, target)
                if contract is not None and self._addresses(target):
                    self._outlook(target, contract, self._logins(target, contract))
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
        facts = f"{address.name}, {address.environment}, claims {', '.join(address.claims)}"
        self._good("target file", f"{where}: {facts}")
        return contract

    def _addresses(self, target: Target) -> bool:
        """Is the main gateway there? The others only lose their own clauses."""
        for kind, look in LOOKS.items():
            url = getattr(target.target, kind)
            if url is None:
                continue
            seen = look(url)
            if seen.reached:
                self._good("reachable", f"{kind} {url}: {seen.detail} ({seen.elapsed_ms:.0f} ms)")
            else:
                mend = f"check {kind} in [target], the network and TLS"
                self._bad("reachable", f"{kind} {url}: {seen.detail}; {mend}", UNREACHABLE)
                if kind == "websocket":
                    return False
        return True

    def _logins(self, target: Target, contract: Contract) -> set[str]:
        usable: set[str] = set()
        with _deployment(target, contract) as deployment:
            for name in target.personas:
                try:
                    session = deployment.fresh(name)
                    if name in APAD_PERSONAS and target.target.apad:
                        session.via("apad")
                except (LoginFailed, Unavailable, Unreachable, Lost) as error:
                    mend = f"check [personas.{name}] and whether the user is locked"
                    self._bad("personas", f"{error}; {mend}", UNVERIFIED)
                    continue
                usable.add(name)
                who = f"user {session.user_id}, account {session.account_id}"
                self._good("personas", f"{name}: logged in as {who}")
        return usable

    def _outlook(self, target: Target, contract: Contract, usable: set[str]) -> None:
        outlook = foresee(target, contract, usable)
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


@contextmanager
def _deployment(target: Target, contract: Contract) -> Iterator[Deployment]:
    deployment = Deployment(target, contract, read_only=True)
    try:
        yield deployment
    finally:
        deployment.close()
