"""The frames of the private shares service, shown with Version, the call that needs least."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.payload import parse_json
from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from conformance.wire.rpc import RpcSurface, decode_reply, encode_call
from scenarios.apad.vocabulary import ask, at_apad

GUIDS = ("9F2C1D4E-77AB-4C0E-9D55-3B1E0C6A8F10", "0b7f0d56-2a55-4a86-8b68-6f0c3f4f9a01")


@pytest.fixture
def caller(world: World) -> Session:
    """Somebody who may call everything."""
    return at_apad(world, "platform_admin")


def sent_as(session: Session, name: str, parameter: str, request_id: str) -> Turn:
    """One call under an id of our choice."""
    assert isinstance(session.surface, RpcSurface)
    text = encode_call(name, parameter, request_id)
    reply, elapsed_ms = session.run(session.surface.exchange(text, request_id))
    return Turn(name, session.persona, "apad", text, reply, elapsed_ms)


def frame_of(turn: Turn) -> Any:
    """The whole reply as it came; nothing when none came."""
    return parse_json(turn.reply.raw) if turn.reply is not None else {}


@clause("apad/Version/echoes-request-id")
@pytest.mark.parametrize("request_id", GUIDS)
def test_id_comes_back_unchanged(caller: Session, verify: Verifier, request_id: str) -> None:
    """A client finds its request again by the very text it sent, capitals included."""
    turn = sent_as(caller, "Version", "{}", request_id)

    verify.equal("RequestUniqueId", frame_of(turn).get("RequestUniqueId"), request_id, turn)


@clause("apad/Version/replies-matched-by-id")
def test_replies_sent_together_are_told_apart(world: World, verify: Verifier) -> None:
    """Ten questions in flight about two people: each answer is about the one that was asked for."""
    first, second = at_apad(world, "platform_admin"), at_apad(world, "shareholder")
    asked = [first, second] * 5

    turns = first.batch(
        "GetUserFromSession", [f'{{"sessionId": "{session.token}"}}' for session in asked]
    )

    names = [str(turn.get("UserName")) for turn in turns]
    verify.equal("UserNames", names, [session.username for session in asked], *turns)


@clause("apad/Version/reply-message-type")
def test_reply_says_that_it_is_one(caller: Session, verify: Verifier) -> None:
    """Clients look at MessageType first, and the documented spelling is an odd one."""
    turn = ask(caller, "Version")

    verify.equal("MessageType", frame_of(turn).get("MessageType"), "RCPReply", turn)


@clause("apad/Version/parameter-is-text")
def test_parameter_is_json_text(caller: Session, verify: Verifier) -> None:
    """Parameter is unpacked by a second JSON parser: it must be a string, not an object."""
    turn = ask(caller, "Version")

    parameter = frame_of(turn).get("Parameter")
    verify.holds("Parameter is a string", isinstance(parameter, str), parameter, turn)
    verify.holds("it holds an object", isinstance(parse_json(parameter), dict), parameter, turn)


@clause("apad/Version/payload-is-text")
def test_payload_is_json_text(caller: Session, verify: Verifier) -> None:
    """The payload is unpacked by a third JSON parser."""
    turn = ask(caller, "GetUserFromSession")

    payload = parse_json(decode_reply(turn.reply.raw if turn.reply else "").parameter)["payload"]
    verify.holds("payload is a string", isinstance(payload, str), payload, turn)
    verify.holds("it holds an object", isinstance(parse_json(payload), dict), payload, turn)


@clause("apad/Version/failure-envelope")
def test_refusal_gives_its_reason(caller: Session, verify: Verifier) -> None:
    """A refusal is told from a success by one flag, and says why in words."""
    turn = ask(caller, "CreateCoAdmin", companyName="no company")

    verify.refused(turn)
    reason = turn.get("err")
    verify.holds("err holds a reason", isinstance(reason, str) and bool(reason), turn.text, turn)


@clause("apad/Version/unknown-function")
def test_unknown_function_is_refused(caller: Session, verify: Verifier) -> None:
    """A misspelt function gets an answer instead of silence."""
    turn = ask(caller, "NoSuchFunction")

    verify.holds("success is false", turn.get("success") is False, turn.text, turn)


@clause("apad/Version/no-session")
def test_version_needs_no_session(world: World, verify: Verifier) -> None:
    """A client can find out what it talks to before it logs in."""
    verify.succeeded(at_apad(world, "anonymous").call("Version"))


NEED_SESSION = (
    "ClawbackShares", "CreateAsset", "CreateCoAdmin", "CreateCompany",
    "CreateCompanyWithExistingUser", "CreateCompanyWithUser", "CreateUser", "CreateUserAgent",
    "CreateUserCoShareholder", "GetAssets", "GetCompanies", "GetUserFromSession", "GetUsers",
    "RemoveAllCoAdmins", "RemoveUserRole", "SetAssetAccessForUser", "TransferAsset",
    "UpdateCompanyAddRoles", "UpdateUser",
)


def ended_session_id(world: World, persona: str) -> str:
    """The id of a session that was valid and is over."""
    session = world.deployment.fresh(persona)
    token = session.token
    session.call("LogOut")
    return token


@pytest.mark.parametrize(
    "name", [clause_case(f"apad/{name}/session-needed", name) for name in NEED_SESSION]
)
def test_call_needs_a_valid_session(name: str, world: World, verify: Verifier) -> None:
    """A session that never was or is over opens nothing, whatever else is right."""
    prepared = world.prepare(world.contract.call(name, "apad"), "apad")
    unknown = world.anonymous.via("apad").claimed(prepared.payload)
    ended = {**prepared.payload, "sessionId": ended_session_id(world, "platform_admin")}

    with verify.unchanged(*prepared.watch):
        verify.refused(prepared.session.send(name, unknown))
        verify.refused(prepared.session.send(name, ended))
