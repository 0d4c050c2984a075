"""CancelReplaceOrder: one order ends, another takes its place at the back of the queue."""

from __future__ import annotations

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
from scenarios.oms_orders.vocabulary import (
    ABSENT_ID,
    BUY,
    SELL,
    Floor,
    buy,
    held,
    history,
    ids,
    new_client_id,
    open_ids,
    outcome,
    replace,
    replaced,
    sell,
    state,
    status,
    trade_reads,
)


@clause("oms_orders/CancelReplaceOrder/effect")
def test_replacement_works_and_the_old_order_is_gone(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """One order is open instead of the other, on the new terms, and funds are held for it alone."""
    old = buy(trader, floor, lots=2)

    with verify.unchanged(*trade_reads(rival)):
        turn = verify.succeeded(replace(trader, floor, old, BUY, -2, lots=3))

    new = int(turn["replacementOrderId"])
    verify.equal("open orders", open_ids(trader), {new}, turn)
    found = (state(status(trader, old)), *outcome(trader, new))
    verify.equal("(old state, new state, remaining, executed)", found,
                 ("Canceled", "Working", floor.lots(3), 0))
    hold = held(trader, floor.market.product2)
    verify.equal("hold", hold, floor.at(-2) * floor.lots(3))


@clause("oms_orders/CancelReplaceOrder/events")
def test_replacing_is_told_in_all_its_parts(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The end of the old order, the new one's fate, funds, feeds and a refusal are told."""
    old = buy(trader, floor, -1)
    sell(rival, floor)
    listen(trader, floor, "Level1", "Level2", "Trades", "Ticker")

    new = replaced(trader, floor, old, BUY, lots=2)
    replace(trader, floor, ABSENT_ID, BUY)
    end_of_minute(world)

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("CancelReplaceOrder").events)
    require_agreement(verify, trader, floor, told, old)
    require_agreement(verify, trader, floor, told, new)


@clause("oms_orders/CancelReplaceOrder/echoes-ids")
def test_reply_names_old_and_new(trader: Session, floor: Floor, verify: Verifier) -> None:
    """The reply tells which order was replaced and both client ids: that is how it is matched."""
    first, second = new_client_id(), new_client_id()
    old = buy(trader, floor, ClientOrderId=first)

    turn = verify.succeeded(replace(trader, floor, old, BUY, clientOrdId=second))

    found = (turn["origOrderId"], turn["origClOrdId"], turn["replacementClOrdId"])
    verify.equal("(original, its client id, new client id)", found, (old, first, second), turn)


@clause("oms_orders/CancelReplaceOrder/new-order-id")
def test_replacement_has_an_id_of_its_own(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The replacement is another order: its id is new to the account."""
    old = buy(trader, floor)
    before = ids(history(trader))

    new = replaced(trader, floor, old, BUY)

    verify.holds("the id is above zero and new", new > 0 and new not in before, new)


@clause("oms_orders/CancelReplaceOrder/loses-priority")
def test_replacement_queues_behind_everybody(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Replaced on the same terms, an order stands behind the one that came after it."""
    buyer = world.customer()
    old, other = sell(trader, floor), sell(rival, floor)
    new = replaced(trader, floor, old, SELL)

    buy(buyer, floor)

    found = (state(status(rival, other)), state(status(trader, new)))
    verify.equal("(the later order, the replacement)", found, ("FullyExecuted", "Working"))


@clause("oms_orders/CancelReplaceOrder/may-grow")
def test_replacement_may_be_larger(trader: Session, floor: Floor, verify: Verifier) -> None:
    """Unlike ModifyOrder it can enlarge an order."""
    old = buy(trader, floor)

    turn = verify.succeeded(replace(trader, floor, old, BUY, lots=4))

    found = outcome(trader, int(turn["replacementOrderId"]))
    verify.equal("(state, remaining, executed)", found, ("Working", floor.lots(4), 0), turn)


@clause("oms_orders/CancelReplaceOrder/links-to-original")
def test_replacement_leads_back_to_the_original(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A reader of the replacement finds the order it came from, and its client's number."""
    number = new_client_id()
    old = buy(trader, floor, ClientOrderId=number)

    row = status(trader, replaced(trader, floor, old, BUY))

    found = (lookup(row, "OrigOrderId"), lookup(row, "OrigClOrdId"))
    verify.equal("(OrigOrderId, OrigClOrdId)", found, (old, number))


@clause("oms_orders/CancelReplaceOrder/unknown-order")
def test_nothing_replaces_an_unknown_order(
    trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Replacing an order that is not there is refused and must not make a new one.

    A client that retries after a fill would otherwise trade twice.
    """
    listen(trader, floor)

    with verify.unchanged(*trade_reads(trader)):
        turn = replace(trader, floor, ABSENT_ID, BUY)

    told = verify.told(trader)
    verify.holds("an error, or a CancelReplaceOrderRejectEvent",
                 turn.get("result") is False or "CancelReplaceOrderRejectEvent" in told,
                 told, turn)


@clause("oms_orders/CancelReplaceOrder/oco-watches")
def test_replacement_ends_when_the_watched_order_executes(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The execution of the order named in orderIdOCO cancels the replacement."""
    watched = sell(trader, floor, 2)
    watcher = replaced(trader, floor, buy(trader, floor, -2), BUY, -2, orderIdOCO=watched)

    buy(rival, floor, 2)

    verify.equal("state of the watcher", state(status(trader, watcher)), "Canceled")


@clause("oms_orders/CancelReplaceOrder/oco-one-way")
def test_watched_order_does_not_watch_in_return(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """When the replacement executes, the order it watches goes on working."""
    watched = sell(trader, floor, 2)
    replaced(trader, floor, buy(trader, floor, -2), BUY, -2, orderIdOCO=watched)

    sell(rival, floor, -2)

    verify.equal("open orders", open_ids(trader), {watched})
