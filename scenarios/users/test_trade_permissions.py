"""Permissions to trade instruments and products: singly, in bulk, and taken away again."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.users.trading_rights import KINDS, Kind
from scenarios.users.vocabulary import facets, person


@pytest.mark.parametrize(
    "kind",
    [clause_case(f"users/{kind.add}/{rule}", kind)
     for kind in KINDS for rule in ("effect", "grants")],
)
def test_granted_item_is_listed(world: World, verify: Verifier, kind: Kind) -> None:
    """The item joins the user's list; what else the user or another may do stays."""
    who, other = person(world), person(world)
    first, second = kind.two_items(world)
    kind.grant(world, who, first)
    reads = (*facets(world, who.user_id, kind.facet), *facets(world, other.user_id))

    with verify.unchanged(*reads):
        verify.succeeded(kind.grant(world, who, second))

    found = kind.listed(world, who)
    verify.equal(kind.facet, found, sorted([first, second]), *world.operator.turns[-1:])


@pytest.mark.parametrize("kind", [clause_case(f"users/{k.add}/repeat", k) for k in KINDS])
def test_granting_twice_leaves_one_row(world: World, verify: Verifier, kind: Kind) -> None:
    """Repeating a grant is harmless."""
    who = person(world)
    item, _ = kind.two_items(world)
    verify.succeeded(kind.grant(world, who, item))

    kind.grant(world, who, item)

    verify.equal(kind.facet, kind.listed(world, who), [item], *world.operator.turns[-1:])


@pytest.mark.parametrize(
    "kind",
    [clause_case(f"users/{kind.bulk}/{rule}", kind)
     for kind in KINDS for rule in ("effect", "cross-product")],
)
def test_bulk_grant_gives_everybody_everything(
    world: World, verify: Verifier, kind: Kind
) -> None:
    """Two users and two items make four grants, and nobody else gets any."""
    users, other = [person(world), person(world)], person(world)
    items = kind.two_items(world)

    with verify.unchanged(*facets(world, other.user_id),
                          *facets(world, users[0].user_id, kind.facet)):
        verify.succeeded(kind.grant_all(world, users, items))

    found = [kind.listed(world, who) for who in users]
    verify.equal(kind.facet, found, [sorted(items), sorted(items)], *world.operator.turns[-2:])


@pytest.mark.parametrize(
    "kind", [clause_case(f"users/{k.bulk}/equals-singles", k) for k in KINDS]
)
def test_bulk_grant_equals_single_grants(world: World, verify: Verifier, kind: Kind) -> None:
    """A tool may use either; the outcome is the same."""
    one, many = person(world), person(world)
    items = kind.two_items(world)
    for item in items:
        verify.succeeded(kind.grant(world, one, item))

    verify.succeeded(kind.grant_all(world, [many], items))

    verify.equal(kind.facet, kind.listed(world, many), kind.listed(world, one),
                 *world.operator.turns[-2:])


@pytest.mark.parametrize(
    "kind",
    [clause_case(f"{kind.removal_section}/{kind.remove}/{rule}", kind)
     for kind in KINDS for rule in ("effect", "undoes-add")],
)
def test_removal_undoes_the_grant(world: World, verify: Verifier, kind: Kind) -> None:
    """The one item leaves the list; the others stay, and other users keep theirs."""
    who, other = person(world), person(world)
    first, second = kind.two_items(world)
    verify.succeeded(kind.grant(world, who, first))
    verify.succeeded(kind.grant(world, other, second))

    with verify.unchanged(*facets(world, who.user_id), *facets(world, other.user_id)):
        verify.succeeded(kind.grant(world, who, second))
        verify.succeeded(kind.take(world, who, second))

    verify.equal(kind.facet, kind.listed(world, who), [first], *world.operator.turns[-1:])


@pytest.mark.parametrize("kind", [clause_case(f"uncertain/{k.listing}/echo", k) for k in KINDS])
def test_every_row_names_the_asked_user(world: World, verify: Verifier, kind: Kind) -> None:
    """No row of another user slips in."""
    who, other = person(world), person(world)
    item, _ = kind.two_items(world)
    kind.grant(world, who, item)
    kind.grant(world, other, item)

    turn = verify.succeeded(kind.read(world, who))

    verify.equal("users", kind.users_named(turn), [who.user_id], turn)


@pytest.mark.parametrize(
    "kind", [clause_case(f"uncertain/{k.listing}/no-duplicates", k) for k in KINDS]
)
def test_no_item_is_listed_twice(world: World, verify: Verifier, kind: Kind) -> None:
    """Granted singly and in bulk, an item is still one row."""
    who = person(world)
    items = kind.two_items(world)
    kind.grant(world, who, items[0])
    kind.grant_all(world, [who], items)

    verify.equal(kind.facet, kind.listed(world, who), sorted(items), *world.operator.turns[-1:])


@clause("uncertain/GetAllUserProductPermissions/singular-key")
def test_singular_key_names_the_user_as_well(world: World, verify: Verifier) -> None:
    """The page's key is plural and holds one id; clients that send the singular are served."""
    who = person(world)
    products = KINDS[1]
    products.grant(world, who, world.market.product1)

    turn = world.operator.call("GetAllUserProductPermissions", userId=who.user_id)

    verify.equal("users", products.users_named(verify.succeeded(turn)), [who.user_id], turn)
