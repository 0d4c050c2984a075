"""What a withdrawal costs, the forms it takes, and the keys and forms of deposits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.tickets.fees import (
    FLAT,
    HUNDRED,
    PERCENTAGE,
    charged,
    estimate,
    every_product,
    fee_lines,
    fees,
)
from scenarios.tickets.templates import (
    ask_keys,
    deposit_template,
    deposit_template_names,
    deposit_templates,
    keys,
    provider_of,
)
from scenarios.tickets.vocabulary import (
    ABSENT_NUMBER,
    NOT_AUTHORISED,
    Till,
    coin_till,
    fiat_till,
    field,
    number,
    others_reads,
    ticket_reads,
)
from scenarios.tickets.withdrawing import (
    ask,
    asked,
    fee,
    fields_of,
    template,
    template_names,
)

TYPES, TEMPLATE = "GetWithdrawTemplateTypes", "GetWithdrawTemplate"


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency."""
    return fiat_till(world)


@pytest.fixture
def coins(world: World) -> Till:
    """A customer with a crypto-currency."""
    return coin_till(world)


@pytest.mark.parametrize("kind", [
    clause_case("tickets/GetOMSWithdrawFees/percentage-or-flat", FLAT),
    clause_case("tickets/GetOMSWithdrawFees/percentage-or-flat", PERCENTAGE),
])
def test_fee_amount_is_what_its_kind_says(
    till: Till, verify: Verifier, kind: tuple[str, int]
) -> None:
    """Of a hundred both kinds take FeeAmt; of ten a percentage takes a tenth of it."""
    till = charged(till, kind)
    line = sum(number(row, "FeeAmt") for row in fee_lines(till))

    found = fees(till, 100, 10)

    verify.equal("the fees of 100 and of 10", found, {
        FLAT: [line, line], PERCENTAGE: [line, line / 10],
    }[kind])


@clause("tickets/GetWithdrawFee/agrees-with-fee-list")
def test_estimate_is_the_sum_of_the_active_fees(till: Till, verify: Verifier) -> None:
    """For every product, inactive lines of the list count for nothing."""
    products = every_product(till)

    found = {each.product: fee(each, HUNDRED) for each in products}

    required = {each.product: estimate(each, HUNDRED) for each in products}
    verify.equal("fees by product", found, required)


@clause("tickets/GetWithdrawFee/agrees-with-ticket")
def test_estimate_is_what_the_ticket_charges(till: Till, verify: Verifier) -> None:
    """A customer agrees to a price; that is the price."""
    expected = fee(till, till.sum)

    verify.equal("feeAmt", number(asked(till), "feeAmt"), expected)


@clause("tickets/GetWithdrawFee/monotone")
def test_percentage_grows_with_the_amount(till: Till, verify: Verifier) -> None:
    """Taking out more never costs less."""
    found = fees(charged(till, PERCENTAGE), 1, 10, 100, 101)

    verify.equal("fees of rising amounts", found, sorted(found))


@clause("tickets/GetWithdrawFee/monotone")
def test_flat_fee_stands_still(till: Till, verify: Verifier) -> None:
    """A flat fee is the same for one and for a hundred."""
    found = fees(charged(till, FLAT), 1, 10, 100)

    verify.equal("different fees", len(set(found)), 1)


@clause("tickets/GetWithdrawFee/own-accounts")
def test_foreign_account_gets_no_estimate(
    rival: Session, till: Till, verify: Verifier
) -> None:
    """Fees may be an agreement between one customer and the exchange."""
    turn = rival.send("GetWithdrawFee", {
        **till.of_account, "ProductId": till.product, "Amount": till.sum})

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal("the owner's estimate", fee(till, till.sum), estimate(till, till.sum))


@pytest.mark.parametrize("left_out", [
    clause_case(f"tickets/{TEMPLATE}/account-optional", ("AccountId",)),
    clause_case(f"tickets/{TEMPLATE}/account-optional", ("AccountProviderId",)),
    clause_case(f"tickets/{TEMPLATE}/account-optional", ("AccountId", "AccountProviderId")),
])
def test_template_needs_no_account(
    till: Till, verify: Verifier, left_out: tuple[str, ...]
) -> None:
    """A form is a form, whoever fills it in."""
    whole = {
        **till.of_account, "ProductId": till.product, "TemplateType": template_names(till)[0],
        "AccountProviderId": provider_of(till),
    }
    full = verify.succeeded(till.owner.send(TEMPLATE, whole))

    turn = till.owner.send(TEMPLATE, {k: v for k, v in whole.items() if k not in left_out})

    verify.succeeded(turn)
    verify.equal("Template", turn["Template"], full["Template"], turn)


@pytest.mark.parametrize("make", [
    clause_case(f"tickets/{TEMPLATE}/names-resolve", fiat_till),
    clause_case(f"tickets/{TEMPLATE}/names-resolve", coin_till),
])
def test_every_template_name_brings_a_template(
    world: World, verify: Verifier, make: Callable[[World], Till]
) -> None:
    """A client offers the names it was given; each must lead to a form."""
    till = make(world)
    names = template_names(till)

    turns = [verify.succeeded(template(till, name)) for name in names]

    empty = [turn.text for turn in turns if not turn["Template"]]
    verify.equal("names without a template", empty, [])


@pytest.mark.parametrize("make", [
    clause_case(f"tickets/{TEMPLATE}/template-is-json", fiat_till),
    clause_case(f"tickets/{TEMPLATE}/template-is-json", coin_till),
])
def test_filled_in_template_is_taken(
    world: World, verify: Verifier, make: Callable[[World], Till]
) -> None:
    """Every key of the form, filled in, makes a withdrawal that is accepted."""
    till = make(world)

    turn = verify.succeeded(template(till, template_names(till)[0]))

    verify.holds("it is a JSON object with fields", bool(fields_of(turn)), turn.text, turn)
    verify.succeeded(ask(till))


@clause(f"tickets/{TYPES}/empty-on-failure")
def test_unknown_product_names_no_template(till: Till, verify: Verifier) -> None:
    """A client that reads the list without looking at the result finds nothing to offer."""
    turn = till.owner.send(TYPES, {**till.of_product, "ProductId": ABSENT_NUMBER})

    verify.refused(turn)
    verify.holds("no names", turn.get("TemplateTypes") in (None, []), turn.text, turn)


@clause("tickets/GetDepositInfo/effect")
def test_new_keys_are_the_last_keys(world: World, coins: Till, verify: Verifier) -> None:
    """The new keys are the account's from now on; nothing else, nobody else's."""
    other, reads = others_reads(world)
    other = coin_till(world, other.owner)
    theirs = keys(other, fresh=True)

    with verify.unchanged(*reads, *ticket_reads(coins)):
        made = keys(coins, fresh=True)

    verify.equal("the last keys", keys(coins, fresh=False), made)
    verify.equal("another customer's keys", keys(other, fresh=False), theirs)


@clause("tickets/GetDepositInfo/new-keys")
def test_new_keys_were_not_there_before(coins: Till, verify: Verifier) -> None:
    """Who asks for a fresh key wants one that no earlier payer knows."""
    before = keys(coins, fresh=True) + keys(coins, fresh=True)

    made = keys(coins, fresh=True)

    verify.equal("keys that are not new", sorted(set(made) & set(before)), [])


@clause("tickets/GetDepositInfo/last-keys")
def test_last_keys_come_again(coins: Till, verify: Verifier) -> None:
    """An address given to a payer stays good: asked again, it is the same."""
    keys(coins, fresh=True)
    made = keys(coins, fresh=True)

    verify.equal("asked twice", [keys(coins, fresh=False) for _ in range(2)], [made, made])


@clause("tickets/GetDepositInfo/keys-of-one-account")
def test_no_key_belongs_to_two(coins: Till, rival: Session, verify: Verifier) -> None:
    """Coins sent to a key are one customer's, or nobody knows whose."""
    mine = keys(coins, fresh=True) + keys(coins, fresh=True)
    theirs = keys(coins.by(rival), fresh=True) + keys(coins.by(rival), fresh=True)

    verify.equal("keys of both", sorted(set(mine) & set(theirs)), [])


@clause("tickets/GetDepositInfo/crypto-only")
def test_money_has_no_keys(till: Till, verify: Verifier) -> None:
    """National currency comes by bank and ticket."""
    with verify.unchanged(*ticket_reads(till)):
        turn = ask_keys(till, fresh=True)

        verify.refused(turn)


@clause("tickets/GetDepositInfo/own-accounts")
def test_stranger_gets_no_keys(coins: Till, rival: Session, verify: Verifier) -> None:
    """Keys made for another account would tell who pays whom."""
    before = keys(coins, fresh=True)

    turn = rival.send("GetDepositInfo", {
        **coins.of_account, "ProductId": coins.product, "AccountProviderId": provider_of(coins),
        "GenerateNewKey": True, "DepositInfo": "{}",
    })

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal("the last keys", keys(coins, fresh=False), before)


@pytest.mark.parametrize("make", [
    clause_case("tickets/GetDepositRequestInfoTemplate/member-of-all", fiat_till),
    clause_case("tickets/GetDepositRequestInfoTemplate/member-of-all", coin_till),
])
def test_template_is_one_of_the_list(
    world: World, verify: Verifier, make: Callable[[World], Till]
) -> None:
    """The form asked for by name is the one that the list shows, field by field."""
    till = make(world)
    listed = field(deposit_templates(till), "Template")

    turn = deposit_template(till, deposit_template_names(till)[0])

    verify.succeeded(turn)
    verify.holds("it is one of the list", turn["Template"] in listed, turn.text, turn)
