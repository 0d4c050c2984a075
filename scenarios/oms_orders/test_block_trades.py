"""SubmitBlockTrade: trades made off the book and reported afterwards."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.blocks import block_terms, open_reports, report
from scenarios.oms_orders.hearing import listen, require_agreement, require_told
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    book,
    buy,
    executions,
    funds,
    newest,
    number,
    sell,
    taken,
    trade_reads,
)

BEYOND = 10**10
"""A quantity that no account of a scenario has."""


def block_side(who: Session, floor: Floor) -> list[tuple[object, ...]]:
    """(price, quantity, block trade?) of the account's executions."""
    return [
        (number(row, "price"), number(row, "quantity"), lookup(row, "isBlockTrade"))
        for row in executions(who, floor)
    ]


@clause("oms_orders/SubmitBlockTrade/effect")
def test_block_trade_moves_funds_and_nothing_else(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The seller's first product becomes the buyer's, at the reported price; a third is untouched.

    What the two pay in fees leaves their accounts too, so amounts may be lower by those.
    """
    witness = world.customer()
    before = funds(trader), funds(rival)

    with verify.unchanged(*trade_reads(witness)):
        verify.succeeded(report(world, floor, trader, rival, SELL))

    base, quote = floor.market.product1, floor.market.product2
    after, fees = (funds(trader), funds(rival)), fees_of(trader, rival, floor)
    moved = [after[0][base][0] - before[0][base][0], after[1][quote][0] - before[1][quote][0]]
    value = floor.lots() * floor.base
    verify.equal("(sold, paid) besides fees", moved, [-floor.lots(), -value])
    received = [after[1][base][0] - before[1][base][0] + fees[1],
                after[0][quote][0] - before[0][quote][0] + fees[0]]
    verify.equal("(bought, earned) before fees", received, [floor.lots(), value])


def fees_of(seller: Session, buyer: Session, floor: Floor) -> list[Decimal]:
    """What either side was charged, each in the product it received."""
    return [number(newest(executions(who, floor), "execution"), "fee") for who in (seller, buyer)]


@clause("oms_orders/SubmitBlockTrade/events")
def test_block_trade_is_told_to_its_parties(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The reporting account hears of its order, its trade and its funds."""
    listen(trader, floor)

    order_id = taken(report(world, floor, trader, rival, SELL))

    told = verify.told(trader)
    require_told(verify, told, world.contract.call("SubmitBlockTrade").events)
    require_agreement(verify, trader, floor, told, order_id)


@clause("oms_orders/SubmitBlockTrade/visible-in-trades")
def test_reported_trade_shows_as_a_block_trade(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The trade history shows it with its price and quantity, marked as a block trade."""
    report(world, floor, trader, rival, SELL)

    verify.equal("executions", block_side(trader, floor), [(floor.base, floor.lots(), True)])


@clause("oms_orders/SubmitBlockTrade/not-on-book")
def test_block_trade_meets_no_order_of_the_book(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Orders that rest at its price stay, and the public sees no other book."""
    maker = world.customer()
    sell(maker, floor)
    buy(maker, floor, -1)
    before = book(world.anonymous, floor.instrument_id)

    with verify.unchanged(*trade_reads(maker)):
        report(world, floor, trader, rival, BUY)

    verify.equal("book", book(world.anonymous, floor.instrument_id), before)


@clause("oms_orders/SubmitBlockTrade/refused-report")
def test_refused_report_changes_nothing(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A report that cannot be booked, and any where there are none, leaves both accounts alone."""
    payload = block_terms(world, floor, trader, rival, SELL, quantity=BEYOND)

    with verify.unchanged(*trade_reads(trader), *trade_reads(rival)):
        verify.refused(world.operator.send("SubmitBlockTrade", payload))


@clause("oms_orders/SubmitBlockTrade/locked-in")
def test_locked_in_report_books_both_sides(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Where one party reports for both, both accounts have the trade at once."""
    report(world, floor, trader, rival, SELL, lockedIn=True)

    booked = [(floor.base, floor.lots(), True)]
    found = (block_side(trader, floor), block_side(rival, floor))
    verify.equal("executions of both", found, (booked, booked))


@clause("oms_orders/SubmitBlockTrade/two-reports")
def test_report_waits_for_the_other_party(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A report that is not locked in is open until the other party's; then both have the trade."""
    report(world, floor, trader, rival, SELL, lockedIn=False)
    waiting = (len(open_reports(trader)), block_side(trader, floor))

    report(world, floor, rival, trader, BUY, lockedIn=False)

    verify.equal("(open reports, executions) after one report", waiting, (1, []))
    booked = [(floor.base, floor.lots(), True)]
    found = (len(open_reports(trader)), block_side(trader, floor), block_side(rival, floor))
    verify.equal("(open reports, executions of both) after two", found, (0, booked, booked))
