"""Market states: each call acts on the market it names, and those who listen are told."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.exchange_admin.vocabulary import (
    CALLS,
    HALT,
    LEADS_FROM,
    LEADS_TO,
    PAUSE,
    REOPEN,
    RESUME,
    RESYNC,
    added,
    place_reads,
    request,
    venue_place,
)
from scenarios.oms_orders.hearing import listen
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    book,
    buy,
    executions,
    funds,
    open_ids,
    sell,
    send,
    state,
    status,
    trade_reads,
)
from scenarios.users.markets import Place, venue_market
from scenarios.workflows.floors import ACTIONS, change, changed, floor_at, session

CHANGING = (HALT, PAUSE, REOPEN, RESUME)


@pytest.fixture
def place(world: World) -> Place:
    """A new market that its venue knows by a number of its own."""
    return venue_market(world)


def per_call(rule: str, calls: tuple[str, ...] = CALLS) -> pytest.MarkDecorator:
    """The case runs for each of these calls, and decides the call's own clause."""
    return pytest.mark.parametrize(
        "call", [clause_case(f"exchange_admin/{call}/{rule}", call) for call in calls]
    )


def told(trader: Session, place: Place, verify: Verifier) -> list[Any]:
    """The state updates of one market since the last listening, each of documented shape."""
    return [
        row for row in verify.events(trader, "MarketStateUpdate")
        if lookup(row, "VenueInstrumentId") == place.venue_instrument
    ]


@per_call("action-must-match")
def test_call_refuses_the_action_of_another(
    world: World, place: Place, verify: Verifier, call: str
) -> None:
    """The action repeats what the call does; a contradiction is no order to stop a market."""
    changed(world, place, *LEADS_FROM[call])
    other = (ACTIONS[call] + 1) % len(ACTIONS)

    with verify.unchanged(*place_reads(world.operator, place)):
        verify.refused(world.operator.send(call, request(world, place, call, action=other)))


@per_call("venue-instrument")
def test_call_leaves_other_markets_alone(
    world: World, trader: Session, place: Place, verify: Verifier, call: str
) -> None:
    """Whoever halts one market must not halt another."""
    other = floor_at(venue_market(world))
    buy(trader, other, -1)
    changed(world, place, *LEADS_FROM[call])
    before = (session(world, other), book(trader, other.instrument_id))

    with verify.unchanged(*trade_reads(trader)):
        verify.succeeded(world.operator.send(call, request(world, place, call)))

    after = (session(world, other), book(trader, other.instrument_id))
    verify.equal("state and book of the other market", after, before)
    verify.equal("state of the market named", session(world, floor_at(place)), LEADS_TO[call])


@per_call("effect")
def test_call_leads_to_its_state(
    world: World, place: Place, verify: Verifier, call: str
) -> None:
    """After the call the market is in its documented state, and stays listed as it was."""
    changed(world, place, *LEADS_FROM[call])

    verify.succeeded(world.operator.send(call, request(world, place, call)))

    verify.equal("sessionStatus", session(world, floor_at(place)), LEADS_TO[call])


@per_call("one-event", CHANGING)
def test_change_is_told_once(
    world: World, trader: Session, place: Place, verify: Verifier, call: str
) -> None:
    """A change that is told twice is acted on twice."""
    changed(world, place, *LEADS_FROM[call])
    listen(trader, floor_at(place))

    changed(world, place, call)

    verify.equal("number of updates", len(told(trader, place, verify)), 1)


@pytest.mark.parametrize("call", [
    clause_case(f"exchange_admin/{call}/{rule}", call)
    for call in CHANGING for rule in ("event-new-status", "events")
])
def test_update_tells_the_state_that_reads_show(
    world: World, trader: Session, place: Place, verify: Verifier, call: str
) -> None:
    """Who listens and who asks see the same state."""
    changed(world, place, *LEADS_FROM[call])
    listen(trader, floor_at(place))

    changed(world, place, call)

    found = [lookup(row, "NewStatus") for row in told(trader, place, verify)]
    verify.equal("NewStatus", found, [session(world, floor_at(place))])


@per_call("event-previous-status", CHANGING)
def test_update_follows_from_the_one_before(
    world: World, trader: Session, place: Place, verify: Verifier, call: str
) -> None:
    """PreviousStatus is the state told before, so that a listener notices a gap."""
    listen(trader, floor_at(place))
    changed(world, place, *LEADS_FROM[call])

    changed(world, place, call)

    rows = told(trader, place, verify)
    before = ["Running", *(lookup(row, "NewStatus") for row in rows)][:-1]
    verify.equal("PreviousStatus", [lookup(row, "PreviousStatus") for row in rows], before)


@pytest.mark.parametrize(("before", "call"), [
    clause_case("exchange_admin/MarketHalt/already-halted", (HALT,), HALT),
    clause_case("exchange_admin/MarketPause/not-running", (HALT,), PAUSE),
    clause_case("exchange_admin/MarketReopen/not-halted", (PAUSE,), REOPEN),
    clause_case("exchange_admin/MarketResume/not-paused", (HALT,), RESUME),
    clause_case("exchange_admin/MarketResync/keeps-status", (HALT,), RESYNC),
])
def test_call_that_does_not_fit_changes_no_state(
    world: World, place: Place, verify: Verifier, before: tuple[str, ...], call: str
) -> None:
    """Only the documented way leads from one state to another."""
    changed(world, place, *before)

    with verify.unchanged(*place_reads(world.operator, place)):
        world.operator.send(call, request(world, place, call))


@pytest.mark.parametrize(("before", "call", "required"), [
    clause_case("exchange_admin/MarketHalt/status-stopped", (), HALT, "Stopped"),
    clause_case("exchange_admin/MarketHalt/from-paused", (PAUSE,), HALT, "Stopped"),
    clause_case("exchange_admin/MarketPause/status-paused", (), PAUSE, "Paused"),
])
def test_instrument_shows_the_state(
    world: World, place: Place, verify: Verifier, before: tuple[str, ...], call: str,
    required: str,
) -> None:
    """GetInstrument shows what the call did."""
    changed(world, place, *before)

    verify.succeeded(world.operator.send(call, request(world, place, call)))

    verify.equal("sessionStatus", session(world, floor_at(place)), required)


@pytest.mark.parametrize(("before", "call"), [
    clause_case("exchange_admin/MarketResync/paused-market", (PAUSE,), RESUME),
    clause_case("exchange_admin/MarketResync/halted-market", (HALT,), REOPEN),
])
def test_resync_goes_before_the_restart(
    world: World, place: Place, verify: Verifier, before: tuple[str, ...], call: str
) -> None:
    """The documented order, resync and then restart, ends in a running market."""
    changed(world, place, *before)

    verify.succeeded(world.operator.send(RESYNC, request(world, place, RESYNC)))
    changed(world, place, call)

    verify.equal("sessionStatus", session(world, floor_at(place)), "Running")


@clause("exchange_admin/MarketResync/echo")
def test_resync_repeats_its_request(world: World, place: Place, verify: Verifier) -> None:
    """The reply carries the values of the request, whose keys the page prints in it."""
    changed(world, place, PAUSE)
    payload = request(world, place, RESYNC)

    turn = verify.succeeded(world.operator.send(RESYNC, payload))

    verify.equal("the reply", {key: turn.get(key) for key in payload}, payload, turn)


@clause("exchange_admin/MarketResync/resends-book")
def test_resync_sends_the_book_again(
    world: World, trader: Session, place: Place, verify: Verifier
) -> None:
    """Whoever lost the book in a pause gets all of it."""
    floor = floor_at(place)
    buy(trader, floor, -1)
    buy(trader, floor, -2)
    changed(world, place, PAUSE)
    listen(trader, floor, "Level2")

    verify.succeeded(world.operator.send(RESYNC, request(world, place, RESYNC)))

    rows = [row for event in verify.events(trader, "Level2UpdateEvent") for row in event]
    prices = sorted({row[6] for row in rows})
    now = sorted({price for _, price in book(trader, floor.instrument_id)})
    verify.equal("prices sent", prices, now)


@pytest.mark.parametrize("case", [
    clause_case("exchange_admin/MarketHalt/cancels-orders", "orders"),
    clause_case("exchange_admin/MarketHalt/releases-holds", "holds"),
])
def test_halt_ends_orders_and_their_holds(
    world: World, trader: Session, rival: Session, place: Place, verify: Verifier, case: str
) -> None:
    """A halted market owes nobody anything: no order is open, nothing is held for one."""
    floor, before = floor_at(place), (funds(trader), funds(rival))
    mine, other = buy(trader, floor, -1), sell(rival, floor, 1)

    changed(world, place, HALT)

    states = (state(status(trader, mine)), state(status(rival, other)))
    verify.equal("states", states, ("Canceled", "Canceled"))
    verify.equal("funds", (funds(trader), funds(rival)), before)


@clause("exchange_admin/MarketHalt/disables")
def test_halted_market_takes_no_orders(
    world: World, trader: Session, place: Place, verify: Verifier
) -> None:
    """An order for a halted market neither rests nor trades."""
    changed(world, place, HALT)

    with verify.unchanged(*trade_reads(trader)):
        turn = send(trader, floor_at(place), BUY)

    verify.equal("open orders", open_ids(trader), set(), turn)


@pytest.mark.parametrize("calls", [
    clause_case("exchange_admin/MarketPause/keeps-orders", (PAUSE,)),
    clause_case("exchange_admin/MarketResume/orders-survive", (PAUSE, RESUME)),
])
def test_pause_keeps_what_rests(
    world: World, trader: Session, place: Place, verify: Verifier, calls: tuple[str, ...]
) -> None:
    """Orders wait through a pause."""
    floor = floor_at(place)
    order_id = buy(trader, floor, -1)

    changed(world, place, *calls)

    verify.equal("open orders", open_ids(trader), {order_id})
    verify.equal("prices in the book", set(book(trader, floor.instrument_id)),
                 {(BUY, floor.at(-1))})


@clause("exchange_admin/MarketPause/no-execution")
def test_paused_market_executes_nothing(
    world: World, trader: Session, rival: Session, place: Place, verify: Verifier
) -> None:
    """Orders that would meet do not."""
    floor = floor_at(place)
    sell(rival, floor)
    changed(world, place, PAUSE)

    send(trader, floor, BUY)

    verify.equal("executions", executions(trader, floor), [])


@pytest.mark.parametrize("calls", [
    clause_case("exchange_admin/MarketReopen/restarts-halted", (HALT, REOPEN)),
    clause_case("exchange_admin/MarketResume/restarts-paused", (PAUSE, RESUME)),
])
def test_restarted_market_trades_again(
    world: World, trader: Session, rival: Session, place: Place, verify: Verifier,
    calls: tuple[str, ...],
) -> None:
    """New orders meet as before."""
    floor = floor_at(place)
    changed(world, place, *calls)

    turns = [send(rival, floor, SELL), send(trader, floor, BUY)]

    verify.equal("number of executions", len(executions(trader, floor)), 1, *turns)


@pytest.mark.parametrize("first", [
    clause_case("exchange_admin/MarketReopen/opens-new", RESYNC),
    clause_case("exchange_admin/AddEditExchangeInstrument/starts-waiting", HALT),
])
def test_waiting_market_starts_when_it_is_opened(
    world: World, trader: Session, rival: Session, verify: Verifier, first: str
) -> None:
    """A market that was made without running takes nothing until somebody starts it."""
    floor = added(world, createWithMarketRunning=False)
    send(rival, floor, SELL)
    send(trader, floor, BUY)
    early = executions(trader, floor)

    change(world, venue_place(world, floor), first)
    changed(world, venue_place(world, floor), REOPEN)
    turns = [send(rival, floor, SELL, -1), send(trader, floor, BUY, -1)]

    verify.equal("executions before", early, [])
    verify.equal("number of executions after", len(executions(trader, floor)), 1, *turns)
