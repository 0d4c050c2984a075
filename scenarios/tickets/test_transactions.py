"""The statements of deposits and withdrawals: only these, so many, and only one's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session
from scenarios.tickets.transactions import (
    DEPOSITS,
    WITHDRAWALS,
    Statement,
    ask,
    entries,
    strange,
)
from scenarios.tickets.vocabulary import DEFAULT_PAGE, NOT_AUTHORISED, Till, fiat_till


@pytest.fixture
def till(world: World) -> Till:
    """A customer with a national currency, funded by a booking that is no deposit."""
    return fiat_till(world)


@pytest.mark.parametrize("statement", [
    clause_case(f"tickets/{DEPOSITS.call}/only-deposits", DEPOSITS),
    clause_case(f"tickets/{WITHDRAWALS.call}/only-withdraws", WITHDRAWALS),
])
def test_statement_has_one_kind_of_entry(
    till: Till, verify: Verifier, statement: Statement
) -> None:
    """Whoever adds up the deposits must not count a withdrawal or a booking among them."""
    DEPOSITS.make(till)
    WITHDRAWALS.make(till)

    found = entries(till, statement)

    verify.holds("there are entries", bool(found), found)
    verify.equal("entries of another kind or direction", strange(found, statement), [])


@pytest.mark.parametrize("statement", [
    clause_case(f"tickets/{DEPOSITS.call}/depth-bounds", DEPOSITS),
    clause_case(f"tickets/{WITHDRAWALS.call}/depth-bounds", WITHDRAWALS),
])
def test_depth_bounds_the_statement(
    till: Till, verify: Verifier, statement: Statement
) -> None:
    """Asked for two entries, the customer gets two, though there are more."""
    statement.make_many(till, 3)

    found = entries(till, statement, Depth=2)

    verify.equal("entries", len(found), 2)


@pytest.mark.parametrize("statement", [
    clause_case(f"tickets/{DEPOSITS.call}/depth-default", DEPOSITS),
    clause_case(f"tickets/{WITHDRAWALS.call}/depth-default", WITHDRAWALS),
])
def test_statement_without_depth_has_two_hundred(
    till: Till, verify: Verifier, statement: Statement
) -> None:
    """A customer with more entries gets 200 unless asking for more."""
    till.world.deployment.fund(till.account, till.product, Decimal(DEFAULT_PAGE) * till.sum)
    statement.make_many(till, DEFAULT_PAGE + 1)

    found = entries(till, statement)

    verify.equal("entries without a depth", len(found), DEFAULT_PAGE)
    more = entries(till, statement, Depth=DEFAULT_PAGE + 1)
    verify.equal("entries with a depth", len(more), DEFAULT_PAGE + 1)


@pytest.mark.parametrize("statement", [
    clause_case(f"tickets/{DEPOSITS.call}/own-accounts", DEPOSITS),
    clause_case(f"tickets/{WITHDRAWALS.call}/own-accounts", WITHDRAWALS),
])
def test_foreign_statement_is_not_shown(
    rival: Session, till: Till, verify: Verifier, statement: Statement
) -> None:
    """What a customer pays in and takes out is nobody else's business."""
    statement.make(till)

    turn = ask(till, statement, by=rival)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.succeeded(ask(till, statement))
