"""How deployments answer the calls of the users area where it is not just PascalCase."""

from __future__ import annotations

from typing import Any

from conformance.reference.rendering.venues import pascal_keys, venue_reply

_REPORT_CALLS = (
    "GenerateTradeActivityReport",
    "GenerateTransactionActivityReport",
    "GenerateTreasuryActivityReport",
    "ScheduleTradeActivityReport",
    "ScheduleTransactionActivityReport",
    "ScheduleTreasuryActivityReport",
    "GetUserReportTickets",
    "GetUserReportTicketsByStatus",
    "GetUserReportWriterResultRecords",
)
_PRINTED_CALLS = (*_REPORT_CALLS, "GetEnums")


@venue_reply("AuthenticateUser")
def authenticate_user(payload: Any) -> object:
    """More keys than the page, nulls for empty text; a pending login is told apart by AuthType."""
    if payload["requires2FA"]:
        pending: dict[str, object] = {
            "Authenticated": True, "Requires2FA": True, "AuthType": payload["twoFAType"],
            "AddtlInfo": payload["twoFAToken"],
        }
        if "pending2FaToken" in payload:
            pending["Pending2FaToken"] = payload["pending2FaToken"]
        return pending
    return {
        "Authenticated": True,
        "SessionToken": payload["SessionToken"],
        "User": pascal_keys(payload["user"]),
        "Locked": payload["locked"],
        "Requires2FA": False,
        "EnforceEnable2FA": False,
        "TwoFAType": None,
        "TwoFAToken": None,
        "errormsg": None,
    }


@venue_reply("Ping")
def ping(payload: Any) -> object:
    """An object where the page prints bare text."""
    return {"msg": str(payload)}


def as_printed(payload: Any) -> object:
    """Report tickets mix letter case as the page does; enumerations as their client reads them."""
    return payload


for _name in _PRINTED_CALLS:
    venue_reply(_name)(as_printed)
