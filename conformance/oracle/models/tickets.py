"""The lives of deposit and withdraw tickets, and what they do to one product of one account.

What the pages or their plain sense decide is legal or illegal here; what they leave open is
neither, and nothing is predicted for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Literal, TypeVar

from conformance.oracle.models.rules import decides

ZERO = Decimal(0)
Key = TypeVar("Key")


class Step(Enum):
    """What a model says of a step."""

    LEGAL = "legal"
    ILLEGAL = "illegal"
    OPEN = "open"


class DepositStatus(IntEnum):
    """The documented statuses of a deposit ticket."""

    NEW = 0
    ADMIN_PROCESSING = 1
    ACCEPTED = 2
    REJECTED = 3
    SYSTEM_PROCESSING = 4
    FULLY_PROCESSED = 5
    FAILED = 6
    PENDING = 7
    CONFIRMED = 8
    AML_PROCESSING = 9
    AML_ACCEPTED = 10
    AML_REJECTED = 11
    AML_FAILED = 12
    LIMITS_ACCEPTED = 13
    LIMITS_REJECTED = 14


D = DepositStatus
_CHECKS = frozenset({D.AML_PROCESSING, D.LIMITS_ACCEPTED, D.LIMITS_REJECTED})
_UNDER_REVIEW = _CHECKS | {D.ADMIN_PROCESSING, D.PENDING, D.ACCEPTED, D.REJECTED}
_DEPOSIT_STEPS: dict[D, frozenset[D]] = {
    D.NEW: _UNDER_REVIEW,
    D.ADMIN_PROCESSING: _UNDER_REVIEW,
    D.PENDING: _UNDER_REVIEW,
    D.ACCEPTED: frozenset({D.SYSTEM_PROCESSING}),
    D.AML_ACCEPTED: frozenset({D.LIMITS_ACCEPTED, D.LIMITS_REJECTED}),
    D.LIMITS_ACCEPTED: frozenset({D.ACCEPTED}),
}
_DEPOSIT_ENDS = frozenset(
    {D.REJECTED, D.FULLY_PROCESSED, D.FAILED, D.AML_REJECTED, D.LIMITS_REJECTED}
)
_COINS_ON_THEIR_WAY: dict[D, D] = {
    D.PENDING: D.CONFIRMED, D.CONFIRMED: D.LIMITS_ACCEPTED, D.LIMITS_ACCEPTED: D.FULLY_PROCESSED,
}
_CREDITABLE = frozenset({D.ACCEPTED, D.SYSTEM_PROCESSING, D.CONFIRMED, D.LIMITS_ACCEPTED})


@decides(
    announced_once="An announcement opens one deposit, and it is new.",
    deposit_amended="An operator may write down what really comes.",
)
@dataclass(slots=True)
class Deposit:
    """One deposit: of money, which is announced and reviewed, or of coins, which just come."""

    amount: Decimal
    fee: Decimal = ZERO
    status: DepositStatus = DepositStatus.NEW
    coins: bool = False

    @property
    def live(self) -> bool:
        """Can it still come to something?"""
        return self.status not in _DEPOSIT_ENDS

    @decides(
        deposit_ends_final="A deposit that came to an end stays there.",
        deposit_never_new="No deposit becomes new again.",
        deposit_check_first="The outcome of a deposit's check comes from a check.",
        deposit_accepted_first="A deposit is credited after it was accepted.",
        deposit_moves="A lawful step of a deposit is taken.",
    )
    def step(self, to: DepositStatus) -> Step:
        """May it go there? Ends are final, nothing is new again, a check has one outcome."""
        if to is self.status:
            return Step.OPEN
        if not self.live or to is D.NEW:
            return Step.ILLEGAL
        if to in (D.AML_ACCEPTED, D.AML_REJECTED, D.AML_FAILED):
            return _legal(self.status is D.AML_PROCESSING)
        if to is D.FULLY_PROCESSED:
            return _legal(self.status in _CREDITABLE)
        if to is D.FAILED or to in _DEPOSIT_STEPS.get(self.status, ()):
            return Step.LEGAL
        return Step.OPEN

    @decides(
        coins_confirmed="Coins are confirmed, then within limits, then credited.",
    )
    def next_by_services(self) -> DepositStatus | None:
        """Where the services take coins next, without an AML provider; None where they do not."""
        return _COINS_ON_THEIR_WAY.get(self.status) if self.coins else None


class WithdrawStatus(IntEnum):
    """The documented statuses of a withdraw ticket."""

    NEW = 0
    ADMIN_PROCESSING = 1
    ACCEPTED = 2
    REJECTED = 3
    SYSTEM_PROCESSING = 4
    FULLY_PROCESSED = 5
    FAILED = 6
    PENDING = 7
    PENDING_2FA = 8
    AUTO_ACCEPTED = 9
    DELAYED = 10
    USER_CANCELED = 11
    ADMIN_CANCELED = 12
    AML_PROCESSING = 13
    AML_ACCEPTED = 14
    AML_REJECTED = 15
    AML_FAILED = 16
    LIMITS_ACCEPTED = 17
    LIMITS_REJECTED = 18
    SUBMITTED = 19
    CONFIRMED = 20
    MANUALLY_CONFIRMED = 21
    CONFIRMED_2FA = 22


class Decision(Enum):
    """What can be decided about a withdrawal; the value is where it goes."""

    ACCEPT = "accept"
    CONFIRM = "confirm"
    PAY = "pay"
    CANCEL = "cancel"
    RESUBMIT = "resubmit"
    GIVE_UP = "give up"
    TAKE_BACK = "take back"


W = WithdrawStatus
_PAID = frozenset({W.FULLY_PROCESSED, W.MANUALLY_CONFIRMED})
_CANCELED = frozenset({W.USER_CANCELED, W.ADMIN_CANCELED})
_OVER = _PAID | _CANCELED | {W.AML_REJECTED, W.LIMITS_REJECTED}
"""Rejected by an operator is not over: it may be accepted after all."""
_FREE = _OVER | {W.REJECTED}
_REVIEWED = frozenset({W.NEW, W.ADMIN_PROCESSING, W.PENDING})
_QUEUED = _REVIEWED | {W.CONFIRMED_2FA, W.AML_ACCEPTED, W.LIMITS_ACCEPTED}
_GOING_OUT = frozenset(
    {W.ACCEPTED, W.AUTO_ACCEPTED, W.SYSTEM_PROCESSING, W.SUBMITTED, W.CONFIRMED}
)
_UNDECIDED = _REVIEWED | {W.PENDING_2FA, W.AML_PROCESSING, W.REJECTED, W.FAILED}
_WITHDRAW_CHECKS = frozenset({W.AML_PROCESSING, W.LIMITS_ACCEPTED, W.LIMITS_REJECTED})
_OPERATORS = frozenset({W.ADMIN_PROCESSING, W.PENDING, W.ACCEPTED, W.REJECTED})
_WITHDRAW_STEPS: dict[W, frozenset[W]] = {
    **dict.fromkeys(_REVIEWED, _WITHDRAW_CHECKS | _OPERATORS),
    W.ACCEPTED: frozenset({W.SYSTEM_PROCESSING}),
    W.REJECTED: frozenset({W.ACCEPTED}),
    W.SYSTEM_PROCESSING: frozenset({W.SUBMITTED, W.FAILED}),
    W.SUBMITTED: frozenset({W.CONFIRMED, W.FAILED}),
    W.AML_ACCEPTED: frozenset({W.LIMITS_ACCEPTED, W.LIMITS_REJECTED, W.ACCEPTED, W.REJECTED}),
    W.LIMITS_ACCEPTED: frozenset({W.ACCEPTED, W.REJECTED}),
}
_BY_SERVICES: dict[W, W] = {
    W.CONFIRMED_2FA: W.LIMITS_ACCEPTED, W.ACCEPTED: W.SYSTEM_PROCESSING,
    W.AUTO_ACCEPTED: W.SYSTEM_PROCESSING, W.SYSTEM_PROCESSING: W.SUBMITTED,
    W.SUBMITTED: W.CONFIRMED, W.CONFIRMED: W.FULLY_PROCESSED, W.DELAYED: W.ACCEPTED,
}


@decides(
    asked_undecided="A withdrawal waits for a decision.",
    click_confirms="The click on the mailed link confirms.",
    second_click_idle="A second click changes nothing.",
)
@dataclass(slots=True)
class Withdrawal:
    """One withdrawal; ``coins`` are confirmed by their owner and accepted by the services."""

    amount: Decimal
    fee: Decimal
    status: WithdrawStatus
    coins: bool = False

    @property
    def total(self) -> Decimal:
        """What leaves the account in the end."""
        return self.amount + self.fee

    @property
    def held(self) -> bool:
        """Is its sum kept from the owner?"""
        return self.status not in _FREE

    @decides(
        withdrawal_ends_final="A withdrawal that is over stays as it is.",
        withdrawal_new_after_failure="Only a failed withdrawal becomes new again.",
        withdrawal_check_first="The outcome of a withdrawal's check comes from a check.",
        confirmed_by_owner="Only what waits for its owner becomes confirmed.",
        withdrawal_moves="A lawful step of a withdrawal is taken.",
    )
    def step(self, to: WithdrawStatus) -> Step:
        """May an operator take it there by hand?"""
        if to is self.status:
            return Step.OPEN
        if self.status in _OVER or (to is W.NEW and self.status is not W.FAILED):
            return Step.ILLEGAL
        if to in (W.AML_ACCEPTED, W.AML_REJECTED, W.AML_FAILED):
            return _legal(self.status is W.AML_PROCESSING)
        if to is W.CONFIRMED_2FA:
            return _legal(self.status is W.PENDING_2FA)
        if to is W.FULLY_PROCESSED:
            return self.decided(Decision.PAY)
        by_hand = self.held and to in (W.MANUALLY_CONFIRMED, W.ADMIN_CANCELED)
        if by_hand or to in _WITHDRAW_STEPS.get(self.status, ()):
            return Step.LEGAL
        return Step.OPEN

    @decides(
        over_undecided="Nothing is decided about what is over.",
        failed_only="Only what failed is resubmitted or given up.",
        paid_after_acceptance="Only what was accepted is paid.",
        coins_by_services="Coins are accepted by the services alone.",
        acceptance_accepts="What is accepted is accepted, and not yet paid.",
        confirmation_confirms="What an operator confirms is confirmed, and not yet paid.",
        cancellation_cancels="What is cancelled is cancelled by an operator.",
        owner_takes_back="What its owner takes back is cancelled by a user.",
        resubmitted_is_new="What is resubmitted is new.",
    )
    def decided(self, decision: Decision) -> Step:
        """May this be decided about it?"""
        if decision in (Decision.RESUBMIT, Decision.GIVE_UP):
            return _legal(self.status is W.FAILED)
        if self.status in _OVER:
            return Step.ILLEGAL
        if decision is Decision.PAY and self.status in _UNDECIDED:
            return Step.ILLEGAL
        if decision is Decision.ACCEPT and self.coins:
            return Step.ILLEGAL
        takes = {
            Decision.ACCEPT: _QUEUED, Decision.CONFIRM: {W.PENDING_2FA}, Decision.PAY: _GOING_OUT,
            Decision.TAKE_BACK: _QUEUED | {W.PENDING_2FA, W.ACCEPTED, W.AUTO_ACCEPTED},
            Decision.CANCEL: frozenset(W) - _FREE,
        }[decision]
        return Step.LEGAL if self.status in takes else Step.OPEN

    @decides(
        small_by_itself="Within the threshold coins go out by themselves.",
        large_waits="Beyond the threshold coins wait for an operator.",
        delay_kept="What was accepted waits out the delay of its level.",
        accepted_is_sent="What was accepted is sent, unless its provider fails.",
    )
    def next_by_services(self, automatic: Decimal) -> WithdrawStatus | None:
        """Where the services take it next; None where they do nothing, or nothing is said."""
        if self.status is W.LIMITS_ACCEPTED and self.coins:
            return W.AUTO_ACCEPTED if self.amount <= automatic else self.status
        return _BY_SERVICES.get(self.status)


OUTCOME: dict[Decision, WithdrawStatus] = {
    Decision.ACCEPT: W.ACCEPTED, Decision.CONFIRM: W.CONFIRMED_2FA,
    Decision.PAY: W.FULLY_PROCESSED, Decision.CANCEL: W.ADMIN_CANCELED,
    Decision.RESUBMIT: W.NEW, Decision.GIVE_UP: W.ADMIN_CANCELED,
    Decision.TAKE_BACK: W.USER_CANCELED,
}
Figure = Literal["amount", "hold", "pendingDeposits", "pendingWithdraws"]


@dataclass
class TillModel:
    """One product of one account, with its tickets by their codes."""

    amount: Decimal
    deposits: dict[str, Deposit] = field(default_factory=dict)
    withdrawals: dict[str, Withdrawal] = field(default_factory=dict)

    @property
    @decides(
        withdrawal_held="A withdrawal on its way holds amount and fee.",
        unpaid_gives_back="A withdrawal that ends unpaid gives back its hold.",
    )
    def hold(self) -> Decimal:
        """What live withdrawals keep from the owner."""
        return sum((w.total for w in self.withdrawals.values() if w.held), ZERO)

    @property
    @decides(
        not_beyond_free="No more can be asked for than is free.",
    )
    def available(self) -> Decimal:
        """What can be withdrawn."""
        return self.amount - self.hold

    @decides(
        pending_while_live="A deposit counts as pending until it ends.",
    )
    def figures(self) -> dict[Figure, Decimal]:
        """What the position must read."""
        pending = sum((d.amount for d in self.deposits.values() if d.live), ZERO)
        return {
            "amount": self.amount, "hold": self.hold, "pendingDeposits": pending,
            "pendingWithdraws": self.hold,
        }

    @decides(
        credited_once="A deposit is credited once.",
        credited_less_fee="A deposit is credited less its fee.",
        acceptance_credits_nothing="An accepted deposit is not credited yet.",
        status_credits="A deposit fully processed is credited, by whichever call.",
    )
    def move_deposit(self, code: str, to: DepositStatus) -> None:
        """A deposit goes to a status; at its good end it is credited, less the fee."""
        found = self.deposits[code]
        found.status = to
        if to is D.FULLY_PROCESSED:
            self.amount += found.amount - found.fee

    @decides(
        debited_with_fee="A paid withdrawal debits amount and fee.",
        by_hand_debits="A withdrawal confirmed by hand is paid.",
    )
    def move_withdrawal(self, code: str, to: WithdrawStatus) -> None:
        """A withdrawal goes to a status; at its good end amount and fee are gone."""
        found = self.withdrawals[code]
        found.status = to
        if to in _PAID:
            self.amount -= found.total


def said(steps: Iterable[tuple[Key, Step]], verdict: Step) -> list[Key]:
    """The steps of which the model says this."""
    return [step for step, found in steps if found is verdict]


def _legal(condition: bool) -> Step:
    return Step.LEGAL if condition else Step.ILLEGAL
