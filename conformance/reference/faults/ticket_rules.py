"""Faults of the rules of tickets: each admits or skips one step, or books one wrongly."""

from __future__ import annotations

from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.treasury import deposits
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus
from conformance.reference.faults.registry import Run, fault
from conformance.reference.rendering.standard import ACKNOWLEDGED

CHANGE_DEPOSIT, CHANGE = "UpdateDepositTicket", "UpdateWithdrawTicket"
CREDIT, ACCEPT = "MarkDepositTicketAsFullyProcessed", "AcceptWithdrawTicket"
W = WithdrawStatus


@fault("tickets/deposit-new-again", "No deposit becomes new again.", CHANGE_DEPOSIT)
def _deposit_new_again(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.deposit_by_code(request.request_code)
    if request.status != DepositStatus.NEW or ticket.status in deposits.FINAL:
        return run()
    ticket.status = DepositStatus.NEW
    return ACKNOWLEDGED


@fault("tickets/withdrawal-new-again", "Only a failed withdrawal becomes new again.", CHANGE)
def _withdrawal_new_again(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    if request.status != W.NEW or not ticket.is_live:
        return run()
    ticket.status = W.NEW
    return ACKNOWLEDGED


@fault("tickets/withdrawal-checked-without-check", "The outcome of a check comes from a check.",
       CHANGE)
def _withdrawal_unchecked(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    outcomes = (W.AML_ACCEPTED, W.AML_REJECTED, W.AML_FAILED)
    if ticket.is_live and request.status in outcomes and request.status != ticket.status:
        ticket.status = W.AML_PROCESSING
    return run()


@fault("tickets/confirmed-unasked", "Only what waits for its owner is confirmed.", CHANGE)
def _confirmed_unasked(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    if ticket.is_live and request.status == W.CONFIRMED_2FA != ticket.status:
        ticket.status = W.PENDING_2FA
    return run()


@fault("tickets/deposit-fee-waived", "A credit is less the fee.", CREDIT, CHANGE_DEPOSIT)
def _fee_waived(context: Context, request: Any, run: Run) -> object:
    treasury = context.exchange.treasury
    credit = context.call == CREDIT
    if not credit and request.status != DepositStatus.FULLY_PROCESSED:
        return run()
    ticket = (treasury.deposit(request.ticket_id) if credit
              else treasury.deposit_by_code(request.request_code))
    fee, ticket.fee = ticket.fee, ZERO
    if not credit:
        request.fee_amt = ZERO
    try:
        return run()
    finally:
        ticket.fee = fee


@fault("tickets/accepted-is-not-sent", "What was accepted is sent.", ACCEPT)
def _not_sent(context: Context, request: Any, run: Run) -> object:
    reply = run()
    ticket = context.exchange.treasury.withdrawal(request.ticket_id)
    context.exchange.treasury.providers.unreachable.add(ticket.product_id)
    return reply


@fault("tickets/coins-counted-unconfirmed", "Coins are confirmed before they count.",
       "GetDeposits", "GetDepositTickets", "GetAllDepositTickets")
def _unconfirmed(context: Context, request: Any, run: Run) -> object:
    for ticket in context.exchange.treasury.deposits.values():
        if ticket.status is DepositStatus.CONFIRMED:
            ticket.status = DepositStatus.LIMITS_ACCEPTED
    return run()
