"""Faults of what changes the asset manager: providers, assets, links, service users, keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance.reference.calls.am_mgr.associations import (
    ACCOUNT_ASSET_MESSAGE,
    ASSET_MESSAGE,
    USER_MESSAGE,
)
from conformance.reference.calls.am_mgr.shapes import ONLY_SUPERUSER, PROVIDER_MESSAGE, received
from conformance.reference.calls.registry import CallSpec
from conformance.reference.defects import defect
from conformance.reference.dispatch import Answer, Context
from conformance.reference.domain.admin.asset_manager import (
    ASSET_MANAGER_ID,
    NIL_GUID,
    Action,
    AssetManagerNotFound,
)
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.faults.registry import Run, answers, fault, forgets, opens, rewrites

LINK, PROVIDER, ASSET, SERVICE = (
    "AM_AddEditAccountAssetInfo", "AM_AddEditAccountProviderInfo", "AM_AddEditAssetInfo",
    "AM_AddEditUser",
)
KEY, OWNER, LIST = (
    "AM_GetAccountAssetDepositInfo", "AM_GetAccountIdByDepositInfo",
    "AM_GetAccountProviderInfoList",
)
RESET = "SendAssetManagerSequenceReset"
WRITES = (LINK, PROVIDER, ASSET, SERVICE)
CALLS = (*WRITES, KEY, OWNER, LIST, "AM_GetAccountInfo")
MESSAGES = {
    LINK: ACCOUNT_ASSET_MESSAGE, PROVIDER: PROVIDER_MESSAGE, ASSET: ASSET_MESSAGE,
    SERVICE: USER_MESSAGE,
}

opens(defect("am_mgr/for-anybody", "Only a superuser reaches the asset manager."), *CALLS)
forgets("am_mgr/reset-acknowledged-only", "After a reset numbers begin anew.", RESET)
fault("am_mgr/link-lost", "A link that was made is there.", LINK)(
    lambda context, request, run: received()
)
fault("am_mgr/asset-lost", "An asset that was stored is there.", ASSET)(
    lambda context, request, run: received()
)


def _inner(request: Any) -> Any:
    """The record inside a request, or the request where it is flat."""
    nested = getattr(request, "account_asset_info", None) or getattr(request, "asset_info", None)
    return nested or request


# What all calls share.


@rewrites("am_mgr/success-with-status", "A success has the status code 0.", *CALLS)
def _success_with_status(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "statuscode": 1}


@answers("am_mgr/one-status-for-all", "Status codes tell one refusal from another.")
def _one_status(spec: CallSpec, payload: str, run: Callable[[], Answer | None]) -> Answer | None:
    answer = run()
    if spec.permissions != ONLY_SUPERUSER or answer is None or answer.ok:
        return answer
    return Answer(json.dumps({**json.loads(answer.text), "statuscode": 1}), ok=False)


@fault("am_mgr/any-manager", "An asset manager that is named exists.", *CALLS)
def _any_manager(context: Context, request: Any, run: Run) -> object:
    request.asset_manager_id = ASSET_MANAGER_ID
    if _inner(request) is not request:
        _inner(request).asset_manager_id = ASSET_MANAGER_ID
    return run()


@fault("am_mgr/any-message-type", "Each call has a message type of its own.", *WRITES)
def _any_message_type(context: Context, request: Any, run: Run) -> object:
    _inner(request).message_type = MESSAGES[context.call]
    return run()


@fault("am_mgr/nested-manager-ignored", "A request names one asset manager.", LINK, ASSET)
def _nested_manager_ignored(context: Context, request: Any, run: Run) -> object:
    _inner(request).asset_manager_id = request.asset_manager_id
    return run()


@fault("am_mgr/added-once-only", "What is there already is edited.", LINK, PROVIDER, ASSET)
def _added_once_only(context: Context, request: Any, run: Run) -> object:
    info, manager = _inner(request), context.exchange.asset_manager
    known = {
        LINK: lambda: (info.account_id, info.asset_id) in manager.links,
        PROVIDER: lambda: (info.account_provider_id, info.asset_id) in manager.providers,
        ASSET: lambda: info.asset_id in manager.assets,
    }
    if info.action is Action.ADD and known[context.call]():
        raise OperationFailed("it is there already")
    return run()


@fault("am_mgr/nothing-deleted-twice", "What is not there is not deleted.", LINK, PROVIDER, ASSET)
def _nothing_deleted(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except OperationFailed:
        if _inner(request).action is Action.DELETE:
            return received()
        raise


# Account providers.


@fault("am_mgr/provider-lost", "A provider that was stored is listed.", PROVIDER)
def _provider_lost(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.asset_manager.providers.popitem()
    return reply


@fault("am_mgr/name-forgotten", "A provider reads as it was sent.", PROVIDER)
def _name_forgotten(context: Context, request: Any, run: Run) -> object:
    request.account_provider_name = None
    return run()


@rewrites("am_mgr/echo-of-defaults", "The reply repeats what was sent.", PROVIDER)
def _echo_of_defaults(context: Context, request: Any, reply: Any) -> object:
    shown: Mapping[str, object] = reply["AccountProviderInfo"]
    return {**reply, "AccountProviderInfo": {**shown, "accountProviderName": ""}}


@fault("am_mgr/unknown-provider-taken", "A provider that is named exists.", PROVIDER)
def _unknown_provider_taken(context: Context, request: Any, run: Run) -> object:
    context.exchange.asset_manager.installed.add(request.account_provider_id)
    return run()


@fault("am_mgr/one-provider-each", "Several providers handle one asset.", PROVIDER)
def _one_provider_each(context: Context, request: Any, run: Run) -> object:
    providers = context.exchange.asset_manager.providers
    for key in [key for key in providers if key[1] == request.asset_id]:
        del providers[key]
    return run()


@fault("am_mgr/sequence-stands", "Sequence numbers grow.", PROVIDER)
def _sequence_stands(context: Context, request: Any, run: Run) -> object:
    context.exchange.asset_manager.sequence = 0
    return run()


@fault("am_mgr/products-unknown", "A product is known to the asset manager.", PROVIDER)
def _products_unknown(context: Context, request: Any, run: Run) -> object:
    if request.asset_id not in context.exchange.asset_manager.assets:
        raise NotFound("the asset manager does not know this asset")
    return run()


@rewrites("am_mgr/every-provider-default", "One provider of an asset is the default.", LIST)
def _every_provider_default(context: Context, request: Any, reply: Any) -> object:
    both = {"isDefaultDepositProvider": True, "isDefaultWithdrawProvider": True}
    return {
        **reply, "AccountProviderInfos": [{**row, **both} for row in reply["AccountProviderInfos"]]
    }


# Service users, and the sequence.


@rewrites("am_mgr/zero-id-kept", "An id of zeros asks for a new one.", SERVICE)
def _zero_id_kept(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "id": NIL_GUID}


@fault("am_mgr/reset-refused-oddly", "A deprecated call is served or refused as such.", RESET)
def _refused_oddly(context: Context, request: Any, run: Run) -> object:
    raise InvalidRequest("no longer served")


# Deposit keys.


@rewrites("am_mgr/key-of-another", "A key's reply says whose it is.", KEY)
def _key_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "accountId": request.account_id + 1}


@fault("am_mgr/key-never-new", "A new key is given when it is asked for.", KEY)
def _key_never_new(context: Context, request: Any, run: Run) -> object:
    request.generate_new_key = False
    return run()


@fault("am_mgr/key-always-new", "The last key stays until a new one is asked for.", KEY)
def _key_always_new(context: Context, request: Any, run: Run) -> object:
    request.generate_new_key = True
    return run()


@fault("am_mgr/owner-of-any-key", "A key that nobody was given leads to nobody.", OWNER)
def _owner_of_any_key(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except AssetManagerNotFound:
        raise
    except NotFound:
        return received(
            OMSId=request.oms_id, AssetManagerId=ASSET_MANAGER_ID,
            AccountProviderId=request.account_provider_id, AccountId=1,
            DepositInfo=request.deposit_info,
        )


