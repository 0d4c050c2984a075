"""GetAccountTransactions: the running statement of an account."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.vocabulary import OMS, Floor, number, rows, transactions
from scenarios.trades.vocabulary import ids, trades_apart


def broken_links(entries: list[Any]) -> list[tuple[int, Decimal, Decimal]]:
    """(entry, balance found, balance required) where a balance does not follow; newest first in.

    The oldest entry of a product has nothing to follow from.
    """
    balances: dict[int, Decimal] = {}
    wrong = []
    for row in reversed(entries):
        product = int(lookup(row, "productId"))
        found = number(row, "balance")
        if product in balances:
            required = balances[product] + number(row, "cr") - number(row, "dr")
            if found != required:
                wrong.append((int(lookup(row, "transactionId")), found, required))
        balances[product] = found
    return wrong


def entries_per_product(entries: list[Any]) -> dict[int, int]:
    """How many entries there are of each product."""
    counts: dict[int, int] = defaultdict(int)
    for row in entries:
        counts[int(lookup(row, "productId"))] += 1
    return counts


@pytest.fixture
def statement(
    world: World, trader: Session, rival: Session, floor: Floor
) -> list[Any]:
    """The trader's statement after four purchases, newest entry first."""
    trades_apart(world, trader, rival, floor)
    return transactions(trader)


@pytest.mark.parametrize("depth", [0, 1, 3])
@clause("trades/GetAccountTransactions/depth-bounds")
def test_no_more_entries_than_asked(
    statement: list[Any], trader: Session, verify: Verifier, depth: int
) -> None:
    """Depth is the number of entries that come back, the most recent of them."""
    found = ids(transactions(trader, depth), "transactionId")

    verify.equal("entries", found, ids(statement, "transactionId")[:depth])
    verify.holds("there are more entries than asked for", len(statement) > depth, len(statement))


@clause("trades/GetAccountTransactions/balance-chain")
def test_balances_follow_from_each_other(statement: list[Any], verify: Verifier) -> None:
    """Each balance is the one before plus what came in, less what went out.

    Whoever audits an account adds these up; one wrong link and the account does not add up.
    """
    chains = entries_per_product(statement)
    verify.holds("both products have several entries",
                 len(chains) > 1 and min(chains.values()) > 2, chains)

    verify.equal("balances that do not follow", broken_links(statement), [])


@clause("trades/GetAccountTransactions/one-direction")
def test_an_entry_goes_one_way(statement: list[Any], verify: Verifier) -> None:
    """An entry brings something in or takes something out: never both, never a negative."""
    amounts = [(number(row, "cr"), number(row, "dr")) for row in statement]

    wrong = [(cr, dr) for cr, dr in amounts if cr < 0 or dr < 0 or (cr > 0 and dr > 0)]

    verify.equal("(cr, dr) that are negative or both above zero", wrong, [])
    verify.holds("some entries come in and some go out",
                 any(cr > 0 for cr, _ in amounts) and any(dr > 0 for _, dr in amounts), amounts)


@clause("trades/GetAccountTransactions/default-account")
def test_default_account_is_meant(
    statement: list[Any], trader: Session, verify: Verifier
) -> None:
    """Left out, AccountId is the caller's default account."""
    turn = trader.call("GetAccountTransactions", OMSId=OMS, Depth=200)

    found = ids(rows(verify.succeeded(turn)), "transactionId")
    verify.equal("entries", found, ids(statement, "transactionId"), turn)
