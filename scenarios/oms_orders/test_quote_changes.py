"""UpdateQuote and CancelQuote: new terms, a new place in the queue, and the end of a quote."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.hearing import (
    end_of_minute,
    listen,
    require_agreement,
    require_told,
)
from scenarios.oms_orders.quoting import (
    cancel_terms,
    market_maker,
    no_longer_maker,
    quote,
    quote_ids,
    quote_reads,
    quotes,
    receipts,
    update_terms,
)
from scenarios.oms_orders.vocabulary import (
    ABSENT_ID,
    BUY,
    NOT_AUTHORISED,
    SELL,
    Floor,
    account_reads,
    book,
    buy,
    executions,
    number,
    open_ids,
    sell,
    state,
    status,
    trade_reads,
)


@pytest.fixture
def maker(world: World) -> Session:
    """A funded trader who may quote."""
    return market_maker(world)


@clause("oms_orders/UpdateQuote/effect")
def test_updated_quote_replaces_the_old_one(
    maker: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Only the new prices are on the book, with the new size, and nobody else notices."""
    pair = quote(maker, floor)

    with verify.unchanged(*trade_reads(rival)):
        payload = update_terms(maker, floor, pair, bid=-2, ask=2, lots=3)
        verify.succeeded(maker.send("UpdateQuote", payload))

    sides = {(BUY, floor.at(-2)): floor.lots(3), (SELL, floor.at(2)): floor.lots(3)}
    verify.equal("book", book(maker, floor.instrument_id), sides)
    verify.equal("open orders", open_ids(maker), set(quote_ids(maker, floor)))


@clause("oms_orders/UpdateQuote/events")
def test_update_is_told(
    world: World, maker: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An update that meets a resting sale brings states, a trade, funds and the public feeds."""
    pair = quote(maker, floor)
    sell(rival, floor)
    listen(maker, floor, "Level1", "Level2", "Trades", "Ticker")

    maker.send("UpdateQuote", update_terms(maker, floor, pair, bid=0, lots=2))
    end_of_minute(world)

    told = verify.told(maker)
    require_told(verify, told, world.contract.call("UpdateQuote").events)
    require_agreement(verify, maker, floor, told, quote_ids(maker, floor)[0])


@clause("oms_orders/UpdateQuote/new-terms")
def test_new_terms_show_among_the_quotes(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """GetOpenQuotes shows the prices and quantities of the update."""
    pair = quote(maker, floor)

    maker.send("UpdateQuote", update_terms(maker, floor, pair, bid=-2, ask=2, lots=3))

    found = [(number(row, "price"), number(row, "quantity")) for row in quotes(maker, floor)]
    sent = [(floor.at(-2), floor.lots(3)), (floor.at(2), floor.lots(3))]
    verify.equal("(bid, ask)", found, sent)


@clause("oms_orders/UpdateQuote/loses-priority")
def test_updated_quote_queues_behind_everybody(
    maker: Session, rival: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Updated on the same terms, the offer stands behind an order that came in between."""
    pair = quote(maker, floor)
    between = sell(rival, floor, 3)
    maker.send("UpdateQuote", update_terms(maker, floor, pair))

    buy(trader, floor, 3)

    found = (state(status(rival, between)), executions(maker, floor))
    verify.equal("(order in between, executions of the offer)", found, ("FullyExecuted", []))


@clause("oms_orders/UpdateQuote/ids-to-reread")
def test_ids_read_after_an_update_are_valid(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Whatever became of the old ids, those that are read afterwards name the quote."""
    pair = quote(maker, floor)
    maker.send("UpdateQuote", update_terms(maker, floor, pair, lots=2))

    reread = quote_ids(maker, floor)
    turn = maker.send("CancelQuote", cancel_terms(maker, floor, reread))

    verify.equal("receipts of (bid, ask)", receipts(turn), (0, 0), turn)
    verify.equal("open quotes", quotes(maker, floor), (None, None))


@clause("oms_orders/CancelQuote/effect")
def test_cancelled_quote_is_gone_and_its_funds_are_free(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Both sides end, hold nothing, and an ordinary order of the account stays."""
    buy(maker, floor, -1)

    with verify.unchanged(*trade_reads(maker), *quote_reads(maker, floor)):
        pair = quote(maker, floor)
        verify.succeeded(maker.send("CancelQuote", cancel_terms(maker, floor, pair)))

    found = {state(status(maker, order_id)) for order_id in pair}
    verify.equal("states", found, {"Canceled"})


@clause("oms_orders/CancelQuote/events")
def test_end_of_a_quote_is_told(
    world: World, maker: Session, floor: Floor, verify: Verifier
) -> None:
    """The end of each side, the freed funds and the emptied levels have their events."""
    pair = quote(maker, floor)
    listen(maker, floor, "Level1", "Level2")

    maker.send("CancelQuote", cancel_terms(maker, floor, pair))

    told = verify.told(maker)
    require_told(verify, told, world.contract.call("CancelQuote").events)
    require_agreement(verify, maker, floor, told, pair[0])
    require_agreement(verify, maker, floor, told, pair[1])


@clause("oms_orders/CancelQuote/both-sides-gone")
def test_no_side_is_left(maker: Session, floor: Floor, verify: Verifier) -> None:
    """Neither side shows among the open quotes any more."""
    pair = quote(maker, floor)

    turn = maker.send("CancelQuote", cancel_terms(maker, floor, pair))

    verify.equal("open quotes", quotes(maker, floor), (None, None), turn)


@clause("oms_orders/CancelQuote/operator-others-quote")
def test_only_an_operator_cancels_somebody_elses_quote(
    world: World, maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Another market maker is refused and the quote stays; an operator takes it off."""
    pair = quote(maker, floor)
    payload = cancel_terms(maker, floor, pair)

    with verify.unchanged(*quote_reads(maker, floor)):
        verify.refused(market_maker(world).send("CancelQuote", payload), code=NOT_AUTHORISED)

    verify.succeeded(world.operator.send("CancelQuote", payload))
    verify.equal("open quotes", quotes(maker, floor), (None, None))


@clause("oms_orders/CancelQuote/one-bad-side")
def test_wrong_id_fails_on_its_side_only(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """With a wrong bid id the offer is cancelled all the same, and only the bid has an error."""
    bid, ask = quote(maker, floor)

    turn = maker.send("CancelQuote", cancel_terms(maker, floor, (ABSENT_ID, ask)))

    bid_code, ask_code = receipts(turn)
    verify.holds("an error for the bid, none for the ask", bid_code != 0 == ask_code,
                 (bid_code, ask_code), turn)
    verify.equal("open orders", open_ids(maker), {bid})


@clause("oms_orders/CancelQuote/market-makers-only")
def test_who_may_only_trade_cannot_cancel_quotes(
    world: World, maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Without the MarketMaker permission the call is refused and the quote stays.

    The quote is the caller's own: a foreign one would be refused anyway.
    """
    pair = quote(maker, floor)
    former = no_longer_maker(world, maker)

    with verify.unchanged(*account_reads(former)):
        turn = former.send("CancelQuote", cancel_terms(former, floor, pair))

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("oms_orders/CancelQuote/default-account")
def test_cancel_without_account_means_the_default_one(
    maker: Session, floor: Floor, verify: Verifier
) -> None:
    """Without accountId the quote of the caller's default account is cancelled."""
    payload = cancel_terms(maker, floor, quote(maker, floor))
    del payload["accountId"]

    turn = maker.send("CancelQuote", payload)

    verify.equal("receipts of (bid, ask)", receipts(turn), (0, 0), turn)
    verify.equal("open quotes", quotes(maker, floor), (None, None))
