"""TransferFunds with its confirmation, cancellation and lists."""

from __future__ import annotations

import json
from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import AccountQuery, OmsQuery, account_of
from conformance.reference.dispatch import Context
from conformance.reference.domain import transfers
from conformance.reference.domain.clock import ticks
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.domain.transfers import Transfer, TransferState
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.standard import ACKNOWLEDGED

MOVERS = (OPERATOR, "Trading")


class TransferOrder(OmsQuery, kw_only=True):
    """Funds for another user's default account."""

    sender_account_id: Int32
    product_id: Int32
    amount: Decimal
    notes: str = ""
    receiver_user_name: str


class TransferQuery(AccountQuery, kw_only=True):
    """A transfer by its sender's account."""

    transfer_id: Int32


class Confirmation(Request, kw_only=True):
    """The page documents no keys: without a code or an id the caller's own transfer is meant."""

    oms_id: Int32 | None = None
    transfer_id: Int32 | None = None
    verify_code: str | None = None


def transfer_row(context: Context, made: Transfer) -> dict[str, object]:
    """A transfer as the pages print it: without status and time."""
    return {
        "transferId": made.transfer_id,
        "senderAccountId": made.sender,
        "senderUserName": made.sender_name,
        "receiverAccountId": made.receiver,
        "receiverUserName": made.receiver_name,
        "productId": made.product_id,
        "amount": made.amount,
        "notes": made.notes,
        "omsId": context.exchange.oms_id,
    }


@call("TransferFunds", permissions=MOVERS, request=TransferOrder)
def transfer_funds(context: Context, request: TransferOrder) -> object:
    """Pay another user, at once unless the sender's account asks for confirmation."""
    context.require_oms(request.oms_id)
    sender = context.account(request.sender_account_id)
    receiver = transfers.user_named(context.exchange, request.receiver_user_name)
    made = transfers.transfer(
        context.exchange, sender, context.user, receiver, request.product_id, request.amount,
        request.notes,
    )
    return {"result": True, "errormsg": None, "errorcode": 0, "detail": _detail(context, made)}


def _detail(context: Context, made: Transfer) -> str:
    """Deployments describe the transfer as JSON text in the acknowledgement."""
    row = {key[:1].upper() + key[1:]: value for key, value in transfer_row(context, made).items()}
    row["OMSId"] = row.pop("OmsId")
    row |= {
        "Reason": "",
        "TransferState": made.state.name.title(),
        "CreatedTimeInTicks": ticks(made.time_ms),
        "LastUpdatedTimeInTicks": ticks(made.time_ms),
    }
    return json.dumps(json.loads(encode(row)))


def _own_transfer(context: Context, request: TransferQuery) -> Transfer:
    account = account_of(context, request)
    made = context.exchange.transfers.get(request.transfer_id)
    if made.sender != account.account_id or made.state is TransferState.CANCELLED:
        raise NotFound(f"Invalid TransferId: {request.transfer_id}")
    return made


@call("CancelTransferFunds", permissions=MOVERS, request=TransferQuery)
def cancel_transfer_funds(context: Context, request: TransferQuery) -> object:
    """Give up a transfer that still waits; an executed one cannot be taken back."""
    transfers.cancel(context.exchange, _own_transfer(context, request))
    return ACKNOWLEDGED


@call("ConfirmTransferFunds", permissions=MOVERS, request=Confirmation)
def confirm_transfer_funds(context: Context, request: Confirmation) -> object:
    """Carry out a transfer that waits: the caller's newest one, or the one of a mailed code.

    Operators name any by its id.
    """
    context.require_oms(request.oms_id)
    if request.verify_code is None and request.transfer_id is None:
        transfers.confirm(context.exchange, _newest_waiting(context))
        return ACKNOWLEDGED
    if request.verify_code is None and not context.is_operator:
        raise InvalidRequest("VerifyCode is Required")
    for made in context.exchange.transfers.by_id.values():
        by_code = made.verify_code and made.verify_code == request.verify_code
        by_id = request.verify_code is None and made.transfer_id == request.transfer_id
        if by_code or by_id:
            context.account(made.sender)
            transfers.confirm(context.exchange, made)
            return ACKNOWLEDGED
    raise NotFound("No such transfer")


def _newest_waiting(context: Context) -> Transfer:
    caller = context.user.name
    for made in reversed(context.exchange.transfers.by_id.values()):
        if made.state is TransferState.PENDING and made.sender_name == caller:
            return made
    raise NotFound("No transfer waits")


@call("GetTransfer", permissions=MOVERS, request=TransferQuery)
def get_transfer(context: Context, request: TransferQuery) -> object:
    """One transfer by its sender."""
    return transfer_row(context, _own_transfer(context, request))


@call("GetTransfers", permissions=MOVERS, request=AccountQuery)
def get_transfers(context: Context, request: AccountQuery) -> object:
    """Transfers from an account, oldest first."""
    account = account_of(context, request)
    sent = context.exchange.transfers.sent_by(account.account_id)
    return [transfer_row(context, made) for made in sent]


@call("GetTransfersReceived", permissions=MOVERS, request=AccountQuery)
def get_transfers_received(context: Context, request: AccountQuery) -> object:
    """Transfers to an account, oldest first."""
    account = account_of(context, request)
    received = context.exchange.transfers.received_by(account.account_id)
    return [transfer_row(context, made) for made in received]
