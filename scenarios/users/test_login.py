"""AuthenticateUser: who gets in, on which connection, and what the reply tells."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from conformance.target.signature import signed_login
from conformance.target.target_file import Persona
from conformance.target.unavailable import Unavailable
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    OTHER_PASSWORD,
    attempt,
    facets,
    half_open,
    is_logged_in,
    lock,
    log_in,
    new_identity,
    person,
    record_named,
    record_of,
    require_login,
    try_to_lock,
    with_second_factor,
)


@pytest.fixture
def signer(world: World) -> Persona:
    """The trader with its API key."""
    persona = world.deployment.target.personas.get("trader")
    if persona is None or not persona.api_key or not persona.api_secret:
        raise Unavailable("the target file lends no API key with its secret")
    return with_user_id(persona, world)


def with_user_id(persona: Persona, world: World) -> Persona:
    """The persona with the id that its log-in needs."""
    return Persona(
        username=persona.username, api_key=persona.api_key, api_secret=persona.api_secret,
        user_id=persona.user_id or world.trader.user_id,
    )


@clause("users/AuthenticateUser/effect")
def test_log_in_opens_the_calls_that_are_not_public(world: World, verify: Verifier) -> None:
    """What was refused before the log-in is answered after it, and the user is as before.

    Everything a client does starts with this; it must change the connection and nothing else.
    """
    who = person(world)
    line = world.deployment.connect(who.username)
    query = {"OMSId": world.oms_id, "UserId": who.user_id}

    with verify.unchanged(*facets(world, who.user_id)):
        verify.refused(line.send("GetUserInfo", query), code=NOT_AUTHORISED)
        verify.succeeded(log_in(line, who.username, who.password))
        verify.succeeded(line.send("GetUserInfo", query))


@clause("users/AuthenticateUser/good-password")
def test_right_password_logs_in_the_named_user(world: World, verify: Verifier) -> None:
    """The reply names the user that was asked for: a client shows it and works in its name."""
    who = person(world)
    user_id = record_named(world, who.username)["userId"]

    turn = verify.succeeded(attempt(world, who))

    user = turn["user"]
    verify.equal("user.userName", lookup(user, "userName"), who.username, turn)
    verify.equal("user.userId", lookup(user, "userId"), user_id, turn)


@clause("users/AuthenticateUser/bad-password")
def test_wrong_password_does_not_log_in(world: World, verify: Verifier) -> None:
    """A wrong password opens nothing: neither in the reply nor on the connection."""
    who = person(world)
    line = world.deployment.connect(who.username)
    line.user_id = who.user_id

    verify.refused(log_in(line, who.username, OTHER_PASSWORD))

    require_login(verify, line, required=False)


@clause("users/AuthenticateUser/unknown-user")
def test_unknown_name_does_not_log_in(world: World, verify: Verifier) -> None:
    """A name nobody has does not log in, whatever the password."""
    verify.refused(attempt(world, new_identity(world)))


@clause("users/AuthenticateUser/failure-text")
def test_refused_log_in_says_why(world: World, verify: Verifier) -> None:
    """A refusal carries a text for the person at the screen."""
    turn = verify.refused(attempt(world, person(world), OTHER_PASSWORD))

    text = turn.get("errormsg")
    verify.holds("errormsg is a text that is not empty", isinstance(text, str) and bool(text),
                 text, turn)


@clause("users/AuthenticateUser/binds-connection")
def test_log_in_holds_for_its_connection_only(world: World, verify: Verifier) -> None:
    """Another connection from the same machine stays anonymous."""
    who = person(world)
    other = world.deployment.connect(who.username)
    other.user_id = who.user_id

    verify.succeeded(attempt(world, who))

    require_login(verify, other, required=False)


@clause("users/AuthenticateUser/default-account")
def test_reply_names_the_default_account(world: World, verify: Verifier) -> None:
    """accountId is the account the user's record names; orders go there when nothing else is said.

    A second account, linked but not the default one, must not show up in its place.
    """
    who, other = person(world), person(world)
    world.operator.call("AddUserAccount", accountId=other.account_id, userId=who.user_id)

    turn = verify.succeeded(attempt(world, who))

    required = record_of(world, who.user_id)["accountId"]
    verify.equal("user.accountId", lookup(turn["user"], "accountId"), required, turn)


@clause("users/AuthenticateUser/session-token")
def test_full_log_in_yields_a_session_token(world: World, verify: Verifier) -> None:
    """The token lets a client go on after a lost connection."""
    turn = verify.succeeded(attempt(world, person(world)))

    token = turn.get("SessionToken")
    verify.holds("SessionToken is a text that is not empty",
                 isinstance(token, str) and bool(token), token, turn)


@clause("users/AuthenticateUser/api-key")
def test_signed_request_logs_in_the_keys_owner(
    world: World, signer: Persona, verify: Verifier
) -> None:
    """Programs log in without a password: the signature proves that they hold the secret."""
    turn = verify.succeeded(
        world.deployment.connect().send("AuthenticateUser", signed_login(signer, "20260102"))
    )

    user = turn.get("user") or turn.value
    verify.equal("userId", lookup(user, "userId"), signer.user_id, turn)


@pytest.mark.parametrize(
    "nonce",
    [clause_case("users/AuthenticateUser/signature-recipe", nonce)
     for nonce in ("1", "1795327724291", "not a number")],
)
def test_signature_is_made_of_nonce_user_and_key(
    world: World, signer: Persona, verify: Verifier, nonce: str
) -> None:
    """The recipe every client library implements, with any nonce."""
    line = world.deployment.connect()

    verify.succeeded(line.send("AuthenticateUser", signed_login(signer, nonce)))


@clause("users/AuthenticateUser/bad-signature")
def test_wrong_signature_does_not_log_in(
    world: World, signer: Persona, verify: Verifier
) -> None:
    """The key alone is public knowledge to whoever saw one request; it must open nothing."""
    stranger = Persona(
        user_id=signer.user_id, api_key=signer.api_key, api_secret="not-the-secret-of-this-key"
    )
    line = world.deployment.connect()
    line.user_id = signer.user_id or 0

    verify.refused(line.send("AuthenticateUser", signed_login(stranger)))

    require_login(verify, line, required=False)


@clause("users/AuthenticateUser/failed-attempts")
def test_failed_log_in_is_counted(world: World, verify: Verifier) -> None:
    """Each failure raises the counter by one, which is how an operator sees an attack."""
    who = person(world)
    before = record_of(world, who.user_id)["numberOfFailedAttempt"]

    attempt(world, who, OTHER_PASSWORD)

    record = record_of(world, who.user_id)
    verify.equal("numberOfFailedAttempt", record["numberOfFailedAttempt"], before + 1, record)


@clause("users/AuthenticateUser/lockout")
def test_failed_log_ins_in_a_row_lock_the_user(world: World, verify: Verifier) -> None:
    """Guessing passwords ends with a locked user, before it can end with the right guess."""
    record = try_to_lock(world, person(world))

    verify.equal("locked", record.get("locked"), True, record)


@clause("users/AuthenticateUser/locked-refused")
def test_locked_user_is_refused_with_the_right_password(world: World, verify: Verifier) -> None:
    """Locked means locked: a right guess after the lock opens nothing."""
    who = lock(world, person(world))
    line = world.deployment.connect(who.username)
    line.user_id = who.user_id

    verify.refused(log_in(line, who.username, who.password))

    require_login(verify, line, required=False)


@clause("users/AuthenticateUser/locked-visible")
def test_reply_tells_that_the_user_is_locked(world: World, verify: Verifier) -> None:
    """A client can tell its user to ask for help instead of trying on."""
    turn = attempt(world, lock(world, person(world)))

    verify.equal("locked", turn.get("locked"), True, turn)


@clause("users/AuthenticateUser/second-factor-announced")
def test_second_factor_is_asked_for(world: World, verify: Verifier) -> None:
    """The reply says that a code is to follow, and of which kind."""
    who = person(world)
    with_second_factor(world, who)

    turn = verify.succeeded(attempt(world, who))

    verify.equal("requires2FA", turn.get("requires2FA"), True, turn)
    kind = turn.get("twoFAType") or turn.get("AuthType")
    verify.holds("the type of the second factor is named", bool(kind), kind, turn)


@clause("users/AuthenticateUser/second-factor-pending")
def test_only_public_calls_before_the_code(world: World, verify: Verifier) -> None:
    """Between password and code nothing but public calls: the password alone must not be enough."""
    who = person(world)
    with_second_factor(world, who)

    line = half_open(world, who)

    verify.equal("the connection is logged in", is_logged_in(line), False, *line.turns[-1:])
    verify.succeeded(line.call("Ping"))
    verify.refused(line.call("Disable2FA"), code=NOT_AUTHORISED)
