"""GetTickerHistory: bars of a market's past."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import Floor
from scenarios.trades.vocabulary import (
    MINUTE_MS,
    Bar,
    bar_question,
    bars,
    minute_text,
    trades_apart,
)

SECONDS = 60


@pytest.fixture
def priced(world: World, trader: Session, rival: Session, floor: Floor) -> Floor:
    """A market whose trades lie minutes apart, where time can be moved."""
    trades_apart(world, trader, rival, floor, gap_ms=MINUTE_MS)
    return floor


def several(found: list[Bar]) -> list[Bar]:
    """The bars; Unavailable when there are too few to compare."""
    if len(found) < 2:
        raise Unavailable("time cannot be moved here: all trades lie in one bar")
    return found


@clause("trades/GetTickerHistory/ascending")
def test_oldest_bar_comes_first(world: World, priced: Floor, verify: Verifier) -> None:
    """Charts are drawn from left to right: times rise."""
    times = [bar.end for bar in several(bars(world, priced))]

    verify.holds("times rise", all(a < b for a, b in pairwise(times)), times)


@pytest.mark.parametrize("interval", [SECONDS, 300])
@clause("trades/GetTickerHistory/spacing")
def test_bars_are_intervals_apart(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, interval: int
) -> None:
    """Between two bars lie whole intervals."""
    trades_apart(world, trader, rival, floor, gap_ms=interval * 1000)

    times = [bar.end for bar in several(bars(world, floor, interval))]

    gaps = {(b - a) % (interval * 1000) for a, b in pairwise(times)}
    verify.equal("rest of the gaps divided by the interval", gaps, {Decimal(0)})


@clause("trades/GetTickerHistory/low-open-close-high")
def test_open_and_close_lie_between_low_and_high(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Of trades in one bar the first and the last are no cheaper than the low, nor dearer."""
    trades_apart(world, trader, rival, floor, gap_ms=1)

    found = [bar for bar in bars(world, floor) if bar.volume]

    wrong = [bar for bar in found
             if not bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high]
    verify.equal("bars out of order", wrong, [])
    spread = (min(bar.low for bar in found), max(bar.high for bar in found))
    verify.equal("(low, high) of all bars", spread, (floor.at(-1), floor.at(2)))


@clause("trades/GetTickerHistory/volume-not-negative")
def test_no_volume_is_negative(world: World, priced: Floor, verify: Verifier) -> None:
    """Volumes count what was traded: none is below zero, and together they are all trades."""
    volumes = [bar.volume for bar in bars(world, priced)]

    verify.holds("no volume is negative", min(volumes) >= 0, volumes)
    verify.equal("sum of volumes", sum(volumes), priced.lots(4))


@clause("trades/GetTickerHistory/inside-window")
def test_bars_lie_between_the_dates(world: World, priced: Floor, verify: Verifier) -> None:
    """What lies before FromDate or after ToDate does not come back."""
    every = several(bars(world, priced))
    begin, end = int(every[0].end), int(every[-1].end) - MINUTE_MS

    found = bars(world, priced, FromDate=minute_text(begin), ToDate=minute_text(end))

    outside = [bar.end for bar in found if not begin <= bar.end <= end]
    verify.equal("bars outside", outside, [])
    verify.holds("some bars lie inside", 0 < len(found) < len(every), len(found))


@clause("trades/GetTickerHistory/instrument-slot")
def test_ninth_column_is_the_instrument(world: World, priced: Floor, verify: Verifier) -> None:
    """A client that merges charts tells them apart by this column."""
    found = {bar.instrument for bar in bars(world, priced)}

    verify.equal("instruments", found, {priced.instrument_id})


@clause("trades/GetTickerHistory/anonymous")
def test_price_history_needs_no_login(
    anonymous: Session, world: World, priced: Floor, verify: Verifier
) -> None:
    """The call is public: a connection that never logged in gets its answer."""
    turn = anonymous.send("GetTickerHistory", bar_question(world, priced))

    verify.succeeded(turn)
    verify.holds("bars came", bool(turn.value), turn.text[:200], turn)
