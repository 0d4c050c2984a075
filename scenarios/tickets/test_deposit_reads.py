"""Reading deposit tickets: one, those of an account, those of all accounts, and credited ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from scenarios.tickets.depositing import all_deposits, announced, credited, deposits, several
from scenarios.tickets.vocabulary import (
    ABSENT_CODE,
    ABSENT_NUMBER,
    NOT_AUTHORISED,
    Till,
    fiat_till,
    field,
)

BACK = 10
"""The page's own example: a page that begins ten tickets back."""


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@clause("tickets/GetDepositTicket/echoes-selectors")
def test_ticket_is_the_one_asked_for(till: Till, verify: Verifier) -> None:
    """Account, code and number of the reply are those of the question."""
    ticket = announced(till)
    announced(till)
    code, number = lookup(ticket, "requestCode"), lookup(ticket, "ticketNumber")

    turn = till.owner.send(
        "GetDepositTicket", {**till.of_account, "RequestCode": code, "TicketId": number})

    verify.succeeded(turn)
    found = [turn[key] for key in ("accountId", "requestCode", "ticketNumber")]
    verify.equal("account, code, number", found, [till.account, code, number], turn)


@pytest.mark.parametrize(("selector", "key"), [
    clause_case("tickets/GetDepositTicket/either-selector", "RequestCode", "requestCode"),
    clause_case("tickets/GetDepositTicket/either-selector", "TicketId", "ticketNumber"),
])
def test_either_name_finds_the_ticket(
    till: Till, verify: Verifier, selector: str, key: str
) -> None:
    """Code alone and number alone each lead to the whole ticket, not to a newer one."""
    ticket = announced(till)
    announced(till)

    turn = till.owner.send(
        "GetDepositTicket", {**till.of_account, selector: lookup(ticket, key)})

    verify.succeeded(turn)
    verify.equal("the ticket", turn.value, ticket, turn)


@pytest.mark.parametrize("wrong", [
    clause_case("tickets/GetDepositTicket/either-selector", {"RequestCode": ABSENT_CODE}),
    clause_case("tickets/GetDepositTicket/either-selector", {"TicketId": ABSENT_NUMBER}),
])
def test_names_that_disagree_find_nothing(
    till: Till, verify: Verifier, wrong: dict[str, object]
) -> None:
    """A right number with a wrong code, or the reverse, must not bring somebody's ticket."""
    ticket = announced(till)
    names = {
        "RequestCode": lookup(ticket, "requestCode"), "TicketId": lookup(ticket, "ticketNumber"),
    }

    turn = till.owner.send("GetDepositTicket", {**till.of_account, **names, **wrong})

    verify.refused(turn)


@clause("tickets/GetDepositTickets/whole-account")
def test_list_is_the_whole_account_and_nothing_else(
    world: World, till: Till, verify: Verifier
) -> None:
    """Every ticket of the account, finished or not, and none of another customer's."""
    tickets = [credited(till), announced(till)]
    announced(fiat_till(world, world.customer("second_trader")))

    found = deposits(till)

    verify.equal(
        "codes", sorted(field(found, "requestCode")), sorted(field(tickets, "requestCode")))
    verify.equal("accounts", set(field(found, "accountId")), {till.account})


def _tickets(who: Session, till: Till) -> Turn:
    return who.send("GetDepositTickets", {**till.of_account, "OperatorId": OPERATOR_ID})


def _deposits(who: Session, till: Till) -> Turn:
    return who.send("GetDeposits", till.of_account)


@pytest.mark.parametrize("read", [
    clause_case("tickets/GetDepositTickets/own-accounts", _tickets),
    clause_case("tickets/GetDeposits/own-accounts", _deposits),
])
def test_foreign_deposits_are_not_shown(
    rival: Session, till: Till, verify: Verifier, read: Callable[[Session, Till], Turn]
) -> None:
    """What a customer pays in is nobody else's business."""
    credited(till)

    turn = read(rival, till)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.succeeded(read(till.owner, till))


@clause("tickets/GetAllDepositTickets/limit-bounds")
def test_limit_bounds_the_list(world: World, till: Till, verify: Verifier) -> None:
    """Asked for two of more, an operator gets two."""
    several(till, 3)

    found = all_deposits(world, Limit=2)

    verify.equal("tickets", len(found), 2)


@clause("tickets/GetAllDepositTickets/start-index-bounds")
def test_start_index_bounds_the_list(world: World, till: Till, verify: Verifier) -> None:
    """From ten tickets back there are at most ten, all of them among the newest.

    One of leeway stands for the ticket the index itself points to: the page numbers from zero.
    """
    numbers = field(several(till, BACK + 3), "ticketNumber")

    found = all_deposits(world, StartIndex=BACK, Limit=50)

    verify.holds("ten tickets at most", len(found) <= BACK, len(found))
    newest = set(numbers[-BACK - 1:])
    mine = {lookup(row, "ticketNumber") for row in found if row["accountId"] == till.account}
    verify.holds("all among the newest", mine <= newest, sorted(mine - newest))
    verify.holds("some are returned", bool(found), found)


@clause("tickets/GetAllDepositTickets/contains-accounts")
def test_list_of_all_holds_those_of_each_account(
    world: World, till: Till, verify: Verifier
) -> None:
    """What an account's own list shows, the operators' list shows too, in the same words."""
    other = fiat_till(world, world.customer("second_trader"))
    credited(till)
    several(till, 2)
    announced(other)

    everything = all_deposits(world)

    missing = [row for row in deposits(till) + deposits(other) if row not in everything]
    verify.equal("tickets missing from the list of all", missing, [])


@clause("tickets/GetAllDepositTickets/operators-only")
def test_trader_cannot_list_all_deposits(
    world: World, trader: Session, verify: Verifier
) -> None:
    """The list names every customer and what each pays in."""
    turn = trader.call("GetAllDepositTickets", OMSId=world.oms_id, OperatorId=OPERATOR_ID)

    verify.refused(turn, code=NOT_AUTHORISED)
