"""Activate2FA, EnableGoogle2FA, EnableXP2FA, Disable2FA: getting and giving up a second factor."""

from __future__ import annotations

import pyotp
import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from scenarios.users.vocabulary import (
    activate_scheme,
    asks_for_code,
    attempt,
    changed_keys,
    code_for,
    enrol,
    facets,
    holder_of,
    new_identity,
    person,
    phone_code,
    record_of,
    secret_in,
    with_second_factor,
    wrong_code,
)


@clause("users/Activate2FA/right-code")
def test_right_code_activates_the_factor(world: World, verify: Verifier) -> None:
    """The first code from the device completes the enrolment: log-ins ask for one from now on."""
    who = person(world)
    secret = enrol(who)

    turn = verify.succeeded(who.call("Activate2FA", Code=code_for(world, secret)))

    verify.equal("Activated", turn["Activated"], True, turn)
    verify.equal("the log-in asks for a code", asks_for_code(world, who), True)


@clause("users/Activate2FA/effect")
def test_activation_changes_nothing_but_the_factor(world: World, verify: Verifier) -> None:
    """Only use2FA moves in what can be read of the user."""
    who = person(world)
    secret = enrol(who)
    before = record_of(world, who.user_id)

    with verify.unchanged(*facets(world, who.user_id, "record")):
        verify.succeeded(who.call("Activate2FA", Code=code_for(world, secret)))

    record = record_of(world, who.user_id)
    verify.equal("changed keys", changed_keys(before, record), {"use2fa"}, record)


@clause("users/Activate2FA/wrong-code")
def test_wrong_code_activates_nothing(world: World, verify: Verifier) -> None:
    """A device that is set up wrongly must not lock its owner out; the reply says what is wrong."""
    who = person(world)
    secret = enrol(who)

    turn = verify.refused(who.call("Activate2FA", Code=wrong_code(world, secret)))

    verify.equal("Activated", turn.get("Activated"), False, turn)
    verify.holds("Error is not empty", bool(turn.get("Error")), turn.text, turn)
    verify.equal("the log-in asks for a code", asks_for_code(world, who), False)


@clause("users/Activate2FA/sets-flag")
def test_record_shows_the_factor(world: World, verify: Verifier) -> None:
    """use2FA in the record tells an operator that the user has a second factor."""
    who = person(world)

    with_second_factor(world, who)

    record = record_of(world, who.user_id)
    verify.equal("use2FA", record.get("use2FA"), True, record)


@clause("users/Activate2FA/nothing-pending")
def test_nothing_is_activated_without_an_enrolment(world: World, verify: Verifier) -> None:
    """A code without an enrolment activates nothing, logged in or not."""
    who = person(world)

    verify.refused(who.call("Activate2FA", Code="123456"))
    verify.refused(world.anonymous.call("Activate2FA", Code="123456"))

    verify.equal("the log-in asks for a code", asks_for_code(world, who), False)


@clause("users/EnableGoogle2FA/own-login-only")
def test_enrolment_is_for_the_caller(world: World, verify: Verifier) -> None:
    """Not even an operator enrols somebody else: the other one would be locked out."""
    boss, other = holder_of(world, "Operator"), person(world)

    turn = boss.call("EnableGoogle2FA", UserId=other.user_id, UserName=other.username)
    secret = secret_in(str(verify.succeeded(turn)["GoogleQRCode"]))
    verify.succeeded(boss.call("Activate2FA", Code=code_for(world, secret)))

    asked = (asks_for_code(world, boss), asks_for_code(world, other))
    verify.equal("caller and other are asked for a code", asked, (True, False), turn)


@clause("users/EnableGoogle2FA/decodable")
def test_qr_code_holds_the_secret(world: World, verify: Verifier) -> None:
    """Any authenticator can read the text: what it computes from it activates the factor."""
    who = person(world)

    turn = verify.succeeded(who.call("EnableGoogle2FA"))

    secret = secret_in(str(turn["GoogleQRCode"]))
    code = pyotp.TOTP(secret).at(world.deployment.now_ms() // 1000)
    verify.succeeded(who.call("Activate2FA", Code=code))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/EnableGoogle2FA/effect", ()),
     clause_case("users/EnableGoogle2FA/pending-until-activated", ())],
)
def test_enrolment_counts_after_activation_only(
    world: World, verify: Verifier, _: object
) -> None:
    """Who only looked at the QR code still logs in with the password; the record is as before."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        secret = enrol(who)
        verify.equal("the log-in asks for a code", asks_for_code(world, who), False)

    verify.succeeded(who.call("Activate2FA", Code=code_for(world, secret)))
    verify.equal("the log-in asks for a code", asks_for_code(world, who), True)


@pytest.mark.parametrize(
    "phone",
    [clause_case("users/EnableXP2FA/phone-form", phone)
     for phone in ("5511987654321", "+551198765432", "+55119876543210", "+55 11 98765-432", "")],
)
def test_badly_formed_phone_is_refused(world: World, verify: Verifier, phone: str) -> None:
    """A number that cannot be called would lock its owner out at the next log-in."""
    who = person(world)

    verify.refused(who.call("EnableXP2FA", Phone=phone, Capability="SMS"))

    right = new_identity(world).phone
    verify.succeeded(who.call("EnableXP2FA", Phone=right, Capability="SMS"))


@pytest.mark.parametrize(
    "capability",
    [clause_case("users/EnableXP2FA/capabilities", name) for name in ("SMS", "Phone", "OTP")],
)
def test_documented_capabilities_are_taken(
    world: World, verify: Verifier, capability: str
) -> None:
    """Three ways to get a code, and no fourth."""
    who, phone = person(world), new_identity(world).phone

    verify.refused(who.call("EnableXP2FA", Phone=phone, Capability=f"{capability}2"))
    verify.succeeded(who.call("EnableXP2FA", Phone=phone, Capability=capability))


@pytest.mark.parametrize(
    "_",
    [clause_case("users/EnableXP2FA/effect", ()),
     clause_case("users/EnableXP2FA/activation-outstanding", ())],
)
def test_phone_must_be_activated(world: World, verify: Verifier, _: object) -> None:
    """The reply says that activation is outstanding, and so it is: the password is still enough."""
    who, phone = person(world), new_identity(world).phone

    with verify.unchanged(*facets(world, who.user_id)):
        turn = verify.succeeded(who.call("EnableXP2FA", Phone=phone, Capability="SMS"))
        verify.equal("Activate2FA", turn["Activate2FA"], True, turn)
        verify.equal("the log-in asks for a code", asks_for_code(world, who), False)

    verify.succeeded(who.call("Activate2FA", Code=phone_code(world, phone)))
    verify.equal("the log-in asks for a code", asks_for_code(world, who), True)


@clause("users/Disable2FA/own-login-only")
def test_factor_of_another_stays_on(world: World, verify: Verifier) -> None:
    """Not even an operator takes away somebody else's second factor with this call."""
    boss, other = holder_of(world, "Operator"), person(world)
    with_second_factor(world, boss)
    with_second_factor(world, other)

    turn = boss.call("Disable2FA", UserId=other.user_id, UserName=other.username)

    verify.succeeded(turn)
    asked = (asks_for_code(world, boss), asks_for_code(world, other))
    verify.equal("caller and other are asked for a code", asked, (False, True), turn)


@pytest.mark.parametrize("scheme", ["Google", "XP"])
@clause("users/Disable2FA/both-schemes")
def test_either_scheme_is_switched_off(world: World, verify: Verifier, scheme: str) -> None:
    """Whichever factor the user had, afterwards there is none."""
    who = person(world)
    activate_scheme(world, who, scheme)
    verify.equal("the log-in asks for a code", asks_for_code(world, who), True)

    verify.succeeded(who.call("Disable2FA"))

    verify.equal("the log-in asks for a code", asks_for_code(world, who), False)


@pytest.mark.parametrize(
    "_",
    [clause_case("users/Disable2FA/effect", ()),
     clause_case("users/Disable2FA/login-without-code", ())],
)
def test_next_log_in_needs_no_code(world: World, verify: Verifier, _: object) -> None:
    """requires2FA is false again, and the user is what it was before it had a second factor."""
    who = person(world)

    with verify.unchanged(*facets(world, who.user_id)):
        with_second_factor(world, who)
        verify.succeeded(who.call("Disable2FA"))

    turn = verify.succeeded(attempt(world, who))
    verify.equal("requires2FA", turn["requires2FA"], False, turn)
