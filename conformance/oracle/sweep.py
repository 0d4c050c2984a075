"""Many generated requests at once: sent in flight together, each reply judged as it arrives.

A failure is reported once, however many requests hit it, shrunk to the smallest request that still
breaks in the same way.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract.call import Call
from conformance.contract.errors import PayloadError
from conformance.contract.payload import parse_json
from conformance.generate.case import Case
from conformance.generate.edits import text_of
from conformance.generate.requests import generator_for
from conformance.generate.shrink import smallest
from conformance.generate.world import Prepared
from conformance.oracle.finding import Finding
from conformance.oracle.replies import is_error_frame, read_reply, require_refusal
from conformance.oracle.state import Watch, require_unchanged, snapshot
from conformance.target.session import Session, Turn
from conformance.wire.frames import Frame, MessageType
from conformance.wire.websocket import Lost

SERVER_ERROR = 102
SHRUNK = 2
"""Kinds of failure of one sweep that are shrunk; the others are counted."""
Judge = Callable[[Case, Turn], None]


@dataclass
class Hit:
    """One kind of failure: its first case, and how many cases showed it."""

    case: Case
    finding: Finding
    count: int = 1


class Sweep:
    """One call's generated requests on one session."""

    def __init__(
        self, call: Call, session: Session, cases: Iterable[Case], judge: Judge, base: Any = None
    ) -> None:
        self.call = call
        self.session = session
        self.base = base
        self.judged = 0
        self.hits: dict[str, Hit] = {}
        self._cases = cases
        self._judge = judge
        self._open: dict[int, Case] = {}
        self._trouble: Exception | None = None
        self._lost: tuple[int, Case, Turn, Lost] | None = None
        # Replies arrive where the connection is read; what they prove counts here.
        self._context = contextvars.copy_context()

    def run(self) -> None:
        """Send everything, judge everything; Finding when something does not hold."""
        if self.call.effect == "session":
            self._one_login_each()
        else:
            self.session.run(self.streaming())
        self.conclude()

    async def streaming(self) -> None:
        """Send everything and judge it as it arrives; :meth:`conclude` must follow."""
        self.session.strays()
        await self.session.streaming(self.call.name, self._payloads(), self._take)
        await asyncio.sleep(0)

    def conclude(self) -> None:
        """Finding when something did not hold."""
        if self._trouble is not None:
            raise self._trouble
        self._note_loss()
        self._note_strays()
        if not self.hits:
            return
        worst_first = sorted(self.hits.values(), key=lambda hit: hit.finding.basis != "stated")
        for hit in worst_first[:SHRUNK]:
            self._shrink(hit)
        raise _combined(worst_first)

    def _payloads(self) -> Iterator[str]:
        for position, case in enumerate(self._cases):
            self._open[position] = case
            yield case.payload

    def _take(self, position: int, turn: Turn, lost: Lost | None) -> None:
        case = self._open.pop(position)
        if lost is not None:
            if self._lost is None or position < self._lost[0]:
                self._lost = (position, case, turn, lost)
            return
        self.judged += 1
        try:
            self._context.run(self._judge, case, turn)
        except Finding as finding:
            self._hit(case, finding)
        except Exception as error:  # must not end the task that reads the connection
            self._trouble = self._trouble or error

    def _one_login_each(self) -> None:
        """Calls about the session itself may end it: what follows goes over a new login."""
        for position, case in enumerate(self._cases):
            if self.session.closed:
                self.session = self.session.renewed()
            self._open[position] = case
            try:
                self._take(position, self.session.send(self.call.name, case.payload), None)
            except Lost:
                self.session = self.session.renewed()

    def _hit(self, case: Case, finding: Finding) -> None:
        if case.expect == "refusal" and finding.kind == "accepted":
            finding.basis = case.basis
        key = _same(finding)
        if key in self.hits:
            self.hits[key].count += 1
        else:
            self.hits[key] = Hit(case, finding)

    def _note_loss(self) -> None:
        if self._lost is None:
            return
        _, case, turn, lost = self._lost
        self._hit(case, Finding(
            "connection-lost", required="an answer, and the connection stays up",
            received=str(lost), turns=[turn],
        ))

    def _note_strays(self) -> None:
        replies = [
            frame for frame in self.session.strays()
            if not isinstance(frame, Frame) or frame.kind in (MessageType.REPLY, MessageType.ERROR)
        ]
        if replies:
            first = replies[0]
            shown = first.raw[:300]
            self._hit(
                Case(self.call.name, "any", "", "answer"),
                Finding("stray-reply", required="one reply to each request", received=shown,
                        count=len(replies)),
            )

    def _shrink(self, hit: Hit) -> None:
        """Replace a hit by the smallest request that breaks the same way."""
        if self.base is None or hit.finding.kind in ("stray-reply", "connection-lost"):
            return
        try:
            failing = parse_json(hit.case.payload)
        except PayloadError:
            return
        generator, kind = generator_for(self.call), _same(hit.finding)
        best: list[Finding] = [hit.finding]

        def breaks(payload: Any) -> bool:
            if generator.expectation(payload) != hit.case.expect:
                return False
            if not generator.may_be_sent(payload):
                return False
            found = self._once(Case(
                self.call.name, hit.case.name, text_of(payload), hit.case.expect, hit.case.seed,
                generator.basis(payload) if hit.case.expect == "refusal" else "stated",
            ))
            if found is None or _same(found) != kind:
                return False
            best.append(found)
            return True

        with self.session.aside():
            found, _ = smallest(self.base, failing, breaks)
        text = text_of(found)
        hit.finding = next(
            (f for f in reversed(best) if f.turns and f.turns[-1].sent == text), hit.finding
        )

    def _once(self, case: Case) -> Finding | None:
        if self.session.closed:
            self.session = self.session.renewed()
        try:
            self._judge(case, self.session.send(self.call.name, case.payload))
        except Finding as finding:
            if case.expect == "refusal" and finding.kind == "accepted":
                finding.basis = case.basis
            return finding
        except Lost:
            return None
        return None


def require_documented_replies(
    call: Call, session: Session, cases: Iterable[Case], base: Any = None
) -> None:
    """Every valid request is answered as documented, by success or by refusal."""
    Sweep(call, session, cases, answered_as_documented(call), base).run()


def require_refusals(call: Call, prepared: Prepared, cases: Iterable[Case]) -> None:
    """Every invalid request is refused as documented, and the watched state stays as it was."""
    before = snapshot([Watch(*read) for read in prepared.watch])
    Sweep(call, prepared.session, cases, refused_as_documented(call), prepared.payload).run()
    require_unchanged(before)


def answered_as_documented(call: Call) -> Judge:
    """The judge of valid requests."""

    def judge_one(case: Case, turn: Turn) -> None:
        if is_error_frame(turn):
            raise Finding("error-frame", required="a reply", received=turn.text[:300], turns=[turn])
        read_reply(call, turn)
        _require_no_crash(turn)

    return judge_one


def refused_as_documented(call: Call) -> Judge:
    """The judge of invalid requests."""

    def judge_one(case: Case, turn: Turn) -> None:
        require_refusal(call, turn)
        _require_no_crash(turn)

    return judge_one


def _require_no_crash(turn: Turn) -> None:
    if str(SERVER_ERROR) in turn.text and turn.get("errorcode") == SERVER_ERROR:
        raise Finding(
            "server-error", required="a refusal that names the caller's fault",
            received=turn.text[:300], turns=[turn],
        )


def _same(finding: Finding) -> str:
    return f"{finding.kind}:{finding.basis}"


def _combined(hits: Sequence[Hit]) -> Finding:
    first = hits[0]
    finding = first.finding
    others = "; ".join(f"{hit.case.name}: {hit.finding.kind} ×{hit.count}" for hit in hits[1:])
    return Finding(
        finding.kind,
        required=f"{finding.required} [{first.case.name}]",
        received=finding.received + (f" (also {others})" if others else ""),
        oracle=finding.oracle,
        turns=[turn for hit in hits for turn in hit.finding.turns],
        count=max(first.count, finding.count),
        basis=finding.basis,
    )
