"""Who is answered: log-ins and permissions, for calls of several sections."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.protocol.vocabulary import NOT_AUTHORISED
from scenarios.users.vocabulary import holder_of

TRADERS_CALLS = ("GetUserInfo", "GetUserConfig", "GetAccountPositions", "GetOpenOrders",
                 "GetAccountInfo", "SubscribeAccountEvents")
OPERATORS_CALLS = ("GetAvailablePermissionList", "GetAllBadges", "GetLockedUsers",
                   "GetAccounts", "GetOperators")


def each(rule: str, calls: tuple[str, ...]) -> pytest.MarkDecorator:
    """The rule once for each call."""
    return pytest.mark.parametrize("name", [clause_case(f"protocol/frame/{rule}", c)
                                            for c in calls])


def payload(world: World, who: Session) -> dict[str, int]:
    """Enough for every call of these lists."""
    return {"OMSId": world.oms_id, "OperatorId": 1, "UserId": who.user_id,
            "AccountId": who.account_id, "StartIndex": 1, "Limit": 1}


@each("login-needed", TRADERS_CALLS + OPERATORS_CALLS)
def test_call_needs_a_log_in(
    world: World, anonymous: Session, verify: Verifier, name: str
) -> None:
    """Without a log-in only public calls are answered."""
    verify.refused(anonymous.send(name, payload(world, world.trader)))


@each("login-needed-code", TRADERS_CALLS + OPERATORS_CALLS)
def test_want_of_a_log_in_has_code_20(
    world: World, anonymous: Session, verify: Verifier, name: str
) -> None:
    """A client tells by the code that it has to log in again."""
    turn = anonymous.send(name, payload(world, world.trader))

    verify.equal("errorcode", turn.get("errorcode"), NOT_AUTHORISED, turn)


@each("permission-needed", OPERATORS_CALLS)
def test_call_needs_its_permission(world: World, verify: Verifier, name: str) -> None:
    """A customer is not answered by calls of the operator."""
    verify.refused(world.trader.send(name, payload(world, world.trader)))


@each("permission-needed-code", OPERATORS_CALLS)
def test_want_of_a_permission_has_code_20(
    world: World, verify: Verifier, name: str
) -> None:
    """A client tells by the code that trying again is no use."""
    turn = world.trader.send(name, payload(world, world.trader))

    verify.equal("errorcode", turn.get("errorcode"), NOT_AUTHORISED, turn)


@pytest.mark.parametrize(
    "held",
    [clause_case("protocol/frame/permission-any-of", held)
     for held in ("Operator", "Trading", "AccountReadOnly")],
)
def test_one_of_the_listed_permissions_is_enough(
    world: World, verify: Verifier, held: str
) -> None:
    """The list on a page is an or, not an and."""
    who = holder_of(world, held)

    verify.succeeded(who.call("GetUserPermissions", UserId=who.user_id))


@each("superuser-includes-operator", OPERATORS_CALLS)
def test_superuser_may_do_what_an_operator_may(
    world: World, superuser: Session, verify: Verifier, name: str
) -> None:
    """Nobody has to hold both."""
    verify.succeeded(superuser.send(name, payload(world, world.trader)))


@clause("protocol/frame/permission-per-call")
def test_permission_named_like_a_call_admits_to_that_call(
    world: World, verify: Verifier
) -> None:
    """One call can be granted by itself, and nothing else comes with it."""
    who = holder_of(world, "GetAllBadges")

    verify.succeeded(who.call("GetAllBadges", OMSId=world.oms_id))

    verify.refused(who.call("GetAvailablePermissionList"), code=NOT_AUTHORISED)
    verify.refused(who.call("GetUserConfig", UserId=who.user_id), code=NOT_AUTHORISED)


@clause("protocol/frame/permission-per-call")
def test_customer_gains_one_operators_call(world: World, verify: Verifier) -> None:
    """Granted to a customer, the name opens the call on the next log-in and no other."""
    who = holder_of(world, "Trading", "GetAvailablePermissionList")

    verify.succeeded(who.call("GetAvailablePermissionList"))

    verify.refused(who.call("GetAllBadges", OMSId=world.oms_id), code=NOT_AUTHORISED)
    verify.succeeded(who.call("GetUserConfig", UserId=who.user_id))


