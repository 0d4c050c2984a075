"""Distributions: which account gets which part of an instrument's trading fees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.instrs.vocabulary import (
    ALL_TYPES,
    HOUSE_ACCOUNTS,
    LIMIT_ORDERS,
    MARKET_ORDERS,
    distribution_ids,
    distribution_reads,
    distributions,
    done,
    instrument_reads,
    new_instrument,
    number,
    order_type,
    rows,
    settled,
    share,
)
from scenarios.oms_orders.vocabulary import Floor, executions, funds, trade
from scenarios.workflows.floors import FEE_ACCOUNT, ZERO, fee_sums, moved

PERCENT = Decimal("12.5")
UNITS = Decimal("0.01")
LOTS = 200
"""So much that either side's fee is more than the units shared."""
DEPTH = 200


@pytest.fixture
def instrument(world: World) -> int:
    """A new instrument whose fees are not shared yet."""
    return new_instrument(world)


@pytest.fixture
def partner(world: World) -> Session:
    """Who gets a share."""
    return world.customer()


@clause("instrs/SetDistribution/effect")
def test_share_is_added_to_one_instrument(
    world: World, instrument: int, partner: Session, verify: Verifier
) -> None:
    """It reads back as it was set; another instrument's shares and all definitions stay."""
    other = new_instrument(world)
    done(share(world, other, partner.account_id, PERCENT))

    with verify.unchanged(*distribution_reads(world, other), *instrument_reads(world)):
        turn = verify.succeeded(share(
            world, instrument, partner.account_id, PERCENT, absolute=True, orderType=LIMIT_ORDERS
        ))

    found = [settled(row) for row in distributions(world, instrument)]
    verify.equal("(order type, account, share, absolute)", found,
                 [(LIMIT_ORDERS, partner.account_id, PERCENT, True)], turn)


@clause("instrs/SetDistribution/upsert")
def test_zero_adds_and_a_number_changes(
    world: World, instrument: int, partner: Session, verify: Verifier
) -> None:
    """Two rows with ids of their own; changed by its id one of them changes, and keeps the id."""
    for kind in (MARKET_ORDERS, LIMIT_ORDERS):
        verify.succeeded(share(world, instrument, partner.account_id, PERCENT, orderType=kind))
    first, second = distributions(world, instrument)

    turn = verify.succeeded(share(
        world, instrument, partner.account_id, Decimal(3), orderType=order_type(second),
        distributionId=lookup(second, "DistributionId"),
    ))

    found = distributions(world, instrument)
    verify.equal("ids", distribution_ids(found), distribution_ids([first, second]), turn)
    verify.holds("the ids differ and are not 0", len({0, *distribution_ids(found)}) == 3, found)
    verify.equal("rows", [settled(row) for row in found], [
        settled(first), (order_type(second), partner.account_id, Decimal(3), False)], turn)


@clause("instrs/SetDistribution/absolute-default")
def test_shares_are_percentages_by_default(
    world: World, instrument: int, partner: Session, verify: Verifier
) -> None:
    """Ten percent that are taken for ten units give a fee away whole."""
    payload = {
        "distributionPrct": PERCENT, "account": partner.account_id, "orderType": ALL_TYPES,
        "instrumentId": instrument, "omsId": world.oms_id,
    }

    turn = verify.succeeded(world.operator.send("SetDistribution", payload))

    found = [lookup(row, "Absolute") for row in distributions(world, instrument)]
    verify.equal("Absolute", found, [False], turn)


@pytest.mark.parametrize(
    ("_", "account"),
    [clause_case(clause_id, (), account) for account in HOUSE_ACCOUNTS for clause_id in (
        "instrs/SetDistribution/refuses-built-in-account",
        "instrs/GetDistributions/no-built-in-account",
    )],
)
def test_house_gets_no_share_of_its_own_fees(
    world: World, instrument: int, partner: Session, verify: Verifier, _: object, account: int
) -> None:
    """Fees, deposits and adapter have accounts of their own, none of which is ever listed."""
    done(share(world, instrument, partner.account_id, PERCENT))

    purpose = world.deployment.owned.on_purpose("Account", account)
    with purpose, verify.unchanged(*distribution_reads(world, instrument)):
        verify.refused(share(world, instrument, account, PERCENT, orderType=LIMIT_ORDERS))

    listed = [lookup(row, "Account") for row in distributions(world, instrument)]
    verify.equal("accounts", listed, [partner.account_id], *world.operator.turns[-1:])


@clause("instrs/GetDistributions/one-per-order-type")
def test_no_order_type_has_two_rows(
    world: World, instrument: int, partner: Session, verify: Verifier
) -> None:
    """Set again for the same type, the new share takes the old one's place."""
    for part in (PERCENT, Decimal(5)):
        verify.succeeded(share(world, instrument, partner.account_id, part))
    verify.succeeded(share(world, instrument, partner.account_id, PERCENT, orderType=LIMIT_ORDERS))

    found = {order_type(row): number(row, "DistributionPrct")
             for row in distributions(world, instrument)}

    verify.equal("rows", len(distributions(world, instrument)), 2, *world.operator.turns[-1:])
    verify.equal("shares by order type", found, {ALL_TYPES: Decimal(5), LIMIT_ORDERS: PERCENT})


@pytest.mark.parametrize(
    ("part", "absolute"),
    [clause_case("instrs/GetDistributions/percentage", PERCENT, False),
     clause_case("instrs/GetDistributions/absolute", UNITS, True)],
)
def test_partner_gets_the_share(
    world: World, trader: Session, rival: Session, partner: Session, floor: Floor,
    verify: Verifier, part: Decimal, absolute: bool,
) -> None:
    """So many percent of each fee, or so many units of it, however large the fee is."""
    done(share(world, floor.instrument_id, partner.account_id, part, absolute=absolute))
    before = funds(partner)

    trade(rival, trader, floor, lots=LOTS)

    fees = fee_sums([*executions(trader, floor), *executions(rival, floor)])
    verify.holds("both fees are more than the units shared", min(fees.values()) > UNITS, fees)
    parts = {product: part if absolute else fee * part / 100 for product, fee in fees.items()}
    verify.equal("gain of the partner", moved(before, partner), parts)


def statement(operator: Session) -> list[Any]:
    """The fee account's newest entries, newest first."""
    return rows(operator.call(
        "GetAccountTransactions", OMSId=1, AccountId=FEE_ACCOUNT, Depth=DEPTH
    ))


def sums(found: list[Any], key: str) -> dict[int, Decimal]:
    """What entries brought in or took out, by product, without what is zero."""
    total: dict[int, Decimal] = {}
    for row in found:
        product = int(lookup(row, "productId"))
        total[product] = total.get(product, ZERO) + number(row, key)
    return {product: amount for product, amount in total.items() if amount}


@clause("instrs/GetDistributions/fee-account")
def test_fees_pass_through_the_fee_account(
    world: World, trader: Session, rival: Session, partner: Session, floor: Floor,
    verify: Verifier,
) -> None:
    """The whole fee comes in there, and the share goes out from there."""
    done(share(world, floor.instrument_id, partner.account_id, PERCENT))
    before, known = funds(partner), [
        lookup(row, "transactionId") for row in statement(world.operator)
    ]

    trade(rival, trader, floor, lots=LOTS)

    new = [row for row in statement(world.operator) if lookup(row, "transactionId") not in known]
    fees = fee_sums([*executions(trader, floor), *executions(rival, floor)])
    verify.holds("fees were charged", bool(fees), fees)
    verify.equal("what came in", sums(new, "cr"), fees)
    verify.equal("what went out", sums(new, "dr"), moved(before, partner))
