"""Reading withdrawals: one ticket, those of an account, those of all accounts, GetWithdraws."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from scenarios.tickets.remarks import WITHDRAW, attached, files_on
from scenarios.tickets.vocabulary import (
    ABSENT_CODE,
    DEFAULT_PAGE,
    NOT_AUTHORISED,
    Till,
    fiat_till,
    field,
)
from scenarios.tickets.withdrawing import (
    ACCEPTED,
    accepted,
    all_withdrawals,
    asked,
    codes,
    listed,
    many,
    moved_to,
    rejected,
    several,
    withdrawals,
)


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@pytest.fixture
def other(world: World) -> Till:
    """Another customer with the same currency."""
    return fiat_till(world, world.customer("second_trader"))


@clause("tickets/GetWithdrawTicket/exact-match")
def test_all_three_names_find_the_ticket(till: Till, verify: Verifier) -> None:
    """OMS, account and code together lead to this ticket, not to a newer one."""
    ticket = asked(till)
    asked(till)

    turn = till.owner.send("GetWithdrawTicket", {
        **till.of_account, "RequestCode": lookup(ticket, "requestCode")})

    verify.succeeded(turn)
    verify.equal("the ticket", turn.value, ticket, turn)


@pytest.mark.parametrize("spoil", [
    clause_case("tickets/GetWithdrawTicket/exact-match", lambda code: ABSENT_CODE),
    clause_case("tickets/GetWithdrawTicket/exact-match", lambda code: code[:-1]),
    clause_case("tickets/GetWithdrawTicket/exact-match", lambda code: ""),
])
def test_code_that_only_resembles_finds_nothing(
    till: Till, verify: Verifier, spoil: Callable[[str], str]
) -> None:
    """A cut or empty code is no search pattern."""
    code = str(lookup(asked(till), "requestCode"))

    turn = till.owner.send(
        "GetWithdrawTicket", {**till.of_account, "RequestCode": spoil(code)})

    verify.refused(turn)


@pytest.mark.parametrize("key", ["AccountId", "OMSId"])
@clause("tickets/GetWithdrawTicket/exact-match")
def test_code_with_wrong_place_finds_nothing(
    world: World, till: Till, other: Till, verify: Verifier, key: str
) -> None:
    """A right code with another account or OMS finds nothing, not even for an operator."""
    code = lookup(asked(till), "requestCode")
    wrong = {"AccountId": other.account, "OMSId": till.oms + 1}

    turn = world.operator.send("GetWithdrawTicket", {
        **till.of_account, "RequestCode": code, key: wrong[key]})

    verify.refused(turn)


@clause("tickets/GetWithdrawTicket/lists-attachments")
def test_ticket_lists_its_files(till: Till, verify: Verifier) -> None:
    """The ids to fetch the files by come from the ticket; another ticket's do not."""
    ticket, bare = asked(till), asked(till)
    made = [attached(till, WITHDRAW, ticket), attached(till, WITHDRAW, ticket)]

    found = field(files_on(till, WITHDRAW, ticket), "attachmentId")

    verify.equal("attachment ids", sorted(found), sorted(made))
    verify.equal("files on the other ticket", files_on(till, WITHDRAW, bare), [])


@clause("tickets/GetWithdrawTickets/limit-bounds")
def test_limit_bounds_the_accounts_list(till: Till, verify: Verifier) -> None:
    """Asked for two of three, the customer gets two."""
    several(till, 3)

    verify.equal("tickets", len(withdrawals(till, Limit=2)), 2)


@clause("tickets/GetWithdrawTickets/limit-default")
def test_list_without_limit_has_two_hundred(till: Till, verify: Verifier) -> None:
    """A customer with more tickets than that gets 200 unless asking for more."""
    many(till, DEFAULT_PAGE + 1)

    found = withdrawals(till)

    verify.equal("tickets without a limit", len(found), DEFAULT_PAGE)
    more = withdrawals(till, Limit=DEFAULT_PAGE + 1)
    verify.equal("tickets with a limit", len(more), DEFAULT_PAGE + 1)


@clause("tickets/GetWithdrawTickets/start-index-from-newest")
def test_index_counts_back_from_the_newest(till: Till, verify: Verifier) -> None:
    """The page's example: with index k, the tickets from k before the newest towards the oldest."""
    made = field(several(till, 5), "requestCode")

    found = withdrawals(till, StartIndex=1, Limit=3)

    verify.equal("codes, in order", field(found, "requestCode"), made[::-1][1:4])


@clause("tickets/GetWithdrawTickets/operator-any-account")
def test_operator_sees_the_accounts_list(
    world: World, till: Till, verify: Verifier
) -> None:
    """The operator reads the same list as the customer."""
    several(till, 2)

    turn = verify.succeeded(_tickets(world.operator, till))

    verify.equal("tickets", turn.value, withdrawals(till), turn)
    verify.equal("how many", len(turn.value), 2, turn)


def _tickets(who: Session, till: Till) -> Turn:
    return who.send("GetWithdrawTickets", till.of_account)


def _withdraws(who: Session, till: Till) -> Turn:
    return who.send("GetWithdraws", till.of_account)


@pytest.mark.parametrize("read", [
    clause_case("tickets/GetWithdrawTickets/own-accounts", _tickets),
    clause_case("tickets/GetWithdraws/own-accounts", _withdraws),
])
def test_foreign_withdrawals_are_not_shown(
    rival: Session, till: Till, verify: Verifier, read: Callable[[Session, Till], Turn]
) -> None:
    """Where a customer sends money is nobody else's business."""
    asked(till)

    turn = read(rival, till)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.succeeded(read(till.owner, till))


@clause("tickets/GetAllWithdrawTickets/limit-bounds")
def test_limit_bounds_the_list_of_all(world: World, till: Till, verify: Verifier) -> None:
    """Asked for two of more, an operator gets two."""
    several(till, 3)

    verify.equal("tickets", len(all_withdrawals(world, Limit=2)), 2)


@clause("tickets/GetAllWithdrawTickets/without-start-index")
def test_list_without_index_has_all_accounts(
    world: World, till: Till, other: Till, verify: Verifier
) -> None:
    """Without an index nothing is left out: each account's own list is part of it."""
    several(till, 2)
    several(other, 2)

    everything = all_withdrawals(world)

    missing = [row for row in withdrawals(till) + withdrawals(other) if row not in everything]
    verify.equal("tickets missing from the list of all", missing, [])


@clause("tickets/GetAllWithdrawTickets/start-index-from-newest")
def test_index_of_all_counts_back_from_the_newest(
    world: World, till: Till, verify: Verifier
) -> None:
    """An operator who pages backwards sees each ticket once: pages join without gap."""
    made = codes(several(till, 5))
    whole = field(all_withdrawals(world, StartIndex=0, Limit=8), "requestCode")

    pages = [field(all_withdrawals(world, StartIndex=first, Limit=2), "requestCode")
             for first in (0, 2, 4)]

    verify.equal("three pages of two", [code for page in pages for code in page], whole[:6])
    verify.equal("the newest five", set(whole[:5]), made)
    numbers = field(all_withdrawals(world, StartIndex=0, Limit=8), "ticketNumber")
    verify.equal("newest first", numbers, sorted(numbers, reverse=True))


@clause("tickets/GetAllWithdrawTickets/operators-only")
def test_trader_cannot_list_all_withdrawals(
    world: World, trader: Session, verify: Verifier
) -> None:
    """The list names every customer and where each sends money."""
    turn = trader.call("GetAllWithdrawTickets", OMSId=world.oms_id, OperatorId=OPERATOR_ID)

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("tickets/GetWithdraws/code-is-request-code")
def test_withdraw_code_is_the_request_code(till: Till, verify: Verifier) -> None:
    """Two lists of the same withdrawals, joined by their codes."""
    made = codes(several(till, 2))

    found = field(listed(till), "withdrawCode")

    verify.equal("withdraw codes", sorted(found), sorted(made))


@clause("tickets/GetWithdraws/own-number-space")
def test_withdrawal_and_ticket_have_numbers_of_their_own(
    till: Till, other: Till, verify: Verifier
) -> None:
    """withdrawId names the withdrawal, ticketNumber the ticket; one is not the other."""
    tickets = [*several(till, 2), *several(other, 2)]

    found = listed(till) + listed(other)

    verify.equal("different withdraw ids", len(set(field(found, "withdrawId"))), 4)
    verify.equal("ticket numbers", sorted(field(found, "ticketNumber")),
                 sorted(field(tickets, "ticketNumber")))
    differ = field(found, "withdrawId") != field(found, "ticketNumber")
    verify.holds("withdrawId is not the ticket number", differ, found)


@clause("tickets/GetWithdraws/reaccepted")
def test_only_a_second_acceptance_is_marked(till: Till, verify: Verifier) -> None:
    """An auditor looks for this mark: somebody had said no before."""
    plain, refused, taken_back = accepted(till), rejected(till), rejected(till)

    moved_to(till, taken_back, ACCEPTED)

    marks = {lookup(row, "withdrawCode"): lookup(row, "reaccepted") for row in listed(till)}
    found = [marks[lookup(row, "requestCode")] for row in (plain, refused, taken_back)]
    verify.equal("reaccepted: accepted, rejected, both", found, [False, False, True])
