"""The session of a market: what pausing, halting and reopening do to it and to its orders."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import listen, path, require_book_as_told
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    book,
    buy,
    executions,
    fills,
    funds,
    open_ids,
    sell,
    send,
    state,
    status,
    trade_reads,
)
from scenarios.users.markets import Place, venue_market
from scenarios.workflows.floors import (
    SESSIONS,
    change,
    changed,
    floor_at,
    instrument,
    session,
)

PAUSE, RESUME, HALT, REOPEN, RESYNC = (
    "MarketPause", "MarketResume", "MarketHalt", "MarketReopen", "MarketResync",
)


@pytest.fixture
def place(world: World) -> Place:
    """A new market that its venue knows by a number of its own."""
    return venue_market(world)


@pytest.fixture
def floor(place: Place) -> Floor:
    """The floor of that market."""
    return floor_at(place)


def states_along(world: World, place: Place, *calls: str) -> list[str]:
    """The state of a market after each of these calls."""
    found = []
    for call in calls:
        change(world, place, call)
        found.append(session(world, floor_at(place)))
    return found


@clause("workflows/trading/session-cycle")
def test_market_goes_through_the_documented_states(
    world: World, place: Place, verify: Verifier
) -> None:
    """Each call leads to its documented state, and the last one to a market that runs again."""
    found = states_along(world, place, PAUSE, RESUME, HALT, RESYNC, REOPEN)

    required = ["Paused", "Running", "Stopped", "Stopped", "Running"]
    verify.equal("states", found, required)


@pytest.mark.parametrize(
    ("before", "call", "required"),
    [
        clause_case("workflows/trading/session-pause", (), PAUSE, "Paused"),
        clause_case("workflows/trading/session-resume", (PAUSE,), RESUME, "Running"),
        clause_case("workflows/trading/session-halt", (), HALT, "Stopped"),
        clause_case("workflows/trading/session-reopen", (HALT,), REOPEN, "Running"),
    ],
)
def test_call_leads_to_its_state(
    world: World, place: Place, floor: Floor, verify: Verifier, before: tuple[str, ...],
    call: str, required: str,
) -> None:
    """After the call the instrument shows the documented session status."""
    changed(world, place, *before)

    verify.succeeded(change(world, place, call))

    verify.equal("sessionStatus", session(world, floor), required)


@clause("workflows/trading/pause-keeps-book")
def test_pause_and_resume_keep_the_book(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """Orders wait through a pause: only a halt is said to cancel them."""
    buy(trader, floor, -1)
    sell(rival, floor, 1)
    before = book(trader, floor.instrument_id)

    with verify.unchanged(*trade_reads(trader), *trade_reads(rival)):
        changed(world, place, PAUSE, RESUME)

    verify.equal("book", book(trader, floor.instrument_id), before)


@clause("workflows/trading/no-trades-while-paused")
def test_paused_market_does_not_trade(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """Orders that would meet do not, while the market is paused."""
    sell(rival, floor)
    changed(world, place, PAUSE)

    send(trader, floor, BUY)

    verify.equal("executions", executions(trader, floor), [])
    verify.equal("sessionStatus", session(world, floor), "Paused")


@pytest.mark.parametrize("call", [PAUSE, HALT])
@clause("workflows/trading/running-to-match")
def test_only_a_running_market_trades(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier,
    call: str,
) -> None:
    """Nobody meets in a paused or stopped market; once it runs again, new orders do."""
    changed(world, place, call)
    send(rival, floor, SELL)
    send(trader, floor, BUY)
    stopped = executions(trader, floor)

    changed(world, place, {PAUSE: RESUME, HALT: REOPEN}[call])
    sell(rival, floor, -1)
    order_id = buy(trader, floor, -1)

    verify.equal("executions before", stopped, [])
    verify.holds("the new order executes", bool(fills(trader, order_id)),
                 state(status(trader, order_id)))


@clause("workflows/trading/halt-cancels-all")
def test_halt_ends_every_order(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """A halt cancels the orders of all accounts in the market, and they are told."""
    mine, other = buy(trader, floor, -1), sell(rival, floor, 1)
    listen(trader, floor)

    changed(world, place, HALT)

    found = (state(status(trader, mine)), state(status(rival, other)))
    verify.equal("states read", found, ("Canceled", "Canceled"))
    verify.equal("states told", path(verify.told(trader), mine), ["Canceled"])


@clause("workflows/trading/halt-releases-holds")
def test_halt_frees_funds_and_empties_the_book(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """After a halt nothing is held for orders of the market, and its book is empty."""
    before = (funds(trader), funds(rival))
    buy(trader, floor, -1)
    sell(rival, floor, 1)

    changed(world, place, HALT)

    verify.equal("funds of the two", (funds(trader), funds(rival)), before)
    verify.equal("book", book(trader, floor.instrument_id), {})


@clause("workflows/trading/stopped-takes-no-orders")
def test_stopped_market_takes_no_orders(
    world: World, trader: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """An order sent to a stopped market neither works nor holds anything."""
    changed(world, place, HALT)

    with verify.unchanged(*trade_reads(trader)):
        turn = send(trader, floor, BUY)

    verify.equal("open orders", open_ids(trader), set(), turn)


@clause("workflows/trading/reopen-starts-empty")
def test_reopened_market_starts_empty(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """What rested before a halt does not come back with the market."""
    buy(trader, floor, -1)
    sell(rival, floor, 1)

    changed(world, place, HALT, REOPEN)

    found = (book(trader, floor.instrument_id), open_ids(trader), open_ids(rival))
    verify.equal("(book, open orders of the two)", found, ({}, set(), set()))


@clause("workflows/trading/session-resync")
def test_resync_tells_the_book_again(
    world: World, trader: Session, rival: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """The book is sent anew as it is; neither the market's state nor an order changes."""
    buy(rival, floor, -1)
    sell(rival, floor, 1, lots=2)
    changed(world, place, PAUSE)
    listen(trader, floor, "Level2")

    with verify.unchanged(*trade_reads(rival)):
        verify.succeeded(change(world, place, RESYNC))

    told = verify.told(trader)
    rows = [row for rows in told.get("Level2UpdateEvent", []) for row in rows]
    verify.equal("levels told", len(rows), 2)
    require_book_as_told(verify, trader, floor, told)
    verify.equal("sessionStatus", session(world, floor), "Paused")


@clause("workflows/trading/session-event")
def test_every_change_of_state_is_told(
    world: World, trader: Session, place: Place, floor: Floor, verify: Verifier
) -> None:
    """Each change brings a MarketStateUpdate with the old and the new state."""
    listen(trader, floor)

    changed(world, place, PAUSE, RESUME, HALT, REOPEN)

    told = [row for row in verify.told(trader).get("MarketStateUpdate", [])
            if lookup(row, "VenueInstrumentId") == place.venue_instrument]
    found = [(named(row, "PreviousStatus"), named(row, "NewStatus")) for row in told]
    verify.equal("(previous, new)", found, [
        ("Running", "Paused"), ("Paused", "Running"), ("Running", "Stopped"),
        ("Stopped", "Running"),
    ])


def named(row: object, key: str) -> str:
    """A session status by name."""
    value = lookup(row, key)
    return SESSIONS[value] if isinstance(value, int) else str(value)


@clause("workflows/trading/session-status-follows")
def test_instrument_shows_the_change(
    world: World, place: Place, floor: Floor, verify: Verifier
) -> None:
    """Status, previous status and the time of the change are those of the last change."""
    before = lookup(instrument(world, floor), "sessionStatusDateTime")
    world.deployment.advance_clock(1000)

    changed(world, place, PAUSE)

    row = instrument(world, floor)
    found = (named(row, "sessionStatus"), named(row, "previousSessionStatus"))
    verify.equal("(status, previous)", found, ("Paused", "Running"))
    after = lookup(row, "sessionStatusDateTime")
    verify.holds("the time of the change is later than the one before", after > before,
                 (before, after))
