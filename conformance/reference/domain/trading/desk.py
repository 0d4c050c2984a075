"""The trading desk: the only way orders enter, change and end.

Everything a call wants is checked before anything changes. A refused order is recorded as
Rejected and touches nothing else. Events are told to a listener as they happen.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.catalogue import Catalogue, Instrument
from conformance.reference.domain.clock import DAY_MS, Clock, day_start
from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import OperationFailed
from conformance.reference.domain.trading.book import Book
from conformance.reference.domain.trading.listener import TradingListener
from conformance.reference.domain.trading.market_data import Tape
from conformance.reference.domain.trading.matching import Fill, match
from conformance.reference.domain.trading.order_log import OrderLog
from conformance.reference.domain.trading.orders import (
    STOP_TYPES,
    TRAILING_TYPES,
    ChangeReason,
    Inside,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Side,
    TimeInForce,
)
from conformance.reference.domain.trading.settlement import Deal, Settlement, worst_price
from conformance.reference.domain.trading.stops import StopOrders, watched_price
from conformance.reference.domain.trading.trades import Execution, Trade, TradeLog
from conformance.reference.domain.trading.validation import why_refused, wrong_quantity

FORGETS_HOLD = defect("trading/cancel-keeps-hold", "Cancelling an order gives back its hold.")
REFUSED_HOLDS = defect("trading/refused-order-holds", "A refused order leaves no hold behind.")
FOK_PARTLY = defect("trading/fok-fills-partly", "A fill-or-kill order fills in full or not at all.")
IOC_RESTS = defect("trading/ioc-rests", "What an IOC order cannot execute at once is cancelled.")
OCO_STAYS = defect("trading/oco-stays", "An order is cancelled when its OCO partner executes.")
REPLACE_KEEPS_PRIORITY = defect(
    "trading/replace-keeps-priority", "CancelReplaceOrder sends an order to the back of the queue."
)
SELF_TRADE = defect(
    "trading/self-trade", "With self-trade prevention an account never trades with itself."
)
TAKER_PRICE = defect("trading/taker-price", "A trade happens at the resting order's price.")
NO_FUNDS = "Not_Enough_Funds"
NO_MARKET = "No More Market"
IMMEDIATE = frozenset((TimeInForce.IOC, TimeInForce.FOK))


@dataclass(eq=False)
class Market:
    """Everything that trades in one instrument."""

    instrument: Instrument
    book: Book
    stops: StopOrders = field(default_factory=StopOrders)
    tape: Tape = field(default_factory=Tape)
    update_id: int = 0

    def inside(self) -> Inside:
        """The top of the book and the last price, now."""
        bid = self.book.sides[Side.BUY].best()
        ask = self.book.sides[Side.SELL].best()
        return Inside(
            bid.price if bid else ZERO, bid.shown if bid else ZERO,
            ask.price if ask else ZERO, ask.shown if ask else ZERO, self.tape.last_price,
        )


@dataclass
class TradingDesk:
    """Orders, books and executions of the whole exchange."""

    catalogue: Catalogue
    clock: Clock
    ids: Identifiers
    settlement: Settlement
    defects: Defects
    listener: TradingListener = field(default_factory=TradingListener)
    orders: OrderLog = field(default_factory=OrderLog)
    markets: dict[int, Market] = field(default_factory=dict)
    changed: dict[int, Market] = field(default_factory=dict)
    over_limit: Callable[[Order, Account, Order | None], str] = (
        lambda order, account, replaced: ""
    )
    """Why an account's trading limits refuse an order, if they do."""
    _expiries: list[tuple[int, int]] = field(default_factory=list)
    _executed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trades = TradeLog(self.defects)

    def market(self, instrument_id: int) -> Market:
        """The market of an instrument; raises NotFound."""
        found = self.markets.get(instrument_id)
        if found is None:
            instrument = self.catalogue.instrument(instrument_id)
            found = self.markets[instrument_id] = Market(instrument, Book(self.defects))
        return found

    def place(
        self, account: Account, user_id: int, instrument_id: int, terms: OrderTerms
    ) -> Order:
        """Enter an order; the answer is Rejected when it was refused, with the reason noted."""
        market = self.market(instrument_id)
        order = self.new_order(account, user_id, market, terms)
        reason = self.why_refused(order, account, market)
        if reason:
            self.reject(order, market, reason)
        else:
            self._accept(order, market)
        return order

    def why_refused(
        self, order: Order, account: Account, market: Market, replaced: Order | None = None
    ) -> str:
        """Why an order cannot be entered; ``replaced`` is an order that would make room for it."""
        now = self.clock.now()
        reason = why_refused(order.terms, market.instrument, account, now, self.defects)
        reason = reason or self.over_limit(order, account, replaced)
        if reason:
            return reason
        if order.terms.oco_order_id:
            partner = self.orders.by_id.get(order.terms.oco_order_id)
            if partner is None or not partner.is_open or partner.account_id != account.account_id:
                return "OCO order not found"
        if order.order_type is OrderType.MARKET:
            within, _ = market.book.reachable(order.side, _limit_of(order), order.remaining)
            if not within:
                return NO_MARKET
        order.hold_price = worst_price(order, self._expected_price(order, market))
        if order.order_type in STOP_TYPES and order.side is Side.BUY and not order.hold_price:
            return "No price to watch"
        return "" if self._affordable(order, market, replaced) else NO_FUNDS

    def cancel(
        self,
        order: Order,
        reason: ChangeReason = ChangeReason.USER_MODIFIED,
        note: str = "UserModified",
        state: OrderState = OrderState.CANCELED,
    ) -> None:
        """End an open order and give back what it reserved."""
        market = self.market(order.instrument_id)
        self._end(order, market, reason, note, state)
        self._run_triggers(market)

    def modify(self, order: Order, remaining: Decimal) -> None:
        """Reduce an open order in its place; raises OperationFailed when it is no reduction."""
        market = self.market(order.instrument_id)
        reason = wrong_quantity(remaining, market.instrument)
        if reason or not order.is_open or remaining >= order.remaining:
            raise OperationFailed(reason or "An order can only be reduced")
        self.settlement.release(order, order.remaining - remaining)
        if market.book.holds(order):
            market.book.reduce(order, remaining)
        else:
            order.remaining = remaining
        self._enter(order, OrderState.WORKING, ChangeReason.USER_MODIFIED)

    def replace(self, old: Order, account: Account, user_id: int, terms: OrderTerms) -> Order:
        """Cancel an order and enter another; raises OperationFailed and changes nothing else."""
        market = self.market(old.instrument_id)
        order = self.new_order(account, user_id, market, terms)
        order.original_order_id = old.order_id
        order.original_client_order_id = old.terms.client_order_id
        reason = self.why_refused(order, account, market, old)
        if reason:
            raise OperationFailed(reason)
        ahead = market.book.queue_before(old)
        self.cancel(old)
        self._accept(order, market)
        if self.defects(REPLACE_KEEPS_PRIORITY):
            market.book.jump_queue(order, ahead)
        return order

    def expire_due(self, now: int) -> None:
        """End the orders whose time has come."""
        while self._expiries and self._expiries[0][0] <= now:
            _, order_id = heapq.heappop(self._expiries)
            order = self.orders.by_id[order_id]
            if order.is_open:
                self.cancel(order, ChangeReason.EXPIRED, "Expired", OrderState.EXPIRED)

    def close_day(self, now: int) -> None:
        """Begin the day's figures of every market anew."""
        for market in self.markets.values():
            market.tape.end_day()

    def record(self, execution: Execution, order: Order, *, done: bool) -> None:
        """Remember an execution and the order state it led to."""
        self.trades.add(execution)
        self.listener.executed(execution)
        state = OrderState.FULLY_EXECUTED if done else OrderState.WORKING
        self._enter(order, state, ChangeReason.TRADE)

    def resend_book(self, instrument_id: int) -> None:
        """Tell listeners the whole book of an instrument again."""
        market = self.market(instrument_id)
        for side, half in market.book.sides.items():
            for price in half.prices:
                market.book.touched.setdefault((side, price), (ZERO, 0))
        self.changed[instrument_id] = market

    def enter_off_book(self, order: Order, market: Market) -> None:
        """Accept an order that waits outside the book."""
        self.orders.add(order)
        self.settlement.reserve(order, market.instrument)
        self._enter(order, OrderState.WORKING, ChangeReason.NEW_INPUT_ACCEPTED)

    def reject(self, order: Order, market: Market, reason: str) -> None:
        """Record an order as Rejected; it touches nothing else."""
        if self.defects(REFUSED_HOLDS):
            self._hold_anyway(order, market)
        order.remaining = ZERO
        order.note = reason
        self.orders.add(order)
        self._enter(order, OrderState.REJECTED, ChangeReason.NEW_INPUT_REJECTED)
        self.listener.order_refused(order)

    def new_order(
        self, account: Account, user_id: int, market: Market, terms: OrderTerms
    ) -> Order:
        """An order that has not been entered yet."""
        order_id = self.ids.next("order")
        limited = terms.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        return Order(
            order_id, account.account_id, user_id, market.instrument.instrument_id, terms,
            terms.side, terms.limit_price if limited else ZERO, terms.quantity, self.clock.now(),
            market.inside(), order_id, terms.client_order_id, stop_price=terms.stop_price,
        )

    def _expected_price(self, order: Order, market: Market) -> Decimal:
        """Where a trailing stop would trigger if the market turned now; otherwise zero."""
        terms = order.terms
        price = watched_price(market.inside(), terms.peg)
        if order.order_type not in TRAILING_TYPES or not price:
            return ZERO
        buys = order.side is Side.BUY
        order.stop_price = price + (terms.trailing_amount if buys else -terms.trailing_amount)
        if order.order_type is OrderType.TRAILING_STOP_LIMIT:
            order.price = order.stop_price + (terms.limit_offset if buys else -terms.limit_offset)
        return order.stop_price

    def _affordable(self, order: Order, market: Market, replaced: Order | None) -> bool:
        product_id, amount = self.settlement.needed(order, market.instrument)
        if order.order_type is OrderType.MARKET and order.side is Side.BUY:
            amount = market.book.reachable(order.side, _limit_of(order), order.remaining)[1]
        free = self.settlement.ledger.position(order.account_id, product_id).available
        if replaced is not None and replaced.side is order.side:
            free += self.settlement.needed(replaced, market.instrument)[1]
        return amount <= free

    def _hold_anyway(self, order: Order, market: Market) -> None:
        funds = self.settlement.ledger.position(order.account_id, market.instrument.product2)
        if order.side is Side.BUY and order.remaining > ZERO and funds.available > ZERO:
            order.hold_price = min(order.price, funds.available / order.remaining)
            self.settlement.reserve(order, market.instrument)

    def _accept(self, order: Order, market: Market) -> None:
        self.orders.add(order)
        if order.order_type is not OrderType.MARKET:
            self.settlement.reserve(order, market.instrument)
        if order.terms.oco_order_id:
            self.orders.watch(order)
        if order.terms.time_in_force is TimeInForce.GTD:
            end_of_day = day_start(order.received_ms) + DAY_MS
            heapq.heappush(self._expiries, (order.terms.expires_ms or end_of_day, order.order_id))
        self._enter(order, OrderState.WORKING, ChangeReason.NEW_INPUT_ACCEPTED)
        if order.order_type in STOP_TYPES:
            market.stops.add(order)
        else:
            self._execute(order, market)
        self._run_triggers(market)

    def _end(
        self,
        order: Order,
        market: Market,
        reason: ChangeReason,
        note: str,
        state: OrderState = OrderState.CANCELED,
    ) -> None:
        if not market.stops.remove(order):
            market.book.remove(order)
        if not self.defects(FORGETS_HOLD):
            self.settlement.release_all(order)
        order.remaining = order.shown = ZERO
        order.note = note
        self._enter(order, state, reason)

    def _run_triggers(self, market: Market) -> None:
        """Cancel the watchers of what executed and release the stops that are reached."""
        while True:
            for order_id in self._take_executed():
                for watcher in self.orders.watchers_of(order_id):
                    if not self.defects(OCO_STAYS):
                        self._end(watcher, self.market(watcher.instrument_id),
                                  ChangeReason.USER_MODIFIED, "OCO")
            if not market.stops.waiting:
                return
            stop = market.stops.next_triggered(market.inside())
            if stop is None:
                return
            self._trigger(stop, market)

    def _take_executed(self) -> list[int]:
        executed, self._executed = self._executed, []
        return executed

    def _trigger(self, stop: Order, market: Market) -> None:
        if stop.price > ZERO:
            self._execute(stop, market)
            return
        self.settlement.release_all(stop)
        cost = market.book.reachable(stop.side, None, stop.remaining)[1]
        funds = self.settlement.ledger.position(stop.account_id, market.instrument.product2)
        if stop.side is Side.BUY and cost > funds.available:
            self._end(stop, market, ChangeReason.OTHER_REJECTED, NO_FUNDS)
        else:
            self._execute(stop, market)

    def _execute(self, order: Order, market: Market) -> None:
        """Match an order, then let the rest of it rest or end."""
        limit = _limit_of(order)
        prevents = market.instrument.self_trade_prevention and not self.defects(SELF_TRADE)
        if order.terms.time_in_force is TimeInForce.FOK and not self.defects(FOK_PARTLY):
            skip = order.account_id if prevents else None
            reachable, _ = market.book.reachable(order.side, limit, order.remaining, skip)
            if reachable < order.remaining:
                self._end(order, market, ChangeReason.NO_MORE_MARKET, NO_MARKET)
                return
        inside = market.inside()
        for fill in match(market.book, order, limit, self._prevent if prevents else None):
            at_own = self.defects(TAKER_PRICE) and order.price
            self._settle(market, order, replace(fill, price=at_own) if at_own else fill, inside)
        if order.remaining > ZERO:
            self._keep_or_end(order, market)

    def _keep_or_end(self, order: Order, market: Market) -> None:
        if not order.price or (
            order.terms.time_in_force in IMMEDIATE and not self.defects(IOC_RESTS)
        ):
            self._end(order, market, ChangeReason.NO_MORE_MARKET, NO_MARKET)
        elif order.remaining < market.instrument.minimum_quantity:
            self._end(order, market, ChangeReason.BELOW_MINIMUM, "Below Minimum")
        else:
            order.was_on_book = True
            market.book.rest(order)

    def _prevent(self, resting: Order) -> None:
        market = self.market(resting.instrument_id)
        self._end(resting, market, ChangeReason.OTHER_REJECTED, "SelfTradePrevention")

    def _settle(self, market: Market, taker: Order, fill: Fill, inside: Inside) -> None:
        maker, tape = fill.maker, market.tape
        now = self.clock.now()
        direction = tape.direction(fill.price)
        deal = Deal(market.instrument, fill.quantity, fill.price, now, direction, inside)
        executions = self.settlement.settle(maker, taker, deal)
        for execution, order in zip(executions, (maker, taker), strict=True):
            if order.remaining == ZERO:
                self.settlement.release_all(order)
            self.record(execution, order, done=order.remaining == ZERO)
            self._executed.append(order.order_id)
        trade = Trade(
            executions[0].trade_id, market.instrument.instrument_id, fill.quantity, fill.price,
            now, direction, taker.side, maker.order_id, taker.order_id,
            taker.terms.client_order_id,
        )
        tape.add(trade, market.inside())
        self.listener.traded(trade)
        if ZERO < maker.remaining < market.instrument.minimum_quantity:
            self._end(maker, market, ChangeReason.BELOW_MINIMUM, "Below Minimum")

    def _enter(self, order: Order, state: OrderState, reason: ChangeReason) -> None:
        status = order.enter(state, reason, self.clock.now())
        if state is not OrderState.WORKING:
            self.orders.close(order)
        self.changed[order.instrument_id] = self.markets[order.instrument_id]
        self.listener.order_changed(order, status)


def _limit_of(order: Order) -> Decimal | None:
    """The worst price an order may trade at: its own, or the cap of a market buy."""
    if order.order_type is OrderType.MARKET and order.side is Side.BUY:
        return order.terms.limit_price or None
    return order.price or None
