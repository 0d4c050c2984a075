"""Faults of reading tickets: lists, single tickets, statements, what their rows say."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.tickets.rows import deposit_row, withdraw_row
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import NotFound, Refusal
from conformance.reference.domain.treasury.deposits import FINAL
from conformance.reference.faults.registry import Rewrite, Run, fault, rewrites
from conformance.reference.faults.ticket_reach import STATEMENTS
from conformance.reference.rendering.trading_rows import transaction_row

EVERYTHING = 100_000
DEFAULT = 200
ALL_DEPOSITS, ALL_WITHDRAWALS = "GetAllDepositTickets", "GetAllWithdrawTickets"
DEPOSITS, WITHDRAWALS = "GetDepositTickets", "GetWithdrawTickets"
ONE_DEPOSIT, ONE_WITHDRAWAL = "GetDepositTicket", "GetWithdrawTicket"
PAGES = (ALL_DEPOSITS, ALL_WITHDRAWALS, WITHDRAWALS)


def _rows(**changes: Any) -> Rewrite:
    """Replace keys of every row by what is computed from it."""

    def spoil(context: Context, request: Any, reply: Any) -> object:
        rows = reply if isinstance(reply, list) else [reply]
        found = [{**row, **{key: of(row) for key, of in changes.items()}} for row in rows]
        return found if isinstance(reply, list) else found[0]

    return spoil


for _name, _breaks, _calls, _spoiler in (
    ("withdraw-code-of-its-own", "A withdraw code is the ticket's request code.",
     ("GetWithdraws",), _rows(withdrawCode=lambda row: row["withdrawCode"][::-1])),
    ("withdraw-id-is-ticket-number", "Withdrawals have numbers of their own.",
     ("GetWithdraws",), _rows(withdrawId=lambda row: row["ticketNumber"])),
    ("every-acceptance-marked", "Only a second acceptance is marked.",
     ("GetWithdraws",), _rows(reaccepted=lambda row: row["TicketStatus"] == 2)),
    ("reacceptance-not-marked", "A second acceptance is marked.",
     ("GetWithdraws",), _rows(reaccepted=lambda row: False)),
    ("fee-left-out-of-list", "All lists tell the same fee.",
     ("GetWithdraws",), _rows(feeAmount=lambda row: 0)),
    ("attachments-not-listed", "A ticket lists its files.",
     (ONE_WITHDRAWAL,), _rows(Attachments=lambda row: "[]")),
    ("deposits-halved", "The list of deposits tells what was credited.",
     ("GetDeposits",), _rows(amount=lambda row: row["amount"] / 2)),
):
    rewrites(f"tickets/{_name}", _breaks, *_calls)(_spoiler)


@fault("tickets/limit-ignored", "Limit bounds a list.", *PAGES)
def _limit_ignored(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERYTHING
    return run()


@fault("tickets/start-index-ignored", "StartIndex says where a list begins.", *PAGES)
def _start_index_ignored(context: Context, request: Any, run: Run) -> object:
    request.start_index = None
    return run()


@fault("tickets/default-limit-is-all", "A list without a limit has 200.", WITHDRAWALS)
def _default_limit_is_all(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERYTHING if request.limit == DEFAULT else request.limit
    return run()


@rewrites("tickets/oldest-first", "Withdraw tickets come newest first.",
          ALL_WITHDRAWALS, WITHDRAWALS)
def _oldest_first(context: Context, request: Any, reply: Any) -> object:
    return reply[::-1]


@fault("tickets/list-without-index-has-ten", "A list without an index has all tickets.",
       ALL_WITHDRAWALS)
def _ten(context: Context, request: Any, run: Run) -> object:
    whole: list[Any] = run()
    return whole[10:] if request.start_index is None else whole


def _without_finished(context: Context, request: Any, reply: Any) -> object:
    final = {int(status) for status in FINAL}
    return [row for row in reply if row["Status"] not in final]


rewrites("tickets/finished-left-out", "An account's list has its finished tickets too.",
         DEPOSITS)(_without_finished)
rewrites("tickets/finished-left-out-of-all", "The list of all has finished tickets too.",
         ALL_DEPOSITS)(_without_finished)


@fault("tickets/others-deposits-shown", "An account's list has its own tickets.", DEPOSITS)
def _others_shown(context: Context, request: Any, run: Run) -> object:
    run()
    return [deposit_row(context, t) for t in context.exchange.treasury.deposits.values()]


@fault("tickets/newest-deposit-answers", "The ticket asked for answers.", ONE_DEPOSIT)
def _newest_deposit(context: Context, request: Any, run: Run) -> object:
    run()
    return deposit_row(
        context, context.exchange.treasury.deposits_of(request.account_id)[-1])


@fault("tickets/one-name-enough", "Code and number must agree.", ONE_DEPOSIT)
def _one_name_enough(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal:
        if not request.request_code or not request.ticket_id:
            raise
        request.request_code, code = None, request.request_code
        try:
            return run()
        except NotFound:
            request.request_code, request.ticket_id = code, None
            return run()


@fault("tickets/number-finds-nothing", "A ticket is found by its number.", ONE_DEPOSIT)
def _number_finds_nothing(context: Context, request: Any, run: Run) -> object:
    if not request.request_code:
        raise NotFound("Deposit Ticket not found")
    return run()


@fault("tickets/code-by-its-beginning", "A withdraw ticket has exactly this code.",
       ONE_WITHDRAWAL)
def _by_beginning(context: Context, request: Any, run: Run) -> object:
    mine = context.exchange.treasury.withdrawals_of(request.account_id)
    for ticket in reversed(mine):
        if ticket.request_code.startswith(request.request_code):
            request.request_code = ticket.request_code
    return run()


@fault("tickets/account-does-not-matter", "A withdraw ticket is found in its account.",
       ONE_WITHDRAWAL)
def _any_account(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    context.account(ticket.account_id)
    return withdraw_row(context, ticket)


@fault("tickets/statement-of-everything", "A statement has one kind of entry.", *STATEMENTS)
def _everything(context: Context, request: Any, run: Run) -> object:
    run()
    booked = context.exchange.ledger.transactions_of(request.account_id)
    return [transaction_row(entry, context.exchange.oms_id) for entry in booked[::-1]]


@fault("tickets/statement-depth-ignored", "Depth bounds a statement.", *STATEMENTS)
def _depth_ignored(context: Context, request: Any, run: Run) -> object:
    request.depth = EVERYTHING
    return run()


@fault("tickets/statement-defaults-to-100", "A statement without a depth has 200.", *STATEMENTS)
def _hundred(context: Context, request: Any, run: Run) -> object:
    request.depth = 100 if request.depth == DEFAULT else request.depth
    return run()
