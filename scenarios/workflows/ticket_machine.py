"""A random life of one customer's deposits and withdrawals, and the model that predicts it.

Every step is sent to the target and applied to the model; then tickets and positions must be what
the model says. Steps the pages forbid are sent as well and must be refused; steps they leave open
are not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conformance.generate.world import World
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
from conformance.oracle.verify import Verifier
from conformance.target.session import Turn, lookup
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.limits import give_level, rules_of
from scenarios.tickets.services import withdraw_step
from scenarios.tickets.vocabulary import Till, coin_till, fiat_till, figures, number
from scenarios.workflows.drawing import drawn, drawn_by_kind

CALLS = {
    Decision.ACCEPT: "AcceptWithdrawTicket",
    Decision.CONFIRM: "MarkWithdrawTicketAsConfirmed",
    Decision.PAY: "MarkWithdrawTicketAsFullyProcessed",
    Decision.CANCEL: "MarkWithdrawTicketAsCancelled",
    Decision.RESUBMIT: "ResubmitFailedWithdrawTicket",
    Decision.GIVE_UP: "CancelFailedWithdrawTicket",
}
DELAY_S = 1
STEPS_OUT = 4
"""From accepted to paid, or from confirmed to where an operator is waited for."""
REVIEWED = (WithdrawStatus.NEW, WithdrawStatus.ADMIN_PROCESSING, WithdrawStatus.PENDING)
FORBIDDEN = 4
"""Forbidden steps that are tried at one time."""
DEPTH = 200
"""More tickets than a walk makes."""
ACTS = (
    *("move deposit", "decide", "move withdrawal") * 3, *("serve",) * 2,
    *("ask",) * 2, "click", "announce", "amend", "coins come", "confirm coins",
    *("break down", "see out") * 2,
)
"""By how often they are taken; the first is the simplest."""
T = TypeVar("T", bound=tuple[Any, ...])
lots = st.integers(1, 4)
fees = st.integers(0, 3)
verdicts = st.sampled_from([Step.LEGAL, Step.LEGAL, Step.ILLEGAL])


class TicketMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.verify = Verifier(self.world.contract)
        self.money = fiat_till(self.world)
        self.coins = coin_till(self.world, self.money.owner)
        self.automatic = self.coins.sum * 2
        self.delay_s = 0
        self.models = {till.product: TillModel(figures(till)["amount"]) for till in self._tills()}
        self.links: dict[str, str] = {}

    @initialize(delay_s=st.sampled_from([0, 0, DELAY_S]))
    def begin(self, delay_s: int) -> None:
        """The customer's level, and a few tickets, so that most steps find one to be about.

        They are always the same: what is drawn here would have to be made small in every walk.
        """
        self.delay_s = delay_s
        give_level(self.money, rules_of(self.money, delay_s=delay_s),
                   rules_of(self.coins, automatic=self.automatic))
        self._receive_coins()
        for lots_announced in (1, 2):
            self._open_deposit(lots_announced)
        self._rewrite(next(iter(self._model(self.money).deposits)), self.money.sum, fee=1)
        for lots_of_money, lots_of_coins in ((1, 1), (2, 3)):
            self._open_withdrawal(self.money, lots_of_money)
            self._open_withdrawal(self.coins, lots_of_coins)

    @rule(data=st.data(), act=st.sampled_from(ACTS), verdict=verdicts)
    def take(self, data: st.DataObject, act: str, verdict: Step) -> None:
        """Somebody does something. One rule, so that no walk goes without one of the acts."""
        deeds: dict[str, Callable[[st.DataObject, Step], None]] = {
            "announce": self._announce, "amend": self._amend, "ask": self._ask,
            "coins come": self._coins_come, "confirm coins": self._confirm_coins,
            "click": self._click, "serve": self._serve, "decide": self._decide,
            "break down": self._break_down, "see out": self._see_out,
            "move deposit": self._move_deposit, "move withdrawal": self._move_withdrawal,
        }
        deeds[self._possible(act)](data, verdict)

    def _possible(self, act: str) -> str:
        """The act, or a new ticket where no live one is left for it to be about."""
        if act == "move deposit" and not any(
            found.live for found in self._model(self.money).deposits.values()
        ):
            return "announce"
        if act == "confirm coins" and not any(
            found.live for found in self._model(self.coins).deposits.values()
        ):
            return "coins come"
        about_withdrawals = act in ("decide", "move withdrawal", "serve", "click")
        if about_withdrawals and not any(found.held for *_, found in self._withdrawals()):
            return "ask"
        return act

    def _announce(self, data: st.DataObject, verdict: Step) -> None:
        """The customer announces money."""
        self._open_deposit(data.draw(lots, "lots"))

    def _open_deposit(self, times: int) -> None:
        amount = self.money.sum * times
        turn = self.verify.succeeded(depositing.announce(self.money, amount))
        self._model(self.money).deposits[str(turn["requestcode"])] = Deposit(amount)

    def _amend(self, data: st.DataObject, verdict: Step) -> None:
        """An operator writes down what really comes, and what it costs."""
        deposits = self._model(self.money).deposits
        for code in drawn(data, [code for code, found in deposits.items() if found.live]):
            amount, fee = self.money.sum * data.draw(lots, "lots"), data.draw(fees, "fee")
            self._rewrite(code, amount, fee)

    def _rewrite(self, code: str, amount: Decimal, fee: int) -> None:
        ticket = depositing.deposit(self.money, code)
        self.verify.succeeded(
            depositing.change(self.money, ticket, amount=amount, feeAmt=fee))
        found = self._model(self.money).deposits[code]
        found.amount, found.fee = amount, Decimal(fee)

    def _coins_come(self, data: st.DataObject, verdict: Step) -> None:
        """The provider sees coins on the chain."""
        self._receive_coins()

    def _receive_coins(self) -> None:
        row = depositing.coins_seen(self.coins)
        self._model(self.coins).deposits[str(lookup(row, "requestCode"))] = Deposit(
            self.coins.sum, status=DepositStatus.PENDING, coins=True)

    def _confirm_coins(self, data: st.DataObject, verdict: Step) -> None:
        """The services take coins one step towards their credit."""
        model = self._model(self.coins)
        steps = [(code, found.next_by_services()) for code, found in model.deposits.items()]
        for code, to in drawn(data, [(code, to) for code, to in steps if to is not None]):
            depositing.step(self.coins, depositing.deposit(self.coins, code))
            model.move_deposit(code, to)

    def _move_deposit(self, data: st.DataObject, verdict: Step) -> None:
        """An operator gives a deposit another status, or tries to; a credit has two calls."""
        model = self._model(self.money)
        steps = said((
            ((code, to), found.step(to))
            for code, found in model.deposits.items() for to in DepositStatus
        ), verdict)
        for code, to in _chosen(data, steps, verdict):
            ticket = depositing.deposit(self.money, code)
            marked = to is DepositStatus.FULLY_PROCESSED and data.draw(st.booleans(), "by mark")
            turn = (depositing.credit(self.money, ticket) if marked
                    else depositing.change(self.money, ticket, Status=int(to)))
            self._judge(turn, verdict)
            if verdict is Step.LEGAL:
                model.move_deposit(code, to)

    def _ask(self, data: st.DataObject, verdict: Step) -> None:
        """The customer asks for a withdrawal, or for more than is free."""
        coins = data.draw(st.booleans(), "coins")
        till = self.coins if coins else self.money
        if verdict is Step.ILLEGAL:
            self.verify.refused(withdrawing.ask(till, self._model(till).available + 1))
            return
        self._open_withdrawal(till, data.draw(lots, "lots"))

    def _open_withdrawal(self, till: Till, times: int) -> None:
        amount, coins = till.sum * times, till is self.coins
        row = withdrawing.asked(till, amount)
        code = withdrawing.code_of(row)
        first = WithdrawStatus.PENDING_2FA if coins else WithdrawStatus.NEW
        self._model(till).withdrawals[code] = Withdrawal(
            amount, number(row, "feeAmt"), first, coins)
        if coins:
            self.links[code] = self.world.deployment.mail_code(withdrawing.mail_address(till))

    def _decide(self, data: st.DataObject, verdict: Step) -> None:
        """An operator or the owner decides about a withdrawal, or tries to."""
        steps = said((
            ((till, code, decision), found.decided(decision))
            for till, code, found in self._withdrawals() for decision in Decision
        ), verdict)
        for till, code, decision in _chosen(data, steps, verdict):
            self._decide_so(till, code, decision, verdict)

    def _decide_so(
        self, till: Till, code: str, decision: Decision, verdict: Step = Step.LEGAL
    ) -> None:
        self._judge(self._decided(till, code, decision), verdict)
        if verdict is Step.LEGAL:
            waits = decision is Decision.ACCEPT and self.delay_s
            self._model(till).move_withdrawal(
                code, WithdrawStatus.DELAYED if waits else OUTCOME[decision])

    def _move_withdrawal(self, data: st.DataObject, verdict: Step) -> None:
        """An operator gives a withdrawal of money another status, or tries to."""
        model = self._model(self.money)
        steps = said((
            ((code, to), found.step(to))
            for code, found in model.withdrawals.items() for to in WithdrawStatus
        ), verdict)
        for code, to in _chosen(data, steps, verdict):
            ticket = withdrawing.withdrawal(self.money, code)
            self._judge(withdrawing.change(self.money, ticket, Status=int(to)), verdict)
            if verdict is Step.LEGAL:
                model.move_withdrawal(code, to)

    def _break_down(self, data: st.DataObject, verdict: Step) -> None:
        """A withdrawal is accepted, sent, fails, and is perhaps sent again from the start.

        Single random steps seldom lead so far; nor do they to what the next one tells.
        """
        known = self._model(self.money).withdrawals
        for code in drawn(data, [code for code, w in known.items() if w.status in REVIEWED]):
            for to in (WithdrawStatus.ACCEPTED, WithdrawStatus.SYSTEM_PROCESSING,
                       WithdrawStatus.FAILED):
                ticket = withdrawing.withdrawal(self.money, code)
                self.verify.succeeded(withdrawing.change(self.money, ticket, Status=int(to)))
                self._model(self.money).move_withdrawal(code, to)
            if data.draw(st.booleans(), "again"):
                self._decide_so(self.money, code, Decision.RESUBMIT)

    def _see_out(self, data: st.DataObject, verdict: Step) -> None:
        """Accepted or confirmed, a withdrawal is taken on until it waits or is paid."""
        ready = [(till, code) for till, code, found in self._withdrawals()
                 if found.status in (*REVIEWED, WithdrawStatus.PENDING_2FA)]
        for till, code in drawn(data, ready):
            self._decide_so(
                till, code, Decision.CONFIRM if till is self.coins else Decision.ACCEPT)
            for _ in range(STEPS_OUT):
                self._tickets_agree()
                found = self._model(till).withdrawals[code]
                if found.next_by_services(self.automatic) is not None:
                    self._serve_one(till, code)

    def _click(self, data: st.DataObject, verdict: Step) -> None:
        """The customer clicks on a mailed link, for the first time or again."""
        for code in drawn(data, self.links):
            withdrawing.click(self.coins, self.links[code])
            found = self._model(self.coins).withdrawals[code]
            if found.status is WithdrawStatus.PENDING_2FA:
                found.status = WithdrawStatus.CONFIRMED_2FA

    def _serve(self, data: st.DataObject, verdict: Step) -> None:
        """The services take a withdrawal one step on, or fail to send it."""
        steps = [(till, code) for till, code, found in self._withdrawals()
                 if found.next_by_services(self.automatic) is not None]
        for till, code in drawn(data, steps):
            found = self._model(till).withdrawals[code]
            sending = found.status is WithdrawStatus.SYSTEM_PROCESSING
            self._serve_one(till, code, breaks=sending and data.draw(st.booleans(), "breaks down"))

    def _serve_one(self, till: Till, code: str, *, breaks: bool = False) -> None:
        found = self._model(till).withdrawals[code]
        to = WithdrawStatus.FAILED if breaks else found.next_by_services(self.automatic)
        if found.status is WithdrawStatus.DELAYED:
            self.world.deployment.advance_clock(self.delay_s * 1000)
        withdraw_step(till, withdrawing.withdrawal(till, code), fail=breaks)
        self._model(till).move_withdrawal(code, to or found.status)

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Both lists of tickets, then the positions of both products."""
        self._tickets_agree()
        for till in self._tills():
            required = self._model(till).figures()
            found = {key: value for key, value in figures(till).items() if key in required}
            self.verify.equal(f"position of product {till.product}", found, required)

    def teardown(self) -> None:
        """Close the customer's connection."""
        self.money.owner.close()

    def _tickets_agree(self) -> None:
        """Amount, fee and status of every ticket, and no ticket more."""
        into = {
            str(lookup(row, "requestCode")): _said(row, depositing.status(row))
            for row in depositing.deposits(self.money)
        }
        self.verify.equal("deposit tickets", into, {
            code: (d.amount, d.fee, int(d.status))
            for till in self._tills() for code, d in self._model(till).deposits.items()
        })
        out_of = {
            withdrawing.code_of(row): _said(row, withdrawing.status(row))
            for row in withdrawing.withdrawals(self.money, Limit=DEPTH)
        }
        self.verify.equal("withdraw tickets", out_of, {
            code: (w.amount, w.fee, int(w.status)) for _, code, w in self._withdrawals()
        })

    def _judge(self, turn: Turn, verdict: Step) -> None:
        judge = self.verify.succeeded if verdict is Step.LEGAL else self.verify.refused
        judge(turn)

    def _decided(self, till: Till, code: str, decision: Decision) -> Turn:
        if decision is Decision.TAKE_BACK:
            return withdrawing.cancel(till, code)
        ticket = withdrawing.withdrawal(till, code)
        return withdrawing.decide(till, CALLS[decision], ticket)

    def _model(self, till: Till) -> TillModel:
        return self.models[till.product]

    def _tills(self) -> tuple[Till, Till]:
        return self.money, self.coins

    def _withdrawals(self) -> list[tuple[Till, str, Withdrawal]]:
        return [(till, code, found) for till in self._tills()
                for code, found in self._model(till).withdrawals.items()]


def machine_for(world: World) -> type[TicketMachine]:
    """The machine against one target."""
    return type("TicketMachineHere", (TicketMachine,), {"world": world})


def _chosen(data: st.DataObject, steps: Iterable[T], verdict: Step) -> list[T]:
    """One lawful step, or a few that are forbidden: what is refused leads nowhere else."""
    return drawn_by_kind(data, steps, _kind, 1 if verdict is Step.LEGAL else FORBIDDEN)


def _kind(step: tuple[object, ...]) -> object:
    """What is asked, and of which product where both are meant; not of which ticket."""
    first = step[0]
    return (first.product if isinstance(first, Till) else 0, step[-1])


def _said(row: object, status: int) -> tuple[Decimal, Decimal, int]:
    return number(row, "amount"), number(row, "feeAmt"), status
