"""What one product is worth in another, by the last trades."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.desk import TradingDesk


def last_price(desk: TradingDesk, product_id: int, in_product_id: int) -> Decimal:
    """Units of ``in_product_id`` for one of ``product_id``; zero when they never traded."""
    if product_id == in_product_id:
        return Decimal(1)
    for instrument in desk.catalogue.between(product_id, in_product_id):
        price = desk.market(instrument.instrument_id).tape.last_price
        if price:
            return price if instrument.product1 == product_id else 1 / price
    return ZERO
