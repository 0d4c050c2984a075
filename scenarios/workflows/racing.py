"""Words of the scenarios about requests that meet: a pit of traders, several lines into it, and
what can be read once everything is quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

from conformance.generate.world import World
from conformance.oracle.models.book import Side, TimeInForce
from conformance.oracle.models.races import (
    Cancel,
    Enter,
    Operation,
    Outcome,
    Reduce,
    Replace,
    serial_outcomes,
)
from conformance.oracle.verify import Verifier
from conformance.target.session import Request, Session, lookup, together
from scenarios.oms_orders.vocabulary import (
    OMS,
    Floor,
    Funds,
    cancel_all,
    executions,
    funds,
    history,
    holds,
    limit_order,
    new_client_id,
    number,
    open_orders,
    replacement,
    side,
    state,
    taken,
)
from scenarios.users.vocabulary import logged_in_again
from scenarios.workflows.floors import ZERO, fee_sums, moved

Sent = tuple[int, Operation]
"""An operation, and the line it goes over."""
TRADER, AGAIN, RIVAL = 0, 1, 2
"""The lines into the pit: two connections of one user, and one of another."""
OWNERS = (0, 0, 1)


@dataclass
class Pit:
    """Two accounts on one floor, and three lines into it. Orders bear keys of one round."""

    world: World
    floor: Floor
    parties: tuple[Session, Session]
    again: Session
    ids: dict[int, int] = field(default_factory=dict)
    base: int = 0

    @property
    def lines(self) -> tuple[Session, Session, Session]:
        """The connections by the number of their line."""
        return self.parties[0], self.again, self.parties[1]

    def enter(
        self, line: int, key: int, of: Side, tick: int, lots: int = 1,
        time_in_force: TimeInForce = TimeInForce.GTC,
    ) -> Sent:
        """An order, to be sent over a line."""
        account = self.lines[line].account_id
        return line, Enter(key, account, of, self.floor.at(tick), self.floor.lots(lots),
                           time_in_force)

    def cancel(self, line: int, key: int) -> Sent:
        """The end of an order."""
        return line, Cancel(key)

    def reduce(self, line: int, key: int, lots: int) -> Sent:
        """A smaller quantity for an order."""
        return line, Reduce(key, self.floor.lots(lots))

    def replace(self, line: int, key: int, by: Sent) -> Sent:
        """Another order in place of one."""
        assert isinstance(by[1], Enter)
        return line, Replace(key, by[1])

    def meet(
        self, verify: Verifier, before: Sequence[Sent], meeting: Sequence[Sent], rounds: int
    ) -> None:
        """Let operations meet, in every order of leaving in turn, and judge what is left."""
        orders = list(permutations(meeting))
        for turn in range(rounds):
            self._round(verify, before, orders[turn % len(orders)])

    def _round(
        self, verify: Verifier, before: Sequence[Sent], meeting: Sequence[Sent]
    ) -> None:
        for party in self.parties:
            cancel_all(party)
        self.ids, self.base = {}, new_client_id() * 1000
        start = [funds(party) for party in self.parties]
        for line, operation in before:
            assert isinstance(operation, Enter)
            who, call, payload = self._request(line, operation)
            self.ids[operation.key] = taken(who.send(call, payload))

        turns = together([self._request(line, operation) for line, operation in meeting])

        allowed = serial_outcomes([o for _, o in before], [o for _, o in meeting])
        found = self.outcome()
        verify.holds(
            "what is left is what some order of the requests leaves", found in allowed,
            f"{found} of {sorted(map(str, allowed))}", *turns,
        )
        for party, funds_before in zip(self.parties, start, strict=True):
            self._require_funds(verify, party, funds_before)

    def outcome(self) -> Outcome:
        """What can be read now of the orders of this round; refused ones are left out."""
        states, working, traded = set(), set(), []
        for party in self.parties:
            for row in history(party):
                if self._ours(row) and state(row) != "Rejected":
                    states.add((self._key(row), state(row)))
            for row in open_orders(party):
                if self._ours(row):
                    working.add((self._key(row), number(row, "Price"), number(row, "Quantity")))
            traded += [
                (self._key(row), number(row, "price"), number(row, "quantity"))
                for row in executions(party, self.floor) if self._ours(row)
            ]
        return Outcome(frozenset(states), frozenset(working), tuple(sorted(traded)))

    def _require_funds(self, verify: Verifier, party: Session, before: Funds) -> None:
        """Amounts moved by what executed and its fees; what works is held, and nothing else."""
        market = self.floor.market
        rows = [row for row in executions(party, self.floor) if self._ours(row)]
        required = {product: -fee for product, fee in fee_sums(rows).items()}
        for row in rows:
            sign = 1 if side(row) == Side.BUY else -1
            for product, amount in (
                (market.product1, number(row, "quantity")), (market.product2, -number(row, "value"))
            ):
                required[product] = required.get(product, ZERO) + sign * amount
        booked = {product: amount for product, amount in required.items() if amount}
        verify.equal("amounts moved", moved(before, party), booked)
        held: dict[int, Decimal] = dict.fromkeys(holds(party), ZERO)
        for row in open_orders(party):
            product, unit = (
                (market.product2, number(row, "Price")) if side(row) == Side.BUY
                else (market.product1, Decimal(1))
            )
            held[product] = held.get(product, ZERO) + unit * number(row, "Quantity")
        verify.equal("held", holds(party), held)

    def _request(self, line: int, operation: Operation) -> Request:
        who = self.lines[line]
        match operation:
            case Enter():
                return who, "SendOrder", limit_order(
                    who, self.floor.market, operation.side, operation.price, operation.quantity,
                    TimeInForce=int(operation.time_in_force),
                    ClientOrderId=self.base + operation.key,
                )
            case Cancel(key):
                return who, "CancelOrder", {"OMSId": OMS, "OrderId": self.ids[key]}
            case Reduce(key, quantity):
                return who, "ModifyOrder", {
                    "OMSId": OMS, "OrderId": self.ids[key], "Quantity": quantity,
                    "InstrumentId": self.floor.instrument_id, "PreviousOrderRevision": 0,
                }
            case Replace(key, by):
                return who, "CancelReplaceOrder", replacement(
                    who, self.floor, self.ids[key], by.side, limitPrice=by.price,
                    quantity=by.quantity, clientOrdId=self.base + by.key,
                )

    def _ours(self, row: Any) -> bool:
        return 0 <= self._key(row) < 1000

    def _key(self, row: Any) -> int:
        return int(lookup(row, "ClientOrderId", 0)) - self.base


def pit(world: World, floor: Floor, trader: Session, rival: Session) -> Pit:
    """A pit of two traders, one of them connected twice."""
    return Pit(world, floor, (trader, rival), logged_in_again(world, trader))


def melee(where: Pit, random: Random) -> tuple[list[Sent], list[Sent]]:
    """A few working orders, and a few operations that meet over them, all at random."""
    before = [
        where.enter(TRADER, 0, Side.SELL, random.randint(1, 2), random.randint(1, 3)),
        where.enter(RIVAL, 1, Side.BUY, random.randint(-2, 0), random.randint(1, 3)),
    ]
    meeting = [_anything(where, key, random) for key in range(10, 14)]
    return before, meeting


def _anything(where: Pit, key: int, random: Random) -> Sent:
    line = random.choice((TRADER, AGAIN, RIVAL))
    own = OWNERS[line]
    order = where.enter(
        line, key, random.choice(list(Side)), random.randint(-1, 3), random.randint(1, 3),
        random.choice(list(TimeInForce)),
    )
    kind = random.choice(("enter", "enter", "cancel", "replace"))
    if kind == "cancel":
        return where.cancel(line, own)
    if kind == "replace":
        side_of_own = Side.SELL if own == 0 else Side.BUY
        by = where.enter(line, key, side_of_own, random.randint(-1, 3), random.randint(1, 3))
        return where.replace(line, own, by)
    return order
