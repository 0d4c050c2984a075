"""What the calls of the asset manager share: their reply, their refusals, the provider record."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.request import Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.asset_manager import (
    ASSET_MANAGER_ID,
    Action,
    AssetManagerNotFound,
    BalanceProfile,
    Measure,
    ProviderInfo,
)
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, Refusal
from conformance.reference.rendering.standard import standard_failure

ONLY_SUPERUSER = (SUPERUSER,)
PROVIDER_MESSAGE = 6005
NOT_AUTHORIZED = 32
ASSET_MANAGER_NOT_FOUND = 33


def received(**facts: object) -> dict[str, object]:
    """A successful reply: its own keys, then the three every reply of this section ends with."""
    return {**facts, "result": True, "errormsg": "", "statuscode": 0}


def refused(refusal: Refusal) -> object:
    """A refusal: the standard object and the section's own status code.

    The pages give two status codes; where neither fits, it repeats the error code, so that it is
    never zero.
    """
    if isinstance(refusal, NotAuthorized):
        status = NOT_AUTHORIZED
    elif isinstance(refusal, AssetManagerNotFound):
        status = ASSET_MANAGER_NOT_FOUND
    else:
        status = int(refusal.code)
    return {**standard_failure(refusal), "statuscode": status}


def require_place(context: Context, asset_manager_id: int, oms_id: int) -> None:
    """The OMS and the asset manager must be ours; raises NotFound."""
    context.exchange.asset_manager.require(asset_manager_id)
    context.require_oms(oms_id)


def require_message_type(sent: int, expected: int) -> None:
    """Each writing call has one message type and takes no other."""
    if sent != expected:
        raise InvalidRequest(f"messageType must be {expected}")


class Profile(Request):
    """Hot wallet limits; see BalanceProfile."""

    minimum_hot_wallet_balance: Decimal = ZERO
    minimum_hot_wallet_type: Measure = Measure.PERCENTAGE
    maximum_hot_wallet_balance: Decimal = ZERO
    maximum_hot_wallet_type: Measure = Measure.PERCENTAGE
    hot_wallet_reserve_over_minimum: Decimal = ZERO
    reserve_type: Measure = Measure.PERCENTAGE
    auto_reduce_hot_balance: bool = False
    aggregate_balance_mismatch_threshold: Decimal = ZERO
    mismatch_threshold_type: Measure = Measure.PERCENTAGE
    is_enabled: bool = False

    def to_domain(self) -> BalanceProfile:
        """The same as the domain has it."""
        return BalanceProfile(
            self.minimum_hot_wallet_balance, self.minimum_hot_wallet_type,
            self.maximum_hot_wallet_balance, self.maximum_hot_wallet_type,
            self.hot_wallet_reserve_over_minimum, self.reserve_type, self.auto_reduce_hot_balance,
            self.aggregate_balance_mismatch_threshold, self.mismatch_threshold_type,
            self.is_enabled,
        )


def provider_record(context: Context, info: ProviderInfo) -> dict[str, object]:
    """The 15 keys of an account provider."""
    return {
        "assetManagerId": ASSET_MANAGER_ID,
        "accountProviderTypeString": info.type_name,
        "assetId": info.asset_id,
        "accountProviderName": info.name,
        "isEnabled": info.enabled,
        "config": info.config,
        "isDefaultDepositProvider": info.default_deposit,
        "isDefaultWithdrawProvider": info.default_withdraw,
        "action": Action(info.action),
        "providerMode": info.mode,
        "accountProviderId": info.provider_id,
        "omsId": context.exchange.oms_id,
        "messageType": PROVIDER_MESSAGE,
        "balanceConfigProfile": profile_record(info.profile),
        "messageSequenceNumber": info.sequence,
    }


def profile_record(profile: BalanceProfile) -> dict[str, object]:
    """The ten keys of a balance profile."""
    return {
        "minimumHotWalletBalance": profile.minimum_hot,
        "minimumHotWalletType": profile.minimum_hot_type,
        "maximumHotWalletBalance": profile.maximum_hot,
        "maximumHotWalletType": profile.maximum_hot_type,
        "hotWalletReserveOverMinimum": profile.reserve_over_minimum,
        "reserveType": profile.reserve_type,
        "autoReduceHotBalance": profile.auto_reduce_hot,
        "aggregateBalanceMismatchThreshold": profile.mismatch_threshold,
        "mismatchThresholdType": profile.mismatch_type,
        "isEnabled": profile.enabled,
    }
