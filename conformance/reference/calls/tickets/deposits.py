"""CreateDepositTicket, UpdateDepositTicket, MarkDepositTicketAsFullyProcessed, Deposit,
GetDepositInfo."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, IsoOrEmpty, Request
from conformance.reference.calls.tickets.remarks import add_comment
from conformance.reference.calls.treasury_shapes import (
    AccountQuery,
    OmsQuery,
    account_of,
    member,
    own_failure,
)
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.asset_manager import ASSET_MANAGER_ID
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.domain.treasury import deposits, providers
from conformance.reference.domain.treasury.deposits import DepositStatus, DepositTicket
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED

_NAMES = {name_of(status).casefold(): status for status in DepositStatus}


class _Facts(AccountQuery, kw_only=True):
    """What a ticket says beside its terms; most of it is given by the exchange."""

    asset_name: str | None = None
    request_ip: str | None = None
    request_user: Int32 | None = None
    request_user_name: str | None = None
    operator_id: Int32 | None = None
    fee_amt: Decimal | None = None
    updated_by_user: Int32 | None = None
    updated_by_user_name: str | None = None
    deposit_info: str | dict[str, object] | None = None
    created_timestamp: IsoOrEmpty | None = None
    last_update_time_stamp: IsoOrEmpty | None = None
    comments: str | None = None
    attachments: str | None = None


class NewTicket(_Facts, kw_only=True):
    """A fiat deposit to announce. Codes, numbers and dates are given by the exchange."""

    asset_id: Int32
    amount: Decimal
    asset_manager_id: Int32 | None = None
    status: Literal[0, "New"] | None = None
    request_code: str | None = None
    ticket_number: int | None = None

    def as_on_the_page(self) -> None:
        """Raises InvalidRequest where the page wants more than the clients of venues send."""
        if self.asset_manager_id is None:
            raise InvalidRequest("assetManagerId is Required")
        if self.status != int(DepositStatus.NEW):
            raise InvalidRequest("status is 0 for a new ticket")


class TicketChange(_Facts, kw_only=True):
    """New values of a ticket that its code or its number names; absent ones stay."""

    request_code: str
    ticket_number: int
    asset_manager_id: Int32
    asset_id: Int32
    amount: Decimal
    status: Int32


class TicketNumber(OmsQuery, kw_only=True):
    """A ticket by its number."""

    ticket_id: int


class DirectDeposit(Request, kw_only=True):
    """The old way to credit an account; here the product is called instrument."""

    oms_id: int
    account_id: int
    instrument_id: int
    amount: Decimal
    deposit_info: str | dict[str, object] | None = None


class KeyRequest(AccountQuery, kw_only=True):
    """Which keys, and whether to make new ones."""

    product_id: int
    account_provider_id: int | None = None
    generate_new_key: bool
    deposit_info: str | dict[str, object] = ""


def status_of(value: int | str | None, current: DepositStatus) -> DepositStatus:
    """The status a request means, by number or name; raises InvalidRequest."""
    if value is None:
        return current
    if isinstance(value, str):
        if value.casefold() not in _NAMES:
            raise InvalidRequest(f"Invalid Status: {value}")
        return _NAMES[value.casefold()]
    return member(DepositStatus, value, "Status")


@call("CreateDepositTicket", permissions=(OPERATOR, "Trading"), request=NewTicket,
      refusal=own_failure(success=False, requestcode=""))
def create_deposit_ticket(context: Context, request: NewTicket) -> object:
    """Announce a fiat deposit; an operator reviews it."""
    if not context.venues:
        request.as_on_the_page()
    exchange, account = context.exchange, account_of(context, request)
    product = exchange.catalogue.product(request.asset_id)
    if product.product_type is ProductType.CRYPTO_CURRENCY:
        raise OperationFailed("Crypto-currencies are deposited with GetDepositInfo")
    ticket = deposits.open_ticket(
        exchange, context.user, account.account_id, request.asset_id, request.amount,
        info=request.deposit_info,
        fee=(request.fee_amt or ZERO) if context.is_operator else ZERO,
        address=request.request_ip or context.peer.address,
    )
    if request.comments:
        add_comment(context, ticket, request.comments)
    return {"success": True, "requestcode": ticket.request_code}


def _ticket(context: Context, request: TicketChange) -> DepositTicket:
    context.require_oms(request.oms_id)
    treasury = context.exchange.treasury
    if request.request_code:
        return treasury.deposit_by_code(request.request_code)
    if request.ticket_number:
        return treasury.deposit(request.ticket_number)
    raise InvalidRequest("requestCode is Required")


@call("UpdateDepositTicket", permissions=(OPERATOR,), request=TicketChange)
def update_deposit_ticket(context: Context, request: TicketChange) -> object:
    """Change a ticket and move it along; account, asset and codes never change."""
    ticket = _ticket(context, request)
    if context.exchange.catalogue.product(ticket.product_id).product_type is (
        ProductType.CRYPTO_CURRENCY
    ):
        raise OperationFailed("Crypto deposits follow their chain")
    for given, real in (
        (request.account_id, ticket.account_id),
        (request.asset_id, ticket.product_id),
        (request.ticket_number, ticket.ticket_number),
    ):
        if given not in (None, 0, real):
            raise OperationFailed("Account, asset and number of a ticket cannot change")
    deposits.revise(
        context.exchange, ticket,
        amount=request.amount,
        fee=ticket.fee if request.fee_amt is None else request.fee_amt,
        status=status_of(request.status, ticket.status),
    )
    if request.deposit_info is not None:
        ticket.deposit_info = request.deposit_info
    ticket.operator_id = request.operator_id or ticket.operator_id
    ticket.request_ip = request.request_ip or ticket.request_ip
    ticket.touch(context.user.user_id, context.user.name, context.exchange.clock.now())
    return ACKNOWLEDGED


@call("MarkDepositTicketAsFullyProcessed", permissions=(OPERATOR,), request=TicketNumber)
def mark_deposit_ticket_as_fully_processed(context: Context, request: TicketNumber) -> object:
    """Credit an accepted deposit and close its ticket."""
    context.require_oms(request.oms_id)
    ticket = context.exchange.treasury.deposit(request.ticket_id)
    deposits.move_to(context.exchange, ticket, DepositStatus.FULLY_PROCESSED)
    ticket.touch(context.user.user_id, context.user.name, context.exchange.clock.now())
    return ACKNOWLEDGED


@call("Deposit", permissions=(SUPERUSER,), request=DirectDeposit)
def deposit(context: Context, request: DirectDeposit) -> object:
    """Deprecated: credit at once, with a ticket that is done from the start."""
    context.require_oms(request.oms_id)
    ticket = deposits.open_ticket(
        context.exchange, context.user, request.account_id, request.instrument_id, request.amount,
        info=request.deposit_info, address=context.peer.address,
    )
    if ticket.status is DepositStatus.NEW:
        deposits.move_to(context.exchange, ticket, DepositStatus.ACCEPTED)
        deposits.move_to(context.exchange, ticket, DepositStatus.FULLY_PROCESSED)
    return ACKNOWLEDGED


@call("GetDepositInfo", permissions=(OPERATOR, "Deposit"), request=KeyRequest)
def get_deposit_info(context: Context, request: KeyRequest) -> object:
    """Keys to send coins to: the last two, or two new ones."""
    account = account_of(context, request)
    keys = providers.deposit_keys(
        context.exchange, account.account_id, request.product_id, request.account_provider_id or 0,
        fresh=request.generate_new_key,
    )
    if not context.venues:
        return keys
    manager = context.exchange.asset_manager
    return {
        "result": True,
        "errormsg": None,
        "statuscode": 0,
        "assetManagerId": ASSET_MANAGER_ID,
        "accountId": account.account_id,
        "assetId": request.product_id,
        "providerId": request.account_provider_id or manager.default_provider(request.product_id),
        "depositInfo": encode(keys),
    }
