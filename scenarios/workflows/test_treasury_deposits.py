"""A deposit from its announcement to its end: who moves it, what is pending, what is credited."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.tickets.depositing import (
    ACCEPTED,
    ADMIN_PROCESSING,
    AML_ACCEPTED,
    AML_FAILED,
    AML_PROCESSING,
    AML_REJECTED,
    FAILED,
    FULLY_PROCESSED,
    LIMITS_ACCEPTED,
    LIMITS_REJECTED,
    NEW,
    PENDING,
    REJECTED,
    SYSTEM_PROCESSING,
    again,
    announced,
    change,
    coins_seen,
    credit,
    credited,
    credits,
    led,
    moved_to,
    status,
    status_now,
)
from scenarios.tickets.services import checked_till, deposit_walk
from scenarios.tickets.transactions import DEPOSITS, entries
from scenarios.tickets.vocabulary import (
    Till,
    done,
    fiat_till,
    figures,
    moved,
    number,
    ticket_reads,
)

FEE = 7
LIVE_WAYS = (
    (), (ADMIN_PROCESSING,), (PENDING,), (ACCEPTED,), (ACCEPTED, SYSTEM_PROCESSING),
    (AML_PROCESSING,), (AML_PROCESSING, AML_ACCEPTED), (AML_PROCESSING, AML_FAILED),
    (LIMITS_ACCEPTED,),
)
CHECKS = frozenset(range(AML_PROCESSING, LIMITS_REJECTED + 1))
LOST_WAYS = (
    (REJECTED,), (ACCEPTED, FAILED), (AML_PROCESSING, AML_REJECTED), (LIMITS_REJECTED,),
)
Way = tuple[int, ...]


@pytest.fixture
def till(world: World) -> Till:
    """A customer who brings a national currency."""
    return fiat_till(world)


def along(rule: str, *ways: Way) -> pytest.MarkDecorator:
    """A case per way that a ticket has come."""
    clause_id = f"workflows/treasury/{rule}"
    return pytest.mark.parametrize("way", [clause_case(clause_id, way) for way in ways])


@along("deposit-pending-counts", *LIVE_WAYS)
def test_live_ticket_is_pending(till: Till, verify: Verifier, way: Way) -> None:
    """While it can still come to something the customer sees it coming, in whatever status."""
    before = figures(till)

    ticket = led(till, *way)

    verify.equal("Status", status(ticket), (NEW, *way)[-1])
    verify.equal("figures that moved", moved(before, figures(till)), {
        "pendingDeposits": till.sum})


@along("deposit-by-operator", (ADMIN_PROCESSING,), (PENDING,), (ACCEPTED,), (REJECTED,),
       (ADMIN_PROCESSING, PENDING), (PENDING, ADMIN_PROCESSING), (ADMIN_PROCESSING, ACCEPTED),
       (ADMIN_PROCESSING, REJECTED), (PENDING, ACCEPTED), (PENDING, REJECTED))
def test_operator_moves_a_live_ticket(till: Till, verify: Verifier, way: Way) -> None:
    """Looked at, put back, let through or turned down: each step reads as it was made."""
    ticket = led(till, *way[:-1])

    turn = change(till, ticket, Status=way[-1])

    verify.succeeded(turn)
    verify.equal("Status", status_now(till, ticket), way[-1], turn)


@clause("workflows/treasury/deposit-accepted-still-pending")
def test_accepted_deposit_cannot_be_spent(till: Till, verify: Verifier) -> None:
    """Accepted is a promise; money that has not come cannot be traded with."""
    ticket = announced(till)
    before = figures(till)

    done(change(till, ticket, Status=ACCEPTED))

    verify.equal("figures that moved", moved(before, figures(till)), {})
    verify.equal("deposits listed", credits(till), [])


@along("deposit-rejected", (REJECTED,), (ADMIN_PROCESSING, REJECTED), (PENDING, REJECTED))
def test_rejected_deposit_leaves_nothing(till: Till, verify: Verifier, way: Way) -> None:
    """Neither pending nor credited: as if it had never been announced."""
    before = figures(till)

    led(till, *way)

    verify.equal("the position", figures(till), before)
    verify.equal("deposits listed", credits(till), [])


@clause("workflows/treasury/deposit-credited")
def test_credited_deposit_shows_everywhere(till: Till, verify: Verifier) -> None:
    """Position, list, statement and the day's total tell of the same deposit."""
    before = figures(till)
    ticket = announced(till)
    done(change(till, ticket, Status=ACCEPTED, feeAmt=FEE))

    done(credit(till, ticket))

    verify.equal("figures that moved", moved(before, figures(till)), {
        "amount": till.sum - FEE, "totalDayDeposits": till.sum})
    verify.equal("deposits listed", [number(row, "amount") for row in credits(till)], [till.sum])
    statement = entries(till, DEPOSITS)
    verify.equal("the statement", [number(row, "cr") for row in statement], [till.sum])


@along("deposit-credit-after-acceptance", (), (ADMIN_PROCESSING,), (PENDING,),
       (AML_PROCESSING,), (AML_PROCESSING, AML_FAILED))
def test_unaccepted_deposit_is_not_credited(till: Till, verify: Verifier, way: Way) -> None:
    """Between an announcement and money stands somebody who looked; both ways to credit ask."""
    ticket = led(till, *way)

    with verify.unchanged(*ticket_reads(till)):
        turns = [credit(till, ticket), change(till, ticket, Status=FULLY_PROCESSED)]

        verify.refused(turns[0])
        verify.refused(turns[1])


@clause("workflows/treasury/deposit-pending-sum")
def test_pending_is_the_sum_of_live_tickets(till: Till, verify: Verifier) -> None:
    """Three live tickets of different amounts among finished ones; and none at all at the end."""
    last = announced(till, till.sum * 3)
    live = [announced(till, till.sum), moved_to(till, announced(till, till.sum * 2), ACCEPTED)]
    credited(till, till.sum * 5)
    led(till, REJECTED)

    pending = [figures(till)["pendingDeposits"]]
    moved_to(till, last, REJECTED)
    pending.append(figures(till)["pendingDeposits"])

    sums = [number(row, "amount") for row in live]
    verify.equal("pendingDeposits", pending, [sum(sums) + till.sum * 3, sum(sums)])


@pytest.mark.parametrize("to", [NEW, ADMIN_PROCESSING, ACCEPTED, FULLY_PROCESSED])
@along("deposit-final", *LOST_WAYS)
def test_lost_deposit_stays_lost(till: Till, verify: Verifier, way: Way, to: int) -> None:
    """What was turned down is announced anew, not taken up again behind the customer's back."""
    ticket = led(till, *way)

    with verify.unchanged(*ticket_reads(till)):
        turn = change(till, ticket, Status=to)

        verify.refused(turn)


@pytest.mark.parametrize("to", [NEW, ADMIN_PROCESSING, ACCEPTED, REJECTED, FAILED])
@clause("workflows/treasury/deposit-final")
def test_credited_deposit_stays_credited(till: Till, verify: Verifier, to: int) -> None:
    """Money that has been paid in is not taken back by a change of paper."""
    ticket = credited(till)

    with verify.unchanged(*ticket_reads(till)):
        turn = change(till, ticket, Status=to)

        verify.refused(turn)


@clause("workflows/treasury/deposit-aml")
def test_services_check_in_order(world: World, verify: Verifier) -> None:
    """Coins from anywhere are looked at before they count, then measured by the limits."""
    till = checked_till(world)
    before = figures(till)

    seen = deposit_walk(till, coins_seen(till))

    checks = [found for found in seen if found in CHECKS]
    verify.equal("the checks, in order", checks, [AML_PROCESSING, AML_ACCEPTED, LIMITS_ACCEPTED])
    verify.equal("where it ends", seen[-1], FULLY_PROCESSED)
    verify.equal("amount credited", moved(before, figures(till)).get("amount"), till.sum)


@along("deposit-aml", (AML_PROCESSING, AML_ACCEPTED, LIMITS_ACCEPTED),
       (AML_PROCESSING, AML_REJECTED), (AML_PROCESSING, AML_FAILED),
       (AML_PROCESSING, AML_ACCEPTED, LIMITS_REJECTED))
def test_check_ends_as_it_must(till: Till, verify: Verifier, way: Way) -> None:
    """Each outcome of a check is reached through it; without it none can be had."""
    direct, ticket = announced(till), led(till, *way[:1])

    skipped = change(till, direct, Status=way[1])
    turns = [change(till, again(till, ticket), Status=to) for to in way[1:]]

    verify.refused(skipped)
    verify.equal("results", [turn.get("result") for turn in turns], [True] * len(turns), *turns)
    verify.equal("Status", status_now(till, ticket), way[-1], *turns)
