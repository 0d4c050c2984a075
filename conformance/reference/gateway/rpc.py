"""The private shares service on its own WebSocket: remote procedure calls as JSON objects.

A request carries its parameters as JSON text; a reply carries an envelope as JSON text, and a
successful envelope its payload as JSON text once more. ``RCPReply`` is how the pages spell it.
"""

from __future__ import annotations

import json

import msgspec
import uvicorn
from uvicorn.server import ServerState

from conformance.reference.calls.apad.registry import NO_PAYLOAD, RpcAnswer, run
from conformance.reference.defects import defect
from conformance.reference.dispatch import Dispatcher
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.gateway.socket import ServerSocket
from conformance.reference.rendering.encoding import encode

REQUEST = "RPCCall"
REPLY = "RCPReply"
PREVIOUS_ID = defect("apad/reply-under-previous-id", "A reply carries the id of its call.")
LOWER_ID = defect("apad/reply-id-in-lower-case", "The id of a call comes back unchanged.")
TYPE_OF_CALL = defect("apad/reply-typed-as-call", "A reply says that it is one.")
NO_REASON = defect("apad/refusal-without-reason", "A refusal gives its reason.")
PLAIN_PAYLOAD = defect("apad/payload-as-object", "The payload is JSON text.")
PLAIN_PARAMETER = defect("apad/parameter-as-object", "Parameter is JSON text.")


class RpcConnection(ServerSocket):
    """One client's socket; calls are answered in the order they come."""

    def __init__(
        self, dispatcher: Dispatcher, config: uvicorn.Config, state: ServerState
    ) -> None:
        super().__init__(config, state)
        self._dispatcher = dispatcher
        self._last = ""

    def receive(self, text: str) -> None:
        """Answer a call."""
        self.send(self.answer(text))

    def answer(self, text: str) -> str:
        """The reply to one request, malformed ones included."""
        exchange = self._dispatcher.exchange
        try:
            number, name, parameter = read_call(text)
        except _BadCall as bad:
            return write_reply(bad.number, RpcAnswer(refusal=InvalidRequest(str(bad))))
        answer = run(exchange, name, parameter)
        exchange.events.flush()
        return self._spoiled(number, write_reply(number, answer))

    def _spoiled(self, number: str, text: str) -> str:
        """The reply with the seeded defects of frames that are on."""
        defects = self._dispatcher.exchange.defects
        if not defects.any:
            return text
        reply = json.loads(text)
        inside = json.loads(reply["Parameter"])
        if defects(PREVIOUS_ID):
            reply["RequestUniqueId"], self._last = self._last or number, number
        if defects(LOWER_ID):
            reply["RequestUniqueId"] = number.lower()
        if defects(TYPE_OF_CALL):
            reply["MessageType"] = REQUEST
        if defects(NO_REASON):
            inside.pop("err", None)
        if defects(PLAIN_PAYLOAD) and "payload" in inside:
            inside["payload"] = json.loads(inside["payload"])
        reply["Parameter"] = inside if defects(PLAIN_PARAMETER) else json.dumps(inside)
        return json.dumps(reply)


class _BadCall(Exception):
    """What came is no call; ``number`` is its RequestUniqueId if it could be read."""

    def __init__(self, reason: str, number: str = "") -> None:
        super().__init__(reason)
        self.number = number


def read_call(text: str) -> tuple[str, str, str]:
    """(RequestUniqueId, FunctionName, Parameter); letter case and order of keys do not matter."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise _BadCall("the message is not JSON") from None
    if not isinstance(value, dict):
        raise _BadCall("the message is not an object")
    keys = {key.lower(): item for key, item in value.items()}
    number, name = keys.get("requestuniqueid"), keys.get("functionname")
    parameter = keys.get("parameter", "")
    label = number if isinstance(number, str) else ""
    if not label:
        raise _BadCall("RequestUniqueId is Required")
    if keys.get("messagetype") != REQUEST:
        raise _BadCall(f"MessageType must be {REQUEST}", label)
    if not isinstance(name, str) or not name:
        raise _BadCall("FunctionName is Required", label)
    if parameter is not None and not isinstance(parameter, str):
        raise _BadCall("Parameter must be JSON text in a string", label)
    return label, name, parameter or ""


def write_reply(number: str, answer: RpcAnswer) -> str:
    """The reply: envelope and payload each as JSON text inside the other."""
    return json.dumps(
        {"MessageType": REPLY, "Parameter": envelope(answer), "RequestUniqueId": number}
    )


def envelope(answer: RpcAnswer) -> str:
    """Success with its payload, or why not."""
    if answer.refusal is not None:
        refusal = answer.refusal
        return encode(
            {"success": False, "err": refusal.code.message, "detail": refusal.detail}
        )
    if answer.payload is NO_PAYLOAD:
        return encode({"success": True})
    return encode({"success": True, "payload": encode(answer.payload)})
