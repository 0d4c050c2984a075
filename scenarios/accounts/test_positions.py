"""GetAccountPositions and GetAllAccountPositions: what accounts have, and what of it is held."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.positions import (
    DAY_MS,
    accounts_in,
    day_totals,
    distinct,
    open_sell,
    outside_bounds,
)
from scenarios.accounts.vocabulary import (
    NOT_AUTHORISED,
    all_positions,
    funds,
    of_account,
    placed,
    rows,
)
from scenarios.oms_orders.vocabulary import BUY, Floor, limit_order, taken
from scenarios.tickets.depositing import credited
from scenarios.tickets.vocabulary import AMOUNT, fiat_till
from scenarios.users.vocabulary import colleague_of, holder_of

MANY = 100_000
"""More rows than there are positions."""


def own_positions(who: Session) -> list[Any]:
    """The rows of GetAccountPositions for a customer's own account."""
    return rows(who.send("GetAccountPositions", of_account(who)))


@clause("accounts/GetAccountPositions/echo")
def test_every_position_names_its_account(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Rows of two accounts can be told apart."""
    found = [
        distinct(own_positions(who), "omsId", "accountId") for who in (trader, rival)
    ]

    required = [{(world.oms_id, trader.account_id)}, {(world.oms_id, rival.account_id)}]
    verify.equal("(omsId, accountId) of the rows", found, required)


@clause("accounts/GetAccountPositions/one-per-product")
def test_each_product_has_one_position(world: World, trader: Session, verify: Verifier) -> None:
    """Adding up rows must not count a product twice."""
    found = [lookup(row, "productId") for row in own_positions(trader)]

    verify.equal("products", len(found), len(set(found)), *trader.turns[-1:])
    verify.holds("the products held are listed",
                 {world.market.product1, world.market.product2} <= set(found), found)


@clause("accounts/GetAccountPositions/hold-within-amount")
def test_hold_is_part_of_the_amount(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """An order and a manual hold reserve what is there, never more."""
    open_sell(trader, floor)
    placed(world, trader, world.market.product2)

    found = own_positions(trader)

    verify.holds("something is held", any(row[1] > 0 for row in funds(trader).values()), found)
    verify.equal("positions with hold outside 0 … amount", outside_bounds(found), [])


@clause("accounts/GetAccountPositions/hold-follows-orders")
def test_open_order_holds_what_it_may_cost(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """A hundred at 1 each hold a hundred of the currency, and the amount stays."""
    money = world.market.product2
    amount, held = funds(trader)[money]

    taken(trader.send(
        "SendOrder", limit_order(trader, floor.market, BUY, Decimal(1), Decimal(100))
    ))

    verify.equal("(amount, hold)", funds(trader)[money], (amount, held + 100),
                 *trader.turns[-1:])


@clause("accounts/GetAccountPositions/day-is-utc")
def test_totals_of_the_day_start_at_midnight_utc(world: World, verify: Verifier) -> None:
    """A limit a day is used up until midnight UTC, not until 24 hours later."""
    till = fiat_till(world)
    credited(till)
    now = world.deployment.now_ms()

    before = day_totals(till)
    world.deployment.advance_clock(DAY_MS - now % DAY_MS)

    owner = holder_again(world, till.owner)
    verify.equal("total of the day", before, AMOUNT)
    verify.equal("total after midnight", day_totals(till.by(owner)), 0, *owner.turns[-1:])


def holder_again(world: World, who: Session) -> Session:
    """The same customer on a new connection: time has passed, and sessions may be over."""
    return who.renewed()


@clause("accounts/GetAllAccountPositions/start-index")
def test_positions_begin_with_the_account_named(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """startIndex is an account id: nothing below it is listed, and the account itself is."""
    found = accounts_in(all_positions(operator, start=trader.account_id))

    verify.equal("lowest account listed", min(found), trader.account_id, *operator.turns[-1:])


@clause("accounts/GetAllAccountPositions/limit")
def test_no_more_positions_than_asked_for(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """The limit counts positions, also where it cuts an account in two."""
    found = [len(all_positions(operator, trader.account_id, limit)) for limit in (1, 2)]

    verify.equal("rows by limit", found, [1, 2], *operator.turns[-2:])


@pytest.mark.parametrize(
    "permission",
    [clause_case("accounts/GetAllAccountPositions/related-only", "AccountReadOnly"),
     clause_case("accounts/GetAllAccountPositions/related-only", "AccountOperator")],
)
def test_reader_sees_related_accounts_only(
    world: World, trader: Session, verify: Verifier, permission: str
) -> None:
    """All positions are those of all accounts one has to do with."""
    reader = holder_of(world, permission)
    world.deployment.fund(reader.account_id, world.market.product2, AMOUNT)

    found = accounts_in(all_positions(reader, limit=MANY))

    verify.equal("accounts listed", found, {reader.account_id}, *reader.turns[-1:])


@clause("accounts/GetAllAccountPositions/operator-all")
def test_operator_sees_all_accounts(
    operator: Session, trader: Session, rival: Session, verify: Verifier
) -> None:
    """The books can be added up only when nothing is left out."""
    found = accounts_in(all_positions(operator, limit=MANY))

    verify.holds("both customers' accounts are listed",
                 {trader.account_id, rival.account_id} <= found, sorted(found))


@clause("accounts/GetAllAccountPositions/refuses-trading")
def test_trading_permission_does_not_open_all_positions(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A trader reads the positions of his account, and not through this door."""
    dealer = holder_of(world, "Trading")

    turns = [
        who.call("GetAllAccountPositions", omsId=world.oms_id, startIndex=0, limit=10)
        for who in (dealer, colleague_of(world, trader))
    ]

    verify.refused(turns[0], code=NOT_AUTHORISED)
    verify.refused(turns[1], code=NOT_AUTHORISED)
