"""The digitizer's WebSocket: what is no message of the protocol never reaches the library.

A malformed message is handed on as one of an unknown type, which closes the connection with 4400
as the protocol asks.
"""

from __future__ import annotations

from typing import Any

from starlette.websockets import WebSocket

_INVALID = {"type": "invalid"}


class CheckedSocket(WebSocket):
    """A WebSocket whose messages are checked when they are read."""

    async def receive_json(self, mode: str = "text") -> Any:
        """The next message, or one of an unknown type in place of a malformed one."""
        try:
            message = await super().receive_json(mode)
        except (ValueError, KeyError, RecursionError):
            return _INVALID
        return message if _is_message(message) else _INVALID


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    return message["type"] != "subscribe" or _is_subscription(message)


def _is_subscription(message: dict[str, Any]) -> bool:
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
