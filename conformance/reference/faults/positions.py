"""Faults of positions as they are listed and told, and of resets that start figures anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import without_bounds
from conformance.reference.faults.registry import (
    Run,
    fault,
    forgets,
    opens,
    retells,
    rewrites,
)

ONE, ALL = "GetAccountPositions", "GetAllAccountPositions"
TREASURY, TOTALS, LIMITS = (
    "GetTreasuryProductsForAccount", "ResetTreasuryLimits", "ResetTradingLimits",
)
TOLD = "AccountPositionEvent"
DAY_MS = 86_400_000
EVERY = 1_000_000
"""More positions than there are."""
Row = Any

defect("positions/open-to-traders", "Trading alone does not open all positions.")
opens("positions/open-to-traders", ALL)
fault("positions/of-everybody", "A reader sees related accounts only.", ALL)(without_bounds)
forgets("accounts/treasury-totals-stay", "A reset clears the totals of a product.", TOTALS)
forgets("accounts/trading-use-stays", "A reset clears what an account has traded.", LIMITS)


def _each(change: Callable[[Context, Row], None]) -> Callable[[Context, Any, Any], object]:
    """Change each row in place: a row knows its valuation, which a copy would lose."""

    def rewrite(context: Context, request: Any, reply: Any) -> object:
        for row in reply:
            change(context, row)
        return reply

    return rewrite


def _without_orders(context: Context, row: Row) -> None:
    for hold in context.exchange.ledger.holds_of(row["accountId"], row["productId"]):
        if hold.reference_type is ReferenceType.ORDER_HOLD:
            row["hold"] -= hold.amount


def _since_yesterday(context: Context, row: Row) -> None:
    totals, now = context.exchange.treasury.totals, context.exchange.clock.now()
    where = row["accountId"], row["productId"]
    row["totalDayDeposits"] = totals.deposits(*where, now - DAY_MS).day
    row["totalDayWithdraws"] = totals.withdrawals(*where, now - DAY_MS).day


for _name, _breaks, _call, _change in (
    ("of-nobody", "A position names its account.", ONE,
     lambda context, row: row.update(accountId=0)),
    ("hold-above-amount", "A hold is part of the amount.", ONE,
     lambda context, row: row.update(hold=row["hold"] and row["amount"] + 1)),
    ("amount-negative", "An amount is not negative.", ONE,
     lambda context, row: row.update(amount=-row["amount"])),
    ("orders-hold-nothing", "An open order holds what it may cost.", ONE, _without_orders),
    ("day-of-two", "A day begins at midnight UTC.", ONE, _since_yesterday),
    ("month-forgets", "A month counts what its days count.", ONE,
     lambda context, row: row.update(totalMonthDeposits=ZERO)),
    ("symbol-of-another", "Symbol and id name one product.", ONE,
     lambda context, row: row.update(productSymbol=f"{row['productSymbol']}2")),
    ("list-without-holds", "All positions show what each account shows.", ALL,
     lambda context, row: row.update(hold=ZERO)),
):
    rewrites(f"positions/{_name}", _breaks, _call)(_each(_change))


@rewrites("positions/listed-twice", "A product has one position.", ONE)
def _listed_twice(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply[:1]]


@fault("positions/start-ignored", "All positions begin with the account named.", ALL)
def _start_ignored(context: Context, request: Any, run: Run) -> object:
    request.start_index = 0
    return run()


@fault("positions/limit-ignored", "No more positions are listed than asked for.", ALL)
def _limit_ignored(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERY
    return run()


@rewrites("positions/operators-see-their-own", "An operator sees all accounts.", ALL)
def _operators_see_their_own(context: Context, request: Any, reply: Any) -> object:
    own = {account.account_id
           for account in context.exchange.accounts.of_user(context.user.user_id)}
    return [row for row in reply if row["accountId"] in own]


@rewrites("positions/unknown-symbol", "What is paid in and out is a product.", TREASURY)
def _unknown_symbol(context: Context, request: Any, reply: Any) -> object:
    return [*reply, "NONE"]


@retells("positions/not-told", "A position that changes is told.", TOLD)
def _not_told(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


@retells("positions/told-twice", "A change of a position is told once.", TOLD)
def _told_twice(exchange: Exchange, event: Event) -> Iterable[Event]:
    return [event, event]


@fault("accounts/treasury-totals-all-cleared", "A reset is about one product.", TOTALS)
def _totals_all_cleared(context: Context, request: Any, run: Run) -> object:
    for product_id in context.exchange.catalogue.products:
        context.exchange.treasury.totals.reset(request.account_id, product_id)
    return run()


@fault("accounts/trading-reset-takes-funds", "A reset of what was traded moves no funds.", LIMITS)
def _reset_takes_funds(context: Context, request: Any, run: Run) -> object:
    instrument = context.exchange.catalogue.instrument(request.asset_id)
    take(context, request.account_id, instrument.product1)
    return run()


def take(context: Context, account_id: int, product_id: int, amount: Decimal = Decimal(1)) -> None:
    """Let funds of an account leave the exchange without anybody having asked for it."""
    context.exchange.ledger.move(
        [Posting(account_id, product_id, -amount), Posting(OUTSIDE, product_id, amount)],
        TransactionType.OTHER, ReferenceType.MANUAL_ENTRY, 0,
    )
