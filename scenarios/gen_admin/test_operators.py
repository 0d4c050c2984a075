"""Operators: who runs which trading system, and what is known about them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from conformance.target.unavailable import Unavailable
from scenarios.gen_admin.vocabulary import (
    GUID_LENGTH,
    home_operator,
    link,
    linked,
    new_operator,
    new_system,
    operator_reads,
    operator_row,
    operator_terms,
    systems,
    unlink,
    users,
)
from scenarios.users.vocabulary import somebody

NOBODY = 2_000_000_011
SHOWN = ("OperatorName", "DefaultOMSId", "Website", "VerifyURL", "UseEmailVerify", "UseRecaptcha")


def shown(row: Any) -> dict[str, Any]:
    """The settings of an operator that lists show as they were sent."""
    return {key: lookup(row, key) for key in SHOWN}


@pytest.mark.parametrize("rule", [
    clause_case(f"gen_admin/AddOperator/{rule}", rule)
    for rule in ("assigns-id", "listed", "effect")
])
def test_new_operator_is_listed_under_a_new_id(world: World, verify: Verifier, rule: str) -> None:
    """With id 0 the system chooses one that nobody has, and lists the operator under it."""
    known = {lookup(row, "OperatorId") for row in world.operator.call("GetOperators").value}
    terms = operator_terms(world)

    turn = verify.succeeded(world.operator.call("AddOperator", **terms))

    number = turn["Id"]
    listed = [row for row in world.operator.call("GetOperators").value
              if lookup(row, "OperatorId") == number]
    verify.holds("the id is new", number not in known, number, turn)
    verify.equal("the operator", [shown(row) for row in listed], [shown(terms)], turn)


@clause("gen_admin/AddOperator/keeps-id")
def test_free_id_is_used(world: World, verify: Verifier) -> None:
    """A venue that numbers its operators itself gets the number it asked for."""
    wanted = world.deployment.unique_number()

    turn = verify.succeeded(
        world.operator.call("AddOperator", **operator_terms(world, OperatorId=wanted))
    )

    verify.equal("Id", turn["Id"], wanted, turn)


@pytest.mark.parametrize("key", [
    clause_case("gen_admin/AddOperator/unique-id", "OperatorId"),
    clause_case("gen_admin/AddOperator/unique-guid", "OperatorGuid"),
])
def test_what_names_an_operator_is_its_own(world: World, verify: Verifier, key: str) -> None:
    """Two operators under one id would be one operator with two faces."""
    taken = lookup(operator_row(world, new_operator(world)), key)

    with verify.unchanged(*operator_reads(world)):
        verify.refused(world.operator.call("AddOperator", **operator_terms(world, **{key: taken})))


@clause("gen_admin/AddOperator/assigns-guid")
def test_operator_without_guid_gets_one(world: World, verify: Verifier) -> None:
    """Every operator can be named by a GUID, whether it brought one or not."""
    first, second = (operator_row(world, new_operator(world)) for _ in range(2))

    found = [str(lookup(row, "OperatorGuid")) for row in (first, second)]
    verify.equal("lengths", [len(guid) for guid in found], [GUID_LENGTH] * 2)
    verify.holds("both are new", len(set(found)) == len(found), found)


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/UpdateOperator/read-back", "read-back"),
    clause_case("gen_admin/UpdateOperator/effect", "effect"),
])
def test_update_reads_back_as_sent(world: World, verify: Verifier, rule: str) -> None:
    """Every setting is shown as sent, and other operators stay as they were."""
    number, other = new_operator(world), new_operator(world)
    before = operator_row(world, other)
    terms = operator_terms(world, OperatorId=number, Website="https://other.example",
                           UseRecaptcha=True, UseEmailVerify=False)

    verify.succeeded(world.operator.call("UpdateOperator", **terms))

    verify.equal("the operator", shown(operator_row(world, number)), shown(terms))
    verify.equal("the other operator", operator_row(world, other), before)


@clause("gen_admin/UpdateOperator/unknown-operator")
def test_unknown_operator_cannot_be_updated(world: World, verify: Verifier) -> None:
    """An update makes nobody."""
    terms = operator_terms(world, OperatorId=world.deployment.unique_number())

    with verify.unchanged(*operator_reads(world)):
        verify.refused(world.operator.call("UpdateOperator", **terms), code=104)


@clause("gen_admin/AddOperatorConfig/effect")
def test_configuration_is_taken_again_and_again(world: World, verify: Verifier) -> None:
    """A pair can be set and set anew; it belongs to the operator and changes nothing else."""
    number = new_operator(world)

    with verify.unchanged(*operator_reads(world, number)):
        for value in ("dark", "light"):
            verify.succeeded(world.operator.call(
                "AddOperatorConfig", OperatorId=number, ConfigId="Theme", Config=value
            ))


@pytest.mark.parametrize("changes", [{"ConfigId": 1}, {"Config": 1}, {"Config": None}])
@clause("gen_admin/AddOperatorConfig/strings-only")
def test_configuration_is_text(world: World, verify: Verifier, changes: dict[str, Any]) -> None:
    """What is no text is refused, not turned into one."""
    payload = {"OperatorId": new_operator(world), "ConfigId": "Theme", "Config": "dark"}

    verify.refused(world.operator.call("AddOperatorConfig", **payload | changes))


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/AddOperatorOMS/listed", "listed"),
    clause_case("gen_admin/AddOperatorOMS/effect", "effect"),
    clause_case("gen_admin/GetOperatorOMSList/own-entries", "own-entries"),
])
def test_assigned_system_is_listed(world: World, verify: Verifier, rule: str) -> None:
    """The list shows what was assigned to this operator, each entry under its id."""
    number = new_operator(world)
    before = set(systems(world, number))
    system = linked(world, number)

    turn = world.operator.call("GetOperatorOMSList", OperatorId=number)

    found = [(lookup(row, "OperatorId"), lookup(row, "OMSId")) for row in turn.value]
    verify.equal("entries", sorted(found), sorted((number, each) for each in before | {system}),
                 turn)


@pytest.mark.parametrize("call", [
    clause_case("gen_admin/AddOperatorOMS/default-flag", "AddOperatorOMS"),
    clause_case("gen_admin/SetDefaultOperatorOMS/one-default", "SetDefaultOperatorOMS"),
    clause_case("gen_admin/SetDefaultOperatorOMS/effect", "SetDefaultOperatorOMS"),
    clause_case("gen_admin/GetOperatorOMSList/one-default", "SetDefaultOperatorOMS"),
])
def test_new_default_is_the_only_one(world: World, verify: Verifier, call: str) -> None:
    """The mark goes over to the system named: an operator has one default, never two."""
    number = new_operator(world)
    first = linked(world, number, default=True)
    second = linked(world, number) if call == "SetDefaultOperatorOMS" else new_system(world)
    terms = {"OperatorId": number, "OMSId": second, "IsDefault": True}

    verify.succeeded(world.operator.call(call, **terms))

    found = systems(world, number)
    verify.equal("defaults", [each for each, default in found.items() if default], [second])
    verify.holds("the one before is still assigned", first in found, found)


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/RemoveOperatorOMS/unlisted", "unlisted"),
    clause_case("gen_admin/RemoveOperatorOMS/effect", "effect"),
    clause_case("gen_admin/RemoveOperatorOMS/last-operator", "last-operator"),
])
def test_removed_system_is_no_longer_listed(world: World, verify: Verifier, rule: str) -> None:
    """The one assignment ends, be it the last of its system; the others stay."""
    number = new_operator(world)
    kept, gone = linked(world, number), linked(world, number)

    verify.succeeded(unlink(world, number, gone))

    found = set(systems(world, number))
    verify.holds("one is gone, the other stays", gone not in found and kept in found, found)


@clause("gen_admin/RemoveOperatorOMS/superuser-reassigns")
def test_superuser_assigns_a_system_that_nobody_serves(world: World, verify: Verifier) -> None:
    """A system without any operator is not lost."""
    first, second = new_operator(world), new_operator(world)
    system = linked(world, first)
    unlink(world, first, system)

    verify.succeeded(world.superuser.call(
        "AddOperatorOMS", operatorId=second, omsId=system, isDefault=False
    ))

    verify.holds("it is served again", system in systems(world, second), systems(world, second))


@clause("gen_admin/RemoveOperatorOMS/keeps-permission")
def test_who_ends_an_assignment_keeps_his_permission(world: World, verify: Verifier) -> None:
    """Taking a system away takes no permission away."""
    number = new_operator(world)
    system = linked(world, number)
    read = (world.superuser, "GetUserPermissions", {"UserId": world.operator.user_id})

    with verify.unchanged(read):
        verify.succeeded(unlink(world, number, system))

    verify.succeeded(link(world, number, system))


@clause("gen_admin/RemoveOperatorOMS/keeps-user")
def test_who_ends_an_assignment_can_log_in(world: World, verify: Verifier) -> None:
    """Taking a system away takes no login away."""
    number, who = new_operator(world), world.operator
    system = linked(world, number)
    if not who.password:
        raise Unavailable("the operator's password is not in the target file")

    verify.succeeded(unlink(world, number, system))

    turn = world.deployment.connect().call(
        "AuthenticateUser", UserName=who.username, Password=who.password
    )
    verify.equal("authenticated", turn.get("authenticated"), True, turn)


@clause("gen_admin/GetOperators/own-oms")
def test_operators_are_those_of_the_callers_system(world: World, verify: Verifier) -> None:
    """Who logs in on one system does not learn who runs another."""
    home, stranger = home_operator(world), new_operator(world, DefaultOMSId=0)
    linked(world, stranger)

    turn = world.operator.call("GetOperators")

    found = {lookup(row, "OperatorId") for row in turn.value}
    verify.holds("the home operator is listed", home in found, found, turn)
    verify.holds("who runs another system is not", stranger not in found, found, turn)


@clause("gen_admin/GetOperatorUsers/echo")
def test_users_are_listed_under_their_operator(world: World, verify: Verifier) -> None:
    """Every entry names the operator that was asked about."""
    number = home_operator(world)

    turn = verify.succeeded(world.operator.call("GetOperatorUsers", OperatorId=number))

    found = {lookup(row, "OperatorId") for row in turn.value}
    verify.equal("operators named", found, {number}, turn)


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/RemoveOperatorUser/absent-afterwards", "absent"),
    clause_case("gen_admin/RemoveOperatorUser/effect", "effect"),
])
def test_removed_user_is_no_longer_listed(world: World, verify: Verifier, rule: str) -> None:
    """The pair is gone, and every other user stays."""
    number, who = home_operator(world), somebody(world)
    before = users(world, number)

    verify.succeeded(world.operator.call(
        "RemoveOperatorUser", operatorId=number, userId=who.user_id
    ))

    verify.equal("users", users(world, number), before - {who.user_id})


@pytest.mark.parametrize(("call", "keys"), [
    clause_case("gen_admin/GetOperatorUsers/stays-callable", "GetOperatorUsers", {}),
    clause_case("gen_admin/RemoveOperatorUser/stays-callable", "RemoveOperatorUser",
                {"userId": NOBODY}),
])
def test_deprecated_call_is_answered(
    world: World, verify: Verifier, call: str, keys: dict[str, Any]
) -> None:
    """A deprecated call tells its callers so; it does not leave them without an answer."""
    turn = world.operator.call(call, OperatorId=home_operator(world), **keys)

    verify.holds("it is answered", turn.reply is not None, turn.text, turn)
    verify.holds("no server error", turn.get("errorcode") != 102, turn.text, turn)
