"""CreateUser: what an operator decides about a new user, and what the server does."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.users.recipes import creation
from scenarios.users.vocabulary import (
    UNSET_TIME,
    config_of,
    facets,
    new_identity,
    person,
    record_named,
)


@clause("users/CreateUser/effect")
def test_created_user_exists_and_nobody_else_changed(
    world: World, operator: Session, verify: Verifier
) -> None:
    """The name that led nowhere leads to the new user; other users are as before."""
    other, identity = person(world), new_identity(world)
    verify.refused(record_named(world, identity.name))

    with verify.unchanged(*facets(world, other.user_id)):
        verify.succeeded(operator.send("CreateUser", creation(world, identity)))

    record = verify.succeeded(record_named(world, identity.name))
    verify.equal("email", record["email"], identity.email, record)


@pytest.mark.parametrize(
    "key",
    [clause_case("users/CreateUser/unique-name", "userName"),
     clause_case("users/CreateUser/unique-email", "email")],
)
def test_taken_name_or_address_is_refused(
    world: World, operator: Session, verify: Verifier, key: str
) -> None:
    """Not even an operator makes two users of one name or one address."""
    first, second = creation(world, new_identity(world)), creation(world, new_identity(world))
    verify.succeeded(operator.send("CreateUser", first))
    second["userInfo"][key] = first["userInfo"][key]

    verify.refused(operator.send("CreateUser", second))


@clause("users/CreateUser/read-back")
def test_details_read_back_as_sent(
    world: World, operator: Session, verify: Verifier
) -> None:
    """What the operator types in is what the user's record shows."""
    owner, sponsor, identity = person(world), person(world), new_identity(world)
    details = {
        "accountId": owner.account_id, "use2FA": True, "emailVerified": False,
        "affiliateId": sponsor.user_id, "refererId": sponsor.user_id,
    }

    verify.succeeded(operator.send("CreateUser", creation(world, identity, **details)))

    record = record_named(world, identity.name)
    required = {"userName": identity.name, "email": identity.email, **details}
    verify.equal("record", {key: record.get(key) for key in required}, required, record)


@clause("users/CreateUser/config-read-back")
def test_configuration_reads_back_as_texts(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Values of a configuration are texts, numbers included."""
    identity = new_identity(world)
    payload = creation(world, identity)
    payload["userConfig"] = [{"Key": "Rank", "Value": "7"}, {"Key": "Theme", "Value": "dark"}]

    verify.succeeded(operator.send("CreateUser", payload))

    user_id = record_named(world, identity.name)["userId"]
    found = config_of(operator, user_id)
    verify.equal("configuration", found, {"Rank": "7", "Theme": "dark"}, *operator.turns[-1:])


@clause("users/CreateUser/server-assigned")
def test_id_times_and_counters_are_the_servers(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A request cannot choose an id, a creation time, a lock or a count of failures."""
    other, identity = person(world), new_identity(world)
    claims = {
        "userId": other.user_id, "dateTimeCreated": "2001-02-03T04:05:06", "locked": True,
        "lockedTime": "2001-02-03T04:05:06", "numberOfFailedAttempt": 3,
    }

    verify.succeeded(operator.send("CreateUser", creation(world, identity, **claims)))

    record = record_named(world, identity.name)
    found = {key: record.get(key) for key in claims}
    verify.holds("userId is new", found["userId"] != other.user_id, found, record)
    verify.holds("dateTimeCreated is the server's",
                 not str(found["dateTimeCreated"]).startswith("2001"), found, record)
    rest = (found["locked"], str(found["lockedTime"])[:19], found["numberOfFailedAttempt"])
    verify.equal("locked, lockedTime, failures", rest, (False, UNSET_TIME, 0), record)


@clause("users/CreateUser/affiliate-tag")
def test_tag_makes_an_affiliate_of_its_owner(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Who is created under a tag belongs to the affiliates of the tag's owner."""
    owner, identity = person(world), new_identity(world)
    tag = f"TAG{owner.user_id}"
    owner.call("AddUserAffiliateTag", OMSId=world.oms_id, UserId=owner.user_id,
               AffiliateId=0, AffiliateTag=tag)
    payload = creation(world, identity)
    payload["affiliateTag"] = tag

    verify.succeeded(operator.send("CreateUser", payload))

    turn = operator.call("GetUserAffiliates", OMSId=world.oms_id, UserId=owner.user_id)
    names = [lookup(row, "userName") for row in turn.value]
    verify.equal("affiliates", names, [identity.name], turn)
