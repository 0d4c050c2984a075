"""Queries and mutations of the digitizer, as Ariadne binds them to the schema."""

from __future__ import annotations

from typing import Any

from ariadne import MutationType, QueryType
from graphql import GraphQLError, GraphQLResolveInfo

from conformance.reference.domain.chain.chain import Report
from conformance.reference.domain.chain.service import NETWORKS
from conformance.reference.domain.chain.templates import TEMPLATES, ChainError
from conformance.reference.domain.chain.tokens import Definition
from conformance.reference.faults.registry import handled
from conformance.reference.gateway.digitizer.session import Asking
from conformance.reference.gateway.digitizer.shapes import (
    Shape,
    asset_shape,
    event_shape,
    holder_shape,
    network_shape,
    pending_shape,
    template_shape,
)

Info = GraphQLResolveInfo[Any]
VERSION = "3.1.0"
query = QueryType()
mutation = MutationType()


def asking(info: Info) -> Asking:
    """Who asks, logged in or not."""
    found: Asking = info.context["asking"]
    return found


def logged_in(info: Info) -> Asking:
    """Who asks; raises GraphQLError for somebody not logged in."""
    who = asking(info)
    who.require_user()
    return who


def presentable(error: Exception) -> GraphQLError:
    """A refusal of the chain as an error of the answer."""
    return GraphQLError(str(error))


@query.field("version")
def version(_: object, info: Info) -> str:
    """Needs no login."""
    return VERSION


@query.field("me")
def me(_: object, info: Info) -> Shape | None:
    """The user logged in, or null."""
    user = asking(info).user
    return {"userId": user.user_id} if user is not None else None


@query.field("networks")
def networks(_: object, info: Info) -> list[Shape]:
    """All networks."""
    logged_in(info)
    return [network_shape(network) for network in NETWORKS]


@query.field("protocols")
def protocols(_: object, info: Info) -> list[Shape]:
    """There is one."""
    logged_in(info)
    return [{"id": "0", "name": "Ethereum", "enabled": True}]


@query.field("templates")
def templates(_: object, info: Info) -> list[Shape]:
    """All templates."""
    logged_in(info)
    return [template_shape(template) for template in TEMPLATES]


@query.field("users")
def users(_: object, info: Info) -> list[Shape]:
    """Users of the exchange, newest first."""
    known = logged_in(info).exchange.users.by_id
    return [
        {"name": user.name, "apexUserId": user_id}
        for user_id, user in sorted(known.items(), reverse=True)
    ]


@query.field("assets")
def assets(_: object, info: Info, networkId: str | None = None) -> list[Shape]:
    """Tokens deployed to a network."""
    digitizer = logged_in(info).digitizer
    try:
        digitizer.network(networkId)
    except ChainError as error:
        raise presentable(error) from None
    return [
        asset_shape(token, digitizer.network(token.network_id))
        for token in digitizer.chain.tokens.values()
        if networkId == token.network_id
    ]


@query.field("asset")
def asset(_: object, info: Info, assetId: str | None = None) -> Shape:
    """One token by its contract address."""
    digitizer = logged_in(info).digitizer
    try:
        token = digitizer.chain.token(assetId)
        return asset_shape(token, digitizer.network(token.network_id))
    except ChainError as error:
        raise presentable(error) from None


@query.field("account")
def account(
    _: object, info: Info, assetId: str | None = None,
    accountAddress: str | None = None,
) -> Shape:
    """What an address holds."""
    try:
        return {"balance": str(logged_in(info).digitizer.balance(assetId, accountAddress))}
    except ChainError as error:
        raise presentable(error) from None


@query.field("capTable")
def cap_table(
    _: object, info: Info, assetId: str | None = None
) -> list[Shape]:
    """Who holds a token."""
    try:
        return [holder_shape(row) for row in logged_in(info).digitizer.cap_table(assetId)]
    except ChainError as error:
        raise presentable(error) from None


@query.field("pendingTransfers")
def pending_transfers(
    _: object, info: Info, assetId: str | None = None
) -> list[Shape]:
    """Transfers of a regulated token that wait."""
    digitizer = logged_in(info).digitizer
    try:
        waiting = digitizer.pending(assetId)
        return [pending_shape(digitizer.chain.token(assetId), one) for one in waiting]
    except ChainError as error:
        raise presentable(error) from None


@query.field("events")
def events(_: object, info: Info) -> list[Shape]:
    """The newest events, oldest of them first."""
    recent: list[Report] = list(logged_in(info).digitizer.chain.recent)
    return [event_shape(report) for report in recent]


@mutation.field("login")
def login(_: object, info: Info, username: str, password: str) -> Shape:
    """Open a session; the answer's cookie carries it."""
    return {"userId": asking(info).log_in(username, password).user_id}


@mutation.field("logout")
def logout(_: object, info: Info) -> bool:
    """End the session; the documented answer is false."""
    asking(info).log_out()
    return False


def _operate(name: str, run: Any) -> None:
    """Bind a mutation that sends a transaction: ``run(digitizer, user id, arguments)``."""

    def resolve(_: object, info: Info, **arguments: Any) -> str:
        who = logged_in(info)
        try:
            uuid: str = run(who.digitizer, who.require_user().user_id, arguments)
        except ChainError as error:
            raise presentable(error) from None
        return uuid

    mutation.set_field(name, resolve)


def _with_faults(name: str, resolver: Any) -> Any:
    """The resolver with the seeded defects that are on around it."""

    def resolve(parent: object, info: Info, **arguments: Any) -> Any:
        return handled(
            asking(info), f"digitizer/{name}", arguments,
            lambda: resolver(parent, info, **arguments),
        )

    return resolve


_operate("mint", lambda d, user, a: d.mint(
    user, a["contractAddress"], a["uuid"], a["custodianAddress"], a["amount"]))
_operate("burn", lambda d, user, a: d.burn(user, a["contractAddress"], a["amount"]))
_operate("transfer", lambda d, user, a: d.transfer(
    user, a["contractAddress"], a["destinationAddress"], a["amount"]))
_operate("clawback", lambda d, user, a: d.claw_back(
    user, a["contractAddress"], a["clawbackAddress"], a["amount"]))
_operate("pause", lambda d, user, a: d.set_paused(user, a["assetId"], paused=True))
_operate("resume", lambda d, user, a: d.set_paused(user, a["assetId"], paused=False))
_operate("allowTransfer", lambda d, user, a: d.decide(
    user, a["assetId"], a["pendingHash"], allow=True))
_operate("rejectTransfer", lambda d, user, a: d.decide(
    user, a["assetId"], a["pendingHash"], allow=False))
_operate("whitelist", lambda d, user, a: d.whitelist(
    user, a["tokenAddress"], a["address"], listed=a["shouldWhitelist"]))
_operate("deploy", lambda d, user, a: d.deploy(
    Definition(a["token"]["name"], a["token"]["symbol"], a["token"]["decimals"],
               a["token"]["cap"]),
    a["networkId"], a["template"]).address)

for _kind in (query, mutation):
    for _name, _resolver in list(_kind._resolvers.items()):
        _kind.set_field(_name, _with_faults(_name, _resolver))
