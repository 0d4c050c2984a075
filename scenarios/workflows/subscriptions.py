"""A random walk through the feeds of one market, against a set of what is subscribed."""

from __future__ import annotations

from random import Random

from conformance.generate.world import World
from conformance.target.session import Session
from scenarios.users.markets import (
    SUBSCRIBE,
    feeds_heard,
    stir,
    subscribe,
    unsubscribe,
)

STEPS = 16


def walk_feeds(
    world: World, who: Session, rival: Session, lively: set[str], random: Random
) -> tuple[list[set[str]], list[set[str]]]:
    """Subscribe and unsubscribe in any order, repeats included; after each step the market moves.

    Returns which feeds were heard after each step, and which should have been.
    """
    market, subscribed = world.market, set(SUBSCRIBE)
    found, required = [], []
    for _ in range(STEPS):
        kind = random.choice(sorted(SUBSCRIBE))
        if random.random() < 0.5:
            subscribe(who, market, kind)
            subscribed.add(kind)
        else:
            unsubscribe(who, market, kind)
            subscribed.discard(kind)
        stir(world, rival, who, market)
        found.append(feeds_heard(who))
        required.append(subscribed & lively)
    return found, required
