"""Tokens of the Digitizer, their chain, and what is told about their transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from conformance.contract.payload import parse_json
from conformance.contract.validators import judge
from conformance.generate.world import World
from conformance.oracle.evidence import evidence
from conformance.oracle.finding import Finding
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from conformance.wire.graphql import GraphqlSurface, Subscription

CAP = 1_000_000
CONFIRMED, ERROR, PENDING = "ConfirmationEvent", "ErrorEvent", "PendingEvent"
PENDING_TRANSFER = "PendingTransferEvent"
PLAIN, PAUSABLE, REGULATED, LISTED, UNIQUE = (
    "BaseERC20", "MegaERC20", "RABT", "RTOKEN", "BaseERC721",
)
"""Templates of the page's sample: minting and burning; pausing and reclaiming too; transfers that
wait; addresses that are listed; single pieces."""
MANAGER = 1
"""The documented id of the asset manager."""
BUDGETS = 5
"""Latency budgets to wait for a chain: with the usual 2 s, most of the 12 s of a public block."""
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
    symbol = world.deployment.unique_name("T")
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
        return self.done(self.try_mint(amount, **more))

    def try_mint(self, amount: int, **more: Any) -> Turn:
        """Mint to the custodian without waiting."""
        keys = {"uuid": str(uuid4()), "custodianAddress": self.custodian, "amount": amount,
                "contractAddress": self.contract, **more}
        return self.session.call("mint", **keys)

    def done(self, turn: Turn) -> str:
        """The uuid of a transaction that is in a block now; Unavailable when it was refused."""
        uuid = str(result(turn))
        pass_blocks(self.world, self.session, uuid)
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
    follow(world, deployer)
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


def pass_blocks(world: World, session: Session, uuid: str) -> None:
    """Let a transaction into a block: by the clock where it can be moved, else by waiting."""
    if world.deployment.target.hooks.clock is not None:
        world.deployment.advance_clock(BLOCKS_MS)
    elif session in _FOLLOWING:
        _FOLLOWING[session].settled(uuid)


_FOLLOWING: dict[Session, Listener] = {}
"""Where the clock cannot be moved: one subscription for each login, opened with its first token."""


def follow(world: World, session: Session) -> None:
    """Hear about a login's transactions from now on, where waiting will need it."""
    if world.deployment.target.hooks.clock is None and session not in _FOLLOWING:
        assert isinstance(session.surface, GraphqlSurface)
        subscription = session.run(session.surface.subscribe("txStatus"))
        _FOLLOWING[session] = Listener(session, "txStatus", subscription)


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
        return self._wait(
            f"{self.name} with {match}",
            lambda row: all(row.get(key) == value for key, value in match.items()),
        )

    def of(self, uuid: str, status: str = CONFIRMED) -> list[dict[str, Any]]:
        """Every report on one transaction, at least up to a status."""
        return [row for row in self.until(uuid=uuid, status=status) if row["uuid"] == uuid]

    def settled(self, uuid: str) -> list[dict[str, Any]]:
        """Every report on one transaction, once it is decided what becomes of it."""
        decided = (CONFIRMED, ERROR, PENDING_TRANSFER)
        rows = self._wait(
            f"{self.name}: the end of {uuid}",
            lambda row: row.get("uuid") == uuid and row.get("status") in decided,
        )
        return [row for row in rows if row["uuid"] == uuid]

    def _wait(
        self, required: str, wanted: Callable[[dict[str, Any]], bool]
    ) -> list[dict[str, Any]]:
        def is_it(message: dict[str, Any]) -> bool:
            data = (message.get("payload") or {}).get("data") or {}
            return wanted(data.get(self.name) or {})

        budget_s = BUDGETS * self.session.latency_budget_ms / 1000
        came = self.session.run(self.subscription.wait(is_it, budget_s))
        rows = self.heard()
        if came is None:
            raise Finding(
                f"event:{self.name}", required=required, received=f"{rows[-3:]}"[:300]
            )
        return rows


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


def deposit_key(world: World, account_id: int, product_id: int) -> str:
    """A new address through which an account deposits a product."""
    turn = world.operator.call(
        "GetDepositInfo", OMSId=world.oms_id, AccountId=account_id, ProductId=product_id,
        AccountProviderId=_provider_of(world, product_id), GenerateNewKey=True, DepositInfo="{}",
    )
    found = turn.value if isinstance(turn.value, list) else turn.get("depositInfo")
    keys = parse_json(found) if isinstance(found, str) else found
    if not isinstance(keys, list) or not keys:
        raise Unavailable(f"the account has no deposit key: {turn.text[:200]}")
    return str(keys[-1])


def _provider_of(world: World, product_id: int) -> int:
    """The account provider of a product; 0, its default one, where none is listed."""
    turn = world.superuser.call(
        "AM_GetAccountProviderInfoList", assetManagerId=MANAGER, omsId=world.oms_id
    )
    for row in turn.get("AccountProviderInfos") or ():
        if lookup(row, "AssetId") == product_id:
            return int(lookup(row, "AccountProviderId"))
    return 0


def fails(token: Token, turn: Turn, listener: Listener) -> bool:
    """Was a transaction refused, at once or with an ErrorEvent?"""
    if turn.get("errors"):
        return True
    uuid = token.done(turn)
    return bool(listener.settled(uuid)[-1]["status"] == ERROR)


def holdings(token: Token) -> tuple[tuple[Session, str, dict[str, Any]], ...]:
    """The reads that show one token."""
    key = {"assetId": token.contract}
    return (token.session, "asset", key), (token.session, "capTable", key)
