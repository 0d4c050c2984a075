"""Declaring faults, and putting those that are on around what they break."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from conformance.reference.defects import Defects, defect
from conformance.reference.rendering.standard import ACKNOWLEDGED

if TYPE_CHECKING:
    from conformance.reference.calls.registry import CallSpec
    from conformance.reference.dispatch import Answer, Context
    from conformance.reference.events import Event
    from conformance.reference.exchange import Exchange

Run = Callable[[], Any]
CallFault = Callable[["Context", Any, Run], Any]
Rewrite = Callable[["Context", Any, Any], Any]
GateFault = Callable[["Context", "CallSpec"], bool | None]
AnswerFault = Callable[["CallSpec", str, Callable[[], "Answer | None"]], "Answer | None"]
FrameFault = Callable[[str], str | None]
Retelling = Callable[["Exchange", "Event"], Iterable["Event"]]
Head = tuple[int, int, str, str]
HeadFault = Callable[[Head], Head]

_CALLS: dict[str, list[tuple[str, CallFault]]] = {}
_EVENTS: dict[str, list[tuple[str, Retelling]]] = {}
_GATE: list[tuple[str, GateFault]] = []
_ANSWERS: list[tuple[str, AnswerFault]] = []
_INCOMING: list[tuple[str, FrameFault]] = []
_OUTGOING: list[tuple[str, HeadFault]] = []


def fault(name: str, breaks: str, *calls: str) -> Callable[[CallFault], CallFault]:
    """A fault around the handlers of these calls: it gets context, request and the real handler."""
    defect(name, breaks)

    def register(function: CallFault) -> CallFault:
        for call in calls:
            _CALLS.setdefault(call, []).append((name, function))
        return function

    return register


def rewrites(name: str, breaks: str, *calls: str) -> Callable[[Rewrite], Rewrite]:
    """A fault that changes the reply of these calls."""
    defect(name, breaks)

    def register(function: Rewrite) -> Rewrite:
        def around(context: Context, request: Any, run: Run) -> Any:
            return function(context, request, run())

        for call in calls:
            _CALLS.setdefault(call, []).append((name, around))
        return function

    return register


def forgets(name: str, breaks: str, *calls: str) -> None:
    """A fault that acknowledges these calls and does nothing."""
    fault(name, breaks, *calls)(lambda context, request, run: ACKNOWLEDGED)


def opens(name: str, *calls: str) -> None:
    """While this defect is on, these calls pass the permission check, whoever sends them."""
    _GATE.append((name, lambda context, spec: True if spec.name in calls else None))


def retells(name: str, breaks: str, *events: str) -> Callable[[Retelling], Retelling]:
    """A fault that changes these events, drops or multiplies them."""
    defect(name, breaks)

    def register(function: Retelling) -> Retelling:
        for event in events:
            _EVENTS.setdefault(event, []).append((name, function))
        return function

    return register


def gate(name: str, breaks: str) -> Callable[[GateFault], GateFault]:
    """A fault of the permission check: True admits, False refuses, None leaves it to the check."""
    defect(name, breaks)

    def register(function: GateFault) -> GateFault:
        _GATE.append((name, function))
        return function

    return register


def answers(name: str, breaks: str) -> Callable[[AnswerFault], AnswerFault]:
    """A fault around the whole answer to a call; it gets the payload's text."""
    defect(name, breaks)

    def register(function: AnswerFault) -> AnswerFault:
        _ANSWERS.append((name, function))
        return function

    return register


def incoming(name: str, breaks: str) -> Callable[[FrameFault], FrameFault]:
    """A fault of what a connection receives: another text, or None to close the connection."""
    defect(name, breaks)

    def register(function: FrameFault) -> FrameFault:
        _INCOMING.append((name, function))
        return function

    return register


def outgoing(name: str, breaks: str) -> Callable[[HeadFault], HeadFault]:
    """A fault of what a connection sends: type, number, name and payload text of a frame."""
    defect(name, breaks)

    def register(function: HeadFault) -> HeadFault:
        _OUTGOING.append((name, function))
        return function

    return register


def handled(context: Any, call: str, request: Any, run: Run) -> Any:
    """What the call answers with the faults that are on; ``context`` has the exchange."""
    if not context.exchange.defects.any:
        return run()
    for name, function in _CALLS.get(call, ()):
        if context.exchange.defects(name):
            run = _bound(function, context, request, run)
    return run()


def _bound(function: CallFault, context: Context, request: Any, run: Run) -> Run:
    return lambda: function(context, request, run)


def admitted(context: Context, spec: CallSpec) -> bool | None:
    """What the faults at the gate say, None when none that is on has an opinion."""
    if not context.exchange.defects.any:
        return None
    for name, function in _GATE:
        if context.exchange.defects(name):
            return function(context, spec)
    return None


def answered(
    defects: Defects, spec: CallSpec, payload: str, run: Callable[[], Answer | None]
) -> Answer | None:
    """The whole answer with the faults that are on."""
    for name, function in _ANSWERS:
        if defects(name):
            return function(spec, payload, run)
    return run()


def received(defects: Defects, text: str) -> str | None:
    """What a connection takes for the text it received; None when it closes."""
    for name, function in _INCOMING:
        if defects(name):
            return function(text)
    return text


def sent(defects: Defects, head: Head) -> Head:
    """What a connection sends instead of this frame."""
    for name, function in _OUTGOING:
        if defects(name):
            return function(head)
    return head


def retold(exchange: Exchange, events: Iterable[Event]) -> list[Event]:
    """The events, as the faults that are on tell them."""
    found: list[Event] = []
    for event in events:
        told = [event]
        for name, function in _EVENTS.get(event.name, ()):
            if exchange.defects(name):
                told = [version for one in told for version in function(exchange, one)]
        found += told
    return found


def standing_between() -> frozenset[str]:
    """The names of all faults that stand between a call and its handler, or around a frame."""
    lists: tuple[Sequence[tuple[str, object]], ...] = (
        *_CALLS.values(), *_EVENTS.values(), _GATE, _ANSWERS, _INCOMING, _OUTGOING
    )
    return frozenset(name for found in lists for name, _ in found)


def load_faults() -> None:
    """Import every module of faults, once."""
    package = importlib.import_module("conformance.reference.faults")
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
