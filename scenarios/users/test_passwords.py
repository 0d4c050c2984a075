"""ResetPassword and ResetPassword2: a new password by mail."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    OTHER_PASSWORD,
    attempt,
    colleague_of,
    facets,
    person,
    record_of,
    reset_code,
)

SOME_GUID = "5a4c9c6e-1d3f-4a53-9a0c-0f8f7f6b2d11"
"""A well-formed code that nobody was sent."""


def set_password(session: Session, who: Session, code: str, password: str) -> Turn:
    """ResetPassword2, as the link of the mail does it."""
    return session.call(
        "ResetPassword2", UserId=str(who.user_id), Password=password, PendingCode=code
    )


@pytest.mark.parametrize(
    "_",
    [clause_case("users/ResetPassword/effect", ()),
     clause_case("users/ResetPassword/mails-link", ())],
)
def test_reset_is_mailed_and_changes_nothing_yet(
    world: World, verify: Verifier, _: object
) -> None:
    """One mail goes to the user's address; the user itself is as before."""
    who = person(world)
    email = str(record_of(world, who.user_id)["email"])
    before = len(world.deployment.mails(email))

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(who.call("ResetPassword", UserName=who.username))

    verify.equal("mails", len(world.deployment.mails(email)), before + 1)


@clause("users/ResetPassword/old-password-holds")
def test_old_password_holds_until_the_new_one_is_set(world: World, verify: Verifier) -> None:
    """Asking for a reset must not lock anybody out: anybody can ask."""
    who = person(world)

    verify.succeeded(who.call("ResetPassword", UserName=who.username))

    verify.succeeded(attempt(world, who))


@clause("users/ResetPassword/scope")
def test_trader_resets_for_users_of_its_account_only(world: World, verify: Verifier) -> None:
    """A colleague on the same account may be named, a stranger may not."""
    who, stranger = person(world), person(world)
    colleague = colleague_of(world, who)
    email = str(record_of(world, stranger.user_id)["email"])
    before = len(world.deployment.mails(email))

    verify.succeeded(who.call("ResetPassword", UserName=colleague.username))
    verify.refused(who.call("ResetPassword", UserName=stranger.username), code=NOT_AUTHORISED)

    verify.equal("mails to the stranger", len(world.deployment.mails(email)), before)


@clause("users/ResetPassword/operator-scope")
def test_operator_resets_for_anybody(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Support can start the reset of a customer who lost the password."""
    verify.succeeded(operator.call("ResetPassword", UserName=person(world).username))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/ResetPassword2/effect", ()),
     clause_case("users/ResetPassword2/new-password", ())],
)
def test_mailed_code_sets_the_new_password(world: World, verify: Verifier, _: object) -> None:
    """The new password logs in; what can be read of the user is as before."""
    who = person(world)
    code = reset_code(world, who)

    with verify.unchanged(*facets(world, who.user_id)):
        verify.succeeded(set_password(world.anonymous, who, code, OTHER_PASSWORD))

    verify.succeeded(attempt(world, who, OTHER_PASSWORD))


@clause("users/ResetPassword2/old-password-dies")
def test_old_password_stops_working(world: World, verify: Verifier) -> None:
    """Who resets a stolen password must be sure that the thief is out."""
    who = person(world)

    verify.succeeded(set_password(world.anonymous, who, reset_code(world, who), OTHER_PASSWORD))

    verify.refused(attempt(world, who))


@clause("users/ResetPassword2/wrong-code")
def test_wrong_code_leaves_the_password(world: World, verify: Verifier) -> None:
    """Without the mail nobody changes a password, not even while a reset is pending."""
    who = person(world)
    reset_code(world, who)

    verify.refused(set_password(world.anonymous, who, SOME_GUID, OTHER_PASSWORD))

    verify.succeeded(attempt(world, who))
    verify.refused(attempt(world, who, OTHER_PASSWORD))


@clause("users/ResetPassword2/code-used-once")
def test_reset_code_is_good_once(world: World, verify: Verifier) -> None:
    """An old mail in somebody's hands changes no password."""
    who = person(world)
    code = reset_code(world, who)
    verify.succeeded(set_password(world.anonymous, who, code, OTHER_PASSWORD))

    verify.refused(set_password(world.anonymous, who, code, f"{OTHER_PASSWORD}-2"))

    verify.succeeded(attempt(world, who, OTHER_PASSWORD))


@clause("users/ResetPassword2/without-login")
def test_code_is_enough(world: World, verify: Verifier) -> None:
    """Who forgot the password cannot log in first: the code alone is the proof."""
    who = person(world)
    line = world.deployment.connect("forgetful")

    verify.succeeded(set_password(line, who, reset_code(world, who), OTHER_PASSWORD))


@clause("workflows/sessions/password-reset")
def test_reset_from_start_to_end(world: World, verify: Verifier) -> None:
    """Asked for, mailed, set: the new password is good and the old one is not."""
    who = person(world)
    verify.succeeded(who.call("ResetPassword", UserName=who.username))
    verify.succeeded(attempt(world, who))
    code = world.deployment.mail_code(str(record_of(world, who.user_id)["email"]))

    verify.succeeded(set_password(world.anonymous, who, code, OTHER_PASSWORD))

    verify.succeeded(attempt(world, who, OTHER_PASSWORD))
    verify.refused(attempt(world, who))
