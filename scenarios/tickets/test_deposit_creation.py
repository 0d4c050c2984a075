"""CreateDepositTicket: what it opens, whom it is for, and that it credits nothing yet."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.tickets.depositing import NEW, announce, announced, deposits, status, terms
from scenarios.tickets.events import listen, require_told
from scenarios.tickets.vocabulary import (
    ABSENT_NUMBER,
    Till,
    coin_till,
    done,
    fiat_till,
    field,
    figures,
    moved,
    number,
    others_reads,
    ticket_reads,
)

ERRORS = {
    20: "Not Authorized", 100: "Invalid Request", 101: "Operation Failed", 102: "Server Error",
    104: "Resource Not Found",
}


@pytest.fixture
def till(world: World) -> Till:
    """A customer who brings a national currency."""
    return fiat_till(world)


@clause("tickets/CreateDepositTicket/effect")
def test_announcement_opens_one_ticket(world: World, till: Till, verify: Verifier) -> None:
    """One ticket more on this account, the older one as it was, nothing on anybody else's.

    Operators work through these tickets: one too many is money paid out for nothing.
    """
    older = announced(till)
    _, reads = others_reads(world)

    with verify.unchanged(*reads):
        turn = verify.succeeded(announce(till))

    now = deposits(till)
    verify.equal(
        "codes", sorted(field(now, "requestCode")),
        sorted([lookup(older, "requestCode"), turn["requestcode"]]), turn)
    verify.holds("the older ticket reads as before", older in now, now)


@clause("tickets/CreateDepositTicket/events")
def test_announcement_is_told(till: Till, verify: Verifier) -> None:
    """Subscribers hear at once what is pending, and the position that goes with it."""
    announced(till)
    listen(till)

    done(announce(till))

    require_told(verify, till, "PendingDepositUpdate", "AccountPositionEvent")


@clause("tickets/CreateDepositTicket/resolves")
def test_returned_code_finds_the_ticket(till: Till, verify: Verifier) -> None:
    """The only handle a customer gets is the code, so it must lead back to the ticket."""
    done(announce(till))
    code = done(announce(till))["requestcode"]

    turn = till.owner.send("GetDepositTicket", {**till.of_account, "RequestCode": code})

    verify.succeeded(turn)
    verify.equal("requestCode", turn["requestCode"], code, turn)


@clause("tickets/CreateDepositTicket/keeps-terms")
def test_ticket_says_what_was_announced(till: Till, verify: Verifier) -> None:
    """The operator compares the ticket with the bank statement: it must be the customer's words."""
    amount = till.sum + 1

    ticket = announced(till, amount)

    found = [lookup(ticket, key) for key in ("accountId", "assetId", "amount")]
    verify.equal("account, asset, amount", found, [till.account, till.product, amount])


@clause("tickets/CreateDepositTicket/starts-new")
def test_new_ticket_has_status_zero(till: Till, verify: Verifier) -> None:
    """Nobody has looked at the ticket yet, and it says so."""
    verify.equal("Status", status(announced(till)), NEW)


@clause("tickets/CreateDepositTicket/no-credit-yet")
def test_announcement_credits_nothing(till: Till, verify: Verifier) -> None:
    """An announced deposit cannot be spent: only the pending amount moves."""
    before = figures(till)

    done(announce(till))

    change = moved(before, figures(till))
    verify.equal("figures that moved", change, {"pendingDeposits": till.sum})


@clause("tickets/CreateDepositTicket/fiat-only")
def test_coins_are_not_announced(world: World, verify: Verifier) -> None:
    """Coins arrive at keys; a ticket by hand would credit what no chain ever saw."""
    till = coin_till(world)

    with verify.unchanged(*ticket_reads(till)):
        turn = announce(till)

        verify.refused(turn)


@pytest.mark.parametrize("changes", [
    clause_case("tickets/CreateDepositTicket/standard-failure", {"assetId": ABSENT_NUMBER}),
    clause_case("tickets/CreateDepositTicket/standard-failure", {"accountId": ABSENT_NUMBER}),
    clause_case("tickets/CreateDepositTicket/standard-failure", {"amount": "much"}),
])
def test_refusal_is_the_standard_object(
    till: Till, verify: Verifier, changes: dict[str, object]
) -> None:
    """A client that knows the standard object understands this refusal too, code and words."""
    turn = till.owner.send("CreateDepositTicket", {**terms(till), **changes})

    verify.refused(turn)
    code = turn.get("errorcode")
    verify.equal("result", turn.get("result"), False, turn)
    verify.holds(f"errorcode is one of {sorted(ERRORS)}", code in ERRORS, turn.text, turn)
    verify.equal("errormsg", turn.get("errormsg"), ERRORS[code], turn)
    verify.holds("there is a detail", "detail" in map(str.lower, turn.value), turn.text, turn)


@clause("tickets/CreateDepositTicket/keeps-terms")
def test_tickets_of_different_amounts_stay_apart(till: Till, verify: Verifier) -> None:
    """Two announcements are two tickets, each with the amount of its own."""
    amounts = [till.sum, till.sum * 2]

    tickets = [announced(till, amount) for amount in amounts]

    verify.equal("amounts", [number(ticket, "amount") for ticket in tickets], amounts)
