"""Attributes of instruments: keys with values, added, read and removed."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.instrs.vocabulary import instrument_reads, new_instrument, rows
from scenarios.products.attributes import KEY, OTHER, OTHER_VALUE, VALUE, Described


@pytest.fixture
def instrument(world: World) -> Described:
    """A new instrument with one pair."""
    new = Described(world, "Instrument", new_instrument(world))
    return new.with_pairs(**{OTHER: OTHER_VALUE})


@pytest.mark.parametrize(
    "_",
    [clause_case("instrs/AddInstrumentAttributes/effect", ()),
     clause_case("instrs/AddInstrumentAttributes/reads-back", ())],
)
def test_added_pair_is_read_back(
    world: World, instrument: Described, verify: Verifier, _: object
) -> None:
    """The instrument has one pair more; definitions and other instruments' pairs stay."""
    neighbour = Described(world, "Instrument", new_instrument(world)).with_pairs(**{OTHER: VALUE})

    with verify.unchanged(*instrument_reads(world), *neighbour.reads):
        turn = verify.succeeded(instrument.add(KEY, VALUE))

    verify.equal("pairs", instrument.pairs(), sorted([(OTHER, OTHER_VALUE), (KEY, VALUE)]), turn)


@clause("instrs/GetInstrumentAttributes/echo")
def test_rows_name_the_instrument(world: World, instrument: Described, verify: Verifier) -> None:
    """Only the instrument asked about, although others are described too."""
    Described(world, "Instrument", new_instrument(world)).with_pairs(**{KEY: VALUE})
    instrument.with_pairs(**{KEY: VALUE})

    turn = verify.succeeded(instrument.turn())

    found = [(lookup(row, "omsId"), lookup(row, "instrumentId")) for row in rows(turn)]
    required = [(world.oms_id, instrument.number)] * 2
    verify.equal("(OMS, instrument) of the rows", found, required, turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("instrs/RemoveInstrumentAttributes/effect", ()),
     clause_case("instrs/RemoveInstrumentAttributes/gone", ()),
     clause_case("instrs/RemoveInstrumentAttributes/keeps-others", ()),
     clause_case("instrs/RemoveInstrumentAttributes/no-value", ())],
)
def test_key_is_enough_to_remove_a_pair(
    world: World, instrument: Described, verify: Verifier, _: object
) -> None:
    """Named by its key the pair is gone; other pairs and other instruments' pairs stay."""
    neighbour = Described(world, "Instrument", new_instrument(world)).with_pairs(**{KEY: VALUE})
    instrument.with_pairs(**{KEY: VALUE})

    with verify.unchanged(*instrument_reads(world), *neighbour.reads):
        turn = verify.succeeded(instrument.remove(KEY))

    verify.equal("pairs", instrument.pairs(), [(OTHER, OTHER_VALUE)], turn)
