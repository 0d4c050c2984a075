"""Series of reports: what the ticket promises, and how the series runs on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from _pytest.mark.structures import ParameterSet

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import Session, lookup
from scenarios.users.reporting import (
    FLAVORS,
    FREQUENCIES,
    header,
    hyphenated,
    ids,
    iso,
    now,
    order_series,
    ordered_id,
    promises_of_series,
    records,
    series_payload,
    status_of,
    tickets,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, facets, logged_in_again, person

PROMISES = (
    "flavor", "status", "begin-time", "duration", "requesting-user", "accounts-echo",
)
HOURLY, HOUR_MS, MINUTE_MS = 1, 3_600_000, 60_000
OTHER_OMS = 2_000_000_011


def each_kind(*rules: str) -> list[ParameterSet]:
    """The same rules of the three calls."""
    return [
        clause_case(f"accounts/Schedule{kind}Report/{rule}", kind, rule)
        for kind in FLAVORS for rule in rules
    ]


@pytest.fixture
def who(world: World) -> Session:
    """A user without reports."""
    return person(world)


def hourly_series(world: World, who: Session, kind: str, days: int) -> str:
    """A series that begins in a minute and runs each hour; its id."""
    begin = iso(now(world) + timedelta(minutes=1))
    turn = order_series(
        world, who, kind, frequency=HOURLY, beginTime=begin, intervalDuration=days
    )
    return ordered_id(turn)


def after_runs(world: World, who: Session, hours: int) -> Session:
    """Let the series run once more than so many hours; the user, logged in anew."""
    world.deployment.advance_clock(2 * MINUTE_MS)
    later = who
    for _ in range(hours):
        world.deployment.advance_clock(HOUR_MS)
        later = logged_in_again(world, who)
    return later


@pytest.mark.parametrize(("kind", "rule"), each_kind("effect"))
def test_series_adds_one_ticket(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """One ticket is there afterwards, no run yet, and the user is otherwise as before."""
    with verify.unchanged(*facets(world, who.user_id)):
        turn = verify.succeeded(order_series(world, who, kind))

    verify.equal(f"tickets ({rule})", ids(tickets(who, who.user_id)), [turn["RequestId"]], turn)
    verify.equal("runs", records(who, who.user_id), [], turn)


@pytest.mark.parametrize(("kind", "rule"), each_kind(*PROMISES))
def test_ticket_says_what_was_scheduled(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """The ticket is the only receipt: it names flavour, accounts, begin and who asked."""
    payload = series_payload(world, who.account_id)

    turn = verify.succeeded(who.send(f"Schedule{kind}Report", payload))

    found, required = promises_of_series(who, kind, payload, turn)[rule]
    verify.equal(rule, found, required, turn)


@pytest.mark.parametrize("frequency", FREQUENCIES)
@pytest.mark.parametrize(("kind", "rule"), each_kind("frequency-name"))
def test_frequency_comes_back_by_name(
    world: World, who: Session, verify: Verifier, kind: str, rule: str, frequency: int
) -> None:
    """A number goes in and the name of the same frequency comes out."""
    turn = verify.succeeded(order_series(world, who, kind, frequency=frequency))

    name = str(turn["ReportFrequency"]).casefold()
    verify.equal(f"ReportFrequency ({rule})", name, FREQUENCIES[frequency].casefold(), turn)


@pytest.mark.parametrize(("kind", "rule"), each_kind("same-look-back"))
def test_every_run_looks_back_as_far(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """Two runs an hour apart cover the three days before each of them."""
    hourly_series(world, who, kind, 3)
    later = after_runs(world, who, 1)

    runs = [header(row) for row in records(later, who.user_id)]

    reach = [(run.run - run.start, run.end - run.start) for run in runs]
    verify.equal(f"look-back of each run ({rule})", reach, [(timedelta(days=3),) * 2] * 2)


@pytest.mark.parametrize(("kind", "rule"), each_kind("until-cancelled"))
def test_series_goes_on_until_it_is_cancelled(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """An hourly series runs hour by hour; after the cancel the next hour brings no run."""
    request_id = hourly_series(world, who, kind, 1)
    later = after_runs(world, who, 2)
    runs, status = len(records(later, who.user_id)), status_of(later, request_id)

    verify.succeeded(later.call("CancelUserReport", UserReportId=hyphenated(request_id)))

    last = after_runs(world, who, 1)
    verify.equal(f"(runs, status) before ({rule})", (runs, status), (3, "Scheduled"))
    verify.equal("runs after", len(records(last, who.user_id)), runs)


@pytest.mark.parametrize(("kind", "rule"), each_kind("one-oms"))
def test_accounts_of_another_oms_are_refused(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """A report covers accounts of the OMS it names, and no others."""
    turn = order_series(world, who, kind, omsId=OTHER_OMS)

    verify.refused(turn)
    verify.equal(f"tickets ({rule})", tickets(who, who.user_id), [])


@pytest.mark.parametrize(("kind", "rule"), each_kind("own-accounts"))
def test_series_on_a_foreign_account_is_refused(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """A series shows what an account does: a stranger's is refused, also beside one's own."""
    stranger = person(world)
    accounts = [who.account_id, stranger.account_id]

    turn = order_series(world, who, kind, accountIdList=accounts)

    verify.refused(turn, code=NOT_AUTHORISED)
    verify.equal(f"tickets ({rule})", tickets(who, who.user_id), [])


@pytest.mark.parametrize(("kind", "rule"), each_kind("operator-any-account"))
def test_operator_schedules_reports_on_any_account(
    world: World, who: Session, verify: Verifier, kind: str, rule: str
) -> None:
    """An operator is not linked to the account and gets its reports all the same."""
    payload = series_payload(world, who.account_id)

    turn = verify.succeeded(world.operator.send(f"Schedule{kind}Report", payload))

    verify.equal(f"accountIds ({rule})", turn["accountIds"], [who.account_id], turn)
    cancel = {"UserReportId": hyphenated(str(lookup(turn.value, "RequestId")))}
    world.operator.send("CancelUserReport", cancel)
