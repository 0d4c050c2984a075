"""The verbs a scenario judges with. Each either holds and counts as evidence, or is a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.contract.validators import judge_event
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.oracle.replies import SHOWN, require_refusal, require_success
from conformance.oracle.state import Watch, require_unchanged, snapshot
from conformance.target.session import Session, Turn, lookup, section_on
from conformance.wire.frames import Frame

Read = tuple[Session, str, dict[str, Any]]
_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")


@dataclass(frozen=True, slots=True)
class Verifier:
    """Judges turns, values, events and state against the contract of one edition."""

    contract: Contract

    def succeeded(self, turn: Turn) -> Turn:
        """The reply is a documented success; returns the turn for reading on."""
        require_success(self._call(turn), turn)
        return turn

    def refused(self, turn: Turn, *, code: int | None = None) -> Turn:
        """The reply is a documented refusal, with that errorcode if one is given."""
        require_refusal(self._call(turn), turn, code=code)
        return turn

    def equal(self, subject: str, found: Any, required: Any, *turns: Turn) -> None:
        """A value read from the target is the one required; numbers compare by value."""
        evidence().judged += 1
        if found != required:
            raise Finding(
                f"value:{subject}", required=f"{subject} is {_said(required)}"[:SHOWN],
                received=_said(found), turns=turns,
            )

    def holds(self, subject: str, condition: bool, received: Any, *turns: Turn) -> None:
        """A condition that ``subject`` states in words holds."""
        evidence().judged += 1
        if not condition:
            raise Finding(
                f"rule:{subject}", required=subject, received=_said(received), turns=turns
            )

    @contextmanager
    def unchanged(self, *reads: Read) -> Iterator[None]:
        """What these reads say is the same after the block as before it."""
        before = snapshot([Watch(*read) for read in reads])
        yield
        require_unchanged(before)

    def events(self, session: Session, name: str) -> list[Any]:
        """The payloads of the events of one name that arrived, each of documented shape."""
        frames = session.events(name)
        return [self._event(frame) for frame in frames]

    def told(self, session: Session) -> dict[str, list[Any]]:
        """The payloads of all events that arrived, by name, each of documented shape."""
        found: dict[str, list[Any]] = {}
        for frame in session.events():
            found.setdefault(frame.name, []).append(self._event(frame))
        return found

    def event(self, session: Session, name: str, **match: Any) -> Any:
        """The first event of that name whose keys have these values; a finding if none came."""
        payloads = self.events(session, name)
        for payload in payloads:
            if all(lookup(payload, key) == value for key, value in match.items()):
                return payload
        raise Finding(
            f"event:{name}", required=f"{name} with {_said(match)}", received=_said(payloads)
        )

    def _event(self, frame: Frame) -> Any:
        try:
            value = parse_json(frame.payload)
        except PayloadError as error:
            raise Finding(
                f"event-json:{frame.name}", required="JSON text", received=str(error)
            ) from None
        judgement = judge_event(self.contract.event(frame.name), value)
        evidence().add(judgement)
        evidence().events += 1
        if not judgement.holds:
            shown = "; ".join(str(deviation) for deviation in judgement.deviations[:5])
            raise Finding(
                f"event-shape:{frame.name}", required=f"the documented {frame.name}: {shown}",
                received=frame.payload[:SHOWN], oracle="schemas/types/events.json",
            )
        return value

    def _call(self, turn: Turn) -> Call:
        return self.contract.call(turn.call, section_on(turn.surface))


def _said(value: Any) -> str:
    """A value for people: the digits of its decimals, also inside of lists and objects."""
    return _DECIMAL.sub(r"\1", f"{value!s}")[:SHOWN]
