"""State of the treasury: tickets, totals, fees, providers, wallet tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from conformance.reference.domain.positions import TreasuryTotals
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.treasury.deposits import DepositTicket
from conformance.reference.domain.treasury.fees import WithdrawFees
from conformance.reference.domain.treasury.providers import Providers
from conformance.reference.domain.treasury.tickets import Attachment
from conformance.reference.domain.treasury.wallet_tickets import WalletTickets
from conformance.reference.domain.treasury.withdrawals import WithdrawTicket


@dataclass
class Treasury:
    """Everything the treasury remembers; tickets are kept oldest first."""

    totals: TreasuryTotals
    last_price: Callable[[int, int], Decimal]
    """Last traded price of one product in another; zero while there is none."""
    deposits: dict[int, DepositTicket] = field(default_factory=dict)
    withdrawals: dict[int, WithdrawTicket] = field(default_factory=dict)
    deposit_attachments: dict[int, tuple[DepositTicket, Attachment]] = field(default_factory=dict)
    withdraw_attachments: dict[int, tuple[WithdrawTicket, Attachment]] = field(
        default_factory=dict
    )
    fees: WithdrawFees = field(default_factory=WithdrawFees)
    providers: Providers = field(default_factory=Providers)
    wallet_tickets: WalletTickets = field(default_factory=WalletTickets)

    _deposits_of: defaultdict[int, list[DepositTicket]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _withdrawals_of: defaultdict[int, list[WithdrawTicket]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add_deposit(self, ticket: DepositTicket) -> None:
        """Remember a new deposit ticket."""
        self.deposits[ticket.ticket_number] = ticket
        self._deposits_of[ticket.account_id].append(ticket)

    def add_withdrawal(self, ticket: WithdrawTicket) -> None:
        """Remember a new withdraw ticket."""
        self.withdrawals[ticket.ticket_number] = ticket
        self._withdrawals_of[ticket.account_id].append(ticket)

    def deposits_of(self, account_id: int) -> list[DepositTicket]:
        """The account's deposit tickets, oldest first."""
        return list(self._deposits_of.get(account_id, ()))

    def withdrawals_of(self, account_id: int) -> list[WithdrawTicket]:
        """The account's withdraw tickets, oldest first."""
        return list(self._withdrawals_of.get(account_id, ()))

    def deposit(self, ticket_number: int) -> DepositTicket:
        """The deposit ticket; raises NotFound."""
        try:
            return self.deposits[ticket_number]
        except KeyError:
            raise NotFound(f"Invalid TicketId: {ticket_number}") from None

    def withdrawal(self, ticket_number: int) -> WithdrawTicket:
        """The withdraw ticket; raises NotFound."""
        try:
            return self.withdrawals[ticket_number]
        except KeyError:
            raise NotFound(f"Invalid TicketId: {ticket_number}") from None

    def deposit_by_code(self, code: str) -> DepositTicket:
        """The deposit ticket with this request code; raises NotFound."""
        wanted = code.casefold()
        found = next((t for t in self.deposits.values() if t.request_code == wanted), None)
        if found is None:
            raise NotFound(f"Invalid RequestCode: {code}")
        return found

    def withdrawal_by_code(self, code: str) -> WithdrawTicket:
        """The withdraw ticket with this request code; raises NotFound."""
        wanted = code.casefold()
        found = next((t for t in self.withdrawals.values() if t.request_code == wanted), None)
        if found is None:
            raise NotFound("Withdraw Ticket not found for OmsId, AccountId, RequestCode")
        return found

