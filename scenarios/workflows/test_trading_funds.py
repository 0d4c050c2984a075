"""What trading does to accounts: nothing is created, nothing is lost, nobody else is touched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.hearing import about, last_balances, listen
from scenarios.oms_orders.vocabulary import (
    BUY,
    OMS,
    SELL,
    Floor,
    book,
    buy,
    cancel,
    cancel_all,
    done,
    executions,
    funds,
    held,
    holds,
    newest,
    number,
    rows,
    sell,
    trade,
    trade_reads,
    transactions,
)
from scenarios.users.markets import prints, subscribe
from scenarios.workflows.floors import ORDER_HOLD, ZERO, fee_sums, moved

TRADE, FEE = (2, "Trade"), (1, "Fee")
TRADE_REFERENCE = (1, "Trade")


@clause("workflows/trading/trade-conservation")
def test_trade_moves_what_was_traded_and_fees(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """What one gains in a product the other loses, but for the fees; a sum that differs is money
    made or lost.
    """
    before = (funds(trader), funds(rival))

    trade(rival, trader, floor, 1, lots=10)

    bought, sold = moved(before[0], trader), moved(before[1], rival)
    fees = (fee_sums(executions(trader, floor)), fee_sums(executions(rival, floor)))
    value = floor.at(1) * floor.lots(10)
    base, quote = floor.market.product1, floor.market.product2
    verify.equal("buyer's gain", bought, less({base: floor.lots(10), quote: -value}, fees[0]))
    verify.equal("seller's gain", sold, less({base: -floor.lots(10), quote: value}, fees[1]))


def less(amounts: dict[int, Decimal], fees: dict[int, Decimal]) -> dict[int, Decimal]:
    """Amounts after their fees."""
    return {product: amount - fees.get(product, ZERO) for product, amount in amounts.items()}


@clause("workflows/trading/trade-value")
def test_value_is_price_times_quantity(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """In the executions of both sides and in the event alike."""
    listen(trader, floor)

    trade(rival, trader, floor, 3, lots=7)

    told = verify.told(trader)["OrderTradeEvent"]
    found = [number(row, "value")
             for row in (*executions(trader, floor), *executions(rival, floor), *told)]
    value = floor.at(3) * floor.lots(7)
    verify.equal("values", found, [value, value, value])


@clause("workflows/trading/trade-duality")
def test_both_sides_tell_the_same_trade(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Trade, instrument, price, quantity and time agree; sides and execution ids differ."""
    trade(rival, trader, floor, lots=2)

    mine, other = (newest(executions(who, floor), "execution") for who in (trader, rival))

    keys = ("tradeId", "instrumentId", "price", "quantity", "tradeTimeMS")
    found = [[lookup(row, key) for key in keys] for row in (mine, other)]
    verify.equal("what both tell", found[0], found[1])
    own = [{lookup(row, key) for row in (mine, other)} for key in ("side", "executionId")]
    verify.equal("different (sides, execution ids)", [len(values) for values in own], [2, 2])


@clause("workflows/trading/public-row-agrees")
def test_public_row_names_both_orders(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """What everybody sees of a trade is what its parties see."""
    orders = {sell(rival, floor, lots=2), buy(trader, floor, lots=2)}
    mine = newest(executions(trader, floor), "execution")

    told = subscribe(trader, floor.market, "Trades", IncludeLastCount=1)
    row = newest(prints(told.value), "public trade")

    public = (row.trade_id, {row.order1, row.order2}, row.price, row.quantity, row.time)
    private = (lookup(mine, "tradeId"), orders, number(mine, "price"), number(mine, "quantity"),
               lookup(mine, "tradeTimeMS"))
    verify.equal("(trade, orders, price, quantity, time)", public, private)


@clause("workflows/trading/hold-covers-orders")
def test_hold_is_what_open_orders_bind(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Purchases hold their cost, sales their quantity, for what remains; cancelled, nothing."""
    before = holds(trader)
    buy(trader, floor, -2, lots=3)
    buy(trader, floor, -1, lots=2)
    sell(trader, floor, 1, lots=4)
    sell(trader, floor, 2)
    sell(rival, floor, -1)
    base, quote = floor.market.product1, floor.market.product2

    cost = floor.at(-2) * floor.lots(3) + floor.at(-1) * floor.lots()
    found = (held(trader, quote), held(trader, base))
    verify.equal("holds of (second, first product)", found, (cost, floor.lots(5)))

    done(cancel_all(trader))
    verify.equal("holds afterwards", holds(trader), before)


@clause("workflows/trading/hold-list-agrees")
def test_open_holds_add_up_to_the_hold(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """The list of holds that an operator sees sums to what the position shows."""
    buy(trader, floor, -1, lots=3)
    buy(trader, floor, -2)
    sell(trader, floor, 1, lots=2)

    listed = rows(world.operator.call(
        "GetOpenHolds", omsId=OMS, accountId=trader.account_id,
        TransactionReferenceType=ORDER_HOLD,
    ))

    found = summed(listed)
    shown = {product: hold for product, hold in holds(trader).items() if hold}
    verify.equal("holds by product", found, shown)
    verify.equal("number of holds", len(listed), 3)


def summed(listed: list[Any]) -> dict[int, Decimal]:
    """What holds take out of what is available, by product."""
    sums: dict[int, Decimal] = {}
    for row in listed:
        product = int(lookup(row, "productId"))
        sums[product] = sums.get(product, ZERO) + number(row, "dr") - number(row, "cr")
    return sums


@clause("workflows/trading/non-negative")
def test_hold_stays_between_nothing_and_everything(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """However one trades, no hold is negative and none exceeds its amount."""
    order = buy(trader, floor, lots=3)
    first = funds(trader)
    sell(rival, floor)
    second = funds(trader)
    done(cancel(trader, order))

    readings = (first, second, funds(trader))

    wrong = [figures for reading in readings for figures in reading.values()
             if not ZERO <= figures[1] <= figures[0]]
    verify.equal("(amount, hold) out of bounds", wrong, [])
    holding = [sum(hold for _, hold in reading.values()) > 0 for reading in readings]
    verify.equal("something is held", holding, [True, True, False])


@clause("workflows/trading/isolation")
def test_third_account_is_untouched(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Orders, trades and cancels of two accounts change nothing of a third."""
    witness = world.customer()
    buy(witness, floor, -4)

    with verify.unchanged(*trade_reads(witness)):
        trade(rival, trader, floor)
        done(cancel(trader, buy(trader, floor, -4)))
        done(cancel_all(rival))


@clause("workflows/trading/cleanup")
def test_nothing_is_left_after_cancelling_all(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """No hold remains, and only other people's quantity stays on the book."""
    before = holds(trader)
    buy(trader, floor, -1, lots=2)
    buy(rival, floor, -1)
    sell(trader, floor, 1)

    done(cancel_all(trader))

    verify.equal("holds", holds(trader), before)
    verify.equal("book", book(trader, floor.instrument_id), {(BUY, floor.at(-1)): floor.lots()})


@clause("workflows/trading/events-complete")
def test_each_execution_is_told_once_with_its_funds(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """As many OrderTradeEvents as executions, and a position event for each product moved."""
    listen(trader, floor)
    order_id = sell(trader, floor, lots=3)
    buy(rival, floor)
    buy(rival, floor, lots=2)

    told = verify.told(trader)

    trades = [lookup(row, "TradeId") for row in about(told, "OrderTradeEvent", order_id)]
    found = sorted(lookup(row, "tradeId") for row in executions(trader, floor))
    verify.equal("trades told", sorted(trades), found)
    products = {floor.market.product1, floor.market.product2}
    verify.equal("products told", set(last_balances(told)) & products, products)


@clause("workflows/trading/position-event-agrees")
def test_last_position_told_is_the_position(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Who only listens ends up with the balances of who asks."""
    listen(trader, floor)
    sell(trader, floor, lots=3)
    buy(rival, floor)
    buy(trader, floor, -1, lots=2)

    told = last_balances(verify.told(trader))

    now = funds(trader)
    products = (floor.market.product1, floor.market.product2)
    verify.equal("(amount, hold) by product", {p: told.get(p) for p in products},
                 {p: now[p] for p in products})


@clause("workflows/trading/ledger-chain")
def test_statement_ends_in_the_position(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Entry by entry the balances follow from each other, and the last one is the amount."""
    trade(rival, trader, floor)
    trade(trader, rival, floor, 1)
    buy(trader, floor, -2)

    entries = transactions(trader)

    verify.equal("balances that do not follow", broken_links(entries), [])
    balances = {int(lookup(row, "productId")): number(row, "balance") for row in reversed(entries)}
    now = funds(trader)
    verify.equal("newest balances", balances, {product: now[product][0] for product in balances})


def broken_links(entries: list[Any]) -> list[int]:
    """Entries whose balance does not follow from the one before; the newest comes first in."""
    balances: dict[int, Decimal] = {}
    wrong = []
    for row in reversed(entries):
        product, balance = int(lookup(row, "productId")), number(row, "balance")
        before = balances.get(product)
        if before is not None and balance != before + number(row, "cr") - number(row, "dr"):
            wrong.append(int(lookup(row, "transactionId")))
        balances[product] = balance
    return wrong


@pytest.mark.parametrize("side", [BUY, SELL], ids=["buyer", "seller"])
@clause("workflows/trading/trade-in-ledger")
def test_execution_shows_in_the_statement(
    trader: Session, rival: Session, floor: Floor, verify: Verifier, side: int
) -> None:
    """What came in, what went out and the fee of a trade stand in the statement, under its id."""
    who = {BUY: trader, SELL: rival}[side]
    trade(rival, trader, floor, 1, lots=10)
    row = newest(executions(who, floor), "execution")
    ids = {lookup(row, "tradeId"), lookup(row, "executionId")}

    entries = [entry for entry in transactions(who) if lookup(entry, "referenceId") in ids
               and lookup(entry, "referenceType") in TRADE_REFERENCE]

    value = floor.at(1) * floor.lots(10)
    base, quote = floor.market.product1, floor.market.product2
    amounts = {BUY: {base: floor.lots(10), quote: -value},
               SELL: {base: -floor.lots(10), quote: value}}[side]
    fee = {int(lookup(row, "feeProductId")): -number(row, "fee")}
    verify.equal("(traded, fee) in the statement",
                 (booked(entries, TRADE), booked(entries, FEE)), (amounts, fee))


def booked(entries: list[Any], kind: tuple[int, str]) -> dict[int, Decimal]:
    """What entries of one kind brought in, by product; what they took out is negative."""
    sums: dict[int, Decimal] = {}
    for entry in entries:
        if lookup(entry, "transactionType") in kind:
            product = int(lookup(entry, "productId"))
            change = number(entry, "cr") - number(entry, "dr")
            sums[product] = sums.get(product, ZERO) + change
    return sums
