"""A random conversation of two traders on one market, and the model that predicts it.

Every step is sent to the target and applied to the model; then both traders' open orders, trades
and positions must be what the model says. Quantities and prices come from small grids so that
orders meet.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conformance.generate.world import Market, World
from conformance.oracle.models.book import BookModel, Fill, Side, TimeInForce
from conformance.oracle.models.funds import FundsModel
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn, lookup
from scenarios.oms_orders.vocabulary import limit_order
from scenarios.workflows.drawing import drawn

PRICE_BASE = Decimal(100)
HIGHEST = 6
"""Price increments above the base that orders use at most."""
sides = st.sampled_from(list(Side))
traders = st.integers(0, 1)
ticks = st.integers(0, HIGHEST)
lots = st.integers(1, 5)
gaps = st.sampled_from([0, 0, 1, -1, 2, -2])
"""Price increments between two orders that queue up; of equal prices the time decides."""
takings = st.sampled_from(["at once", "at once", "all or nothing", "by replacement"])
changes = st.sampled_from(["nothing", "reduce", "replace"])
times = st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])


class TradingMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.market: Market = self.world.private_market()
        self.traders: tuple[Session, Session] = (self.world.customer(), self.world.customer())
        self.verify = Verifier(self.world.contract)
        self.book = BookModel()
        self.funds = FundsModel(self.market.product1, self.market.product2)
        self.fills: list[Fill] = []
        self.fee_seen: set[int] = set()
        for trader in self.traders:
            for product, amount in self._positions(trader).items():
                self.funds.start(trader.account_id, product, amount[0])

    @rule(who=traders, side=sides, tick=ticks, lot=lots, time_in_force=times)
    def send(self, who: int, side: Side, tick: int, lot: int, time_in_force: TimeInForce) -> None:
        """A limit order."""
        self._enter(self.traders[who], side, tick, lot, time_in_force)

    @rule(who=traders, side=sides, first=ticks, gap=gaps, change=changes, taking=takings)
    def queue(
        self, who: int, side: Side, first: int, gap: int, change: str, taking: str
    ) -> None:
        """Both queue up, the earlier order may change, and somebody takes from the front.

        Single random orders seldom make a queue; without one priority does not show.
        """
        second = min(max(first + gap, 0), HIGHEST)
        earlier = self._enter(self.traders[who], side, first, 2)
        self._enter(self.traders[1 - who], side, second, 2)
        order = self.book.orders.get(earlier)
        if order is not None and order.remaining == order.quantity:
            if change == "reduce":
                self._reduce(earlier, self._quantity(1))
            elif change == "replace":
                self._replace(earlier, first, 2)
        self._take(self.traders[who], side.other, taking)

    def _take(self, trader: Session, side: Side, taking: str) -> None:
        """One lot at any price, more than there is or nothing, or by an order moved there."""
        crossing, far = (HIGHEST, -1) if side is Side.BUY else (0, HIGHEST + 1)
        if taking == "by replacement":
            self._replace(self._enter(trader, side, far, 1), crossing, 1)
        elif taking == "all or nothing":
            self._enter(trader, side, crossing, 5, TimeInForce.FOK)
        else:
            self._enter(trader, side, crossing, 1, TimeInForce.IOC)

    @precondition(lambda self: self.book.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """An open order is cancelled by its owner."""
        for order_id in drawn(data, self.book.orders):
            turn = self._owner(order_id).call(
                "CancelOrder", OMSId=self.world.oms_id, OrderId=order_id
            )
            self.verify.succeeded(turn)
            self.book.cancel(order_id)

    @precondition(lambda self: self.book.orders)
    @rule(data=st.data(), lot=lots)
    def reduce(self, data: st.DataObject, lot: int) -> None:
        """An open order is made smaller with ModifyOrder: it keeps its place.

        Only orders without executions: whether the new quantity of a partly filled one counts
        what was filled, the page leaves open.
        """
        quantity = self._quantity(lot)
        for order in drawn(data, self.book.orders.values()):
            if quantity < order.remaining == order.quantity:
                self._reduce(order.order_id, quantity)

    @precondition(lambda self: self.book.orders)
    @rule(data=st.data(), tick=ticks, lot=lots)
    def replace(self, data: st.DataObject, tick: int, lot: int) -> None:
        """An open order is replaced: the new one queues at the back, and may trade at once."""
        for order_id in drawn(data, self.book.orders):
            self._replace(order_id, tick, lot)

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Orders, then trades (which tell the fees), then funds."""
        self._open_orders_agree()
        self._trades_agree()
        self._positions_agree()

    def _open_orders_agree(self) -> None:
        """Both traders' open orders are the model's, with the same quantities and prices."""
        for trader in self.traders:
            turn = trader.call(
                "GetOpenOrders", OMSId=self.world.oms_id, AccountId=trader.account_id
            )
            found = {_key(row, "OrderId"): (_number(row, "Price"), _number(row, "Quantity"))
                     for row in _rows(turn)}
            required = {o.order_id: (o.price, o.remaining)
                        for o in self.book.open_of(trader.account_id).values()}
            self.verify.equal("open orders", found, required, turn)

    def _trades_agree(self) -> None:
        """Both traders see exactly the predicted executions; their fees are taken as told."""
        for trader in self.traders:
            turn = trader.call("GetAccountTrades", OMSId=self.world.oms_id,
                               AccountId=trader.account_id, StartIndex=0, Count=200)
            rows = [r for r in _rows(turn) if _key(r, "instrumentId") == self.market.instrument_id]
            found = sorted((_number(r, "price"), _number(r, "quantity")) for r in rows)
            required = sorted(
                (fill.price, fill.quantity)
                for fill in self.fills for account in (fill.buyer, fill.seller)
                if account == trader.account_id
            )
            self.verify.equal("executions", found, required, turn)
            for row in rows:
                self._take_fee(trader, row)

    def _positions_agree(self) -> None:
        """Amounts and holds are what trades, fees and open orders make of them."""
        for trader in self.traders:
            found = self._positions(trader)
            for product in (self.market.product1, self.market.product2):
                amount = self.funds.amounts[trader.account_id, product]
                hold = self.funds.hold(trader.account_id, product, self.book)
                self.verify.equal(f"position of product {product}", found[product], (amount, hold))

    def teardown(self) -> None:
        """Leave nothing open."""
        for trader in self.traders:
            trader.call("CancelAllOrders", OMSId=self.world.oms_id, AccountId=trader.account_id)
            trader.close()

    def _enter(
        self, trader: Session, side: Side, tick: int, lot: int,
        time_in_force: TimeInForce = TimeInForce.GTC,
    ) -> int:
        price, quantity = self._price(tick), self._quantity(lot)
        turn = trader.send("SendOrder", limit_order(
            trader, self.market, side, price, quantity, TimeInForce=int(time_in_force)))
        self.verify.equal("status", turn.get("status"), "Accepted", turn)
        order_id = int(turn["OrderId"])
        self._apply(self.book.send(
            order_id, trader.account_id, side, price, quantity, time_in_force))
        return order_id

    def _reduce(self, order_id: int, quantity: Decimal) -> None:
        turn = self._owner(order_id).call(
            "ModifyOrder", OMSId=self.world.oms_id, OrderId=order_id,
            InstrumentId=self.market.instrument_id, PreviousOrderRevision=0, Quantity=quantity,
        )
        self.verify.succeeded(turn)
        self.book.reduce(order_id, quantity)

    def _replace(self, order_id: int, tick: int, lot: int) -> None:
        order = self.book.orders[order_id]
        price, quantity = self._price(tick), self._quantity(lot)
        turn = self._owner(order_id).call(
            "CancelReplaceOrder", omsId=self.world.oms_id, orderIdToReplace=order_id,
            clientOrdId=0, orderType=2, side=int(order.side), accountId=order.account,
            instrumentId=self.market.instrument_id, useDisplayQuantity=False, limitPrice=price,
            timeInForce=1, orderIdOCO=0, quantity=quantity,
        )
        self.verify.succeeded(turn)
        self.book.cancel(order_id)
        self._apply(self.book.send(
            int(turn["replacementOrderId"]), order.account, order.side, price, quantity))

    def _apply(self, fills: list[Fill]) -> None:
        for fill in fills:
            self.fills.append(fill)
            self.funds.trade(fill)

    def _take_fee(self, trader: Session, row: Any) -> None:
        execution = _key(row, "executionId")
        if execution not in self.fee_seen:
            self.fee_seen.add(execution)
            self.funds.fee(trader.account_id, _key(row, "feeProductId"), _number(row, "fee"))

    def _owner(self, order_id: int) -> Session:
        account = self.book.orders[order_id].account
        return next(trader for trader in self.traders if trader.account_id == account)

    def _positions(self, trader: Session) -> dict[int, tuple[Decimal, Decimal]]:
        turn = trader.call(
            "GetAccountPositions", OMSId=self.world.oms_id, AccountId=trader.account_id
        )
        return {_key(row, "productId"): (_number(row, "amount"), _number(row, "hold"))
                for row in _rows(turn)}

    def _price(self, tick: int) -> Decimal:
        return PRICE_BASE + self.market.price_increment * tick

    def _quantity(self, lot: int) -> Decimal:
        return self.market.quantity_increment * 37 * lot


def machine_for(world: World) -> type[TradingMachine]:
    """The machine against one target."""
    return type("TradingMachineHere", (TradingMachine,), {"world": world})


def _rows(turn: Turn) -> list[Any]:
    return turn.value if isinstance(turn.value, list) else []


def _key(row: Any, key: str) -> int:
    return int(lookup(row, key))


def _number(row: Any, key: str) -> Decimal:
    return Decimal(str(lookup(row, key)))
