"""SubmitAccountLedgerEntry and the calls that read the ledger: funds booked by hand."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import (
    AMOUNT,
    book,
    booked,
    entries,
    entry_id,
    entry_ids,
    entry_terms,
    funds,
    number,
    reads_of,
)
from scenarios.users.accounts_heard import last_positions, positions
from scenarios.users.markets import frames, subscribe_account


@clause("accounts/SubmitAccountLedgerEntry/effect")
def test_booking_moves_the_funds_and_is_listed(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """The account has exactly that much more, its ledger the entry, and nobody else is touched."""
    money, amount = world.market.product1, AMOUNT + world.market.quantity_increment
    before, known = funds(trader), entry_ids(entries(world, trader))
    others = (*reads_of(world, rival.account_id),
              *reads_of(world, trader.account_id, "funds", "ledger"))

    with verify.unchanged(*others):
        turn = verify.succeeded(book(world, trader, money, amount))

    had, held = before[money]
    verify.equal("funds", funds(trader), {**before, money: (had + amount, held)}, turn)
    new = [row for row in entries(world, trader) if entry_id(row) not in known]
    verify.equal("credits of new entries", [number(row, "cR_Amt") for row in new], [amount], turn)


@clause("accounts/SubmitAccountLedgerEntry/events")
def test_owner_hears_of_a_booking(world: World, trader: Session, verify: Verifier) -> None:
    """What the event tells is what a reader then reads."""
    subscribe_account(trader)
    frames(trader)

    booked(world, trader, world.market.product2, AMOUNT)

    told = last_positions(verify.events(trader, "AccountPositionEvent"))
    verify.holds("the product's position is told", world.market.product2 in told, told)
    real = positions(trader)
    verify.equal("positions told", told, {product: real[product] for product in told})


@clause("accounts/SubmitAccountLedgerEntry/position-event")
def test_only_a_booking_that_moves_funds_is_told(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A record without a movement is no news for the owner; a movement is."""
    money = world.market.product2
    subscribe_account(trader)
    frames(trader)

    booked(world, trader, money, AMOUNT, doNotAffectBalance=True, balance=AMOUNT)
    silent = verify.events(trader, "AccountPositionEvent")
    booked(world, trader, money, AMOUNT)

    event = verify.event(trader, "AccountPositionEvent", ProductId=money)
    verify.equal("events of a record without a movement", silent, [])
    verify.equal("Amount", number(event, "Amount"), funds(trader)[money][0])


@clause("accounts/SubmitAccountLedgerEntry/echo")
def test_reply_repeats_what_was_booked(world: World, trader: Session, verify: Verifier) -> None:
    """The operator sees at once what was understood."""
    money = world.market.product2

    row = booked(world, trader, money, AMOUNT, comment="Goodwill, case 7")

    found = [lookup(row, key) for key in ("accountId", "productId", "cR_Amt", "dR_Amt")]
    verify.equal("(account, product, credit, debit)", found,
                 [trader.account_id, money, AMOUNT, 0], *world.operator.turns[-1:])
    verify.equal("comments", lookup(row, "comments"), "Goodwill, case 7")


@clause("accounts/SubmitAccountLedgerEntry/balance-needed")
def test_record_without_movement_needs_a_balance(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """An entry that moves nothing says which balance it records; without one it is refused."""
    terms = entry_terms(trader, world.market.product2, AMOUNT, doNotAffectBalance=True)

    with verify.unchanged(*reads_of(world, trader.account_id)):
        verify.refused(operator.send("SubmitAccountLedgerEntry", terms))

    turn = operator.send("SubmitAccountLedgerEntry", {**terms, "balance": AMOUNT})
    verify.succeeded(turn)


@clause("accounts/GetLedgerEntriesByAccount/echo")
def test_every_entry_names_the_account(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Entries of two accounts are listed apart, and say whose they are."""
    booked(world, trader, world.market.product2, AMOUNT)

    found = [{lookup(row, "accountId") for row in entries(world, who)}
             for who in (trader, rival)]

    verify.equal("accountId of the rows", found, [{trader.account_id}, {rival.account_id}])


@clause("accounts/GetLedgerEntriesByAccount/unique-ids")
def test_no_entry_id_occurs_twice(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """An entry is quoted by its id, so an id names one entry of the exchange."""
    booked(world, trader, world.market.product2, AMOUNT)
    booked(world, rival, world.market.product2, AMOUNT)

    found = entry_ids([*entries(world, trader), *entries(world, rival)])

    verify.equal("entries by id", len(set(found)), len(found))
