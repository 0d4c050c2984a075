"""AddInstrumentAttributes, GetInstrumentAttributes, RemoveInstrumentAttributes."""

from __future__ import annotations

from conformance.reference.calls.attribute_pairs import drop, keep, listed
from conformance.reference.calls.registry import call
from conformance.reference.calls.treasury_shapes import InstrumentQuery
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.rendering.standard import ACKNOWLEDGED

REMOVES_ALL = defect(
    "instrs/attribute-removal-removes-all", "Removing one attribute keeps the others."
)


class Attribute(InstrumentQuery, kw_only=True):
    """A pair to keep with an instrument."""

    key_name: str
    key_value: str


class AttributeRemoval(InstrumentQuery, kw_only=True):
    """The key to drop."""

    key_name: str


@call("AddInstrumentAttributes", permissions=(OPERATOR, "Company"), request=Attribute)
def add_instrument_attributes(context: Context, request: Attribute) -> object:
    """Keep a pair with an instrument; a key that is there already gets the new value."""
    context.require_oms(request.oms_id)
    instrument = context.exchange.catalogue.instrument(request.instrument_id)
    keep(instrument.attributes, request.key_name, request.key_value)
    return ACKNOWLEDGED


@call("GetInstrumentAttributes", permissions=(OPERATOR, "Company"), request=InstrumentQuery)
def get_instrument_attributes(context: Context, request: InstrumentQuery) -> object:
    """All pairs of an instrument."""
    context.require_oms(request.oms_id)
    instrument = context.exchange.catalogue.instrument(request.instrument_id)
    return listed(
        instrument.attributes, omsId=instrument.oms_id, instrumentId=instrument.instrument_id
    )


@call("RemoveInstrumentAttributes", permissions=(OPERATOR, "Company"), request=AttributeRemoval)
def remove_instrument_attributes(context: Context, request: AttributeRemoval) -> object:
    """Drop one pair; others stay."""
    context.require_oms(request.oms_id)
    instrument = context.exchange.catalogue.instrument(request.instrument_id)
    drop(instrument.attributes, request.key_name)
    if context.exchange.defects(REMOVES_ALL):
        instrument.attributes.clear()
    return ACKNOWLEDGED
