"""SetUserVerificationLevel and the deprecated CreateValidatorConfig."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session
from scenarios.user_verification.recipes import validator
from scenarios.users.vocabulary import changed_keys, facets, person

NOT_SUPPORTED = 106


@pytest.mark.parametrize(
    "level",
    [clause_case("user_verification/SetUserVerificationLevel/effect", 3),
     clause_case("user_verification/SetUserVerificationLevel/sets-level", 1),
     clause_case("user_verification/SetUserVerificationLevel/sets-level", 9)],
)
def test_level_shows_on_the_default_account(
    world: World, operator: Session, verify: Verifier, level: int
) -> None:
    """Limits follow the level, so it must be that of the right customer, and nothing else moves."""
    who, other = person(world), person(world)
    account = {"OMSId": world.oms_id, "AccountId": who.account_id}
    before = operator.send("GetAccountInfo", account)

    with verify.unchanged(*facets(world, who.user_id), *facets(world, other.user_id)):
        verify.succeeded(
            operator.call("SetUserVerificationLevel", UserId=who.user_id,
                          VerificationLevel=level)
        )

    after = operator.send("GetAccountInfo", account)
    verify.equal("VerificationLevel", after["VerificationLevel"], level, after)
    verify.equal("changed keys", changed_keys(before, after), {"verificationlevel"}, after)


@pytest.mark.parametrize(
    "_",
    [clause_case("user_verification/CreateValidatorConfig/effect", ()),
     clause_case("user_verification/CreateValidatorConfig/not-supported", ())],
)
def test_deprecated_call_is_answered_as_ever_or_not_supported(
    world: World, operator: Session, verify: Verifier, _: object
) -> None:
    """No read shows a validator; whatever the answer, no user changes."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        turn = operator.send("CreateValidatorConfig", validator(world))

    verify.holds("the answer is success or code 106",
                 turn.get("errorcode") in (0, NOT_SUPPORTED), turn.text, turn)
