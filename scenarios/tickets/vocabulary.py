"""Words of the scenarios about deposits and withdrawals: an account, a product, what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable

NOT_AUTHORISED, INVALID, FAILED, NOT_FOUND, NOT_SUPPORTED = 20, 100, 101, 104, 106
ABSENT_NUMBER = 2_000_000_011
"""A ticket, product or account that does not exist."""
ABSENT_CODE = "6f1d2c3b-4a59-4e68-8b77-9c8a0f1e2d3c"
"""A request code that no exchange has handed out."""
MANAGER, MANAGER_SERVICE = 1, "1"
"""The asset manager and its service; the pages print 1."""
FIAT, COIN = "NationalCurrency", "CryptoCurrency"
KINDS = ("Unknown", FIAT, COIN, "Contract")
AMOUNT = Decimal(120)
"""What a scenario moves of a national currency."""
COINS = Decimal("0.5")
"""What a scenario moves of a crypto-currency."""
DEFAULT_PAGE = 200
"""Rows of a list whose size the request leaves out."""
FIGURES = (
    "amount", "hold", "pendingDeposits", "pendingWithdraws", "totalDayDeposits",
    "totalDayWithdraws",
)

Row = Any
Figures = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Till:
    """One customer's account and the one product of it that a scenario moves."""

    world: World
    owner: Session
    product: int
    kind: str

    @property
    def oms(self) -> int:
        """The OMS under test."""
        return self.world.oms_id

    @property
    def account(self) -> int:
        """The customer's account."""
        return self.owner.account_id

    @property
    def sum(self) -> Decimal:
        """What a scenario moves here."""
        return AMOUNT if self.kind == FIAT else COINS

    @property
    def of_account(self) -> dict[str, Any]:
        """The keys that name the account."""
        return {"OMSId": self.oms, "AccountId": self.account}

    @property
    def of_product(self) -> dict[str, Any]:
        """The keys that name the product."""
        return {"OMSId": self.oms, "ProductId": self.product}

    def by(self, owner: Session) -> Till:
        """The same product in another customer's account."""
        return replace(self, owner=owner)


def fiat_till(world: World, owner: Session | None = None) -> Till:
    """A customer with a national currency to move, fresh where the target allows it."""
    return _till(world, FIAT, owner)


def coin_till(world: World, owner: Session | None = None) -> Till:
    """A customer with a crypto-currency to move, fresh where the target allows it."""
    return _till(world, COIN, owner)


def _till(world: World, kind: str, owner: Session | None) -> Till:
    return Till(world, owner or world.customer(), product_of(world, kind), kind)


def product_of(world: World, kind: str) -> int:
    """The product of the common market that is of this kind; customers have funds in both."""
    for product in (world.market.product2, world.market.product1):
        turn = world.trader.call("GetProduct", OMSId=world.oms_id, ProductId=product)
        if kind_of(turn.value) == kind:
            return product
    raise Unavailable(f"the common market has no product of the kind {kind}")


def kind_of(product: Row) -> str:
    """The kind of a product by name."""
    value = lookup(product, "ProductType")
    return KINDS[value] if isinstance(value, int) and value < len(KINDS) else str(value)


def rows(turn: Turn) -> list[Row]:
    """The rows of a list reply; Unavailable when it is none."""
    if not isinstance(turn.value, list):
        raise Unavailable(f"{turn.call} lists nothing: {turn.text[:200]}")
    return turn.value


def done(turn: Turn) -> Turn:
    """A step of a story; Unavailable when it is refused."""
    if turn.get("result", turn.get("success")) is not True:
        raise Unavailable(f"{turn.call} is refused: {turn.text[:200]}")
    return turn


def number(row: Row, key: str) -> Decimal:
    """A figure of a row, exactly."""
    return Decimal(str(lookup(row, key, 0)))


def field(found: Iterable[Row], key: str) -> list[Any]:
    """One key of every row."""
    return [lookup(row, key) for row in found]


def revised(ticket: Row, *without: str, **changes: Any) -> dict[str, Any]:
    """A ticket as it was read, without some keys and with some changed, letter case aside."""
    left_out = {name.casefold() for name in (*without, *changes)}
    kept = {key: value for key, value in ticket.items() if key.casefold() not in left_out}
    return {**kept, **changes}


def json_of(value: Any) -> Any:
    """A value that may travel as JSON text; nothing is an empty list."""
    if isinstance(value, str) and value.strip():
        return json.loads(value, parse_float=Decimal)
    return value or []


def figures(till: Till) -> Figures:
    """What the owner's position says of the product; all zero while there is none."""
    found = rows(till.owner.send("GetAccountPositions", till.of_account))
    mine = [row for row in found if lookup(row, "ProductId") == till.product]
    return {key: number(mine[0], key) if mine else Decimal(0) for key in FIGURES}


def moved(before: Figures, after: Figures) -> Figures:
    """What changed between two readings, without what did not."""
    return {key: after[key] - before[key] for key in before if after[key] != before[key]}


def ticket_reads(till: Till) -> tuple[Read, ...]:
    """What the owner can read about tickets and funds of the account."""
    account = till.of_account
    return (
        (till.owner, "GetAccountPositions", account),
        (till.owner, "GetDepositTickets", {**account, "OperatorId": 1}),
        (till.owner, "GetWithdrawTickets", account),
        (till.owner, "GetWithdraws", account),
        (till.owner, "GetDeposits", account),
        (till.owner, "GetAccountTransactions", {**account, "Depth": DEFAULT_PAGE}),
    )


def others_reads(world: World) -> tuple[Till, tuple[Read, ...]]:
    """An uninvolved customer, and the reads that show that nothing happened to it."""
    till = fiat_till(world, world.customer("second_trader"))
    return till, ticket_reads(till)
