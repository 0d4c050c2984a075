"""Products (assets) and instruments (pairs of products), with their attributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.refusals import NotFound, OperationFailed


class ProductType(IntEnum):
    UNKNOWN = 0
    NATIONAL_CURRENCY = 1
    CRYPTO_CURRENCY = 2
    CONTRACT = 3


class InstrumentType(IntEnum):
    UNKNOWN = 0
    STANDARD = 1


class SessionStatus(IntEnum):
    UNKNOWN = 0
    RUNNING = 1
    PAUSED = 2
    STOPPED = 3
    STARTING = 4


@dataclass(slots=True)
class Product:
    """A tradable or payable asset; ``tick_size`` is its smallest unit."""

    product_id: int
    oms_id: int
    symbol: str
    full_name: str
    product_type: ProductType
    decimal_places: int
    tick_size: Decimal
    no_fees: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Instrument:
    """A pair: quantities count ``product1``, prices count ``product2`` per ``product1``."""

    instrument_id: int
    oms_id: int
    symbol: str
    product1: int
    product2: int
    instrument_type: InstrumentType
    venue_instrument_id: int
    venue_id: int
    sort_index: int
    quantity_increment: Decimal
    price_increment: Decimal
    minimum_quantity: Decimal
    session_status: SessionStatus = SessionStatus.RUNNING
    previous_session_status: SessionStatus = SessionStatus.STOPPED
    session_status_ms: int = 0
    self_trade_prevention: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Catalogue:
    """All products and instruments."""

    products: dict[int, Product] = field(default_factory=dict)
    instruments: dict[int, Instrument] = field(default_factory=dict)
    _of_pair: defaultdict[frozenset[int], list[Instrument]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def new_product_id(self, ids: Identifiers) -> int:
        """An id that no product has: some come with numbers of their own."""
        while (number := ids.next("product")) in self.products:
            pass
        return number

    def add_product(self, product: Product) -> Product:
        """Register a product; its symbol must be new."""
        if any(p.symbol == product.symbol for p in self.products.values()):
            raise OperationFailed(f"Product {product.symbol} already exists")
        self.products[product.product_id] = product
        return product

    def add_instrument(self, instrument: Instrument) -> Instrument:
        """Register an instrument over two existing products; its symbol must be new."""
        self.product(instrument.product1)
        self.product(instrument.product2)
        if any(i.symbol == instrument.symbol for i in self.instruments.values()):
            raise OperationFailed(f"Instrument {instrument.symbol} already exists")
        self.instruments[instrument.instrument_id] = instrument
        self._of_pair[frozenset((instrument.product1, instrument.product2))].append(instrument)
        return instrument

    def between(self, product_id: int, other_id: int) -> Sequence[Instrument]:
        """Instruments that trade one of the products for the other, oldest first."""
        return self._of_pair.get(frozenset((product_id, other_id)), ())

    def product(self, product_id: int) -> Product:
        """The product; raises NotFound."""
        try:
            return self.products[product_id]
        except KeyError:
            raise NotFound(f"Invalid ProductId: {product_id}") from None

    def instrument(self, instrument_id: int) -> Instrument:
        """The instrument; raises NotFound."""
        try:
            return self.instruments[instrument_id]
        except KeyError:
            raise NotFound(f"Invalid InstrumentId: {instrument_id}") from None

    def instrument_by_symbol(self, symbol: str) -> Instrument:
        """The instrument with this symbol, letter case and slash aside; raises NotFound."""
        wanted = symbol.replace("/", "").casefold()
        for instrument in self.instruments.values():
            if instrument.symbol.casefold() == wanted:
                return instrument
        raise NotFound(f"Invalid Symbol: {symbol}")
