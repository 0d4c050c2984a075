"""Affiliates: tags a user hands out, and the users who came with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.users.affiliation import (
    OMS,
    add_tag,
    affiliate_count,
    affiliates,
    new_tag,
    owner_with_affiliates,
    recent,
    tag_payload,
    tag_reads,
    tag_rows,
    tags_by_row,
    users_in,
    wide_period,
)
from scenarios.users.reporting import iso, moment_of, now
from scenarios.users.vocabulary import NOT_AUTHORISED, colleague_of, facets, person


@pytest.fixture
def owner(world: World) -> Session:
    """A user without tags or affiliates."""
    return person(world)


@pytest.fixture
def stranger(world: World) -> Session:
    """Another user, with an account of its own."""
    return person(world)


@clause("users/AddUserAffiliateTag/effect")
def test_new_tag_is_added_and_nothing_else_changes(
    world: World, owner: Session, verify: Verifier
) -> None:
    """The tags a user has stay; one row comes; record and permissions are as before."""
    first, second = add_tag(world, owner, 1), new_tag(world)

    with verify.unchanged(*facets(world, owner.user_id)):
        turn = owner.send("AddUserAffiliateTag", tag_payload(owner, second, 2))
        verify.succeeded(turn)

    verify.equal("tags", tags_by_row(owner, owner.user_id), {1: first, 2: second}, turn)


@clause("users/UpdateUserAffiliateTag/effect")
def test_changed_tag_changes_alone(world: World, owner: Session, verify: Verifier) -> None:
    """One row has its new tag, the other keeps its own; record and permissions are as before."""
    kept, new = add_tag(world, owner, 1), new_tag(world)
    add_tag(world, owner, 2)

    with verify.unchanged(*facets(world, owner.user_id)):
        turn = owner.send("UpdateUserAffiliateTag", tag_payload(owner, new, 2))
        verify.succeeded(turn)

    verify.equal("tags", tags_by_row(owner, owner.user_id), {1: kept, 2: new}, turn)


@clause("users/AddUserAffiliateTag/read-back")
def test_added_tag_is_listed(world: World, owner: Session, verify: Verifier) -> None:
    """A tag that was accepted is among the user's tags, under the number it was given."""
    tag = new_tag(world)

    verify.succeeded(owner.send("AddUserAffiliateTag", tag_payload(owner, tag, 7)))

    verify.equal("tag 7", tags_by_row(owner, owner.user_id).get(7), tag, owner.turns[-1])


@clause("users/AddUserAffiliateTag/several")
def test_user_may_have_several_tags(world: World, owner: Session, verify: Verifier) -> None:
    """One tag for each campaign: three tags are three rows."""
    tags = {row: add_tag(world, owner, row) for row in (1, 2, 3)}

    verify.equal("tags", tags_by_row(owner, owner.user_id), tags, owner.turns[-1])


@clause("users/AddUserAffiliateTag/alphanumeric")
@pytest.mark.parametrize("tag", ["", "two words", "dash-ed", "point.", "a/b"])
def test_tag_of_other_characters_is_refused(
    owner: Session, verify: Verifier, tag: str
) -> None:
    """A tag travels in links: anything but letters and digits is refused."""
    with verify.unchanged(*tag_reads(owner)):
        turn = owner.send("AddUserAffiliateTag", tag_payload(owner, tag))

        verify.refused(turn)


@clause("users/UpdateUserAffiliateTag/replaces")
def test_new_tag_takes_the_place_of_the_old(
    world: World, owner: Session, verify: Verifier
) -> None:
    """After the change the new tag is listed and the old one is not."""
    old, new = add_tag(world, owner), new_tag(world)

    verify.succeeded(owner.send("UpdateUserAffiliateTag", tag_payload(owner, new)))

    tags = set(tags_by_row(owner, owner.user_id).values())
    verify.equal("(new listed, old listed)", (new in tags, old in tags), (True, False))


@clause("users/UpdateUserAffiliateTag/by-affiliate-id")
def test_affiliate_id_says_which_tag_changes(
    world: World, owner: Session, verify: Verifier
) -> None:
    """Of three tags the middle one changes, because its number was given."""
    tags = {row: add_tag(world, owner, row) for row in (1, 2, 3)}
    new = new_tag(world)

    verify.succeeded(owner.send("UpdateUserAffiliateTag", tag_payload(owner, new, 2)))

    verify.equal("tags", tags_by_row(owner, owner.user_id), {**tags, 2: new})


@clause("users/GetUserAffiliateTag/echo")
def test_every_tag_row_names_its_owner(world: World, owner: Session, verify: Verifier) -> None:
    """Each row repeats the OMS and the user who were asked for."""
    add_tag(world, owner, 1)
    add_tag(world, owner, 2)

    rows = tag_rows(owner, owner.user_id)

    named = [(lookup(row, "omsId"), lookup(row, "userId")) for row in rows]
    verify.equal("(omsId, userId) by row", named, [(world.oms_id, owner.user_id)] * 2)


@pytest.mark.parametrize(("name", "payload"), [
    clause_case(
        "users/AddUserAffiliateTag/scope", "AddUserAffiliateTag",
        {"affiliateId": 2, "affiliateTag": "NOBODYS"},
    ),
    clause_case(
        "users/UpdateUserAffiliateTag/scope", "UpdateUserAffiliateTag",
        {"affiliateId": 1, "affiliateTag": "NOBODYS"},
    ),
    clause_case("users/GetUserAffiliateTag/scope", "GetUserAffiliateTag", {}),
    clause_case("users/GetUserAffiliateCount/scope", "GetUserAffiliateCount", {}),
])
def test_strangers_affiliates_are_out_of_reach(
    world: World, owner: Session, stranger: Session, verify: Verifier, name: str,
    payload: dict[str, object],
) -> None:
    """A trader reaches users of his default account, and nobody else's tags."""
    add_tag(world, owner)
    about = {"omsId": OMS, "userId": owner.user_id, **payload}

    with verify.unchanged(*tag_reads(owner)):
        verify.refused(stranger.send(name, about), code=NOT_AUTHORISED)

    colleague = colleague_of(world, owner)
    own = {"omsId": OMS, "userId": colleague.user_id}
    verify.succeeded(owner.send("GetUserAffiliateTag", own))


@clause("users/GetUserAffiliateCount/counts-affiliates")
def test_count_is_the_number_of_affiliates(
    world: World, owner: Session, verify: Verifier
) -> None:
    """Commissions are paid by this count: it is the number of users listed."""
    before = affiliate_count(owner, owner.user_id)
    owner_with_affiliates(world, owner, 2)

    count = affiliate_count(owner, owner.user_id)

    listed = len(affiliates(world, owner.user_id))
    verify.equal("(before, count, listed)", (before, count, listed), (0, 2, 2))


@clause("users/GetUserAffiliates/affiliate-id")
def test_affiliates_name_the_user_who_brought_them(
    world: World, owner: Session, verify: Verifier
) -> None:
    """Each listed user has the asked user as affiliateId."""
    owner_with_affiliates(world, owner, 2)

    rows = affiliates(world, owner.user_id)

    named = [lookup(row, "affiliateId") for row in rows]
    verify.equal("affiliateId by row", named, [owner.user_id] * 2, world.operator.turns[-1])


@clause("users/GetUserAffiliates/not-oneself")
def test_nobody_is_an_affiliate_of_oneself(
    world: World, owner: Session, verify: Verifier
) -> None:
    """The list holds who came, not who brought them."""
    owner_with_affiliates(world, owner, 1)

    listed = users_in(affiliates(world, owner.user_id))

    verify.equal("(others, oneself)", (len(listed), owner.user_id in listed), (1, False))


@clause("users/GetRecentAffiliateRegistrations/subset")
def test_recent_sign_ups_are_affiliates(
    world: World, owner: Session, verify: Verifier
) -> None:
    """Sign-ups under one tag are among all affiliates, and another tag's are left out."""
    one = owner_with_affiliates(world, owner, 2)
    owner_with_affiliates(world, owner, 1)

    rows = recent(world, owner.user_id, one, *wide_period(world))

    listed = set(users_in(affiliates(world, owner.user_id)))
    verify.equal("(all, of one tag)", (len(listed), len(rows)), (3, 2))
    verify.equal("who is no affiliate", set(users_in(rows)) - listed, set())


@clause("users/GetRecentAffiliateRegistrations/within-period")
def test_sign_ups_outside_the_period_are_left_out(
    world: World, owner: Session, verify: Verifier
) -> None:
    """A period that ends before the sign-up shows nothing; one that holds it shows it."""
    tag, day = owner_with_affiliates(world, owner, 1), timedelta(days=1)
    moment = now(world)

    earlier = recent(world, owner.user_id, tag, iso(moment - 2 * day), iso(moment - day))
    later = recent(world, owner.user_id, tag, iso(moment + day), iso(moment + 2 * day))
    around = recent(world, owner.user_id, tag, iso(moment - day), iso(moment + day))

    verify.equal("sign-ups", (len(earlier), len(later), len(around)), (0, 0, 1))
    created = moment_of(str(lookup(around[0], "dateTimeCreated")))
    verify.holds("created within the period", abs(created - moment) < day, created)


@clause("users/GetRecentAffiliateRegistrations/wider-period")
def test_wider_period_loses_nobody(
    world: World, owner: Session, verify: Verifier
) -> None:
    """Whoever signed up today also signed up this year."""
    tag, moment = owner_with_affiliates(world, owner, 2), now(world)
    year = timedelta(days=365)

    narrow = recent(world, owner.user_id, tag, *wide_period(world))
    wide = recent(world, owner.user_id, tag, iso(moment - year), iso(moment + year))

    verify.equal("sign-ups", users_in(narrow), users_in(wide))
    verify.equal("their number", len(narrow), 2)
