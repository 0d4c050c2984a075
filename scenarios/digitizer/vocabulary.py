"""Tokens of the Digitizer, their chain, and what is told about their transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from conformance.contract.validators import judge
from conformance.generate.world import World
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.target.deployment import Unavailable
from conformance.target.session import Session, Turn
from conformance.wire.graphql import GraphqlSurface, Subscription

CAP = 1_000_000
CONFIRMED, ERROR, PENDING = "ConfirmationEvent", "ErrorEvent", "PendingEvent"
PENDING_TRANSFER = "PendingTransferEvent"
PLAIN, PAUSABLE, REGULATED, LISTED, UNIQUE = (
    "BaseERC20", "MegaERC20", "RABT", "RTOKEN", "BaseERC721",
)
"""Templates of the page's sample: minting and burning; pausing and reclaiming too; transfers that
wait; addresses that are listed; single pieces."""
BLOCKS_MS = 1_500
"""Clock time that holds 12 confirmations on our reference, which mines a block every 100 ms."""


def at_digitizer(world: World, persona: str = "platform_admin") -> Session:
    """A persona at the Digitizer."""
    return world.session(persona).via("digitizer")


def address() -> str:
    """An address that holds nothing yet."""
    return f"0x{uuid4().hex}{uuid4().hex[:8]}"


def result(turn: Turn) -> Any:
    """What a query or mutation returned; Unavailable when it was refused."""
    if turn.reply is None or turn.get("errors"):
        raise Unavailable(f"{turn.call} is needed first and was refused: {turn.text[:200]}")
    return turn.get(turn.call)


def definition(world: World, **more: Any) -> dict[str, Any]:
    """A new token."""
    symbol = f"T{world.deployment.now_ms() % 10**7}N{world.sequence() % 10**6}"
    return {"name": f"Token {symbol}", "symbol": symbol, "supply": "0", "decimals": 2, "cap": CAP,
            **more}


def network_id(session: Session) -> str:
    """A network that tokens can be deployed to."""
    enabled = [row["id"] for row in result(session.call("networks")) or () if row["enabled"]]
    if not enabled:
        raise Unavailable("no network is enabled")
    return str(enabled[0])


@dataclass
class Token:
    """A token of this scenario alone, what follows its transactions, and who deployed it."""

    world: World
    session: Session
    contract: str
    definition: dict[str, Any]
    custodian: str = field(default_factory=address)

    def mint(self, amount: int, **more: Any) -> str:
        """Mint to the custodian, and wait until it is in a block."""
        uuid = str(uuid4())
        keys = {"uuid": uuid, "custodianAddress": self.custodian, "amount": amount,
                "contractAddress": self.contract, **more}
        return self.done(self.session.call("mint", **keys))

    def done(self, turn: Turn) -> str:
        """The uuid of a transaction that is in a block now; Unavailable when it was refused."""
        uuid = str(result(turn))
        pass_blocks(self.world)
        return uuid

    def read(self, field_name: str) -> Any:
        """One field of the token as ``asset`` shows it."""
        return result(self.session.call("asset", assetId=self.contract))[field_name]

    def balance(self, holder: str) -> int:
        """What an address holds."""
        turn = self.session.call("account", assetId=self.contract, accountAddress=holder)
        return int(result(turn)["balance"])

    def rows(self) -> list[dict[str, Any]]:
        """The cap table."""
        return list(result(self.session.call("capTable", assetId=self.contract)) or ())

    def total(self) -> int:
        """The sum of the cap table."""
        return sum(int(row["balance"] or 0) for row in self.rows())

    def pending(self) -> list[dict[str, Any]]:
        """Transfers that wait."""
        turn = self.session.call("pendingTransfers", assetId=self.contract)
        return list(result(turn) or ())

    def send(self, amount: int, to: str) -> Turn:
        """A transfer from the custodian."""
        return self.session.call(
            "transfer", destinationAddress=to, amount=amount, contractAddress=self.contract
        )

    def switch(self, call: str) -> Turn:
        """Pause or resume."""
        return self.session.call(call, assetId=self.contract)

    def burn(self, amount: int) -> Turn:
        """Burn from the custodian."""
        return self.session.call("burn", amount=amount, contractAddress=self.contract)

    def claw_back(self, amount: int, holder: str) -> Turn:
        """Move tokens of a holder to the owner of the contract."""
        return self.session.call(
            "clawback", clawbackAddress=holder, amount=amount, contractAddress=self.contract
        )

    def listing(self, party: str, *, listed: bool) -> Turn:
        """List an address as party to transfers, or take it off."""
        return self.session.call(
            "whitelist", address=party, tokenAddress=self.contract, shouldWhitelist=listed
        )

    def decide(self, call: str, pending_hash: str) -> Turn:
        """Allow or reject a waiting transfer."""
        return self.session.call(call, assetId=self.contract, pendingHash=pending_hash)


def new_token(
    world: World, template: str = PLAIN, *, minted: int = 0, session: Session | None = None,
    **more: Any,
) -> Token:
    """A token of a template; with ``minted``, that many lie at its custodian."""
    deployer = session or at_digitizer(world)
    keys = definition(world, **more)
    turn = deployer.call(
        "deploy", token=keys, networkId=network_id(deployer), template=template
    )
    token = Token(world, deployer, str(result(turn)), keys)
    world.deployment.leaks.record("Token", token.contract)
    if minted:
        token.mint(minted)
    return token


def waiting_transfer(token: Token, amount: int, to: str) -> str:
    """The hash of a transfer of a regulated token that waits for a decision."""
    token.done(token.send(amount, to))
    for row in token.pending():
        if row["to"].lower() == to.lower():
            return str(row["pendingHash"])
    raise Unavailable("the transfer does not wait among pendingTransfers")


def pass_blocks(world: World) -> None:
    """Let the chain confirm what was sent: by the clock where it can be moved, else by waiting."""
    if world.deployment.target.hooks.clock is not None:
        world.deployment.advance_clock(BLOCKS_MS)


@dataclass
class Listener:
    """What a subscription told, each result of its documented shape."""

    session: Session
    name: str
    subscription: Subscription

    def heard(self) -> list[dict[str, Any]]:
        """The results so far; a Finding when one is not as documented."""
        found = []
        call = self.session.contract.call(self.name, "digitizer")
        for message in self.subscription.nexts():
            judgement = judge(call, "response", message.get("data"))
            evidence().add(judgement)
            evidence().events += 1
            if not judgement.holds:
                shown = "; ".join(str(deviation) for deviation in judgement.deviations[:5])
                raise Finding(
                    f"event-shape:{self.name}", required=f"the documented {self.name}: {shown}",
                    received=str(message)[:300], oracle=f"schemas/calls/digitizer/{self.name}.json",
                )
            found.append(message["data"][self.name])
        return found

    def until(self, **match: Any) -> list[dict[str, Any]]:
        """The results up to the first with these values; a Finding when it does not come."""
        def wanted(message: dict[str, Any]) -> bool:
            data = (message.get("payload") or {}).get("data") or {}
            row = data.get(self.name) or {}
            return all(row.get(key) == value for key, value in match.items())

        budget_s = self.session.latency_budget_ms / 1000
        came = self.session.run(self.subscription.wait(wanted, budget_s))
        rows = self.heard()
        if came is None:
            raise Finding(
                f"event:{self.name}", required=f"{self.name} with {match}",
                received=f"{rows}"[:300],
            )
        return rows

    def of(self, uuid: str, status: str = CONFIRMED) -> list[dict[str, Any]]:
        """Every report on one transaction, at least up to a status."""
        self.until(uuid=uuid, status=status)
        return [row for row in self.heard() if row["uuid"] == uuid]


@contextmanager
def listening(session: Session, name: str) -> Iterator[Listener]:
    """A subscription while the block runs; Unavailable when it is refused."""
    assert isinstance(session.surface, GraphqlSurface)
    subscription = session.run(session.surface.subscribe(name))
    try:
        if subscription.refusal:
            raise Unavailable(f"{name} cannot be subscribed to: {subscription.refusal[:200]}")
        yield Listener(session, name, subscription)
    finally:
        session.run(subscription.close())
