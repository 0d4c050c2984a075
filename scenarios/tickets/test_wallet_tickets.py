"""Wallet tickets: opened, changed and found by operators, whatever window a request names."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.tickets.vocabulary import NOT_AUTHORISED, Row, done, field
from scenarios.tickets.wallets import (
    ANYTHING,
    LOW_BALANCE,
    OPEN,
    RESOLVED,
    TRANSFER,
    changed,
    content,
    found,
    list_read,
    look,
    opened,
    revise,
    terms,
)

CREATE, UPDATE = "CreateAssetManagerWalletTicket", "UpdateAssetManagerWalletTicket"
LIST, FIND = "GetAllAssetManagerWalletTickets", "GetAssetManagerWalletTicket"
SECOND_MS = 1000


def three(world: World) -> list[Row]:
    """Three new wallet tickets, newest first."""
    return [opened(world) for _ in range(3)][::-1]


@clause(f"tickets/{CREATE}/effect")
def test_new_ticket_joins_the_others(world: World, verify: Verifier) -> None:
    """One alert more, with a number of its own; the older ones stay as they are."""
    before = found(world, **ANYTHING)

    ticket = opened(world)

    verify.equal("all tickets", found(world, **ANYTHING), [ticket, *before])
    numbers = field(before, "ticketNumber")
    verify.holds("the number is new", lookup(ticket, "ticketNumber") not in numbers, ticket)


@clause(f"tickets/{CREATE}/readable")
def test_new_ticket_says_what_was_sent(world: World, verify: Verifier) -> None:
    """Who looks after the hot wallet reads the alert as it was raised."""
    sent = terms(world, TicketType=TRANSFER)
    number = done(world.operator.send(CREATE, sent))["ticketnumber"]

    turn = verify.succeeded(look(world, number, sent))

    verify.equal("its number and terms", (turn.get("ticketNumber"), content(turn.value)),
                 (number, content(sent)), turn)


@clause(f"tickets/{CREATE}/ignores-window")
def test_window_means_nothing_to_a_new_ticket(world: World, verify: Verifier) -> None:
    """startIndex and limit belong to searches; here they change nothing."""
    sent = terms(world, startIndex=7, limit=3)

    number = verify.succeeded(world.operator.send(CREATE, sent))["ticketnumber"]

    turn = verify.succeeded(look(world, number, sent))
    verify.equal("its number and terms", (turn.get("ticketNumber"), content(turn.value)),
                 (number, content(sent)), turn)


@clause(f"tickets/{CREATE}/operators-only")
def test_trader_cannot_open_one(world: World, trader: Session, verify: Verifier) -> None:
    """An alert moves people who guard the wallets; nobody else raises one."""
    with verify.unchanged(list_read(world)):
        turn = trader.send(CREATE, terms(world))

        verify.refused(turn, code=NOT_AUTHORISED)


@clause(f"tickets/{UPDATE}/effect")
def test_update_changes_one_ticket(world: World, verify: Verifier) -> None:
    """The ticket named is resolved; the one opened before it still is not."""
    other, ticket = opened(world), opened(world)

    verify.succeeded(revise(world, ticket, TicketStatus=RESOLVED))

    now = found(world, **ANYTHING)[:2]
    verify.equal("terms of the newest", content(now[0]), {
        **content(ticket), "ticketstatus": RESOLVED})
    verify.equal("the other ticket", now[1], other)


@clause(f"tickets/{UPDATE}/ignores-window")
def test_window_means_nothing_to_a_change(world: World, verify: Verifier) -> None:
    """A window that would miss the ticket does not keep it from being changed."""
    ticket = three(world)[-1]

    verify.succeeded(revise(world, ticket, TicketStatus=RESOLVED, startIndex=1, limit=1))

    now = look(world, lookup(ticket, "ticketNumber"), terms(world, TicketStatus=RESOLVED))
    verify.equal("TicketStatus", now.get("TicketStatus"), RESOLVED, now)


@clause(f"tickets/{UPDATE}/who-and-when")
def test_change_names_who_made_it(world: World, verify: Verifier) -> None:
    """Opened by one, changed by another: the ticket names the other."""
    ticket = opened(world)

    done_by = world.superuser.send(UPDATE, changed(world, ticket, TicketStatus=RESOLVED))

    verify.succeeded(done_by)
    now = look(world, lookup(ticket, "ticketNumber"), terms(world, TicketStatus=RESOLVED))
    verify.equal("lastUpdatedBy before", lookup(ticket, "lastUpdatedBy"), world.operator.user_id)
    verify.equal("lastUpdatedBy", now.get("lastUpdatedBy"), world.superuser.user_id, now)


@clause(f"tickets/{UPDATE}/who-and-when")
def test_change_is_dated(world: World, verify: Verifier) -> None:
    """A ticket changed a second later says so."""
    ticket = opened(world)
    world.deployment.advance_clock(SECOND_MS)

    verify.succeeded(revise(world, ticket, TicketStatus=RESOLVED))

    now = look(world, lookup(ticket, "ticketNumber"), terms(world, TicketStatus=RESOLVED))
    before = lookup(ticket, "lastUpdatedTime")
    verify.holds(f"lastUpdatedTime is later than {before}", now["lastUpdatedTime"] > before,
                 now["lastUpdatedTime"], now)


@pytest.mark.parametrize(("key", "value"), [
    clause_case(f"tickets/{LIST}/filters-sound", "TicketType", TRANSFER),
    clause_case(f"tickets/{LIST}/filters-sound", "TicketStatus", RESOLVED),
    clause_case(f"tickets/{LIST}/filters-sound", "assetId", 0),
    clause_case(f"tickets/{LIST}/filters-sound", "ticketNumber", 0),
    clause_case(f"tickets/{LIST}/filters-sound", "ticketId", ""),
])
def test_filter_brings_only_what_fits(
    world: World, verify: Verifier, key: str, value: object
) -> None:
    """Each filter by itself: what it brings has the value asked for, and the right ticket is there.

    Where the value is empty here, the ticket's own is asked for.
    """
    opened(world, assetId=world.market.product2)
    ticket = opened(world, **{"TicketType": LOW_BALANCE, "TicketStatus": OPEN,
                              **({key: value} if value else {})})
    wanted = value or lookup(ticket, key)

    rows = found(world, **{**ANYTHING, key: wanted})

    verify.equal(f"values of {key}", set(field(rows, key)), {wanted})
    verify.holds("the ticket is there", ticket in rows, rows)


@clause(f"tickets/{LIST}/limit-zero")
def test_limit_zero_brings_the_newest(world: World, verify: Verifier) -> None:
    """Zero is no "all": it is the latest alert."""
    newest = three(world)[0]

    rows = found(world, **ANYTHING, limit=0)

    verify.equal("tickets", rows, [newest])


@clause(f"tickets/{LIST}/newest-first")
def test_index_counts_back_from_the_newest(world: World, verify: Verifier) -> None:
    """From index 1 on the newest is left out, and the past follows in order."""
    made = three(world)

    verify.equal("from index 0", found(world, **ANYTHING, startIndex=0, limit=3), made)
    verify.equal("from index 1", found(world, **ANYTHING, startIndex=1, limit=2), made[1:])


@pytest.mark.parametrize(("key", "value"), [
    clause_case(f"tickets/{LIST}/zero-matches-all", "assetId", 0),
    clause_case(f"tickets/{LIST}/zero-matches-all", "ticketNumber", 0),
    clause_case(f"tickets/{LIST}/zero-matches-all", "ticketId", ""),
])
def test_nothing_given_matches_everything(
    world: World, verify: Verifier, key: str, value: object
) -> None:
    """Two alerts about different products come back together where nothing is asked for."""
    one, two = opened(world), opened(world, assetId=world.market.product2)

    rows = found(world, **{**ANYTHING, key: value})

    verify.equal("the two newest", rows[:2], [two, one])


@clause(f"tickets/{FIND}/window-may-miss")
def test_window_that_ends_before_the_ticket_misses_it(world: World, verify: Verifier) -> None:
    """Searched from the second newest on, one ticket long: an older one is not found."""
    oldest = three(world)[-1]
    number = lookup(oldest, "ticketNumber")

    turn = look(world, number, terms(world), startIndex=1, limit=1)

    verify.holds("nothing is found", turn.get("ticketNumber") is None, turn.text, turn)
    verify.succeeded(look(world, number, terms(world)))
