"""Fees of withdrawals: the list of them, and what an estimate must come to."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.target.session import lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import Row, Till, kind_of, number, rows
from scenarios.tickets.withdrawing import fee

HUNDRED = Decimal(100)
"""Of a hundred, a percentage is the fee itself, whatever a product is rounded to."""
FLAT, PERCENTAGE = ("FlatRate", 0), ("Percentage", 1)
"""How a fee is calculated, by name and by number."""


def fee_lines(till: Till) -> list[Row]:
    """The active fees on withdrawing the product."""
    found = rows(till.owner.send("GetOMSWithdrawFees", till.of_product))
    return [row for row in found if lookup(row, "IsActive") is True]


def estimate(till: Till, amount: Decimal) -> Decimal:
    """What the fees of the list come to."""
    if _free_of_charge(till):
        return Decimal(0)
    return sum((_part(line, amount) for line in fee_lines(till)), Decimal(0))


def _part(line: Row, amount: Decimal) -> Decimal:
    value = number(line, "FeeAmt")
    return value * amount / HUNDRED if lookup(line, "FeeCalcType") in PERCENTAGE else value


def charged(till: Till, kind: tuple[str, int]) -> Till:
    """The same customer and a product with active fees of this kind alone; Unavailable."""
    for each in every_product(till):
        kinds = {lookup(line, "FeeCalcType") for line in fee_lines(each)}
        if kinds and kinds <= set(kind) and not _free_of_charge(each):
            return each
    raise Unavailable(f"no product is charged by {kind[0]} alone")


def every_product(till: Till) -> list[Till]:
    """The customer with each product of the exchange in turn."""
    found = _products(till.world)
    return [
        Till(till.world, till.owner, int(lookup(row, "ProductId")), kind_of(row)) for row in found
    ]


def fees(till: Till, *amounts: int) -> list[Decimal]:
    """The estimates for these amounts."""
    return [fee(till, Decimal(amount)) for amount in amounts]


def _free_of_charge(till: Till) -> bool:
    return any(
        lookup(row, "NoFees") is True for row in _products(till.world)
        if lookup(row, "ProductId") == till.product
    )


def _products(world: World) -> list[Row]:
    return rows(world.trader.call("GetProducts", OMSId=world.oms_id))
