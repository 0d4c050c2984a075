"""The digitizer: what a user of the exchange may do on the chain.

A token minted to a deposit key of an account whose product has the token's symbol is a deposit:
once it has all its confirmations, the account is credited. That is how shares come to the exchange.
"""

from __future__ import annotations

import re
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.chain.chain import Chain, Order, Transaction
from conformance.reference.domain.chain.templates import Ability, ChainError, template_named
from conformance.reference.domain.chain.tokens import Definition, Holdings, PendingTransfer, Token

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

LOGOUT_KEEPS_TOKEN = defect("digitizer/logout-keeps-token", "After logout the session is dead.")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_MOST_DECIMALS = 18
MINT = "mint"


@dataclass(frozen=True, slots=True)
class Network:
    """A chain tokens can be deployed to."""

    network_id: str
    name: str
    enabled: bool
    explorer: str | None


@dataclass(frozen=True, slots=True)
class Holder:
    """One row of a cap table; ``share`` is the part of the supply."""

    name: str
    address: str
    balance: int
    share: Decimal


NETWORKS = (Network("42", "Reference Net", True, "https://explorer.example/"),)


class Digitizer:
    """Operations of users on the chain of one exchange; each raises ChainError to refuse."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.chain = Chain(exchange.ids.token, exchange.ids.digits, exchange.defects)
        self.chain.finished.append(self._credit_deposit)

    def deploy(self, definition: Definition, network_id: str, template_name: str) -> Token:
        """Deploy a token with nothing minted."""
        self.network(network_id)
        template = template_named(template_name)
        if not definition.name or not definition.symbol:
            raise ChainError("a token needs a name and a symbol")
        if not 0 <= definition.decimals <= _MOST_DECIMALS:
            raise ChainError(f"decimals must be 0 to {_MOST_DECIMALS}")
        if definition.cap <= 0:
            raise ChainError("cap must be above zero")
        return self.chain.deploy(definition, network_id, template)

    def network(self, network_id: str | None) -> Network:
        """The network, if tokens can be deployed to it."""
        for network in NETWORKS:
            if network.network_id == network_id and network.enabled:
                return network
        raise ChainError(f"no Network found for networkId={network_id}")

    def mint(self, user_id: int, contract: str, uuid: str, custodian: str, amount: int) -> str:
        """Mint to a custodian under the caller's own uuid."""
        token = self._able(contract, Ability.MINT, amount)
        try:
            uuids.UUID(uuid)
        except ValueError:
            raise ChainError("uuid is not a UUID") from None
        address = self._address(token, custodian)
        order = Order(
            MINT, lambda state: token.mint(state, user_id, address, amount), self.chain.issuer,
            address, amount,
        )
        return self.chain.send(token, user_id, uuid, order).uuid

    def burn(self, user_id: int, contract: str, amount: int) -> str:
        """Burn from the caller's custodial account."""
        token = self._able(contract, Ability.BURN, amount)
        sender = token.custodial_address(token.expected, user_id, amount)
        return self._send(
            token, user_id, "burn", lambda state: token.burn(state, user_id, amount), sender, "",
            amount,
        )

    def transfer(self, user_id: int, contract: str, destination: str, amount: int) -> str:
        """Move from the caller's custodial account; a regulated token waits for a decision."""
        token = self._able(contract, Ability.TRANSFER, amount)
        receiver = self._address(token, destination)
        token.require_moving(token.expected)
        sender = token.custodial_address(token.expected, user_id, amount)
        awaits = Ability.APPROVAL in token.template.abilities
        key = f"0x{self._exchange.ids.token(256)}"

        def effect(state: Holdings) -> None:
            if awaits:
                token.request(state, user_id, receiver, amount, key)
            else:
                token.transfer(state, user_id, receiver, amount)

        return self._send(
            token, user_id, "transfer", effect, sender, receiver, amount, awaits=awaits
        )

    def decide(self, user_id: int, contract: str, key: str, *, allow: bool) -> str:
        """Allow or reject a transfer of a regulated token."""
        token = self.chain.token(contract)
        token.require(Ability.APPROVAL)
        pending = token.holdings.pending.get(key.lower())
        if pending is None:
            raise ChainError(f"no pending transfer found for pendingHash={key}")
        return self._send(
            token, user_id, "transferAllowed" if allow else "transferRejected",
            lambda state: _discard(token.decide(state, key.lower(), allow=allow)),
            pending.sender, pending.receiver, pending.amount,
        )

    def claw_back(self, user_id: int, contract: str, holder: str, amount: int) -> str:
        """Move tokens from any address to the contract's owner."""
        token = self._able(contract, Ability.CLAWBACK, amount)
        address = self._address(token, holder)
        return self._send(
            token, user_id, "clawback", lambda state: token.claw_back(state, address, amount),
            address, self.chain.issuer, amount,
        )

    def set_paused(self, user_id: int, contract: str, *, paused: bool) -> str:
        """Pause or resume a token."""
        token = self.chain.token(contract)
        token.require(Ability.PAUSE)
        return self._send(
            token, user_id, "pause" if paused else "resume",
            lambda state: token.set_paused(state, paused=paused),
        )

    def whitelist(self, user_id: int, contract: str, address: str, *, listed: bool) -> str:
        """List an address as party to transfers, or take it off."""
        token = self.chain.token(contract)
        token.require(Ability.WHITELIST)
        party = self._address(token, address)
        return self._send(
            token, user_id, "whitelist",
            lambda state: state.whitelist.__setitem__(party, listed), "", party,
        )

    def balance(self, contract: str | None, address: str | None) -> int:
        """What an address holds."""
        token = self.chain.token(contract)
        if not _ADDRESS.fullmatch(address or ""):
            raise ChainError(f"not an address: {address}")
        return token.holdings.balances.get((address or "").lower(), 0)

    def cap_table(self, contract: str | None) -> list[Holder]:
        """Everybody who holds the token, with the part of the supply."""
        token = self.chain.token(contract)
        balances = {a: b for a, b in token.holdings.balances.items() if b}
        supply = sum(balances.values())
        return [
            Holder(
                self._owner_of(address) or token.shown(address), token.shown(address), balance,
                (Decimal(balance * 100) / supply).quantize(Decimal("0.01"), ROUND_HALF_UP),
            )
            for address, balance in balances.items()
        ]

    def pending(self, contract: str | None) -> list[PendingTransfer]:
        """Transfers of a regulated token that wait for a decision."""
        token = self.chain.token(contract)
        token.require(Ability.APPROVAL)
        return list(token.holdings.pending.values())

    def _send(
        self, token: Token, user_id: int, kind: str, effect: Callable[[Holdings], None],
        sender: str = "", receiver: str = "", amount: int | None = None, *, awaits: bool = False,
    ) -> str:
        order = Order(kind, effect, sender, receiver, amount, awaits)
        return self.chain.send(token, user_id, self._exchange.ids.guid(), order).uuid

    def _able(self, contract: str, ability: Ability, amount: int) -> Token:
        token = self.chain.token(contract)
        token.require(ability)
        if amount <= 0:
            raise ChainError("amount must be above zero")
        return token

    def _address(self, token: Token, address: str) -> str:
        if not _ADDRESS.fullmatch(address):
            raise ChainError(f"not an address: {address}")
        return token.seen(address)

    def _owner_of(self, address: str) -> str:
        """Name of the account that deposits through an address, or nothing."""
        owner = self._deposit_key(address)
        return self._exchange.accounts.get(owner[0]).name if owner else ""

    def _deposit_key(self, address: str) -> tuple[int, int] | None:
        keys = self._exchange.asset_manager.keys
        return next((keys[known] for known in keys if known[1].lower() == address), None)

    def _credit_deposit(self, transaction: Transaction) -> None:
        order = transaction.order
        owner = self._deposit_key(order.receiver) if order.kind == MINT else None
        if owner is None or order.amount is None:
            return
        account_id, product_id = owner
        product = self._exchange.catalogue.products[product_id]
        if product.symbol == transaction.token.definition.symbol:
            self._exchange.apad.shares.deposit(account_id, product_id, Decimal(order.amount))


def _discard(pending: PendingTransfer) -> None:
    """An effect answers nothing."""
