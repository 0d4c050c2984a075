"""Exchanges and their instruments: what is listed, what stops a market, who may trade with whom."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.exchange_admin.vocabulary import (
    added,
    exchange_terms,
    instrument_terms,
    rows,
    venue_rows,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    OMS,
    SELL,
    Floor,
    buy,
    executions,
    send,
    trade,
)
from scenarios.workflows.floors import session

LIMITS = {
    "floor": {"priceFloorLimit": Decimal(100), "priceFloorLimitEnabled": True},
    "floor-off": {"priceFloorLimit": Decimal(100), "priceFloorLimitEnabled": False},
    "ceiling": {"priceCeilingLimit": Decimal(100), "priceCeilingLimitEnabled": True},
    "ceiling-off": {"priceCeilingLimit": Decimal(100), "priceCeilingLimitEnabled": False},
}
"""Limits at the base price, so that a trade at it reaches them."""
NOWHERE = 987_654


@clause("exchange_admin/AddEditExchange/refuses-operator")
def test_operator_adds_no_exchange(world: World, verify: Verifier) -> None:
    """An exchange is added by whoever owns the installation."""
    verify.refused(world.operator.call("AddEditExchange", **exchange_terms(world)), code=20)


@pytest.mark.parametrize("times", [
    clause_case("exchange_admin/AddEditExchange/creates-unknown", 1),
    clause_case("exchange_admin/AddEditExchange/updates-known", 2),
    clause_case("exchange_admin/AddEditExchange/effect", 2),
])
def test_exchange_is_added_or_updated(world: World, verify: Verifier, times: int) -> None:
    """A pair is taken whether it is new or known, and an instrument can be listed on it."""
    terms = exchange_terms(world)

    turns = [world.superuser.call("AddEditExchange", **terms) for _ in range(times)]

    verify.equal("taken", [turn.get("result") for turn in turns], [True] * times, *turns)
    verify.succeeded(world.operator.call(
        "AddEditExchangeInstrument", **instrument_terms(world, exchangeId=terms["exchangeId"])
    ))


@clause("exchange_admin/AddEditExchangeInstrument/reject-message")
def test_refused_instrument_says_why(world: World, verify: Verifier) -> None:
    """Without a reason nobody could mend the request."""
    terms = instrument_terms(world, product1Id=NOWHERE)

    turn = verify.refused(world.operator.call("AddEditExchangeInstrument", **terms))

    verify.holds("RejectMessage says something", bool(turn.get("RejectMessage")), turn.text, turn)


@pytest.mark.parametrize("rule", [
    clause_case(f"exchange_admin/AddEditExchangeInstrument/{rule}", rule)
    for rule in ("assigns-id", "id-is-instrument", "listed-instrument", "effect")
])
def test_new_instrument_is_listed_under_its_id(
    world: World, verify: Verifier, rule: str
) -> None:
    """The id in the reply is new, and leads to the instrument with the symbol that was sent."""
    known = {lookup(row, "instrumentId")
             for row in rows(world.anonymous.call("GetInstruments", OMSId=OMS))}
    terms = instrument_terms(world)

    turn = verify.succeeded(world.operator.call("AddEditExchangeInstrument", **terms))

    number = turn["Id"]
    verify.holds("the id is new", number not in known, number, turn)
    listed = rows(world.anonymous.call("GetInstruments", OMSId=OMS))
    verify.equal("symbols under it", [lookup(row, "symbol") for row in listed
                                      if lookup(row, "instrumentId") == number],
                 [terms["symbol"]], turn)


@clause("exchange_admin/AddEditExchangeInstrument/listed-venue-instrument")
def test_new_instrument_is_listed_for_its_venue(world: World, verify: Verifier) -> None:
    """What trades on a venue stands in the venue's own list."""
    floor = added(world)

    found = [lookup(row, "instrumentId") for row in venue_rows(world)]

    verify.holds("GetVenueInstruments lists it", floor.instrument_id in found, found)


@pytest.mark.parametrize(("limit", "required"), [
    clause_case("exchange_admin/AddEditExchangeInstrument/floor-halts", "floor", "Stopped"),
    clause_case("exchange_admin/AddEditExchangeInstrument/floor-off", "floor-off", "Running"),
    clause_case("exchange_admin/AddEditExchangeInstrument/ceiling-halts", "ceiling", "Stopped"),
    clause_case("exchange_admin/AddEditExchangeInstrument/ceiling-off", "ceiling-off", "Running"),
])
def test_price_at_a_limit_halts_the_market(
    world: World, trader: Session, rival: Session, verify: Verifier, limit: str, required: str
) -> None:
    """A guard that is on stops a market whose price runs away; one that is off does not."""
    floor = added(world, **LIMITS[limit])

    trade(rival, trader, floor)
    world.anonymous.call("Ping")

    verify.equal("sessionStatus", session(world, floor), required)


@pytest.mark.parametrize("limit", [
    clause_case("exchange_admin/AddEditExchangeInstrument/floor-mail", "floor"),
    clause_case("exchange_admin/AddEditExchangeInstrument/ceiling-mail", "ceiling"),
])
def test_operator_is_told_of_the_limit(
    world: World, trader: Session, rival: Session, verify: Verifier, limit: str
) -> None:
    """A market that stops by itself has somebody who knows about it."""
    address = operator_address(world)
    before = len(world.deployment.mails(address))
    floor = added(world, **LIMITS[limit])

    trade(rival, trader, floor)
    world.anonymous.call("Ping")

    mails = world.deployment.mails(address)[before:]
    verify.holds("a mail names the instrument", any(floor.market.symbol in str(mail)
                                                    for mail in mails), mails)


@clause("exchange_admin/AddEditExchangeInstrument/starts-running")
def test_running_instrument_trades_at_once(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Orders meet as soon as the instrument is listed."""
    floor = added(world, createWithMarketRunning=True)

    turns = [send(rival, floor, SELL), send(trader, floor, BUY)]

    verify.equal("number of executions", len(executions(trader, floor)), 1, *turns)


@pytest.mark.parametrize(("prevented", "trades"), [
    clause_case("exchange_admin/AddEditExchangeInstrument/self-trade-prevented", True, False),
    clause_case("exchange_admin/AddEditExchangeInstrument/self-trade-allowed", False, True),
])
def test_account_trades_with_itself_only_where_allowed(
    world: World, trader: Session, verify: Verifier, prevented: bool, trades: bool
) -> None:
    """A trade with oneself feigns a market; where it is prevented it never happens."""
    floor: Floor = added(world, selfTradePrevention=prevented)
    buy(trader, floor)

    send(trader, floor, SELL)

    verify.equal("the account traded", bool(executions(trader, floor)), trades)


def operator_address(world: World) -> str:
    """Where the operator gets mail."""
    who = world.operator
    turn = who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)
    return str(turn["email"])
