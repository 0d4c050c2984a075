"""The model of ticket lives: ends are final, credits and debits happen once, holds come back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.oracle.models.tickets import (
    OUTCOME,
    Decision,
    Deposit,
    DepositStatus,
    Step,
    TillModel,
    Withdrawal,
    WithdrawStatus,
    said,
)

AMOUNT, FEE, START = Decimal(120), Decimal(5), Decimal(1000)


def till() -> TillModel:
    """One new deposit and one new withdrawal."""
    return TillModel(
        START, {"d": Deposit(AMOUNT, FEE)}, {"w": Withdrawal(AMOUNT, FEE, WithdrawStatus.NEW)})


def test_live_tickets_are_pending_and_held() -> None:
    assert till().figures() == {
        "amount": START, "hold": AMOUNT + FEE, "pendingDeposits": AMOUNT,
        "pendingWithdraws": AMOUNT + FEE,
    }


def test_credit_and_debit() -> None:
    model = till()
    model.move_deposit("d", DepositStatus.FULLY_PROCESSED)
    model.move_withdrawal("w", WithdrawStatus.MANUALLY_CONFIRMED)
    assert model.figures() == {
        "amount": START + (AMOUNT - FEE) - (AMOUNT + FEE), "hold": 0, "pendingDeposits": 0,
        "pendingWithdraws": 0,
    }


def test_rejection_frees_and_acceptance_holds_again() -> None:
    model = till()
    model.move_withdrawal("w", WithdrawStatus.REJECTED)
    assert model.available == START
    assert model.withdrawals["w"].step(WithdrawStatus.ACCEPTED) is Step.LEGAL
    model.move_withdrawal("w", WithdrawStatus.ACCEPTED)
    assert model.available == START - AMOUNT - FEE


@pytest.mark.parametrize("status", DepositStatus)
def test_ended_deposit_goes_nowhere(status: DepositStatus) -> None:
    found = Deposit(AMOUNT, status=status)
    steps = said(((to, found.step(to)) for to in DepositStatus), Step.LEGAL)
    assert bool(steps) is found.live


@pytest.mark.parametrize("decision", Decision)
def test_paid_withdrawal_takes_no_decision(decision: Decision) -> None:
    paid = Withdrawal(AMOUNT, FEE, WithdrawStatus.FULLY_PROCESSED)
    assert paid.decided(decision) is Step.ILLEGAL


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_can_be_taken_somewhere(decision: Decision) -> None:
    takers = [
        status for status in WithdrawStatus
        if Withdrawal(AMOUNT, FEE, status).decided(decision) is Step.LEGAL
    ]
    assert takers
    assert OUTCOME[decision] not in takers


def test_services_pay_small_coins_and_leave_large_ones() -> None:
    small = Withdrawal(Decimal(1), FEE, WithdrawStatus.LIMITS_ACCEPTED, coins=True)
    assert small.next_by_services(Decimal(1)) is WithdrawStatus.AUTO_ACCEPTED
    assert small.next_by_services(Decimal(0)) is WithdrawStatus.LIMITS_ACCEPTED


def test_coins_are_not_accepted_by_hand() -> None:
    coins = Withdrawal(Decimal(1), FEE, WithdrawStatus.CONFIRMED_2FA, coins=True)
    assert coins.decided(Decision.ACCEPT) is Step.ILLEGAL
