"""AddUserMarketDataPermission, GetUserMarketDataPermissions, RemoveUserMarketDataPermission."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.locks import UserNumber
from conformance.reference.calls.users.selection import require_default_account_scope
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.rendering.standard import ACKNOWLEDGED

KEEPS_LEVEL1 = defect(
    "users/market-data-removal-keeps-level1",
    "RemoveUserMarketDataPermission takes away Level 2 only.",
)


class MarketDataGrant(Request):
    """Level 1 of one instrument for one user; ``level2`` adds Level 2."""

    user_id: int
    oms_id: int
    instrument_id: int
    level2: bool


class MarketDataRemoval(Request):
    """``level2`` is part of the object and ignored."""

    user_id: int
    oms_id: int
    instrument_id: int
    level2: bool = False


def _validate(context: Context, request: MarketDataGrant | MarketDataRemoval) -> None:
    context.require_oms(request.oms_id)
    context.exchange.users.get(request.user_id)
    context.exchange.catalogue.instrument(request.instrument_id)


@call("AddUserMarketDataPermission", permissions=(OPERATOR,), request=MarketDataGrant)
def add_user_market_data_permission(context: Context, request: MarketDataGrant) -> object:
    """Grant, or change the level of what is granted."""
    _validate(context, request)
    context.exchange.grants.grant_market_data(
        request.user_id, request.instrument_id, level2=request.level2
    )
    return ACKNOWLEDGED


@call("GetUserMarketDataPermissions", permissions=(OPERATOR, "Trading"), request=UserNumber)
def get_user_market_data_permissions(context: Context, request: UserNumber) -> object:
    """One row per instrument."""
    user = context.exchange.users.get(request.user_id)
    require_default_account_scope(context, user)
    return [
        {
            "userId": user.user_id,
            "omsId": user.oms_id,
            "instrumentId": instrument_id,
            "level2": level2,
        }
        for instrument_id, level2 in context.exchange.grants.market_data_of(user.user_id).items()
    ]


@call("RemoveUserMarketDataPermission", permissions=(OPERATOR,), request=MarketDataRemoval)
def remove_user_market_data_permission(context: Context, request: MarketDataRemoval) -> object:
    """Take away every level of the instrument."""
    _validate(context, request)
    grants, user_id, instrument_id = (
        context.exchange.grants, request.user_id, request.instrument_id
    )
    if context.exchange.defects(KEEPS_LEVEL1) and grants.may_see_level1(user_id, instrument_id):
        grants.grant_market_data(user_id, instrument_id, level2=False)
    else:
        grants.withdraw_market_data(user_id, instrument_id)
    return ACKNOWLEDGED
