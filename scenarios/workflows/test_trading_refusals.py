"""What must not happen: orders beyond funds, off the grid, on foreign accounts, against oneself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.oms_orders.vocabulary import (
    ABSENT_ID,
    BUY,
    NOT_AUTHORISED,
    NOT_FOUND,
    OMS,
    SELL,
    SHORT,
    Floor,
    account_reads,
    book,
    buy,
    cancel,
    cancel_all,
    done,
    executions,
    funds,
    modify,
    new_client_id,
    open_ids,
    outcome,
    sell,
    send,
    state,
    status,
    terms,
    trade_reads,
)
from scenarios.workflows.floors import fee_sums, market_with, moved

BEYOND = 10**8
"""Lots that no customer of a scenario has or can pay for."""


@pytest.mark.parametrize("side", [BUY, SELL], ids=["buy", "sell"])
@clause("workflows/trading/beyond-balance")
def test_order_beyond_the_balance_is_rejected(
    trader: Session, floor: Floor, verify: Verifier, side: int
) -> None:
    """Nobody buys or sells what the account cannot pay, and nothing is held for the attempt."""
    with verify.unchanged(*trade_reads(trader)):
        verify.refused(send(trader, floor, side, lots=BEYOND))


@pytest.mark.parametrize("side", [BUY, SELL], ids=["buy", "sell"])
@clause("workflows/trading/off-increment")
def test_order_off_the_grid_leaves_no_trace(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, side: int
) -> None:
    """A price between increments meets nobody, even where a rounded one would trade."""
    buy(rival, floor, -1)
    sell(rival, floor, 1)
    off = floor.at() + floor.market.price_increment / 4
    before = book(trader, floor.instrument_id)

    with verify.unchanged(*trade_reads(trader)):
        verify.refused(send(trader, floor, side, LimitPrice=off))

    verify.equal("book", book(trader, floor.instrument_id), before)


@clause("workflows/trading/cancel-by-either")
def test_both_ways_of_cancelling_end_alike(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Cancelled by its id or by the client's own number, an order ends as Canceled."""
    number = new_client_id()
    one, other = buy(trader, floor), buy(trader, floor, ClientOrderId=number)

    done(cancel(trader, one))
    verify.succeeded(trader.call(
        "CancelOrder", OMSId=OMS, AccountId=trader.account_id, ClientOrderId=number
    ))

    found = [state(status(trader, order)) for order in (one, other)]
    verify.equal("states", found, ["Canceled", "Canceled"])


@clause("workflows/trading/cancel-twice")
def test_what_has_ended_is_not_cancelled_again(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A second cancel, and one after a fill, fail and leave order, funds and trades alone."""
    cancelled, filled = buy(trader, floor, -1), buy(trader, floor)
    sell(rival, floor)
    done(cancel(trader, cancelled))

    with verify.unchanged(*trade_reads(trader)):
        verify.refused(cancel(trader, cancelled))
        verify.refused(cancel(trader, filled))

    found = [state(status(trader, order)) for order in (cancelled, filled)]
    verify.equal("states", found, ["Canceled", "FullyExecuted"])


@clause("workflows/trading/cancel-all-own")
def test_clearing_one_account_leaves_the_other_on_the_book(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """At a shared price only the own quantity leaves the book."""
    buy(trader, floor, lots=2)
    other = buy(rival, floor, lots=3)

    done(cancel_all(trader))

    found = (open_ids(rival), book(trader, floor.instrument_id))
    verify.equal("(rival's orders, book)", found, ({other}, {(BUY, floor.at()): floor.lots(3)}))


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("GetOrderStatus", {}),
        ("GetOrderHistoryByOrderId", {}),
        ("ModifyOrder", {"Quantity": 1}),
        ("CancelOrder", {}),
    ],
)
@clause("workflows/trading/foreign-order-untouched")
def test_foreign_order_is_out_of_reach(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str,
    more: dict[str, Any],
) -> None:
    """Another account's order can be neither read, changed nor cancelled by a stranger."""
    order_id = buy(trader, floor, lots=100)
    key = {"OMSId": OMS, "OrderId": order_id, "InstrumentId": floor.instrument_id}

    with verify.unchanged(*account_reads(trader)):
        turn = rival.send(call, {**key, "AccountId": trader.account_id, **more})

    verify.holds("refused, or nothing found",
                 turn.get("errorcode") in (NOT_AUTHORISED, NOT_FOUND) or turn.value == [],
                 turn.text[:200], turn)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Side": 3}, {"OrderType": 0}, {"TimeInForce": 0}, {"InstrumentId": ABSENT_ID},
        {"quantity": 0}, {"quantity": -1}, {"quantity": "many"}, {"LimitPrice": -1},
    ],
    ids=str,
)
@clause("workflows/trading/bad-orders")
def test_senseless_order_never_works(
    trader: Session, floor: Floor, verify: Verifier, wrong: dict[str, Any]
) -> None:
    """However an order is wrong, it is not open afterwards and reserves nothing."""
    with verify.unchanged(*trade_reads(trader)):
        verify.refused(trader.send("SendOrder", {**terms(trader, floor, BUY), **wrong}))


@clause("workflows/trading/no-upward-change")
def test_larger_quantity_is_not_taken(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """After an attempt to enlarge it an order executes what it was, no more."""
    order_id = sell(trader, floor)
    modify(trader, floor, order_id, 3)

    buy(rival, floor, lots=3)

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("FullyExecuted", 0, floor.lots()))


@clause("workflows/trading/self-trade-prevented")
def test_account_does_not_trade_with_itself(
    world: World, trader: Session, verify: Verifier
) -> None:
    """Where self-trade prevention is on, two crossing orders of an account make no trade."""
    floor = market_with(world, selfTradePrevention=True)
    sell(trader, floor)

    turn = send(trader, floor, BUY)

    verify.equal("executions", executions(trader, floor), [], turn)


@clause("workflows/trading/self-trade-charged")
def test_allowed_self_trade_costs_its_fees(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Where it is off the account trades with itself, and loses nothing but the fees."""
    before = funds(trader)

    sell(trader, floor, lots=10)
    buy(trader, floor, lots=10)

    found = executions(trader, floor)
    lost = {product: -amount for product, amount in moved(before, trader).items()}
    verify.equal("number of executions", len(found), 2)
    verify.equal("lost by product", lost, fee_sums(found))
    verify.holds("fees are charged", sum(lost.values()) > 0, lost)


@clause("workflows/trading/short-side")
def test_short_side_is_refused_or_sells(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Side 2 makes no purchase: it is refused, or works as a sale."""
    turn = send(trader, floor, SHORT)

    refused = turn.get("status") != "Accepted"
    shown = book(rival, floor.instrument_id)
    verify.holds("refused without a trace, or a sale on the book",
                 shown == {} if refused else set(shown) == {(SELL, floor.at())}, shown, turn)
