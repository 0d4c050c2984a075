"""How to reach success for the calls of the asset manager."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from scenarios.am_mgr.vocabulary import (
    account_read,
    asset_terms,
    key_of,
    key_terms,
    link_terms,
    new_product,
    owner_terms,
    place,
    provider_reads,
    provider_terms,
    user_terms,
)


@recipe("am_mgr/AM_AddEditAccountAssetInfo")
def add_edit_account_asset_info(world: World) -> Prepared:
    who = world.throwaway()
    payload = link_terms(world, who.account_id, world.market.product1)
    return Prepared(world.superuser, payload, account_read(world, who.account_id))


@recipe("am_mgr/AM_AddEditAccountProviderInfo")
def add_edit_account_provider_info(world: World) -> Prepared:
    payload = provider_terms(world, new_product(world))
    return Prepared(world.superuser, payload, provider_reads(world))


@recipe("am_mgr/AM_AddEditAssetInfo")
def add_edit_asset_info(world: World) -> Prepared:
    return Prepared(
        world.superuser, asset_terms(world, new_product(world)), provider_reads(world)
    )


@recipe("am_mgr/AM_AddEditUser")
def add_edit_user(world: World) -> Prepared:
    return Prepared(world.superuser, user_terms(world), provider_reads(world))


@recipe("am_mgr/AM_GetAccountAssetDepositInfo")
def get_account_asset_deposit_info(world: World) -> Prepared:
    who = world.throwaway()
    return Prepared(
        world.superuser, key_terms(world, who.account_id), account_read(world, who.account_id)
    )


@recipe("am_mgr/AM_GetAccountIdByDepositInfo")
def get_account_id_by_deposit_info(world: World) -> Prepared:
    key = key_of(world, world.throwaway().account_id)
    return Prepared(world.superuser, owner_terms(world, key))


@recipe("am_mgr/AM_GetAccountInfo")
def get_account_info(world: World) -> Prepared:
    return Prepared(world.superuser, place(world, accountId=world.throwaway().account_id))


@recipe("am_mgr/AM_GetAccountProviderInfoList")
def get_account_provider_info_list(world: World) -> Prepared:
    return Prepared(world.superuser, place(world))


@recipe("am_mgr/SendAssetManagerSequenceReset")
def send_asset_manager_sequence_reset(world: World) -> Prepared:
    return Prepared(world.operator, {"omsId": world.oms_id}, provider_reads(world))
