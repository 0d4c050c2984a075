"""CancelAllOrders: what it ends, what it leaves alone, who may send it."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import listen, require_agreement, require_told
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    Floor,
    account_reads,
    buy,
    cancel_all,
    done,
    open_ids,
    sell,
    state,
    status,
    taken,
    terms,
    trade_reads,
)
from scenarios.users.accounts_heard import cancel_all_of_nothing
from scenarios.users.vocabulary import colleague_of


@clause("oms_orders/CancelAllOrders/effect")
def test_all_orders_go_and_all_funds_are_free(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Both sides of an account's orders end, with what they held; trades and funds stay."""
    with verify.unchanged(*trade_reads(trader)):
        found = [buy(trader, floor, -1), sell(trader, floor, 1, lots=2)]

        verify.succeeded(cancel_all(trader))

    states = {state(status(trader, order_id)) for order_id in found}
    verify.equal("states", states, {"Canceled"})


@clause("oms_orders/CancelAllOrders/events")
def test_every_cancelled_order_is_told(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Each order's end, the funds, the book, and a refusal have their events."""
    orders = {buy(trader, floor), sell(trader, floor, 1)}
    listen(trader, floor, "Level1", "Level2")

    done(cancel_all(trader))
    cancel_all_of_nothing(trader)

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("CancelAllOrders").events)
    for_each = {int(lookup(row, "OrderId")) for row in told["OrderStateEvent"]}
    verify.equal("orders whose end is told", for_each, orders)
    require_agreement(verify, trader, floor, told, max(orders))


@clause("oms_orders/CancelAllOrders/leaves-none")
def test_no_order_is_left_open(trader: Session, floor: Floor, verify: Verifier) -> None:
    """Afterwards the account has no open order in any instrument: it is the emergency brake."""
    buy(trader, floor, -1)
    sell(trader, floor, 1)

    done(cancel_all(trader))

    verify.equal("open orders", open_ids(trader), set())


@clause("oms_orders/CancelAllOrders/other-accounts-stay")
def test_orders_of_other_accounts_stay(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Somebody else's orders in the same market are not touched."""
    buy(trader, floor, -1)
    buy(rival, floor, -1)

    with verify.unchanged(*account_reads(rival)):
        done(cancel_all(trader))


@clause("oms_orders/CancelAllOrders/all-users-of-account")
def test_orders_of_all_users_of_an_account_go(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Named by its account alone, the call ends what a colleague entered there too."""
    colleague = colleague_of(world, trader)
    buy(trader, floor)
    taken(colleague.send("SendOrder", terms(trader, floor, BUY)))

    done(cancel_all(trader))

    verify.equal("open orders", open_ids(trader), set())


@clause("oms_orders/CancelAllOrders/trader-own-account")
def test_trader_cannot_clear_another_account(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A trader who names another account is refused, and its orders stay."""
    buy(rival, floor)

    with verify.unchanged(*account_reads(rival)):
        verify.refused(cancel_all(trader, rival.account_id), code=NOT_AUTHORISED)


@clause("oms_orders/CancelAllOrders/operator-any-account")
def test_operator_clears_any_account(
    operator: Session, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """An operator can end all orders of a customer."""
    buy(trader, floor)

    verify.succeeded(cancel_all(operator, trader.account_id))

    verify.equal("open orders of the account", open_ids(trader), set())


@clause("oms_orders/CancelAllOrders/repeatable")
def test_second_time_changes_nothing(trader: Session, floor: Floor, verify: Verifier) -> None:
    """Sent again in a hurry it does no harm, and tells of no order."""
    buy(trader, floor)
    done(cancel_all(trader))
    listen(trader, floor)

    with verify.unchanged(*trade_reads(trader)):
        cancel_all(trader)

    verify.equal("states told", verify.told(trader).get("OrderStateEvent", []), [])
