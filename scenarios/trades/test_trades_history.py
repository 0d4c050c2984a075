"""GetTradesHistory: windows by index and by time, filters, and whose executions it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    OMS,
    Floor,
    buy,
    number,
    own_floor,
    rows,
    sell,
    terms,
    trade,
)
from scenarios.trades.vocabulary import ids, trades_apart, trades_history
from scenarios.users.vocabulary import colleague_of

COLUMNS = {
    "instrumentId": "instrumentId", "tradeId": "tradeId", "orderId": "orderId",
    "userId": "orderOriginator", "executionId": "executionId",
}


@dataclass(frozen=True, slots=True)
class Past:
    """A trader whose executions differ in all that can be filtered by."""

    trader: Session
    rival: Session
    floor: Floor
    halves: int
    values: dict[str, int]

    def all(self) -> list[Any]:
        """The account's executions, unfiltered."""
        return trades_history(self.trader)

    def fits(self, name: str) -> Callable[[Any], bool]:
        """Which rows a filter lets through."""
        return lambda row: lookup(row, COLUMNS[name]) == self.values[name]


@pytest.fixture
def past(world: World, trader: Session, rival: Session, floor: Floor) -> Past:
    """Eight executions: in two instruments, of two users, two of them of one order."""
    trades_apart(world, trader, rival, floor)
    halves = buy(trader, floor, lots=2)
    sell(rival, floor)
    sell(rival, floor)
    trade(rival, trader, own_floor(world))
    colleague = colleague_of(world, trader)
    sell(rival, floor, 3)
    colleague.send("SendOrder", terms(trader, floor, BUY, 3))
    example = trades_history(trader, accountId=trader.account_id)[3]
    values = {
        "instrumentId": floor.instrument_id, "orderId": halves, "userId": colleague.user_id,
        "tradeId": int(lookup(example, "tradeId")),
        "executionId": int(lookup(example, "executionId")),
    }
    return Past(trader, rival, floor, halves, values)


def times_of(past: Past) -> list[int]:
    """Times of the executions, newest first; Unavailable when they are all the same."""
    times = ids(past.all(), "tradeTimeMS")
    if len(set(times)) < 3:
        raise Unavailable("time cannot be moved here: the trades are not apart")
    return times


@clause("trades/GetTradesHistory/newest-first")
def test_newest_trade_comes_first(past: Past, verify: Verifier) -> None:
    """Index 0 is what happened last; older executions follow."""
    trade(past.rival, past.trader, past.floor, 5)

    found = past.all()

    times = ids(found, "tradeTimeMS")
    verify.equal("price of the first", number(found[0], "price"), past.floor.at(5))
    verify.equal("times", times, sorted(times, reverse=True))


@clause("trades/GetTradesHistory/windows-intersect")
def test_both_windows_must_be_met(past: Past, verify: Verifier) -> None:
    """An execution comes back if its index and its time both lie inside."""
    times, every = times_of(past), ids(past.all())
    early, late = times[-1] + 1, times[4]

    found = trades_history(
        past.trader, startIndex=1, depth=5, startTimestamp=early, endTimestamp=late
    )

    inside = [every[i] for i in range(1, 6) if early <= times[i] <= late]
    verify.equal("executions", ids(found), inside)
    verify.holds("some are inside, and some are not", 0 < len(inside) < 5, inside)


@clause("trades/GetTradesHistory/index-before-time")
def test_index_counts_before_time_cuts(past: Past, verify: Verifier) -> None:
    """The newest execution has index 0 even where the time window leaves it out."""
    oldest = times_of(past)[-1]

    found = trades_history(past.trader, startIndex=0, depth=1, endTimestamp=oldest)

    verify.equal("executions", ids(found), [])


@clause("trades/GetTradesHistory/by-order")
def test_order_brings_all_its_trades(past: Past, verify: Verifier) -> None:
    """Of an order that was filled in two parts both come back, and nothing else."""
    found = trades_history(past.trader, orderId=past.halves)

    orders = ids(found, "orderId")
    verify.equal("orders of the executions", orders, [past.halves, past.halves])


@clause("trades/GetTradesHistory/by-trade")
def test_trade_is_found_by_its_number(past: Past, verify: Verifier) -> None:
    """Asked by its trade id, a trade comes back as the account has it, and nothing else."""
    trade_id = past.values["tradeId"]

    found = trades_history(past.trader, tradeId=trade_id)

    required = [row for row in past.all() if lookup(row, "tradeId") == trade_id]
    verify.equal("executions", found, required)
    verify.equal("number of executions", len(found), 1)


@clause("trades/GetTradesHistory/default-account")
def test_default_account_is_meant(past: Past, verify: Verifier) -> None:
    """With nothing but the OMS the executions of the caller's default account come back."""
    turn = verify.succeeded(past.trader.call("GetTradesHistory", omsId=OMS))

    accounts = {lookup(row, "accountId") for row in rows(turn)}
    verify.equal("accounts", accounts, {past.trader.account_id}, turn)
    verify.equal("number of executions", len(rows(turn)), 8, turn)


@pytest.mark.parametrize("name", list(COLUMNS))
@clause("trades/GetTradesHistory/filters-sound")
def test_every_execution_fits_the_filter(past: Past, verify: Verifier, name: str) -> None:
    """What was filtered out must not come back."""
    found = trades_history(past.trader, **{name: past.values[name]})

    wrong = ids([row for row in found if not past.fits(name)(row)])
    verify.equal("executions that do not fit", wrong, [])


@pytest.mark.parametrize("name", list(COLUMNS))
@clause("trades/GetTradesHistory/filters-complete")
def test_every_fitting_execution_comes_back(past: Past, verify: Verifier, name: str) -> None:
    """Nothing that fits is left out, and there is something that fits."""
    found = ids(trades_history(past.trader, **{name: past.values[name]}))

    fitting = ids([row for row in past.all() if past.fits(name)(row)])
    verify.holds("something fits, and not everything",
                 0 < len(fitting) < 8, fitting)
    verify.equal("fitting executions left out", sorted(set(fitting) - set(found)), [])


@clause("trades/GetTradesHistory/own-accounts")
def test_other_accounts_trades_are_secret(
    past: Past, operator: Session, verify: Verifier
) -> None:
    """A trader cannot read another account's executions; an operator can."""
    account = past.trader.account_id

    turn = past.rival.call("GetTradesHistory", omsId=OMS, accountId=account)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal("executions", ids(trades_history(operator, accountId=account)), ids(past.all()))
