"""GetAccountPositions, GetAllAccountPositions, GetTreasuryProductsForAccount, GetAccountFees."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import AccountQuery, account_of, page_size
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.positions import position_row, products_of

FOREIGN_READABLE = defect(
    "accounts/foreign-position-readable", "Positions are shown to the account's users only."
)


class PositionsQuery(Request, kw_only=True):
    """A page of positions; ``startIndex`` is an account id, ``limit`` counts positions."""

    oms_id: int
    start_index: Int32
    limit: Int32


def _rows(context: Context, account_id: int) -> list[dict[str, object]]:
    exchange = context.exchange
    return [
        position_row(exchange, account_id, product_id)
        for product_id in products_of(exchange, account_id)
    ]


@call(
    "GetAccountPositions", permissions=(OPERATOR, "Trading", "AccountReadOnly"),
    request=AccountQuery,
)
def get_account_positions(context: Context, request: AccountQuery) -> object:
    """One row for each product that the account has or had, or that is on its way."""
    context.require_oms(request.oms_id)
    if context.exchange.defects(FOREIGN_READABLE):
        return _rows(context, context.exchange.accounts.get(request.account_id).account_id)
    return _rows(context, context.account(request.account_id).account_id)


@call(
    "GetAllAccountPositions", permissions=(OPERATOR, "AccountReadOnly", "AccountOperator"),
    request=PositionsQuery,
)
def get_all_account_positions(context: Context, request: PositionsQuery) -> object:
    """Positions of all accounts the caller may see, from an account id upwards."""
    context.require_oms(request.oms_id)
    limit = page_size(request.limit, "limit")
    page_size(request.start_index, "startIndex")
    user = context.user
    accounts = [
        account
        for number, account in sorted(context.exchange.accounts.by_id.items())
        if number >= request.start_index
        and (context.is_operator or user.user_id in account.user_ids)
    ]
    rows: list[dict[str, object]] = []
    for account in accounts:
        if limit is not None and len(rows) >= limit:
            break
        rows += _rows(context, account.account_id)
    return rows[:limit]


@call(
    "GetTreasuryProductsForAccount", permissions=(OPERATOR, "Trading", "Withdraw", "Deposit"),
    request=AccountQuery,
)
def get_treasury_products_for_account(context: Context, request: AccountQuery) -> object:
    """Symbols of the products that an account provider pays in and out."""
    account_of(context, request)
    exchange = context.exchange
    return [
        product.symbol
        for product_id, product in sorted(exchange.catalogue.products.items())
        if exchange.asset_manager.default_provider(product_id)
    ]


@call(
    "GetAccountFees", permissions=(OPERATOR, "Trading", "AccountReadOnly"), request=AccountQuery
)
def get_account_fees(context: Context, request: AccountQuery) -> object:
    """The trading fees that apply to an account; instrument and order type 0 mean any."""
    account = account_of(context, request)
    return [
        {
            "feeId": rule.fee_id,
            "feeAmt": rule.amount,
            "feeCalcType": int(rule.calculation),
            "feeType": 0,
            "ladderThreshold": 0,
            "ladderSeconds": 0,
            "isActive": rule.is_active,
            "instrumentId": rule.instrument_id,
            "orderType": int(rule.order_type),
            "omsId": context.exchange.oms_id,
            "accountId": account.account_id,
        }
        for rule in context.exchange.fees.rules
        if rule.account_id in (0, account.account_id)
    ]
