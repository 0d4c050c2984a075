"""RemoveUserInstrumentPermissions, and the readers of instrument and product permissions."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.locks import UserNumber
from conformance.reference.calls.users.trade_permissions import (
    GRANTORS,
    InstrumentGrant,
    validate_instruments,
)
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.standard import ACKNOWLEDGED


class OneUser(Request):
    """The page's key is plural and holds one id; the singular is taken as well."""

    user_ids: int | None = None
    user_id: int | None = None


@call("RemoveUserInstrumentPermissions", permissions=GRANTORS, request=InstrumentGrant)
def remove_user_instrument_permissions(context: Context, request: InstrumentGrant) -> object:
    """Take one instrument from one user; a second time changes nothing."""
    validate_instruments(context, request.oms_id, [request.user_id], [request.instrument_id])
    context.exchange.grants.instruments.discard((request.user_id, request.instrument_id))
    return ACKNOWLEDGED


@call("GetAllUserInstrumentPermissions", permissions=GRANTORS, request=UserNumber)
def get_all_user_instrument_permissions(context: Context, request: UserNumber) -> object:
    """Instruments granted to one user."""
    user = context.exchange.users.get(request.user_id)
    return [
        {"userId": user.user_id, "omsId": user.oms_id, "instrumentId": instrument_id}
        for instrument_id in context.exchange.grants.instruments_of(user.user_id)
    ]


@call("GetAllUserProductPermissions", permissions=GRANTORS, request=OneUser)
def get_all_user_product_permissions(context: Context, request: OneUser) -> object:
    """Products granted to one user."""
    user_id = request.user_ids if request.user_ids is not None else request.user_id
    if user_id is None:
        raise InvalidRequest("userIds is Required")
    user = context.exchange.users.get(user_id)
    return [
        {"userId": user.user_id, "omsId": user.oms_id, "productId": product_id}
        for product_id in context.exchange.grants.products_of(user.user_id)
    ]
