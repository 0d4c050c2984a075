"""GetAccountInfo, GetAccounts, GetAccountFees, GetTreasuryProductsForAccount: reads of accounts."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import (
    NOT_AUTHORISED,
    account_ids,
    add_account,
    info,
    listed,
    rows,
)
from scenarios.users.vocabulary import colleague_of, holder_of

PAGE = 3
READERS = {
    "GetAccountInfo": "accountId", "GetAccountFees": "AccountId",
    "GetAccountPositions": "AccountId", "GetTreasuryProductsForAccount": "AccountId",
}


def ask(reader: Session, call: str, account_id: int) -> Any:
    """Send one of the calls that read an account."""
    return reader.send(call, {"OMSId": 1, READERS[call]: account_id})


@clause("accounts/GetAccountInfo/echo")
def test_record_is_that_of_the_account_asked_for(
    operator: Session, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Two accounts, two records, each under its own id."""
    turns = [verify.succeeded(info(operator, who.account_id)) for who in (trader, rival)]

    found = [turn["accountId"] for turn in turns]
    verify.equal("accountId", found, [trader.account_id, rival.account_id], *turns)


@pytest.mark.parametrize(
    "call",
    [clause_case("accounts/GetAccountInfo/associated", "GetAccountInfo"),
     clause_case("accounts/GetAccountFees/own-accounts", "GetAccountFees"),
     clause_case("accounts/GetAccountPositions/associated", "GetAccountPositions"),
     clause_case("accounts/GetTreasuryProductsForAccount/associated",
                 "GetTreasuryProductsForAccount")],
)
def test_only_linked_users_read_an_account(
    world: World, trader: Session, rival: Session, verify: Verifier, call: str
) -> None:
    """A colleague who is linked reads the account, a stranger does not."""
    colleague = colleague_of(world, trader)

    verify.succeeded(ask(trader, call, trader.account_id))
    verify.succeeded(ask(colleague, call, trader.account_id))

    verify.refused(ask(rival, call, trader.account_id), code=NOT_AUTHORISED)


@pytest.mark.parametrize(
    "call",
    [clause_case("accounts/GetAccountInfo/associated", "GetAccountInfo"),
     clause_case("accounts/GetAccountFees/own-accounts", "GetAccountFees"),
     clause_case("accounts/GetAccountPositions/associated", "GetAccountPositions")],
)
def test_reader_reads_its_own_accounts_only(
    world: World, trader: Session, verify: Verifier, call: str
) -> None:
    """AccountReadOnly opens the own account, not everybody's."""
    reader = holder_of(world, "AccountReadOnly")

    verify.succeeded(ask(reader, call, reader.account_id))

    verify.refused(ask(reader, call, trader.account_id), code=NOT_AUTHORISED)


@pytest.mark.parametrize(
    "call",
    [clause_case("accounts/GetAccountFees/operator-any", "GetAccountFees"),
     clause_case("accounts/GetAccountPositions/operator-any", "GetAccountPositions"),
     clause_case("accounts/GetTreasuryProductsForAccount/operator-any",
                 "GetTreasuryProductsForAccount")],
)
def test_operator_reads_any_account_as_its_owner_does(
    operator: Session, trader: Session, verify: Verifier, call: str
) -> None:
    """Support sees what the customer sees."""
    theirs = verify.succeeded(ask(trader, call, trader.account_id))

    turn = verify.succeeded(ask(operator, call, trader.account_id))

    verify.equal(call, turn.text, theirs.text, theirs, turn)


@clause("accounts/GetAccountFees/echo")
def test_every_fee_names_the_account(
    trader: Session, rival: Session, verify: Verifier
) -> None:
    """Fees are listed per account, and say whose they are."""
    turns = [verify.succeeded(ask(who, "GetAccountFees", who.account_id))
             for who in (trader, rival)]

    found = [{(lookup(row, "omsId"), lookup(row, "accountId")) for row in rows(turn)}
             for turn in turns]
    required = [{(1, trader.account_id)}, {(1, rival.account_id)}]
    verify.holds("fees are listed", bool(rows(turns[0])), turns[0].text, *turns)
    verify.equal("(omsId, accountId) of the rows", found, required, *turns)


@clause("accounts/GetAccounts/limit")
def test_no_more_accounts_than_asked_for(world: World, verify: Verifier) -> None:
    """A page is as long as the limit while there are accounts enough."""
    found = {limit: len(listed(world, 0, limit)) for limit in (1, PAGE)}

    verify.equal("rows by limit", found, {1: 1, PAGE: PAGE}, *world.operator.turns[-2:])


@clause("accounts/GetAccounts/start-index")
def test_list_begins_with_the_account_named(world: World, verify: Verifier) -> None:
    """StartIndex is an account id and is itself listed, so a client can resume at a gap too."""
    first = add_account(world)
    second = add_account(world)

    found = [account_ids(listed(world, start, 1)) for start in (first, first + 1)]

    verify.equal("accounts listed", found, [[first], [second]], *world.operator.turns[-2:])


@clause("accounts/GetAccounts/ascending")
def test_accounts_come_by_rising_id(world: World, verify: Verifier) -> None:
    """Resuming above the last id only works when ids rise."""
    found = account_ids(listed(world, 0, 10_000))

    verify.equal("account ids", found, sorted(set(found)), *world.operator.turns[-1:])
    verify.holds("several accounts are listed", len(found) >= PAGE, found)


@pytest.mark.parametrize(
    ("keys", "required"),
    [clause_case("accounts/GetAccounts/requested-keys", ["firmId"], [True, True, False]),
     clause_case("accounts/GetAccounts/requested-keys", ["FirmName"], [True, False, False]),
     clause_case("accounts/GetAccounts/requested-keys", ["firmid", "firmname"],
                 [True, False, False])],
)
def test_only_accounts_with_the_keys_are_listed(
    world: World, verify: Verifier, keys: list[str], required: list[bool]
) -> None:
    """Firms are found by asking for accounts that have one; letter case is free."""
    both = add_account(world, firmId="CNF", firmName="Conformance")
    only_id = add_account(world, firmId="CNF", firmName="")
    neither = add_account(world, firmId="", firmName="")

    found = account_ids(listed(world, both, 10_000, RequestedKeys=keys))

    read = [account in found for account in (both, only_id, neither)]
    verify.equal("listed", read, required, *world.operator.turns[-1:])


@clause("accounts/GetAccounts/requested-keys-paged")
def test_pages_count_accounts_with_the_keys(world: World, verify: Verifier) -> None:
    """Where to begin and how many count after the selection, not before it."""
    first = add_account(world, firmId="CNF")
    add_account(world)
    second = add_account(world, firmId="CNF")

    pages = [
        account_ids(listed(world, start, limit, RequestedKeys=["firmId"]))
        for start, limit in ((first, 1), (first, 2), (first + 1, 1))
    ]

    verify.equal("pages", pages, [[first], [first, second], [second]],
                 *world.operator.turns[-3:])
