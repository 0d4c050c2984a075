"""Wallet tickets of the asset manager: create, update, find."""

from __future__ import annotations

from typing import Literal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Count, Int32, Request
from conformance.reference.calls.treasury_shapes import own_failure, page_size
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.treasury.providers import require_provider
from conformance.reference.domain.treasury.wallet_tickets import (
    WalletFilter,
    WalletTicket,
    WalletTicketStatus,
    WalletTicketType,
)

SERVICE_ID = "1"


class WalletKeys(Request, kw_only=True):
    """What a ticket says; in searches also what to look for, where 0 and "" mean any."""

    asset_manager_id: Int32
    account_provider_id: Int32
    asset_id: Int32 = 0
    ticket_id: str | None = None
    ticket_type: WalletTicketType
    ticket_status: WalletTicketStatus
    ticket_number: int | Literal[""] | None = 0
    asset_manager_service_id: str
    start_index: Count | None = None
    limit: Count | None = None


class NewWalletTicket(WalletKeys, kw_only=True):
    """A ticket to open."""

    asset_id: Int32


class NamedWalletTicket(NewWalletTicket, kw_only=True):
    """A ticket by id and number."""

    ticket_id: str
    ticket_number: int


def wallet_row(ticket: WalletTicket) -> dict[str, object]:
    """A wallet ticket as the pages print it."""
    return {
        "assetManagerId": ticket.asset_manager_id,
        "accountProviderId": ticket.account_provider_id,
        "assetId": ticket.asset_id,
        "ticketId": ticket.ticket_id,
        "lastUpdatedTime": ticket.updated_ms,
        "lastUpdatedBy": ticket.updated_by,
        "ticketNumber": ticket.ticket_number,
        "assetManagerServiceId": SERVICE_ID,
        "info": ticket.info,
        "TicketType": int(ticket.ticket_type),
        "TicketStatus": int(ticket.status),
    }


@call("CreateAssetManagerWalletTicket", permissions=(OPERATOR,), request=NewWalletTicket,
      refusal=own_failure(success=False, ticketnumber=0))
def create_asset_manager_wallet_ticket(context: Context, request: NewWalletTicket) -> object:
    """Open a wallet ticket; id and number are given by the exchange."""
    exchange = context.exchange
    require_provider(exchange, request.asset_manager_id, request.account_provider_id)
    exchange.catalogue.product(request.asset_id)
    ticket = WalletTicket(
        exchange.ids.next("wallet_ticket"), exchange.ids.guid(), request.asset_manager_id,
        request.account_provider_id, request.asset_id, request.ticket_type,
        request.ticket_status, exchange.clock.now(), context.user.user_id,
    )
    exchange.treasury.wallet_tickets.by_number[ticket.ticket_number] = ticket
    return {"success": True, "ticketnumber": ticket.ticket_number}


@call("UpdateAssetManagerWalletTicket", permissions=(OPERATOR,), request=NamedWalletTicket)
def update_asset_manager_wallet_ticket(context: Context, request: NamedWalletTicket) -> object:
    """Change the ticket that id and number name."""
    exchange = context.exchange
    if not request.ticket_number and not request.ticket_id:
        raise InvalidRequest("ticketNumber or ticketId is Required")
    require_provider(exchange, request.asset_manager_id, request.account_provider_id)
    exchange.catalogue.product(request.asset_id)
    ticket = exchange.treasury.wallet_tickets.get(request.ticket_number, request.ticket_id or "")
    ticket.account_provider_id = request.account_provider_id
    ticket.asset_id = request.asset_id
    ticket.ticket_type, ticket.status = request.ticket_type, request.ticket_status
    ticket.updated_ms, ticket.updated_by = exchange.clock.now(), context.user.user_id
    return {
        "accountProviderId": ticket.account_provider_id,
        "assetId": ticket.asset_id,
        "ticketType": int(ticket.ticket_type),
        "ticketStatus": int(ticket.status),
        "ticketId": ticket.ticket_id,
        "ticketNumber": ticket.ticket_number,
    }


def _filter(request: WalletKeys) -> WalletFilter:
    return WalletFilter(
        request.asset_manager_id, request.account_provider_id, request.asset_id,
        request.ticket_id or "", request.ticket_number or 0, request.ticket_type,
        request.ticket_status,
    )


@call("GetAssetManagerWalletTicket", permissions=(OPERATOR,), request=NamedWalletTicket)
def get_asset_manager_wallet_ticket(
    context: Context, request: NamedWalletTicket
) -> object:
    """The first matching ticket on the way from StartIndex to the newest."""
    found = context.exchange.treasury.wallet_tickets.find(
        _filter(request), page_size(request.start_index, "startIndex"),
        page_size(request.limit, "limit") or 0,
    )
    return wallet_row(found)


@call("GetAllAssetManagerWalletTickets", permissions=(OPERATOR,), request=WalletKeys)
def get_all_asset_manager_wallet_tickets(context: Context, request: WalletKeys) -> object:
    """Matching tickets, newest first; limit 0 means only the newest one, none given means all."""
    start = page_size(request.start_index, "startIndex") or 0
    limit = page_size(request.limit, "limit")
    found = context.exchange.treasury.wallet_tickets.newest_first(_filter(request))[start:]
    return [wallet_row(ticket) for ticket in (found if limit is None else found[: max(limit, 1)])]
