"""Wallet tickets as scenarios make them: alerts between the exchange and an account provider."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.templates import provider_of
from scenarios.tickets.vocabulary import MANAGER, MANAGER_SERVICE, Row, coin_till, done, rows

LOW_BALANCE, TRANSFER = 1, 3
OPEN, RESOLVED = 1, 2
WINDOW = ("startIndex", "limit")
ANYTHING: dict[str, Any] = {
    "assetId": 0, "ticketId": "", "ticketNumber": 0, "TicketType": 0, "TicketStatus": 0,
}
"""The filter that every wallet ticket of the provider passes."""
_GIVEN = frozenset({
    "ticketid", "ticketnumber", "lastupdatedtime", "lastupdatedby", "startindex", "limit", "info",
})
"""What the exchange gives a ticket, or what says nothing about it."""


def terms(world: World, **more: Any) -> dict[str, Any]:
    """The payload of a new wallet ticket: a low balance of the provider of a crypto-currency."""
    till = coin_till(world, world.trader)
    return {
        "assetManagerId": MANAGER, "accountProviderId": provider_of(till),
        "assetId": till.product, "ticketId": "", "TicketType": LOW_BALANCE, "TicketStatus": OPEN,
        "ticketNumber": 0, "assetManagerServiceId": MANAGER_SERVICE, "startIndex": 0, "limit": 0,
        **more,
    }


def opened(world: World, **more: Any) -> Row:
    """A new wallet ticket as it reads; Unavailable when it is refused or cannot be found."""
    keys = terms(world, **more)
    number = done(world.operator.send("CreateAssetManagerWalletTicket", keys))["ticketnumber"]
    return read(world, int(number), keys)


def content(ticket: Row) -> dict[str, Any]:
    """What a wallet ticket is about, letter case aside."""
    folded = {key.casefold(): value for key, value in ticket.items()}
    return {key: value for key, value in folded.items() if key not in _GIVEN}


def search(world: World, **more: Any) -> dict[str, Any]:
    """The payload that looks for wallet tickets of the kind that scenarios make."""
    return {**terms(world), **more}


def found(world: World, **more: Any) -> list[Row]:
    """What GetAllAssetManagerWalletTickets lists, without a window unless one is given."""
    keys = search(world)
    del keys["startIndex"], keys["limit"]
    return rows(world.operator.send("GetAllAssetManagerWalletTickets", {**keys, **more}))


def read(world: World, number: int, keys: dict[str, Any]) -> Row:
    """The wallet ticket with this number; Unavailable without it."""
    turn = look(world, number, keys)
    if turn.get("ticketNumber") != number:
        raise Unavailable(f"the wallet ticket cannot be read: {turn.text[:200]}")
    return turn.value


def look(world: World, number: int, keys: dict[str, Any], **window: int) -> Turn:
    """Send GetAssetManagerWalletTicket for a number, without a window unless one is given."""
    asked = {key: value for key, value in keys.items() if key not in WINDOW}
    return world.operator.send(
        "GetAssetManagerWalletTicket", {**asked, "ticketNumber": number, **window})


def changed(world: World, ticket: Row, **changes: Any) -> dict[str, Any]:
    """The payload that names a wallet ticket as it reads, with changes."""
    keys = {key: lookup(ticket, key) for key in terms(world) if key not in WINDOW}
    return {**keys, **changes}


def revise(world: World, ticket: Row, **changes: Any) -> Turn:
    """Send UpdateAssetManagerWalletTicket: the ticket as it reads, with changes."""
    return world.operator.send(
        "UpdateAssetManagerWalletTicket", changed(world, ticket, **changes))


def list_read(world: World) -> Read:
    """The read that shows all wallet tickets of the kind that scenarios make."""
    keys = {key: value for key, value in search(world).items() if key not in WINDOW}
    return (world.operator, "GetAllAssetManagerWalletTickets", {**keys, **ANYTHING})
