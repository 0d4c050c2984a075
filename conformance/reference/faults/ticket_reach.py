"""Faults of whose tickets, statements and keys are whose, and of who decides about them."""

from __future__ import annotations

from typing import Any

from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, fault, opens

DEPOSITS, DEPOSIT_TICKETS = "GetDeposits", "GetDepositTickets"
STATEMENTS = ("GetAccountDepositTransactions", "GetAccountWithdrawTransactions")
OWN_READS = (
    DEPOSITS, DEPOSIT_TICKETS, "GetWithdraws", "GetWithdrawTickets", "GetWithdrawFee", *STATEMENTS,
    "GetDepositTicketAttachment", "GetWithdrawTicketAttachment",
)
OWN_DEEDS = (
    "CreateWithdrawTicket", "AddDepositTicketAttachment", "AddWithdrawTicketAttachment",
    "GetDepositInfo",
)
OPEN_TO_OPERATORS = (
    "CreateWithdrawTicket", "AddDepositTicketAttachment", "AddWithdrawTicketAttachment",
    "GetDepositTicketAttachment", "GetWithdrawTickets",
)
LISTS_OF_ALL = ("GetAllDepositTickets", "GetAllWithdrawTickets")

fault("tickets/reads-of-anybody", "Tickets are read by their owner.", *OWN_READS)(without_bounds)
fault("tickets/acts-for-anybody", "Tickets are made by their owner.", *OWN_DEEDS)(without_bounds)
fault("tickets/not-for-operators", "Operators reach every ticket.",
      *OPEN_TO_OPERATORS)(not_for_operators)
opens(defect("tickets/lists-for-everybody", "Only operators list all tickets."), *LISTS_OF_ALL)
opens(defect("tickets/owner-accepts", "Only operators accept withdrawals."),
      "AcceptWithdrawTicket")
opens(defect("tickets/wallet-tickets-by-anybody", "Only operators open wallet tickets."),
      "CreateAssetManagerWalletTicket")


@fault("tickets/anybody-cancels", "A withdrawal is taken back by its owner.", "CancelWithdraw")
def _anybody_cancels(context: Context, request: Any, run: Run) -> object:
    ticket = next((t for t in context.exchange.treasury.withdrawals.values()
                   if t.request_code == request.request_code), None)
    if ticket is not None:
        request.account_id = ticket.account_id
    return without_bounds(context, request, run)
