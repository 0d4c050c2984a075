"""Mail that a superuser sends, and the end of the trading day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable
from scenarios.gen_admin.recipes import send_email
from scenarios.oms_orders.vocabulary import Floor, buy, number, open_ids, state, status, trade
from scenarios.users.vocabulary import new_identity, registration
from scenarios.workflows.floors import level1

GOOD_TILL_DAY = 6


def address(world: World) -> str:
    """An address at which nobody has got anything yet."""
    return f"{world.deployment.unique_name('reader')}@example.com"


def mailed(world: World, **changes: Any) -> Any:
    """Have the superuser send a mail with these changes; the turn."""
    prepared = send_email(world)
    return prepared.session.send("SendEmail", prepared.payload | changes)


@clause("gen_admin/SendEmail/refuses-operator")
def test_operator_sends_no_mail(world: World, verify: Verifier) -> None:
    """Mail in the venue's name is the owner's alone."""
    to, payload = address(world), send_email(world).payload

    verify.refused(world.operator.send("SendEmail", payload | {"toAddresses": [to]}), code=20)

    verify.equal("mails", world.deployment.mails(to), [])


@pytest.mark.parametrize("key", [
    clause_case("gen_admin/SendEmail/delivers", "toAddresses"),
    clause_case("gen_admin/SendEmail/effect", "toAddresses"),
    clause_case("gen_admin/SendEmail/blind-copies", "bccAddresses"),
])
def test_each_address_gets_the_mail(world: World, verify: Verifier, key: str) -> None:
    """Everybody named gets one copy, and who is copied blindly stands in nobody's mail."""
    hidden, readers = address(world), [address(world) for _ in range(2)]
    wanted = {"toAddresses": readers, "bccAddresses": []}
    wanted[key] = [*wanted[key], hidden]

    verify.succeeded(mailed(world, **wanted))

    found = [world.deployment.mails(reader) for reader in (*readers, hidden)]
    verify.equal("copies", [len(mails) for mails in found], [1] * 3)
    open_copies = [mails[0] for mails in found[:2]]
    verify.holds("nobody reads the hidden address", hidden not in str(open_copies), open_copies)


@clause("gen_admin/SendEmail/reply-to")
def test_answers_go_where_the_sender_says(world: World, verify: Verifier) -> None:
    """The mailbox of the test shows where an answer would go."""
    to, desk = address(world), address(world)

    verify.succeeded(mailed(world, toAddresses=[to], replyTo=desk))

    mail = world.deployment.mails(to)[0]
    if "reply_to" not in mail:
        raise Unavailable("the mailbox hook does not show where answers go")
    verify.equal("reply_to", mail["reply_to"], desk)


@clause("gen_admin/SendEmail/tokens")
def test_tokens_are_filled_in(world: World, verify: Verifier) -> None:
    """The reader sees values, not the names of their places."""
    to, value = address(world), world.deployment.unique_name("V")

    verify.succeeded(mailed(
        world, toAddresses=[to], template="You got {{Amount}}.", templateTokens={"Amount": value}
    ))

    mail = str(world.deployment.mails(to)[0])
    verify.holds("the value is there", f"You got {value}." in mail and "{{" not in mail, mail)


@clause("gen_admin/SendEmail/unique-addresses")
def test_no_two_users_share_an_address(world: World, verify: Verifier) -> None:
    """A mail to one user must not reach another."""
    first, second = new_identity(world), new_identity(world)
    verify.succeeded(world.anonymous.send("RegisterNewUser", registration(first)))
    same = registration(second)
    same["UserInfo"] = same["UserInfo"] | {"Email": first.email}

    verify.refused(world.anonymous.send("RegisterNewUser", same))


@clause("gen_admin/SendEndOfDay/effect")
def test_end_of_day_ends_what_was_good_for_the_day(
    world: World, trader: Session, floor: Floor, verify: Verifier
) -> None:
    """Orders for the day end with it; orders until cancelled stay."""
    today = buy(trader, floor, -1, TimeInForce=GOOD_TILL_DAY)
    stays = buy(trader, floor, -2)

    verify.succeeded(world.operator.call("SendEndOfDay", omsId=world.oms_id))

    verify.equal("open orders", open_ids(trader), {stays})
    verify.holds("the order for the day has ended",
                 state(status(trader, today)) in ("Expired", "Canceled"), today)


@clause("gen_admin/SendEndOfDay/counters")
def test_counters_of_the_day_begin_anew(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """The next day counts its own trades only, also when it was declared before midnight."""
    trade(rival, trader, floor, lots=2)
    today = counters(trader, floor)

    verify.succeeded(world.operator.call("SendEndOfDay", omsId=world.oms_id))
    fresh = counters(trader, floor)
    trade(rival, trader, floor, lots=3)

    found = (today, fresh, counters(trader, floor))
    verify.equal("(volume, trades) of the day, after its end, after one more trade", found,
                 ((floor.lots(2), 1), (0, 0), (floor.lots(3), 1)))


def counters(reader: Session, floor: Floor) -> tuple[Decimal, Decimal]:
    """Volume and number of trades of the day."""
    value = level1(reader, floor).value
    return number(value, "CurrentDayVolume"), number(value, "CurrentDayNumTrades")
