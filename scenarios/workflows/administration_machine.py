"""A random conversation of whoever runs the platform, and the plain model that predicts it.

Operators and their systems, loyalty offers, the state of a market with orders in it, a badge and
an account's notes: each is changed by calls of its own, so no change of one may show in another.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from conformance.contract.payload import dump_json
from conformance.generate.world import World
from conformance.oracle.models.rules import decides
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import add_account, remove_pair, set_pair
from scenarios.exchange_admin.vocabulary import HALT, PAUSE, REOPEN, RESUME, RESYNC, request
from scenarios.gen_admin.vocabulary import (
    link,
    linked,
    loyalty_key,
    loyalty_terms,
    new_operator,
    unlink,
)
from scenarios.oms_orders.vocabulary import BUY, open_ids, send
from scenarios.users.badges import add_badge, all_badges, named, put_badge
from scenarios.users.markets import venue_market
from scenarios.workflows.floors import floor_at, session

MOVES = {
    PAUSE: {"Running": "Paused"}, RESUME: {"Paused": "Running"},
    HALT: {"Running": "Stopped", "Paused": "Stopped"}, REOPEN: {"Stopped": "Running"},
    RESYNC: {},
}
"""Where each call leads a market; from any other state it leads nowhere."""
trips = st.sampled_from([
    *((call,) for call in MOVES), (PAUSE, RESUME), (HALT, RESYNC, REOPEN), (PAUSE, HALT, REOPEN),
])
"""Single calls, and ways that end where they began."""
either = st.integers(0, 1)
discounts = st.sampled_from([Decimal("0.125"), Decimal("0.5"), Decimal(1)])
keys, values = st.sampled_from(["Theme", "Note"]), st.sampled_from(["", None, "dark", None])


class AdministrationMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World
    trader: Session

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.verify = Verifier(self.world.contract)
        world, self.operator = self.world, self.world.operator
        self.operators = [new_operator(world), new_operator(world)]
        self.systems = [linked(world, number, default=True) for number in self.operators]
        for number, other in zip(self.operators, reversed(self.systems), strict=True):
            link(world, number, other)
        self.served = self._served()
        self.offers: dict[int, Decimal] = {}
        self.offer(0, Decimal("0.25"))
        self.place, self.market = venue_market(world), "Running"
        self.orders: set[int] = set()
        self.trader.call("CancelAllOrders", OMSId=world.oms_id, AccountId=self.trader.account_id)
        self.accounts = [add_account(world) for _ in range(2)]
        self.order()
        self.notes: list[dict[str, str]] = [{}, {}]
        self.note(0, "Theme", "light")
        self.badge, self.wearer, self.worn = add_badge(world, self.accounts[0]), 0, True
        self.badge_id = lookup(named(all_badges(world), self.badge)[0], "BadgeId")

    @rule(who=either, what=either, default=st.booleans())
    @decides(
        system_assigned="A system that was assigned is listed.",
        one_default="An operator has one default system at most.",
    )
    def serve(self, who: int, what: int, default: bool) -> None:
        """An operator gets a system, perhaps as the default; one that is there is preferred."""
        number, system = self.operators[who], self.systems[what]
        if system in self.served[who]:
            default, turn = True, self.operator.call(
                "SetDefaultOperatorOMS", OperatorId=number, OMSId=system, IsDefault=True
            )
        else:
            turn = link(self.world, number, system, default=default)
        self.verify.succeeded(turn)
        if default:
            self.served[who] = dict.fromkeys(self.served[who], False)
        self.served[who][system] = default

    @rule(who=either, what=either, back=st.booleans())
    @decides(
        system_withdrawn="A system that was taken away is not listed.",
        default_given_up="A default that was taken away does not come back.",
        offer_outlives="An offer outlives its system's leaving.",
    )
    def withdraw(self, who: int, what: int, back: bool) -> None:
        """A system is taken away, and perhaps given back, but not as the default.

        What is answered where there is none to take away, the pages leave open.
        """
        turn = unlink(self.world, self.operators[who], self.systems[what])
        if self.served[who].pop(self.systems[what], None) is not None:
            self.verify.succeeded(turn)
        if back:
            self.serve(who, what, default=False)

    @rule(what=either, discount=discounts)
    @decides(
        one_offer="A system has one offer at most.",
        offer_kept="An offer reads as it was made.",
    )
    def offer(self, what: int, discount: Decimal) -> None:
        """A loyalty product is offered: one for each system."""
        system = self.systems[what]
        terms = loyalty_terms(self.world, system, loyaltyDiscount=discount)
        turn = self.operator.call("CreateOperatorLoyaltyFeeConfig", **terms)
        if system in self.offers:
            self.verify.refused(turn)
            return
        self.verify.succeeded(turn)
        self.offers[system] = discount

    @rule(what=either)
    @decides(
        offer_ends="An offer that was ended is gone.",
    )
    def end_offer(self, what: int) -> None:
        """An offer ends, if there is one."""
        key = loyalty_key(self.world, self.systems[what])
        turn = self.operator.call("DeleteOperatorLoyaltyFeeConfig", **key)
        if self.offers.pop(self.systems[what], None) is not None:
            self.verify.succeeded(turn)

    @rule(calls=trips)
    @decides(
        market_moves="A market call leads where it says.",
        market_way="From a state without a way no call leads on.",
        halt_cancels="A halt ends every order.",
        pause_keeps="A pause ends no order.",
        reopened_runs="A market that is opened again runs.",
    )
    def move_market(self, calls: tuple[str, ...]) -> None:
        """Market calls: followed where they lead on, without effect elsewhere."""
        for call in calls:
            turn = self.operator.send(call, request(self.world, self.place, call))
            if self.market not in MOVES[call]:
                continue
            self.verify.succeeded(turn)
            self.market = MOVES[call][self.market]
            if self.market == "Stopped":
                self.orders.clear()

    @rule()
    @decides(
        running_takes="Only a running market takes orders.",
    )
    def order(self) -> None:
        """An order that rests, if the market runs."""
        turn = send(self.trader, floor_at(self.place), BUY, -1)
        taken = turn.get("status") == "Accepted"
        self.verify.equal("the order is taken", taken, self.market == "Running", turn)
        if taken:
            self.orders.add(int(turn["OrderId"]))

    @rule(who=either, key=keys, value=values)
    @decides(
        note_kept="A pair that is set reads so, and replaces the old one.",
        note_alone="Setting or removing one pair leaves the others.",
        note_removed="A pair that was removed is gone.",
    )
    def note(self, who: int, key: str, value: str | None) -> None:
        """A pair is kept with an account, or removed: what is not there cannot be."""
        account, known = self.accounts[who], key in self.notes[who]
        if value is not None:
            self.verify.succeeded(set_pair(self.operator, account, key, value))
            self.notes[who][key] = value
            return
        turn = remove_pair(self.operator, account, key)
        self.notes[who].pop(key, None)
        if known:
            self.verify.succeeded(turn)

    @rule(who=either, worn=st.booleans())
    @decides(
        badge_moves="A badge is listed where it was passed to, and nowhere else.",
        badge_in_use="A badge tells whether it is in use.",
    )
    def pass_badge(self, who: int, worn: bool) -> None:
        """The badge goes to an account, in use or out of it."""
        put_badge(self.world, self.accounts[who], self.badge, self.badge_id, active=worn)
        self.wearer, self.worn = who, worn

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Everything is read after each step: what one call changed, no other call may show."""
        self.verify.equal("systems of the operators", self._served(), self.served)
        self.verify.equal("loyalty offers", self._offers(), self.offers)
        state = session(self.world, floor_at(self.place))
        self.verify.equal("state of the market", state, self.market)
        self.verify.equal("open orders", open_ids(self.trader), self.orders)
        self.verify.equal("notes of the accounts", self._notes(), self.notes)
        due = [[self.worn] if who == self.wearer else [] for who in range(len(self.accounts))]
        self.verify.equal("the badge at each account, in use or not", self._badges(), due)

    def _served(self) -> list[dict[int, bool]]:
        found = self._lists("GetOperatorOMSList", [{"OperatorId": each} for each in self.operators])
        return [{int(lookup(row, "OMSId")): bool(lookup(row, "IsDefault")) for row in rows}
                for rows in found]

    def _offers(self) -> dict[int, Decimal]:
        asked = [loyalty_key(self.world, system) for system in self.systems]
        (found,) = self._lists("GetOperatorLoyaltyFeeConfigsForOms", [asked])
        return {int(lookup(row, "omsId")): Decimal(str(lookup(row, "loyaltyDiscount")))
                for row in found}

    def _notes(self) -> list[dict[str, str]]:
        found = self._lists("GetAccountConfig", self._accounts())
        return [{lookup(row, "Key"): lookup(row, "Value") for row in rows} for rows in found]

    def _badges(self) -> list[list[bool]]:
        found = self._lists("GetAccountBadges", self._accounts())
        return [[lookup(row, "Active") for row in named(rows, self.badge)] for rows in found]

    def _accounts(self) -> list[dict[str, int]]:
        return [{"OMSId": self.world.oms_id, "AccountId": number} for number in self.accounts]

    def _lists(self, call: str, payloads: list[Any]) -> list[list[Any]]:
        """What the call lists for each payload, asked at once."""
        turns = self.operator.batch(call, [dump_json(payload) for payload in payloads])
        return [turn.value for turn in turns]


def machine_for(world: World) -> type[AdministrationMachine]:
    """The machine of one world; its conversations share a trader, whose orders end with each."""
    return type("AdministrationMachineHere", (AdministrationMachine,),
                {"world": world, "trader": world.customer()})
