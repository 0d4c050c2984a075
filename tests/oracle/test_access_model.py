"""The model of access: who may do what, how far a log-in gets, and when it is over."""

from __future__ import annotations

import pytest

from conformance.oracle.models.access import (
    IDLE_MINUTES,
    AccessModel,
    Demand,
    Line,
    LogIn,
    Rights,
    Scope,
    Standing,
    Verdict,
    decided,
)

ADMITTED, REFUSED, OPEN = Verdict.ADMITTED, Verdict.REFUSED, Verdict.OPEN
ME, OTHER = 0, 1
TRADE = Demand("SendOrder", frozenset({"Trading", "Operator"}), Scope.ACCOUNTS)
READ = Demand("GetUserInfo", frozenset({"Trading", "Operator"}), Scope.USERS)
BOOK = Demand("GetL2Snapshot", frozenset({"Trading"}))
LIST = Demand("GetAllBadges", frozenset({"Operator"}))
THROW_OUT = Demand("ForceUserLogoff", frozenset({"SUPERUSER"}))
PING = Demand("Ping", frozenset({"Public"}))


def model(*second_factors: bool) -> AccessModel:
    """Two new users, or as many as are given."""
    return AccessModel.of(second_factors or (False, False))


def logged_in(access: AccessModel, who: int = ME) -> Line:
    """A connection on which a user without a second factor is logged in."""
    line = Line()
    access.right_password(line, who)
    return line


def rights(mine: set[str], accounts: set[int], theirs: set[int]) -> tuple[Rights, Rights]:
    """Permissions and accounts of the caller, and the accounts of the other user."""
    return Rights(frozenset(mine), frozenset(accounts)), Rights(frozenset(), frozenset(theirs))


@pytest.mark.parametrize(
    ("held", "demand", "verdict"),
    [
        ({"Trading"}, TRADE, ADMITTED),
        ({"Withdraw"}, TRADE, REFUSED),
        (set(), PING, REFUSED),  # public calls are let through before rights are asked for
        ({"Operator"}, LIST, ADMITTED),
        ({"Trading"}, LIST, REFUSED),
        ({"GetAllBadges"}, LIST, ADMITTED),
        ({"Operator"}, THROW_OUT, REFUSED),
        ({"SUPERUSER"}, THROW_OUT, ADMITTED),
        ({"SUPERUSER"}, LIST, ADMITTED),
    ],
)
def test_permission_decides_about_ones_own(
    held: set[str], demand: Demand, verdict: Verdict
) -> None:
    assert decided(rights(held, {ME}, {OTHER}), ME, demand, ME) is verdict


@pytest.mark.parametrize(
    ("held", "demand", "mine", "theirs", "verdict"),
    [
        ({"Trading"}, TRADE, {ME}, {OTHER}, REFUSED),
        ({"Trading"}, TRADE, {ME, OTHER}, {OTHER}, ADMITTED),  # linked to the other's account
        ({"Trading"}, TRADE, {ME}, {ME, OTHER}, REFUSED),  # a link goes one way
        ({"Operator"}, TRADE, {ME}, {OTHER}, ADMITTED),
        ({"SendOrder"}, TRADE, {ME}, {OTHER}, OPEN),  # how far its own name reaches, no page says
        ({"Trading"}, READ, {ME}, {OTHER}, REFUSED),
        ({"Trading"}, READ, {ME}, {ME, OTHER}, ADMITTED),  # a user of the caller's account
        ({"Trading"}, READ, {ME, OTHER}, {OTHER}, OPEN),  # a user of a shared account
        ({"Withdraw"}, READ, {ME, OTHER}, {ME, OTHER}, REFUSED),
        ({"Trading"}, BOOK, {ME}, {OTHER}, ADMITTED),  # nobody's data
    ],
)
def test_links_decide_about_anothers(
    held: set[str], demand: Demand, mine: set[int], theirs: set[int], verdict: Verdict
) -> None:
    assert decided(rights(held, mine, theirs), ME, demand, OTHER) is verdict


def test_what_is_ones_own_needs_no_link() -> None:
    assert decided(rights({"Trading"}, set(), {OTHER}), ME, TRADE, ME) is ADMITTED


def test_new_user_trades_for_itself_alone() -> None:
    access = model()
    assert [person.accounts for person in access.people] == [{ME}, {OTHER}]
    line = logged_in(access)
    assert access.judges(line, TRADE, ME) is ADMITTED
    assert access.judges(line, TRADE, OTHER) is REFUSED
    assert access.judges(line, LIST, ME) is REFUSED


def test_without_a_log_in_only_public_calls_are_admitted() -> None:
    assert model().judges(Line(), TRADE, ME) is REFUSED
    assert model().judges(Line(), PING, ME) is ADMITTED


def test_password_is_half_a_log_in_where_a_code_is_needed() -> None:
    access, line = model(True), Line()
    assert access.right_password(line, ME) is Standing.HALF_OPEN
    assert access.judges(line, TRADE, ME) is REFUSED
    assert access.judges(line, PING, ME) is ADMITTED
    access.right_code(line)
    assert line.standing is Standing.ACTIVE
    assert access.judges(line, TRADE, ME) is ADMITTED


@pytest.mark.parametrize("change", [{"locked": True}, {"confirmed": False}])
def test_nobody_logs_in_locked_or_unconfirmed(change: dict[str, bool]) -> None:
    access = model()
    for key, value in change.items():
        setattr(access.people[ME], key, value)
    assert access.right_password(Line(), ME) is Standing.ANONYMOUS
    assert access.right_password(Line(), OTHER) is Standing.ACTIVE


def test_what_changed_since_the_log_in_is_open() -> None:
    access = model()
    old = logged_in(access)
    access.people[ME].permissions.discard("Trading")
    assert access.judges(old, TRADE, ME) is OPEN
    assert access.judges(logged_in(access), TRADE, ME) is REFUSED
    access.people[ME].permissions.add("Trading")
    assert access.judges(old, TRADE, ME) is ADMITTED


def test_lock_leaves_open_what_becomes_of_who_is_in() -> None:
    access = model()
    line = logged_in(access)
    access.people[ME].locked = True
    assert access.judges(line, TRADE, ME) is OPEN
    assert access.judges(line, LIST, ME) is REFUSED


def test_log_out_ends_one_log_in() -> None:
    access = model()
    first, second = logged_in(access), logged_in(access)
    log_in = first.log_in
    access.log_out(first)
    assert first.standing is Standing.ANONYMOUS
    assert log_in is not None
    assert access.resumes(log_in) is REFUSED
    assert access.judges(second, TRADE, ME) is ADMITTED


def test_throwing_out_ends_all_log_ins_of_one_user() -> None:
    access = model()
    mine, again, theirs = logged_in(access), logged_in(access), logged_in(access, OTHER)
    access.throw_out(ME)
    assert [access.judges(line, TRADE, ME) for line in (mine, again)] == [REFUSED, REFUSED]
    assert access.judges(theirs, TRADE, OTHER) is ADMITTED


@pytest.mark.parametrize(
    ("waits", "verdict"),
    [((IDLE_MINUTES,), ADMITTED), ((IDLE_MINUTES + 1,), REFUSED), ((31, 31), REFUSED)],
)
def test_log_in_is_over_after_an_hour_of_nothing(
    waits: tuple[int, ...], verdict: Verdict
) -> None:
    access = model()
    line = logged_in(access)
    for minutes in waits:
        access.minutes_pass(minutes)
    assert line.log_in is not None
    assert access.resumes(line.log_in) is verdict
    assert access.judges(line, TRADE, ME) is verdict


def test_token_that_was_idle_too_long_resumes_nothing() -> None:
    stale = LogIn(ME, (), idle_minutes=IDLE_MINUTES + 1)
    assert model().resumes(stale) is REFUSED


def test_half_a_log_in_is_told_nothing() -> None:
    access, line = model(True), Line()
    access.right_password(line, ME)
    assert not access.may_know(line, ME)


def test_half_a_log_in_does_not_count_as_one() -> None:
    access, line = model(True), Line()
    access.right_password(line, ME)
    assert access.log_ins == []
    access.right_code(line)
    assert access.log_ins == [line.log_in]


def test_locked_user_may_or_may_not_go_on_with_a_token() -> None:
    access = model()
    line = logged_in(access)
    access.people[ME].locked = True
    assert line.log_in is not None
    assert access.resumes(line.log_in) is OPEN
    line.log_in.over = True
    assert access.resumes(line.log_in) is REFUSED


def test_what_was_within_reach_stays_known() -> None:
    access = model()
    line = logged_in(access)
    assert access.may_know(line, ME)
    assert not access.may_know(line, OTHER)
    access.people[ME].accounts.add(OTHER)
    access.remember(TRADE)
    access.people[ME].accounts.discard(OTHER)
    assert access.may_know(line, OTHER)
    assert not access.may_know(logged_in(access, OTHER), ME)
    assert not access.may_know(Line(), OTHER)
