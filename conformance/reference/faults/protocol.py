"""Faults of frames, of the standard object and of the permission check."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conformance.reference.calls.request import fold_keys
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER, allows
from conformance.reference.faults.registry import Head, answers, gate, incoming, outgoing

if TYPE_CHECKING:
    from conformance.reference.calls.registry import CallSpec
    from conformance.reference.dispatch import Answer, Context

REPLY, EVENT, ERROR = 1, 3, 5
Run = Callable[[], "Answer | None"]


@outgoing("protocol/odd-numbers-answered-even", "A reply to an odd number carries the next one.")
def _(head: Head) -> Head:
    kind, sequence, name, text = head
    return kind, sequence + sequence % 2, name, text


@outgoing("protocol/reply-without-name", "A reply does not name its call.")
def _(head: Head) -> Head:
    kind, sequence, _, text = head
    return kind, sequence, "", text


@outgoing("protocol/reply-name-in-lower-case", "A reply spells its call's name in lower case.")
def _(head: Head) -> Head:
    kind, sequence, name, text = head
    return kind, sequence, name.lower(), text


@outgoing("protocol/failure-as-event", "A failure travels in a frame of type 3.")
def _(head: Head) -> Head:
    _, sequence, name, text = head
    return (EVENT, sequence, name, text) if '"result":false' in text else head


@outgoing("protocol/payload-not-json", "The payload of a failure is no JSON.")
def _(head: Head) -> Head:
    kind, sequence, name, text = head
    return (kind, sequence, name, text[:-1]) if '"result":false' in text else head


@outgoing("protocol/event-as-reply", "An event travels in a frame of type 1.")
def _(head: Head) -> Head:
    kind, sequence, name, text = head
    return (REPLY if kind == EVENT else kind), sequence, name, text


@outgoing("protocol/event-without-number", "An event carries the number 0.")
def _(head: Head) -> Head:
    kind, sequence, name, text = head
    return kind, (0 if kind == EVENT else sequence), name, text


def _frame(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@incoming("protocol/serves-server-frames", "A request in a frame of type 1, 3 or 5 is served.")
def _(text: str) -> str:
    frame = _frame(text)
    return json.dumps({**frame, "m": 0}) if frame.get("m") in (1, 3, 5) else text


@incoming("protocol/closes-on-unknown-type", "A frame of an unknown type ends the connection.")
def _(text: str) -> str | None:
    return None if _frame(text).get("m", 0) not in range(6) else text


@incoming("protocol/closes-on-malformed-frame", "A text that is no frame ends the connection.")
def _(text: str) -> str | None:
    return text if isinstance(_frame(text).get("o"), str) else None


@incoming("protocol/closes-on-number-zero", "A request numbered 0 ends the connection.")
def _(text: str) -> str | None:
    return None if _frame(text).get("i") == 0 else text


@incoming("protocol/subscribing-types-refused", "Frames of type 2 and 4 are refused.")
def _(text: str) -> str:
    frame = _frame(text)
    return json.dumps({**frame, "m": 9}) if frame.get("m") in (2, 4) else text


@incoming("protocol/subscription-refused-in-request", "Type 0 is refused for subscriptions.")
def _(text: str) -> str:
    frame = _frame(text)
    subscribing = "subscribe" in str(frame.get("n")).lower()
    return json.dumps({**frame, "m": 9}) if subscribing and frame.get("m") == 0 else text


@incoming("protocol/call-names-are-case-sensitive", "A call's name in lower case is unknown.")
def _(text: str) -> str:
    frame = _frame(text)
    name = str(frame.get("n"))
    return json.dumps({**frame, "n": f"{name}?"}) if name in (name.lower(), name.upper()) else text


@incoming("protocol/unknown-call-not-answered", "An unknown call gets no answer.")
def _(text: str) -> str:
    frame = _frame(text)
    return json.dumps({**frame, "n": "Ping", "i": 0}) if frame.get("n") == "NoSuchCall" else text


_last: dict[str, Answer | None] = {}


@answers("protocol/answers-with-the-last-reply", "Of two requests of one call, one gets both.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    key = spec.name
    return _last.pop(key) if key in _last else _last.setdefault(key, run())


def _altered(answer: Answer | None, change: Callable[[dict[str, Any]], None]) -> Answer | None:
    if answer is None or not answer.text.startswith('{"result"'):
        return answer
    value = json.loads(answer.text)
    change(value)
    return type(answer)(json.dumps(value), answer.ok, answer.unknown)


@answers("protocol/success-with-message", "A success carries a message.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    return _altered(run(), lambda v: v.update(errormsg="OK") if v["result"] else None)


@answers("protocol/failure-without-message", "A failure carries no message.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    return _altered(run(), lambda v: v.update(errormsg="") if not v["result"] else None)


@answers("protocol/failure-without-code", "A failure carries no code.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    return _altered(run(), lambda v: v.pop("errorcode", None) if not v["result"] else None)


@answers("protocol/undocumented-code", "Every failure has the code 1.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    return _altered(run(), lambda v: v.update(errorcode=1) if not v["result"] else None)


@answers("protocol/broken-request-not-answered", "A request that is not understood gets no answer.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    answer = run()
    return None if answer is not None and '"errorcode":100' in answer.text else answer


@answers("protocol/broken-request-acknowledged", "A broken request is acknowledged.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    answer = run()
    if answer is None or '"errorcode":100' not in answer.text:
        return answer
    text = '{"result":true,"errormsg":"","errorcode":0,"detail":""}'
    return type(answer)(text, True)


def _refused(run: Run, answer: Answer | None) -> Answer | None:
    text = '{"result":false,"errormsg":"Invalid Request","errorcode":100,"detail":""}'
    return None if answer is None else type(answer)(text, False)


def _keys(payload: str) -> list[str]:
    return list(_frame(payload))


@answers("protocol/unknown-keys-refused", "A key that nobody documents is refused.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    known = {name.replace("_", "") for name in spec.request.__struct_fields__}
    unknown = set(fold_keys(_frame(payload))) - known
    return _refused(run, run()) if unknown else run()


@answers("protocol/key-case-matters", "A key in capitals or small letters only is not known.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    flat = any(key in (key.lower(), key.upper()) for key in _keys(payload))
    return _refused(run, run()) if flat else run()


@answers("protocol/key-order-matters", "A request whose first key is not OMSId is refused.")
def _(spec: CallSpec, payload: str, run: Run) -> Answer | None:
    keys = [key.lower() for key in _keys(payload)]
    return _refused(run, run()) if "omsid" in keys[1:] else run()


@gate("protocol/superuser-is-no-operator", "SUPERUSER alone does not admit to operators' calls.")
def _(context: Context, spec: CallSpec) -> bool | None:
    held = {name.casefold() for name in context.permissions}
    alone = SUPERUSER.casefold() in held and OPERATOR.casefold() not in held
    return False if alone and SUPERUSER not in spec.permissions else None


@gate("protocol/all-permissions-needed", "Every listed permission is needed, not one of them.")
def _(context: Context, spec: CallSpec) -> bool | None:
    held = {name.casefold() for name in context.permissions}
    return {name.casefold() for name in spec.permissions} <= held


@gate("protocol/no-permission-per-call", "A permission named like a call does not admit to it.")
def _(context: Context, spec: CallSpec) -> bool | None:
    return allows(context.permissions, spec.permissions, "")


@gate("users/half-open-is-open", "The password alone opens the session under 2FA.")
def _(context: Context, spec: CallSpec) -> bool | None:
    if context.peer.session is not None:
        context.peer.session.pending_2fa = False
    return None


@gate("users/log-in-spreads", "A log-in opens every connection from the same address.")
def _(context: Context, spec: CallSpec) -> bool | None:
    peer, sessions = context.peer, context.exchange.sessions.by_token.values()
    if peer.session is None:
        peer.session = next((s for s in reversed(sessions) if s.peer == peer.address), None)
    return None
