"""How orders meet: at which price, in which order, and how much of them."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.quoting import cancel_terms, market_maker, quote, update_terms
from scenarios.oms_orders.vocabulary import (
    BUY,
    MARKET,
    SELL,
    Floor,
    buy,
    done,
    executed,
    executions,
    fills,
    modify,
    newest,
    number,
    outcome,
    replaced,
    sell,
    send,
    state,
    status,
    taken,
)


@pytest.fixture
def third(world: World) -> Session:
    """One more trader with funds."""
    return world.customer()


@pytest.fixture
def maker(world: World) -> Session:
    """A funded trader who may quote."""
    return market_maker(world)


def states(*orders: tuple[Session, int]) -> tuple[str, ...]:
    """The states of orders of different traders."""
    return tuple(state(status(who, order_id)) for who, order_id in orders)


@clause("workflows/trading/match")
def test_equal_orders_make_one_trade(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A sale and a purchase on the same terms are one trade, of which each sees its side."""
    sold, bought = sell(trader, floor, lots=2), buy(rival, floor, lots=2)

    verify.equal("states", states((trader, sold), (rival, bought)),
                 ("FullyExecuted", "FullyExecuted"))
    mine, other = executions(trader, floor), executions(rival, floor)
    trades = [(lookup(row, "tradeId"), number(row, "price"), number(row, "quantity"))
              for row in (*mine, *other)]
    deal = (lookup(newest(mine, "execution"), "tradeId"), floor.at(), floor.lots(2))
    verify.equal("(trade, price, quantity) of both", trades, [deal, deal])
    sides = [lookup(row, "side") in (BUY, "Buy") for row in (*mine, *other)]
    verify.equal("who buys", sides, [False, True])


@clause("workflows/trading/resting-price")
def test_trade_happens_at_the_resting_price(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Who offers more than is asked pays what was asked."""
    sell(trader, floor)

    order_id = buy(rival, floor, 3)

    verify.equal("(price, quantity)", fills(rival, order_id), [(floor.at(), floor.lots())])


@clause("workflows/trading/time-priority")
def test_earlier_order_is_filled_first(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """At one price it is first come, first served."""
    first, second = sell(trader, floor), sell(rival, floor)

    buy(third, floor)

    verify.equal("(first, second)", states((trader, first), (rival, second)),
                 ("FullyExecuted", "Working"))


@pytest.mark.parametrize("more", [{}, {"OrderType": MARKET}], ids=["limit", "market"])
@clause("workflows/trading/price-priority")
def test_better_price_is_filled_first(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier,
    more: dict[str, int],
) -> None:
    """A cheaper offer goes before a dearer one, however late it came."""
    dear, cheap = sell(trader, floor, 1), sell(rival, floor)

    taken(send(third, floor, BUY, 1, **more))

    verify.equal("(dear, cheap)", states((trader, dear), (rival, cheap)),
                 ("Working", "FullyExecuted"))


@clause("workflows/trading/reduced-order-first")
def test_reduced_order_is_filled_before_a_later_one(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """Making an order smaller costs no place in the queue."""
    first, second = sell(trader, floor, lots=2), sell(rival, floor)
    done(modify(trader, floor, first, 1))

    buy(third, floor)

    verify.equal("(reduced, later)", states((trader, first), (rival, second)),
                 ("FullyExecuted", "Working"))


@clause("workflows/trading/replaced-order-last")
def test_replaced_order_is_filled_after_a_later_one(
    trader: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """Replacing an order, even by its like, costs the place in the queue."""
    first, second = sell(trader, floor), sell(rival, floor)
    new = replaced(trader, floor, first, SELL)

    buy(third, floor)

    verify.equal("(replaced, later)", states((trader, new), (rival, second)),
                 ("Working", "FullyExecuted"))


@clause("workflows/trading/quotes-equal-orders")
def test_quote_before_order(
    maker: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """A quote that was there first is filled first."""
    _, ask = quote(maker, floor, ask=1)
    order = sell(rival, floor, 1)

    buy(third, floor, 1)

    verify.equal("(quote, order)", states((maker, ask), (rival, order)),
                 ("FullyExecuted", "Working"))


@clause("workflows/trading/quotes-equal-orders")
def test_order_before_quote(
    maker: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """An order that was there first is filled first: quotes have no right of way."""
    order = sell(rival, floor, 1)
    _, ask = quote(maker, floor, ask=1)

    buy(third, floor, 1)

    verify.equal("(order, quote)", states((rival, order), (maker, ask)),
                 ("FullyExecuted", "Working"))


@clause("workflows/trading/updated-quote-last")
def test_updated_quote_is_filled_after_an_order_in_between(
    maker: Session, rival: Session, third: Session, floor: Floor, verify: Verifier
) -> None:
    """Updating a quote, even on the same terms, costs its place in the queue."""
    pair = quote(maker, floor, ask=1)
    between = sell(rival, floor, 1)
    maker.send("UpdateQuote", update_terms(maker, floor, pair, ask=1))

    buy(third, floor, 1)

    verify.equal("(order in between, executions of the quote)",
                 (state(status(rival, between)), executions(maker, floor)),
                 ("FullyExecuted", []))


@clause("workflows/trading/partial-fill")
def test_half_filled_order_works_on(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Half of an order executed leaves the other half working, and the execution says so."""
    order_id = sell(trader, floor, lots=2)

    buy(rival, floor)

    found = (*outcome(trader, order_id), number(status(trader, order_id), "OrigQuantity"))
    half = floor.lots()
    verify.equal("(state, remaining, executed, ordered)", found,
                 ("Working", half, half, floor.lots(2)))
    left = number(newest(executed(trader, order_id), "execution"), "remainingQuantity")
    verify.equal("remainingQuantity", left, half)


@clause("workflows/trading/hit-quote")
def test_cancelling_a_hit_quote_ends_the_other_side(
    maker: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The side that was hit stays executed, the other is cancelled."""
    bid, ask = quote(maker, floor, ask=1)
    buy(rival, floor, 1)

    maker.send("CancelQuote", cancel_terms(maker, floor, (bid, ask)))

    verify.equal("(ask, bid)", states((maker, ask), (maker, bid)), ("FullyExecuted", "Canceled"))
