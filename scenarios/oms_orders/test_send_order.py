"""SendOrder: what it makes, for whom, and with which defaults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.hearing import (
    end_of_minute,
    listen,
    path,
    require_agreement,
    require_told,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    IOC,
    MARKET,
    NOT_AUTHORISED,
    SELL,
    Floor,
    account_reads,
    book,
    buy,
    executed,
    executions,
    fills,
    held,
    new_client_id,
    number,
    of_order,
    open_ids,
    open_orders,
    outcome,
    sell,
    send,
    state,
    status,
    taken,
    terms,
    trade_reads,
)

ZERO = Decimal(0)
BEYOND = 100_000_000
"""Lots that no customer of a scenario can pay for."""


def without(payload: dict[str, Any], key: str) -> dict[str, Any]:
    """A payload that leaves a key out."""
    return {name: value for name, value in payload.items() if name != key}


@clause("oms_orders/SendOrder/effect")
def test_order_rests_with_its_terms_and_holds_its_price(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An order nobody meets is open as it was sent, on the book, and its cost is reserved.

    Nobody else notices; a client that finds other terms than it sent trades blind.
    """
    with verify.unchanged(*trade_reads(rival)):
        order_id = taken(verify.succeeded(send(trader, floor, BUY, -1, lots=2)))

    row = of_order(open_orders(trader), order_id)
    found = (number(row, "Price"), number(row, "Quantity"), number(row, "QuantityExecuted"))
    verify.equal("(price, remaining, executed)", found, (floor.at(-1), floor.lots(2), ZERO))
    level = book(trader, floor.instrument_id).get((BUY, floor.at(-1)))
    verify.equal("quantity on the book", level, floor.lots(2))
    hold = held(trader, floor.market.product2)
    verify.equal("hold", hold, floor.at(-1) * floor.lots(2))


@clause("oms_orders/SendOrder/events")
def test_everything_an_order_does_is_told(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Acceptance, execution, funds, refusal and the public feeds each have their event.

    Traders steer by events; one that is missing or differs from the reads loses money.
    """
    sell(rival, floor)
    listen(trader, floor, "Level1", "Level2", "Trades", "Ticker")

    order_id = buy(trader, floor, lots=2)
    send(trader, floor, BUY, lots=BEYOND, ClientOrderId=new_client_id())
    end_of_minute(world)

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("SendOrder").events)
    require_agreement(verify, trader, floor, told, order_id)


@clause("oms_orders/SendOrder/order-id")
def test_every_order_has_an_id_of_its_own(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Accepted orders of two accounts carry different ids above zero; a client keys by them."""
    found = [buy(trader, floor, -1), buy(rival, floor, -1), buy(trader, floor, -1)]

    verify.holds("the ids differ and are above zero",
                 len(set(found)) == len(found) and min(found) > 0, found)


@clause("oms_orders/SendOrder/own-accounts")
def test_order_for_somebody_elses_account_is_refused(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A trader cannot trade with another account's money."""
    with verify.unchanged(*account_reads(rival)):
        turn = trader.send("SendOrder", terms(rival, floor, BUY))

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("oms_orders/SendOrder/operator-any-account")
def test_operator_sends_for_any_account(
    operator: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """An operator's order for a customer works on the customer's account."""
    turn = operator.send("SendOrder", terms(trader, floor, BUY))

    verify.succeeded(turn)
    verify.equal("open orders of the account", open_ids(trader), {taken(turn)}, turn)


@clause("oms_orders/SendOrder/time-in-force-default")
def test_order_without_time_in_force_stays(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Left out, TimeInForce means good till cancelled: what does not execute goes on working."""
    sell(rival, floor)

    order_id = taken(trader.send("SendOrder", without(terms(trader, floor, BUY, lots=2),
                                                      "TimeInForce")))

    found = outcome(trader, order_id)
    verify.equal("(state, remaining, executed)", found, ("Working", floor.lots(), floor.lots()))


@clause("oms_orders/SendOrder/client-order-id-default")
def test_order_without_client_id_carries_zero(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Left out, ClientOrderId is 0, which is how a reader knows that none was given."""
    order_id = taken(trader.send("SendOrder", without(terms(trader, floor, BUY),
                                                      "ClientOrderId")))

    verify.equal("ClientOrderId", lookup(status(trader, order_id), "ClientOrderId"), 0)


@pytest.mark.parametrize(("key", "value"), [("Side", 3), ("OrderType", 0), ("TimeInForce", 0)])
@clause("oms_orders/SendOrder/error-values")
def test_error_values_never_work(
    trader: Session, floor: Floor, verify: Verifier, key: str, value: int
) -> None:
    """The values documented as error conditions make no working order and hold nothing."""
    with verify.unchanged(*account_reads(trader)):
        turn = trader.send("SendOrder", terms(trader, floor, BUY, **{key: value}))

    verify.equal("open orders", open_ids(trader), set(), turn)


@clause("oms_orders/SendOrder/reserve-needs-flag")
def test_reserve_counts_only_with_its_flag(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A display quantity without UseDisplayQuantity hides nothing.

    Otherwise the market would show less than its members are willing to trade.
    """
    reserve = {"DisplayQuantity": floor.lots(), "UseDisplayQuantity": True}
    sell(rival, floor, 1, lots=3, **reserve)
    if book(trader, floor.instrument_id)[SELL, floor.at(1)] != floor.lots():
        raise Unavailable("SendOrder takes no reserve here: its page names no DisplayQuantity")

    send(trader, floor, BUY, -1, lots=3, DisplayQuantity=floor.lots(), UseDisplayQuantity=False)

    shown = book(trader, floor.instrument_id).get((BUY, floor.at(-1)))
    verify.holds("everything is shown, or the order refused", shown in (None, floor.lots(3)), shown)


@pytest.mark.parametrize("more", [{"TimeInForce": IOC}, {"quantity": 10**15}], ids=str)
@clause("oms_orders/SendOrder/not-executable-not-open")
def test_order_that_cannot_execute_is_not_open(
    trader: Session, floor: Floor, verify: Verifier, more: dict[str, Any]
) -> None:
    """What found no market at once, or was refused, is not among the open orders."""
    turn = send(trader, floor, BUY, **more)

    verify.equal("open orders", open_ids(trader), set(), turn)


@clause("oms_orders/SendOrder/fate-follows")
def test_accepted_order_may_end_at_once(trader: Session, floor: Floor, verify: Verifier) -> None:
    """Accepted is a receipt: an IOC order nobody meets is told and read as Canceled.

    A client that counts accepted orders as working overestimates what it has in the market.
    """
    listen(trader, floor)

    order_id = taken(verify.succeeded(send(trader, floor, BUY, TimeInForce=IOC)))

    verify.equal("state read", state(status(trader, order_id)), "Canceled")
    verify.equal("state told last", path(verify.told(trader), order_id)[-1:], ["Canceled"])


@clause("oms_orders/SendOrder/limit-price-for-limits")
def test_limit_order_does_not_pay_more_than_its_limit(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A sale above the limit stays where it is, and the order rests at its limit."""
    sell(rival, floor, 1)

    order_id = buy(trader, floor)

    verify.equal("executions", executions(trader, floor), [])
    verify.equal("Price", number(status(trader, order_id), "Price"), floor.at())


@clause("oms_orders/SendOrder/market-price-cap")
def test_market_buy_does_not_pay_more_than_its_cap(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A market buy with a limit price takes what is not dearer, and leaves the rest alone."""
    sell(rival, floor)
    sell(rival, floor, 2)

    turn = send(trader, floor, BUY, 1, lots=2, OrderType=MARKET)

    paid = fills(trader, int(turn.get("OrderId", 0)))
    verify.equal("(price, quantity)", paid, [(floor.at(), floor.lots())], turn)


@clause("oms_orders/SendOrder/client-order-id-echo")
def test_client_id_comes_back_everywhere(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Reads, events and executions of an order carry the id its client gave it."""
    listen(trader, floor)
    number_given = new_client_id()

    order_id = sell(trader, floor, lots=2, ClientOrderId=number_given)
    buy(rival, floor)

    told = verify.told(trader)
    rows = [
        status(trader, order_id), *open_orders(trader), *executed(trader, order_id),
        *told["OrderStateEvent"], *told["OrderTradeEvent"],
    ]
    verify.equal("client order ids", {lookup(row, "ClientOrderId") for row in rows},
                 {number_given})


@clause("oms_orders/SendOrder/oco-watches")
def test_watcher_ends_when_the_watched_order_executes(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An order that names another in OrderIdOCO is cancelled when that one executes.

    A trader who brackets a position would otherwise be filled on both sides.
    """
    watched = sell(trader, floor, 2)
    watcher = buy(trader, floor, -2, OrderIdOCO=watched)

    buy(rival, floor, 2)

    verify.equal("state of the watcher", state(status(trader, watcher)), "Canceled")
    verify.equal("open orders", open_ids(trader), set())


@pytest.mark.parametrize("key", ["LimitPrice", "quantity"])
@clause("oms_orders/SendOrder/increments")
def test_value_between_increments_is_refused(
    trader: Session, floor: Floor, verify: Verifier, key: str
) -> None:
    """A price or quantity off the increments is refused, not rounded: it would be another order."""
    market = floor.market
    off: dict[str, Any] = {
        "LimitPrice": floor.at() + market.price_increment / 2,
        "quantity": floor.lots() + market.quantity_increment / 2,
    }

    with verify.unchanged(*account_reads(trader)):
        verify.refused(send(trader, floor, BUY, **{key: off[key]}))
