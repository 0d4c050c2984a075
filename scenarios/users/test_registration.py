"""RegisterUser and RegisterNewUser: how a user comes to be by itself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.users.vocabulary import (
    attempt,
    config_of,
    facets,
    new_identity,
    permissions_of,
    person,
    record_of,
    register,
    registration,
    require_login,
    signed_up,
)

DEFAULT_PERMISSIONS = {"deposit", "trading", "withdraw"}
BOTH = ("RegisterUser", "RegisterNewUser")


def each(rule: str) -> pytest.MarkDecorator:
    """The rule once for each of the two calls."""
    return pytest.mark.parametrize("call", [clause_case(f"users/{c}/{rule}", c) for c in BOTH])


@each("effect")
def test_sign_up_makes_a_user(world: World, verify: Verifier, call: str) -> None:
    """The new user has the name, the address and the account of its own; nobody else changes."""
    bystander, identity = person(world), new_identity(world)

    with verify.unchanged(*facets(world, bystander.user_id)):
        turn = verify.succeeded(world.anonymous.send(call, registration(identity)))

    record = record_of(world, turn["UserId"])
    found = (record.get("userName"), record.get("email"), record.get("emailVerified"))
    verify.equal("name, address, verified", found, (identity.name, identity.email, False), record)


@each("new-id")
def test_every_user_gets_an_id_of_its_own(world: World, verify: Verifier, call: str) -> None:
    """Two sign-ups never share an id, nor take one that exists."""
    known = world.trader.user_id

    turns = [verify.succeeded(world.anonymous.send(call, registration(new_identity(world))))
             for _ in range(2)]

    ids = {known, *(turn["UserId"] for turn in turns)}
    verify.equal("different ids", len(ids), 3, *turns)


@each("unique-name")
def test_taken_name_is_refused(world: World, verify: Verifier, call: str) -> None:
    """Names are how people log in: nobody can sign up under somebody else's."""
    first, second = new_identity(world), new_identity(world)
    register(world, first)
    payload = registration(second)
    payload["UserInfo"]["UserName"] = first.name

    verify.refused(world.anonymous.send(call, payload))


@each("unverified-first")
def test_new_user_waits_for_verification(world: World, verify: Verifier, call: str) -> None:
    """With an address that nobody confirmed there is no log-in."""
    identity = new_identity(world)
    turn = verify.succeeded(world.anonymous.send(call, registration(identity)))
    line = world.deployment.connect(identity.name)
    line.user_id = turn["UserId"]

    line.call("AuthenticateUser", UserName=identity.name, Password=identity.password)

    require_login(verify, line, required=False)


@clause("users/RegisterUser/readable")
def test_new_user_is_readable_by_its_id(
    world: World, operator: Session, verify: Verifier
) -> None:
    """An operator finds the new user under the id of the reply."""
    identity = new_identity(world)
    user_id = register(world, identity)

    turn = verify.succeeded(operator.call("GetUserInfo", OMSId=world.oms_id, UserId=user_id))

    found = (turn["userId"], turn["userName"], turn["email"])
    verify.equal("id, name, address", found, (user_id, identity.name, identity.email), turn)


@clause("users/RegisterUser/pending-code")
def test_new_user_has_a_code_pending(world: World, verify: Verifier) -> None:
    """Until the confirmation the record shows that it is awaited, and by which code."""
    record = record_of(world, register(world, new_identity(world)))

    verify.equal("emailVerified", record.get("emailVerified"), False, record)
    verify.holds("a code is pending", bool(record.get("pendingEmailCode")), record.text, record)


@clause("users/RegisterUser/default-permissions")
def test_new_user_has_the_default_permissions(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A customer may trade, deposit and withdraw, and nothing else."""
    user_id = register(world, new_identity(world))

    found = permissions_of(operator, user_id)

    verify.equal("permissions", found, DEFAULT_PERMISSIONS, *operator.turns[-1:])


@clause("users/RegisterUser/config-stored")
def test_configuration_sent_along_is_kept(
    world: World, operator: Session, verify: Verifier
) -> None:
    """What a front end stores at sign-up it reads at the first log-in."""
    pairs = [{"Key": "Country", "Value": "CA"}, {"Key": "Level", "Value": "3"}]

    user_id = register(world, new_identity(world), UserConfig=pairs)

    found = config_of(operator, user_id)
    verify.equal("configuration", found, {"Country": "CA", "Level": "3"}, *operator.turns[-1:])


@clause("users/RegisterUser/unique-email")
def test_taken_address_is_refused(world: World, verify: Verifier) -> None:
    """One address, one user: mails with codes must reach the right one."""
    first, second = new_identity(world), new_identity(world)
    register(world, first)
    payload = registration(second)
    payload["UserInfo"]["Email"] = first.email

    verify.refused(world.anonymous.send("RegisterUser", payload))


@clause("users/RegisterUser/duplicate-leaves-original")
def test_refused_sign_up_leaves_the_existing_user(world: World, verify: Verifier) -> None:
    """Trying to take a name changes neither password nor record of its owner."""
    who, second = person(world), new_identity(world)
    payload = registration(second)
    payload["UserInfo"]["UserName"] = who.username

    with verify.unchanged(*facets(world, who.user_id)):
        verify.refused(world.anonymous.send("RegisterUser", payload))

    verify.succeeded(attempt(world, who))


@clause("users/RegisterUser/mails-code")
def test_sign_up_sends_the_code_by_mail(world: World, verify: Verifier) -> None:
    """The address gets a mail, and what it carries confirms the address."""
    identity = new_identity(world)
    world.deployment.mails(identity.email)
    user_id = register(world, identity)

    mails = world.deployment.mails(identity.email)

    verify.equal("mails", len(mails), 1)
    turn = world.anonymous.call(
        "ConfirmUserEmail", UserId=user_id, VerifyEmailCode=str(mails[0]["code"])
    )
    verify.succeeded(turn)


@clause("users/RegisterNewUser/same-as-register-user")
def test_both_calls_make_the_same_user(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Whichever call a front end uses, the new user is the same but for its identity."""
    pairs = [{"Key": "Country", "Value": "CA"}]
    users = [signed_up(world, call, UserConfig=pairs) for call in BOTH]

    config = [config_of(operator, user_id) for user_id in users]
    permissions = [permissions_of(operator, user_id) for user_id in users]
    records = [alike(record_of(world, user_id).value) for user_id in users]

    verify.equal("configuration", config[1], config[0])
    verify.equal("permissions", permissions[1], permissions[0])
    verify.equal("record", records[1], records[0])


@clause("users/RegisterNewUser/in-a-frame")
def test_register_new_user_is_answered_in_a_frame(world: World, verify: Verifier) -> None:
    """The page speaks of HTTP only; clients send it in frames, and are answered."""
    turn = world.anonymous.send("RegisterNewUser", registration(new_identity(world)))

    verify.succeeded(turn)


@clause("workflows/users/sign-up")
def test_sign_up_confirm_log_in(world: World, verify: Verifier) -> None:
    """The way of every customer: register, confirm the address, log in."""
    identity = new_identity(world)
    user_id = register(world, identity)
    code = record_of(world, user_id)["pendingEmailCode"]

    turn = world.anonymous.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)

    verify.succeeded(turn)
    verify.succeeded(attempt(world, identity))


def alike(record: dict[str, Any]) -> dict[str, Any]:
    """The keys of a record that do not tell one new user from the next."""
    own = ("userid", "username", "email", "accountid", "pendingemailcode", "salt",
           "datetimecreated", "pendingcodetime")
    return {key: value for key, value in record.items() if key.lower() not in own}
