"""A random life of one regulated token, and the model that predicts it."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from conformance.generate.world import World
from conformance.oracle.models.rules import decides
from conformance.oracle.verify import Verifier
from conformance.target.session import Turn
from scenarios.digitizer.vocabulary import REGULATED, address, new_token
from scenarios.workflows.drawing import drawn

CAP = 60
amounts, receivers = st.integers(1, 25), st.integers(0, 2)


class TokenMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.verify = Verifier(self.world.contract)
        self.token = new_token(self.world, REGULATED, cap=CAP)
        self.receivers = [address() for _ in range(3)]
        self.minted = self.transfers = 0
        self.paused = False
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.waiting: dict[str, tuple[str, int]] = {}

    @property
    def free(self) -> int:
        """What the custodian has and no waiting transfer has spoken for."""
        return self.balances[self.token.custodian] - sum(n for _, n in self.waiting.values())

    @rule(amount=amounts)
    @decides(
        up_to_cap="No more is minted than the cap.",
        minted_whole="What is minted is the custodian's, the whole amount.",
        burnt_counts_on="Burnt tokens make no room to mint more.",
    )
    def mint(self, amount: int) -> None:
        """Up to the cap, and not while paused."""
        turn = self.token.try_mint(amount)
        if self._decided(turn, not self.paused and self.minted + amount <= CAP):
            self.minted += amount
            self.balances[self.token.custodian] += amount

    @rule(amount=amounts)
    @decides(
        burnt_is_gone="What is burnt is gone.",
    )
    def burn(self, amount: int) -> None:
        """From the custodian, what no waiting transfer needs, and not while paused.

        Whether tokens that wait can be burnt, the page leaves open.
        """
        amount = self._clear(amount)
        if self._decided(self.token.burn(amount), not self.paused and amount <= self.free):
            self.balances[self.token.custodian] -= amount

    @rule(amount=amounts, to=receivers)
    @decides(
        transfer_waits="A transfer waits until it is allowed.",
    )
    def ask_for_transfer(self, amount: int, to: int) -> None:
        """A transfer waits; nothing moves."""
        amount = self._clear(amount)
        turn = self.token.send(amount, self.receivers[to])
        if self._decided(turn, not self.paused and amount <= self.free):
            new = [row for row in self.token.pending() if row["pendingHash"] not in self.waiting]
            self.verify.equal("new waiting transfers", len(new), 1, turn)
            self.waiting[new[0]["pendingHash"]] = (self.receivers[to], amount)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    @decides(
        allowed_moves="An allowed transfer moves tokens to the receiver.",
        allowed_debits="An allowed transfer takes them from the sender.",
        decided_once="A transfer that was decided on waits no more.",
        transfers_counted="Each transfer is counted.",
    )
    def allow(self, data: st.DataObject) -> None:
        """A waiting transfer moves, unless the token is paused."""
        for pending_hash in drawn(data, self.waiting):
            turn = self.token.decide("allowTransfer", pending_hash)
            if self._decided(turn, not self.paused):
                to, amount = self.waiting.pop(pending_hash)
                self.balances[self.token.custodian] -= amount
                self.balances[to] += amount
                self.transfers += 1

    @precondition(lambda self: self.waiting and not self.paused)
    @rule(data=st.data())
    @decides(
        rejected_moves_nothing="A rejected transfer moves nothing.",
    )
    def reject(self, data: st.DataObject) -> None:
        """A waiting transfer is over, and nothing moved."""
        for pending_hash in drawn(data, self.waiting):
            self._decided(self.token.decide("rejectTransfer", pending_hash), True)
            del self.waiting[pending_hash]

    @rule(call=st.sampled_from(["pause", "resume"]))
    @decides(
        paused_rests="A paused token neither moves nor is minted or burnt.",
        resumed_if_paused="Only a paused token is resumed.",
        pause_told="A token tells whether it is paused.",
    )
    def switch(self, call: str) -> None:
        """Only what changes something is accepted. Pausing twice, the page leaves open."""
        call = "resume" if self.paused else call
        if self._decided(self.token.switch(call), self.paused is (call == "resume")):
            self.paused = call == "pause"

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Balances, what waits, and what the asset tells about itself."""
        held = {row["address"].lower(): int(row["balance"] or 0) for row in self.token.rows()}
        self.verify.equal("cap table", {a: n for a, n in held.items() if n},
                          {a: n for a, n in self.balances.items() if n})
        waiting = {row["pendingHash"]: (row["to"].lower(), int(row["amount"]))
                   for row in self.token.pending()}
        self.verify.equal("waiting", waiting, self.waiting)
        self.verify.equal("paused", self.token.read("paused"), self.paused)
        self.verify.equal("transferCount", self.token.read("transferCount"), self.transfers)

    def _clear(self, amount: int) -> int:
        """An amount that is free, or more than there is: between the two the page is silent."""
        held = self.balances[self.token.custodian]
        return amount + held if self.free < amount <= held else amount

    def _decided(self, turn: Turn, possible: bool) -> bool:
        """Succeeded and in a block when it is possible, refused when it is not."""
        if possible:
            self.verify.succeeded(turn)
            self.token.done(turn)
        else:
            self.verify.refused(turn)
        return possible


def machine_for(world: World) -> type[TokenMachine]:
    """The machine of one world."""
    return type("TokenMachineHere", (TokenMachine,), {"world": world})
