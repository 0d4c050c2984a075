"""The double-entry ledger: every movement balances, every hold has an owner.

Amounts are ``Decimal`` in units of the product. A movement is a set of postings that sum to zero
per product; what enters or leaves the exchange is booked against :data:`OUTSIDE`. A hold reserves
part of a position for an obligation (an open order, a withdrawal, a manual hold) without moving it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from conformance.reference.domain.refusals import NotFound, OperationFailed

ZERO = Decimal(0)
OUTSIDE = 0
"""The contra account for funds that enter or leave; the only one allowed below zero."""


class TransactionType(IntEnum):
    FEE = 1
    TRADE = 2
    OTHER = 3
    REVERSE = 4
    HOLD = 5
    REBATE = 6
    MARGIN_ACQUISITION = 7
    MARGIN_RELINQUISH = 8


class ReferenceType(IntEnum):
    TRADE = 1
    DEPOSIT = 2
    WITHDRAW = 3
    TRANSFER = 4
    ORDER_HOLD = 5
    WITHDRAW_HOLD = 6
    DEPOSIT_HOLD = 7
    MARGIN_HOLD = 8
    MANUAL_HOLD = 9
    MANUAL_ENTRY = 10
    MARGIN_ACQUISITION = 11
    MARGIN_RELINQUISH = 12
    MARGIN_QUOTE_HOLD = 13


@dataclass(slots=True)
class Position:
    """What an account has of one product; ``amount`` includes what is on hold."""

    account_id: int
    product_id: int
    amount: Decimal = ZERO
    hold: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What may be spent: amount less hold."""
        return self.amount - self.hold


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of a movement: positive ``amount`` credits the account, negative debits it."""

    account_id: int
    product_id: int
    amount: Decimal
    counterparty: int = OUTSIDE
    transaction_type: TransactionType | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One booked leg as readers see it; ``balance`` is the account's amount after it."""

    transaction_id: int
    account_id: int
    product_id: int
    credit: Decimal
    debit: Decimal
    counterparty: int
    transaction_type: TransactionType
    reference_type: ReferenceType
    reference_id: int
    balance: Decimal
    time_ms: int


@dataclass(slots=True)
class Hold:
    """A reservation; ``amount`` falls as the obligation is met and the hold ends at zero."""

    hold_id: int
    account_id: int
    product_id: int
    amount: Decimal
    reference_type: ReferenceType
    reference_id: int
    time_ms: int
    transaction_id: int


PositionListener = Callable[[Position], None]


@dataclass
class Ledger:
    """Positions, transactions and holds of every account."""

    next_id: Callable[[str], int]
    now: Callable[[], int]
    on_change: PositionListener = lambda position: None
    may_overdraw: Callable[[int], bool] = lambda account_id: account_id == OUTSIDE
    positions: dict[tuple[int, int], Position] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    _by_account: defaultdict[int, list[Transaction]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _of_account: defaultdict[int, list[Position]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _of_product: defaultdict[int, list[Position]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def position(self, account_id: int, product_id: int) -> Position:
        """The position, created empty when the account never had the product."""
        key = (account_id, product_id)
        found = self.positions.get(key)
        if found is None:
            found = self.positions[key] = Position(account_id, product_id)
            self._of_account[account_id].append(found)
            self._of_product[product_id].append(found)
        return found

    def positions_of(self, account_id: int) -> list[Position]:
        """All positions of one account, by product id."""
        return sorted(self._of_account[account_id], key=lambda position: position.product_id)

    def positions_in(self, product_id: int) -> list[Position]:
        """All positions of one product, in the order in which they came to be."""
        return list(self._of_product[product_id])

    def transactions_of(self, account_id: int) -> list[Transaction]:
        """The account's transactions, oldest first."""
        return list(self._by_account[account_id])

    def holds_of(self, account_id: int, product_id: int | None = None) -> list[Hold]:
        """The account's open holds, oldest first."""
        return [
            hold
            for hold in self.holds.values()
            if hold.account_id == account_id and product_id in (None, hold.product_id)
        ]

    def move(
        self,
        postings: Iterable[Posting],
        transaction_type: TransactionType,
        reference_type: ReferenceType,
        reference_id: int,
    ) -> list[Transaction]:
        """Book a movement, all or nothing.

        Raises OperationFailed when an account would fall below what it has on hold, and
        ValueError when the postings do not balance (our own fault, never the caller's).
        """
        legs = [posting for posting in postings if posting.amount != ZERO]
        self._require_balanced(legs)
        self._require_funds(legs)
        booked = []
        for leg in legs:
            position = self.position(leg.account_id, leg.product_id)
            position.amount += leg.amount
            kind = leg.transaction_type or transaction_type
            booked.append(
                self._record(position, leg.amount, leg.counterparty, kind, reference_type,
                             reference_id)
            )
        for leg in legs:
            self._changed(leg.account_id, leg.product_id)
        return booked

    def place_hold(
        self,
        account_id: int,
        product_id: int,
        amount: Decimal,
        reference_type: ReferenceType,
        reference_id: int,
    ) -> Hold:
        """Reserve ``amount``; raises OperationFailed("Not_Enough_Funds") beyond what is free."""
        position = self.position(account_id, product_id)
        if amount > position.available and not self.may_overdraw(account_id):
            raise OperationFailed("Not_Enough_Funds")
        position.hold += amount
        hold = Hold(
            self.next_id("hold"), account_id, product_id, amount, reference_type, reference_id,
            self.now(), self.next_id("transaction"),
        )
        self.holds[hold.hold_id] = hold
        self._changed(account_id, product_id)
        return hold

    def reduce_hold(self, hold_id: int, amount: Decimal) -> None:
        """Give back part of a hold; at zero the hold is gone."""
        hold = self.holds.get(hold_id)
        if hold is None:
            raise NotFound(f"hold {hold_id}")
        if amount > hold.amount or amount < ZERO:
            raise ValueError(f"hold {hold_id} is {hold.amount}, cannot give back {amount}")
        hold.amount -= amount
        self.position(hold.account_id, hold.product_id).hold -= amount
        if hold.amount == ZERO:
            del self.holds[hold_id]
        self._changed(hold.account_id, hold.product_id)

    def release_hold(self, hold_id: int) -> None:
        """Give back all of a hold; releasing one that is already gone does nothing."""
        hold = self.holds.get(hold_id)
        if hold is not None:
            self.reduce_hold(hold_id, hold.amount)

    def audit(self) -> None:
        """Check the ledger against itself; raises AssertionError that names what is wrong."""
        sums: defaultdict[int, Decimal] = defaultdict(Decimal)
        held: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for hold in self.holds.values():
            held[hold.account_id, hold.product_id] += hold.amount
        for (account_id, product_id), position in self.positions.items():
            sums[product_id] += position.amount
            where = f"account {account_id}, product {product_id}"
            if held[account_id, product_id] != position.hold:
                raise AssertionError(f"{where}: holds {held[account_id, product_id]} are open, "
                                     f"position says {position.hold}")
            if not self.may_overdraw(account_id) and not ZERO <= position.hold <= position.amount:
                raise AssertionError(f"{where}: amount {position.amount}, hold {position.hold}")
        for product_id, total in sums.items():
            if total != ZERO:
                raise AssertionError(f"product {product_id} does not balance: {total}")

    def _require_balanced(self, legs: list[Posting]) -> None:
        totals: defaultdict[int, Decimal] = defaultdict(Decimal)
        for leg in legs:
            totals[leg.product_id] += leg.amount
        if any(total != ZERO for total in totals.values()):
            raise ValueError(f"postings do not balance: {dict(totals)}")

    def _require_funds(self, legs: list[Posting]) -> None:
        change: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for leg in legs:
            change[leg.account_id, leg.product_id] += leg.amount
        for (account_id, product_id), amount in change.items():
            if amount < ZERO and not self.may_overdraw(account_id):
                position = self.position(account_id, product_id)
                if position.available + amount < ZERO:
                    raise OperationFailed("Not_Enough_Funds")

    def _record(
        self,
        position: Position,
        amount: Decimal,
        counterparty: int,
        transaction_type: TransactionType,
        reference_type: ReferenceType,
        reference_id: int,
    ) -> Transaction:
        transaction = Transaction(
            self.next_id("transaction"), position.account_id, position.product_id,
            max(amount, ZERO), max(-amount, ZERO), counterparty, transaction_type,
            reference_type, reference_id, position.amount, self.now(),
        )
        self.transactions.append(transaction)
        self._by_account[position.account_id].append(transaction)
        return transaction

    def _changed(self, account_id: int, product_id: int) -> None:
        if account_id != OUTSIDE:
            self.on_change(self.position(account_id, product_id))
