"""AM_GetAccountInfo, AM_GetAccountProviderInfoList, deposit information, sequence reset."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.am_mgr.shapes import (
    ONLY_SUPERUSER,
    provider_record,
    received,
    refused,
    require_place,
)
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import RiskType
from conformance.reference.domain.admin.asset_manager import ASSET_MANAGER_ID, state_guid
from conformance.reference.domain.ledger import Hold, Position, ReferenceType
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.rendering.standard import ACKNOWLEDGED

ACCOUNT_STATE_MESSAGE = 6008
ASSET_STATE_MESSAGE = 6009


class Place(Request):
    """An asset manager of an OMS."""

    asset_manager_id: Int32
    oms_id: Int32


class AccountQuery(Place):
    """An account as an asset manager sees it."""

    account_id: Int32


class DepositInfoQuery(Place):
    """Whose deposit key is asked for, and whether it is to be a new one."""

    account_id: Int32
    asset_id: Int32
    provider_id: Int32
    generate_new_key: bool = False
    deposit_info: str | None = None
    ip_address: str | None = None


class KeyQuery(Place):
    """A deposit key whose owner is asked for."""

    account_provider_id: Int32
    deposit_info: str


class OmsQuery(Request):
    """An OMS."""

    oms_id: Int32


@call("AM_GetAccountInfo", permissions=ONLY_SUPERUSER, request=AccountQuery, refusal=refused)
def get_account_info(context: Context, request: AccountQuery) -> object:
    """Everything an account has, per asset, with its holds and its balances per provider."""
    require_place(context, request.asset_manager_id, request.oms_id)
    exchange = context.exchange
    account = exchange.accounts.get(request.account_id)
    frozen = account.risk_type is RiskType.NO_TRADING
    held = {p.product_id: p for p in exchange.ledger.positions_of(account.account_id)}
    linked = {asset for owner, asset in exchange.asset_manager.links if owner == request.account_id}
    positions = [
        held.get(asset_id) or Position(account.account_id, asset_id)
        for asset_id in sorted(held.keys() | linked)
    ]
    return received(
        AccountState={
            "assetManagerId": ASSET_MANAGER_ID,
            "accountId": account.account_id,
            "isFrozen": frozen,
            "assetStates": [_asset_state(context, p, frozen=frozen) for p in positions],
            "messageType": ACCOUNT_STATE_MESSAGE,
            "stateObjectId": state_guid("account", account.account_id),
            "messageSequenceNumber": exchange.asset_manager.sequence,
        }
    )


def _asset_state(context: Context, position: Position, *, frozen: bool) -> dict[str, object]:
    holds = context.exchange.ledger.holds_of(position.account_id, position.product_id)
    return {
        "messageVersion": 0,
        "isFrozen": frozen,
        "accountId": position.account_id,
        "assetId": position.product_id,
        "totalBalance": position.amount,
        "totalHold": position.hold,
        "holds": [_hold(context, hold) for hold in holds],
        "balances": [_balance(context, position)],
        "messageType": ASSET_STATE_MESSAGE,
        "messageSequenceNumber": context.exchange.asset_manager.sequence,
        "availableBalance": position.available,
    }


def _hold(context: Context, hold: Hold) -> dict[str, object]:
    owner = context.exchange.operators.oms(context.exchange.oms_id)
    return {
        "ownerId": owner.guid,
        "sequenceId": hold.hold_id,
        "accountId": hold.account_id,
        "assetId": hold.product_id,
        "holdAmount": hold.amount,
        "holdId": state_guid("hold", hold.hold_id),
    }


def _balance(context: Context, position: Position) -> dict[str, object]:
    exchange, account_id = context.exchange, position.account_id
    provider_id = exchange.asset_manager.default_provider(position.product_id)
    received_amount = sum(
        (
            entry.credit
            for entry in exchange.ledger.transactions_of(account_id)
            if entry.product_id == position.product_id
            and entry.reference_type is ReferenceType.DEPOSIT
        ),
        Decimal(0),
    )
    keys = exchange.asset_manager.keys_of(account_id, position.product_id, provider_id)
    return {
        "accountId": account_id,
        "assetId": position.product_id,
        "providerId": provider_id,
        "sequenceId": 1,
        "balanceAmount": position.amount,
        "totalReceived": received_amount,
        "depositInfos": [{"DepositInfo": key} for key in keys],
        "depositReceivedTxIds": [
            ticket.request_code
            for ticket in exchange.treasury.deposits_of(account_id)
            if ticket.product_id == position.product_id
            and ticket.status is DepositStatus.FULLY_PROCESSED
        ],
        "withdrawSubmittedTxIds": _sent(context, position, confirmed=False),
        "withdrawConfirmedTxIds": _sent(context, position, confirmed=True),
    }


def _sent(context: Context, position: Position, *, confirmed: bool) -> list[object]:
    """Transactions of withdrawals that went out, all or only those the chain has confirmed."""
    return [
        ticket.details["TxId"]
        for ticket in context.exchange.treasury.withdrawals_of(position.account_id)
        if ticket.product_id == position.product_id
        and "TxId" in ticket.details
        and (not confirmed or ticket.details.get("Confirmed"))
    ]


@call("AM_GetAccountProviderInfoList", permissions=ONLY_SUPERUSER, request=Place, refusal=refused)
def get_account_provider_info_list(context: Context, request: Place) -> object:
    """All providers with the assets they handle."""
    require_place(context, request.asset_manager_id, request.oms_id)
    providers = sorted(context.exchange.asset_manager.providers.items())
    return received(
        AccountProviderInfos=[provider_record(context, info) for _, info in providers]
    )


@call(
    "AM_GetAccountAssetDepositInfo", permissions=ONLY_SUPERUSER, request=DepositInfoQuery,
    refusal=refused,
)
def get_account_asset_deposit_info(context: Context, request: DepositInfoQuery) -> object:
    """Where an account deposits an asset: the last key, or a new one if asked for."""
    require_place(context, request.asset_manager_id, request.oms_id)
    context.exchange.accounts.get(request.account_id)
    context.exchange.catalogue.product(request.asset_id)
    key = context.exchange.asset_manager.deposit_key(
        request.provider_id, request.account_id, request.asset_id, new=request.generate_new_key
    )
    return received(
        assetManagerId=ASSET_MANAGER_ID, accountId=request.account_id, assetId=request.asset_id,
        providerId=request.provider_id, depositInfo=key,
    )


@call(
    "AM_GetAccountIdByDepositInfo", permissions=ONLY_SUPERUSER, request=KeyQuery, refusal=refused
)
def get_account_id_by_deposit_info(context: Context, request: KeyQuery) -> object:
    """The account to which a deposit key was handed out."""
    require_place(context, request.asset_manager_id, request.oms_id)
    account_id = context.exchange.asset_manager.account_of_key(
        request.account_provider_id, request.deposit_info
    )
    return received(
        OMSId=request.oms_id, AssetManagerId=ASSET_MANAGER_ID,
        AccountProviderId=request.account_provider_id, AccountId=account_id,
        DepositInfo=request.deposit_info,
    )


@call("SendAssetManagerSequenceReset", permissions=(OPERATOR,), request=OmsQuery)
def send_asset_manager_sequence_reset(context: Context, request: OmsQuery) -> object:
    """Deprecated: number the asset manager's messages from one again."""
    context.require_oms(request.oms_id)
    context.exchange.asset_manager.sequence = 0
    return ACKNOWLEDGED
