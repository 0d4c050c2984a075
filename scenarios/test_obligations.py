"""What every call owes, whatever it is about: the obligations that follow from its call file.

Effects and events need a story of their own and stand in the section folders.
"""

from __future__ import annotations

from conformance.contract.call import Call
from conformance.generate.spellings import respelled, spellings
from conformance.generate.world import World
from conformance.oracle.envelope import require_envelope
from conformance.oracle.explore import explore
from conformance.oracle.permission import callers_without, require_not_authorised
from conformance.oracle.replies import read_reply, require_success
from conformance.oracle.sweep import require_documented_replies, require_refusals
from conformance.plugin.marks import obligation


@obligation("envelope")
def test_reply_is_framed_as_documented(call: Call, surface: str, world: World) -> None:
    """The reply is a reply, and carries the number and the name of its request.

    Clients match replies to requests by these; one wrong number and two answers change places.
    """
    prepared = world.prepare(call, surface)

    turn = prepared.session.send(call.name, prepared.payload, sequence=world.sequence())

    require_envelope(call, turn)


@obligation("response")
def test_reply_has_its_documented_shape(call: Call, surface: str, world: World) -> None:
    """A valid request succeeds, and every reply it can get is one the page describes.

    Clients are written against the page: a missing key or another type breaks them.
    """
    prepared = world.prepare(call, surface)
    require_success(call, prepared.session.send(call.name, prepared.payload))

    cases = world.requests(call, "answer", prepared, surface)

    spendable = world.expendable(call, prepared)
    require_documented_replies(call, spendable, cases, prepared.payload)


@obligation("response", effort="standard")
def test_drawn_request_is_answered_as_documented(call: Call, world: World) -> None:
    """The same for requests that Hypothesis draws, each failure shrunk to the smallest request.

    It looks where a systematic list does not: odd texts, long lists, several keys at once.
    """
    prepared = world.prepare(call)
    require_success(call, prepared.session.send(call.name, prepared.payload))

    spendable = world.expendable(call, prepared)
    explore(
        call, spendable, prepared.payload,
        run_seed=world.seed, examples=world.examples_per_call,
    )


@obligation("tolerance")
def test_spelling_of_keys_does_not_matter(call: Call, surface: str, world: World) -> None:
    """Order and letter case of keys, and keys nobody knows, change nothing.

    The documentation promises it, and clients in several languages rely on it. All of it is tried
    at once, and only where that is not accepted, one after the other to see which it is.
    """
    prepared = world.prepare(call, surface)
    turn = prepared.session.send(call.name, respelled(prepared.payload))
    if read_reply(call, turn).outcome != "success":
        require_each_spelling(call, surface, world)
    require_success(call, turn)


@obligation("tolerance", effort="standard")
def test_each_spelling_of_keys_is_accepted(call: Call, surface: str, world: World) -> None:
    """The same one after the other: some servers take a request written all wrong for another."""
    require_each_spelling(call, surface, world)


def require_each_spelling(call: Call, surface: str, world: World) -> None:
    """Each way to write the request succeeds."""
    prepared = world.prepare(call, surface)
    for name, _ in spellings({"Key": 1}):
        if call.effect != "none":
            prepared = world.prepare(call, surface)
        written = dict(spellings(prepared.payload)).get(name)
        if written is not None:
            require_success(call, prepared.session.send(call.name, written))


@obligation("rejection")
def test_broken_request_is_refused(call: Call, surface: str, world: World) -> None:
    """One documented rule broken at a time: refused as documented, and nothing changes.

    A request that is half understood is worse than one that is refused.
    """
    prepared = world.prepare(call, surface)

    cases = world.requests(call, "refusal", prepared, surface)

    require_refusals(call, prepared, cases)


@obligation("permission")
def test_caller_without_permission_is_refused(call: Call, surface: str, world: World) -> None:
    """Nobody without one of the documented permissions gets anything, or changes anything.

    Every other guarantee of an exchange rests on this one.
    """
    prepared = world.prepare(call, surface)

    callers = (caller.via(surface) for caller in callers_without(call, world))
    require_not_authorised(call, prepared, callers)
