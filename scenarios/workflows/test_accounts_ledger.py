"""The ledger: what an entry moves, who sees it, and that the past stays as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import (
    AMOUNT,
    book,
    booked,
    entries,
    entry_id,
    entry_ids,
    funds,
    normal,
    number,
    reads_of,
)

NOTHING = Decimal(0)
FRACTION = Decimal("0.01234567")
"""An amount with the eight places of a crypto-currency."""


@pytest.mark.parametrize(
    ("credit", "debit"),
    [clause_case("workflows/accounts/ledger-moves-amount", credit, debit)
     for credit, debit in ((AMOUNT, NOTHING), (NOTHING, AMOUNT), (FRACTION, NOTHING))],
)
def test_entry_moves_exactly_its_amount(
    world: World, trader: Session, verify: Verifier, credit: Decimal, debit: Decimal
) -> None:
    """A credit adds and a debit takes, to the last decimal; what is on hold stays."""
    coins = world.market.product1
    amount, held = funds(trader)[coins]

    booked(world, trader, coins, credit, debit)

    verify.equal("(amount, hold)", funds(trader)[coins], (amount + credit - debit, held),
                 *world.operator.turns[-2:])


@clause("workflows/accounts/ledger-moves-nothing-else")
def test_entry_touches_one_product_of_one_account(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Another product of the account and another account read as before."""
    money, before = world.market.product2, funds(trader)

    with verify.unchanged(*reads_of(world, rival.account_id)):
        booked(world, trader, money, AMOUNT)

    after = funds(trader)
    verify.holds("the product moved", after[money] != before[money], after)
    verify.equal("other products", {**after, money: before[money]}, before)


@clause("workflows/accounts/ledger-record-only")
def test_record_moves_nothing_and_is_listed(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """An entry for the books alone: positions stay, the ledger shows it."""
    positions = (*reads_of(world, trader.account_id, "ledger"), *reads_of(world, rival.account_id))

    with verify.unchanged(*positions):
        row = booked(
            world, trader, world.market.product2, AMOUNT, doNotAffectBalance=True, balance=AMOUNT
        )

    verify.holds("the entry is listed", entry_id(row) in entry_ids(entries(world, trader)), row)


@clause("workflows/accounts/ledger-views-agree")
def test_entry_reads_alike_everywhere(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """The answer to the booking, the entry by its id and the row of the list are one."""
    row = booked(world, trader, world.market.product2, AMOUNT, comment="Goodwill")

    single = verify.succeeded(
        operator.call("GetAccountLedgerEntry", AccountLedgerEntryId=entry_id(row))
    )

    listed = [found for found in entries(world, trader) if entry_id(found) == entry_id(row)]
    verify.equal("the entry by its id", normal(single.value), normal(row), single)
    verify.equal("the rows of the list", [normal(found) for found in listed], [normal(row)])


@clause("workflows/accounts/ledger-entered-by")
def test_entry_names_who_made_it(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """An audit asks who booked what."""
    row = booked(world, trader, world.market.product2, AMOUNT)

    verify.equal("enteredBy", lookup(row, "enteredBy"), operator.user_id, *operator.turns[-2:])


@clause("workflows/accounts/ledger-grows-by-one")
def test_each_booking_adds_one_row(world: World, trader: Session, verify: Verifier) -> None:
    """Two bookings, two rows: none is lost, none is doubled."""
    before = len(entries(world, trader))

    booked(world, trader, world.market.product2, AMOUNT)
    one = len(entries(world, trader))
    booked(world, trader, world.market.product2, NOTHING, AMOUNT)

    two = len(entries(world, trader))
    verify.equal("rows after one and two bookings", [one, two], [before + 1, before + 2])


@clause("workflows/accounts/ledger-append-only")
def test_rows_of_the_ledger_never_change(
    world: World, trader: Session, verify: Verifier
) -> None:
    """What was booked is corrected by another entry, not by changing it."""
    booked(world, trader, world.market.product2, AMOUNT)
    before = {entry_id(row): row for row in entries(world, trader)}

    booked(world, trader, world.market.product2, NOTHING, AMOUNT)
    booked(world, trader, world.market.product1, AMOUNT)

    after = {entry_id(row): row for row in entries(world, trader)}
    verify.equal("the rows there were", {key: after.get(key) for key in before}, before)


@pytest.mark.parametrize(
    ("credit", "debit"),
    [clause_case("workflows/accounts/ledger-one-sided", credit, debit)
     for credit, debit in ((AMOUNT, AMOUNT), (NOTHING, NOTHING))],
)
def test_one_sided_entry_has_one_side(
    world: World, trader: Session, verify: Verifier, credit: Decimal, debit: Decimal
) -> None:
    """Both sides at once or neither is a slip of the hand, and books nothing."""
    with verify.unchanged(*reads_of(world, trader.account_id)):
        turn = book(world, trader, world.market.product2, credit, debit)

        verify.refused(turn)


@clause("workflows/accounts/ledger-counterparty")
def test_two_sided_entry_moves_the_counterparty(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """What one gains the other loses, and nobody else."""
    money = world.market.product2
    mine, theirs = funds(trader)[money], funds(rival)[money]

    booked(world, trader, money, AMOUNT, oneSidedTransaction=False,
           counterPartyId=rival.account_id)

    found = [funds(who)[money] for who in (trader, rival)]
    required = [(mine[0] + AMOUNT, mine[1]), (theirs[0] - AMOUNT, theirs[1])]
    verify.equal("(amount, hold) of both", found, required, *world.operator.turns[-2:])


@clause("workflows/accounts/reverse-by-opposite-entry")
def test_opposite_entry_restores_the_position(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A wrong booking is undone by one with credit and debit exchanged."""
    before = funds(trader)
    row = booked(world, trader, world.market.product2, AMOUNT)

    booked(world, trader, world.market.product2, number(row, "dR_Amt"), number(row, "cR_Amt"))

    verify.equal("funds", funds(trader), before, *world.operator.turns[-2:])
