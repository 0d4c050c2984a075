"""Accounts over several calls: what is written by one is read by the others, and only that."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.records import (
    EVERY,
    PAGE,
    full_terms,
    has_value,
    level_given,
    paged,
    without_ids,
)
from scenarios.accounts.vocabulary import (
    NO_TRADING,
    NORMAL_RISK,
    account_ids,
    account_terms,
    add_account,
    changed,
    info,
    listed,
    normal,
    number,
    pairs,
    record,
    remove_pair,
    rows,
    set_pair,
    set_pairs,
    shown,
    update,
    updated,
)
from scenarios.oms_orders.vocabulary import BUY, Floor, send


@pytest.mark.parametrize(
    "text",
    [clause_case("workflows/accounts/config-set-and-read", text)
     for text in ("dark", "42", "", " spaced ", "Ünïcödé ☃", '{"a": [1, "b"]}')],
)
def test_text_kept_with_an_account_reads_back(
    trader: Session, verify: Verifier, text: str
) -> None:
    """Front ends keep all kinds of text here; not a character may change."""
    verify.succeeded(set_pair(trader, trader.account_id, "Note", text))

    found = dict(pairs(trader, trader.account_id)).get("Note")
    verify.equal("Note", found, text, *trader.turns[-2:])


@clause("workflows/accounts/config-remove")
def test_removal_undoes_the_setting_of_a_pair(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """Set and removed, a key leaves the configuration as it was before."""
    set_pairs(trader, Theme="dark", Language="en")
    before = pairs(trader, trader.account_id)
    set_pair(trader, trader.account_id, "Note", "x")

    verify.succeeded(remove_pair(operator, trader.account_id, "Note"))

    verify.equal("configuration", pairs(trader, trader.account_id), before)


@clause("workflows/accounts/account-id-iff-success")
def test_reply_has_an_id_or_a_reason(world: World, operator: Session, verify: Verifier) -> None:
    """An id above 0 means there is an account by that id; 0 means there is none."""
    terms = account_terms(world)

    good, bad = operator.send("AddAccount", terms), operator.send("AddAccount", terms)

    verify.succeeded(good)
    verify.refused(bad)
    found = [(turn.get("Success"), turn.get("Id", 0) > 0) for turn in (good, bad)]
    verify.equal("(Success, Id above 0)", found, [(True, True), (False, False)], good, bad)


@clause("workflows/accounts/account-read-back")
def test_account_reads_as_it_was_added(
    world: World, operator: Session, verify: Verifier
) -> None:
    """Every key that was sent is there again, enumerations as number or name."""
    terms = full_terms(world)

    added = int(verify.succeeded(operator.send("AddAccount", terms))["Id"])

    found = record(operator, added)
    required = {key.lower(): value for key, value in terms.items()} | {"accountid": added}
    kept = {key: found.get(key) for key in required if key in found}
    verify.equal("record", kept, {key: required[key] for key in kept}, *operator.turns[-2:])
    verify.holds("all keys but the four of margin are shown",
                 required.keys() - kept.keys() <= without_ids(required), sorted(kept))


@clause("workflows/accounts/account-listed")
def test_new_account_is_listed_under_its_id(
    world: World, operator: Session, verify: Verifier
) -> None:
    """The list shows the account as its own call does."""
    added = add_account(world, firmId="CNF")

    found = [normal(row) for row in listed(world, added, 1)]

    verify.equal("row", found, [normal(info(operator, added).value)], *operator.turns[-2:])


@clause("workflows/accounts/handle-unique")
def test_handle_in_use_is_refused(world: World, operator: Session, verify: Verifier) -> None:
    """A handle stands for an account where ids are not used, so it names one only."""
    terms = account_terms(world)
    verify.succeeded(operator.send("AddAccount", terms))
    everything = {"OMSId": world.oms_id, "StartIndex": 0, "Limit": EVERY}

    with verify.unchanged((operator, "GetAccounts", everything)):
        turn = verify.refused(operator.send("AddAccount", {**terms, "accountName": "Another"}))

    verify.holds("RejectMessage says why", bool(turn.get("RejectMessage")), turn.text, turn)


@pytest.mark.parametrize(
    ("key", "value"),
    [clause_case("workflows/accounts/update-one-key", key, value)
     for key, value in (
         ("accountName", "Renamed"), ("firmId", "CNF"), ("firmName", "Conformance"),
         ("riskType", 2), ("verificationLevel", 3), ("feeGroupID", 7), ("refererId", 11),
     )],
)
def test_one_key_is_changed_and_no_other(
    operator: Session, trader: Session, verify: Verifier, key: str, value: Any
) -> None:
    """Whoever raises a level must not reset a name by leaving it out."""
    updated_name = {"accountName": "Before", "firmName": "Before"}
    verify.succeeded(update(operator, trader.account_id, **updated_name))
    before = record(operator, trader.account_id)

    verify.succeeded(update(operator, trader.account_id, **{key: value}))

    found = changed(before, record(operator, trader.account_id))
    verify.equal("changed keys", found, {key.lower(): value}, *operator.turns[-2:])


@clause("workflows/accounts/accounts-paging")
def test_pages_make_up_the_whole_list(world: World, verify: Verifier) -> None:
    """Page after page, each resumed above the last id, nothing is missed or seen twice."""
    add_account(world)
    everything = listed(world, 0, EVERY)

    found = paged(world, PAGE)

    pieces = [account_id for page in found for account_id in account_ids(page)]
    verify.equal("accounts of all pages", pieces, account_ids(everything))
    verify.holds("there are several pages", len(found) > 1, len(found))


@clause("workflows/accounts/accounts-order")
def test_pages_ascend(world: World, verify: Verifier) -> None:
    """Ids rise within pages and from page to page."""
    found = [account_id for page in paged(world, PAGE) for account_id in account_ids(page)]

    verify.equal("account ids", found, sorted(set(found)))


@pytest.mark.parametrize(
    "keys",
    [clause_case("workflows/accounts/requested-keys-filter", keys)
     for keys in (["firmId"], ["firmName"], ["firmId", "firmName"])],
)
def test_selection_is_what_a_client_would_select(
    world: World, verify: Verifier, keys: list[str]
) -> None:
    """Asking for keys is the same as reading all and keeping those that have them."""
    add_account(world, firmId="CNF", firmName="Conformance")
    add_account(world, firmId="CNF")
    add_account(world, firmName="Conformance")

    found = account_ids(listed(world, 0, EVERY, RequestedKeys=keys))

    every = listed(world, 0, EVERY)
    required = account_ids([row for row in every if all(has_value(row, key) for key in keys)])
    verify.equal("accounts", found, required)


@clause("workflows/accounts/no-trading-risk-type")
def test_account_set_to_no_trading_cannot_trade(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Compliance stops an account with one key, and lets it go on with the same key."""
    updated(world, trader.account_id, riskType=NO_TRADING)
    stopped = send(trader, floor, BUY)
    updated(world, trader.account_id, riskType=NORMAL_RISK)

    again = send(trader, floor, BUY)

    found = [turn.get("status") == "Accepted" for turn in (stopped, again)]
    verify.equal("orders accepted", found, [False, True], stopped, again)


@clause("workflows/accounts/user-level-shown")
def test_level_of_a_user_shows_on_the_account(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """A user's record has no level: it is the default account that limits go by."""
    level_given(world, trader, 7)

    found = shown(record(operator, trader.account_id), "verificationLevel")

    verify.equal("verificationLevel", found, 7, *operator.turns[-2:])


@clause("workflows/accounts/fees-percentage-range")
def test_percentage_is_a_percentage(trader: Session, verify: Verifier) -> None:
    """A fee of more than everything, or of less than nothing, is no fee."""
    turn = trader.call("GetAccountFees", AccountId=trader.account_id, OMSId=1)

    found = [number(row, "feeAmt") for row in rows(turn)
             if lookup(row, "feeCalcType") in (1, "Percentage")]

    verify.holds("there is a fee by percentage", bool(found), turn.text, turn)
    verify.equal("fees outside 0 … 100", [fee for fee in found if not 0 <= fee <= 100], [], turn)
