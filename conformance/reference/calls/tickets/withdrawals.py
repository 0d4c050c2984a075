"""CreateWithdrawTicket, CancelWithdraw, ConfirmWithdraw, Withdraw, and the fees."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request, json_text, read_request
from conformance.reference.calls.treasury_shapes import (
    AccountQuery,
    OmsQuery,
    ProductQuery,
    account_of,
    own_failure,
)
from conformance.reference.dispatch import Context
from conformance.reference.domain import two_factor
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import (
    InvalidRequest,
    NotAuthorized,
    NotFound,
    NotSupported,
    OperationFailed,
)
from conformance.reference.domain.treasury import providers, withdrawals
from conformance.reference.domain.treasury.templates import WithdrawTemplate, withdraw_templates
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus
from conformance.reference.rendering.standard import ACKNOWLEDGED


class WithdrawOrder(AccountQuery, kw_only=True):
    """What to withdraw, and the form that says where to."""

    product_id: int
    amount: Decimal
    template_form: str | dict[str, object]
    template_type: str


class Wrapped(Request, kw_only=True):
    """A request with a one-time code around it, as HTTP clients send it: the real one is text.

    Without ``payload`` it is the request itself.
    """

    payload: str | None = None
    tfa_code: str | int | None = None
    oms_id: object = None
    account_id: object = None
    product_id: object = None
    amount: object = None
    template_form: object = None
    template_type: object = None


class Cancellation(OmsQuery, kw_only=True):
    """Whose withdrawal."""

    user_id: int
    account_id: int
    request_code: str


class Confirmation(Request, kw_only=True):
    """What the mailed link carries."""

    user_id: int
    verify_code: str


class FeeQuery(AccountQuery, kw_only=True):
    """A withdrawal whose fee is asked for."""

    product_id: int
    amount: Decimal


class DirectWithdrawal(AccountQuery, kw_only=True):
    """The old way to withdraw."""

    product_id: int
    amount: Decimal
    template_form: str | dict[str, object]
    template_form_type: str


@call("CreateWithdrawTicket", permissions=(OPERATOR, "Withdraw"), request=Wrapped)
def create_withdraw_ticket(context: Context, request: Wrapped) -> object:
    """Reserve funds and open a ticket; its code is found in the lists of withdrawals."""
    order = _unwrap(context, request)
    account = account_of(context, order)
    return _open(
        context, account, order.product_id, order.amount, order.template_type, order.template_form
    )


def _open(
    context: Context, account: Account, product_id: int, amount: Decimal, form_type: str,
    form: object,
) -> object:
    exchange = context.exchange
    product = exchange.catalogue.product(product_id)
    providers.provider_for(exchange, product.product_id)
    template = template_named(withdraw_templates(product), form_type)
    withdrawals.create(
        exchange, context.user, account.account_id, product.product_id, amount,
        template_type=template.name, template_form=_filled_in(template, form),
        address=context.peer.address,
    )
    return ACKNOWLEDGED


def _unwrap(context: Context, request: Wrapped) -> WithdrawOrder:
    keys = ("oms_id", "account_id", "product_id", "amount", "template_form", "template_type")
    sent = {
        key.replace("_", ""): getattr(request, key)
        for key in keys
        if getattr(request, key) is not None
    }
    lax = context.venues
    if request.payload is not None:
        user = context.user
        if user.two_factor is not None and not two_factor.passes(
            context.exchange, user.two_factor, str(request.tfa_code or "")
        ):
            raise NotAuthorized("Invalid code")
        inner = json_text(request.payload)
        if not isinstance(inner, dict):
            raise InvalidRequest("Payload is not an object")
        sent, lax = {**inner, **sent}, True
    return read_request(sent, WithdrawOrder, lax=lax)


def template_named(templates: list[WithdrawTemplate], name: str) -> WithdrawTemplate:
    """The template with this name; raises NotFound."""
    for template in templates:
        if template.name.casefold() == name.casefold():
            return template
    raise NotFound(f"Invalid TemplateType: {name}")


def _filled_in(template: WithdrawTemplate, form: object) -> str:
    """The form as JSON text; raises InvalidRequest when it is no form or lacks what it must say."""
    if isinstance(form, str):
        form = json_text(form) if form.strip() else {}
    if form is None:
        form = {}
    if not isinstance(form, dict):
        raise InvalidRequest("TemplateForm is not an object")
    given: dict[str, Any] = {key.casefold(): value for key, value in form.items()}
    for key in template.required:
        if not given.get(key.casefold()):
            raise InvalidRequest(f"{key} is Required")
    return json.dumps(form, default=str)


@call("CancelWithdraw", permissions=("Withdraw",), request=Cancellation)
def cancel_withdraw(context: Context, request: Cancellation) -> object:
    """Take back a withdrawal that is not on its way yet."""
    context.require_oms(request.oms_id)
    missing = OperationFailed("Withdraw Ticket not found for OmsId, AccountId, RequestCode")
    account = context.account(request.account_id)
    if request.user_id:
        context.exchange.users.get(request.user_id)
    try:
        ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    except NotFound:
        raise missing from None
    if ticket.account_id != account.account_id:
        raise missing
    withdrawals.move_to(context.exchange, ticket, WithdrawStatus.USER_CANCELED)
    ticket.touch(context.user.user_id, context.user.name, context.exchange.clock.now())
    return ACKNOWLEDGED


@call("ConfirmWithdraw", permissions=(PUBLIC,), request=Confirmation,
      refusal=own_failure(result=False))
def confirm_withdraw(context: Context, request: Confirmation) -> object:
    """The target of the link in the mail."""
    ticket = withdrawals.confirm_by_code(context.exchange, request.user_id, request.verify_code)
    ticket.updated_ms = context.exchange.clock.now()
    return {"result": True}


@call("Withdraw", permissions=(OPERATOR, "Withdraw"), request=DirectWithdrawal)
def withdraw(context: Context, request: DirectWithdrawal) -> object:
    """Deprecated: opens a ticket like its successor; deployments no longer support it."""
    account = account_of(context, request)
    if context.venues:
        raise NotSupported("Withdraw is deprecated, use CreateWithdrawTicket")
    return _open(
        context, account, request.product_id, request.amount, request.template_form_type,
        request.template_form,
    )


@call("GetOMSWithdrawFees", permissions=(OPERATOR, "Withdraw"), request=ProductQuery)
def get_oms_withdraw_fees(context: Context, request: ProductQuery) -> object:
    """The schedule for a product; it is the same for all accounts."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    exchange.catalogue.product(request.product_id)
    return [
        {
            "OMSId": exchange.oms_id,
            "AccountId": 0,
            "FeeId": line.fee_id,
            "FeeAmt": line.amount,
            "FeeCalcType": line.calculation.value,
            "IsActive": line.is_active,
            "ProductId": line.product_id,
        }
        for line in exchange.treasury.fees.of_product(request.product_id)
    ]


@call("GetWithdrawFee", permissions=(OPERATOR, "Trading", "Withdraw"), request=FeeQuery)
def get_withdraw_fee(context: Context, request: FeeQuery) -> object:
    """What a withdrawal would cost."""
    account_of(context, request)
    product = context.exchange.catalogue.product(request.product_id)
    if request.amount < 0:
        raise InvalidRequest("Amount must not be negative")
    fee = {"FeeAmount": context.exchange.treasury.fees.fee(product, request.amount)}
    return fee | {"TicketAmount": request.amount} if context.venues else fee
