"""AddInstrument, UpdateInstrument, GetInstrument, GetInstruments, GetVenueInstruments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import (
    InstrumentQuery,
    OmsQuery,
    reject_message,
    time_ms,
)
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import (
    Catalogue,
    Instrument,
    InstrumentType,
    SessionStatus,
)
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.rendering.instrument_rows import InstrumentRow

UPDATE_CHANGES_TYPE = defect(
    "instrs/update-changes-type", "UpdateInstrument changes only the keys that were sent."
)
VENUE_ADAPTER_ID = 1


class InstrumentTerms(Request, kw_only=True):
    """What an instrument can be given; symbols of products only repeat their ids."""

    symbol: str | None = None
    product1: Int32 | None = None
    product1_symbol: str | None = None
    product2: Int32 | None = None
    product2_symbol: str | None = None
    instrument_type: InstrumentType | None = None
    venue_instrument_id: Int32 | None = None
    venue_id: Int32 | None = None
    sort_index: Int32 | None = None
    session_status: SessionStatus | None = None
    previous_session_status: SessionStatus | None = None
    session_status_date_time: str | None = None
    self_trade_prevention: bool | None = None
    quantity_increment: Decimal | None = None
    price_increment: Decimal | None = None

    def given(self) -> dict[str, Any]:
        """The terms that were sent, by attribute of the instrument."""
        terms = {name: getattr(self, name) for name in InstrumentTerms.__struct_fields__}
        found = {name: value for name, value in terms.items() if value is not None}
        found.pop("product1_symbol", None)
        found.pop("product2_symbol", None)
        when = time_ms(found.pop("session_status_date_time", None), "sessionStatusDateTime")
        return found if when is None else {**found, "session_status_ms": when}


class NewInstrument(InstrumentTerms, kw_only=True):
    """A new instrument: ``InstrumentId`` is given by the exchange."""

    oms_id: Int32
    instrument_id: Int32 = 0
    symbol: str
    product1: Int32
    product2: Int32
    instrument_type: InstrumentType
    venue_instrument_id: Int32
    quantity_increment: Decimal
    price_increment: Decimal


class InstrumentChange(InstrumentTerms, kw_only=True):
    """A change; OMS and id say of what."""

    oms_id: Int32
    instrument_id: Int32


def _validate(catalogue: Catalogue, current: Instrument | None, terms: dict[str, Any]) -> None:
    first = terms.get("product1", current.product1 if current else 0)
    second = terms.get("product2", current.product2 if current else 0)
    catalogue.product(first)
    catalogue.product(second)
    if first == second:
        raise OperationFailed("An instrument pairs two different products")
    symbol = terms.get("symbol")
    if symbol is not None and not symbol.strip():
        raise InvalidRequest("Symbol is Required")
    if any(i.symbol == symbol and i is not current for i in catalogue.instruments.values()):
        raise OperationFailed(f"Instrument {symbol} already exists")
    for key in ("quantity_increment", "price_increment"):
        if terms.get(key, Decimal(1)) <= ZERO:
            raise OperationFailed(f"{key} must be positive")


@call("AddInstrument", permissions=(OPERATOR,), request=NewInstrument, refusal=reject_message)
def add_instrument(context: Context, request: NewInstrument) -> object:
    """List a pair of two products that exist."""
    exchange = context.exchange
    context.require_oms(request.oms_id)
    terms = request.given()
    _validate(exchange.catalogue, None, terms)
    number = exchange.ids.next("instrument")
    instrument = Instrument(
        number, exchange.oms_id, request.symbol, request.product1, request.product2,
        InstrumentType.STANDARD, number, 1, 0, request.quantity_increment,
        request.price_increment, request.quantity_increment,
        session_status_ms=exchange.clock.now(),
    )
    for name, value in terms.items():
        setattr(instrument, name, value)
    instrument.venue_instrument_id = instrument.venue_instrument_id or number
    exchange.catalogue.add_instrument(instrument)
    return {"Id": number, "RejectMessage": ""}


@call("UpdateInstrument", permissions=(OPERATOR,), request=InstrumentChange,
      refusal=reject_message)
def update_instrument(context: Context, request: InstrumentChange) -> object:
    """Change what was sent, all or nothing."""
    context.require_oms(request.oms_id)
    catalogue = context.exchange.catalogue
    instrument = catalogue.instrument(request.instrument_id)
    terms = request.given()
    _validate(catalogue, instrument, terms)
    for name, value in terms.items():
        setattr(instrument, name, value)
    if context.exchange.defects(UPDATE_CHANGES_TYPE):
        instrument.instrument_type = InstrumentType.UNKNOWN
    return {"Id": instrument.instrument_id, "RejectMessage": ""}


@call("GetInstrument", permissions=(PUBLIC,), request=InstrumentQuery)
def get_instrument(context: Context, request: InstrumentQuery) -> object:
    """One instrument: its place in a list of one is 0, whatever it is in the list of all."""
    context.require_oms(request.oms_id)
    catalogue = context.exchange.catalogue
    row = InstrumentRow(catalogue, catalogue.instrument(request.instrument_id))
    row["sortIndex"] = 0
    return row


@call("GetInstruments", permissions=(PUBLIC,), request=OmsQuery)
def get_instruments(context: Context, request: OmsQuery) -> object:
    """All instruments, by id."""
    context.require_oms(request.oms_id)
    catalogue = context.exchange.catalogue
    return [InstrumentRow(catalogue, i) for _, i in sorted(catalogue.instruments.items())]


@call("GetVenueInstruments", permissions=(OPERATOR,), request=OmsQuery)
def get_venue_instruments(context: Context, request: OmsQuery) -> object:
    """What the venue trades, with the ids that market calls need."""
    context.require_oms(request.oms_id)
    return [
        {
            "VenueInstrumentId": instrument.venue_instrument_id,
            "InstrumentId": number,
            "InstrumentName": instrument.symbol,
            "VenueAdapterId": instrument.venue_id or VENUE_ADAPTER_ID,
        }
        for number, instrument in sorted(context.exchange.catalogue.instruments.items())
    ]
