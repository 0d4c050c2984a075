"""A withdrawal from its request to its end: what is held, what goes out, what comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.tickets import depositing
from scenarios.tickets.limits import limit
from scenarios.tickets.remarks import DEPOSIT, WITHDRAW, attached, commented
from scenarios.tickets.services import withdraw_step, withdraw_walk
from scenarios.tickets.transactions import WITHDRAWALS, entries
from scenarios.tickets.vocabulary import (
    Till,
    coin_till,
    done,
    fiat_till,
    field,
    figures,
    moved,
    number,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    ACCEPTED,
    ADMIN_CANCELED,
    ADMIN_PROCESSING,
    AML_ACCEPTED,
    AML_FAILED,
    AML_PROCESSING,
    AML_REJECTED,
    AUTO_ACCEPTED,
    CONFIRMED,
    DELAYED,
    FAILED,
    FULLY_PROCESSED,
    LIMITS_ACCEPTED,
    LIMITS_REJECTED,
    MANUALLY_CONFIRMED,
    NEW,
    PENDING,
    PENDING_2FA,
    REJECTED,
    SUBMITTED,
    SYSTEM_PROCESSING,
    USER_CANCELED,
    again,
    asked,
    awaiting_click,
    cancel,
    change,
    click,
    code_of,
    decide,
    fee,
    led,
    listed,
    moved_to,
    paid,
    status,
    status_now,
    total,
    withdrawals,
)

ACCEPT, PAY = "AcceptWithdrawTicket", "MarkWithdrawTicketAsFullyProcessed"
CANCEL, RESUBMIT = "MarkWithdrawTicketAsCancelled", "ResubmitFailedWithdrawTicket"
DELAY_S = 60
Way = tuple[int, ...]
SENT = (ACCEPTED, SYSTEM_PROCESSING)
BROKEN = (*SENT, FAILED)
LIVE_WAYS: tuple[Way, ...] = (
    (), (ADMIN_PROCESSING,), (PENDING,), (ACCEPTED,), SENT, (*SENT, SUBMITTED),
    (*SENT, SUBMITTED, CONFIRMED), BROKEN, (AML_PROCESSING,), (AML_PROCESSING, AML_ACCEPTED),
    (AML_PROCESSING, AML_FAILED), (LIMITS_ACCEPTED,),
)
QUEUED: tuple[Way, ...] = (
    (), (ADMIN_PROCESSING,), (PENDING,), (AML_PROCESSING, AML_ACCEPTED), (LIMITS_ACCEPTED,),
)
"""Ways to where an operator decides."""


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


def along(rule: str, *ways: Way) -> pytest.MarkDecorator:
    """A case per way that a ticket has come."""
    clause_id = f"workflows/treasury/{rule}"
    return pytest.mark.parametrize("way", [clause_case(clause_id, way) for way in ways])


@clause("workflows/treasury/withdraw-starts")
def test_money_starts_new_or_accepted(till: Till, verify: Verifier) -> None:
    """Without a limit below which nobody looks, somebody must; below it the ticket is accepted."""
    first = status(asked(till))
    limit(till, automatic=till.sum)

    small, large = status(asked(till)), status(asked(till, till.sum + 1))

    verify.equal("first, small, large", (first, small, large), (NEW, AUTO_ACCEPTED, NEW))


@clause("workflows/treasury/withdraw-starts")
def test_coins_start_before_anybody_decides(world: World, verify: Verifier) -> None:
    """Where a confirmation is asked for, the ticket waits for it."""
    found = status(asked(coin_till(world)))

    starts = (NEW, PENDING_2FA, AUTO_ACCEPTED)
    verify.holds(f"the status is one of {starts}", found in starts, found)


@along("withdraw-held", *LIVE_WAYS)
def test_live_withdrawal_is_held(till: Till, verify: Verifier, way: Way) -> None:
    """On its way, in whatever status, the money can be neither traded nor withdrawn again."""
    before = figures(till)

    ticket = led(till, *way)

    verify.equal("Status", status(ticket), (NEW, *way)[-1])
    verify.equal("figures that moved", moved(before, figures(till)), {
        "hold": total(ticket), "pendingWithdraws": total(ticket)})


@clause("workflows/treasury/withdraw-small-automatic")
def test_small_withdrawal_of_coins_goes_by_itself(world: World, verify: Verifier) -> None:
    """After the owner's click the services send it; no operator has touched it."""
    till, ticket, code = awaiting_click(world)
    limit(till, automatic=till.sum)
    before = figures(till)
    done(click(till, code))

    seen = withdraw_walk(till, ticket)

    way = [AUTO_ACCEPTED, SYSTEM_PROCESSING, SUBMITTED, CONFIRMED, FULLY_PROCESSED]
    verify.equal("statuses from the acceptance on", seen[-len(way):], way)
    verify.equal("amount", figures(till)["amount"] - before["amount"], -total(ticket))


@clause("workflows/treasury/withdraw-small-automatic")
def test_large_withdrawal_of_coins_waits(world: World, verify: Verifier) -> None:
    """Beyond the threshold nothing leaves without somebody's word."""
    till, ticket, code = awaiting_click(world)
    limit(till, automatic=till.sum / 2)
    before = figures(till)
    done(click(till, code))

    seen = withdraw_walk(till, ticket)

    verify.holds("it is not accepted", AUTO_ACCEPTED not in seen, seen)
    verify.equal("the position", figures(till), before)


@along("withdraw-accepted", *QUEUED)
def test_operator_accepts_from_the_queue(till: Till, verify: Verifier, way: Way) -> None:
    """New, looked at, put back or checked: the operator's yes is taken from each."""
    ticket = led(till, *way)

    turn = verify.succeeded(decide(till, ACCEPT, ticket))

    found = status_now(till, ticket)
    verify.holds("the status is accepted, or delayed", found in (ACCEPTED, DELAYED), found, turn)


@clause("workflows/treasury/withdraw-accepted")
def test_accepted_withdrawal_waits_out_its_delay(till: Till, verify: Verifier) -> None:
    """Where a level delays withdrawals there is time to call one back; then it goes on."""
    limit(till, delay_s=DELAY_S)
    ticket = asked(till)
    done(decide(till, ACCEPT, ticket))
    waiting = [status_now(till, ticket), withdraw_step(till, ticket)]

    till.world.deployment.advance_clock(DELAY_S * 1000)

    verify.equal("while it waits", waiting, [DELAYED, DELAYED])
    verify.equal("afterwards", withdraw_step(till, ticket), ACCEPTED)


@along("withdraw-rejected", *QUEUED)
def test_rejection_frees_and_can_be_taken_back(till: Till, verify: Verifier, way: Way) -> None:
    """A no frees the money; a later yes holds it again and leaves a mark for the auditor."""
    before = figures(till)
    ticket = moved_to(till, led(till, *way), REJECTED)
    rejected = figures(till)

    moved_to(till, ticket, ACCEPTED)

    verify.equal("the position when rejected", rejected, before)
    verify.equal("held again", moved(before, figures(till)).get("hold"), total(ticket))
    verify.equal("reaccepted", field(listed(till), "reaccepted"), [True])


@along("withdraw-user-canceled", *QUEUED, (ACCEPTED,))
def test_owner_takes_back_until_it_is_sent(till: Till, verify: Verifier, way: Way) -> None:
    """Who changed his mind gets the money back as long as nothing has left."""
    ticket = led(till, *way)

    turn = verify.succeeded(cancel(till, code_of(ticket)))

    verify.equal("Status", status_now(till, ticket), USER_CANCELED, turn)


@along("withdraw-admin-canceled", *LIVE_WAYS)
def test_operator_cancels_any_live_withdrawal(till: Till, verify: Verifier, way: Way) -> None:
    """Whatever the services are doing, the operator can end it."""
    ticket = led(till, *way)

    turn = verify.succeeded(decide(till, CANCEL, ticket))

    verify.equal("Status", status_now(till, ticket), ADMIN_CANCELED, turn)


@clause("workflows/treasury/withdraw-failed-resubmitted")
def test_resubmitted_withdrawal_is_new_and_held(till: Till, verify: Verifier) -> None:
    """Between failure and second try the money must not be spent."""
    ticket = led(till, *BROKEN)
    before = figures(till)

    turn = verify.succeeded(decide(till, RESUBMIT, ticket))

    verify.equal("Status", status_now(till, ticket), NEW, turn)
    verify.equal("figures that moved", moved(before, figures(till)), {}, turn)
    verify.equal("hold", before["hold"], total(ticket))


@along("withdraw-debited", (ACCEPTED,), SENT, (*SENT, SUBMITTED), (*SENT, SUBMITTED, CONFIRMED))
def test_paid_withdrawal_takes_amount_and_fee(till: Till, verify: Verifier, way: Way) -> None:
    """However far the services came, closing the ticket takes its sum once and frees the hold."""
    before = figures(till)
    ticket = led(till, *way)

    turn = verify.succeeded(decide(till, PAY, ticket))

    verify.equal("Status", status_now(till, ticket), FULLY_PROCESSED, turn)
    verify.equal("figures that moved", moved(before, figures(till)), {
        "amount": -total(ticket), "totalDayWithdraws": number(ticket, "amount")}, turn)


@along("withdraw-manually-confirmed", (), (ACCEPTED,), SENT)
def test_withdrawal_sent_by_hand_is_debited(till: Till, verify: Verifier, way: Way) -> None:
    """An operator who paid by hand says so, and the books follow."""
    before = figures(till)
    ticket = led(till, *way)

    verify.succeeded(change(till, ticket, Status=MANUALLY_CONFIRMED))

    ends = (MANUALLY_CONFIRMED, FULLY_PROCESSED)
    found = status_now(till, ticket)
    verify.holds(f"the status is one of {ends}", found in ends, found)
    verify.equal("figures that moved", moved(before, figures(till)), {
        "amount": -total(ticket), "totalDayWithdraws": number(ticket, "amount")})


@along("withdraw-restored", (REJECTED,), (ADMIN_PROCESSING, REJECTED), (USER_CANCELED,),
       (ADMIN_CANCELED,), (ACCEPTED, ADMIN_CANCELED), (AML_PROCESSING, AML_REJECTED),
       (LIMITS_REJECTED,), (*BROKEN, ADMIN_CANCELED))
def test_withdrawal_that_came_to_nothing_leaves_nothing(
    till: Till, verify: Verifier, way: Way
) -> None:
    """Every figure reads as before the request, whoever ended it."""
    before = figures(till)

    ticket = led(till, *way)

    verify.equal("Status", status(ticket), way[-1])
    verify.equal("the position", figures(till), before)
    verify.equal("the statement", entries(till, WITHDRAWALS), [])


ENDED: tuple[Way, ...] = (
    (USER_CANCELED,), (ADMIN_CANCELED,), (ACCEPTED, FULLY_PROCESSED), (MANUALLY_CONFIRMED,),
    (AML_PROCESSING, AML_REJECTED), (LIMITS_REJECTED,),
)


@pytest.mark.parametrize(("call", "way"), [
    clause_case("workflows/treasury/withdraw-illegal-steps", call, way)
    for call, ways in {
        ACCEPT: ENDED,
        PAY: (*ENDED, (), (ADMIN_PROCESSING,), (REJECTED,), BROKEN),
        CANCEL: ENDED,
        RESUBMIT: (*ENDED, *(way for way in LIVE_WAYS if way != BROKEN)),
        "CancelFailedWithdrawTicket": (*ENDED, *(way for way in LIVE_WAYS if way != BROKEN)),
    }.items() for way in ways
])
def test_illegal_step_changes_nothing(
    till: Till, verify: Verifier, call: str, way: Way
) -> None:
    """An operator's slip is refused: no money leaves twice, none comes back that has left."""
    ticket = led(till, *way)

    with verify.unchanged(*ticket_reads(till)):
        turn = decide(till, call, ticket)

        verify.refused(turn)


@clause("workflows/treasury/withdraw-views-agree")
def test_all_views_tell_the_same(till: Till, verify: Verifier) -> None:
    """Three lists of the same withdrawals, each at another point of its way."""
    made = [asked(till), led(till, ADMIN_PROCESSING), paid(till), led(till, REJECTED),
            led(till, *BROKEN)]
    keys = ("amount", "feeAmt", "status", "requestCode", "ticketNumber", "assetId")

    singly = [again(till, row) for row in made]

    views = {
        "GetWithdrawTicket": [_said(row, keys) for row in singly],
        "GetWithdrawTickets": [_said(row, keys) for row in withdrawals(till)],
        "GetWithdraws": [_said(row, (
            "amount", "feeAmount", "TicketStatus", "withdrawCode", "ticketNumber", "assetId",
        )) for row in listed(till)],
    }
    first = sorted(views["GetWithdrawTicket"])
    verify.equal("the views", {name: sorted(rows) for name, rows in views.items()},
                 dict.fromkeys(views, first))


def _said(row: object, keys: tuple[str, ...]) -> tuple[str, ...]:
    amount, charged, stands, *names = keys
    figures_of = (str(number(row, amount).normalize()), str(number(row, charged).normalize()))
    return (*figures_of, str(status(row, stands)), *(str(lookup(row, key)) for key in names))


@clause("workflows/treasury/withdraw-in-ledger")
def test_statement_is_the_sum_of_finished_tickets(till: Till, verify: Verifier) -> None:
    """Two that were paid count with their fees, one that waits and one that was rejected do not."""
    finished = [paid(till), paid(till, till.sum * 2)]
    asked(till)
    led(till, REJECTED)

    found = entries(till, WITHDRAWALS)

    verify.equal("what was taken out", sum(number(row, "dr") for row in found),
                 sum(map(total, finished)))


@clause("workflows/treasury/withdraw-fee-estimate")
def test_estimated_fee_is_charged(till: Till, verify: Verifier) -> None:
    """What the customer was told before is what has left the account after."""
    before, amount = figures(till)["amount"], Decimal(75)
    estimated = fee(till, amount)

    ticket = paid(till, amount)

    verify.equal("feeAmt", number(ticket, "feeAmt"), estimated)
    verify.equal("what has left", before - figures(till)["amount"], amount + estimated)


@clause("workflows/treasury/ticket-ids-unique")
def test_no_name_is_given_twice(world: World, till: Till, verify: Verifier) -> None:
    """A number, a code or an id leads to one thing, whoever made it."""
    both = (till, fiat_till(world, world.customer("second_trader")))
    into = [depositing.announced(each) for each in both for _ in range(2)]
    out_of = [asked(each) for each in both for _ in range(2)]

    names = {
        "deposit numbers": field(into, "ticketNumber"),
        "withdraw numbers": field(out_of, "ticketNumber"),
        "codes": field(into + out_of, "requestCode"),
        "files of deposits": [attached(both[0], DEPOSIT, row) for row in into[:2]],
        "files of withdrawals": [attached(both[0], WITHDRAW, row) for row in out_of[:2]],
        "comments on deposits": [commented(both[0], DEPOSIT, row) for row in into[:2]],
        "comments on withdrawals": [commented(both[0], WITHDRAW, row) for row in out_of[:2]],
    }

    different = {name: len(set(found)) for name, found in names.items()}
    verify.equal("different ones", different, {name: len(found) for name, found in names.items()})
