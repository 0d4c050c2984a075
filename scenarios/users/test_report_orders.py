"""Reports ordered once: what the ticket promises, and who may order what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session
from scenarios.users.reporting import (
    FLAVORS,
    ids,
    iso,
    now,
    order_payload,
    order_report,
    ordered_id,
    promises_of_order,
    tickets,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, facets, person

PROMISES = (
    "flavor", "submitted", "on-demand", "requesting-user", "accounts-echo", "interval-echo",
    "duration", "runs-at-once", "no-last-instance",
)


def each_kind(*rules: str) -> list[ParameterSet]:
    """The same rules of the three calls."""
    return [
        clause_case(f"accounts/Generate{kind}Report/{rule}", kind, rule)
        for kind in FLAVORS for rule in rules
    ]


@pytest.fixture
def who(world: World) -> Session:
    """A user without reports."""
    return person(world)


@pytest.mark.parametrize(("kind", "rule"), each_kind("effect"))
def test_order_adds_one_ticket(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """One ticket is there afterwards, and the user is otherwise as before."""
    with verify.unchanged(*facets(world, who.user_id)):
        turn = verify.succeeded(order_report(world, who, kind))

    verify.equal(f"tickets ({rule})", ids(tickets(who, who.user_id)), [turn["RequestId"]], turn)


@pytest.mark.parametrize(("kind", "rule"), each_kind(*PROMISES))
def test_ticket_says_what_was_ordered(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """The ticket is the only receipt: it names flavour, accounts, period and who asked."""
    payload = order_payload(world, who.account_id)

    turn = verify.succeeded(who.send(f"Generate{kind}Report", payload))

    found, required = promises_of_order(who, kind, payload, turn)[rule]
    verify.equal(rule, found, required, turn)


@pytest.mark.parametrize(("kind", "rule"), each_kind("unique-id"))
def test_every_order_gets_an_id_of_its_own(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """Two orders alike are two reports: each has its id."""
    made = [ordered_id(order_report(world, who, kind)) for _ in range(2)]

    verify.equal(f"different ids ({rule})", len(set(made)), 2, *who.turns[-2:])


@pytest.mark.parametrize(("kind", "rule"), each_kind("own-accounts"))
def test_report_on_a_foreign_account_is_refused(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """A report shows what an account did: a stranger's is refused, also beside one's own."""
    stranger = person(world)
    accounts = [who.account_id, stranger.account_id]

    turn = order_report(world, who, kind, accountIdList=accounts)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal(f"tickets ({rule})", tickets(who, who.user_id), [])


@pytest.mark.parametrize(("kind", "rule"), each_kind("operator-any-account"))
def test_operator_orders_a_report_on_any_account(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """An operator is not linked to the account and gets its report all the same."""
    payload = order_payload(world, who.account_id)

    turn = verify.succeeded(world.operator.send(f"Generate{kind}Report", payload))

    verify.equal(f"accountIds ({rule})", turn["accountIds"], [who.account_id], turn)


@pytest.mark.parametrize(("kind", "rule"), each_kind(
    "refuses-reversed-interval", "refuses-no-accounts"
))
def test_impossible_order_is_refused(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """A period that ends before it starts, or no account at all, is no report."""
    change = impossible(world)[rule]

    turn = order_report(world, who, kind, **change)

    verify.refused(turn)
    verify.equal("tickets", tickets(who, who.user_id), [])


def impossible(world: World) -> dict[str, dict[str, Any]]:
    """What makes an order impossible, by rule."""
    moment = now(world)
    return {
        "refuses-reversed-interval": {
            "startTime": iso(moment), "endTime": iso(moment - timedelta(days=1)),
        },
        "refuses-no-accounts": {"accountIdList": []},
    }
