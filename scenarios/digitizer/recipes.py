"""How to reach success for the operations of the Digitizer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from conformance.generate.world import Prepared, World, recipe
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable
from scenarios.digitizer.vocabulary import (
    LISTED,
    PAUSABLE,
    PLAIN,
    REGULATED,
    Token,
    address,
    at_digitizer,
    definition,
    network_id,
    new_token,
    waiting_transfer,
)


def fresh_login(world: World, persona: str = "platform_admin") -> Session:
    """A login of its own, which may be ended."""
    return world.deployment.fresh(persona).via("digitizer")


def a_user(world: World) -> Session:
    """A user who may be locked by wrong passwords: fresh where the target allows it."""
    lent = "operator" not in world.deployment.target.personas
    user = world.session("platform_admin") if lent else world.throwaway()
    if not user.password:
        raise Unavailable("persona platform_admin has no password to log in with")
    return user


def _about(token: Token, **keys: Any) -> Prepared:
    contract = {"assetId": token.contract}
    watch = [(token.session, "asset", contract), (token.session, "capTable", contract)]
    return Prepared(token.session, keys, tuple(watch))


@recipe(
    "digitizer/me", "digitizer/networks", "digitizer/protocols", "digitizer/templates",
    "digitizer/users", "digitizer/version", "digitizer/events",
)
def read(world: World) -> Prepared:
    return Prepared(at_digitizer(world), {})


@recipe("digitizer/assets")
def assets(world: World) -> Prepared:
    session = at_digitizer(world)
    return Prepared(session, {"networkId": network_id(session)})


@recipe("digitizer/asset", "digitizer/capTable")
def about_token(world: World) -> Prepared:
    token = new_token(world, minted=5)
    return _about(token, assetId=token.contract)


@recipe("digitizer/account")
def account(world: World) -> Prepared:
    token = new_token(world, minted=5)
    return _about(token, assetId=token.contract, accountAddress=token.custodian)


@recipe("digitizer/pendingTransfers")
def pending_transfers(world: World) -> Prepared:
    token = new_token(world, REGULATED, minted=5)
    waiting_transfer(token, 2, address())
    return _about(token, assetId=token.contract)


@recipe("digitizer/allowTransfer", "digitizer/rejectTransfer")
def decide(world: World) -> Prepared:
    token = new_token(world, REGULATED, minted=5)
    pending_hash = waiting_transfer(token, 2, address())
    return _about(token, assetId=token.contract, pendingHash=pending_hash)


@recipe("digitizer/deploy")
def deploy(world: World) -> Prepared:
    session = at_digitizer(world)
    network = network_id(session)
    keys = {"token": definition(world), "networkId": network, "template": PLAIN}
    return Prepared(session, keys, ((session, "assets", {"networkId": network}),))


@recipe("digitizer/mint")
def mint(world: World) -> Prepared:
    token = new_token(world)
    return _about(
        token, uuid=str(uuid4()), custodianAddress=token.custodian, amount=5,
        contractAddress=token.contract,
    )


@recipe("digitizer/burn")
def burn(world: World) -> Prepared:
    token = new_token(world, minted=1000)
    return _about(token, amount=2, contractAddress=token.contract)


@recipe("digitizer/transfer")
def transfer(world: World) -> Prepared:
    token = new_token(world, minted=1000)
    return _about(
        token, destinationAddress=address(), amount=2, contractAddress=token.contract
    )


@recipe("digitizer/clawback")
def clawback(world: World) -> Prepared:
    token = new_token(world, PAUSABLE, minted=1000)
    return _about(
        token, clawbackAddress=token.custodian, amount=2, contractAddress=token.contract
    )


@recipe("digitizer/pause")
def pause(world: World) -> Prepared:
    token = new_token(world, PAUSABLE)
    return _about(token, assetId=token.contract)


@recipe("digitizer/resume")
def resume(world: World) -> Prepared:
    token = new_token(world, PAUSABLE)
    token.done(token.switch("pause"))
    return _about(token, assetId=token.contract)


@recipe("digitizer/whitelist")
def whitelist(world: World) -> Prepared:
    token = new_token(world, LISTED)
    return _about(token, address=address(), tokenAddress=token.contract, shouldWhitelist=True)


@recipe("digitizer/login")
def login(world: World) -> Prepared:
    known = a_user(world)
    session = world.deployment.connect().via("digitizer")
    return Prepared(session, {"username": known.username, "password": known.password})


@recipe("digitizer/logout")
def logout(world: World) -> Prepared:
    return Prepared(fresh_login(world), {})
