"""The leak ledger: what a run created and could not remove, with the calls that would.

It reads along where replies arrive (:data:`MADE`, :data:`OPENINGS`); what no reply of that kind
tells, whoever makes it records.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from conformance.contract.call import Call
from conformance.contract.errors import PayloadError
from conformance.contract.payload import dump_json, parse_json

if TYPE_CHECKING:
    from conformance.target.session import Turn


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing left behind; ``removal`` is the call that removes it, empty if there is none."""

    entity: str
    identity: str
    removal: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a call may leave open, and the call that closes it.

    ``keys`` of the closing call have the value that this key of the request or the reply has;
    ``found`` ones are told by that read. ``named`` are the keys that tell one from the other.
    """

    entity: str
    closing: str
    keys: Mapping[str, str]
    named: tuple[str, ...]
    found: Mapping[str, str] = field(default_factory=dict)


MADE = {
    "users/RegisterUser": ("User", "UserId"),
    "users/RegisterNewUser": ("User", "UserId"),
    "accounts/AddAccount": ("Account", "Id"),
    "instrs/AddInstrument": ("Instrument", "Id"),
    "products/AddProduct": ("Product", "Id"),
    **dict.fromkeys((
        "apad/CreateUser", "apad/CreateCoAdmin", "apad/CreateUserAgent",
        "apad/CreateUserCoShareholder", "apad/CreateCompanyWithUser",
    ), ("User", "ExternalId")),
}
"""Calls whose reply names what they made, and under which key. The API removes none of these."""
_ORDERS = Opening(
    "Orders", "CancelAllOrders", {"OMSId": "OMSId", "AccountId": "AccountId"}, ("AccountId",)
)
_SERIES = Opening(
    "ReportSeries", "CancelUserReport", {"UserReportId": "RequestId"}, ("UserReportId",)
)
_KEYS = {"omsId": "omsId", "accountId": "accountId"}
OPENINGS = {
    "oms_orders/SendOrder": _ORDERS,
    "oms_orders/CancelReplaceOrder": _ORDERS,
    "accounts/ScheduleTradeActivityReport": _SERIES,
    "accounts/ScheduleTransactionActivityReport": _SERIES,
    "accounts/ScheduleTreasuryActivityReport": _SERIES,
    "accounts/AddAccountHold": Opening(
        "Hold", "ReverseAccountHold", {**_KEYS, "assetId": "assetId"}, ("accountId", "assetId"),
        {"transactionId": "GetAccountTransactions", "referenceId": "GetAccountTransactions"},
    ),
    "tickets/CreateWithdrawTicket": Opening(
        "WithdrawTicket", "CancelWithdraw", {"OMSId": "OMSId", "AccountId": "AccountId"},
        ("AccountId",), {"UserId": "GetWithdraws", "RequestCode": "GetWithdraws"},
    ),
}
"""What such a call opened may have ended by itself since: an order that traded, for one."""
_CLOSED_BY = {
    opening.closing: opening for opening in OPENINGS.values() if not opening.found
}
"""Calls that surely end all that is named alike; others end one of perhaps many."""


@dataclass
class LeakLedger:
    """Everything a run left behind, in the order it was made.

    ``told`` hears of each: whatever this run made, it may write to.
    """

    told: Callable[[str, object], None] = lambda entity, identity: None
    open: dict[tuple[str, str], Leak] = field(default_factory=dict)

    def record(self, entity: str, identity: object, removal: str = "") -> None:
        """Note that something was created."""
        leak = Leak(entity, str(identity), removal)
        self.open[leak.entity, leak.identity] = leak
        self.told(entity, identity)

    def learn(self, call: Call | None, turn: Turn) -> None:
        """Note what a reply says was made, opened or closed; never raises."""
        if call is None or turn.reply is None:
            return
        if call.key in MADE:
            entity, key = MADE[call.key]
            number = _lowered(turn.get(entity, turn.value)).get(key.lower())
            if isinstance(number, (int, str)) and str(number).isdecimal() and int(number):
                self.record(entity, int(number))
        elif call.key in OPENINGS and _accepted(turn):
            opening = OPENINGS[call.key]
            known = {**_lowered(turn.value), **_lowered(_read(turn.sent))}
            values = {
                key: _hyphenated(known.get(source.lower())) for key, source in opening.keys.items()
            }
            look_up = {key: f"see {read}" for key, read in opening.found.items()}
            removal = removed_by(opening.closing, **values, **look_up)
            self.record(opening.entity, _identity(opening, values), removal)
        elif call.name in _CLOSED_BY and _accepted(turn):
            opening, known = _CLOSED_BY[call.name], _lowered(_read(turn.sent))
            asked = {key: known.get(key.lower()) for key in opening.keys}
            self.removed(opening.entity, _identity(opening, asked))

    def removed(self, entity: str, identity: object) -> None:
        """Note that it is gone again."""
        self.open.pop((entity, str(identity)), None)

    def take(self) -> list[dict[str, str]]:
        """Everything noted since the last take, as plain data."""
        taken = [asdict(leak) for leak in self.open.values()]
        self.open.clear()
        return taken


def removed_by(call: str, **payload: Any) -> str:
    """A removing call as the ledger shows it: its name and its payload."""
    return f"{call} {dump_json(payload)}"


def _identity(opening: Opening, values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_plain(values.get(key))}" for key in opening.named)


def _hyphenated(value: Any) -> Any:
    """An id as calls take it: replies print a GUID as 16 bytes in Base64, low bytes first."""
    if not isinstance(value, str) or len(value) != len(_GUID):
        return value
    try:
        return str(UUID(bytes_le=b64decode(value, validate=True)))
    except ValueError:
        return value


_GUID = "AAAAAAAAAAAAAAAAAAAAAA=="


def _plain(value: Any) -> str:
    """An id as text; GUIDs are spelled with and without hyphens."""
    return value.replace("-", "") if isinstance(value, str) else str(value)


def _accepted(turn: Turn) -> bool:
    return (
        isinstance(turn.value, dict) and turn.get("result") is not False
        and not turn.get("errorcode") and turn.get("status") in (None, "Accepted")
    )


def _read(text: str) -> Any:
    try:
        return parse_json(text)
    except PayloadError:
        return None


def _lowered(value: Any) -> dict[str, Any]:
    return {k.lower(): v for k, v in value.items()} if isinstance(value, dict) else {}
