"""Faults of ledger entries and of holds: what they move, and how they are listed."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.accounts.holds import hold_row
from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO, ReferenceType
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.faults.positions import take
from conformance.reference.faults.registry import Run, fault, rewrites
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.standard import ACKNOWLEDGED

BOOK, ENTRIES = "SubmitAccountLedgerEntry", "GetLedgerEntriesByAccount"
HOLD, HOLDS, WITHDRAW_HOLDS = "AddAccountHold", "GetOpenHolds", "GetOpenWithdrawHolds"
REVERSE, RESET = "ReverseAccountHold", "ResetHolds"


@rewrites("ledger/reply-exchanges-sides", "The reply repeats what was booked.", BOOK)
def _reply_exchanges_sides(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "cR_Amt": reply["dR_Amt"], "dR_Amt": reply["cR_Amt"]}


@rewrites("ledger/author-lost", "An entry names who made it.", BOOK)
def _author_lost(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "enteredBy": request.account_id}


@fault("ledger/balance-made-up", "A record without movement needs a balance.", BOOK)
def _balance_made_up(context: Context, request: Any, run: Run) -> object:
    request.balance = request.balance or ZERO
    return run()


@fault("ledger/record-moves", "A record without movement moves nothing.", BOOK)
def _record_moves(context: Context, request: Any, run: Run) -> object:
    request.do_not_affect_balance = False
    return run()


@fault("ledger/debit-halved", "A debit takes its whole amount.", BOOK)
def _debit_halved(context: Context, request: Any, run: Run) -> object:
    request.debit /= 2
    return run()


@fault("ledger/second-side-dropped", "A one-sided entry has one side.", BOOK)
def _second_side_dropped(context: Context, request: Any, run: Run) -> object:
    if request.one_sided_transaction and request.credit:
        request.debit = ZERO
    return run()


@fault("ledger/empty-entry", "An entry has an amount.", BOOK)
def _empty_entry(context: Context, request: Any, run: Run) -> object:
    return run() if request.credit or request.debit else ACKNOWLEDGED


@fault("ledger/counterparty-spared", "What one gains the counterparty loses.", BOOK)
def _counterparty_spared(context: Context, request: Any, run: Run) -> object:
    request.counter_party_id = 0
    return run()


@fault("ledger/charged-in-another-product", "An entry moves one product.", BOOK)
def _charged_in_another_product(context: Context, request: Any, run: Run) -> object:
    reply = run()
    for position in context.exchange.ledger.positions_of(request.account_id):
        if position.product_id != request.product_id and position.available >= 1:
            take(context, request.account_id, position.product_id)
    return reply


@rewrites("ledger/rows-of-nobody", "A row of the ledger names its account.", ENTRIES)
def _rows_of_nobody(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "accountId": 0} for row in reply]


@rewrites("ledger/numbered-by-account", "An entry's id is its own.", ENTRIES)
def _numbered_by_account(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "accountLedgerEntryId": place} for place, row in enumerate(reply, 1)]


@rewrites("ledger/rows-show-the-sum", "Rows of the ledger never change.", ENTRIES)
def _rows_show_the_sum(context: Context, request: Any, reply: Any) -> object:
    total = sum(row["cR_Amt"] for row in reply)
    return [{**row, "cR_Amt": total} for row in reply]


@rewrites("ledger/rows-doubled", "A booking is one row.", ENTRIES)
def _rows_doubled(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("holds/manual-unnamed", "A manual hold is listed as one.", HOLDS)
def _manual_unnamed(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "ReferenceType": name_of(ReferenceType.ORDER_HOLD)} for row in reply]


@rewrites("holds/of-everybody", "Holds are those of the account asked for.", HOLDS)
def _of_everybody(context: Context, request: Any, reply: Any) -> object:
    return [
        hold_row(context, hold) for hold in context.exchange.ledger.holds.values()
        if hold.reference_type is request.transaction_reference_type
    ]


@rewrites("holds/listed-twice", "A hold is one row.", HOLDS)
def _listed_twice(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply]


@rewrites("holds/withdrawals-apart", "Holds of withdrawals are open holds.", WITHDRAW_HOLDS)
def _withdrawals_apart(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "transactionId": -row["transactionId"]} for row in reply]


@fault("holds/take-funds", "A hold moves nothing.", HOLD)
def _take_funds(context: Context, request: Any, run: Run) -> object:
    reply = run()
    take(context, request.account_id, request.asset_id)
    return reply


@fault("holds/beyond-available", "What is held already is not held again.", HOLD)
def _beyond_available(context: Context, request: Any, run: Run) -> object:
    position = context.exchange.ledger.position(request.account_id, request.asset_id)
    position.amount += request.amount
    try:
        return run()
    finally:
        position.amount -= request.amount


@fault("holds/of-nothing", "A hold has an amount above zero.", HOLD)
def _of_nothing(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except InvalidRequest:
        context.exchange.ledger.position(request.account_id, request.asset_id).hold += (
            request.amount
        )
        return ACKNOWLEDGED


@fault("holds/reversed-again", "A second reversal frees nothing.", REVERSE)
def _reversed_again(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        others = context.exchange.ledger.holds_of(request.account_id, request.asset_id)
        if not others:
            raise OperationFailed from None
        context.exchange.ledger.release_hold(others[0].hold_id)
        return ACKNOWLEDGED


@fault("holds/reset-frees-everything", "A reset frees one product.", RESET)
def _reset_frees_everything(context: Context, request: Any, run: Run) -> object:
    for hold in context.exchange.ledger.holds_of(request.account_id):
        context.exchange.ledger.release_hold(hold.hold_id)
    return run()


@fault("holds/reset-below-zero", "A hold is never below zero.", RESET)
def _reset_below_zero(context: Context, request: Any, run: Run) -> object:
    position = context.exchange.ledger.position(request.account_id, request.asset_id)
    held = position.hold
    reply = run()
    position.hold -= held
    return reply
