"""Orders: what was asked for, how far it got, and every state it went through."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from conformance.reference.domain.ledger import ZERO


class Side(IntEnum):
    BUY = 0
    SELL = 1
    SHORT = 2
    UNKNOWN = 3

    @property
    def opposite(self) -> Side:
        """The side this one trades with."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(IntEnum):
    UNKNOWN = 0
    MARKET = 1
    LIMIT = 2
    STOP_MARKET = 3
    STOP_LIMIT = 4
    TRAILING_STOP_MARKET = 5
    TRAILING_STOP_LIMIT = 6
    BLOCK_TRADE = 7


class TimeInForce(IntEnum):
    UNKNOWN = 0
    GTC = 1
    OPG = 2
    IOC = 3
    FOK = 4
    GTX = 5
    GTD = 6


class PegPriceType(IntEnum):
    UNKNOWN = 0
    LAST = 1
    BID = 2
    ASK = 3
    MIDPOINT = 4


class OrderState(IntEnum):
    UNKNOWN = 0
    WORKING = 1
    REJECTED = 2
    CANCELED = 3
    EXPIRED = 4
    FULLY_EXECUTED = 5


class ChangeReason(IntEnum):
    UNKNOWN = 0
    NEW_INPUT_ACCEPTED = 1
    NEW_INPUT_REJECTED = 2
    OTHER_REJECTED = 3
    EXPIRED = 4
    TRADE = 5
    NO_MORE_MARKET = 6
    BELOW_MINIMUM = 7
    PRICE_COLLAR = 8
    MARGIN_FAILED = 9
    USER_MODIFIED = 100


class MakerTaker(IntEnum):
    UNKNOWN = 0
    MAKER = 1
    TAKER = 2


class Direction(IntEnum):
    NO_CHANGE = 0
    UP_TICK = 1
    DOWN_TICK = 2


STOP_TYPES = frozenset(
    (
        OrderType.STOP_MARKET,
        OrderType.STOP_LIMIT,
        OrderType.TRAILING_STOP_MARKET,
        OrderType.TRAILING_STOP_LIMIT,
    )
)
TRAILING_TYPES = frozenset((OrderType.TRAILING_STOP_MARKET, OrderType.TRAILING_STOP_LIMIT))
LIMITED_TYPES = frozenset((OrderType.LIMIT, OrderType.STOP_LIMIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """What the client asked for. Prices of zero mean "none"; quantities count product 1."""

    side: Side
    order_type: OrderType
    quantity: Decimal
    limit_price: Decimal = ZERO
    time_in_force: TimeInForce = TimeInForce.GTC
    client_order_id: int = 0
    oco_order_id: int = 0
    display_quantity: Decimal = ZERO
    stop_price: Decimal = ZERO
    peg: PegPriceType = PegPriceType.LAST
    trailing_amount: Decimal = ZERO
    limit_offset: Decimal = ZERO
    expires_ms: int | None = None
    is_quote: bool = False


class Inside(NamedTuple):
    """Top of the book at one moment; an empty side has price and size zero."""

    bid: Decimal = ZERO
    bid_size: Decimal = ZERO
    ask: Decimal = ZERO
    ask_size: Decimal = ZERO
    last: Decimal = ZERO


class OrderStatus(NamedTuple):
    """One state an order was in: the figures that change during its life."""

    time_ms: int
    state: OrderState
    reason: ChangeReason
    remaining: Decimal
    executed: Decimal
    value: Decimal
    note: str


@dataclass(slots=True, eq=False)
class Order:
    """One order. ``price`` is the limit it may rest at, zero for market orders.

    ``shown`` is the part of ``remaining`` that the public book displays. ``value`` is what was
    paid or received so far, in product 2.
    """

    order_id: int
    account_id: int
    entered_by: int
    instrument_id: int
    terms: OrderTerms
    side: Side
    price: Decimal
    remaining: Decimal
    received_ms: int
    inside: Inside
    original_order_id: int
    original_client_order_id: int
    state: OrderState = OrderState.UNKNOWN
    executed: Decimal = ZERO
    value: Decimal = ZERO
    shown: Decimal = ZERO
    stop_price: Decimal = ZERO
    hold_id: int = 0
    hold_price: Decimal = ZERO
    counterparty_id: int = 0
    locked_in: bool = False
    was_on_book: bool = False
    note: str = ""
    statuses: list[OrderStatus] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """May it still execute?"""
        return self.state is OrderState.WORKING

    @property
    def order_type(self) -> OrderType:
        """The type as entered; a triggered stop keeps it."""
        return self.terms.order_type

    @property
    def status(self) -> OrderStatus:
        """The newest state."""
        return self.statuses[-1]

    @property
    def revision(self) -> int:
        """How often it changed, counting from 1."""
        return len(self.statuses)

    @property
    def average_price(self) -> Decimal:
        """Mean price of what executed, zero before the first execution."""
        return self.value / self.executed if self.executed else ZERO

    def enter(self, state: OrderState, reason: ChangeReason, time_ms: int) -> OrderStatus:
        """Record a new state with the figures as they stand."""
        self.state = state
        status = OrderStatus(
            time_ms, state, reason, self.remaining, self.executed, self.value, self.note
        )
        self.statuses.append(status)
        return status
