"""Reports as a story: ordered, repeated, moving on, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.users.reporting import (
    CANCELLED,
    FLAVORS,
    FREQUENCIES,
    RANKS,
    hyphenated,
    id_bytes,
    ids,
    iso,
    let_settle,
    new_report,
    new_series,
    now,
    order_payload,
    order_report,
    order_series,
    ordered_id,
    promises_of_order,
    promises_of_series,
    series_payload,
    statuses_until_settled,
    tickets,
)
from scenarios.users.vocabulary import person

BYTES_OF_AN_ID = 16
OTHER_OMS = 2_000_000_011


@pytest.fixture
def who(world: World) -> Session:
    """A user without reports."""
    return person(world)


@pytest.mark.parametrize("kind", FLAVORS)
@clause("workflows/reports/order")
def test_ticket_promises_the_report_that_was_ordered(
    world: World, who: Session, verify: Verifier, kind: str
) -> None:
    """Flavour, state, frequency, accounts and period: the ticket has them all at once."""
    payload = order_payload(world, who.account_id)

    turn = verify.succeeded(who.send(f"Generate{kind}Report", payload))

    promises = promises_of_order(who, kind, payload, turn)
    found = {rule: pair[0] for rule, pair in promises.items()}
    verify.equal("the ticket", found, {rule: pair[1] for rule, pair in promises.items()}, turn)


@clause("workflows/reports/unique-ids")
def test_orders_of_all_kinds_have_different_ids(
    world: World, who: Session, verify: Verifier
) -> None:
    """Ids are unique over all kinds, ordered once or in series, twice each."""
    made = [ordered_id(order_report(world, who, kind)) for kind in (*FLAVORS, *FLAVORS)]
    made += [ordered_id(order_series(world, who, kind)) for kind in (*FLAVORS, *FLAVORS)]

    verify.equal("different ids", len(set(made)), 4 * len(FLAVORS))
    verify.equal("tickets", sorted(ids(tickets(who, who.user_id))), sorted(made))


@pytest.mark.parametrize("kind", FLAVORS)
@clause("workflows/reports/id-form")
def test_id_is_sixteen_bytes_in_base_64(
    world: World, who: Session, verify: Verifier, kind: str
) -> None:
    """Other calls want the id with hyphens: a client must be able to write it so."""
    turn = verify.succeeded(order_report(world, who, kind))

    length = len(id_bytes(str(turn["RequestId"])))

    verify.equal("bytes of the id", length, BYTES_OF_AN_ID, turn)


@pytest.mark.parametrize("hours", [1, 24, 24 * 366])
@clause("workflows/reports/interval-duration")
def test_duration_is_the_length_of_the_period(
    world: World, who: Session, verify: Verifier, hours: int
) -> None:
    """An hour is 36 000 000 000 steps of 100 ns, a leap year 366 days of them."""
    end = now(world)
    start = end - timedelta(hours=hours)

    turn = verify.succeeded(order_report(world, who, startTime=iso(start), endTime=iso(end)))

    verify.equal("intervalDuration", turn["intervalDuration"], hours * 36_000_000_000, turn)


@pytest.mark.parametrize("frequency", FREQUENCIES)
@clause("workflows/reports/schedule-echo")
def test_series_repeats_frequency_and_begin(
    world: World, who: Session, verify: Verifier, frequency: int
) -> None:
    """The ticket names the frequency that was sent, and the first run is the time asked for."""
    payload = series_payload(world, who.account_id, frequency=frequency)

    turn = verify.succeeded(who.send("ScheduleTreasuryActivityReport", payload))

    begins = promises_of_series(who, "TreasuryActivity", payload, turn)["begin-time"]
    found = (str(turn["ReportFrequency"]).casefold(), begins[0])
    verify.equal("(frequency, begin)", found, (FREQUENCIES[frequency].casefold(), begins[1]), turn)


@clause("workflows/reports/schedule-status")
def test_series_comes_to_wait(world: World, who: Session, verify: Verifier) -> None:
    """A series that begins tomorrow is taken in, and then waits as Scheduled."""
    request_id = new_series(world, who)

    seen = statuses_until_settled(world, who, request_id)

    verify.equal("RequestStatus at last", seen[-1], "Scheduled", who.turns[-1])


@pytest.mark.parametrize("why", ["ends before it starts", "no accounts", "another OMS"])
@pytest.mark.parametrize("kind", FLAVORS)
@clause("workflows/reports/impossible-orders")
def test_impossible_report_is_refused(
    world: World, who: Session, verify: Verifier, kind: str, why: str
) -> None:
    """What cannot be reported on is refused and leaves no ticket."""
    turn = order_report(world, who, kind, **impossible(world)[why])

    verify.refused(turn)

    verify.equal("tickets", tickets(who, who.user_id), [])


def impossible(world: World) -> dict[str, dict[str, Any]]:
    """What makes a report impossible."""
    end = now(world) - timedelta(hours=1)
    return {
        "ends before it starts": {"startTime": iso(now(world)), "endTime": iso(end)},
        "no accounts": {"accountIdList": []},
        "another OMS": {"omsId": OTHER_OMS},
    }


@clause("workflows/reports/life")
def test_report_only_moves_on(world: World, who: Session, verify: Verifier) -> None:
    """From submitted to completed a ticket never goes back."""
    request_id = new_report(world, who)

    seen = statuses_until_settled(world, who, request_id)

    ranks = [RANKS[status] for status in seen]
    verify.equal("how far it was, look by look", ranks, sorted(ranks), who.turns[-1])
    verify.equal("its end", seen[-1], "Completed", who.turns[-1])


@clause("workflows/reports/life")
def test_cancelled_report_stays_cancelled(
    world: World, who: Session, verify: Verifier
) -> None:
    """From the cancel on a ticket is cancelled, and does not come back."""
    request_id = new_series(world, who)
    let_settle(world, who, request_id)
    verify.succeeded(who.call("CancelUserReport", UserReportId=hyphenated(request_id)))

    seen = statuses_until_settled(world, who, request_id)

    verify.equal("statuses other than cancelled", set(seen) - CANCELLED, set(), who.turns[-1])
    ranks = [RANKS[status] for status in seen]
    verify.equal("how far it was, look by look", ranks, sorted(ranks), who.turns[-1])
