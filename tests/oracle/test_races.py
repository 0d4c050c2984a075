"""The model of requests that meet: it allows what some order leaves, and nothing else."""

from __future__ import annotations

from decimal import Decimal

from conformance.oracle.models.races import (
    Cancel,
    Enter,
    Outcome,
    Reduce,
    Replace,
    Side,
    TimeInForce,
    serial_outcomes,
)

PRICE, ONE, TWO, THREE = Decimal(100), Decimal(1), Decimal(2), Decimal(3)
SALE = Enter(0, 7, Side.SELL, PRICE, THREE)
PURCHASE = Enter(1, 8, Side.BUY, PRICE, THREE)
TRADE = ((0, PRICE, THREE), (1, PRICE, THREE))
BOTH_FILLED = frozenset({(0, "FullyExecuted"), (1, "FullyExecuted")})


def outcome(
    states: set[tuple[int, str]], still_open: set[tuple[int, Decimal, Decimal]],
    *executions: tuple[int, Decimal, Decimal],
) -> Outcome:
    return Outcome(frozenset(states), frozenset(still_open), executions)


def test_cancel_and_fill_leave_one_of_two() -> None:
    found = serial_outcomes([SALE], [Cancel(0), PURCHASE])

    assert found == {
        Outcome(BOTH_FILLED, frozenset(), TRADE),
        outcome({(0, "Canceled"), (1, "Working")}, {(1, PRICE, THREE)}),
    }


def test_reduced_order_is_filled_for_what_is_left() -> None:
    found = serial_outcomes([SALE], [Reduce(0, TWO), PURCHASE])

    reduced = outcome(
        {(0, "FullyExecuted"), (1, "Working")}, {(1, PRICE, ONE)},
        (0, PRICE, TWO), (1, PRICE, TWO),
    )
    assert found == {Outcome(BOTH_FILLED, frozenset(), TRADE), reduced}


def test_what_was_filled_is_not_replaced() -> None:
    dearer = Enter(2, 7, Side.SELL, PRICE + 1, THREE)

    found = serial_outcomes([SALE], [Replace(0, dearer), PURCHASE])

    replaced = outcome(
        {(0, "Canceled"), (1, "Working"), (2, "Working")},
        {(1, PRICE, THREE), (2, PRICE + 1, THREE)},
    )
    assert found == {Outcome(BOTH_FILLED, frozenset(), TRADE), replaced}


def test_two_buyers_share_what_is_offered() -> None:
    wanted = [Enter(key, 8, Side.BUY, PRICE, TWO) for key in (1, 2)]

    found = serial_outcomes([SALE], wanted)

    sold = [sum(q for key, _, q in each.executions if key == 0) for each in found]
    assert sold == [THREE, THREE]
    assert len(found) == 2


def test_immediate_orders_never_rest() -> None:
    late = Enter(1, 8, Side.BUY, PRICE, THREE, TimeInForce.IOC)

    found = serial_outcomes([], [late])

    assert found == {outcome({(1, "Canceled")}, set())}
