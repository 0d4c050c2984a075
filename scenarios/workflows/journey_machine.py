"""A customer's way that leaves, repeats, is interrupted and goes on at any point, and its model.

Nothing that is drawn depends on the target: a step is an act and a few small numbers, which pick
among what there is. Whether a request was taken whose connection was cut is the target's business,
and the conversation must be the same to tell again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conformance.generate.world import World
from conformance.oracle.models.access import Standing
from conformance.oracle.models.book import Side
from conformance.oracle.models.tickets import Decision, DepositStatus, Step, WithdrawStatus
from conformance.target.session import Session
from scenarios.workflows.access_lines import Wire
from scenarios.workflows.journey import Journey

MOST_WIRES = 3
HIGHEST = 2
"""Price increments above the base that orders use at most."""
COIN_PARTS = 10
"""A withdrawal of coins is counted in such parts of a lot."""
IMPATIENT = 3
"""From so ``much`` on what can be sent twice is, at once."""
ABROAD = 4
"""One act in so many is tried on a connection that need not be logged in."""
MONEY = ("move deposit", "decide", "cancel", "order", "ask", "announce", "deal")
COMING = ("log in", "cut", "resume", "leave", "answer", "enrol", "activate")
ODD = ("register", "confirm", "guess", "answer alone", "give up factor")
ACTS = (*MONEY * 3, *COMING * 2, *ODD, *("again", "decide") * 4, "click", "move withdrawal")
"""By how often they are taken; the first is the simplest."""
STARTS = (*("on the way",) * 4, "logged in", "confirmed", "nobody")
DEPOSIT_STEPS = (
    DepositStatus.ACCEPTED, DepositStatus.FULLY_PROCESSED, DepositStatus.FULLY_PROCESSED,
    DepositStatus.REJECTED, DepositStatus.ADMIN_PROCESSING,
)
DECISIONS = (
    Decision.TAKE_BACK, Decision.ACCEPT, Decision.PAY, Decision.PAY, Decision.CONFIRM,
    Decision.TAKE_BACK, Decision.CANCEL,
)
WITHDRAW_STEPS = (WithdrawStatus.REJECTED, WithdrawStatus.MANUALLY_CONFIRMED)
T = TypeVar("T")
numbers = st.integers(0, 11)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for an act: where, about which, how, how much; well or ill; heard or not."""

    where: int
    which: int
    how: int
    much: int
    well: bool = True
    cut: bool = False


class JourneyMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` and ``maker`` set; see :func:`machine_for`."""

    world: World
    maker: Session

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.journey = Journey(self.world, self.maker)
        self.entry, self.money = self.journey.entry, self.journey.money
        self.again: Callable[[], object] | None = None
        """Sends the last request that can be sent twice once more."""

    @initialize(start=st.sampled_from(STARTS), enrolled=st.booleans())
    def begin(self, start: str, enrolled: bool) -> None:
        """How far the customer got before the walk."""
        if start == "nobody":
            return
        self.journey.register()
        if start == "confirmed":
            return
        wire = self.entry.log_in(wire=self.entry.wires[0])
        if enrolled:
            self.entry.begin_factor(wire)
            self.entry.activate(wire)
        if start == "on the way":
            self._set_out()

    def _set_out(self) -> None:
        """Money that came and money that comes, an order filled in part, withdrawals that wait."""
        wire, money = self.journey.wire, self.money
        self.journey.deposit()
        money.announce(wire, money.cash.sum)
        money.deal(Side.SELL, 0, 2)
        money.order(wire, Side.BUY, 0, 3)
        for code in money.ask(wire, money.cash, money.cash.sum):
            money.decide(code, Decision.ACCEPT)
        money.ask(wire, money.cash, money.cash.sum)
        money.ask(wire, money.coins, money.floor.lots() / COIN_PARTS)

    @rule(
        act=st.sampled_from(ACTS), where=numbers, which=numbers, how=numbers,
        much=st.integers(1, 4), well=st.sampled_from([True, True, True, False]),
        cut=st.sampled_from([False, False, False, True]),
    )
    def take(
        self, act: str, where: int, which: int, how: int, much: int, well: bool, cut: bool
    ) -> None:
        """One step. One rule, so that no walk goes without one of the acts."""
        drawn = Drawn(where, which, how, much, well, cut)
        deeds: dict[str, Callable[[Drawn], object]] = {
            "register": self._register, "confirm": self._confirm, "guess": self._guess,
            "log in": self._log_in, "answer": self._answer, "answer alone": self._answer_alone,
            "resume": self._resume, "enrol": self._enrol, "activate": self._activate,
            "give up factor": self._give_up_factor, "leave": self._leave, "cut": self._cut,
            "announce": self._announce, "move deposit": self._move_deposit,
            "order": self._order, "deal": self._deal, "cancel": self._cancel, "ask": self._ask,
            "decide": self._decide, "move withdrawal": self._move_withdrawal,
            "click": self._click, "again": self._again,
        }
        self._make_room()
        before = self.again
        deeds[self._possible(act, drawn)](drawn)
        if self.again is not before and much >= IMPATIENT:
            self._again(drawn)

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Record, connections, trades, orders, tickets, funds."""
        self.journey.check()

    def teardown(self) -> None:
        """Close the customer's connections, and leave no order open."""
        self.journey.leave()

    def _possible(self, act: str, drawn: Drawn) -> str:
        """The act, or one that leads towards it where there is nothing for it to be about."""
        entry, money = self.entry, self.money
        if not entry.registered:
            return act if act in ("log in", "guess", "answer alone") else "register"
        if not entry.person.confirmed:
            return act if act in (*ODD, "log in") else "confirm"
        if not entry.active() and (act not in ODD) and drawn.where % ABROAD:
            return "answer" if entry.standing(Standing.HALF_OPEN) else "log in"
        lacking = {
            "move deposit": ("announce", money.deposits), "cancel": ("order", money.orders),
            "decide": ("ask", money.withdrawals()), "move withdrawal": ("ask", money.withdrawals()),
            "click": ("ask", money.links), "resume": ("cut", entry.resumable()),
            "answer": ("log in", entry.standing(Standing.HALF_OPEN)),
            "give up factor": ("enrol", entry.secrets[0]),
            "enrol": ("activate" if entry.enrolling else "log in", not entry.secrets[0]),
            "again": ("move deposit" if money.deposits else "announce", self.again),
        }
        instead, there = lacking.get(act, (act, True))
        act = act if there else instead
        if act in ("ask", "order") and drawn.well and money.free(money.cash.product) <= 0:
            return "move deposit" if money.deposits else "announce"
        return act

    def _make_room(self) -> None:
        """The oldest connections break: a customer has but a few."""
        while len(self.entry.wires) >= MOST_WIRES:
            self.entry.cut(self.entry.wires[0])

    def _wire(self, drawn: Drawn) -> Wire:
        """A connection, mostly one that is logged in."""
        active = self.entry.active()
        if active and drawn.where % ABROAD:
            return _one(active, drawn.where)
        return _one(self.entry.wires or [self.entry.stranger()], drawn.where)

    def _register(self, drawn: Drawn) -> None:
        (self.entry.register_again if self.entry.registered else self.entry.register)()

    def _confirm(self, drawn: Drawn) -> None:
        self.entry.confirm(right=drawn.well)
        self.again = partial(self.entry.confirm, right=drawn.well)

    def _guess(self, drawn: Drawn) -> None:
        self.entry.guess()

    def _log_in(self, drawn: Drawn) -> None:
        """On a new connection, or on one that somebody logged out of."""
        free = self.entry.standing(Standing.ANONYMOUS)
        wire = self.entry.log_in(wire=_one(free, drawn.which) if free and drawn.well else None)
        if drawn.how % 3 and wire.line.standing is Standing.HALF_OPEN:
            self._tell_code(wire, drawn)

    def _answer(self, drawn: Drawn) -> None:
        self._tell_code(_one(self.entry.standing(Standing.HALF_OPEN), drawn.where), drawn)

    def _tell_code(self, wire: Wire, drawn: Drawn) -> None:
        """The code, now and then after a wrong one that was tried twice."""
        for _ in range(2 if drawn.much >= IMPATIENT else 0):
            self.entry.answer(wire, right=False)
        self.entry.answer(wire, right=drawn.well)

    def _answer_alone(self, drawn: Drawn) -> None:
        self.entry.answer_alone()

    def _resume(self, drawn: Drawn) -> None:
        call = "AuthenticateUser" if drawn.how % 2 else "Authenticate2FA"
        self.entry.resume(_one(self.entry.resumable(), drawn.which), call)

    def _enrol(self, drawn: Drawn) -> None:
        """Begun, and mostly completed at once."""
        wire = self._wire(drawn)
        self.entry.begin_factor(wire)
        if wire.line.standing is Standing.ACTIVE and drawn.how % 3:
            self.entry.activate(wire, right=drawn.well)

    def _activate(self, drawn: Drawn) -> None:
        begun = self.entry.enrolling
        here = begun is not None and begun[0] in self.entry.active()
        wire = begun[0] if begun is not None and here and drawn.well else self._wire(drawn)
        self.entry.activate(wire, right=drawn.well)

    def _give_up_factor(self, drawn: Drawn) -> None:
        self.entry.give_up_factor(self._wire(drawn))

    def _leave(self, drawn: Drawn) -> None:
        for wire in self.entry.active()[:1]:
            self.entry.log_out(wire)

    def _cut(self, drawn: Drawn) -> None:
        for wire in self.entry.wires[:1]:
            self.entry.cut(wire)

    def _announce(self, drawn: Drawn) -> None:
        self.money.announce(self._wire(drawn), self.money.cash.sum * drawn.much, cut=drawn.cut)

    def _move_deposit(self, drawn: Drawn) -> None:
        """Mostly a step that leads on, of the newest tickets."""
        deposits = self.money.deposits
        steps = [
            (code, to) for to in DEPOSIT_STEPS for code, found in reversed(deposits.items())
            if not drawn.well or found.step(to) is Step.LEGAL
        ]
        code, to = _one(steps or [(code, DepositStatus.FULLY_PROCESSED) for code in deposits],
                        drawn.which)
        self.again = partial(self.money.move_deposit, code, to, marked=drawn.how % 3 > 0)
        self.again()

    def _order(self, drawn: Drawn) -> None:
        """An order, now and then for more than there is."""
        side = Side.SELL if drawn.which % 3 == 0 else Side.BUY
        tick = drawn.how % (HIGHEST + 1)
        lots = drawn.much
        if not drawn.well:
            lots += int(self.money.free(self.money.funds.quote) / self.money.floor.lots())
        self.money.order(self._wire(drawn), side, tick, lots, cut=drawn.cut)

    def _deal(self, drawn: Drawn) -> None:
        side = Side.BUY if drawn.which % 3 == 0 else Side.SELL
        self.money.deal(side, drawn.how % (HIGHEST + 1), drawn.much)

    def _cancel(self, drawn: Drawn) -> None:
        """An open order, or any."""
        among = [each for each in self.money.orders if each in self.money.book.orders]
        order_id = _one(among if among and drawn.well else list(self.money.orders), drawn.which)
        self.money.cancel(self._wire(drawn), order_id, cut=drawn.cut)
        self.again = lambda: self.money.cancel(self._wire(drawn), order_id)

    def _ask(self, drawn: Drawn) -> None:
        money = self.money
        if drawn.which % 3 == 0:
            amount, till = money.floor.lots() * drawn.much / COIN_PARTS, money.coins
        else:
            amount, till = money.cash.sum * drawn.much, money.cash
        money.ask(self._wire(drawn), till, amount, cut=drawn.cut)

    def _decide(self, drawn: Drawn) -> None:
        """Mostly a decision that leads on, about the newest tickets."""
        found = self.money.withdrawals()[::-1]
        steps = [
            (code, decision) for decision in DECISIONS for _, code, ticket in found
            if not drawn.well or ticket.decided(decision) is Step.LEGAL
        ]
        code, decision = _one(steps or [(found[0][1], Decision.PAY)], drawn.which)
        self.again = lambda: self.money.decide(code, decision, self._wire(drawn))
        self.again()

    def _move_withdrawal(self, drawn: Drawn) -> None:
        _, code, _ = _one(self.money.withdrawals()[::-1], drawn.which)
        self.again = partial(self.money.move_withdrawal, code, _one(WITHDRAW_STEPS, drawn.how))
        self.again()

    def _click(self, drawn: Drawn) -> None:
        code = _one(list(self.money.links), drawn.which)
        self.again = partial(self.money.click, code, right=drawn.well)
        self.again()

    def _again(self, drawn: Drawn) -> None:
        """What was sent last is sent once more, wherever the customer is by now."""
        if self.again is not None:
            self.again()


def machine_for(world: World) -> type[JourneyMachine]:
    """The machine against one target; its customers, one after the other, trade with one maker."""
    return type("JourneyMachineHere", (JourneyMachine,),
                {"world": world, "maker": world.customer()})


def _one(found: Sequence[T], place: int) -> T:
    """What stands at a place, counted round and round."""
    return found[place % len(found)]
