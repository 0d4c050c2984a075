"""GetUserConfig, SetUserConfig, RemoveUserConfig: pairs of text kept with a user."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.users.vocabulary import (
    NOT_AUTHORISED,
    colleague_of,
    config_of,
    facets,
    person,
    somebody,
)


def store(session: Session, user_id: int, **pairs: str) -> Turn:
    """SetUserConfig with these pairs."""
    rows = [{"Key": key, "Value": value} for key, value in pairs.items()]
    return session.call("SetUserConfig", userId=user_id, config=rows)


@clause("users/SetUserConfig/effect")
def test_stored_pair_reads_back_and_nothing_else_changed(
    world: World, verify: Verifier
) -> None:
    """The pair is in the configuration; the user's other facets and other users stay."""
    who, other = person(world), person(world)

    with verify.unchanged(*facets(world, who.user_id, "config"), *facets(world, other.user_id)):
        verify.succeeded(store(who, who.user_id, Theme="dark"))

    found = config_of(who, who.user_id)
    verify.equal("configuration", found, {"Theme": "dark"}, *who.turns[-1:])


@pytest.mark.parametrize(
    "text",
    [clause_case("users/SetUserConfig/stores-pairs", text)
     for text in ("dark", "42", "", " spaced ", "Ünïcödé ☃", '{"a": [1, "b"]}', "<b>&'\"")],
)
def test_text_reads_back_unchanged(world: World, verify: Verifier, text: str) -> None:
    """Front ends keep all kinds of text here, JSON included; not a character may change."""
    who = somebody(world)

    verify.succeeded(store(who, who.user_id, Note=text))

    verify.equal("Note", config_of(who, who.user_id).get("Note"), text, *who.turns[-2:])


@clause("users/GetUserConfig/texts-only")
def test_number_comes_back_as_text(world: World, verify: Verifier) -> None:
    """Every value is a text, so a client need not guess types."""
    who = somebody(world)
    store(who, who.user_id, Rank="7", Ratio="0.50", Flag="true")

    found = config_of(who, who.user_id)

    kept = [found.get(key) for key in ("Rank", "Ratio", "Flag")]
    verify.equal("values", kept, ["7", "0.50", "true"], *who.turns[-1:])
    verify.holds("every value is a text", all(isinstance(v, str) for v in found.values()), found)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/GetUserConfig/reads-what-was-set", ()),
     clause_case("users/SetUserConfig/several-at-once", ())],
)
def test_every_pair_is_listed(world: World, verify: Verifier, _: object) -> None:
    """Several pairs of one call are all stored, and all listed."""
    who = person(world)
    pairs = {"Theme": "dark", "Language": "en", "Rank": "7"}

    verify.succeeded(store(who, who.user_id, **pairs))

    verify.equal("configuration", config_of(who, who.user_id), pairs, *who.turns[-1:])


@clause("users/SetUserConfig/overwrites")
def test_new_value_replaces_the_old(world: World, verify: Verifier) -> None:
    """A key exists once, with the value that was stored last."""
    who = person(world)
    store(who, who.user_id, Theme="dark")

    verify.succeeded(store(who, who.user_id, Theme="light"))

    turn = who.call("GetUserConfig", UserId=who.user_id)
    verify.equal("rows", len(turn.value), 1, turn)
    verify.equal("configuration", config_of(who, who.user_id), {"Theme": "light"}, turn)


@clause("users/SetUserConfig/keeps-others")
def test_keys_not_sent_keep_their_values(world: World, verify: Verifier) -> None:
    """Two programs share the configuration: one's key survives the other's call."""
    who = person(world)
    store(who, who.user_id, Theme="dark")

    verify.succeeded(store(who, who.user_id, Language="en"))

    required = {"Theme": "dark", "Language": "en"}
    verify.equal("configuration", config_of(who, who.user_id), required, *who.turns[-1:])


@clause("users/SetUserConfig/scope")
def test_trader_writes_for_users_of_its_account_only(world: World, verify: Verifier) -> None:
    """A colleague on the default account may be set up; a stranger not."""
    who, stranger = person(world), person(world)
    colleague = colleague_of(world, who)

    verify.succeeded(store(who, colleague.user_id, Theme="dark"))
    with verify.unchanged(*facets(world, stranger.user_id)):
        verify.refused(store(who, stranger.user_id, Theme="dark"), code=NOT_AUTHORISED)


@clause("users/SetUserConfig/operator-scope")
def test_operator_writes_for_anybody(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Support sets up any customer's front end."""
    who = person(world)

    verify.succeeded(store(operator, who.user_id, Theme="dark"))

    verify.equal("configuration", config_of(who, who.user_id), {"Theme": "dark"})


@pytest.mark.parametrize(
    "_",
    [clause_case("users/RemoveUserConfig/effect", ()),
     clause_case("users/RemoveUserConfig/removes-one", ()),
     clause_case("users/RemoveUserConfig/true-means-gone", ())],
)
def test_removed_key_is_gone_at_once(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """True means done, not received: the very next read lacks the key, and only that key."""
    who = person(world)
    store(who, who.user_id, Theme="dark", Language="en")

    with verify.unchanged(*facets(world, who.user_id, "config")):
        turn = operator.call("RemoveUserConfig", userId=who.user_id, key="Theme")
        found = config_of(operator, who.user_id)

    verify.equal("result", verify.succeeded(turn)["result"], True, turn)
    verify.equal("configuration", found, {"Language": "en"}, turn)


@clause("users/RemoveUserConfig/unknown-key")
def test_unknown_key_is_answered_with_false(
    world: World, operator: Session, verify: Verifier
) -> None:
    """False: nothing was removed, and nothing is lost."""
    who = person(world)
    store(who, who.user_id, Theme="dark")

    turn = verify.refused(operator.call("RemoveUserConfig", userId=who.user_id, key="NoSuchKey"))

    verify.equal("result", turn.get("result"), False, turn)
    verify.equal("configuration", config_of(who, who.user_id), {"Theme": "dark"}, turn)
