"""What the calls that change the asset manager leave behind: providers, assets, links, users."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.am_mgr.vocabulary import (
    DELETE,
    NIL,
    NOBODY,
    asset_states,
    asset_terms,
    done,
    handled,
    key_of,
    key_terms,
    link_terms,
    new_product,
    owner_terms,
    place,
    provider_terms,
    providers,
    user_terms,
)

REPEATED = ("assetId", "accountProviderId", "accountProviderName", "isEnabled",
            "isDefaultDepositProvider", "isDefaultWithdrawProvider")
DEFAULTS = ("isDefaultDepositProvider", "isDefaultWithdrawProvider")


def names(row: Any) -> dict[str, Any]:
    """The settings of a provider that reads show as they were sent."""
    return {key: lookup(row, key) for key in REPEATED}


@clause("am_mgr/AM_AddEditAccountProviderInfo/effect")
def test_provider_handles_one_asset_more(world: World, verify: Verifier) -> None:
    """A new provider is listed for its asset, and the others stay as they were."""
    product, before = new_product(world), providers(world)

    verify.succeeded(world.superuser.call(
        "AM_AddEditAccountProviderInfo", **provider_terms(world, product)
    ))

    after = providers(world)
    verify.equal("the other providers", [row for row in after if row in before], before)
    verify.equal("new rows", [lookup(row, "assetId") for row in after if row not in before],
                 [product])


@pytest.mark.parametrize("shown_by", [
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/echo", "reply"),
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/read-back", "list"),
])
def test_provider_reads_as_it_was_sent(world: World, verify: Verifier, shown_by: str) -> None:
    """Whoever configures a wallet wants to see what was stored, not what was meant."""
    terms = provider_terms(world, new_product(world))

    turn = done(world.superuser.call("AM_AddEditAccountProviderInfo", **terms))

    row = turn.get("AccountProviderInfo")
    if shown_by == "list":
        (row,) = handled(world, terms["assetId"])
    verify.equal("the provider", names(row), names(terms), turn)


@pytest.mark.parametrize("changes", [
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/delete-missing", {"action": DELETE}),
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/provider-exists",
                {"accountProviderId": NOBODY}),
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/profile-needed",
                {"balanceConfigProfile": {"isEnabled": False}}),
])
def test_provider_that_cannot_work_is_refused(
    world: World, verify: Verifier, changes: dict[str, Any]
) -> None:
    """Money sent to a provider that does not work would be nobody's."""
    terms = provider_terms(world, new_product(world), **changes)
    read = (world.superuser, "AM_GetAccountProviderInfoList", place(world))

    with verify.unchanged(read):
        verify.refused(world.superuser.call("AM_AddEditAccountProviderInfo", **terms))


@clause("am_mgr/AM_AddEditAccountProviderInfo/several-providers")
def test_two_providers_handle_one_asset(world: World, verify: Verifier) -> None:
    """A venue moves from one wallet to another while both work."""
    product = new_product(world)
    numbers = sorted({int(lookup(row, "accountProviderId")) for row in providers(world)})[:2]

    turns = [world.superuser.call("AM_AddEditAccountProviderInfo",
                                  **provider_terms(world, product, accountProviderId=number))
             for number in numbers]

    found = sorted(int(lookup(row, "accountProviderId")) for row in handled(world, product))
    verify.holds("there are two providers to try with", len(numbers) == 2, numbers)
    verify.equal("providers of the asset", found, numbers, *turns)


@pytest.mark.parametrize("kind", [
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/one-default-deposit", DEFAULTS[0]),
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/one-default-withdraw", DEFAULTS[1]),
])
def test_asset_gets_no_second_default(world: World, verify: Verifier, kind: str) -> None:
    """With two defaults nobody could say where the next deposit goes."""
    product = new_product(world)
    first, second = sorted({int(lookup(row, "accountProviderId")) for row in providers(world)})[:2]
    done(world.superuser.call("AM_AddEditAccountProviderInfo", **provider_terms(
        world, product, accountProviderId=first, **{kind: True})))

    turn = world.superuser.call("AM_AddEditAccountProviderInfo", **provider_terms(
        world, product, accountProviderId=second, **{kind: True}))

    defaults = [row for row in handled(world, product) if lookup(row, kind)]
    verify.equal("number of defaults", len(defaults), 1, turn)


@pytest.mark.parametrize("kind", [
    clause_case("am_mgr/AM_GetAccountProviderInfoList/one-default-deposit", DEFAULTS[0]),
    clause_case("am_mgr/AM_GetAccountProviderInfoList/one-default-withdraw", DEFAULTS[1]),
])
def test_no_asset_is_listed_with_two_defaults(world: World, verify: Verifier, kind: str) -> None:
    """What holds for one asset holds for the whole list, also where two providers serve one."""
    product = new_product(world)
    first, second = sorted({int(lookup(row, "accountProviderId")) for row in providers(world)})[:2]
    for number, default in ((first, True), (second, False)):
        done(world.superuser.call("AM_AddEditAccountProviderInfo", **provider_terms(
            world, product, accountProviderId=number, **{kind: default})))

    found = [lookup(row, "assetId") for row in providers(world) if lookup(row, kind)]

    verify.holds("the asset has a default", product in found, found)
    verify.equal("assets with a default", len(found), len(set(found)))


@clause("am_mgr/AM_AddEditAccountProviderInfo/sequence-order")
def test_sequence_numbers_grow_in_order(world: World, verify: Verifier) -> None:
    """Services that replay messages sort them by this number."""
    turns = [
        done(world.superuser.call("AM_AddEditAccountProviderInfo",
                                  **provider_terms(world, new_product(world))))
        for _ in range(3)
    ]

    found = [lookup(turn.get("AccountProviderInfo"), "messageSequenceNumber") for turn in turns]
    verify.equal("sequence numbers", found, sorted(set(found)), *turns)


@pytest.mark.parametrize("case", [
    clause_case("am_mgr/AM_AddEditAssetInfo/effect", "effect"),
    clause_case("am_mgr/AM_AddEditAssetInfo/delete-missing", "delete-missing"),
])
def test_asset_is_deleted_once(world: World, verify: Verifier, case: str) -> None:
    """An asset can be stored and deleted, and what is not there cannot be deleted."""
    product = new_product(world)
    verify.succeeded(world.superuser.call("AM_AddEditAssetInfo", **asset_terms(world, product)))
    gone = asset_terms(world, product, action=DELETE)

    verify.succeeded(world.superuser.call("AM_AddEditAssetInfo", **gone))

    verify.refused(world.superuser.call("AM_AddEditAssetInfo", **gone))


@clause("am_mgr/AM_AddEditAssetInfo/made-by-add-product")
def test_new_product_is_known_to_the_asset_manager(world: World, verify: Verifier) -> None:
    """A provider can handle a product at once, without a second registration of it."""
    product = new_product(world)

    verify.succeeded(world.superuser.call(
        "AM_AddEditAccountProviderInfo", **provider_terms(world, product)
    ))

    verify.equal("providers of it", len(handled(world, product)), 1)


@pytest.mark.parametrize("case", [
    clause_case("am_mgr/AM_AddEditAccountAssetInfo/effect", "effect"),
    clause_case("am_mgr/AM_AddEditAccountAssetInfo/read-back", "read-back"),
])
def test_linked_asset_is_among_the_accounts_states(
    world: World, verify: Verifier, case: str
) -> None:
    """An account that was linked to an asset shows it, before there is any balance."""
    who, product = world.throwaway(), new_product(world)
    before = {lookup(row, "assetId") for row in asset_states(world, who.account_id)}

    verify.succeeded(world.superuser.call(
        "AM_AddEditAccountAssetInfo", **link_terms(world, who.account_id, product)
    ))

    after = {lookup(row, "assetId") for row in asset_states(world, who.account_id)}
    verify.equal("assets of the account", after, before | {product})


@clause("am_mgr/AM_AddEditAccountAssetInfo/delete-missing")
def test_missing_link_cannot_be_deleted(world: World, verify: Verifier) -> None:
    """What is not there cannot be deleted."""
    who, product = world.throwaway(), new_product(world)
    gone = link_terms(world, who.account_id, product, action=DELETE)

    verify.refused(world.superuser.call("AM_AddEditAccountAssetInfo", **gone))


@pytest.mark.parametrize("case", [
    clause_case("am_mgr/AM_AddEditUser/effect", "effect"),
    clause_case("am_mgr/AM_AddEditUser/zero-id", "zero-id"),
])
def test_service_user_gets_an_id_of_its_own(world: World, verify: Verifier, case: str) -> None:
    """An id of zeros asks for a new one, and two services never share one."""
    first = verify.succeeded(world.superuser.call("AM_AddEditUser", **user_terms(world)))
    second = verify.succeeded(world.superuser.call("AM_AddEditUser", **user_terms(world)))

    found = [first.get("id"), second.get("id")]
    verify.holds("both ids are new", NIL not in found and len(set(found)) == 2, found, second)


@clause("am_mgr/AM_AddEditUser/no-password")
def test_password_of_a_service_user_never_comes_back(world: World, verify: Verifier) -> None:
    """A reply ends in logs, and the password would with it."""
    terms = user_terms(world)

    turn = verify.succeeded(world.superuser.call("AM_AddEditUser", **terms))

    verify.holds("the reply is without the password", terms["password"] not in turn.text,
                 "the password", turn)


@pytest.mark.parametrize("fresh", [
    clause_case("am_mgr/AM_GetAccountAssetDepositInfo/new-key", True),
    clause_case("am_mgr/AM_GetAccountAssetDepositInfo/effect", True),
    clause_case("am_mgr/AM_GetAccountAssetDepositInfo/last-key", False),
])
def test_key_is_new_only_when_asked_for(world: World, verify: Verifier, fresh: bool) -> None:
    """A customer who printed the key must not lose it to somebody who only looked."""
    account = world.throwaway().account_id
    first = key_of(world, account, generateNewKey=True)

    second = key_of(world, account, generateNewKey=fresh)

    verify.equal("the key is another one", second != first, fresh)


@clause("am_mgr/AM_GetAccountAssetDepositInfo/echo")
def test_key_names_what_it_is_for(world: World, verify: Verifier) -> None:
    """The reply says whose key it is: coins sent to a wrong one are lost."""
    terms = key_terms(world, world.throwaway().account_id)

    turn = done(world.superuser.call("AM_GetAccountAssetDepositInfo", **terms))

    asked = [terms[key] for key in ("assetManagerId", "accountId", "assetId", "providerId")]
    found = [turn.get(key) for key in ("assetManagerId", "accountId", "assetId", "providerId")]
    verify.equal("manager, account, asset and provider", found, asked, turn)


@clause("am_mgr/SendAssetManagerSequenceReset/stays-callable")
def test_deprecated_reset_is_answered(world: World, verify: Verifier) -> None:
    """A deprecated call tells its callers so; it does not leave them without an answer."""
    turn = world.operator.call("SendAssetManagerSequenceReset", omsId=world.oms_id)

    refused = turn.get("result") is False
    verify.holds("it is served, or refused with code 106",
                 not refused or turn.get("errorcode") == 106, turn.text, turn)


@clause("am_mgr/SendAssetManagerSequenceReset/effect")
def test_reset_starts_the_sequence_anew(world: World, verify: Verifier) -> None:
    """After a reset the numbers begin below those before it."""
    before = done(world.superuser.call("AM_AddEditAccountProviderInfo",
                                       **provider_terms(world, new_product(world))))
    done(world.superuser.call("AM_AddEditAccountProviderInfo",
                              **provider_terms(world, new_product(world))))

    verify.succeeded(world.operator.call("SendAssetManagerSequenceReset", omsId=world.oms_id))

    after = done(world.superuser.call("AM_AddEditAccountProviderInfo",
                                      **provider_terms(world, new_product(world))))
    first, second = (lookup(turn.get("AccountProviderInfo"), "messageSequenceNumber")
                     for turn in (before, after))
    verify.holds("the number starts anew", second <= first, (first, second), before, after)


@clause("am_mgr/AM_GetAccountIdByDepositInfo/inverse")
def test_key_leads_back_to_its_account(world: World, verify: Verifier) -> None:
    """Coins that arrive are credited to whoever the key was given to, and nobody else."""
    accounts = [world.throwaway().account_id for _ in range(2)]
    keys = [key_of(world, account) for account in accounts]

    found = [world.superuser.call("AM_GetAccountIdByDepositInfo", **owner_terms(world, key))
             for key in keys]

    verify.equal("accounts", [turn.get("AccountId") for turn in found], accounts, *found)


@clause("am_mgr/AM_GetAccountIdByDepositInfo/unknown-key")
def test_key_of_nobody_leads_nowhere(world: World, verify: Verifier) -> None:
    """A key that was never handed out must not be taken for somebody's."""
    verify.refused(world.superuser.call(
        "AM_GetAccountIdByDepositInfo", **owner_terms(world, world.deployment.unique_name("nobody"))
    ))
