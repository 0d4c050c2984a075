"""Words of the scenarios about affiliates: tags, and who signed up under them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.users.reporting import iso, now
from scenarios.users.vocabulary import Identity, new_identity

FIRST_ROW = 1
OMS = 1

def new_tag(world: World) -> str:
    """Letters and digits that nobody has as a tag yet."""
    return world.deployment.unique_name("TAG")


def tag_payload(owner: Session, tag: str, row: int = FIRST_ROW) -> dict[str, Any]:
    """The payload of adding or changing a tag; ``row`` is its affiliateId."""
    return {"omsId": OMS, "userId": owner.user_id, "affiliateId": row, "affiliateTag": tag}


def add_tag(world: World, owner: Session, row: int = FIRST_ROW) -> str:
    """Give a user a new tag; the tag."""
    tag = new_tag(world)
    turn = owner.send("AddUserAffiliateTag", tag_payload(owner, tag, row))
    if turn.get("result") is not True:
        raise Unavailable(f"no tag can be added: {turn.text[:200]}")
    world.deployment.leaks.record("AffiliateTag", tag)
    return tag


def tag_reads(owner: Session) -> tuple[Read, ...]:
    """The reads that show a user's tags, and what hangs on them."""
    key = {"userId": owner.user_id, "omsId": OMS}
    return ((owner, "GetUserAffiliateTag", key), (owner, "GetUserAffiliateCount", key))


def tag_rows(reader: Session, user_id: int) -> list[Any]:
    """The rows of GetUserAffiliateTag."""
    turn = reader.call("GetUserAffiliateTag", userId=user_id, omsId=OMS)
    if not isinstance(turn.value, list):
        raise Unavailable(f"no tags are listed: {turn.text[:200]}")
    return turn.value


def tags_by_row(reader: Session, user_id: int) -> dict[int, str]:
    """A user's tags by the number they are filed under."""
    return {
        int(lookup(row, "affiliateId")): str(lookup(row, "affiliateTag"))
        for row in tag_rows(reader, user_id)
    }


def sign_up_under(world: World, tag: str) -> Identity:
    """Have the operator create a user under a tag."""
    identity = new_identity(world)
    info = {
        "userName": identity.name, "email": identity.email, "passwordHash": identity.password,
        "emailVerified": True, "omsId": world.oms_id,
    }
    turn = world.operator.call(
        "CreateUser", userInfo=info, operatorId=OPERATOR_ID, affiliateTag=tag, userConfig=[]
    )
    if turn.get("result") is not True:
        raise Unavailable(f"no user can be created under a tag: {turn.text[:200]}")
    world.deployment.leaks.record("User", identity.name)
    return identity


def owner_with_affiliates(world: World, owner: Session, count: int) -> str:
    """Have users sign up under a new tag of the owner's; the tag."""
    tag = add_tag(world, owner)
    for _ in range(count):
        sign_up_under(world, tag)
    return tag


def affiliates(world: World, user_id: int) -> list[Any]:
    """The users who signed up under a user's tags."""
    turn = world.operator.call("GetUserAffiliates", omsId=OMS, userId=user_id)
    if not isinstance(turn.value, list):
        raise Unavailable(f"no affiliates are listed: {turn.text[:200]}")
    return turn.value


def affiliate_count(reader: Session, user_id: int) -> int:
    """What GetUserAffiliateCount says."""
    return int(reader.call("GetUserAffiliateCount", OMSId=OMS, UserId=user_id)["Count"])


def recent(world: World, user_id: int, tag: str, start: str, end: str) -> list[Any]:
    """Sign-ups under a tag within a period."""
    turn = world.operator.call(
        "GetRecentAffiliateRegistrations", userId=user_id, tag=tag, startDate=start, endDate=end
    )
    if not isinstance(turn.value, list):
        raise Unavailable(f"no sign-ups are listed: {turn.text[:200]}")
    return turn.value


def wide_period(world: World) -> tuple[str, str]:
    """A day before now to a day after."""
    day = timedelta(days=1)
    return iso(now(world) - day), iso(now(world) + day)


def users_in(rows: list[Any]) -> list[int]:
    """The ids of user records, in order."""
    return sorted(int(lookup(row, "userId")) for row in rows)
