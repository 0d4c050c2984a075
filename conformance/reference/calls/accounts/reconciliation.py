"""AddBalanceReconciliationInfo and the two calls that read the records."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import page_size, time_ms
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import UNSET_ISO
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.reconciliation import Reconciliation
from conformance.reference.domain.refusals import NotFound
from conformance.reference.domain.treasury.providers import require_provider
from conformance.reference.rendering.standard import ACKNOWLEDGED


class NewInfo(Request, kw_only=True):
    """One comparison; its number is the exchange's, whatever ``infoId`` says."""

    info_id: Int32 = 0
    current_cold_balance: Decimal = ZERO
    current_hot_balance: Decimal = ZERO
    total_external_balance: Decimal = ZERO
    total_a_mbalance: Decimal = ZERO
    diff_percent: Decimal = ZERO
    created_time: str = UNSET_ISO
    asset_manager_id: int
    account_provider_id: int


class InfoQuery(Request, kw_only=True):
    """Records of one account provider."""

    asset_manager_id: int
    account_provider_id: int


class InfosQuery(InfoQuery, kw_only=True):
    """How many of them; 0 for all."""

    limit: Int32 = 0


@call("AddBalanceReconciliationInfo", permissions=(OPERATOR,), request=NewInfo)
def add_balance_reconciliation_info(context: Context, request: NewInfo) -> object:
    """Keep a record."""
    exchange = context.exchange
    require_provider(exchange, request.asset_manager_id, request.account_provider_id)
    time_ms(request.created_time, "createdTime")
    number = exchange.ids.next("reconciliation")
    exchange.reconciliations.records.append(
        Reconciliation(
            number, request.current_cold_balance, request.current_hot_balance,
            request.total_external_balance, request.total_a_mbalance, request.diff_percent,
            request.created_time, request.asset_manager_id, request.account_provider_id,
        )
    )
    return ACKNOWLEDGED


def _row(record: Reconciliation) -> dict[str, object]:
    return {
        "infoId": record.info_id,
        "currentColdBalance": record.current_cold_balance,
        "currentHotBalance": record.current_hot_balance,
        "totalExternalBalance": record.total_external_balance,
        "totalAMbalance": record.total_am_balance,
        "diffPercent": record.diff_percent,
        "createdTime": record.created_time,
        "assetManagerId": record.asset_manager_id,
        "accountProviderId": record.account_provider_id,
    }


def _records(context: Context, request: InfoQuery) -> list[Reconciliation]:
    require_provider(context.exchange, request.asset_manager_id, request.account_provider_id)
    return context.exchange.reconciliations.of(
        request.asset_manager_id, request.account_provider_id
    )


@call("GetBalanceReconciliationInfo", permissions=(OPERATOR,), request=InfoQuery)
def get_balance_reconciliation_info(context: Context, request: InfoQuery) -> object:
    """The newest record of a provider."""
    records = _records(context, request)
    if not records:
        raise NotFound("No reconciliation info for this provider")
    return _row(records[0])


@call("GetAllBalanceReconciliationInfo", permissions=(OPERATOR,), request=InfosQuery)
def get_all_balance_reconciliation_info(context: Context, request: InfosQuery) -> object:
    """Records of a provider, newest first."""
    limit = page_size(request.limit, "limit") or None
    return [_row(record) for record in _records(context, request)[:limit]]
