"""Whose data a caller without Operator may address, for every call that names a user."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session
from scenarios.users.vocabulary import NOT_AUTHORISED, colleague_of, facets, person

READERS = (
    "GetUserInfo", "GetUserConfig", "GetUserAccounts", "GetUserAccountInfos",
    "GetUserPermissions", "GetUserMarketDataPermissions",
)


def about(world: World, who: Session) -> dict[str, Any]:
    """Names a user; keys that a call does not know are ignored."""
    return {"OMSId": world.oms_id, "UserId": who.user_id}


@pytest.mark.parametrize("call", [clause_case(f"users/{c}/scope", c) for c in READERS])
def test_trader_reads_users_of_its_account_only(
    world: World, verify: Verifier, call: str
) -> None:
    """A trader may read itself and who shares its default account; strangers it may not.

    Who trades on an exchange is nobody else's business.
    """
    who, stranger = person(world), person(world)
    colleague = colleague_of(world, who)

    verify.succeeded(who.send(call, about(world, who)))
    verify.succeeded(who.send(call, about(world, colleague)))

    with verify.unchanged(*facets(world, stranger.user_id)):
        verify.refused(who.send(call, about(world, stranger)), code=NOT_AUTHORISED)


@pytest.mark.parametrize(
    "call",
    [clause_case(f"users/{c}/operator-scope", c)
     for c in ("GetUserInfo", "GetUserPermissions", "GetUserMarketDataPermissions")],
)
def test_operator_reads_anybody(
    world: World, operator: Session, verify: Verifier, call: str
) -> None:
    """Support sees what the user itself sees, without sharing an account."""
    who = person(world)

    turn = verify.succeeded(operator.send(call, about(world, who)))

    own = verify.succeeded(who.send(call, about(world, who)))
    verify.equal("what operator and user read", turn.value, own.value, turn, own)
