"""AddUserMarketDataPermission and its counterparts: who may see which instrument's prices."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.recipes import bystander
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    facets,
    logged_in_again,
    market_data_of,
    person,
)

LEVEL1_CALLS = ("SubscribeLevel1", "SubscribeTicker", "SubscribeTrades")


def grant(world: World, who: Session, *, level2: bool) -> Turn:
    """AddUserMarketDataPermission for the market's instrument."""
    return world.operator.send("AddUserMarketDataPermission", row(world, who, level2=level2))


def remove(world: World, who: Session, *, level2: bool) -> Turn:
    """RemoveUserMarketDataPermission for the market's instrument."""
    return world.operator.send("RemoveUserMarketDataPermission", row(world, who, level2=level2))


def row(world: World, who: Session, *, level2: bool) -> dict[str, Any]:
    """One row of a user's market data permissions, as sent and as listed."""
    return {
        "userId": who.user_id, "omsId": world.oms_id,
        "instrumentId": world.market.instrument_id, "level2": level2,
    }


def subscribe(world: World, session: Session, call: str) -> Turn:
    """A subscription to the market's instrument."""
    more: dict[str, Any] = {
        "SubscribeLevel2": {"Depth": 5}, "SubscribeTicker": {"Interval": 60},
    }.get(call, {})
    return session.call(
        call, OMSId=world.oms_id, InstrumentId=world.market.instrument_id, **more
    )


@pytest.mark.parametrize(
    "call", [clause_case("users/AddUserMarketDataPermission/level1", c) for c in LEVEL1_CALLS]
)
def test_level1_opens_three_subscriptions(world: World, verify: Verifier, call: str) -> None:
    """With level2 false a data customer gets Level 1, ticker and trades."""
    who = bystander(world)

    verify.succeeded(grant(world, who, level2=False))

    verify.succeeded(subscribe(world, logged_in_again(world, who), call))


@clause("users/AddUserMarketDataPermission/no-level2")
def test_level1_does_not_open_level2(world: World, verify: Verifier) -> None:
    """Depth of the book is sold apart: level2 false keeps it shut."""
    who = bystander(world)
    verify.succeeded(grant(world, who, level2=False))

    line = logged_in_again(world, who)

    verify.refused(subscribe(world, line, "SubscribeLevel2"), code=NOT_AUTHORISED)


@clause("users/AddUserMarketDataPermission/level2")
def test_level2_opens_both(world: World, verify: Verifier) -> None:
    """With level2 true Level 1 and Level 2 are open."""
    who = bystander(world)
    verify.succeeded(grant(world, who, level2=True))

    line = logged_in_again(world, who)

    verify.succeeded(subscribe(world, line, "SubscribeLevel2"))
    verify.succeeded(subscribe(world, line, "SubscribeLevel1"))


@pytest.mark.parametrize(
    "call",
    [clause_case("users/AddUserMarketDataPermission/needed", c)
     for c in (*LEVEL1_CALLS, "SubscribeLevel2")],
)
def test_without_permission_no_subscription(
    world: World, verify: Verifier, call: str
) -> None:
    """Who is neither operator nor trader sees prices only by permission."""
    verify.refused(subscribe(world, bystander(world), call), code=NOT_AUTHORISED)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/AddUserMarketDataPermission/effect", ()),
     clause_case("users/AddUserMarketDataPermission/read-back", ())],
)
def test_last_level_sent_is_the_one_listed(
    world: World, verify: Verifier, _: object
) -> None:
    """One row for the instrument, with the level sent last; nothing else about the user moves."""
    who, other = person(world), person(world)
    reads = (*facets(world, who.user_id, "market data"), *facets(world, other.user_id))

    with verify.unchanged(*reads):
        verify.succeeded(grant(world, who, level2=True))
        first = market_data_of(world, who)
        verify.succeeded(grant(world, who, level2=False))
        second = market_data_of(world, who)

    instrument = world.market.instrument_id
    verify.equal("first rows", first, [(instrument, True)], *world.operator.turns[-4:])
    verify.equal("second rows", second, [(instrument, False)], *world.operator.turns[-4:])


@clause("users/GetUserMarketDataPermissions/one-row")
def test_no_instrument_is_listed_twice(world: World, verify: Verifier) -> None:
    """Granting again at another level replaces the row."""
    who = person(world)
    grant(world, who, level2=False)
    grant(world, who, level2=True)

    instruments = [instrument for instrument, _ in market_data_of(world, who)]

    verify.equal("instruments", instruments, [world.market.instrument_id])


@clause("users/GetUserMarketDataPermissions/echo")
def test_every_row_names_the_asked_user(world: World, verify: Verifier) -> None:
    """No row of another user slips in."""
    who, other = person(world), person(world)
    grant(world, who, level2=True)
    grant(world, other, level2=True)

    turn = verify.succeeded(
        world.operator.call("GetUserMarketDataPermissions", UserId=who.user_id)
    )

    named = [{key.lower(): value for key, value in item.items()}["userid"] for item in turn.value]
    verify.equal("users", named, [who.user_id], turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/RemoveUserMarketDataPermission/effect", ()),
     clause_case("users/RemoveUserMarketDataPermission/removes", ())],
)
def test_removed_row_is_gone(world: World, verify: Verifier, _: object) -> None:
    """Adding and removing leaves the user as before."""
    who, other = person(world), person(world)
    grant(world, other, level2=True)

    with verify.unchanged(*facets(world, who.user_id), *facets(world, other.user_id)):
        verify.succeeded(grant(world, who, level2=True))
        verify.succeeded(remove(world, who, level2=True))


@pytest.mark.parametrize(
    "level2",
    [clause_case("users/RemoveUserMarketDataPermission/level2-ignored", flag)
     for flag in (True, False)],
)
def test_every_level_goes_whatever_level2_says(
    world: World, verify: Verifier, level2: bool
) -> None:
    """There is no taking away of one level alone."""
    who = person(world)
    verify.succeeded(grant(world, who, level2=True))

    verify.succeeded(remove(world, who, level2=level2))

    verify.equal("rows", market_data_of(world, who), [], *world.operator.turns[-1:])


@clause("users/RemoveUserMarketDataPermission/refused-afterwards")
def test_subscription_is_refused_after_the_removal(world: World, verify: Verifier) -> None:
    """Who no longer pays for prices gets none from the next subscription on."""
    who = bystander(world)
    grant(world, who, level2=True)
    verify.succeeded(subscribe(world, logged_in_again(world, who), "SubscribeLevel1"))

    verify.succeeded(remove(world, who, level2=True))

    line = logged_in_again(world, who)
    verify.refused(subscribe(world, line, "SubscribeLevel1"), code=NOT_AUTHORISED)
    verify.refused(subscribe(world, line, "SubscribeLevel2"), code=NOT_AUTHORISED)
