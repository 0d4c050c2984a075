"""GetAccountConfig, SetAccountConfig, RemoveAccountConfig: pairs of text kept with an account."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import (
    NOT_AUTHORISED,
    config_turn,
    pairs,
    reads_of,
    remove_pair,
    rows,
    set_pair,
    set_pairs,
)
from scenarios.users.vocabulary import colleague_of


@clause("accounts/SetAccountConfig/effect")
def test_stored_pair_reads_back_and_nothing_else_changed(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """The pair stands in the configuration; other facets and other accounts stay."""
    others = (*reads_of(world, trader.account_id, "config"), *reads_of(world, rival.account_id))

    with verify.unchanged(*others):
        turn = verify.succeeded(set_pair(trader, trader.account_id, "Theme", "dark"))

    verify.equal("configuration", pairs(trader, trader.account_id), [("Theme", "dark")], turn)


@clause("accounts/SetAccountConfig/upsert")
def test_new_value_replaces_the_old(trader: Session, verify: Verifier) -> None:
    """A key exists once, with the value that was stored last."""
    set_pair(trader, trader.account_id, "Theme", "dark")

    turn = verify.succeeded(set_pair(trader, trader.account_id, "Theme", "light"))

    verify.equal("configuration", pairs(trader, trader.account_id), [("Theme", "light")], turn)


@clause("accounts/SetAccountConfig/keeps-others")
def test_other_pairs_keep_their_values(trader: Session, verify: Verifier) -> None:
    """One pair a call: the others are none of its business."""
    set_pair(trader, trader.account_id, "Theme", "dark")

    turn = verify.succeeded(set_pair(trader, trader.account_id, "Language", "en"))

    required = [("Language", "en"), ("Theme", "dark")]
    verify.equal("configuration", pairs(trader, trader.account_id), required, turn)


@clause("accounts/SetAccountConfig/associated")
def test_pair_is_set_by_linked_users_only(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """A colleague who is linked may; a stranger may not."""
    colleague = colleague_of(world, trader)
    verify.succeeded(set_pair(colleague, trader.account_id, "Theme", "dark"))

    with verify.unchanged(*reads_of(world, trader.account_id)):
        turn = set_pair(rival, trader.account_id, "Theme", "light")

        verify.refused(turn, code=NOT_AUTHORISED)


@clause("accounts/SetAccountConfig/operator-any")
def test_operator_sets_a_pair_of_any_account(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """Support sets up a customer's account, and the customer finds it so."""
    turn = verify.succeeded(set_pair(operator, trader.account_id, "Theme", "dark"))

    verify.equal("configuration", pairs(trader, trader.account_id), [("Theme", "dark")], turn)


@clause("accounts/GetAccountConfig/strings")
def test_number_comes_back_as_text(trader: Session, verify: Verifier) -> None:
    """Every value is a text, as it was sent, so a client need not guess types."""
    values = {"Rank": "7", "Ratio": "0.50", "Flag": "true"}
    set_pairs(trader, **values)

    turn = verify.succeeded(config_turn(trader, trader.account_id))

    found = {lookup(row, "Key"): lookup(row, "Value") for row in rows(turn)}
    verify.equal("configuration", found, values, turn)


@clause("accounts/GetAccountConfig/own-account")
def test_foreign_configuration_is_not_shown(
    trader: Session, rival: Session, verify: Verifier
) -> None:
    """What one customer keeps there is not for another's eyes."""
    set_pair(trader, trader.account_id, "Theme", "dark")

    verify.succeeded(config_turn(trader, trader.account_id))

    verify.refused(config_turn(rival, trader.account_id), code=NOT_AUTHORISED)


@clause("accounts/GetAccountConfig/operator-any")
def test_operator_reads_any_configuration(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """Support reads what the customer reads."""
    set_pair(trader, trader.account_id, "Theme", "dark")

    turn = verify.succeeded(config_turn(operator, trader.account_id))

    verify.equal("configuration", pairs(operator, trader.account_id), [("Theme", "dark")], turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("accounts/RemoveAccountConfig/effect", ()),
     clause_case("accounts/RemoveAccountConfig/keeps-others", ())],
)
def test_one_pair_is_removed(
    world: World, operator: Session, trader: Session, rival: Session, verify: Verifier, _: object
) -> None:
    """The named pair is gone; the account's other pairs and other accounts stay."""
    set_pairs(trader, Theme="dark", Language="en")
    set_pairs(rival, Theme="dark", Language="en")
    others = (*reads_of(world, trader.account_id, "config"), *reads_of(world, rival.account_id))

    with verify.unchanged(*others):
        turn = verify.succeeded(remove_pair(operator, trader.account_id, "Theme"))

    verify.equal("configuration", pairs(trader, trader.account_id), [("Language", "en")], turn)
