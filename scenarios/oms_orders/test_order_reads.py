"""GetOpenOrders, GetOrderStatus, GetOrderHistory and GetOrderHistoryByOrderId."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import listen, shared
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    NOT_FOUND,
    OMS,
    Floor,
    buy,
    cancel,
    done,
    history,
    ids,
    open_ids,
    open_orders,
    rows,
    sell,
    send,
    state,
    status,
    trail,
)
from scenarios.users.vocabulary import holder_of


def busy(trader: Session, rival: Session, floor: Floor) -> dict[str, int]:
    """One order of each fate; a refused one has an id only where the target gives it one."""
    cancelled, filled = buy(trader, floor, -1), buy(trader, floor)
    sell(rival, floor)
    done(cancel(trader, cancelled))
    half = buy(trader, floor, lots=2)
    sell(rival, floor)
    refused = int(send(trader, floor, BUY, quantity=10**11).get("OrderId", 0))
    return {"Canceled": cancelled, "FullyExecuted": filled, "Working": half, "Rejected": refused}


def accounts_of(found: list[object]) -> set[object]:
    """The accounts that rows name."""
    return {lookup(row, "Account") for row in found}


@clause("oms_orders/GetOpenOrders/only-working")
def test_open_orders_are_working(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Whoever counts open orders counts what can still execute."""
    orders = busy(trader, rival, floor)

    found = open_orders(trader)

    verify.equal("open orders", ids(found), {orders["Working"]})
    verify.equal("states", {state(row) for row in found}, {"Working"})


@clause("oms_orders/GetOpenOrders/only-this-account")
def test_open_orders_are_the_accounts_own(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Nobody else's order is shown as one's own."""
    mine, other = buy(trader, floor, -1), buy(rival, floor, -1)

    found = (ids(open_orders(trader)), ids(open_orders(rival)))

    verify.equal("open orders of the two", found, ({mine}, {other}))
    verify.holds("each row names the account, if any",
                 accounts_of(open_orders(trader)) <= {trader.account_id, None}, found)


@clause("oms_orders/GetOpenOrders/no-finished-orders")
def test_finished_orders_are_not_open(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Filled, cancelled and rejected orders have left the list."""
    orders = busy(trader, rival, floor)

    found = open_ids(trader)

    finished = {orders[fate] for fate in ("Canceled", "FullyExecuted", "Rejected")}
    verify.equal("finished orders in the list", found & finished, set())


@clause("oms_orders/GetOpenOrders/empty-list")
def test_no_open_orders_is_an_empty_list(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A list without elements, not null or an error: clients loop over it."""
    done(cancel(trader, buy(trader, floor)))

    turn = trader.call("GetOpenOrders", OMSId=OMS, AccountId=trader.account_id)

    verify.equal("reply", turn.value, [], turn)


@pytest.mark.parametrize(
    "call",
    [
        clause_case("oms_orders/GetOpenOrders/own-accounts", "GetOpenOrders"),
        clause_case("oms_orders/GetOrderHistory/own-accounts", "GetOrderHistory"),
    ],
)
def test_trader_reads_own_accounts_only(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, call: str
) -> None:
    """What somebody else has in the market is that account's secret."""
    buy(rival, floor)

    turn = trader.call(call, OMSId=OMS, AccountId=rival.account_id)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("oms_orders/GetOpenOrders/own-accounts")
def test_reader_reads_own_accounts_only(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A user who may only read needs to be associated with the account as well."""
    buy(trader, floor)
    reader = holder_of(world, "AccountReadOnly")
    verify.succeeded(reader.call("GetOpenOrders", OMSId=OMS, AccountId=reader.account_id))

    turn = reader.call("GetOpenOrders", OMSId=OMS, AccountId=trader.account_id)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("oms_orders/GetOpenOrders/operator-any-account")
def test_operator_reads_any_account(
    operator: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """An operator sees a customer's open orders."""
    order_id = buy(trader, floor)

    turn = operator.call("GetOpenOrders", OMSId=OMS, AccountId=trader.account_id)

    verify.equal("open orders", ids(rows(verify.succeeded(turn))), {order_id}, turn)


@clause("oms_orders/GetOrderHistory/contains-open-orders")
def test_history_contains_the_open_orders(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Every open order is in the history, with the same figures."""
    busy(trader, rival, floor)

    past = shared(history(trader))

    missing = [row for row in shared(open_orders(trader)) if row not in past]
    verify.equal("open orders that the history lacks", missing, [])


@pytest.mark.parametrize(
    "fate",
    [
        clause_case("oms_orders/GetOrderHistory/contains-finished-orders", "FullyExecuted"),
        clause_case("oms_orders/GetOrderHistory/contains-rejected-orders", "Canceled"),
        pytest.param(
            "Rejected", marks=clause("oms_orders/GetOrderHistory/contains-rejected-orders")
        ),
    ],
)
def test_history_contains_what_has_ended(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, fate: str
) -> None:
    """Finished orders stay readable with the state they ended in."""
    busy(trader, rival, floor)

    found = [state(row) for row in history(trader)]

    verify.equal(f"orders that are {fate}", found.count(fate), 1)


@clause("oms_orders/GetOrderHistoryByOrderId/one-order")
def test_trail_is_about_one_order(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Asked about one order, the target tells of no other."""
    order_id = busy(trader, rival, floor)["Working"]

    verify.equal("orders in the trail", ids(trail(trader, order_id)), {order_id})


@clause("oms_orders/GetOrderHistoryByOrderId/one-per-state")
def test_trail_has_every_state_that_was_told(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The trail of an order is the list of its state events: accepted, executed, cancelled."""
    listen(trader, floor)
    order_id = buy(trader, floor, lots=2)
    sell(rival, floor)
    done(cancel(trader, order_id))

    told = verify.told(trader)["OrderStateEvent"]

    verify.equal("states", sorted(shared(trail(trader, order_id))), sorted(shared(told)))
    verify.equal("number of states", len(told), 3)


@clause("oms_orders/GetOrderHistoryByOrderId/foreign-order")
def test_trail_of_a_foreign_order_is_secret(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Knowing the number of somebody's order is not enough to learn about it."""
    order_id = buy(rival, floor)

    turn = trader.call("GetOrderHistoryByOrderId", omsId=OMS, orderId=order_id)

    verify.holds("refused, or nothing told",
                 turn.get("errorcode") in (NOT_AUTHORISED, NOT_FOUND) or turn.value == [],
                 turn.text[:200], turn)


@clause("oms_orders/GetOrderStatus/that-order")
def test_status_is_about_the_order_asked_for(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Of several orders the one asked for comes back."""
    first, second = buy(trader, floor, -1), buy(trader, floor, -2)

    found = [lookup(status(trader, order), "OrderId") for order in (first, second)]

    verify.equal("orders", found, [first, second])


@pytest.mark.parametrize("fate", ["Canceled", "FullyExecuted"])
@clause("oms_orders/GetOrderStatus/final-state")
def test_status_shows_how_an_order_ended(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, fate: str
) -> None:
    """Who missed the event can still find out what became of an order."""
    order_id = busy(trader, rival, floor)[fate]

    verify.equal("state", state(status(trader, order_id)), fate)


@clause("oms_orders/GetOrderStatus/wrong-account")
def test_order_is_not_found_under_another_account(
    operator: Session, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Even for an operator the order belongs to one account only."""
    order_id = buy(trader, floor)

    turn = operator.call(
        "GetOrderStatus", omsId=OMS, accountId=rival.account_id, orderId=order_id
    )

    verify.holds("refused, or nothing found",
                 turn.get("result") is False or turn.value == [], turn.text[:200], turn)
