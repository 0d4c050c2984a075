"""Connects the trading desk and the ledger to the feeds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.reference.domain.catalogue import Instrument
from conformance.reference.domain.positions import position_row
from conformance.reference.domain.trading.listener import TradingListener
from conformance.reference.domain.trading.orders import Order, OrderStatus
from conformance.reference.domain.trading.sessions import MarketAction
from conformance.reference.domain.trading.trades import Execution, Trade
from conformance.reference.feeds.account_feed import AccountFeed
from conformance.reference.feeds.market_feed import MarketFeed

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange


class FeedListener(TradingListener):
    """Passes what the desk tells on to the feed it concerns."""

    def __init__(self, accounts: AccountFeed, markets: MarketFeed) -> None:
        self._accounts = accounts
        self._markets = markets

    def order_changed(self, order: Order, status: OrderStatus) -> None:
        self._accounts.order_changed(order, status)

    def order_refused(self, order: Order) -> None:
        self._accounts.order_refused(order)

    def executed(self, execution: Execution) -> None:
        self._accounts.executed(execution)

    def traded(self, trade: Trade) -> None:
        self._markets.traded(trade)

    def session_changed(self, instrument: Instrument, action: MarketAction) -> None:
        self._accounts.session_changed(instrument, action)


def connect_feeds(exchange: Exchange) -> MarketFeed:
    """Make the feeds of an exchange and have desk, ledger, clock and event bus drive them."""
    markets = MarketFeed(exchange.events, exchange.desk, exchange.clock, exchange.defects)
    accounts = AccountFeed(
        exchange.events, exchange.oms_id, exchange.defects, partial(position_row, exchange)
    )
    exchange.desk.listener = FeedListener(accounts, markets)
    exchange.ledger.on_change = accounts.position_changed
    exchange.events.before_delivery += [accounts.tell_positions, markets.tell_changes]
    exchange.timers.append(markets.close_bars)
    return markets
