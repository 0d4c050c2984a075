"""Admin functions and details of account providers, and EditVerificationLevelConfig."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

import msgspec

from conformance.reference.calls.accounts.limits import validate_limits
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import OmsQuery, ProviderQuery
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.treasury import providers
from conformance.reference.rendering.encoding import plain_decimal
from conformance.reference.rendering.standard import ACKNOWLEDGED


class ParamType(IntEnum):
    STRING = 0
    INTEGER = 1
    DECIMAL = 2
    SELECTION = 3
    LONG = 4


_KINDS: dict[ParamType, tuple[type, ...]] = {
    ParamType.STRING: (str,), ParamType.INTEGER: (int,), ParamType.DECIMAL: (int, Decimal),
    ParamType.SELECTION: (str, int), ParamType.LONG: (int,),
}


class Parameter(Request, kw_only=True):
    """One argument of a provider's function."""

    name: str
    param_type: ParamType
    value: object

    @property
    def conforms(self) -> bool:
        """Is the value of the kind that its type names? Null is of any."""
        kinds = _KINDS[self.param_type]
        return self.value is None or (
            isinstance(self.value, kinds) and not isinstance(self.value, bool)
        )


class FunctionCall(ProviderQuery, kw_only=True):
    """A function and its arguments, in order."""

    function_name: str
    function_params: list[Parameter] = msgspec.field(default_factory=list)


class LevelChange(OmsQuery, kw_only=True):
    """New limits of one product at one level; absent keys stay as they are."""

    verification_level: Int32
    product_id: Int32
    product_name: str | None = None
    auto_withdraw_threshold: Decimal | None = None
    daily_deposit_limit: Decimal | None = None
    monthly_deposit_limit: Decimal | None = None
    yearly_deposit_limit: Decimal | None = None
    yearly_deposit_notional_limit: Decimal | None = None
    daily_withdraw_limit: Decimal | None = None
    monthly_withdraw_limit: Decimal | None = None
    yearly_withdraw_limit: Decimal | None = None
    yearly_withdraw_notional_limit: Decimal | None = None
    notional_product_id: Int32 | None = None


def _provider(context: Context, request: ProviderQuery) -> int:
    context.require_oms(request.oms_id)
    return providers.require_provider(
        context.exchange, request.asset_manager_id, request.account_provider_id
    )


@call("GetAccountProviderAdminFunctions", permissions=(OPERATOR,), request=ProviderQuery)
def get_account_provider_admin_functions(context: Context, request: ProviderQuery) -> object:
    """What CallAccountProviderAdminFunction can call."""
    _provider(context, request)
    return [
        {
            "AssetManagerId": request.asset_manager_id,
            "AccountProviderId": request.account_provider_id,
            "FunctionName": name,
            "FunctionParams": [],
        }
        for name in providers.ADMIN_FUNCTIONS
    ]


@call("CallAccountProviderAdminFunction", permissions=(OPERATOR,), request=FunctionCall)
def call_account_provider_admin_function(context: Context, request: FunctionCall) -> object:
    """Run a provider's function; an unknown one is told in the reply's own keys."""
    product_id = _provider(context, request)
    strange = [given.name for given in request.function_params if not given.conforms]
    if strange:
        raise InvalidRequest(f"Value does not conform to ParamType: {strange[0]}")
    function = providers.ADMIN_FUNCTIONS.get(request.function_name)
    if function is None:
        return {
            "Successful": False,
            "Function": request.function_name,
            "Result": "",
            "ErrorMsgs": f"Unknown function: {request.function_name}",
        }
    return {
        "Successful": True,
        "Function": request.function_name,
        "Result": plain_decimal(function(context.exchange, product_id)),
        "ErrorMsgs": "",
    }


@call("GetAccountProviderDetails", permissions=(OPERATOR,), request=ProviderQuery)
def get_account_provider_details(context: Context, request: ProviderQuery) -> object:
    """Text about a provider, for display."""
    return providers.details(context.exchange, _provider(context, request))


@call("EditVerificationLevelConfig", permissions=(OPERATOR,), request=LevelChange)
def edit_verification_level_config(context: Context, request: LevelChange) -> object:
    """Change one product at one level; what only the adding call knows stays as it is."""
    context.require_oms(request.oms_id)
    values = {name: getattr(request, name) for name in LevelChange.__struct_fields__}
    validate_limits(context, values)
    chosen = ("oms_id", "verification_level", "product_id")
    changes = {k: v for k, v in values.items() if v is not None and k not in chosen}
    context.exchange.verification.edit_product(
        request.verification_level, request.product_id, changes
    )
    return ACKNOWLEDGED
