"""A customer's way from registration to withdrawal, in the order in which a customer takes it.

The steps are those that a random walk takes as well; whatever has become of the customer and its
money is checked behind each.
"""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.models.book import Side
from conformance.oracle.models.tickets import Decision, DepositStatus, WithdrawStatus
from conformance.target.session import Session
from scenarios.workflows.access_lines import Wire
from scenarios.workflows.journey_entry import Entry
from scenarios.workflows.journey_money import Money

DEPOSITED, WITHDRAWN = 40, 8
"""In sums that a ticket moves."""
BOUGHT = 3


class Journey:
    """One customer on the way, and somebody to trade with."""

    def __init__(self, world: World, maker: Session) -> None:
        self.entry = Entry(world)
        self.money = Money(self.entry, maker)

    @property
    def wire(self) -> Wire:
        """The connection on which the customer is logged in."""
        return self.entry.active()[0]

    def register(self) -> None:
        """Sign up; before the mailed code came back, no log-in works."""
        self.entry.register()
        self.entry.log_in(wire=self.entry.wires[0])
        self.entry.confirm()
        self.check()

    def enrol(self) -> None:
        """Log in by password, enrol a second factor, and log in with it."""
        wire = self.entry.log_in(wire=self.entry.wires[0])
        self.entry.begin_factor(wire)
        self.entry.activate(wire)
        self.reconnect()

    def reconnect(self) -> None:
        """The connection breaks; the customer logs in again, by password and one-time code."""
        self.entry.cut(self.wire)
        self.entry.come_in()
        self.check()

    def deposit(self) -> None:
        """A deposit ticket, accepted and processed by the operator, credits the account."""
        for code in self.money.announce(self.wire, self.money.cash.sum * DEPOSITED):
            self.money.move_deposit(code, DepositStatus.ACCEPTED)
            self.money.move_deposit(code, DepositStatus.FULLY_PROCESSED)
        self.check()

    def trade(self) -> None:
        """A buy order is filled in part, the rest is cancelled."""
        self.money.deal(Side.SELL, 0, 1)
        for order_id in self.money.order(self.wire, Side.BUY, 0, BOUGHT):
            self.check()
            self.money.cancel(self.wire, order_id)
        self.check()

    def withdraw(self) -> None:
        """A withdrawal is held, confirmed by mail, accepted, processed and debited once."""
        cash = self.money.cash
        for code in self.money.ask(self.wire, cash, cash.sum * WITHDRAWN):
            self.check()
            if code in self.money.links:
                self.money.click(code)
            self.money.decide(code, Decision.ACCEPT)
            self.money.decide(code, Decision.PAY)
            found = self.money.models[cash.product].withdrawals[code].status
            self.money.verify.equal("status", found, WithdrawStatus.FULLY_PROCESSED)
        self.check()

    def log_out(self) -> None:
        """After LogOut nothing private is answered on this connection."""
        self.entry.log_out(self.wire)
        self.check()

    def check(self) -> None:
        """Everything about the customer is what the models say."""
        self.entry.check()
        self.money.check()

    def leave(self) -> None:
        """Close all connections, and leave no order open."""
        self.money.leave()
        self.entry.close()
