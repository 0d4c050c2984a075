"""The services around products: money-laundering checks and account providers."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.products.services import (
    DECIMAL,
    INTEGER,
    LONG,
    absent_function,
    function_rows,
    functions,
    provider_key,
)
from scenarios.products.vocabulary import (
    CHAIN_ANALYSIS,
    MANUAL,
    NOT_FOUND,
    aml_terms,
    check_of,
    checked,
    new_product,
    normal_check,
    product_reads,
)
from scenarios.tickets.depositing import (
    AML_ACCEPTED,
    AML_FAILED,
    AML_PROCESSING,
    AML_REJECTED,
    coins_seen,
)
from scenarios.tickets.services import checked_till, deposit_walk

CHECKS = {AML_ACCEPTED, AML_FAILED, AML_PROCESSING, AML_REJECTED}
SIX_KEYS = ("omsId", "productId", "url", "amlProviderType", "apiToken", "enabled")


@pytest.mark.parametrize(
    "_",
    [clause_case("products/CreateAmlProviderConfig/effect", ()),
     clause_case("products/CreateAmlProviderConfig/reads-back", ())],
)
def test_check_reads_back_as_it_was_set_up(world: World, verify: Verifier, _: object) -> None:
    """Every setting under its own name; another product's check stays as it was."""
    other = checked(world)
    terms = aml_terms(world, new_product(world), amlProviderType=CHAIN_ANALYSIS, enabled=False)

    with verify.unchanged((world.operator, "GetAmlProviderConfig", other), *product_reads(world)):
        turn = verify.succeeded(world.operator.send("CreateAmlProviderConfig", terms))

    found = verify.succeeded(check_of(world, terms))
    verify.equal("the check", normal_check(found, terms), terms, turn, found)


@clause("products/CreateAmlProviderConfig/per-product")
def test_each_product_has_a_check_of_its_own(world: World, verify: Verifier) -> None:
    """Coins are scored by one provider, money is looked at by another."""
    first = checked(world, amlProviderType=CHAIN_ANALYSIS, url="https://first.example")
    second = checked(world, amlProviderType=MANUAL, url="https://second.example")

    found = [normal_check(verify.succeeded(check_of(world, terms)), terms)
             for terms in (first, second)]

    verify.equal("checks", found, [first, second], *world.operator.turns[-2:])


@pytest.mark.parametrize("enabled", [False, True])
@clause("products/CreateAmlProviderConfig/inactive")
def test_check_that_is_off_does_not_act(world: World, verify: Verifier, enabled: bool) -> None:
    """Set up for later it holds up nobody's deposit; switched on it looks at each."""
    till = checked_till(world, enabled=enabled)

    seen = deposit_walk(till, coins_seen(till))

    verify.holds(f"the statuses {'have' if enabled else 'have not'} to do with a check",
                 bool(CHECKS & set(seen)) is enabled, seen)


@pytest.mark.parametrize(
    "_",
    [clause_case("products/DeleteAmlProviderConfig/effect", ()),
     clause_case("products/DeleteAmlProviderConfig/gone", ())],
)
def test_deleted_check_is_gone(world: World, verify: Verifier, _: object) -> None:
    """Nothing is found for the product any more; another product's check stays."""
    other, terms = checked(world), checked(world)

    with verify.unchanged((world.operator, "GetAmlProviderConfig", other), *product_reads(world)):
        verify.succeeded(world.operator.send("DeleteAmlProviderConfig", terms))

    verify.refused(check_of(world, terms), code=NOT_FOUND)


@clause("products/GetAmlProviderConfig/echo")
def test_reply_names_the_product_asked_about(world: World, verify: Verifier) -> None:
    """One product's check must not be taken for another's."""
    terms = checked(world)
    checked(world)

    turn = verify.succeeded(check_of(world, terms))

    verify.equal("(omsId, productId)", (turn["omsId"], turn["productId"]),
                 (world.oms_id, terms["productId"]), turn)


@pytest.mark.parametrize("key", SIX_KEYS)
@clause("products/GetAmlProviderConfig/all-keys")
def test_all_six_keys_are_required(world: World, verify: Verifier, key: str) -> None:
    """The page insists on every key, also those that identify nothing."""
    terms = checked(world)

    turn = check_of(world, {name: value for name, value in terms.items() if name != key})

    verify.refused(turn)


@clause("products/CallAccountProviderAdminFunction/effect")
def test_asking_for_a_balance_changes_nothing(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A function that tells something tells the same again, and no funds and no list change."""
    function = functions(world)[0]
    account = {"OMSId": world.oms_id, "AccountId": trader.account_id}

    with verify.unchanged(
        (trader, "GetAccountPositions", account), *product_reads(world),
        (world.operator, "GetAccountProviderAdminFunctions", provider_key(world)),
    ):
        first, second = (verify.succeeded(function.call()) for _ in range(2))

    verify.equal("Result", second["Result"], first["Result"], first, second)


@clause("products/CallAccountProviderAdminFunction/echo")
def test_reply_names_the_function(world: World, verify: Verifier) -> None:
    """Whoever runs several functions knows which answer belongs to which."""
    offered = functions(world)

    turns = [verify.succeeded(function.call()) for function in offered]

    verify.equal("Function", [turn["Function"] for turn in turns],
                 [function.name for function in offered], *turns)


@clause("products/CallAccountProviderAdminFunction/unknown-function")
def test_unknown_function_is_told(world: World, verify: Verifier) -> None:
    """A function that nobody offers must not seem to have run."""
    turn = absent_function(world).call()

    verify.refused(turn)
    told = turn.get("Successful") is False or bool(turn.get("ErrorMsgs"))
    verify.holds("Successful is false, or ErrorMsgs says something, or the call is refused",
                 told or turn.get("result") is False, turn.text, turn)


@pytest.mark.parametrize(
    ("kind", "value"), [(INTEGER, "twelve"), (INTEGER, {}), (DECIMAL, "a lot"), (LONG, [])]
)
@clause("products/CallAccountProviderAdminFunction/parameter-type")
def test_value_conforms_to_its_type(
    world: World, verify: Verifier, kind: int, value: object
) -> None:
    """A text where a number is announced would reach the provider as something else."""
    parameter = {"Name": "Amount", "ParamType": kind, "Value": value}

    turn = functions(world)[0].call(parameter)

    verify.refused(turn)


@clause("products/GetAccountProviderAdminFunctions/echo")
def test_functions_name_their_provider(world: World, verify: Verifier) -> None:
    """Every row says whose function it is."""
    key = provider_key(world)

    found = {(lookup(row, "AssetManagerId"), lookup(row, "AccountProviderId"))
             for row in function_rows(world)}

    verify.equal("(asset manager, account provider) of the rows", found,
                 {(key["AssetManagerId"], key["AccountProviderId"])},
                 *world.operator.turns[-1:])


@clause("products/GetAccountProviderAdminFunctions/callable")
def test_each_listed_function_can_be_called(world: World, verify: Verifier) -> None:
    """What is offered is there."""
    turns = [function.call() for function in functions(world)]

    verify.equal("functions that cannot be called",
                 [turn.sent for turn in turns if turn.get("Successful") is not True], [], *turns)


@clause("products/GetAccountProviderDetails/strings")
def test_details_are_texts(world: World, verify: Verifier) -> None:
    """They are for display: whatever the provider tells, it is text."""
    turn = verify.succeeded(world.operator.send("GetAccountProviderDetails", provider_key(world)))

    verify.holds("there are details", bool(turn.value), turn.text, turn)
    verify.equal("details that are no text",
                 {key: value for key, value in turn.value.items() if not isinstance(value, str)},
                 {}, turn)


