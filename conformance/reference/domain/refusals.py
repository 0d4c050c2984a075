"""Why a call is refused: the documented error codes as exceptions."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """The error codes every page lists (106 is missing on some pages, but allowed everywhere)."""

    NOT_AUTHORIZED = 20
    INVALID_REQUEST = 100
    OPERATION_FAILED = 101
    SERVER_ERROR = 102
    RESOURCE_NOT_FOUND = 104
    NOT_SUPPORTED = 106

    @property
    def message(self) -> str:
        """The text the pages print beside the number."""
        return _MESSAGES[self]


_MESSAGES = {
    ErrorCode.NOT_AUTHORIZED: "Not Authorized",
    ErrorCode.INVALID_REQUEST: "Invalid Request",
    ErrorCode.OPERATION_FAILED: "Operation Failed",
    ErrorCode.SERVER_ERROR: "Server Error",
    ErrorCode.RESOURCE_NOT_FOUND: "Resource Not Found",
    ErrorCode.NOT_SUPPORTED: "Operation Not Supported",
}


class Refusal(Exception):
    """A call is refused with a documented code; ``detail`` says why, for people."""

    code: ErrorCode = ErrorCode.OPERATION_FAILED

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.code.message)
        self.detail = detail


class NotAuthorized(Refusal):
    """The caller lacks the permission, or the thing addressed is outside the caller's scope."""

    code = ErrorCode.NOT_AUTHORIZED


class InvalidRequest(Refusal):
    """The payload is malformed: a key is missing, of the wrong type or out of its enumeration."""

    code = ErrorCode.INVALID_REQUEST


class OperationFailed(Refusal):
    """The request is well formed, but a rule of the exchange forbids it."""

    code = ErrorCode.OPERATION_FAILED


class NotFound(Refusal):
    """An id or a name refers to nothing."""

    code = ErrorCode.RESOURCE_NOT_FOUND


class NotSupported(Refusal):
    """The call is known but withdrawn or switched off."""

    code = ErrorCode.NOT_SUPPORTED
