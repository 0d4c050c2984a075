"""ConfirmUserEmail and ResendVerificationEmail: proving that an address is one's own."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Turn
from scenarios.users.vocabulary import (
    attempt,
    facets,
    new_identity,
    person,
    record_of,
    register,
)

SOME_GUID = "5a4c9c6e-1d3f-4a53-9a0c-0f8f7f6b2d11"
"""A well-formed code that nobody was sent."""


def confirm(world: World, user_id: int, code: object) -> Turn:
    """ConfirmUserEmail, as the link of the mail does it."""
    return world.anonymous.call("ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code)


def resend(world: World, email: object) -> Turn:
    """ResendVerificationEmail."""
    return world.anonymous.call("ResendVerificationEmail", email=email)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/ConfirmUserEmail/effect", ()),
     clause_case("users/ConfirmUserEmail/right-code", ())],
)
def test_right_code_verifies_the_address(world: World, verify: Verifier, _: object) -> None:
    """The record shows the address as verified and awaits no code; the rest is as before."""
    user_id = register(world, new_identity(world))
    code = record_of(world, user_id)["pendingEmailCode"]

    with verify.unchanged(*facets(world, user_id, "record")):
        verify.succeeded(confirm(world, user_id, code))

    record = record_of(world, user_id)
    found = (record.get("emailVerified"), record.get("pendingEmailCode"))
    verify.equal("emailVerified, pendingEmailCode", found, (True, ""), record)


@clause("users/ConfirmUserEmail/wrong-code")
def test_wrong_code_verifies_nothing(world: World, verify: Verifier) -> None:
    """Nobody verifies an address without its mail; the true code stays good."""
    user_id = register(world, new_identity(world))

    with verify.unchanged(*facets(world, user_id)):
        verify.refused(confirm(world, user_id, SOME_GUID))

    verify.succeeded(confirm(world, user_id, record_of(world, user_id)["pendingEmailCode"]))


@clause("users/ConfirmUserEmail/code-used-once")
def test_code_is_good_once(world: World, verify: Verifier) -> None:
    """A code out of an old mail is refused."""
    user_id = register(world, new_identity(world))
    code = record_of(world, user_id)["pendingEmailCode"]
    verify.succeeded(confirm(world, user_id, code))

    with verify.unchanged(*facets(world, user_id)):
        verify.refused(confirm(world, user_id, code))


@clause("users/ConfirmUserEmail/login-follows")
def test_confirmed_user_logs_in(world: World, verify: Verifier) -> None:
    """The log-in that was refused before the confirmation works after it."""
    identity = new_identity(world)
    user_id = register(world, identity)
    verify.refused(attempt(world, identity))

    confirm(world, user_id, record_of(world, user_id)["pendingEmailCode"])

    verify.succeeded(attempt(world, identity))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/ResendVerificationEmail/effect", ()),
     clause_case("users/ResendVerificationEmail/for-unverified", ())],
)
def test_lost_mail_is_sent_again(world: World, verify: Verifier, _: object) -> None:
    """Another mail comes, and the code in it is the pending one."""
    identity = new_identity(world)
    user_id = register(world, identity)
    before = len(world.deployment.mails(identity.email))

    with verify.unchanged(*facets(world, user_id, "record")):
        verify.succeeded(resend(world, identity.email))

    mails = world.deployment.mails(identity.email)
    verify.equal("mails", len(mails), before + 1)
    code = record_of(world, user_id)["pendingEmailCode"]
    verify.equal("the mailed code", str(mails[-1]["code"]), code)


@clause("users/ResendVerificationEmail/for-verified")
def test_verified_user_is_left_alone(world: World, verify: Verifier) -> None:
    """A verified user keeps its record, whatever the call answers."""
    who = person(world)
    email = record_of(world, who.user_id)["email"]

    with verify.unchanged(*facets(world, who.user_id)):
        resend(world, email)

    verify.succeeded(attempt(world, who))


@clause("users/ResendVerificationEmail/code-time")
def test_time_of_the_code_moves_on(world: World, verify: Verifier) -> None:
    """pendingCodeTime tells when the mail went out that counts."""
    identity = new_identity(world)
    user_id = register(world, identity)
    before = str(record_of(world, user_id)["pendingCodeTime"])
    world.deployment.advance_clock(1000)

    verify.succeeded(resend(world, identity.email))

    record = record_of(world, user_id)
    after = str(record["pendingCodeTime"])
    verify.holds(f"pendingCodeTime is later than {before}", after > before, after, record)
