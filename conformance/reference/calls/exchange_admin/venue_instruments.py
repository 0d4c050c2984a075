"""AddEditExchange and AddEditExchangeInstrument."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.engines import PriceBand
from conformance.reference.domain.catalogue import (
    Catalogue,
    Instrument,
    InstrumentType,
    SessionStatus,
)
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed, Refusal
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure

ALWAYS_RUNNING = defect(
    "exchange_admin/starts-running", "An instrument created with a stopped market does not trade."
)


class OrderBookType(IntEnum):
    UNKNOWN = 0
    STANDARD = 1
    NO_MATCHING = 2
    CROSSING = 3


class ExchangeInfo(Request):
    """A logical exchange on an engine."""

    exchange_service_id: str
    exchange_id: Int32


class VenueInstrument(Request):
    """An instrument and its market; id 0 makes a new one."""

    oms_id: Int32
    instrument_id: Int32
    symbol: str
    exchange_service_id: str | None = None
    exchange_id: Int32 | None = None
    product_pair_type: InstrumentType = InstrumentType.STANDARD
    order_book_type: OrderBookType = OrderBookType.STANDARD
    product_pair_id: Int32 = 0
    product1_id: Int32 = 0
    product2_id: Int32 = 0
    minimum_quantity: Decimal = ZERO
    price_increment: Decimal = ZERO
    self_trade_prevention: bool = False
    price_collar_threshold: Decimal = ZERO
    price_collar_percent: Decimal = ZERO
    price_collar_enabled: bool = False
    price_floor_limit: Decimal = ZERO
    price_floor_limit_enabled: bool = False
    price_ceiling_limit: Decimal = ZERO
    price_ceiling_limit_enabled: bool = False
    create_with_market_running: bool = True


def rejected(refusal: Refusal) -> object:
    """The page says why in RejectMessage; the standard keys say it in the general form."""
    message = refusal.detail or refusal.code.message
    return {"Id": 0, "RejectMessage": message, **standard_failure(refusal)}


@call("AddEditExchange", permissions=(SUPERUSER,), request=ExchangeInfo)
def add_edit_exchange(context: Context, request: ExchangeInfo) -> object:
    """Make a logical exchange known; one that exists already stays as it is."""
    if not request.exchange_service_id or request.exchange_id < 0:
        raise InvalidRequest("exchangeServiceId and exchangeId are Required")
    context.exchange.engines.add_or_edit(request.exchange_service_id, request.exchange_id)
    return ACKNOWLEDGED


@call(
    "AddEditExchangeInstrument", permissions=(OPERATOR,), request=VenueInstrument,
    refusal=rejected,
)
def add_edit_exchange_instrument(context: Context, request: VenueInstrument) -> object:
    """Create an instrument with its market, or change its settings; answers its id."""
    exchange = context.exchange
    context.require_oms(request.oms_id)
    exchange.engines.require(request.exchange_service_id, request.exchange_id)
    _validate(request)
    instrument = _edit(context, request) if request.instrument_id else _create(context, request)
    exchange.engines.bands[instrument.instrument_id] = PriceBand(
        request.price_floor_limit if request.price_floor_limit_enabled else None,
        request.price_ceiling_limit if request.price_ceiling_limit_enabled else None,
        request.price_collar_threshold, request.price_collar_percent,
        request.price_collar_enabled,
    )
    return {"Id": instrument.instrument_id, "RejectMessage": ""}


def _validate(request: VenueInstrument) -> None:
    if not request.symbol.strip():
        raise InvalidRequest("symbol is Required")
    if min(request.minimum_quantity, request.price_increment) < ZERO:
        raise InvalidRequest("minimumQuantity and priceIncrement cannot be below zero")
    if request.product1_id == request.product2_id != 0:
        raise OperationFailed("an instrument pairs two different products")
    floor, ceiling = request.price_floor_limit, request.price_ceiling_limit
    both = request.price_floor_limit_enabled and request.price_ceiling_limit_enabled
    if both and floor >= ceiling:
        raise OperationFailed("priceFloorLimit must lie below priceCeilingLimit")


def _create(context: Context, request: VenueInstrument) -> Instrument:
    exchange, catalogue = context.exchange, context.exchange.catalogue
    base, quote = catalogue.product(request.product1_id), catalogue.product(request.product2_id)
    _require_new_symbol(catalogue, request)
    runs = request.create_with_market_running or exchange.defects(ALWAYS_RUNNING)
    number = exchange.ids.next("instrument")
    return catalogue.add_instrument(
        Instrument(
            number, exchange.oms_id, request.symbol, base.product_id, quote.product_id,
            request.product_pair_type, number, request.exchange_id or 1, number,
            request.minimum_quantity or base.tick_size, request.price_increment or quote.tick_size,
            request.minimum_quantity or base.tick_size,
            SessionStatus.RUNNING if runs else SessionStatus.STOPPED,
            session_status_ms=exchange.clock.now(),
            self_trade_prevention=request.self_trade_prevention,
        )
    )


def _edit(context: Context, request: VenueInstrument) -> Instrument:
    catalogue = context.exchange.catalogue
    instrument = catalogue.instrument(request.instrument_id)
    pair = (request.product1_id or instrument.product1, request.product2_id or instrument.product2)
    if pair != (instrument.product1, instrument.product2):
        raise OperationFailed("the products of an instrument cannot be changed")
    _require_new_symbol(catalogue, request)
    instrument.symbol = request.symbol
    instrument.minimum_quantity = request.minimum_quantity or instrument.minimum_quantity
    instrument.price_increment = request.price_increment or instrument.price_increment
    instrument.self_trade_prevention = request.self_trade_prevention
    return instrument


def _require_new_symbol(catalogue: Catalogue, request: VenueInstrument) -> None:
    for other in catalogue.instruments.values():
        if other.symbol == request.symbol and other.instrument_id != request.instrument_id:
            raise OperationFailed(f"Instrument {request.symbol} already exists")
