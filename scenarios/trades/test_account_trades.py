"""GetAccountTrades: an account's executions, window by window."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.vocabulary import (
    MOST,
    NOT_AUTHORISED,
    OMS,
    Floor,
    executions,
    number,
    rows,
    trade,
)
from scenarios.trades.vocabulary import account_trades, ids, many_trades, trades_apart
from scenarios.users.vocabulary import holder_of

FIRST = {"StartIndex": 0, "Count": 10}


@pytest.mark.parametrize("count", [0, 1, 3])
@clause("trades/GetAccountTrades/count-bounds")
def test_no_more_executions_than_asked(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, count: int
) -> None:
    """Count is the number of executions that come back, the newest of them."""
    trades_apart(world, trader, rival, floor)

    found = ids(account_trades(trader, 0, count))

    verify.equal("executions", found, ids(account_trades(trader, 0, MOST))[:count])


@clause("trades/GetAccountTrades/count-bounds")
def test_never_more_than_two_hundred(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """However many are asked for, 200 is the limit; a client pages on from there."""
    many_trades(trader, rival, floor, MOST + 5)

    found = (len(account_trades(trader, 0, MOST + 50)), len(account_trades(trader, MOST, MOST)))

    verify.equal("(executions in one reply, executions behind them)", found, (MOST, 5))


@pytest.mark.parametrize("start", [1, 2, 4, 9])
@clause("trades/GetAccountTrades/window-shifts")
def test_window_is_a_part_of_the_list(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, start: int
) -> None:
    """From index s on there is what the whole list has after its first s executions."""
    trades_apart(world, trader, rival, floor)

    found = ids(account_trades(trader, start, 2))

    verify.equal("executions", found, ids(account_trades(trader, 0, MOST))[start:start + 2])


@clause("trades/GetAccountTrades/newest-first")
def test_newest_execution_comes_first(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Index 0 is what happened last; times fall from there on."""
    trades_apart(world, trader, rival, floor)

    found = account_trades(trader, 0, MOST)

    prices = [number(row, "price") for row in found]
    times = ids(found, "tradeTimeMS")
    verify.equal("prices", prices, [floor.at(ticks) for ticks in (1, -1, 2, 0)])
    verify.equal("times", times, sorted(times, reverse=True))


@clause("trades/GetAccountTrades/value")
def test_value_is_what_was_paid(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """value is the price times the quantity, exactly."""
    trades_apart(world, trader, rival, floor)

    found = executions(trader, floor)

    values = [number(row, "value") for row in found]
    paid = [number(row, "price") * number(row, "quantity") for row in found]
    verify.equal("values", values, paid)
    verify.equal("executions", len(found), 4)


@clause("trades/GetAccountTrades/one-account")
def test_executions_are_the_accounts_own_side(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Of a trade an account sees its own side: the buyer a purchase, the seller a sale."""
    trade(rival, trader, floor)

    bought, sold = executions(trader, floor), executions(rival, floor)

    found = [(lookup(row, "accountId"), lookup(row, "side") in (0, "Buy"))
             for row in (*bought, *sold)]
    verify.equal("(account, buys)", found, [(trader.account_id, True), (rival.account_id, False)])


@clause("trades/GetAccountTrades/own-accounts")
def test_other_accounts_executions_are_secret(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Neither a trader nor a reader sees executions of an account of somebody else."""
    trade(rival, trader, floor)
    reader = holder_of(world, "AccountReadOnly")

    for_trader = rival.call("GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, **FIRST)
    for_reader = reader.call("GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, **FIRST)

    verify.refused(for_trader, code=NOT_AUTHORISED)
    verify.refused(for_reader, code=NOT_AUTHORISED)


@clause("trades/GetAccountTrades/operator-any-account")
def test_operator_reads_any_accounts_executions(
    operator: Session, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """An operator sees the executions that the customer sees."""
    trade(rival, trader, floor)

    turn = operator.call("GetAccountTrades", OMSId=OMS, AccountId=trader.account_id, **FIRST)

    verify.succeeded(turn)
    verify.equal("executions", ids(rows(turn)), ids(executions(trader)), turn)
    verify.equal("number of executions", len(rows(turn)), 1, turn)
