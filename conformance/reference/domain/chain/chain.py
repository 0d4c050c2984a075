"""The chain: transactions wait for a block, blocks are mined at a fixed pace of the clock.

A transaction is tried on what its token will be when it is sent, and changes the token when it is
in a block. Every later block confirms it once more, up to what is required.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.chain.templates import Ability, ChainError, Template
from conformance.reference.domain.chain.tokens import Definition, Holdings, Token

BLOCK_MS = 100
"""Time between blocks. A public chain takes 12 s and more; waiting for that proves nothing."""
REQUIRED_CONFIRMATIONS = 12
EVENTS_KEPT = 100
MISSES_EVENT = defect("digitizer/subscription-misses-event", "Every event reaches subscribers.")
NEVER_PENDING = defect("digitizer/pending-not-told", "A transaction is told as pending first.")
WAITS_UNTOLD = defect("digitizer/waiting-not-told", "A transfer that waits is announced.")
CONFIRMS_ON = defect(
    "digitizer/confirmations-exceed-required", "Confirmations stop at what is required."
)


class Stage(StrEnum):
    """What is told about a transaction."""

    PENDING = "PendingEvent"
    CONFIRMED = "ConfirmationEvent"
    ERROR = "ErrorEvent"
    CHECK = "CheckStatusEvent"
    PENDING_TRANSFER = "PendingTransferEvent"


@dataclass(frozen=True, slots=True)
class Order:
    """What a transaction is to do: its kind, who is concerned, how it changes the token.

    ``awaits`` marks a transfer that a decision must follow: it is not confirmed by itself.
    """

    kind: str
    effect: Callable[[Holdings], None]
    sender: str = ""
    receiver: str = ""
    amount: int | None = None
    awaits: bool = False


@dataclass(slots=True, eq=False)
class Transaction:
    """One transaction on its way."""

    uuid: str
    hash: str
    token: Token
    user_id: int
    order: Order
    block_number: int | None = None
    block_hash: str = ""
    confirmations: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Something that happened to a transaction."""

    stage: Stage
    transaction: Transaction
    confirmation: int
    block_number: int | None
    block_hash: str
    error: str = ""


Listener = Callable[[Report], None]


@dataclass
class Chain:
    """Deployed tokens, transactions on their way, and who listens."""

    token_hex: Callable[[int], str]
    digits: Callable[[int], str]
    defects: Defects
    started_ms: int = 0
    height: int = 0
    tokens: dict[str, Token] = field(default_factory=dict)
    recent: deque[Report] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    listeners: list[Listener] = field(default_factory=list)
    finished: list[Callable[[Transaction], None]] = field(default_factory=list)
    uuids: set[str] = field(default_factory=set)
    _queue: list[Transaction] = field(default_factory=list)
    _mined: list[Transaction] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.issuer = f"0x{self.token_hex(160)}"

    def deploy(self, definition: Definition, network_id: str, template: Template) -> Token:
        """Put a new contract on the chain."""
        address = f"0x{self.token_hex(160)}"
        token = Token(
            self.digits(9).lstrip("0") or "1", address, self.issuer, network_id, template,
            definition, self.defects,
        )
        self.tokens[address.lower()] = token
        return token

    def token(self, address: str | None) -> Token:
        """The contract at an address, in any letter case; raises ChainError."""
        token = self.tokens.get((address or "").lower())
        if token is None:
            raise ChainError(f"no Asset found for assetId={address}")
        return token

    def send(self, token: Token, user_id: int, uuid: str, order: Order) -> Transaction:
        """Send a transaction; raises ChainError at once when it could not succeed."""
        if uuid.lower() in self.uuids:
            raise ChainError("the uuid was used before")
        trial = token.expected.copy()
        order.effect(trial)
        token.expected = trial
        self.uuids.add(uuid.lower())
        transaction = Transaction(
            uuid, _digest("transaction", next(self._numbers), uuid), token, user_id, order
        )
        self._queue.append(transaction)
        self._tell(Stage.PENDING, transaction)
        return transaction

    def catch_up(self, now_ms: int) -> None:
        """Mine every block that was due by now."""
        if not self.started_ms:
            self.started_ms = now_ms
        due = (now_ms - self.started_ms) // BLOCK_MS
        while self.height < due and (self._queue or self._mined):
            self._mine()
        self.height = max(self.height, due)

    def _mine(self) -> None:
        self.height += 1
        block_hash = _digest("block", self.height)
        arriving, self._queue = self._queue, []
        for transaction in arriving:
            transaction.block_number, transaction.block_hash = self.height, block_hash
            self._execute(transaction)
        waiting, self._mined = self._mined, []
        for transaction in waiting:
            self._confirm(transaction)

    def _execute(self, transaction: Transaction) -> None:
        state = transaction.token.holdings.copy()
        try:
            transaction.order.effect(state)
        except ChainError as error:
            self._tell(Stage.ERROR, transaction, str(error))
            return
        transaction.token.holdings = state
        if transaction.order.awaits:
            self._tell(Stage.CHECK, transaction)
            self._tell(Stage.PENDING_TRANSFER, transaction)
        else:
            self._mined.append(transaction)

    def _confirm(self, transaction: Transaction) -> None:
        transaction.confirmations += 1
        self._tell(Stage.CONFIRMED, transaction)
        enough = REQUIRED_CONFIRMATIONS + (2 if self.defects(CONFIRMS_ON) else 0)
        if transaction.confirmations == REQUIRED_CONFIRMATIONS:
            for callback in self.finished:
                callback(transaction)
        if transaction.confirmations < enough:
            self._mined.append(transaction)

    def _tell(self, stage: Stage, transaction: Transaction, error: str = "") -> None:
        report = Report(
            stage, transaction, transaction.confirmations, transaction.block_number,
            transaction.block_hash, error,
        )
        if Ability.EVENTS in transaction.token.template.abilities:
            self.recent.append(report)
        if self._stays_silent(stage, transaction):
            return
        for listener in list(self.listeners):
            listener(report)

    def _stays_silent(self, stage: Stage, transaction: Transaction) -> bool:
        return (
            (self.defects(MISSES_EVENT) and transaction.confirmations == 1)
            or (self.defects(NEVER_PENDING) and stage is Stage.PENDING)
            or (self.defects(WAITS_UNTOLD) and stage is Stage.PENDING_TRANSFER)
        )


def _digest(*parts: object) -> str:
    """A 32-byte hash in hexadecimal."""
    return "0x" + hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
