"""Changes to orders, quotes, executions and report results."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.revision.vocabulary import (
    EXECUTION_KEYS,
    ORDER_KEYS,
    RECORD_KEYS,
    keys_of,
    open_quotes,
    quote_payload,
    read_order,
    rows_of,
)
from scenarios.users.markets import BUY, OMS, enter, enter_best_buy, lot, trade
from scenarios.users.reporting import finished_reports
from scenarios.users.vocabulary import person

READS = ("GetOrderHistory", "GetOrderHistoryByOrderId", "GetOrdersHistory", "GetOrderStatus")
RECEIPTS = frozenset({"bidresult", "askresult"})
RECEIPT_KEYS = frozenset({"result", "errormsg", "errorcode", "detail"})
SIDES = ("bid", "ask")


@pytest.fixture
def maker(world: World) -> Session:
    """A user who may quote."""
    return world.customer("market_maker", permissions=("MarketMaker",))


@clause("revision/CreateQuote/receipts-only")
def test_new_quote_is_answered_by_receipts(
    maker: Session, market: Market, verify: Verifier
) -> None:
    """A receipt for each side, and no quote ids: those are read from the open quotes."""
    turn = verify.succeeded(maker.send("CreateQuote", quote_payload(maker, market)))

    verify.equal("keys", keys_of(turn.value), RECEIPTS, turn)
    receipts = [keys_of(turn["BidResult"]), keys_of(turn["AskResult"])]
    verify.equal("keys of the receipts", receipts, [RECEIPT_KEYS] * 2, turn)


@clause("revision/UpdateQuote/receipts-only")
def test_changed_quote_is_answered_by_receipts(
    maker: Session, market: Market, verify: Verifier
) -> None:
    """A change of a quote gets the same two receipts as a new one, and no quote ids."""
    payload = quote_payload(maker, market)
    verify.succeeded(maker.send("CreateQuote", payload))
    quotes = open_quotes(maker, market)
    numbers = {
        "BidQuoteId": lookup(quotes["bid"], "orderId"),
        "AskQuoteId": lookup(quotes["ask"], "orderId"),
    }

    turn = verify.succeeded(maker.send("UpdateQuote", {**payload, **numbers}))

    verify.equal("keys", keys_of(turn.value), RECEIPTS, turn)


@clause("revision/GetOpenQuotes/plain-objects")
def test_open_quotes_are_objects(maker: Session, market: Market, verify: Verifier) -> None:
    """bid and ask are objects with prices, where earlier editions sent JSON inside a text."""
    payload = quote_payload(maker, market)
    maker.send("CreateQuote", payload)

    turn = verify.succeeded(open_quotes(maker, market))

    kinds = [type(turn[side]).__name__ for side in SIDES]
    verify.equal("kinds of bid and ask", kinds, ["dict", "dict"], turn)
    prices = [lookup(turn[side], "price") for side in SIDES]
    verify.equal("their prices", prices, [payload["Bid"], payload["Ask"]], turn)


@pytest.mark.parametrize(
    "name", [clause_case(f"revision/{name}/thirty-keys", name) for name in READS]
)
def test_order_has_its_thirty_keys(
    trader: Session, market: Market, verify: Verifier, name: str
) -> None:
    """Every key the page prints is there, whatever became of the order."""
    order_id, _ = enter_best_buy(trader, market)

    turn = verify.succeeded(read_order(trader, name, order_id))

    missing = [sorted(ORDER_KEYS - keys_of(row)) for row in rows_of(turn)]
    verify.equal("keys that are missing", missing, [[]] * len(missing), turn)


@pytest.mark.parametrize(
    "name", [clause_case(f"revision/{name}/names-for-enumerations", name) for name in READS]
)
def test_enumerations_of_an_order_are_names(
    trader: Session, market: Market, verify: Verifier, name: str
) -> None:
    """Side, type, state and reason are told by name: the numbers changed between editions."""
    order_id, _ = enter_best_buy(trader, market)

    turn = verify.succeeded(read_order(trader, name, order_id))

    row = next(row for row in rows_of(turn) if lookup(row, "OrderId") == order_id)
    found = [lookup(row, key) for key in ("Side", "OrderType", "OrderState")]
    verify.equal("side, type and state", found, ["Buy", "Limit", "Working"], turn)
    reason = lookup(row, "ChangeReason")
    verify.holds("the reason is a name", isinstance(reason, str) and reason.isalpha(), reason)


@clause("revision/GetUserReportWriterResultRecords/rewritten")
def test_records_are_those_of_this_edition(world: World, verify: Verifier) -> None:
    """The request names user, depth and start; a record has the eight keys of the page."""
    who = person(world)
    finished_reports(world, who, 2)

    turn = verify.succeeded(who.call(
        "GetUserReportWriterResultRecords", userId=who.user_id, depth=1, startIndex=1
    ))

    missing = [sorted(RECORD_KEYS - keys_of(row)) for row in rows_of(turn)]
    verify.equal("keys that are missing, by record", missing, [[]], turn)


@clause("revision/SendOrder/twelve-keys")
def test_twelve_keys_are_an_order(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The twelve keys of the page are accepted as they are, and rest as an order."""
    payload = {
        "InstrumentId": market.instrument_id, "OMSId": OMS, "AccountId": trader.account_id,
        "TimeInForce": 1, "ClientOrderId": 0, "OrderIdOCO": 0, "UseDisplayQuantity": False,
        "Side": BUY, "quantity": lot(market), "OrderType": 2, "PegPriceType": 1,
        "LimitPrice": market.price_increment,
    }

    turn = verify.succeeded(trader.send("SendOrder", payload))

    status = read_order(trader, "GetOrderStatus", int(turn["OrderId"]))
    verify.equal("(keys sent, price)", (len(payload), lookup(rows_of(status)[0], "Price")),
                 (12, market.price_increment), turn, status)


@clause("revision/CancelAllOrders/two-keys")
def test_account_and_oms_cancel_everything(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Account and OMS are enough: both orders are gone."""
    enter(trader, market, BUY, market.price_increment)
    enter(trader, market, BUY, market.price_increment * 2)
    about = {"OMSId": OMS, "AccountId": trader.account_id}

    verify.succeeded(trader.send("CancelAllOrders", about))

    verify.equal("open orders", trader.send("GetOpenOrders", about).value, [], trader.turns[-1])


@clause("revision/GetAccountTrades/twenty-two-keys")
def test_execution_has_its_twenty_two_keys(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Every key the page prints is there, for either side of a trade."""
    trade(trader, rival, market)

    turn = verify.succeeded(trader.call(
        "GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, StartIndex=0, Count=5
    ))

    missing = [sorted(EXECUTION_KEYS - keys_of(row)) for row in rows_of(turn)]
    verify.equal("keys that are missing", missing, [[]], turn)
