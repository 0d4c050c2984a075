"""GetOrderFee: what a trade would cost, in which product, and whom it is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.recipes import fee_question
from scenarios.oms_orders.vocabulary import (
    BASE_PRICE,
    BUY,
    MAKER,
    NOT_AUTHORISED,
    OMS,
    SELL,
    TAKER,
    Floor,
    buy,
    executed,
    newest,
    number,
    sell,
)

CRYPTO = 2


def estimate(trader: Session, market: Market, side: int, role: int = TAKER) -> Turn:
    """Ask for the fee of ten lots at the base price."""
    return trader.send("GetOrderFee", fee_question(trader, market, side, role))


def free_market(world: World) -> Market:
    """A new instrument whose first product is marked noFees."""
    symbol, operator = world.deployment.unique_name("NF"), world.operator
    product = operator.call(
        "AddProduct", OMSId=OMS, ProductId=0, DecimalPlaces=8, Product=symbol,
        ProductFullName=f"Free of fees {symbol}", ProductType=CRYPTO,
        TickSize=Decimal("0.00000001"), NoFees=True,
    ).get("Id")
    if not isinstance(product, int) or product <= 0:
        raise Unavailable("no product without fees can be added")
    world.deployment.leaks.record("Product", product)
    model = world.private_market()
    turn = operator.call(
        "AddInstrument", OMSId=OMS, Symbol=f"{symbol}X", Product1=product,
        Product2=model.product2, InstrumentType=1, VenueInstrumentId=1, VenueId=1, SortIndex=0,
        SessionStatus=1, SelfTradePrevention=False, QuantityIncrement=model.quantity_increment,
        PriceIncrement=model.price_increment,
    )
    if not isinstance(turn.get("Id"), int):
        raise Unavailable(f"no instrument without fees can be added: {turn.text[:200]}")
    return replace(model, instrument_id=int(turn["Id"]), product1=product)


@pytest.mark.parametrize("side", [BUY, SELL], ids=["buy", "sell"])
@clause("oms_orders/GetOrderFee/received-product")
def test_fee_is_counted_in_what_is_received(
    trader: Session, market: Market, verify: Verifier, side: int
) -> None:
    """A buyer is told the fee in the first product, a seller in the second."""
    turn = verify.succeeded(estimate(trader, market, side))

    received = market.product1 if side == BUY else market.product2
    verify.equal("ProductId", turn["ProductId"], received, turn)


@clause("oms_orders/GetOrderFee/deterministic")
def test_equal_questions_get_equal_answers(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Asked again, the estimate is the same: a client may show it before it sends."""
    first, second = estimate(trader, market, BUY), estimate(trader, market, BUY)

    verify.equal("answer", second.value, first.value, first, second)


@pytest.mark.parametrize("role", [MAKER, TAKER], ids=["maker", "taker"])
@pytest.mark.parametrize("side", [BUY, SELL], ids=["buy", "sell"])
@clause("oms_orders/GetOrderFee/not-negative")
def test_fee_is_never_below_zero(
    trader: Session, market: Market, verify: Verifier, side: int, role: int
) -> None:
    """Nobody is told that trading pays: a rebate is booked apart from the fee."""
    turn = verify.succeeded(estimate(trader, market, side, role))

    fee = number(turn.value, "OrderFee")
    verify.holds("the fee is zero or more", fee >= 0, fee, turn)


@clause("oms_orders/GetOrderFee/no-fees-product")
def test_product_without_fees_costs_nothing(
    world: World, trader: Session, verify: Verifier
) -> None:
    """Received in a product marked noFees a trade is free; the other way it is not."""
    market = free_market(world)
    if number(estimate(trader, market, SELL).value, "OrderFee") == 0:
        raise Unavailable("no fee is taken here at all, so its absence proves nothing")

    turn = verify.succeeded(estimate(trader, market, BUY))

    verify.equal("OrderFee", number(turn.value, "OrderFee"), 0, turn)


@pytest.mark.parametrize(("role", "side"), [(MAKER, SELL), (TAKER, BUY)], ids=["maker", "taker"])
@clause("oms_orders/GetOrderFee/agrees-with-execution")
def test_estimate_is_what_is_charged(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, role: int, side: int
) -> None:
    """The fee of an execution is the one that was estimated for the same trade."""
    parties = {SELL: trader, BUY: rival}
    turn = verify.succeeded(estimate(parties[side], floor.market, side, role))

    orders = {SELL: sell(trader, floor, lots=10), BUY: buy(rival, floor, lots=10)}

    row = newest(executed(parties[side], orders[side]), "execution")
    charged = (number(row, "fee"), lookup(row, "feeProductId"))
    verify.equal("base price of the floor", floor.base, BASE_PRICE)
    verify.equal("(fee, product)", charged,
                 (number(turn.value, "OrderFee"), turn["ProductId"]), turn)


@clause("oms_orders/GetOrderFee/own-accounts")
def test_estimate_for_another_account_is_refused(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """What another account pays is not the trader's business."""
    turn = trader.send("GetOrderFee", fee_question(rival, market, BUY))

    verify.refused(turn, code=NOT_AUTHORISED)
