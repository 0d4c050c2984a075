"""Logging in and out of the Digitizer, and how it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, get_introspection_query, introspection_from_schema

from conformance.contract.digitizer import load_sdl
from conformance.contract.payload import parse_json
from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, Turn
from conformance.target.unavailable import Unavailable
from conformance.wire.graphql import GraphqlSurface
from scenarios.digitizer.recipes import a_user, fresh_login
from scenarios.digitizer.vocabulary import at_digitizer, result


@pytest.fixture
def session(world: World) -> Session:
    """A login of its own."""
    return fresh_login(world)


def document(session: Session, text: str) -> Turn:
    """A document of our own."""
    assert isinstance(session.surface, GraphqlSurface)
    reply, elapsed_ms = session.run(session.surface.document(text))
    return Turn("version", session.persona, "digitizer", text, reply, elapsed_ms)


@pytest.fixture
def user(world: World) -> Session:
    """Somebody with a name and a password."""
    return a_user(world)


@pytest.fixture
def stranger(world: World) -> Session:
    """A connection without a login, of this scenario alone."""
    return world.deployment.connect().via("digitizer")


def log_in(stranger: Session, user: Session, password: str = "") -> Turn:
    """Log a connection in, with the right password unless another is given."""
    return stranger.call("login", username=user.username, password=password or user.password)


@clause("digitizer/login/effect")
def test_login_opens_what_was_closed(
    stranger: Session, user: Session, verify: Verifier
) -> None:
    """Before it nothing is told, after it everything a user may know."""
    before = stranger.call("users")

    verify.succeeded(log_in(stranger, user))

    verify.refused(before)
    verify.succeeded(stranger.call("users"))


@clause("digitizer/login/me-agrees")
def test_me_is_who_logged_in(stranger: Session, user: Session, verify: Verifier) -> None:
    """The session belongs to the user whose name and password were given."""
    turn = log_in(stranger, user)

    verify.equal("me", result(stranger.call("me")), result(turn), turn)


@clause("digitizer/login/exchange-user")
def test_user_is_that_of_the_exchange(
    stranger: Session, user: Session, verify: Verifier
) -> None:
    """One user, one id, in both services."""
    turn = log_in(stranger, user)

    verify.equal("userId", result(turn)["userId"], user.user_id, turn)


@clause("digitizer/login/wrong-password")
def test_wrong_password_opens_nothing(
    stranger: Session, user: Session, verify: Verifier
) -> None:
    """The refusal carries errors and nobody's id."""
    turn = log_in(stranger, user, password="not the password")

    verify.refused(turn)
    verify.holds("no userId", "userId" not in turn.text, turn.text, turn)
    verify.refused(stranger.call("users"))


@clause("digitizer/logout/effect")
def test_logout_ends_this_login_alone(world: World, session: Session, verify: Verifier) -> None:
    """What was open is closed, and other logins of the same user stay."""
    other = fresh_login(world)

    verify.succeeded(session.call("logout"))

    verify.refused(session.call("users"))
    verify.succeeded(other.call("users"))


@clause("digitizer/logout/answers-false")
def test_logout_answers_false(session: Session, verify: Verifier) -> None:
    """Odd but documented: false means that it is done."""
    turn = session.call("logout")

    verify.equal("logout", result(turn), False, turn)


@clause("digitizer/logout/me-empty")
def test_nobody_is_left_after_logout(session: Session, verify: Verifier) -> None:
    """Whether null or an error, me names nobody any more."""
    verify.succeeded(session.call("logout"))

    turn = session.call("me")
    verify.holds("me names nobody", "userId" not in turn.text, turn.text, turn)


@clause("digitizer/users/includes-caller")
def test_caller_is_among_the_users(world: World, verify: Verifier) -> None:
    """The list and me speak of the same ids."""
    session = at_digitizer(world)

    user_id = result(session.call("me"))["userId"]

    named = {row["apexUserId"]: row["name"] for row in result(session.call("users"))}
    verify.equal("the caller's name", named.get(user_id), session.username)


@clause("digitizer/version/case-sensitive")
@pytest.mark.parametrize("text", [
    "{ Version }", "{ networks { ID } }", '{ assets(networkid: "42") { id } }',
])
def test_names_are_case_sensitive(text: str, world: World, verify: Verifier) -> None:
    """Unlike everywhere else in the API, letter case counts here."""
    verify.refused(document(at_digitizer(world), text))


@clause("digitizer/version/no-silent-failure")
@pytest.mark.parametrize("text", [
    "{ nothing }", "{ version", 'mutation { pause(assetId: "0x0") }', "mutation { pause }",
    '{ asset(assetId: "0x0") { name } }', "",
])
def test_failure_carries_errors(text: str, world: World, verify: Verifier) -> None:
    """A client that looks for errors finds them whenever something failed."""
    turn = document(at_digitizer(world), text)

    verify.refused(turn)
    errors = turn.get("errors")
    verify.holds("errors is a list that is not empty", bool(errors), turn.text, turn)


@clause("digitizer/version/schema-offered")
def test_introspection_lists_what_is_documented(world: World, verify: Verifier) -> None:
    """Tools that generate clients read the schema from the service, not from the page."""
    turn = document(at_digitizer(world), get_introspection_query(descriptions=False))
    if turn.get("errors"):
        raise Unavailable(f"the target does not answer introspection: {turn.text[:200]}")

    offered = signatures(parse_json(turn.text)["__schema"])

    documented = signatures(introspection_from_schema(
        build_schema(load_sdl(world.contract.root)))["__schema"])
    missing = sorted(documented - offered)
    verify.equal("documented and not offered", missing, [], turn)


def signatures(schema: Any) -> set[str]:
    """Every operation with its arguments and the fields below it; names of types are free."""
    types = {row["name"]: row for row in schema["types"]}
    found = set()
    for root in ("queryType", "mutationType", "subscriptionType"):
        for field in types[(schema[root] or {}).get("name")]["fields"]:
            arguments = sorted(f"{a['name']}: {_shape(a['type'])}" for a in field["args"])
            below = types[_leaf(field["type"])].get("fields") or ()
            found.add(f"{root} {field['name']}({', '.join(arguments)}): {_shape(field['type'])}")
            found |= {f"{field['name']}.{f['name']}: {_shape(f['type'])}" for f in below}
    return found


def _leaf(kind: Any) -> str:
    while kind["ofType"]:
        kind = kind["ofType"]
    return str(kind["name"])


def _shape(kind: Any) -> str:
    """A type with its own name only where it is a scalar."""
    if kind["kind"] == "NON_NULL":
        return f"{_shape(kind['ofType'])}!"
    if kind["kind"] == "LIST":
        return f"[{_shape(kind['ofType'])}]"
    return str(kind["name"]) if kind["kind"] == "SCALAR" else "object"
