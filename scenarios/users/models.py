"""What a user's configuration, links and permissions must look like after any changes.

A walk makes random changes, keeps a dictionary or sets beside them, and notes after each step what
was read and what should have been.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session
from scenarios.users.trading_rights import KINDS
from scenarios.users.vocabulary import (
    accounts_of,
    config_of,
    market_data_of,
    permissions_of,
    person,
)

STEPS = 20
"""Long enough to set, remove and set again each of a handful of keys."""
KEYS = ("Theme", "Language", "Rank", "Note")
PERMISSIONS = ("AccountReadOnly", "MarketMaker", "Withdraw", "Company")


@dataclass(slots=True)
class Walk:
    """What was read after each step, and what should have been."""

    found: list[Any] = field(default_factory=list)
    required: list[Any] = field(default_factory=list)

    def note(self, found: Any, required: Any) -> None:
        """One step."""
        self.found.append(found)
        self.required.append(required)


def walk_config(world: World, rng: Random) -> Walk:
    """Set and remove keys of a configuration."""
    walk, who, model = Walk(), person(world), dict[str, str]()
    for step in range(STEPS):
        key = rng.choice(KEYS)
        if rng.random() < 0.6:
            model[key] = f"value {step}"
            pair = {"Key": key, "Value": model[key]}
            world.operator.call("SetUserConfig", userId=who.user_id, config=[pair])
        else:
            model.pop(key, None)
            world.operator.call("RemoveUserConfig", userId=who.user_id, key=key)
        walk.note(config_of(world.operator, who.user_id), dict(model))
    return walk


def walk_links(world: World, rng: Random) -> Walk:
    """Link a user to accounts and unlink it."""
    walk, who = Walk(), person(world)
    accounts = [person(world).account_id for _ in range(3)]
    model = {who.account_id}
    for _ in range(STEPS):
        account = rng.choice(accounts)
        call = rng.choice(("AddUserAccount", "RemoveUserAccount"))
        (model.add if call == "AddUserAccount" else model.discard)(account)
        world.operator.call(call, accountId=account, userId=who.user_id)
        walk.note(accounts_of(world, who.user_id), sorted(model))
    return walk


@dataclass(slots=True)
class Grants:
    """The four kinds of permissions of one user, as they should be."""

    bundles: set[str]
    items: dict[str, set[int]]
    market_data: dict[int, bool] = field(default_factory=dict)

    def as_read(self) -> tuple[Any, ...]:
        """In the form of :func:`read_grants`."""
        items = [sorted(self.items[kind.facet]) for kind in KINDS]
        return (sorted(self.bundles), *items, sorted(self.market_data.items()))


def walk_grants(world: World, rng: Random) -> Walk:
    """Grant and revoke permissions of all kinds, in any order."""
    walk, who = Walk(), person(world)
    model = Grants(permissions_of(world.operator, who.user_id), {k.facet: set() for k in KINDS})
    for _ in range(STEPS):
        step = rng.choice((_change_bundle, _change_item, _change_market_data))
        step(world, rng, who, model)
        walk.note(read_grants(world, who), model.as_read())
    return walk


def read_grants(world: World, who: Session) -> tuple[Any, ...]:
    """All permissions of a user, as they are listed."""
    items = [kind.listed(world, who) for kind in KINDS]
    bundles = sorted(permissions_of(world.operator, who.user_id))
    return (bundles, *items, sorted(market_data_of(world, who)))


def _change_bundle(world: World, rng: Random, who: Session, model: Grants) -> None:
    permission = rng.choice(PERMISSIONS)
    change = {"UserId": who.user_id, "Permission": permission}
    if rng.random() < 0.5:
        model.bundles.add(permission.casefold())
        world.operator.send("AddUserPermission", {**change, "Value": 1})
    else:
        model.bundles.discard(permission.casefold())
        world.operator.send("RevokeUserPermission", change)


def _change_item(world: World, rng: Random, who: Session, model: Grants) -> None:
    kind = rng.choice(KINDS)
    item = rng.choice(kind.two_items(world))
    if rng.random() < 0.5:
        model.items[kind.facet].add(item)
        kind.grant(world, who, item)
    else:
        model.items[kind.facet].discard(item)
        kind.take(world, who, item)


def _change_market_data(world: World, rng: Random, who: Session, model: Grants) -> None:
    instrument = rng.choice(KINDS[0].two_items(world))
    level2 = rng.random() < 0.5
    row = {
        "userId": who.user_id, "omsId": world.oms_id, "instrumentId": instrument,
        "level2": level2,
    }
    if rng.random() < 0.6:
        model.market_data[instrument] = level2
        world.operator.send("AddUserMarketDataPermission", row)
    else:
        model.market_data.pop(instrument, None)
        world.operator.send("RemoveUserMarketDataPermission", row)
