"""AddInstrument, UpdateInstrument and the reads: what is defined, changed and listed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.instrs.vocabulary import (
    ABSENT_INSTRUMENT,
    ABSENT_PRODUCT,
    add,
    instrument_reads,
    instrument_terms,
    instruments,
    new_instrument,
    normal,
    one_by_one,
    read,
    rows,
    shown,
    symbols,
    update,
    venue_rows,
    without,
)
from scenarios.users.markets import venue_market
from scenarios.workflows.floors import changed

SORT_INDEX = "sortIndex"
NEW_TERMS: tuple[dict[str, Any], ...] = (
    {"priceIncrement": Decimal("0.25")}, {"quantityIncrement": Decimal("0.5")},
    {"selfTradePrevention": False}, {"venueId": 7}, {"venueInstrumentId": 123_456_789},
)
"""Changes, each of one key that is read back."""


def defined(terms: dict[str, Any]) -> dict[str, Any]:
    """What a definition says that is read back, by lower-case keys."""
    own = without({key.lower(): value for key, value in terms.items()}, "InstrumentId", SORT_INDEX)
    return {**own, "sessionstatus": own.get("sessionstatus", 1)}


@clause("instrs/AddInstrument/effect")
def test_instrument_is_listed_beside_the_others(world: World, verify: Verifier) -> None:
    """One instrument more, as it was defined; those there were stay as they were."""
    before, terms = instruments(world), instrument_terms(world)

    turn = verify.succeeded(add(world, terms))

    after = instruments(world)
    new = after.pop(turn["Id"], {})
    wanted = defined(terms)
    verify.equal("the new instrument", {key: new.get(key) for key in wanted}, wanted, turn)
    verify.equal("other instruments", after, before, turn)


@pytest.mark.parametrize(
    "terms",
    [{}, {"QuantityIncrement": Decimal("0.125"), "PriceIncrement": Decimal("0.5")},
     {"SelfTradePrevention": False, "SessionStatus": 3}],
    ids=["usual", "coarse", "stopped"],
)
@clause("instrs/AddInstrument/reads-back")
def test_instrument_reads_as_it_was_defined(
    world: World, verify: Verifier, terms: dict[str, Any]
) -> None:
    """Every term comes back under its own name; quantities are no prices."""
    payload = instrument_terms(world, **terms)

    turn = verify.succeeded(add(world, payload))

    found, wanted = shown(world, turn["Id"]), defined(payload)
    verify.equal("the definition", {key: found.get(key) for key in wanted}, wanted, turn)


@pytest.mark.parametrize("key", ["Product1", "Product2"])
@clause("instrs/AddInstrument/products-exist")
def test_both_products_must_exist(world: World, verify: Verifier, key: str) -> None:
    """An instrument of something that nobody can hold could not be settled."""
    with verify.unchanged(*instrument_reads(world)):
        verify.refused(add(world, instrument_terms(world, **{key: ABSENT_PRODUCT})))


@pytest.mark.parametrize(
    ("wrong", "is_added"), [({}, True), ({"Product1": ABSENT_PRODUCT}, False)],
    ids=["right", "unknown product"],
)
@clause("instrs/AddInstrument/reject-message")
def test_message_says_whether_it_was_added(
    world: World, verify: Verifier, wrong: dict[str, Any], is_added: bool
) -> None:
    """The reply has no result: the message alone tells success from failure."""
    terms = instrument_terms(world, **wrong)

    turn = add(world, terms)

    there = terms["Symbol"] in [row["symbol"] for row in instruments(world).values()]
    verify.equal("(message is empty, instrument is there)",
                 (turn.get("RejectMessage") in (None, ""), there), (is_added, is_added), turn)


@clause("instrs/AddInstrument/assigns-id")
def test_zero_asks_for_a_new_number(world: World, verify: Verifier) -> None:
    """The exchange chooses, and never what another instrument has."""
    before = set(instruments(world))

    turns = [verify.succeeded(add(world, instrument_terms(world))) for _ in range(2)]

    new = [turn["Id"] for turn in turns]
    verify.holds("the ids are new", len({*new} - before) == 2 and min(new) > 0, new, *turns)
    verify.equal("instruments", set(instruments(world)), before | {*new}, *turns)


@clause("instrs/AddInstrument/self-trade-default")
def test_self_trades_are_not_prevented_by_default(world: World, verify: Verifier) -> None:
    """The page names the default; a market maker's two desks rely on it."""
    terms = instrument_terms(world)
    del terms["SelfTradePrevention"]

    turn = verify.succeeded(add(world, terms))

    found = shown(world, turn["Id"])
    verify.equal("selfTradePrevention", found["selftradeprevention"], False, turn)


@pytest.mark.parametrize("terms", NEW_TERMS, ids=[next(iter(terms)) for terms in NEW_TERMS])
@clause("instrs/UpdateInstrument/changes-sent")
def test_update_changes_what_was_sent(
    world: World, verify: Verifier, terms: dict[str, Any]
) -> None:
    """One key is sent and one key changes; the others are not reset to their defaults."""
    instrument = new_instrument(world, SessionStatus=3)
    before = shown(world, instrument)

    turn = verify.succeeded(update(world, instrument, **terms))

    wanted = {**before, **{key.lower(): value for key, value in terms.items()}}
    verify.equal("the instrument", shown(world, instrument), wanted, turn)


@clause("instrs/UpdateInstrument/effect")
def test_update_leaves_other_instruments_alone(world: World, verify: Verifier) -> None:
    """The instrument named changes, and no other one, not even a similar one."""
    instrument, _ = new_instrument(world), new_instrument(world)
    before = instruments(world)

    turn = verify.succeeded(update(world, instrument, priceIncrement=Decimal("0.25")))

    after = instruments(world)
    wanted = {**before.pop(instrument), "priceincrement": Decimal("0.25")}
    verify.equal("the instrument", after.pop(instrument), wanted, turn)
    verify.equal("other instruments", after, before, turn)


@clause("instrs/UpdateInstrument/unknown")
def test_unknown_instrument_is_refused(world: World, verify: Verifier) -> None:
    """The message says that nothing was changed, and nothing was."""
    with verify.unchanged(*instrument_reads(world)):
        turn = verify.refused(
            update(world, ABSENT_INSTRUMENT, priceIncrement=Decimal("0.25"))
        )

    verify.holds("RejectMessage is not empty", bool(turn.get("RejectMessage")), turn.text, turn)


@clause("instrs/UpdateInstrument/keeps-identity")
def test_number_and_oms_stay(world: World, verify: Verifier) -> None:
    """The two keys say which instrument is meant; under a new symbol it is still the same one."""
    instrument, symbol = new_instrument(world), world.deployment.unique_name("NEW")
    before = set(instruments(world))

    with verify.unchanged(*instrument_reads(world)):
        verify.refused(update(world, instrument, omsId=1_234_567, symbol=symbol))
    turn = verify.succeeded(update(world, instrument, symbol=symbol))

    found = shown(world, instrument)
    verify.equal("(instrumentId, omsId, symbol)",
                 (found["instrumentid"], found["omsid"], found["symbol"]),
                 (instrument, world.oms_id, symbol), turn)
    verify.equal("instruments", set(instruments(world)), before, turn)


@pytest.mark.parametrize(
    ("wrong", "is_updated"), [({}, True), ({"product1": ABSENT_PRODUCT}, False)],
    ids=["right", "unknown product"],
)
@clause("instrs/UpdateInstrument/reject-message")
def test_message_says_whether_it_was_updated(
    world: World, verify: Verifier, wrong: dict[str, Any], is_updated: bool
) -> None:
    """All or nothing: with a wrong key beside it the right one does not change either."""
    instrument, increment = new_instrument(world), Decimal("0.25")

    turn = update(world, instrument, priceIncrement=increment, **wrong)

    changed_now = shown(world, instrument)["priceincrement"] == increment
    verify.equal("(message is empty, instrument has changed)",
                 (turn.get("RejectMessage") in (None, ""), changed_now),
                 (is_updated, is_updated), turn)


@clause("instrs/GetInstrument/sort-index")
def test_single_instrument_has_no_place_in_a_list(world: World, verify: Verifier) -> None:
    """Alone it stands at 0, wherever it stands among the others."""
    instrument = new_instrument(world, SortIndex=9)

    turn = verify.succeeded(read(world, instrument))

    verify.equal("sortIndex", turn["sortIndex"], 0, turn)


@clause("instrs/GetInstrument/product-symbols")
def test_symbols_are_those_of_the_products(world: World, verify: Verifier) -> None:
    """For every instrument: a symbol that belongs to another product would sell the wrong thing."""
    names = symbols(world)
    found = one_by_one(world, list(instruments(world)))

    wrong = [
        row for row in found
        if (row["product1symbol"], row["product2symbol"])
        != (names.get(row["product1"]), names.get(row["product2"]))
    ]

    verify.holds("there are instruments", bool(found), len(found))
    verify.equal("instruments with other symbols", wrong, [])


@pytest.mark.parametrize(
    ("calls", "status"),
    [(("MarketPause",), 2), (("MarketHalt",), 3), (("MarketHalt", "MarketReopen"), 1),
     (("MarketPause", "MarketResume"), 1)],
    ids=["paused", "halted", "reopened", "resumed"],
)
@clause("instrs/GetInstrument/session-status")
def test_session_follows_the_market(
    world: World, verify: Verifier, calls: tuple[str, ...], status: int
) -> None:
    """Clients decide by it whether an order can be sent; another market is not affected."""
    place, other = venue_market(world), venue_market(world)

    changed(world, place, *calls)

    found = [shown(world, each.market.instrument_id)["sessionstatus"] for each in (place, other)]
    verify.equal("sessionStatus of this and of another market", found, [status, 1])


@clause("instrs/GetInstruments/agrees")
def test_list_agrees_with_the_single_instruments(world: World, verify: Verifier) -> None:
    """The list and the single reply say the same of each, its place in the list apart."""
    new_instrument(world)
    listed = instruments(world)

    single = one_by_one(world, list(listed))

    apart = [
        (one, other) for one, other in zip(listed.values(), single, strict=True)
        if without(one, SORT_INDEX) != without(other, SORT_INDEX)
    ]
    verify.equal("instruments that read otherwise alone", apart, [])


@clause("instrs/GetInstruments/increments")
def test_running_instruments_have_increments(world: World, verify: Verifier) -> None:
    """With an increment of 0 no price would be on it; none can be defined either."""
    refused = [add(world, instrument_terms(world, **{key: Decimal(0)}))
               for key in ("QuantityIncrement", "PriceIncrement")]

    running = [row for row in instruments(world).values() if row["sessionstatus"] == 1]

    verify.holds("some instruments run", bool(running), len(running), *refused)
    wrong = [row for row in running if min(row["quantityincrement"], row["priceincrement"]) <= 0]
    verify.equal("running instruments without increments", wrong, [], *refused)


@clause("instrs/GetInstruments/unique-id")
def test_no_two_instruments_have_one_number(world: World, verify: Verifier) -> None:
    """Orders name instruments by number."""
    new_instrument(world)

    turn = verify.succeeded(world.anonymous.call("GetInstruments", OMSId=world.oms_id))

    found = [normal(row)["instrumentid"] for row in rows(turn)]
    verify.equal("numbers that occur twice",
                 sorted({each for each in found if found.count(each) > 1}), [], turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("instrs/GetVenueInstruments/unused", ()),
     clause_case("instrs/GetVenueInstruments/used", ())],
)
def test_templates_tell_what_is_made_from_them(
    world: World, verify: Verifier, _: object
) -> None:
    """A template in use names its instrument, which names the template; others name nothing."""
    mine = new_instrument(world)
    listed, found = instruments(world), venue_rows(world)

    made = {
        int(lookup(row, "InstrumentId")): lookup(row, "VenueInstrumentId") for row in found
        if lookup(row, "InstrumentId") != 0
    }
    nameless = [row for row in found if lookup(row, "InstrumentName") is None]

    verify.holds("the new instrument is listed", mine in made, found)
    verify.equal("templates without a name", [lookup(row, "InstrumentId") for row in nameless],
                 [0] * (len(found) - len(made)))
    wrong = {each: template for each, template in made.items()
             if listed.get(each, {}).get("venueinstrumentid") != template}
    verify.equal("templates that their instruments do not name", wrong, {})
