"""The writing calls: AM_AddEditAccountAssetInfo, …AccountProviderInfo, …AssetInfo and …User."""

from __future__ import annotations

import msgspec

from conformance.reference.calls.am_mgr.shapes import (
    ONLY_SUPERUSER,
    PROVIDER_MESSAGE,
    Profile,
    provider_record,
    received,
    refused,
    require_message_type,
    require_place,
)
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import GuidText, Int32, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.asset_manager import (
    ASSET_MANAGER_ID,
    NIL_GUID,
    Action,
    AssetInfo,
    AssetManager,
    AssetType,
    ProviderInfo,
    ProviderMode,
    ServiceUser,
)
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed

ACCOUNT_ASSET_MESSAGE = 6004
ASSET_MESSAGE = 6006
USER_MESSAGE = 6014
ECHOES_PASSWORD = defect("am_mgr/password-echoed", "A password is never sent back.")


class AccountAsset(Request, kw_only=True):
    """An account's link to an asset."""

    asset_manager_id: Int32
    account_id: Int32
    asset_id: Int32
    action: Action
    message_type: int
    state_object_id: GuidText | None = None
    state_object_id_string: str | None = None
    message_sequence_number: Int32 = 0


class AccountAssetChange(Request, kw_only=True):
    """The link with the OMS and asset manager it is for."""

    asset_manager_id: Int32
    oms_id: Int32
    account_asset_info: AccountAsset


class ProviderChange(Request, kw_only=True):
    """A provider record; ``is_enabled`` and defaults take effect at once."""

    asset_manager_id: Int32
    account_provider_id: Int32
    asset_id: Int32
    oms_id: Int32
    action: Action
    message_type: int
    account_provider_type_string: str | None = None
    account_provider_name: str | None = None
    is_enabled: bool = False
    config: str | None = None
    is_default_deposit_provider: bool = False
    is_default_withdraw_provider: bool = False
    provider_mode: ProviderMode = ProviderMode.UNKNOWN
    balance_config_profile: Profile | None = None
    message_sequence_number: Int32 = 0


class Asset(Request, kw_only=True):
    """A product as the asset manager is to know it."""

    asset_manager_id: Int32
    asset_id: Int32
    action: Action
    message_type: int
    oms_id: Int32
    asset_short_code: str | None = None
    asset_full_name: str | None = None
    asset_description: str | None = None
    default_deposit_provider_id: Int32 = 0
    default_withdraw_provider_id: Int32 = 0
    asset_type: AssetType = AssetType.UNKNOWN
    asset_sub_type: int = 0
    message_sequence_number: Int32 = 0


class AssetChange(Request, kw_only=True):
    """The product with the OMS and asset manager it is for."""

    asset_manager_id: Int32
    oms_id: Int32
    asset_info: Asset


class ServiceUserChange(Request, kw_only=True):
    """An external service; an all-zero ``id`` asks for a new one."""

    asset_manager_id: Int32
    user_name: str
    password: str
    oms_id: Int32
    id: GuidText = NIL_GUID
    permission_list: list[str] = msgspec.field(default_factory=list)
    action: Action
    message_type: int
    message_sequence_number: Int32 = 0


def require_same_manager(outer: int, nested: int) -> None:
    """The id inside the object repeats the one beside it."""
    if outer != nested:
        raise InvalidRequest("the nested assetManagerId must equal the outer one")


@call(
    "AM_AddEditAccountAssetInfo", permissions=ONLY_SUPERUSER, request=AccountAssetChange,
    refusal=refused,
)
def add_edit_account_asset_info(context: Context, request: AccountAssetChange) -> object:
    """Link an account to an asset, or end the link."""
    info = request.account_asset_info
    require_message_type(info.message_type, ACCOUNT_ASSET_MESSAGE)
    require_place(context, request.asset_manager_id, request.oms_id)
    require_same_manager(request.asset_manager_id, info.asset_manager_id)
    context.exchange.accounts.get(info.account_id)
    context.exchange.catalogue.product(info.asset_id)
    manager, link = context.exchange.asset_manager, (info.account_id, info.asset_id)
    if info.action is Action.DELETE:
        if link not in manager.links:
            raise OperationFailed("the account is not linked to this asset")
        manager.links.discard(link)
    elif info.action is not Action.NONE:
        manager.links.add(link)
    manager.next_sequence()
    return received()


@call(
    "AM_AddEditAccountProviderInfo", permissions=ONLY_SUPERUSER, request=ProviderChange,
    refusal=refused,
)
def add_edit_account_provider_info(context: Context, request: ProviderChange) -> object:
    """Associate a provider with an asset, change or end the association; answers what is stored."""
    require_message_type(request.message_type, PROVIDER_MESSAGE)
    require_place(context, request.asset_manager_id, request.oms_id)
    context.exchange.catalogue.product(request.asset_id)
    stored = _apply(context.exchange.asset_manager, request)
    return received(AccountProviderInfo=provider_record(context, stored))


def _apply(manager: AssetManager, request: ProviderChange) -> ProviderInfo:
    provider_id, asset_id = request.account_provider_id, request.asset_id
    if request.action is Action.DELETE:
        return manager.remove_provider(provider_id, asset_id)
    if request.action is Action.NONE:
        return manager.provider(provider_id, asset_id)
    profile = request.balance_config_profile or Profile()
    stored = manager.put_provider(
        ProviderInfo(
            provider_id, asset_id, request.account_provider_type_string or "",
            request.account_provider_name or "", request.is_enabled, request.config,
            request.is_default_deposit_provider, request.is_default_withdraw_provider,
            request.provider_mode, profile.to_domain(), request.action, manager.sequence + 1,
        )
    )
    manager.next_sequence()
    return stored


@call("AM_AddEditAssetInfo", permissions=ONLY_SUPERUSER, request=AssetChange, refusal=refused)
def add_edit_asset_info(context: Context, request: AssetChange) -> object:
    """Make a product known to the asset manager, or change or forget it there."""
    info = request.asset_info
    require_message_type(info.message_type, ASSET_MESSAGE)
    require_place(context, request.asset_manager_id, request.oms_id)
    require_same_manager(request.asset_manager_id, info.asset_manager_id)
    product = context.exchange.catalogue.product(info.asset_id)
    manager = context.exchange.asset_manager
    for provider_id in (info.default_deposit_provider_id, info.default_withdraw_provider_id):
        if provider_id:
            manager.provider(provider_id, info.asset_id)
    if info.action is Action.DELETE:
        if manager.assets.pop(info.asset_id, None) is None:
            raise OperationFailed("the asset manager does not know this asset")
    elif info.action is not Action.NONE:
        manager.assets[info.asset_id] = AssetInfo(
            info.asset_id, info.asset_short_code or product.symbol,
            info.asset_full_name or product.full_name, info.asset_description or "",
            info.default_deposit_provider_id, info.default_withdraw_provider_id, info.asset_type,
            info.asset_sub_type,
        )
    manager.next_sequence()
    return received()


@call("AM_AddEditUser", permissions=ONLY_SUPERUSER, request=ServiceUserChange, refusal=refused)
def add_edit_user(context: Context, request: ServiceUserChange) -> object:
    """Let an external service reach the asset manager; its password is never shown."""
    require_message_type(request.message_type, USER_MESSAGE)
    require_place(context, request.asset_manager_id, request.oms_id)
    if not request.user_name:
        raise InvalidRequest("userName is Required")
    manager = context.exchange.asset_manager
    guid = request.id if request.id != NIL_GUID else context.exchange.ids.guid()
    if request.action is Action.DELETE:
        if manager.users.pop(guid, None) is None:
            raise OperationFailed("there is no such external user")
    else:
        manager.put_user(
            ServiceUser(guid, request.user_name, request.password, tuple(request.permission_list))
        )
    manager.next_sequence()
    shown = {"password": request.password} if context.exchange.defects(ECHOES_PASSWORD) else {}
    return received(
        id=guid, assetManagerId=ASSET_MANAGER_ID, userName=request.user_name, **shown
    )
