"""Overviews of all markets that the HTTP gateways of venues offer; not in the pages."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.trading.desk import Market
from conformance.reference.rendering.level1 import Level1, read_level1


def _readings(context: Context) -> list[tuple[str, Market, Level1]]:
    exchange = context.exchange
    now = exchange.clock.now()
    found = []
    for instrument in exchange.catalogue.instruments.values():
        market = exchange.desk.market(instrument.instrument_id)
        symbols = (exchange.catalogue.product(p).symbol
                   for p in (instrument.product1, instrument.product2))
        found.append(("_".join(symbols), market, read_level1(market, now, exchange.defects)))
    return found


@call("summary", permissions=(PUBLIC,), request=Empty)
def summary(context: Context, request: Empty) -> object:
    """One row a market with prices and volumes of the last 24 hours."""
    answer = []
    for name, market, reading in _readings(context):
        low, high = market.tape.rolling_range(reading.now)
        answer.append(
            {
                "trading_pairs": name,
                "last_price": reading.last_price,
                "lowest_ask": reading.ask.price,
                "highest_bid": reading.bid.price,
                "base_volume": reading.rolling.volume,
                "quote_volume": reading.rolling.notional,
                "price_change_percent_24h": reading.rolling_percent,
                "highest_price_24h": high,
                "lowest_price_24h": low,
            }
        )
    return answer


@call("Ticker", permissions=(PUBLIC,), request=Empty)
def ticker(context: Context, request: Empty) -> object:
    """Last price and volumes, keyed by the pair of products."""
    return {
        name: {
            "base_id": market.instrument.product1,
            "quote_id": market.instrument.product2,
            "last_price": reading.last_price,
            "base_volume": reading.rolling.volume,
            "quote_volume": reading.rolling.notional,
        }
        for name, market, reading in _readings(context)
    }
