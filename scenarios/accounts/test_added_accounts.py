"""AddAccount and UpdateAccount: what a new account is like, and who may change what."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from scenarios.accounts.vocabulary import (
    BASE_PRODUCT,
    NOT_AUTHORISED,
    SINGLE_PRODUCT,
    account_ids,
    account_terms,
    add_account,
    changed,
    listed,
    reads_of,
    record,
    shown,
    update,
    updated,
)
from scenarios.users.vocabulary import accounts_of

EVERY = 100_000
"""More accounts than any list has."""


@clause("accounts/AddAccount/effect")
def test_one_account_is_added_and_the_others_stay(world: World, verify: Verifier) -> None:
    """The list grows by the new account, and no other row of it changes."""
    before = listed(world, 0, EVERY)

    turn = verify.succeeded(world.operator.send("AddAccount", account_terms(world)))

    after = listed(world, 0, EVERY)
    added = [number for number in account_ids(after) if number not in account_ids(before)]
    verify.equal("accounts added", added, [turn["Id"]], turn)
    kept = [row for row in after if row in before]
    verify.equal("other accounts as before", len(kept), len(before), turn)


@clause("accounts/AddAccount/no-user")
def test_new_account_belongs_to_nobody(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """Who may act for an account is decided by linking users, not by adding it."""
    added = add_account(world)

    found = [accounts_of(world, user_id) for user_id in (operator.user_id, trader.user_id)]

    verify.holds("neither its maker nor a trader is linked with it",
                 not any(added in accounts for accounts in found), found)
    verify.refused(trader.call("GetAccountInfo", omsId=world.oms_id, accountId=added))


@clause("accounts/AddAccount/ignores-account-id")
def test_exchange_chooses_the_id(world: World, operator: Session, verify: Verifier) -> None:
    """0 is sent, and the reply says by which id the account is known from now on."""
    known = account_ids(listed(world, 0, EVERY))

    turn = verify.succeeded(operator.send("AddAccount", account_terms(world, accountId=0)))

    verify.holds("the id is new and above 0", turn["Id"] > 0 and turn["Id"] not in known,
                 turn["Id"], turn)
    verify.equal("accountId", record(operator, turn["Id"])["accountid"], turn["Id"], turn)


@pytest.mark.parametrize(
    "key",
    [clause_case("accounts/AddAccount/loyalty-default", "loyaltyEnabled"),
     clause_case("accounts/AddAccount/margin-default", "marginEnabled")],
)
def test_new_account_takes_part_in_nothing_by_default(
    world: World, operator: Session, verify: Verifier, key: str
) -> None:
    """Loyalty fees and margin are agreed to, not assumed."""
    added = add_account(world)

    found = shown(record(operator, added), key)

    verify.equal(key, found, False, *operator.turns[-1:])


@clause("accounts/AddAccount/base-product-fee")
def test_fees_in_the_traded_product_name_no_product(
    world: World, operator: Session, verify: Verifier
) -> None:
    """A fee product is named only where there is one; otherwise it reads 0."""
    added = add_account(world, feeProductType=BASE_PRODUCT, feeProduct=0)
    single = add_account(
        world, feeProductType=SINGLE_PRODUCT, feeProduct=world.market.product2
    )

    found = [record(operator, account) for account in (added, single)]

    read = [(row["feeproducttype"], row["feeproduct"]) for row in found]
    required = [(BASE_PRODUCT, 0), (SINGLE_PRODUCT, world.market.product2)]
    verify.equal("(feeProductType, feeProduct)", read, required, *operator.turns[-2:])


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/UpdateAccount/effect", ()),
     clause_case("accounts/UpdateAccount/done-on-success", ())],
)
def test_change_is_made_when_the_reply_arrives(
    world: World, operator: Session, trader: Session, rival: Session, verify: Verifier, _: object
) -> None:
    """True means done: the very next read shows the change, this one and no other."""
    update(operator, trader.account_id, firmName="Conformance")
    before = record(operator, trader.account_id)
    others = reads_of(world, rival.account_id)

    with verify.unchanged(*others, *reads_of(world, trader.account_id, "record")):
        turn = verify.succeeded(update(operator, trader.account_id, firmId="C-7"))

    found = changed(before, record(operator, trader.account_id))
    verify.equal("changed keys", found, {"firmid": "C-7"}, turn)


@clause("accounts/UpdateAccount/trading-loyalty-only")
def test_trader_changes_loyalty_settings_and_nothing_else(
    world: World, trader: Session, verify: Verifier
) -> None:
    """A customer may join the loyalty programme; level, risk and names are the operator's."""
    before = record(trader, trader.account_id)

    update(trader, trader.account_id, riskType=2)
    update(trader, trader.account_id, verificationLevel=9)
    update(trader, trader.account_id, accountName="Mine")

    verify.equal("changed keys", changed(before, record(trader, trader.account_id)), {},
                 *trader.turns[-4:])
    verify.succeeded(update(
        trader, trader.account_id, loyaltyProductId=world.market.product1, loyaltyEnabled=True
    ))


@clause("accounts/UpdateAccount/own-accounts")
def test_foreign_account_cannot_be_changed(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Not even the loyalty settings of somebody else's account."""
    with verify.unchanged(*reads_of(world, rival.account_id)):
        turn = update(
            trader, rival.account_id, loyaltyProductId=world.market.product1, loyaltyEnabled=True
        )

        verify.refused(turn, code=NOT_AUTHORISED)


@pytest.mark.parametrize(
    ("key", "value"),
    [clause_case("accounts/UpdateAccount/operator-any-key", key, value)
     for key, value in (
         ("accountName", "Renamed"), ("firmId", "CNF"), ("firmName", "Conformance"),
         ("accountType", 1), ("feeGroupID", 7), ("riskType", 2), ("verificationLevel", 3),
         ("refererId", 11), ("marginEnabled", True),
     )],
)
def test_operator_changes_any_key(
    world: World, operator: Session, trader: Session, verify: Verifier, key: str, value: Any
) -> None:
    """Operations set up a customer's account down to the last key."""
    verify.succeeded(update(operator, trader.account_id, **{key: value}))

    found = shown(record(operator, trader.account_id), key)
    verify.equal(key, found, value, *operator.turns[-2:])


@clause("accounts/UpdateAccount/keeps-identity")
def test_ids_select_and_stay(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """The account is found under the same id, and no other account has come or gone."""
    known = account_ids(listed(world, 0, EVERY))

    verify.succeeded(update(operator, trader.account_id, accountName="Renamed", firmId="CNF"))

    row = record(operator, trader.account_id)
    found = (row["omsid"], row["accountid"], row["accountname"])
    required = (world.oms_id, trader.account_id, "Renamed")
    verify.equal("(omsid, accountId, accountName)", found, required, *operator.turns[-1:])
    verify.equal("accounts", account_ids(listed(world, 0, EVERY)), known)


@clause("accounts/UpdateAccount/fee-pair")
def test_fee_settings_change_together(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """The kind of the fee and the product it is paid in belong together."""
    terms = {"feeProductType": SINGLE_PRODUCT, "feeProduct": world.market.product2}
    before = record(operator, trader.account_id)

    verify.succeeded(update(operator, trader.account_id, **terms))

    found = changed(before, record(operator, trader.account_id))
    required = {"feeproducttype": SINGLE_PRODUCT, "feeproduct": world.market.product2}
    verify.equal("changed keys", found, required, *operator.turns[-2:])


@clause("accounts/UpdateAccount/loyalty-pair")
def test_loyalty_settings_change_together(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """Both keys of the customer's own choice are taken over, and can be taken back."""
    product = world.market.product1
    before = record(trader, trader.account_id)

    verify.succeeded(update(
        trader, trader.account_id, loyaltyProductId=product, loyaltyEnabled=True
    ))

    found = changed(before, record(trader, trader.account_id))
    required = {"loyaltyproductid": product, "loyaltyenabled": True}
    verify.equal("changed keys", found, required, *trader.turns[-2:])
    updated(world, trader.account_id, loyaltyProductId=0, loyaltyEnabled=False)
    again = record(trader, trader.account_id)["loyaltyenabled"]
    verify.equal("loyaltyEnabled afterwards", again, False, *trader.turns[-1:])
