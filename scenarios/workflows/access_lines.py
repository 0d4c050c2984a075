"""Connections of a walk through log-ins and rights, and the calls that are tried on them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.catalog import Contract
from conformance.generate.world import World
from conformance.oracle.models.access import Demand, Line, Scope
from conformance.target.session import Session, Turn
from conformance.wire.frames import Frame
from conformance.wire.websocket import Lost

SCOPES = {
    "GetUserInfo": Scope.USERS, "GetUserConfig": Scope.USERS, "GetUserPermissions": Scope.USERS,
    "GetUserAccounts": Scope.USERS, "GetAccountPositions": Scope.ACCOUNTS,
    "GetOpenOrders": Scope.ACCOUNTS, "GetAccountTrades": Scope.ACCOUNTS,
    "GetAccountInfo": Scope.ACCOUNTS, "GetAllBadges": Scope.NOBODYS,
    "GetLockedUsers": Scope.NOBODYS, "GetAvailablePermissionList": Scope.NOBODYS,
    "GetAllUserGroups": Scope.NOBODYS, "Ping": Scope.NOBODYS,
    "SubscribeAccountEvents": Scope.ACCOUNTS, "SetUserConfig": Scope.USERS,
    "SendOrder": Scope.ACCOUNTS, "CancelAllOrders": Scope.ACCOUNTS,
    "ForceUserLogoff": Scope.NOBODYS, "AddUserAccount": Scope.NOBODYS,
    "AddUserPermission": Scope.NOBODYS, "RevokeUserPermission": Scope.NOBODYS,
}
"""Whose data each call of the walk is about; its permissions are those of its page."""
READS = tuple(SCOPES)[:13]
RAISES = ("ForceUserLogoff", "AddUserAccount", "AddUserPermission", "CancelAllOrders")
"""What nobody may do without the right to; tried only by those who must be refused."""
WHO_AM_I = "GetUserPermissions"
TELLING = ("GetUserConfig", "GetOpenOrders")
"""Reads that tell what a walk plants: notes in configurations, ids of orders."""


@dataclass(eq=False)
class Wire:
    """One connection to the target, and the model's line for it."""

    session: Session
    line: Line = field(default_factory=Line)
    token: str = ""
    follows: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def ask(self, call: str, payload: dict[str, Any]) -> Turn | None:
        """The turn; None when the connection is gone."""
        try:
            return self.session.send(call, payload)
        except Lost:
            return None

    def listen(self) -> list[str]:
        """The texts of all replies and events since it was last emptied."""
        if not self.session.closed:
            self.told += [frame.payload for frame in self.session.events()
                          if isinstance(frame, Frame)]
            self.told += [turn.text for turn in self.session.turns]
            self.session.turns.clear()
        return self.told

    @property
    def caller(self) -> int | None:
        """The number of the user whose log-in it carries."""
        return self.line.log_in.person if self.line.log_in is not None else None


def demand(contract: Contract, call: str) -> Demand:
    """What the call's page asks of its caller."""
    return Demand(call, frozenset(contract.call(call).permissions), SCOPES[call])


def about(world: World, who: Session) -> dict[str, Any]:
    """Names a user and its account; keys that a call does not know are ignored."""
    return {
        "OMSId": world.oms_id, "UserId": who.user_id, "AccountId": who.account_id,
        "StartIndex": 0, "Count": 10,
    }


def raising(world: World, caller: Session, other: Session) -> dict[str, Any]:
    """What a caller would send to get rights it has not, or to harm another user."""
    return {
        "OMSId": world.oms_id, "UserId": caller.user_id, "AccountId": other.account_id,
        "UserName": other.username, "Permission": "Operator", "Value": 1,
    }


def canary_id(world: World) -> int:
    """An order id of a client that is no part of any other number."""
    return 8_000_000_000_313_131 + world.deployment.unique_number() * 1_000_000


def canary_note(world: World) -> str:
    """A text that occurs nowhere else."""
    return world.deployment.unique_name("canary")


def sings(canary: str, text: str) -> bool:
    """Does a text contain the canary as a word or number of its own?"""
    found = canary in text  # most texts do not, and are long
    return found and re.search(rf"(?<!\w){re.escape(canary)}(?!\w)", text) is not None
