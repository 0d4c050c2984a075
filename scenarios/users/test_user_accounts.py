"""AddUserAccount, RemoveUserAccount and the lists of a user's accounts."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.users.vocabulary import (
    accounts_of,
    colleague_of,
    facets,
    person,
    record_of,
    somebody,
)

ABSENT = 2_000_000_011
"""An id that no exchange has handed out, within 32 bits."""
ACCOUNT_TYPES = {"Asset", "Liability", "ProfitLoss"}
RISK_TYPES = {"Unknown", "Normal", "NoRiskCheck", "NoTrading"}
FEE_PRODUCT_TYPES = {"BaseProduct", "SingleProduct"}


@pytest.mark.parametrize(
    "_",
    [clause_case("users/AddUserAccount/effect", ()),
     clause_case("users/AddUserAccount/links", ())],
)
def test_linked_account_is_among_the_users(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """The account is added to those the user had; user, account and owner stay as they are."""
    who, owner = person(world), person(world)
    account = {"OMSId": world.oms_id, "AccountId": owner.account_id}
    reads = (*facets(world, who.user_id, "accounts"), *facets(world, owner.user_id),
             (operator, "GetAccountInfo", account))

    with verify.unchanged(*reads):
        verify.succeeded(
            operator.call("AddUserAccount", accountId=owner.account_id, userId=who.user_id)
        )

    required = sorted([who.account_id, owner.account_id])
    verify.equal("accounts", accounts_of(world, who.user_id), required, *operator.turns[-1:])


@clause("users/AddUserAccount/repeat")
def test_second_link_changes_nothing(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Linking again leaves one link."""
    owner = person(world)
    guest = colleague_of(world, owner)

    with verify.unchanged(*facets(world, guest.user_id)):
        operator.call("AddUserAccount", accountId=owner.account_id, userId=guest.user_id)


@pytest.mark.parametrize(
    "key",
    [clause_case("users/AddUserAccount/unknown-user", "userId"),
     clause_case("users/AddUserAccount/unknown-account", "accountId")],
)
def test_link_needs_both_ends(
    world: World, operator: Session, verify: Verifier, key: str
) -> None:
    """User and account must exist; otherwise nothing is linked."""
    who, owner = person(world), person(world)
    payload = {"accountId": owner.account_id, "userId": who.user_id, key: ABSENT}

    with verify.unchanged(*facets(world, who.user_id)):
        verify.refused(operator.send("AddUserAccount", payload))


@clause("users/AddUserAccount/by-name")
def test_names_serve_instead_of_ids(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Handle and user name link as well as the ids."""
    who, owner = person(world), person(world)
    info = operator.call("GetAccountInfo", OMSId=world.oms_id, AccountId=owner.account_id)

    verify.succeeded(
        operator.call("AddUserAccount", accountHandle=info["AccountHandle"],
                      userName=who.username)
    )

    required = sorted([who.account_id, owner.account_id])
    verify.equal("accounts", accounts_of(world, who.user_id), required, *operator.turns[-1:])


@pytest.mark.parametrize(
    "_",
    [clause_case("users/RemoveUserAccount/effect", ()),
     clause_case("users/RemoveUserAccount/unlinks", ()),
     clause_case("users/RemoveUserAccount/both-survive", ())],
)
def test_unlinked_account_is_gone_from_the_list_only(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """The link goes; the user, the account and its other users stay."""
    owner = person(world)
    guest = colleague_of(world, owner)
    account = {"OMSId": world.oms_id, "AccountId": owner.account_id}
    reads = (*facets(world, guest.user_id, "accounts"), *facets(world, owner.user_id),
             (operator, "GetAccountInfo", account))

    with verify.unchanged(*reads):
        verify.succeeded(
            operator.call("RemoveUserAccount", accountId=owner.account_id, userId=guest.user_id)
        )

    verify.equal("accounts", accounts_of(world, guest.user_id), [guest.account_id])
    verify.succeeded(record_of(world, guest.user_id))
    verify.succeeded(operator.send("GetAccountInfo", account))


@clause("users/RemoveUserAccount/undoes-add")
def test_adding_and_removing_leaves_no_trace(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Whoever helped out for a day is linked to exactly its former accounts again."""
    who, owner = person(world), person(world)
    link = {"accountId": owner.account_id, "userId": who.user_id}

    with verify.unchanged(*facets(world, who.user_id), *facets(world, owner.user_id)):
        verify.succeeded(operator.send("AddUserAccount", link))
        verify.succeeded(operator.send("RemoveUserAccount", link))


@clause("users/GetUserAccounts/has-default")
def test_default_account_is_listed(world: World, verify: Verifier) -> None:
    """The account the record names is one of the user's accounts."""
    who = somebody(world)
    default = who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)["accountId"]

    turn = verify.succeeded(
        who.call("GetUserAccounts", OMSId=world.oms_id, UserId=who.user_id)
    )

    verify.equal("the default account is listed", default in turn.value, True, turn)


@clause("users/GetUserAccounts/no-duplicates")
def test_no_account_is_listed_twice(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Each account once, also when it was linked twice."""
    owner = person(world)
    guest = colleague_of(world, owner)
    operator.call("AddUserAccount", accountId=owner.account_id, userId=guest.user_id)

    listed = accounts_of(world, guest.user_id)

    required = sorted([guest.account_id, owner.account_id])
    verify.equal("accounts", listed, required, *operator.turns[-1:])


@clause("users/GetUserAccountInfos/same-accounts")
def test_both_lists_hold_the_same_accounts(world: World, verify: Verifier) -> None:
    """The list with details and the list of ids agree."""
    owner = person(world)
    guest = colleague_of(world, owner)
    query = {"OMSId": world.oms_id, "UserId": guest.user_id}

    infos = verify.succeeded(guest.send("GetUserAccountInfos", query))
    ids = verify.succeeded(guest.send("GetUserAccounts", query))

    found = sorted(int(lookup(row, "AccountId")) for row in infos.value)
    verify.equal("accounts", found, sorted(ids.value), infos, ids)


@clause("users/GetUserAccountInfos/same-as-account-info")
def test_details_agree_with_get_account_info(world: World, verify: Verifier) -> None:
    """Both calls tell the same about an account."""
    who = somebody(world)
    account = {"OMSId": world.oms_id, "AccountId": who.account_id}

    infos = verify.succeeded(
        who.call("GetUserAccountInfos", OMSId=world.oms_id, UserId=who.user_id)
    )
    info = verify.succeeded(who.send("GetAccountInfo", account))

    listed = next(row for row in infos.value if int(lookup(row, "AccountId")) == who.account_id)
    verify.equal("details", *shared_details(listed, info.value), infos, info)


@clause("users/GetUserAccountInfos/names")
def test_types_are_names(world: World, verify: Verifier) -> None:
    """Types of account, risk and fee product are told by name in this call."""
    who = somebody(world)

    turn = verify.succeeded(
        who.call("GetUserAccountInfos", OMSId=world.oms_id, UserId=who.user_id)
    )

    row = turn.value[0]
    for key, names in (("AccountType", ACCOUNT_TYPES), ("RiskType", RISK_TYPES),
                       ("FeeProductType", FEE_PRODUCT_TYPES)):
        verify.holds(f"{key} is one of its names", lookup(row, key) in names, row, turn)


def shared_details(one: dict[str, Any], two: dict[str, Any]) -> tuple[Any, Any]:
    """What both replies say, but for enumerations, which the two calls write differently."""
    enumerations = ("accounttype", "risktype", "feeproducttype")
    left = {key.lower(): str(value) for key, value in one.items()}
    right = {key.lower(): str(value) for key, value in two.items()}
    shared = sorted((left.keys() & right.keys()) - set(enumerations))
    return [(key, left[key]) for key in shared], [(key, right[key]) for key in shared]
