"""AddEditOMS and which operator manages which OMS; SendEndOfDay."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.asset_manager import ASSET_MANAGER_ID
from conformance.reference.domain.admin.operators import MarginMarketType, Oms, RiskMode
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import NotFound
from conformance.reference.exchange import Exchange
from conformance.reference.rendering.standard import ACKNOWLEDGED

EDIT_LOSES_FIELD = defect(
    "gen_admin/oms-edit-loses-a-field", "After an edit of an OMS fees go to the account it names."
)


class OmsInfo(Request, kw_only=True):
    """An OMS; id 0 makes a new one. On an edit, what is left out stays as it is."""

    id: Int32
    owner_id: Int32 | None = None
    oms_name: str
    instance_guid: str | None = None
    asset_manager_core_id: str | None = None
    asset_manager_core_user: str | None = None
    asset_manager_core_password: str | None = None
    asset_manager_id: Int32 | None = None
    oms_risk_mode: RiskMode | None = None
    margin_enabled: bool | None = None
    margin_market_type: MarginMarketType | None = None
    permissioned_market_data: bool | None = None
    permissioned_instrument: bool | None = None
    permissioned_product: bool | None = None
    normalized_product_id: Int32 | None = None
    fee_account_id: Int32 | None = None
    deposit_contra_account_id: Int32 | None = None
    lending_account_id: Int32 | None = None


class Assignment(Request):
    """An OMS for an operator to manage."""

    operator_id: Int32
    oms_id: Int32
    is_default: bool = False


class DefaultChange(Request):
    """Whether an OMS is an operator's default."""

    operator_id: Int32
    oms_id: Int32
    is_default: bool


class OperatorQuery(Request):
    """An operator."""

    operator_id: Int32


class OmsQuery(Request):
    """An OMS."""

    oms_id: Int32


@call("AddEditOMS", permissions=(OPERATOR,), request=OmsInfo)
def add_edit_oms(context: Context, request: OmsInfo) -> object:
    """Set up an OMS or change one; answers its id."""
    exchange = context.exchange
    _require_known(exchange, request)
    known = exchange.operators.systems.get(request.id)
    if known is None:
        oms = Oms(request.id)
        _fill(oms, request)
        return {"Id": exchange.operators.add_oms(oms).oms_id}
    exchange.operators.require_free_oms_guid(request.instance_guid or "", known.oms_id)
    _fill(known, request)
    if known.oms_id == exchange.oms_id:
        _put_in_force(exchange, known)
    return {"Id": known.oms_id}


def _require_known(exchange: Exchange, request: OmsInfo) -> None:
    """Whatever is referred to must exist; 0 refers to nothing."""
    for account_id in (
        request.fee_account_id, request.deposit_contra_account_id, request.lending_account_id
    ):
        if account_id:
            exchange.accounts.get(account_id)
    if request.normalized_product_id:
        exchange.catalogue.product(request.normalized_product_id)
    if request.asset_manager_id and request.asset_manager_id != ASSET_MANAGER_ID:
        raise NotFound(f"Invalid AssetManagerId: {request.asset_manager_id}")


def _fill(oms: Oms, request: OmsInfo) -> None:
    sent = {
        "owner_id": request.owner_id,
        "name": request.oms_name,
        "guid": request.instance_guid or None,
        "core_id": request.asset_manager_core_id,
        "core_user": request.asset_manager_core_user,
        "core_password": request.asset_manager_core_password,
        "asset_manager_id": request.asset_manager_id,
        "risk_mode": request.oms_risk_mode,
        "margin_enabled": request.margin_enabled,
        "margin_market_type": request.margin_market_type,
        "permissioned_market_data": request.permissioned_market_data,
        "permissioned_instrument": request.permissioned_instrument,
        "permissioned_product": request.permissioned_product,
        "normalized_product_id": request.normalized_product_id,
        "fee_account_id": request.fee_account_id or None,
        "deposit_contra_account_id": request.deposit_contra_account_id or None,
        "lending_account_id": request.lending_account_id,
    }
    for name, value in sent.items():
        if value is not None:
            setattr(oms, name, value)


def _put_in_force(exchange: Exchange, oms: Oms) -> None:
    """Settings of the OMS this exchange runs on take effect at once."""
    if not exchange.defects(EDIT_LOSES_FIELD):
        exchange.fee_account_id = oms.fee_account_id
        exchange.desk.settlement.fee_account_id = oms.fee_account_id
    exchange.grants.restrict_instruments = oms.permissioned_instrument
    exchange.grants.restrict_products = oms.permissioned_product


@call("AddOperatorOMS", permissions=(OPERATOR,), request=Assignment)
def add_operator_oms(context: Context, request: Assignment) -> object:
    """Let an operator manage an OMS."""
    context.exchange.operators.assign(
        request.operator_id, request.oms_id, default=request.is_default
    )
    return ACKNOWLEDGED


@call("RemoveOperatorOMS", permissions=(OPERATOR,), request=Assignment)
def remove_operator_oms(context: Context, request: Assignment) -> object:
    """The operator no longer manages the OMS; removing the last one is allowed."""
    context.exchange.operators.withdraw(request.operator_id, request.oms_id)
    return ACKNOWLEDGED


@call("SetDefaultOperatorOMS", permissions=(OPERATOR,), request=DefaultChange)
def set_default_operator_oms(context: Context, request: DefaultChange) -> object:
    """Make an OMS an operator's default in place of the one before, or take that away."""
    context.exchange.operators.set_default(
        request.operator_id, request.oms_id, default=request.is_default
    )
    return ACKNOWLEDGED


@call("GetOperatorOMSList", permissions=(OPERATOR,), request=OperatorQuery)
def get_operator_oms_list(context: Context, request: OperatorQuery) -> object:
    """The OMS an operator manages."""
    return [
        {"OperatorId": request.operator_id, "OMSId": oms.oms_id, "IsDefault": is_default}
        for oms, is_default in context.exchange.operators.systems_of(request.operator_id)
    ]


@call("SendEndOfDay", permissions=(OPERATOR,), request=OmsQuery)
def send_end_of_day(context: Context, request: OmsQuery) -> object:
    """End the trading day now: orders good till the end of the day expire."""
    context.require_oms(request.oms_id)
    context.exchange.end_of_day()
    return ACKNOWLEDGED
