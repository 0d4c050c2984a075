"""The calls that list tickets, deposits, withdrawals and their transactions."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Count, Int32, Request
from conformance.reference.calls.tickets.rows import deposit_row, withdraw_row, withdrawal_row
from conformance.reference.calls.treasury_shapes import AccountQuery, account_of, page_size
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import ticks
from conformance.reference.domain.ledger import ZERO, ReferenceType, Transaction
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.domain.treasury.deposits import DepositStatus, DepositTicket
from conformance.reference.domain.treasury.withdrawals import WithdrawTicket
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.trading_rows import transaction_row

MEMBERS = (OPERATOR, "Trading")
READERS = ("Trading", "AccountReadOnly")


class AllTickets(Request, kw_only=True):
    """A page of the whole exchange's tickets; index 0 is the newest."""

    oms_id: int
    operator_id: Int32
    start_index: Count | None = None
    limit: Count | None = None


class DepositTickets(AccountQuery, kw_only=True):
    """All deposit tickets of an account."""

    operator_id: Int32


class DepositSelector(AccountQuery, kw_only=True):
    """A deposit ticket by code, by number, or by both when they agree."""

    request_code: str | None = None
    ticket_id: int | None = None


class WithdrawSelector(Request, kw_only=True):
    """A withdraw ticket: all three must match."""

    oms_id: int
    account_id: int
    request_code: str


class WithdrawTickets(AccountQuery, kw_only=True):
    """A page of an account's withdraw tickets; index 0 is the newest."""

    start_index: Count = 0
    limit: Count = 200


class TransactionsQuery(AccountQuery, kw_only=True):
    """How many of the newest transactions."""

    depth: Count = 200


@call("GetAllDepositTickets", permissions=(OPERATOR,), request=AllTickets)
def get_all_deposit_tickets(context: Context, request: AllTickets) -> object:
    """Tickets from StartIndex towards now: at most as many as StartIndex is back, oldest first."""
    context.require_oms(request.oms_id)
    start = page_size(request.start_index, "StartIndex")
    limit = page_size(request.limit, "Limit")
    tickets = list(context.exchange.treasury.deposits.values())
    if start is not None:
        tickets = tickets[-max(start, 1):]
    return [deposit_row(context, ticket) for ticket in tickets[:limit]]


@call("GetAllWithdrawTickets", permissions=(OPERATOR,), request=AllTickets)
def get_all_withdraw_tickets(context: Context, request: AllTickets) -> object:
    """Tickets from StartIndex back from the newest, newest first."""
    context.require_oms(request.oms_id)
    tickets = list(context.exchange.treasury.withdrawals.values())
    return _newest_first(context, tickets, request.start_index, request.limit)


def _newest_first(
    context: Context, tickets: list[WithdrawTicket], start: int | None, limit: int | None
) -> list[dict[str, object]]:
    first = page_size(start, "StartIndex") or 0
    count = page_size(limit, "Limit")
    page = tickets[::-1][first:]
    return [withdraw_row(context, ticket) for ticket in page[:count]]


@call("GetDepositTickets", permissions=MEMBERS, request=DepositTickets)
def get_deposit_tickets(context: Context, request: DepositTickets) -> object:
    """All deposit tickets of an account, oldest first."""
    account = account_of(context, request)
    tickets = context.exchange.treasury.deposits_of(account.account_id)
    return [deposit_row(context, ticket) for ticket in tickets]


@call("GetDepositTicket", permissions=MEMBERS, request=DepositSelector)
def get_deposit_ticket(context: Context, request: DepositSelector) -> object:
    """One deposit ticket of an account."""
    account = account_of(context, request)
    if not request.request_code and not request.ticket_id:
        raise InvalidRequest("RequestCode or TicketId is Required")
    for ticket in context.exchange.treasury.deposits_of(account.account_id):
        code_fits = not request.request_code or (
            request.request_code.casefold() == ticket.request_code
        )
        if code_fits and request.ticket_id in (None, 0, ticket.ticket_number):
            return deposit_row(context, ticket)
    raise NotFound("Deposit Ticket not found")


@call("GetWithdrawTicket", permissions=MEMBERS, request=WithdrawSelector)
def get_withdraw_ticket(context: Context, request: WithdrawSelector) -> object:
    """One withdraw ticket of an account."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    if ticket.account_id != account.account_id:
        raise NotFound("Withdraw Ticket not found for OmsId, AccountId, RequestCode")
    return withdraw_row(context, ticket)


@call("GetWithdrawTickets", permissions=MEMBERS, request=WithdrawTickets)
def get_withdraw_tickets(context: Context, request: WithdrawTickets) -> object:
    """An account's withdraw tickets, newest first."""
    account = account_of(context, request)
    tickets = context.exchange.treasury.withdrawals_of(account.account_id)
    return _newest_first(context, tickets, request.start_index, request.limit)


@call("GetDeposits", permissions=MEMBERS, request=AccountQuery)
def get_deposits(context: Context, request: AccountQuery) -> object:
    """Credited deposits of an account, oldest first."""
    account = account_of(context, request)
    rows = []
    for ticket in context.exchange.treasury.deposits_of(account.account_id):
        if ticket.status is DepositStatus.FULLY_PROCESSED:
            row: dict[str, object] = {
                "omsId": context.exchange.oms_id,
                "depositId": ticket.deposit_id,
                "accountId": ticket.account_id,
                "subAccountId": 0,
                "productId": ticket.product_id,
                "amount": ticket.amount,
            }
            rows.append(row | _beyond_the_page(context, ticket) if context.venues else row)
    return rows


def _beyond_the_page(context: Context, ticket: DepositTicket) -> dict[str, object]:
    product = context.exchange.catalogue.product(ticket.product_id)
    info = ticket.deposit_info
    return {
        "lastUpdateTimeStamp": ticks(ticket.updated_ms),
        "productType": product.product_type,
        "ticketStatus": ticket.status,
        "depositInfo": info if isinstance(info, str) and info else encode(info or {}),
        "depositCode": ticket.request_code,
        "ticketNumber": ticket.ticket_number,
        "notionalProductId": 0,
        "notionalValue": ZERO,
        "feeAmount": ticket.fee,
    }


@call("GetWithdraws", permissions=MEMBERS, request=AccountQuery)
def get_withdraws(context: Context, request: AccountQuery) -> object:
    """Withdrawals of an account in whatever state, oldest first."""
    account = account_of(context, request)
    tickets = context.exchange.treasury.withdrawals_of(account.account_id)
    return [withdrawal_row(context, ticket) for ticket in tickets]


def _newest_transactions(
    context: Context, request: TransactionsQuery, kind: ReferenceType
) -> list[Transaction]:
    account = account_of(context, request)
    depth = page_size(request.depth, "Depth")
    booked = context.exchange.ledger.transactions_of(account.account_id)[::-1]
    side = "credit" if kind is ReferenceType.DEPOSIT else "debit"
    fitting = [t for t in booked if t.reference_type is kind and getattr(t, side) > ZERO]
    return fitting[:depth]


@call("GetAccountDepositTransactions", permissions=READERS, request=TransactionsQuery)
def get_account_deposit_transactions(context: Context, request: TransactionsQuery) -> object:
    """What deposits credited to an account, newest first."""
    found = _newest_transactions(context, request, ReferenceType.DEPOSIT)
    return [transaction_row(transaction, context.exchange.oms_id) for transaction in found]


@call("GetAccountWithdrawTransactions", permissions=READERS, request=TransactionsQuery)
def get_account_withdraw_transactions(context: Context, request: TransactionsQuery) -> object:
    """What withdrawals and their fees debited from an account, newest first."""
    found = _newest_transactions(context, request, ReferenceType.WITHDRAW)
    return [transaction_row(transaction, context.exchange.oms_id) for transaction in found]
