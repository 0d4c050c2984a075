"""Faults of the Digitizer: what is read about tokens, their holders and their transactions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from conformance.reference.domain.chain.templates import ChainError
from conformance.reference.faults.registry import Run, fault, rewrites

ASSET, ASSETS, ACCOUNT, TABLE, WAITING, EVENTS = (
    f"digitizer/{call}"
    for call in ("asset", "assets", "account", "capTable", "pendingTransfers", "events")
)
STATUS, ADDED = "digitizer/txStatus", "digitizer/eventAdded"
NOWHERE = f"0x{'ee' * 20}"


@fault("digitizer/error-without-name", "The error names the asset that was not found.", TABLE)
def _error_without_name(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except (GraphQLError, ChainError):
        raise GraphQLError("no Asset found") from None


@fault("digitizer/error-without-place", "An error tells its line, column and path.", TABLE)
def _error_without_place(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except (GraphQLError, ChainError) as error:
        raise GraphQLError(str(error), path=["somewhere"]) from None


@rewrites("digitizer/foreign-token-listed", "Only tokens deployed here are listed.", ASSETS)
def _foreign_token_listed(asking: Any, request: Any, reply: Any) -> object:
    return [*reply, reply[-1] | {"address": NOWHERE}] if reply else reply


@fault("digitizer/unknown-network-is-empty", "An unknown network is refused.", ASSETS)
def _unknown_network_is_empty(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except (GraphQLError, ChainError):
        return []


@rewrites("digitizer/newest-token-left-out", "A deployed token is listed.", ASSETS)
def _newest_token_left_out(asking: Any, request: Any, reply: Any) -> object:
    return reply[:-1]


@rewrites("digitizer/supply-told", "The supply of an asset reads zero.", ASSET, ASSETS)
def _supply_told(asking: Any, request: Any, reply: Any) -> object:
    if isinstance(reply, list):
        return [_supply_told(asking, request, row) for row in reply]
    token = asking.digitizer.chain.token(reply["address"])
    return reply | {"supply": token.holdings.minted}


@rewrites("digitizer/every-token-its-issuer", "One issuer mints every token.", ASSET, ASSETS)
def _every_token_its_issuer(asking: Any, request: Any, reply: Any) -> object:
    if isinstance(reply, list):
        return [row | {"issuerAddress": row["address"]} for row in reply]
    return reply | {"issuerAddress": reply["address"]}


@rewrites("digitizer/transfers-not-counted", "Transfers are counted.", ASSET)
def _transfers_not_counted(asking: Any, request: Any, reply: Any) -> object:
    return reply | {"transferCount": 0}


@rewrites("digitizer/pause-not-shown", "An asset tells whether it is paused.", ASSET)
def _pause_not_shown(asking: Any, request: Any, reply: Any) -> object:
    return reply | {"paused": False}


@rewrites("digitizer/balance-off-by-one", "A balance is the same in both reads.", ACCOUNT)
def _balance_off_by_one(asking: Any, request: Any, reply: Any) -> object:
    return {"balance": str(int(reply["balance"]) + 1)}


@fault("digitizer/address-case-matters", "Case of an address does not matter.", ACCOUNT)
def _address_case_matters(asking: Any, request: Any, run: Run) -> object:
    address = request.get("accountAddress") or ""
    return run() if address == address.lower() else {"balance": "0"}


@rewrites("digitizer/holders-without-names", "A known holder goes by name.", TABLE)
def _holders_without_names(asking: Any, request: Any, reply: Any) -> object:
    return [row | {"name": row["address"]} for row in reply]


@rewrites("digitizer/strangers-called-unknown", "A stranger goes by address.", TABLE)
def _strangers_called_unknown(asking: Any, request: Any, reply: Any) -> object:
    return [row | {"name": "unknown"} if row["name"] == row["address"] else row for row in reply]


@rewrites("digitizer/share-as-fraction", "A percentage ends with its sign.", TABLE)
def _share_as_fraction(asking: Any, request: Any, reply: Any) -> object:
    shares = [str(Decimal(row["percentage"].removesuffix("%")) / 100) for row in reply]
    return [row | {"percentage": share} for row, share in zip(reply, shares, strict=True)]


@rewrites("digitizer/largest-holder-is-all", "All percentages refer to one total.", TABLE)
def _largest_holder_is_all(asking: Any, request: Any, reply: Any) -> object:
    most = max((int(row["balance"]) for row in reply), default=0)
    return [
        row | {"percentage": "100.00%"} if int(row["balance"]) == most else row for row in reply
    ]


@rewrites("digitizer/one-hash-for-all", "A hash belongs to one transfer.", WAITING)
def _one_hash_for_all(asking: Any, request: Any, reply: Any) -> object:
    return [row | {"pendingHash": f"0x{'00' * 32}"} for row in reply]


@rewrites("digitizer/waiting-under-id", "What waits carries the address of its token.", WAITING)
def _waiting_under_id(asking: Any, request: Any, reply: Any) -> object:
    return [row | {"assetId": NOWHERE} for row in reply]


@rewrites("digitizer/events-repeated", "No more than 100 events are told.", EVENTS)
def _events_repeated(asking: Any, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("digitizer/waiting-not-among-events", "An announced event can be read.", EVENTS)
def _waiting_not_among_events(asking: Any, request: Any, reply: Any) -> object:
    return [row for row in reply if row["type"] != "PendingTransferEvent"]


@rewrites("digitizer/confirmations-count-down", "Confirmations grow.", STATUS)
def _confirmations_count_down(asking: Any, request: Any, reply: Any) -> object:
    if not reply["confirmation"]:
        return reply
    return reply | {"confirmation": reply["requiredConfirmations"] + 1 - reply["confirmation"]}


@rewrites("digitizer/required-moves-on", "What is required stays the same.", STATUS)
def _required_moves_on(asking: Any, request: Any, reply: Any) -> object:
    return reply | {"requiredConfirmations": reply["requiredConfirmations"] + reply["confirmation"]}


@rewrites("digitizer/reported-under-another-uuid", "A report carries the uuid returned.", STATUS)
def _reported_under_another_uuid(asking: Any, request: Any, reply: Any) -> object:
    return reply | {"uuid": reply["uuid"][::-1]}


@rewrites("digitizer/decision-told-as-transfer", "A decision is told as what it is.", STATUS)
def _decision_told_as_transfer(asking: Any, request: Any, reply: Any) -> object:
    decided = reply["type"].startswith("transfer")
    return reply | {"type": "transfer"} if decided else reply


@rewrites("digitizer/report-misshapen", "A report has its documented shape.", STATUS, ADDED)
def _report_misshapen(asking: Any, request: Any, reply: Any) -> object:
    key = "status" if "status" in reply else "tokenAddress"
    return reply | {key: "Done"}
