"""How to reach success for the calls about executions, statements and price history."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from conformance.target.session import Session
from scenarios.oms_orders.blocks import report
from scenarios.oms_orders.vocabulary import SELL, Floor, own_floor, trade
from scenarios.trades.vocabulary import bar_question


def two_who_traded(world: World) -> tuple[Session, Session, Floor]:
    """Two traders who traded with each other twice."""
    trader, other, floor = world.customer(), world.customer("second_trader"), own_floor(world)
    trade(trader, other, floor)
    trade(other, trader, floor, ticks=1)
    return trader, other, floor


@recipe("trades/GetAccountTrades")
def get_account_trades(world: World) -> Prepared:
    trader, _, _ = two_who_traded(world)
    payload = {
        "OMSId": world.oms_id, "AccountId": trader.account_id, "StartIndex": 0, "Count": 10
    }
    return Prepared(trader, payload)


@recipe("trades/GetAccountTransactions")
def get_account_transactions(world: World) -> Prepared:
    trader, _, _ = two_who_traded(world)
    payload = {"OMSId": world.oms_id, "AccountId": trader.account_id, "Depth": 20}
    return Prepared(trader, payload)


@recipe("trades/GetTradesHistory")
def get_trades_history(world: World) -> Prepared:
    trader, _, floor = two_who_traded(world)
    payload = {
        "omsId": world.oms_id, "accountId": trader.account_id,
        "instrumentId": floor.instrument_id, "depth": 10, "startIndex": 0,
    }
    return Prepared(trader, payload)


@recipe("trades/GetOpenTradeReports")
def get_open_trade_reports(world: World) -> Prepared:
    trader, other, floor = world.customer(), world.customer("second_trader"), own_floor(world)
    report(world, floor, trader, other, SELL, lockedIn=False)
    payload = {"OMSId": world.oms_id, "AccountId": trader.account_id}
    return Prepared(trader, payload)


@recipe("trades/GetTickerHistory")
def get_ticker_history(world: World) -> Prepared:
    _, _, floor = two_who_traded(world)
    return Prepared(world.anonymous, bar_question(world, floor))
