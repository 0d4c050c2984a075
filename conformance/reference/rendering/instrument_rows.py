"""Instruments as the pages print them."""

from __future__ import annotations

from conformance.reference.domain.catalogue import Catalogue, Instrument
from conformance.reference.domain.clock import iso


def instrument_row(catalogue: Catalogue, instrument: Instrument) -> dict[str, object]:
    """An instrument as the pages print it."""
    return {
        "omsId": instrument.oms_id,
        "instrumentId": instrument.instrument_id,
        "symbol": instrument.symbol,
        "product1": instrument.product1,
        "product1Symbol": catalogue.product(instrument.product1).symbol,
        "product2": instrument.product2,
        "product2Symbol": catalogue.product(instrument.product2).symbol,
        "instrumentType": int(instrument.instrument_type),
        "venueInstrumentId": instrument.venue_instrument_id,
        "venueId": instrument.venue_id,
        "sortIndex": instrument.sort_index,
        "sessionStatus": int(instrument.session_status),
        "previousSessionStatus": int(instrument.previous_session_status),
        "sessionStatusDateTime": iso(instrument.session_status_ms),
        "selfTradePrevention": instrument.self_trade_prevention,
        "quantityIncrement": instrument.quantity_increment,
        "priceIncrement": instrument.price_increment,
    }


class InstrumentRow(dict[str, object]):
    """The row, with the instrument it was made from, for other dialects."""

    __slots__ = ("instrument",)

    def __init__(self, catalogue: Catalogue, instrument: Instrument) -> None:
        super().__init__(instrument_row(catalogue, instrument))
        self.instrument = instrument
