"""CreateQuote and GetOpenQuotes: a bid and an offer that work like orders."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import (
    end_of_minute,
    listen,
    require_agreement,
    require_told,
)
from scenarios.oms_orders.quoting import (
    ABOVE,
    BELOW,
    cancel_terms,
    market_maker,
    quote,
    quote_ids,
    quote_reads,
    quote_terms,
    quotes,
    receipts,
    update_terms,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    SELL,
    Floor,
    book,
    buy,
    held,
    number,
    of_order,
    open_ids,
    open_orders,
    outcome,
    sell,
    state,
    status,
    trade_reads,
)

WORKING = (1, "Working")


@pytest.fixture
def maker(world: World) -> Session:
    """A funded trader who may quote."""
    return market_maker(world)


@clause("oms_orders/CreateQuote/effect")
def test_quote_rests_on_both_sides(
    maker: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Bid and offer work with their terms, their cost is held, nobody else notices."""
    with verify.unchanged(*trade_reads(rival)):
        turn = verify.succeeded(maker.send("CreateQuote", quote_terms(maker, floor, lots=2)))

    bid, ask = quote_ids(maker, floor)
    found = (receipts(turn), outcome(maker, bid), outcome(maker, ask))
    resting = ("Working", floor.lots(2), 0)
    verify.equal("(receipts, bid, ask)", found, ((0, 0), resting, resting), turn)
    market = floor.market
    holds = (held(maker, market.product1), held(maker, market.product2))
    verify.equal("holds", holds, (floor.lots(2), floor.at(BELOW) * floor.lots(2)))


@clause("oms_orders/CreateQuote/events")
def test_quote_and_its_execution_are_told(
    world: World, maker: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A quote whose bid meets a resting sale is told like any other order."""
    sell(rival, floor, BELOW)
    listen(maker, floor, "Level1", "Level2", "Trades", "Ticker")

    bid, _ = quote(maker, floor, lots=2)
    end_of_minute(world)

    told = verify.told(maker)
    require_told(verify, told, world.contract.call("CreateQuote").events)
    require_agreement(verify, maker, floor, told, bid)


@clause("oms_orders/CreateQuote/visible-as-quote")
def test_quote_shows_among_the_quotes(maker: Session, floor: Floor, verify: Verifier) -> None:
    """GetOpenQuotes shows both sides with the prices and quantities sent."""
    quote(maker, floor, lots=2)

    found = [(number(row, "price"), number(row, "quantity")) for row in quotes(maker, floor)]

    sent = [(floor.at(BELOW), floor.lots(2)), (floor.at(ABOVE), floor.lots(2))]
    verify.equal("(bid, ask)", found, sent)


@clause("oms_orders/CreateQuote/visible-as-orders")
def test_quote_shows_among_the_orders_and_on_the_book(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Both sides are open orders marked as quotes, and the public sees them."""
    pair = quote(maker, floor)

    marked = {lookup(of_order(open_orders(maker), order), "IsQuote") for order in pair}

    verify.equal("IsQuote", marked, {True})
    shown = book(maker, floor.instrument_id)
    sides = {(BUY, floor.at(BELOW)): floor.lots(), (SELL, floor.at(ABOVE)): floor.lots()}
    verify.equal("book", shown, sides)


@clause("oms_orders/CreateQuote/executes-like-orders")
def test_quote_executes_in_its_turn(
    maker: Session, rival: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A quote is firm: it executes at its price, after the order that was there before it."""
    earlier = sell(rival, floor, ABOVE)
    _, ask = quote(maker, floor, lots=2)

    buy(trader, floor, ABOVE, lots=2)

    found = (state(status(rival, earlier)), outcome(maker, ask))
    half = ("Working", floor.lots(), floor.lots())
    verify.equal("(earlier order, quote)", found, ("FullyExecuted", half))


@clause("oms_orders/CreateQuote/market-makers-only")
def test_who_may_only_trade_cannot_quote(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Quoting needs the MarketMaker permission; without it nothing is entered."""
    turn = trader.send("CreateQuote", quote_terms(trader, floor))

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal("open orders", open_ids(trader), set())


@pytest.mark.parametrize("bid", [1, 2], ids=["equal", "above"])
@clause("oms_orders/CreateQuote/crossed-quote")
def test_crossed_quote_is_refused(
    maker: Session, floor: Floor, verify: Verifier, bid: int
) -> None:
    """A bid that reaches the offer would trade with itself: neither side is entered."""
    with verify.unchanged(*quote_reads(maker, floor)):
        verify.refused(maker.send("CreateQuote", quote_terms(maker, floor, bid=bid, ask=1)))


@clause("oms_orders/CreateQuote/default-account")
def test_quote_without_account_is_the_default_accounts(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Without AccountId the quote stands on the caller's default account."""
    payload = quote_terms(maker, floor)
    del payload["AccountId"]

    verify.succeeded(maker.send("CreateQuote", payload))

    verify.equal("open orders", open_ids(maker), set(quote_ids(maker, floor)))


@clause("oms_orders/GetOpenQuotes/sides")
def test_bid_buys_and_ask_sells(maker: Session, floor: Floor, verify: Verifier) -> None:
    """What stands under bid is a purchase, what stands under ask a sale."""
    quote(maker, floor)

    found = [lookup(row, "side") for row in quotes(maker, floor)]

    verify.holds("bid is side 0 (Buy), ask is side 1 (Sell)",
                 found in ([0, 1], ["Buy", "Sell"]), found)


@clause("oms_orders/GetOpenQuotes/working")
def test_open_quote_is_working(maker: Session, floor: Floor, verify: Verifier) -> None:
    """A quote that rests is in state Working, number 1."""
    quote(maker, floor)

    found = [lookup(row, "orderState") for row in quotes(maker, floor)]

    verify.holds("both sides are Working", all(value in WORKING for value in found), found)


@pytest.mark.parametrize("call", ["CancelQuote", "UpdateQuote"])
@clause("oms_orders/GetOpenQuotes/ids-usable")
def test_ids_shown_are_the_ids_taken(
    maker: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """CreateQuote tells no ids: those that GetOpenQuotes shows must work in the other calls."""
    maker.send("CreateQuote", quote_terms(maker, floor))
    pair = quote_ids(maker, floor)
    payloads = {
        "CancelQuote": cancel_terms(maker, floor, pair),
        "UpdateQuote": update_terms(maker, floor, pair, lots=3),
    }

    turn = maker.send(call, payloads[call])

    verify.succeeded(turn)
    verify.equal("receipts of (bid, ask)", receipts(turn), (0, 0), turn)
