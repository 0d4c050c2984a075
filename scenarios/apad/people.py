"""The five calls that make a user: what each is sent, and the user in its reply."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.vocabulary import (
    Member,
    ask,
    at_apad,
    company_facts,
    made,
    new_company,
    newcomer,
)

CREATORS = (
    "CreateUser", "CreateCoAdmin", "CreateUserAgent", "CreateUserCoShareholder",
    "CreateCompanyWithUser",
)
IN_COMPANY = ("CreateCoAdmin", "CreateUserAgent", "CreateUserCoShareholder")


def introduction(world: World, call: str, **more: Any) -> dict[str, Any]:
    """The keys with which a call makes a user nobody knows yet."""
    place: dict[str, Any] = {}
    if call == "CreateCompanyWithUser":
        place = company_facts(world)
    elif call != "CreateUser":
        place = {"companyName": more.pop("companyName", None) or new_company(world)}
    return {**place, **newcomer(world), **more}


def introduce(world: World, call: str, **more: Any) -> tuple[dict[str, Any], Turn]:
    """Send it as platform administrator: the keys that were sent, and the turn."""
    keys = introduction(world, call, **more)
    return keys, ask(at_apad(world, "platform_admin"), call, **keys)


def user_of(turn: Turn) -> Any:
    """The user in the reply of any creating call."""
    value = made(turn)
    inside = lookup(value, "User")
    return inside if isinstance(inside, dict) else value


def company_of(turn: Turn) -> Any:
    """The company in the reply of any call that makes one."""
    value = made(turn)
    inside = lookup(value, "Company")
    return inside if isinstance(inside, dict) else value


def as_member(keys: dict[str, Any], turn: Turn) -> Member:
    """The new user as somebody who can log in."""
    user_id = int(lookup(user_of(turn), "ExternalId"))
    return Member(keys["userName"], user_id, keys["email"], keys["password"])


def can_log_in(world: World, keys: dict[str, Any]) -> Turn:
    """A login on the exchange with the name and password that a creating call was given."""
    session: Session = world.deployment.connect(keys["userName"])
    return session.call("AuthenticateUser", UserName=keys["userName"], Password=keys["password"])
