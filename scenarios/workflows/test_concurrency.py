"""Requests that meet over several connections, and connections that break in between."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from conformance.generate.world import World
from conformance.oracle.models.book import Side
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup, together
from scenarios.oms_orders.hearing import about, path, shared
from scenarios.oms_orders.vocabulary import (
    BUY,
    OMS,
    Floor,
    buy,
    cancel,
    done,
    executed,
    executions,
    fills,
    funds,
    held,
    new_client_id,
    open_ids,
    sell,
    state,
    terms,
    trail,
)
from scenarios.tickets.depositing import accepted, credits
from scenarios.tickets.vocabulary import fiat_till
from scenarios.users.markets import frames, subscribe_account
from scenarios.users.vocabulary import logged_in_again
from scenarios.workflows.cutting import Named, copies, cut_off
from scenarios.workflows.floors import moved
from scenarios.workflows.racing import (
    AGAIN,
    RIVAL,
    TRADER,
    Pit,
    Sent,
    melee,
    pit,
)
from scenarios.workflows.scarcity import Claim, Purse, purse

Meeting = Callable[[Pit], tuple[list[Sent], list[Sent]]]
ROUNDS = 6
"""Meetings of each kind: enough for either of two requests to leave first, three times."""
HISTORIES = 12
"""Random meetings: with seed 0 each seeded fault that can show in them does in one of these."""


@pytest.fixture
def place(world: World, floor: Floor, trader: Session, rival: Session) -> Pit:
    """Two traders on a floor, one of them connected twice."""
    return pit(world, floor, trader, rival)


def cancel_and_fill(at: Pit) -> tuple[list[Sent], list[Sent]]:
    """A sale is cancelled over another connection while somebody buys it."""
    sale = at.enter(TRADER, 0, Side.SELL, 1)
    return [sale], [at.cancel(AGAIN, 0), at.enter(RIVAL, 1, Side.BUY, 1)]


def two_buyers(at: Pit) -> tuple[list[Sent], list[Sent]]:
    """Two purchases of two lots meet over a sale of two."""
    sale = at.enter(RIVAL, 0, Side.SELL, 1, lots=2)
    return [sale], [at.enter(line, 1 + line, Side.BUY, 1, lots=2) for line in (TRADER, AGAIN)]


def reduce_and_fill(at: Pit) -> tuple[list[Sent], list[Sent]]:
    """A sale of three lots is reduced to two while somebody buys three."""
    sale = at.enter(TRADER, 0, Side.SELL, 1, lots=3)
    return [sale], [at.reduce(AGAIN, 0, 2), at.enter(RIVAL, 1, Side.BUY, 1, lots=3)]


def replace_and_fill(at: Pit) -> tuple[list[Sent], list[Sent]]:
    """A sale is put to a higher price while somebody buys at the old one."""
    sale, dearer = at.enter(TRADER, 0, Side.SELL, 1), at.enter(AGAIN, 2, Side.SELL, 3)
    return [sale], [at.replace(AGAIN, 0, dearer), at.enter(RIVAL, 1, Side.BUY, 1)]


def replace_and_cancel(at: Pit) -> tuple[list[Sent], list[Sent]]:
    """A sale is replaced over one connection and cancelled over the other."""
    sale, dearer = at.enter(TRADER, 0, Side.SELL, 1), at.enter(AGAIN, 2, Side.SELL, 3)
    return [sale], [at.replace(AGAIN, 0, dearer), at.cancel(TRADER, 0)]


@pytest.mark.parametrize("meeting", [
    clause_case("workflows/concurrency/cancel-meets-fill", cancel_and_fill),
    clause_case("workflows/concurrency/one-sale-two-buyers", two_buyers),
    clause_case("workflows/concurrency/reduce-meets-fill", reduce_and_fill),
    clause_case("workflows/concurrency/replace-meets-fill", replace_and_fill),
    clause_case("workflows/concurrency/replace-meets-cancel", replace_and_cancel),
])
def test_two_requests_come_one_after_the_other(
    place: Pit, verify: Verifier, meeting: Meeting
) -> None:
    """Whichever is taken first, states, trades, funds and holds are those of that order.

    An exchange that lets both win sells what is gone, or takes back what was bought.
    """
    before, together = meeting(place)

    place.meet(verify, before, together, ROUNDS)


@pytest.mark.parametrize("number", range(HISTORIES))
@clause("workflows/concurrency/some-serial-order")
def test_random_meetings_have_a_serial_order(
    world: World, place: Pit, verify: Verifier, number: int
) -> None:
    """Four requests over three connections leave what one of their 24 orders leaves."""
    before, together = melee(place, Random(f"melee/{world.seed}/{number}"))

    place.meet(verify, before, together, rounds=1)


@clause("workflows/concurrency/cancelled-once")
def test_order_cancelled_twice_at_once_ends_once(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Two screens of one user cancel the same order: it has one end, and its hold is freed."""
    again, product = logged_in_again(world, trader), floor.market.product2
    order_id, other = buy(trader, floor), buy(trader, floor, -1)
    cancelling = {"OMSId": OMS, "OrderId": order_id}

    turns = together([(trader, "CancelOrder", cancelling), (again, "CancelOrder", cancelling)])

    ends = [state(row) for row in trail(trader, order_id)].count("Canceled")
    verify.equal("ends of the order", ends, 1, *turns)
    left = (open_ids(trader), held(trader, product))
    verify.equal("(open, held)", left, ({other}, floor.lots() * floor.at(-1)), *turns)


@pytest.mark.parametrize(("one", "other"), [
    clause_case("workflows/concurrency/funds-promised-once", Purse.ordering, Purse.ordering),
    clause_case("workflows/concurrency/withdraw-meets-order", Purse.withdrawing, Purse.ordering),
    clause_case("workflows/concurrency/withdrawals-meet", Purse.withdrawing, Purse.withdrawing),
])
def test_same_funds_are_promised_once(
    world: World, floor: Floor, verify: Verifier, one: Claim, other: Claim
) -> None:
    """Two requests that each need most of the funds meet: one is taken, and its sum is held.

    Where both are taken, the exchange owes what it does not have.
    """
    scarce = purse(world, floor)
    again = logged_in_again(world, scarce.owner)

    turns = together([(scarce.owner, *one(scarce)), (again, *other(scarce))])

    verify.equal("promises", len(scarce.promises()), 1, *turns)
    amount, on_hold = scarce.figures()
    verify.equal("amount", amount, scarce.amount, *turns)
    verify.holds("held is within the amount", scarce.need <= on_hold <= amount, on_hold, *turns)


@clause("workflows/concurrency/deposit-credited-once")
def test_deposit_processed_by_two_at_once_is_credited_once(
    world: World, trader: Session, verify: Verifier
) -> None:
    """Two operators press the same button at the same time; the customer is paid once."""
    till = fiat_till(world, trader)
    ticket, before = accepted(till), funds(trader)
    marking = {"OMSId": OMS, "TicketId": lookup(ticket, "ticketNumber")}
    operators = (world.operator, world.deployment.fresh("operator"))

    turns = together(
        [(who, "MarkDepositTicketAsFullyProcessed", marking) for who in operators]
    )

    verify.equal("amount credited", moved(before, trader), {till.product: till.sum}, *turns)
    verify.equal("deposits listed", len(credits(till)), 1, *turns)


@clause("workflows/concurrency/every-connection-told")
def test_every_connection_is_told_the_same(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Two screens of one user show the same order, whichever of them it was sent from."""
    screens = (trader, logged_in_again(world, trader))
    for screen in screens:
        subscribe_account(screen)
        frames(screen)

    order_id = buy(trader, floor, lots=2)
    sell(rival, floor)
    done(cancel(screens[1], order_id))

    told = [verify.told(screen) for screen in screens]
    verify.equal("states told", path(told[0], order_id), ["Working", "Working", "Canceled"])
    both = [shared(about(events, "OrderStateEvent", order_id)) for events in told]
    verify.equal("what the other connection is told", both[1], both[0])


@pytest.mark.parametrize("replies", [0, 2])
@clause("workflows/concurrency/cut-before-reply")
def test_unanswered_orders_are_there_once_or_not_at_all(
    world: World, trader: Session, floor: Floor, verify: Verifier, replies: int
) -> None:
    """The line breaks with orders under way: none is doubled, and what is there can be found."""
    orders = [Named(new_client_id(), terms(trader, floor, BUY, -tick)) for tick in range(5)]

    answered = cut_off(trader, orders, replies=replies)

    survivor = logged_in_again(world, trader)
    found = copies(survivor, orders)
    verify.holds("each order is there once or not at all", max(found) <= 1, found)
    verify.holds("what was answered is there", answered <= open_ids(survivor), answered)
    there = [floor.at(-tick) for tick, count in enumerate(found) if count]
    verify.equal("held", held(survivor, floor.market.product2), floor.lots() * sum(there))


@clause("workflows/concurrency/cut-before-reply")
def test_part_of_a_request_is_no_order(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The line breaks within a request: of an order that did not arrive whole nothing is done."""
    order = Named(new_client_id(), terms(trader, floor, BUY))

    cut_off(trader, [], part=order)

    survivor = logged_in_again(world, trader)
    verify.equal("orders", copies(survivor, [order]), [0])
    verify.equal("held", held(survivor, floor.market.product2), 0)


@clause("workflows/concurrency/cut-before-reply")
def test_both_parties_see_the_trade_of_an_unanswered_order(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The line breaks while an order trades: it did for both parties, once, or for neither."""
    sale = sell(rival, floor, lots=2)
    order = Named(new_client_id(), terms(trader, floor, BUY))

    cut_off(trader, [order])

    survivor = logged_in_again(world, trader)
    count = copies(survivor, [order])[0]
    traded = [(floor.at(), floor.lots())] * count
    verify.holds("the order is there once or not at all", count <= 1, count)
    verify.equal("what the other party sold", fills(rival, sale), traded)
    verify.equal("executions", len(executions(survivor, floor)), len(executed(rival, sale)))


@clause("workflows/concurrency/cut-after-reply")
def test_answered_order_outlives_its_connection(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The line breaks right behind the reply: the order is there once, and its owner can end it."""
    order = Named(new_client_id(), terms(trader, floor, BUY))

    cut_off(trader, [order], replies=1)

    survivor = logged_in_again(world, trader)
    verify.equal("orders", copies(survivor, [order]), [1])
    ending = {"AccountId": survivor.account_id, "ClientOrderId": order.client_id}
    turn = survivor.call("CancelOrder", OMSId=OMS, **ending)
    verify.succeeded(turn)
    left = (open_ids(survivor), held(survivor, floor.market.product2))
    verify.equal("(open, held) after the cancel", left, (set(), 0), turn)
