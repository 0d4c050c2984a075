"""Wallet tickets: alerts between the exchange and the account providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from conformance.reference.domain.refusals import NotFound


class WalletTicketType(IntEnum):
    UNKNOWN = 0
    LOW_BALANCE = 1
    HIGH_BALANCE = 2
    TRANSFER = 3
    BALANCE_REQUIRED = 4
    BALANCE_MISMATCH = 5
    WITHDRAW_ERROR = 6
    DEPOSIT_ERROR = 7
    ACCOUNT_PROVIDER_ERROR = 8


class WalletTicketStatus(IntEnum):
    UNKNOWN = 0
    OPEN = 1
    RESOLVED = 2
    REJECTED = 3
    NOTIFICATION = 4


@dataclass(slots=True)
class WalletTicket:
    """One alert."""

    ticket_number: int
    ticket_id: str
    asset_manager_id: int
    account_provider_id: int
    asset_id: int
    ticket_type: WalletTicketType
    status: WalletTicketStatus
    updated_ms: int
    updated_by: int
    info: str = ""


@dataclass(frozen=True, slots=True)
class WalletFilter:
    """What to look for; zero, empty text and ``UNKNOWN`` mean "any"."""

    asset_manager_id: int = 0
    account_provider_id: int = 0
    asset_id: int = 0
    ticket_id: str = ""
    ticket_number: int = 0
    ticket_type: WalletTicketType = WalletTicketType.UNKNOWN
    status: WalletTicketStatus = WalletTicketStatus.UNKNOWN

    def matches(self, ticket: WalletTicket) -> bool:
        """Does the ticket have everything that is asked for?"""
        pairs = (
            (self.asset_manager_id, ticket.asset_manager_id),
            (self.account_provider_id, ticket.account_provider_id),
            (self.asset_id, ticket.asset_id),
            (self.ticket_id.casefold(), ticket.ticket_id),
            (self.ticket_number, ticket.ticket_number),
            (self.ticket_type, ticket.ticket_type),
            (self.status, ticket.status),
        )
        return all(not wanted or wanted == real for wanted, real in pairs)


@dataclass
class WalletTickets:
    """All alerts, oldest first."""

    by_number: dict[int, WalletTicket] = field(default_factory=dict)

    def newest_first(self, wanted: WalletFilter) -> list[WalletTicket]:
        """Matching tickets, newest first."""
        return [t for t in reversed(self.by_number.values()) if wanted.matches(t)]

    def find(self, wanted: WalletFilter, start: int | None, count: int) -> WalletTicket:
        """The first match on the way from ``start`` tickets back (default: all) to the newest.

        ``count`` bounds how many are looked at, 0 for no bound. Raises NotFound.
        """
        searched = list(self.by_number.values())
        if start is not None and start > 0:
            searched = searched[-(start + 1):]
        for ticket in searched[: count or None]:
            if wanted.matches(ticket):
                return ticket
        raise NotFound("No such wallet ticket")

    def get(self, ticket_number: int, ticket_id: str) -> WalletTicket:
        """The ticket by number or id; raises NotFound."""
        return self.find(WalletFilter(ticket_number=ticket_number, ticket_id=ticket_id), None, 0)
