"""Settlement: what an execution does to funds and holds, and the record it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.accounts import ADAPTER_ACCOUNT, Accounts
from conformance.reference.domain.catalogue import Instrument
from conformance.reference.domain.distributions import Distributions
from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.ledger import (
    ZERO,
    Ledger,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.trading.fees import NOT_CHARGED, Fee, FeeSchedule
from conformance.reference.domain.trading.orders import (
    Direction,
    Inside,
    MakerTaker,
    Order,
    OrderType,
    Side,
)
from conformance.reference.domain.trading.trades import Execution

CLEARING_ACCOUNT = ADAPTER_ACCOUNT
"""The counterparty that members are shown instead of each other."""

ROUNDED_FILL = defect(
    "trading/rounded-partial-fill", "An order's executed quantity is the sum of its executions."
)


@dataclass(frozen=True, slots=True)
class Deal:
    """Two orders meet: what is exchanged, when, and how the market stood."""

    instrument: Instrument
    quantity: Decimal
    price: Decimal
    time_ms: int
    direction: Direction
    inside: Inside
    is_block: bool = False


@dataclass
class Settlement:
    """Books deals in the ledger."""

    ledger: Ledger
    accounts: Accounts
    fees: FeeSchedule
    ids: Identifiers
    fee_account_id: int
    defects: Defects
    distributions: Distributions = field(default_factory=Distributions)

    def reserve(self, order: Order, instrument: Instrument) -> None:
        """Put on hold what a waiting order may cost; raises OperationFailed without funds."""
        product_id, amount = self.needed(order, instrument)
        hold = self.ledger.place_hold(
            order.account_id, product_id, amount, ReferenceType.ORDER_HOLD, order.order_id
        )
        order.hold_id = hold.hold_id

    def needed(self, order: Order, instrument: Instrument) -> tuple[int, Decimal]:
        """Product and amount that a waiting order reserves."""
        if order.side is Side.BUY:
            return instrument.product2, order.hold_price * order.remaining
        return instrument.product1, order.remaining

    def release(self, order: Order, quantity: Decimal) -> None:
        """Give back the reservation for part of an order, unless an operator reset it."""
        if order.hold_id in self.ledger.holds:
            unit = order.hold_price if order.side is Side.BUY else Decimal(1)
            self.ledger.reduce_hold(order.hold_id, unit * quantity)

    def release_all(self, order: Order) -> None:
        """Give back whatever an order still reserves."""
        if order.hold_id:
            self.ledger.release_hold(order.hold_id)
            order.hold_id = 0

    def settle(self, maker: Order, taker: Order, deal: Deal) -> tuple[Execution, Execution]:
        """Exchange funds between two orders whose remaining quantities are reduced already."""
        trade_id = self.ids.next("trade")
        self.release(maker, deal.quantity)
        self.release(taker, deal.quantity)
        fees = (
            self._fee(maker, deal, MakerTaker.MAKER),
            self._fee(taker, deal, MakerTaker.TAKER),
        )
        self.ledger.move(
            (*self._postings(maker, deal, fees[0]), *self._postings(taker, deal, fees[1])),
            TransactionType.TRADE, ReferenceType.TRADE, trade_id,
        )
        for order in (maker, taker):
            order.executed += self._executed(order, deal)
            order.value += deal.quantity * deal.price
        return (
            self._execution(maker, taker, trade_id, deal, fees[0], MakerTaker.MAKER),
            self._execution(taker, maker, trade_id, deal, fees[1], MakerTaker.TAKER),
        )

    def _fee(self, order: Order, deal: Deal, role: MakerTaker) -> Fee:
        return self.fees.fee(
            self.accounts.get(order.account_id), deal.instrument, order.side, deal.quantity,
            deal.price, order_type=order.order_type, role=role,
        )

    def _postings(self, order: Order, deal: Deal, fee: Fee) -> list[Posting]:
        base, quote = deal.quantity, deal.quantity * deal.price
        if order.side is Side.BUY:
            quote = -quote
        else:
            base = -base
        account, instrument = order.account_id, deal.instrument
        postings = [
            Posting(account, instrument.product1, base, CLEARING_ACCOUNT),
            Posting(account, instrument.product2, quote, CLEARING_ACCOUNT),
        ]
        if fee.amount and not self.defects(NOT_CHARGED):
            kind = TransactionType.FEE
            house = self.fee_account_id
            postings += (
                Posting(account, fee.product_id, -fee.amount, house, kind),
                Posting(house, fee.product_id, fee.amount, account, kind),
            )
            for receiver, part in self.distributions.parts(
                instrument.instrument_id, order.order_type, fee.amount
            ):
                postings += (
                    Posting(house, fee.product_id, -part, receiver, TransactionType.OTHER),
                    Posting(receiver, fee.product_id, part, house, TransactionType.OTHER),
                )
        return postings

    def _executed(self, order: Order, deal: Deal) -> Decimal:
        if order.remaining > ZERO and self.defects(ROUNDED_FILL):
            return deal.quantity.quantize(Decimal(1))
        return deal.quantity

    def _execution(
        self, order: Order, other: Order, trade_id: int, deal: Deal, fee: Fee, role: MakerTaker
    ) -> Execution:
        return Execution(
            self.ids.next("execution"), trade_id, order.order_id, order.account_id,
            order.terms.client_order_id, order.instrument_id, order.side, order.order_type,
            role, deal.quantity, order.remaining, deal.price, deal.quantity * deal.price,
            deal.time_ms, deal.direction, fee.amount, fee.product_id, order.entered_by,
            deal.inside, order.terms.is_quote, deal.is_block,
            other.account_id if deal.is_block else 0,
        )


def worst_price(order: Order, expected: Decimal) -> Decimal:
    """The price a waiting order reserves for: its limit, or where it is expected to trigger."""
    if order.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.BLOCK_TRADE):
        return order.price
    if order.order_type is OrderType.TRAILING_STOP_LIMIT:
        return max(order.price, expected)
    return order.stop_price or expected
