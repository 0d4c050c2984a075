"""A token contract: balances by address, and the rules of its template.

Amounts are whole tokens. A contract's state is a value that can be copied, so that a transaction
can be tried on the state it will meet before it is sent.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.chain.templates import Ability, ChainError, Template

PAUSED_MOVES = defect("digitizer/paused-token-moves", "A paused token does not move.")
BEYOND_CAP = defect("digitizer/mint-exceeds-cap", "No more is ever minted than the cap.")
BURN_KEEPS_SUPPLY = defect("digitizer/burn-keeps-supply", "Burning reduces the supply.")
NO_ALLOWANCE = defect(
    "digitizer/transfer-without-allowance",
    "A regulated token moves only when allowed, a whitelisted one only to who is listed.",
)
ANY_TEMPLATE = defect("digitizer/template-unread", "The template says what can be done.")
BURN_MAKES_ROOM = defect("digitizer/burn-makes-room", "Burnt tokens make no room to mint more.")
NOT_DEBITED = defect("digitizer/sender-keeps-tokens", "A transfer creates no tokens.")
ALLOWED_STAYS = defect("digitizer/allowed-transfer-stays", "An allowed transfer moves tokens.")
WAITS_ON = defect("digitizer/decided-transfer-waits-on", "A transfer is decided on once.")
REJECT_PAYS = defect("digitizer/rejected-transfer-pays", "A rejected transfer moves nothing.")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a token is deployed with; ``cap`` is the most that may ever be minted."""

    name: str
    symbol: str
    decimals: int
    cap: int


@dataclass(frozen=True, slots=True)
class PendingTransfer:
    """A transfer of a regulated token that waits for a decision."""

    pending_hash: str
    sender: str
    receiver: str
    amount: int


@dataclass(slots=True)
class Holdings:
    """The part of a contract that transactions change. Addresses are kept in lower case."""

    balances: dict[str, int] = field(default_factory=dict)
    minted: int = 0
    paused: bool = False
    transfers: int = 0
    whitelist: dict[str, bool] = field(default_factory=dict)
    pending: dict[str, PendingTransfer] = field(default_factory=dict)
    custodians: dict[int, list[str]] = field(default_factory=dict)

    def copy(self) -> Holdings:
        """An independent copy."""
        return copy.deepcopy(self)


@dataclass
class Token:
    """One deployed contract. ``holdings`` is what blocks have confirmed, ``expected`` what they
    will have confirmed once every transaction sent so far is in one.
    """

    asset_id: str
    address: str
    issuer: str
    network_id: str
    template: Template
    definition: Definition
    defects: Defects
    holdings: Holdings = field(default_factory=Holdings)
    expected: Holdings = field(default_factory=Holdings)
    spelling: dict[str, str] = field(default_factory=dict)

    def require(self, ability: Ability) -> None:
        """The template can do this; raises ChainError."""
        if ability not in self.template.abilities and not self.defects(ANY_TEMPLATE):
            raise ChainError(f"{self.template.name} does not support {ability.value}")

    def seen(self, address: str) -> str:
        """The address in the form it is kept in; its first spelling is remembered."""
        self.spelling.setdefault(address.lower(), address)
        return address.lower()

    def shown(self, address: str) -> str:
        """The address as it was first spelled."""
        return self.spelling.get(address, address)

    def mint(self, state: Holdings, user_id: int, custodian: str, amount: int) -> None:
        """Create tokens at a custodian's address; what was burned makes no room."""
        self.require_moving(state)
        if state.minted + amount > self.definition.cap and not self.defects(BEYOND_CAP):
            raise ChainError(f"minting {amount} would exceed the cap of {self.definition.cap}")
        state.minted += amount
        self._add(state, custodian, amount)
        mine = state.custodians.setdefault(user_id, [])
        if custodian in mine:
            mine.remove(custodian)
        mine.append(custodian)

    def burn(self, state: Holdings, user_id: int, amount: int) -> None:
        """Destroy tokens of the caller's custodial account."""
        self.require_moving(state)
        custodian = self.custodial_address(state, user_id, amount)
        if not self.defects(BURN_KEEPS_SUPPLY):
            self._add(state, custodian, -amount)
        if self.defects(BURN_MAKES_ROOM):
            state.minted -= amount

    def transfer(self, state: Holdings, user_id: int, receiver: str, amount: int) -> str:
        """Move tokens from the caller's custodial account; answers the sending address."""
        self.require_moving(state)
        sender = self.custodial_address(state, user_id, amount)
        if Ability.WHITELIST in self.template.abilities and not self.defects(NO_ALLOWANCE):
            for party, default in ((sender, True), (receiver, False)):
                if not state.whitelist.get(party, default):
                    raise ChainError(f"{self.shown(party)} is not whitelisted")
        self._pass(state, sender, receiver, amount)
        return sender

    def request(self, state: Holdings, user_id: int, receiver: str, amount: int, key: str) -> str:
        """Ask for a transfer of a regulated token; answers the sending address."""
        self.require_moving(state)
        sender = self.custodial_address(state, user_id, amount)
        if self.defects(NO_ALLOWANCE):
            self._pass(state, sender, receiver, amount)
        else:
            state.pending[key] = PendingTransfer(key, sender, receiver, amount)
        return sender

    def decide(self, state: Holdings, key: str, *, allow: bool) -> PendingTransfer:
        """Let a requested transfer happen, or not; raises ChainError for an unknown one."""
        pending = state.pending.get(key)
        if pending is None:
            raise ChainError(f"no pending transfer found for pendingHash={key}")
        if (allow and not self.defects(ALLOWED_STAYS)) or self.defects(REJECT_PAYS):
            self.require_moving(state)
            if state.balances.get(pending.sender, 0) < pending.amount:
                raise ChainError("the sender no longer has the tokens")
            self._pass(state, pending.sender, pending.receiver, pending.amount)
        if not self.defects(WAITS_ON):
            del state.pending[key]
        return pending

    def claw_back(self, state: Holdings, holder: str, amount: int) -> None:
        """Move tokens from any address to the contract's owner."""
        self.require_moving(state)
        if state.balances.get(holder, 0) < amount:
            raise ChainError("the address does not have that many tokens")
        self._add(state, holder, -amount)
        self._add(state, self.issuer.lower(), amount)

    def set_paused(self, state: Holdings, *, paused: bool) -> None:
        """Pause or resume; only what changes something is accepted."""
        if state.paused is paused:
            raise ChainError("the token is paused" if paused else "the token is not paused")
        state.paused = paused

    def require_moving(self, state: Holdings) -> None:
        """The token is not paused; raises ChainError."""
        if state.paused and not self.defects(PAUSED_MOVES):
            raise ChainError("the token is paused")

    def custodial_address(self, state: Holdings, user_id: int, amount: int) -> str:
        """The newest of the caller's custodial addresses that has the amount free."""
        for address in reversed(state.custodians.get(user_id, [])):
            waiting = sum(p.amount for p in state.pending.values() if p.sender == address)
            if state.balances.get(address, 0) - waiting >= amount:
                return address
        raise ChainError("the custodial account does not have that many tokens")

    def _pass(self, state: Holdings, sender: str, receiver: str, amount: int) -> None:
        if not self.defects(NOT_DEBITED):
            self._add(state, sender, -amount)
        self._add(state, receiver, amount)
        state.transfers += 1

    def _add(self, state: Holdings, address: str, amount: int) -> None:
        state.balances[address] = state.balances.get(address, 0) + amount
