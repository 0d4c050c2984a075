"""Changes to instruments, products and market data."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn, lookup
from scenarios.revision.vocabulary import QUARTER, list_instrument, list_product, rows_of
from scenarios.users.markets import (
    OMS,
    bars,
    enter_best_buy,
    feed_payload,
    heard,
    levels,
    snapshot_turn,
    subscribe,
    trade,
)
from scenarios.users.reporting import iso, moment_of, now

COLUMNS = 10
MINUTE_S = 60


def entry(turn: Turn, key: str, number: int) -> object:
    """The row of a listing that has this number."""
    return next((row for row in rows_of(turn) if lookup(row, key) == number), {})


@pytest.mark.parametrize(("name", "selector"), [
    clause_case("revision/GetInstrument/quantity-increment-real", "GetInstrument", True),
    clause_case("revision/GetInstruments/quantity-increment-real", "GetInstruments", False),
])
def test_quantity_increment_may_be_a_fraction(
    world: World, verify: Verifier, name: str, selector: bool
) -> None:
    """Quantities go in quarters here: read as a whole number, the increment would be zero."""
    number = list_instrument(world, QUARTER)
    which = {"InstrumentId": number} if selector else {}

    turn = verify.succeeded(world.operator.send(name, {"OMSId": OMS, **which}))

    found = lookup(entry(turn, "instrumentId", number), "quantityIncrement")
    verify.equal("quantityIncrement", found, QUARTER, turn)


@clause("revision/GetInstrument/price-increment")
def test_price_increment_stands_beside_it(world: World, verify: Verifier) -> None:
    """priceIncrement is there as well, and is what the instrument was listed with."""
    number = list_instrument(world, QUARTER)

    turn = verify.succeeded(world.operator.call("GetInstrument", OMSId=OMS, InstrumentId=number))

    verify.equal("priceIncrement", turn["priceIncrement"], world.market.price_increment, turn)


@pytest.mark.parametrize(("name", "selector"), [
    clause_case("revision/GetProduct/tick-size-real", "GetProduct", True),
    clause_case("revision/GetProducts/tick-size-real", "GetProducts", False),
])
def test_tick_size_may_be_a_fraction(
    world: World, verify: Verifier, name: str, selector: bool
) -> None:
    """A product that moves in quarters keeps its tick size to the last digit."""
    number = list_product(world, QUARTER)
    which = {"ProductId": number} if selector else {}

    turn = verify.succeeded(world.operator.send(name, {"OMSId": OMS, **which}))

    found = lookup(entry(turn, "productId", number), "tickSize")
    verify.equal("tickSize", found, QUARTER, turn)


def history(who: Session, market: Market, start: str, end: str) -> Turn:
    """GetTickerHistory by the minute."""
    return who.call(
        "GetTickerHistory", InstrumentId=market.instrument_id, Interval=MINUTE_S,
        FromDate=start, ToDate=end, OMSId=OMS,
    )


@clause("revision/GetTickerHistory/public")
def test_ticker_history_is_public(
    world: World, anonymous: Session, market: Market, verify: Verifier
) -> None:
    """Charts are drawn for visitors: no login is needed."""
    turn = history(anonymous, market, "2020-01-01", iso(now(world)))

    verify.succeeded(turn)


@clause("revision/GetTickerHistory/interval-and-end")
def test_history_keeps_to_interval_and_end(
    world: World, trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Bars are as long as asked for, and none ends after the end that was asked for."""
    trade(rival, trader, market)
    world.deployment.advance_clock(4 * MINUTE_S * 1000)
    end = iso(now(world).replace(second=0))

    turn = verify.succeeded(history(trader, market, "2020-01-01", end))

    ends = [row.end / 1000 for row in bars(turn.value)]
    verify.holds("several bars come", len(ends) >= 3, len(ends), turn)
    verify.equal("seconds between the last two", ends[-1] - ends[-2], MINUTE_S, turn)
    verify.holds("none ends after the end", max(ends) <= moment_of(end).timestamp(), ends[-1:])


@clause("revision/SubscribeLevel2/by-symbol")
def test_level2_can_be_had_by_symbol(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """New in this edition: the symbol alone names the market."""
    enter_best_buy(trader, market)

    turn = trader.call("SubscribeLevel2", OMSId=OMS, Symbol=market.symbol, Depth=2)

    rows = levels(verify.succeeded(turn).value)
    named = {row.instrument for row in rows}
    verify.equal("instruments in the rows", named, {market.instrument_id}, turn)


@clause("revision/SubscribeLevel2/rows")
def test_level2_is_rows_of_ten_numbers(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Reply and events are arrays of ten numbers, where earlier editions printed objects."""
    enter_best_buy(trader, market)
    turn = subscribe(trader, market, "Level2")
    enter_best_buy(trader, market)

    rows = [*turn.value, *(row for event in heard(trader, "Level2UpdateEvent") for row in event)]

    verify.holds("the reply and an event have rows", len(rows) > len(turn.value) > 0, rows[:2])
    verify.equal("forms of rows", {form_of(row) for row in rows}, {("list", COLUMNS)}, turn)


@clause("revision/GetL2Snapshot/rows")
def test_snapshot_is_rows_of_ten_numbers(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The snapshot, too, is arrays of ten numbers."""
    enter_best_buy(trader, market)

    turn = verify.succeeded(snapshot_turn(trader, market))

    verify.equal("forms of rows", {form_of(row) for row in turn.value}, {("list", COLUMNS)}, turn)


def form_of(row: object) -> tuple[str, int]:
    """What a row is, and how long."""
    return type(row).__name__, len(row) if isinstance(row, list | dict) else 0


@pytest.mark.parametrize("spelling", ["omsid", "OMSID", "oMsId"])
@clause("revision/Keys/letter-case")
def test_letter_case_of_keys_does_not_matter(
    anonymous: Session, market: Market, verify: Verifier, spelling: str
) -> None:
    """A request with keys in any case gets the reply of the printed spelling, key for key."""
    printed = feed_payload(market)
    asked = {spelling: printed["OMSId"], "instrumentID": market.instrument_id}

    turn = verify.succeeded(anonymous.send("GetInstrument", asked))

    required = anonymous.send("GetInstrument", printed)
    verify.equal("the reply", turn.value, required.value, turn, required)
