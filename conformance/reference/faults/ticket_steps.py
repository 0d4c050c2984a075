"""Faults of opening tickets and of moving them: deposits, withdrawals, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.refusals import NotFound, OperationFailed, Refusal
from conformance.reference.domain.treasury import deposits, withdrawals
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus, WithdrawTicket
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import Run, answers, fault, forgets, retells, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

ANNOUNCE, CREDIT, CHANGE_DEPOSIT = (
    "CreateDepositTicket", "MarkDepositTicketAsFullyProcessed", "UpdateDepositTicket",
)
ASK, CHANGE, ACCEPT = "CreateWithdrawTicket", "UpdateWithdrawTicket", "AcceptWithdrawTicket"
CONFIRM, CLICK = "MarkWithdrawTicketAsConfirmed", "ConfirmWithdraw"
PAY, CANCEL = "MarkWithdrawTicketAsFullyProcessed", "MarkWithdrawTicketAsCancelled"
RESUBMIT, GIVE_UP, TAKE_BACK = (
    "ResubmitFailedWithdrawTicket", "CancelFailedWithdrawTicket", "CancelWithdraw",
)
W = WithdrawStatus

for _name, _call in (
    ("acceptance-lost", ACCEPT), ("confirmation-lost", CONFIRM), ("payment-lost", PAY),
    ("cancellation-lost", CANCEL), ("resubmission-lost", RESUBMIT), ("giving-up-lost", GIVE_UP),
    ("taking-back-lost", TAKE_BACK), ("credit-lost", CREDIT), ("deposit-change-lost",
    CHANGE_DEPOSIT), ("withdraw-change-lost", CHANGE), ("old-withdraw-does-nothing", "Withdraw"),
    ("old-deposit-does-nothing", "Deposit"),
):
    forgets(f"tickets/{_name}", f"{_call} does what it acknowledges.", _call)


def _newest_deposit(context: Context) -> Any:
    return next(reversed(context.exchange.treasury.deposits.values()))


def _newest_withdrawal(context: Context) -> WithdrawTicket:
    return next(reversed(context.exchange.treasury.withdrawals.values()))


def _withdrawal(context: Context, request: Any) -> WithdrawTicket:
    return context.exchange.treasury.withdrawal(request.ticket_id)


# Announcing a deposit.


@rewrites("tickets/code-leads-nowhere", "The code returned finds the ticket.", ANNOUNCE)
def _code_leads_nowhere(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "requestcode": context.exchange.ids.guid()}


@rewrites("tickets/announced-twice", "An announcement opens one ticket.", ANNOUNCE)
def _announced_twice(context: Context, request: Any, reply: Any) -> object:
    deposits.open_ticket(context.exchange, context.user, request.account_id, request.asset_id,
                         request.amount)
    return reply


@fault("tickets/amount-rounded-down", "A ticket keeps the amount that was sent.", ANNOUNCE)
def _rounded(context: Context, request: Any, run: Run) -> object:
    request.amount -= request.amount % 10
    return run()


@rewrites("tickets/looked-at-at-once", "A new deposit ticket is new.", ANNOUNCE)
def _looked_at(context: Context, request: Any, reply: Any) -> object:
    deposits.move_to(context.exchange, _newest_deposit(context), DepositStatus.ADMIN_PROCESSING)
    return reply


@rewrites("tickets/announcement-credits", "An announcement credits nothing.", ANNOUNCE)
def _credits(context: Context, request: Any, reply: Any) -> object:
    for status in (DepositStatus.ACCEPTED, DepositStatus.FULLY_PROCESSED):
        deposits.move_to(context.exchange, _newest_deposit(context), status)
    return reply


@fault("tickets/coins-announced", "Coins are not announced.", ANNOUNCE)
def _coins_announced(context: Context, request: Any, run: Run) -> object:
    kind = context.exchange.catalogue.product(request.asset_id).product_type
    if kind is not ProductType.CRYPTO_CURRENCY:
        return run()
    ticket = deposits.open_ticket(
        context.exchange, context.user, request.account_id, request.asset_id, request.amount)
    return {"success": True, "requestcode": ticket.request_code}


@answers("tickets/refusal-in-own-words", "A refusal is worded as the pages word it.")
def _own_words(spec: Any, payload: str, run: Any) -> Any:
    answer = run()
    if spec.name != ANNOUNCE or answer is None or answer.ok:
        return answer
    text = answer.text.replace("Invalid Request", "Wrong").replace("Not Found", "Gone")
    return type(answer)(text, answer.ok, answer.unknown)


# Moving a deposit.


@fault("tickets/amounts-not-changed", "Changed terms of a deposit read back changed.",
       CHANGE_DEPOSIT)
def _amounts_stay(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit_by_code(request.request_code)
    request.amount, request.fee_amt = ticket.amount, ticket.fee
    return run()


@fault("tickets/number-not-compared", "Code and number name one ticket.", CHANGE_DEPOSIT)
def _number_ignored(context: Context, request: Any, run: Run) -> object:
    request.ticket_number = 0
    return run()


@fault("tickets/code-overwritten", "A code is not a value to be changed.", CHANGE_DEPOSIT, CHANGE)
def _code_overwritten(context: Context, request: Any, run: Run) -> object:
    treasury = context.exchange.treasury
    known = treasury.deposits if context.call == CHANGE_DEPOSIT else treasury.withdrawals
    ticket: Any = known.get(request.ticket_number)
    if ticket is not None and all(t.request_code != request.request_code for t in known.values()):
        ticket.request_code = request.request_code
    return run()


@fault("tickets/coins-edited", "Crypto deposits are not changed by hand.", CHANGE_DEPOSIT)
def _coins_edited(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit_by_code(request.request_code)
    kind = context.exchange.catalogue.product(ticket.product_id).product_type
    if kind is not ProductType.CRYPTO_CURRENCY:
        return run()
    ticket.amount = request.amount
    return ACKNOWLEDGED


@fault("tickets/status-five-is-paper", "Status 5 credits the account.", CHANGE_DEPOSIT)
def _paper(context: Context, request: Any, run: Run) -> object:
    if request.status != DepositStatus.FULLY_PROCESSED:
        return run()
    context.exchange.treasury.deposit_by_code(request.request_code).status = (
        DepositStatus.FULLY_PROCESSED)
    return ACKNOWLEDGED


@fault("tickets/credited-each-time", "A deposit is credited once.", CREDIT)
def _each_time(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit(request.ticket_id)
    if ticket.status is DepositStatus.FULLY_PROCESSED:
        ticket.status = DepositStatus.ACCEPTED
    return run()


@fault("tickets/credited-unseen", "A deposit is credited after it was accepted.", CREDIT)
def _credited_unseen(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit(request.ticket_id)
    if ticket.status is DepositStatus.NEW:
        ticket.status = DepositStatus.ACCEPTED
    return run()


@fault("tickets/accepted-is-credited", "An accepted deposit is still pending.", CHANGE_DEPOSIT)
def _accepted_credited(context: Context, request: Any, run: Run) -> object:
    reply = run()
    ticket = context.exchange.treasury.deposit_by_code(request.request_code)
    if request.status == DepositStatus.ACCEPTED:
        deposits.move_to(context.exchange, ticket, DepositStatus.FULLY_PROCESSED)
    return reply


@fault("tickets/checked-without-check", "The outcome of a check comes from a check.",
       CHANGE_DEPOSIT)
def _unchecked(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit_by_code(request.request_code)
    if ticket.status is DepositStatus.NEW and request.status >= DepositStatus.AML_ACCEPTED:
        ticket.status = DepositStatus.AML_PROCESSING
    return run()


@retells("tickets/pending-not-told", "What is pending is told.", "PendingDepositUpdate")
def _pending_not_told(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


# Asking for a withdrawal.


@rewrites("tickets/receipt-with-code", "A receipt carries no ticket.", ASK)
def _receipt_with_code(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "requestCode": _newest_withdrawal(context).request_code}


@rewrites("tickets/withdraw-code-reused", "A withdrawal's code is its own.", ASK)
def _code_reused(context: Context, request: Any, reply: Any) -> object:
    ticket = _newest_withdrawal(context)
    first = context.exchange.treasury.withdrawals_of(ticket.account_id)[0]
    ticket.request_code = first.request_code
    return reply


@fault("tickets/coins-not-withdrawn", "Coins are withdrawn by the same call.", ASK)
def _coins_not_withdrawn(context: Context, request: Any, run: Run) -> object:
    kind = context.exchange.catalogue.product(request.product_id).product_type
    if kind is ProductType.CRYPTO_CURRENCY:
        raise OperationFailed("Only national currency")
    return run()


@rewrites("tickets/withdrawn-unseen", "A withdrawal starts before anybody decides.", ASK)
def _withdrawn_unseen(context: Context, request: Any, reply: Any) -> object:
    _newest_withdrawal(context).status = W.ACCEPTED
    return reply


# Deciding about a withdrawal.


@fault("tickets/coins-accepted-by-hand", "Coins are accepted by the services.", ACCEPT)
def _coins_by_hand(context: Context, request: Any, run: Run) -> object:
    ticket = _withdrawal(context, request)
    kind = context.exchange.catalogue.product(ticket.product_id).product_type
    if kind is not ProductType.CRYPTO_CURRENCY:
        return run()
    ticket.status = W.ACCEPTED
    return ACKNOWLEDGED


@fault("tickets/finished-ticket-decided", "What is over stays over.", ACCEPT, PAY)
def _finished_decided(context: Context, request: Any, run: Run) -> object:
    ticket = _withdrawal(context, request)
    if ticket.status in withdrawals.FINAL:
        ticket.status = W.NEW if context.call == ACCEPT else W.ACCEPTED
    return run()


@fault("tickets/paid-unaccepted", "Only an accepted withdrawal is paid.", PAY)
def _paid_unaccepted(context: Context, request: Any, run: Run) -> object:
    ticket = _withdrawal(context, request)
    if ticket.status in (W.NEW, W.ADMIN_PROCESSING, W.FAILED):
        ticket.status = W.ACCEPTED
    return run()


@fault("tickets/confirmation-pays", "A confirmation moves no funds.", CONFIRM)
def _confirmation_pays(context: Context, request: Any, run: Run) -> object:
    reply, ticket = run(), _withdrawal(context, request)
    withdrawals.move_to(context.exchange, ticket, W.FULLY_PROCESSED)
    return reply


@rewrites("tickets/cancelled-reads-rejected", "A cancelled ticket reads as cancelled.",
          CANCEL, GIVE_UP)
def _reads_rejected(context: Context, request: Any, reply: Any) -> object:
    _withdrawal(context, request).status = W.REJECTED
    return reply


@fault("tickets/mends-sound-tickets", "Only a failed ticket is taken up again.",
       RESUBMIT, GIVE_UP)
def _mends_sound(context: Context, request: Any, run: Run) -> object:
    _withdrawal(context, request).status = W.FAILED
    return run()


@fault("tickets/given-up-once", "A ticket that failed twice can be given up.", GIVE_UP, RESUBMIT)
def _given_up_once(context: Context, request: Any, run: Run) -> object:
    ticket = _withdrawal(context, request)
    if ticket.details.get("Resubmitted"):
        raise OperationFailed("The ticket was resubmitted")
    if context.call == RESUBMIT:
        ticket.details["Resubmitted"] = True
    return run()


@rewrites("tickets/resubmitted-is-accepted", "A resubmitted ticket waits for approval.", RESUBMIT)
def _resubmitted_accepted(context: Context, request: Any, reply: Any) -> object:
    _withdrawal(context, request).status = W.ACCEPTED
    return reply


@rewrites("tickets/resubmission-empties-form", "A correction stays.", RESUBMIT)
def _empties_form(context: Context, request: Any, reply: Any) -> object:
    _withdrawal(context, request).template_form = "{}"
    return reply


@fault("tickets/unknown-code-acknowledged", "An unknown code is refused.", TAKE_BACK)
def _unknown_acknowledged(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal:
        return ACKNOWLEDGED


@fault("tickets/click-does-nothing", "The click confirms.", CLICK)
def _click_does_nothing(context: Context, request: Any, run: Run) -> object:
    for ticket in context.exchange.treasury.withdrawals.values():
        if ticket.verify_code == request.verify_code.casefold():
            return {"result": True}
    raise NotFound("Invalid VerifyCode")


@fault("tickets/second-click-pays", "Confirming twice is confirming once.", CLICK)
def _second_click_pays(context: Context, request: Any, run: Run) -> object:
    code = request.verify_code.casefold()
    for ticket in context.exchange.treasury.withdrawals.values():
        if ticket.verify_code == code and ticket.status is W.CONFIRMED_2FA:
            withdrawals.move_to(context.exchange, ticket, W.FULLY_PROCESSED)
    return run()


@fault("tickets/rejection-ignored", "Status 3 rejects.", CHANGE)
def _rejection_ignored(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    if request.status == W.REJECTED:
        request.status = int(ticket.status)
    return run()


@rewrites("tickets/change-empties-remarks", "Comments and files are never deleted.", CHANGE)
def _empties_remarks(context: Context, request: Any, reply: Any) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    ticket.comments.clear()
    ticket.attachments.clear()
    return reply


@fault("tickets/sent-by-hand-not-debited", "ManuallyConfirmed debits the account.", CHANGE)
def _not_debited(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    if request.status != W.MANUALLY_CONFIRMED:
        return run()
    ticket.status = W.MANUALLY_CONFIRMED
    return ACKNOWLEDGED


@fault("tickets/form-not-changed", "Every value but the code can be changed.", CHANGE)
def _form_stays(context: Context, request: Any, run: Run) -> object:
    request.template_form = None
    return run()

