"""Random trading on a whole exchange: whatever is sent, funds, holds and feeds stay consistent."""

from __future__ import annotations

import contextlib
import random
from decimal import Decimal
from typing import Any

import pytest

from conformance.reference.demo import Persona, build_demo
from conformance.reference.domain.ledger import ReferenceType
from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.trading.orders import (
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    PegPriceType,
    Side,
    TimeInForce,
)
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange

COMMANDS = 4_000
CHECK_EVERY = 20
BTCUSD = 1


class Crowd:
    """Three members who do anything at random, and an observer of the book's events."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.exchange: Exchange
        self.personas: dict[str, Persona]
        self.exchange, self.personas = build_demo(seed)
        self.members = [self.personas[n] for n in ("trader", "second_trader", "market_maker")]
        self.seen: dict[tuple[int, Decimal], Decimal] = {
            (row[9], row[6]): row[8] for row in self.snapshot()
        }
        self.exchange.events.observers.append(self.observe)

    def snapshot(self) -> list[list[Any]]:
        exchange = self.exchange
        return exchange.market_feed.snapshot(exchange.desk.market(BTCUSD), 1000)

    def observe(self, event: Event) -> None:
        if event.name != "Level2UpdateEvent" or event.topic != ("level2", BTCUSD):
            return
        rows: Any = event.payload
        for row in rows:
            if row[3] == 2:
                del self.seen[row[9], row[6]]
            else:
                assert ((row[9], row[6]) in self.seen) == (row[3] == 1)
                self.seen[row[9], row[6]] = row[8]

    def terms(self) -> OrderTerms:
        choose = self.choose
        quantity = Decimal(choose.randint(1, 40)) / 10
        kind = choose.choice((*[OrderType.LIMIT] * 6, *list(OrderType)[1:7]))
        limited = kind in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        return OrderTerms(
            side=choose.choice((Side.BUY, Side.SELL)), order_type=kind, quantity=quantity,
            limit_price=Decimal(choose.randint(49_950, 50_250)) if limited else Decimal(0),
            time_in_force=choose.choice(list(TimeInForce)[1:]),
            stop_price=Decimal(choose.randint(49_950, 50_250)),
            trailing_amount=Decimal(choose.randint(1, 60)),
            limit_offset=Decimal(choose.randint(0, 30)),
            peg=choose.choice(list(PegPriceType)[1:]),
            display_quantity=Decimal(0) if choose.random() < 0.8 else quantity / 2,
            oco_order_id=self.some_order().order_id if choose.random() < 0.1 else 0,
        )

    def some_order(self) -> Order:
        open_orders = self.exchange.desk.orders.all_open()
        return self.choose.choice(open_orders or list(self.exchange.desk.orders.by_id.values()))

    def act(self) -> None:
        desk, member, order = self.exchange.desk, self.choose.choice(self.members), None
        account = self.exchange.accounts.get(member.account_id)
        kind = self.choose.random()
        if kind < 0.6:
            desk.place(account, member.user_id, BTCUSD, self.terms())
            return
        order = self.some_order()
        if not order.is_open or order.instrument_id != BTCUSD:
            return
        if kind < 0.8:
            desk.cancel(order)
        elif kind < 0.9:
            desk.modify(order, order.remaining - Decimal("0.1"))
        else:
            owner = self.exchange.accounts.get(order.account_id)
            desk.replace(order, owner, order.entered_by, self.terms())

    def check(self) -> None:
        """The ledger balances, holds fit the open orders, events have rebuilt the book."""
        exchange = self.exchange
        exchange.ledger.audit()
        held = {hold.hold_id: hold for hold in exchange.ledger.holds.values()}
        open_orders = exchange.desk.orders.all_open()
        for order in open_orders:
            instrument = exchange.catalogue.instrument(order.instrument_id)
            hold = held.pop(order.hold_id)
            assert (hold.product_id, hold.amount) == exchange.desk.settlement.needed(
                order, instrument
            )
        assert [h for h in held.values() if h.reference_type is ReferenceType.ORDER_HOLD] == []
        assert self.seen == {(row[9], row[6]): row[8] for row in self.snapshot()}


@pytest.mark.parametrize("prevents", [False, True])
def test_random_trading_stays_consistent(prevents: bool) -> None:
    crowd = Crowd(7)
    crowd.exchange.catalogue.instrument(BTCUSD).self_trade_prevention = prevents
    for number in range(COMMANDS // 2):
        with contextlib.suppress(Refusal):
            crowd.act()
        crowd.exchange.clock.advance(1)
        crowd.exchange.catch_up()
        crowd.exchange.events.flush()
        if number % CHECK_EVERY == 0:
            crowd.check()
    check_orders(crowd.exchange)


def check_orders(exchange: Exchange) -> None:
    """Each order's figures agree with its executions, and its states end where they should."""
    executed: dict[int, Decimal] = {}
    for executions in exchange.desk.trades.by_account.values():
        for execution in executions:
            known = executed.get(execution.order_id, Decimal(0))
            executed[execution.order_id] = known + execution.quantity
    for order in exchange.desk.orders.by_id.values():
        assert order.executed == executed.get(order.order_id, 0)
        assert all(s.state is OrderState.WORKING for s in order.statuses[:-1])
        assert order.executed + order.remaining <= order.terms.quantity
        if order.state is OrderState.FULLY_EXECUTED:
            assert order.remaining == 0
