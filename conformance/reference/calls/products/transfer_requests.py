"""RequestTransferFunds, GetRequestTransfer, and confirming or rejecting such a request.

The caller asks another user to pay; that user, or an operator, confirms or rejects.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from conformance.reference.calls.products.transfers import MOVERS
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, IsoText, Request
from conformance.reference.calls.treasury_shapes import OmsQuery, own_failure, time_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain import transfers
from conformance.reference.domain.clock import iso
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, NotFound
from conformance.reference.domain.transfers import RequestState, TransferRequest
from conformance.reference.exchange import OPERATOR_ID

_refused = own_failure(requestcode="")


class FundsRequest(OmsQuery, kw_only=True):
    """What the caller asks for, and whom."""

    product_id: Int32
    amount: Decimal
    notes: str = ""
    receiver_user_name: str


class Decision(OmsQuery, kw_only=True):
    """The request to decide on."""

    request_code: str
    operator_id: Int32


class RequestFilter(Request, kw_only=True):
    """What to look for; numbers come as text. Absent, empty and 0 mean any."""

    oms_id: Int32
    operator_id: Int32
    request_code: str | None = None
    request_id: str | None = None
    payer_username: str | None = None
    payer_account_id: str | None = None
    requestor_username: str | None = None
    requestor_account_id: str | None = None
    product_id: str | None = None
    amount: str | None = None
    amount_operator: str | None = None
    status: str | None = None
    start_time_stamp: IsoText | None = None
    end_time_stamp: IsoText | None = None


@call("RequestTransferFunds", permissions=MOVERS, request=FundsRequest, refusal=_refused)
def request_transfer_funds(context: Context, request: FundsRequest) -> object:
    """Ask a user for funds; nothing moves before that user confirms."""
    context.require_oms(request.oms_id)
    payer = transfers.user_named(context.exchange, request.receiver_user_name)
    asked = transfers.request_transfer(
        context.exchange, context.user, payer, request.product_id, request.amount, request.notes
    )
    return {"result": True, "requestcode": asked.code}


def _to_decide(context: Context, request: Decision) -> TransferRequest:
    context.require_oms(request.oms_id)
    asked = context.exchange.transfers.request(request.request_code)
    if asked.payer.user_id != context.user.user_id and not context.is_operator:
        raise NotAuthorized
    return asked


@call("ConfirmRequestTransferFunds", permissions=MOVERS, request=Decision, refusal=_refused)
def confirm_request_transfer_funds(context: Context, request: Decision) -> object:
    """Pay what was asked for, once."""
    asked = _to_decide(context, request)
    transfers.confirm_request(context.exchange, asked)
    return {"result": True, "requestcode": asked.code}


@call("RejectRequestTransferFunds", permissions=MOVERS, request=Decision, refusal=_refused)
def reject_request_transfer_funds(context: Context, request: Decision) -> object:
    """Refuse to pay."""
    asked = _to_decide(context, request)
    transfers.reject_request(context.exchange, asked)
    return {"result": True, "requestcode": asked.code}


@call("GetRequestTransfer", permissions=MOVERS, request=RequestFilter)
def get_request_transfer(context: Context, request: RequestFilter) -> object:
    """The newest pending request that the filters match and the caller has a part in."""
    context.require_oms(request.oms_id)
    start = time_ms(request.start_time_stamp, "startTimeStamp")
    end = time_ms(request.end_time_stamp, "endTimeStamp")
    tests = _tests(request)
    user = context.user
    for asked in reversed(context.exchange.transfers.requests.values()):
        mine = user.user_id in (asked.payer.user_id, asked.requestor.user_id)
        in_time = (start is None or asked.created_ms >= start) and (
            end is None or asked.created_ms <= end
        )
        if (
            asked.state is RequestState.PENDING and in_time
            and (mine or context.is_operator) and all(test(asked) for test in tests)
        ):
            return _row(context, asked)
    raise NotFound("No such transfer request")


def _tests(request: RequestFilter) -> list[Callable[[TransferRequest], bool]]:
    wanted: list[tuple[object, Callable[[TransferRequest], object]]] = [
        ((request.request_code or "").casefold(), lambda asked: asked.code),
        (_number(request.request_id), lambda asked: asked.request_id),
        ((request.payer_username or "").casefold(), lambda asked: asked.payer.name.casefold()),
        (_number(request.payer_account_id), lambda asked: asked.payer.account_id),
        ((request.requestor_username or "").casefold(),
         lambda asked: asked.requestor.name.casefold()),
        (_number(request.requestor_account_id), lambda asked: asked.requestor.account_id),
        (_number(request.product_id), lambda asked: asked.product_id),
        (_number(request.amount), lambda asked: asked.amount),
    ]
    return [_equals(value, of) for value, of in wanted if value]


def _equals(
    value: object, of: Callable[[TransferRequest], object]
) -> Callable[[TransferRequest], bool]:
    return lambda asked: of(asked) == value


def _number(text: str | None) -> Decimal:
    try:
        found = Decimal(text or 0)
    except InvalidOperation:
        raise InvalidRequest(f"not a number: {text}") from None
    if not found.is_finite():
        raise InvalidRequest(f"not a number: {text}")
    return found


def _row(context: Context, asked: TransferRequest) -> dict[str, object]:
    return {
        "omsId": context.exchange.oms_id,
        "operatorId": OPERATOR_ID,
        "requestId": asked.request_id,
        "requestCode": asked.code,
        "payerUsername": asked.payer.name,
        "payerAccountId": asked.payer.account_id,
        "requestorUsername": asked.requestor.name,
        "requestorAccountId": asked.requestor.account_id,
        "productId": asked.product_id,
        "productName": context.exchange.catalogue.product(asked.product_id).symbol,
        "amount": asked.amount,
        "notes": asked.notes,
        "createdTimestamp": iso(asked.created_ms),
        "lastUpdateTimestamp": iso(asked.updated_ms),
    }
