"""Times: of which zone, in which form, and when a day begins."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.protocol.trading_day import day_volume, trade_once
from scenarios.users.vocabulary import person, record_of

ISO_WITH_T = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
CLOCK_SKEW_S = 420
"""Less than half of a quarter of an hour, by which the closest time zones differ."""
DAY_MS, MINUTE_MS = 86_400_000, 60_000


@clause("protocol/frame/times-utc")
def test_time_of_a_new_user_is_utc(world: World, verify: Verifier) -> None:
    """Read as UTC, the creation time of a user made right now is right now."""
    record = record_of(world, person(world).user_id)
    now = world.deployment.now_ms() / 1000

    text = str(record["dateTimeCreated"])[:19]
    created = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    verify.holds(f"dateTimeCreated, as UTC, is within {CLOCK_SKEW_S} s of {now}",
                 abs(now - created) < CLOCK_SKEW_S, text, record)


@pytest.mark.parametrize(
    "key",
    [clause_case("protocol/frame/text-times", key)
     for key in ("dateTimeCreated", "pendingCodeTime", "lockedTime")],
)
def test_time_as_text_has_a_t(world: World, verify: Verifier, key: str) -> None:
    """ISO 8601 with a T between date and time, which every library reads."""
    record = record_of(world, person(world).user_id)

    text = str(record[key])
    verify.holds(f"{key} is a date, T and a time", bool(ISO_WITH_T.match(text)), text, record)


@clause("protocol/frame/trading-day")
def test_day_ends_at_midnight_utc(world: World, verify: Verifier) -> None:
    """The day's volume counts until midnight UTC, and from midnight on it starts at nothing."""
    quantity = trade_once(world)
    left = DAY_MS - world.deployment.now_ms() % DAY_MS
    verify.holds("the trade counts for the day", day_volume(world) >= quantity, quantity)

    world.deployment.advance_clock(left - MINUTE_MS)
    before_midnight = day_volume(world)
    world.deployment.advance_clock(2 * MINUTE_MS)
    after_midnight = day_volume(world)

    verify.holds("a minute before midnight it still counts", before_midnight >= quantity,
                 before_midnight, *world.trader.turns[-1:])
    verify.equal("the volume a minute after midnight", after_midnight, 0,
                 *world.trader.turns[-1:])
