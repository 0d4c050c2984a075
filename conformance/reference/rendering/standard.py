"""The standard response object."""

from __future__ import annotations

from conformance.reference.domain.refusals import Refusal


class _Acknowledged:
    """Marks 'the call was received'; each dialect spells it."""


ACKNOWLEDGED = _Acknowledged()


def standard_failure(refusal: Refusal) -> dict[str, object]:
    """The standard object of a refusal."""
    return {
        "result": False,
        "errormsg": refusal.code.message,
        "errorcode": int(refusal.code),
        "detail": refusal.detail,
    }
