"""What a trade costs and how it is described: fees, roles, directions, units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.recipes import fee_question
from scenarios.oms_orders.vocabulary import (
    BUY,
    MAKER,
    OMS,
    SELL,
    TAKER,
    Floor,
    buy,
    executed,
    executions,
    funds,
    newest,
    number,
    sell,
    trade,
)
from scenarios.users.markets import prints, subscribe
from scenarios.workflows.floors import FEE_ACCOUNT, ZERO, direction, fee_sums, moved

SHARE = 25
"""Percent of the fees that a distribution of these scenarios gives away."""
ALL_ORDER_TYPES = 1


def estimated(who: Session, floor: Floor, side: int, role: int, lots: int) -> tuple[object, ...]:
    """(fee, product) that GetOrderFee tells for a trade at the base price."""
    turn = who.send("GetOrderFee", fee_question(who, floor.market, side, role, lots))
    return number(turn.value, "OrderFee"), turn.get("ProductId")


def charged(row: object) -> tuple[object, ...]:
    """(fee, product) of an execution."""
    return number(row, "fee"), lookup(row, "feeProductId")


@clause("workflows/trading/maker-taker")
def test_order_takes_first_and_makes_afterwards(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Filled in part on entry an order is the taker; once it rests it is the maker.

    Fees and rebates hang on the role.
    """
    sell(rival, floor, lots=10)
    order_id = buy(trader, floor, lots=20)
    sell(rival, floor, lots=10)

    taking, making = reversed(executed(trader, order_id))

    roles = [estimated(trader, floor, BUY, role, 10) for role in (TAKER, MAKER)]
    verify.equal("fees", [charged(taking), charged(making)], roles)
    public = prints(subscribe(trader, floor.market, "Trades", IncludeLastCount=2).value)
    sides = {row.trade_id: row.taker_side for row in public}
    found = [sides.get(int(lookup(row, "tradeId"))) for row in (taking, making)]
    verify.equal("taker's side of the public trades", found, [BUY, SELL])


def trade_along(seller: Session, buyer: Session, floor: Floor, *ticks: int) -> None:
    """One trade at each of these prices, in this order."""
    for tick in ticks:
        trade(seller, buyer, floor, tick)


@clause("workflows/trading/direction")
def test_direction_compares_with_the_trade_before(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """A trade above the one before is an uptick, below it a downtick, else no change."""
    trade_along(rival, trader, floor, 0, 2, 2, -1, 0)

    found = [direction(row) for row in reversed(executions(trader, floor))]

    verify.equal("directions after the first", found[1:],
                 ["UpTick", "NoChange", "DownTick", "UpTick"])


@clause("workflows/trading/fee-in-received-product")
def test_each_side_pays_in_what_it_receives(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The buyer is charged in the first product, the seller in the second."""
    sell(rival, floor, lots=10)
    buy(trader, floor, lots=10)

    found = [lookup(newest(executions(who, floor), "execution"), "feeProductId")
             for who in (trader, rival)]

    verify.equal("fee products of buyer and seller", found,
                 [floor.market.product1, floor.market.product2])


@clause("workflows/trading/units")
def test_quantity_and_price_count_their_products(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Three lots at a price cost three times the price in the second product."""
    before = funds(trader)

    trade(rival, trader, floor, 1, lots=3)

    gained = moved(before, trader)
    fees = fee_sums(executions(trader, floor))
    base, quote = floor.market.product1, floor.market.product2
    found = (gained[base] + fees.get(base, ZERO), gained[quote] + fees.get(quote, ZERO))
    verify.equal("(first product gained, second product spent) before fees", found,
                 (floor.lots(3), -floor.at(1) * floor.lots(3)))


@pytest.mark.parametrize(
    ("side", "role"), [(BUY, TAKER), (SELL, MAKER)], ids=["taker buys", "maker sells"]
)
@clause("workflows/trading/fee-estimate")
def test_estimate_is_the_fee(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, side: int, role: int
) -> None:
    """What GetOrderFee tells beforehand is what the execution is charged."""
    who = {SELL: rival, BUY: trader}[side]
    required = estimated(who, floor, side, role, 10)

    sell(rival, floor, lots=10)
    buy(trader, floor, lots=10)

    verify.equal("(fee, product)", charged(newest(executions(who, floor), "execution")), required)


@clause("workflows/trading/fee-distribution")
def test_fee_account_keeps_what_is_not_distributed(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Of the fees of a trade the fee account gets all that no distribution gives away."""
    partner, operator = world.customer(), world.operator
    verify.succeeded(operator.call(
        "SetDistribution", distributionId=0, distributionPrct=SHARE, absolute=False,
        account=partner.account_id, orderType=ALL_ORDER_TYPES,
        instrumentId=floor.instrument_id, omsId=OMS,
    ))
    house, before = fee_account(operator), funds(partner)

    trade(rival, trader, floor, lots=10)

    fees = fee_sums([*executions(trader, floor), *executions(rival, floor)])
    gained = {product: amount - house.get(product, ZERO)
              for product, amount in fee_account(operator).items() if product in fees}
    shares = moved(before, partner)
    verify.holds("fees are taken and shared", bool(fees) and bool(shares), (fees, shares))
    kept = {product: fee - shares.get(product, ZERO) for product, fee in fees.items()}
    verify.equal("gain of the fee account", gained, kept)
    verify.equal("share of the partner", shares,
                 {product: fee * SHARE / 100 for product, fee in fees.items()})


def fee_account(operator: Session) -> dict[int, Decimal]:
    """Amounts of the account that fees go to."""
    rows = operator.call("GetAccountPositions", OMSId=OMS, AccountId=FEE_ACCOUNT).value
    return {int(lookup(row, "productId")): number(row, "amount") for row in rows}


@clause("workflows/trading/reference-data")
def test_what_is_traded_is_listed(
    trader: Session, rival: Session, world: World, floor: Floor, verify: Verifier
) -> None:
    """Instrument and products of an execution are listed, and its figures fit the increments."""
    trade(rival, trader, floor, 1, lots=3)
    row = newest(executions(trader, floor), "execution")

    instruments = world.anonymous.call("GetInstruments", OMSId=OMS).value
    products = world.anonymous.call("GetProducts", OMSId=OMS).value

    listed = next((i for i in instruments
                   if lookup(i, "instrumentId") == lookup(row, "instrumentId")), None)
    verify.holds("the instrument is listed", listed is not None, lookup(row, "instrumentId"))
    known = {lookup(product, "productId") for product in products}
    met = {lookup(listed, "product1"), lookup(listed, "product2"), lookup(row, "feeProductId")}
    verify.equal("products that are not listed", met - known, set())
    rests = (number(row, "price") % number(listed, "priceIncrement"),
             number(row, "quantity") % number(listed, "quantityIncrement"))
    verify.equal("rests of price and quantity", rests, (ZERO, ZERO))
