"""Faults of margin: offers to lend, what they reserve, and what an account may buy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ReferenceType
from conformance.reference.domain.refusals import OperationFailed, Refusal
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, fault, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

SEND, CANCEL, STATE = "SendMarginQuote", "CancelMarginQuote", "GetAccountMarginState"
COMPANIONS = ("liability_account_id", "lending_account_id", "profit_loss_account_id")
MINUTE_MS = 60_000

fault("margin/strangers-cancel", "Only who may trade it cancels a quote.", CANCEL)(without_bounds)
fault("margin/strangers-read", "Only linked users read a margin state.", STATE)(without_bounds)
fault("margin/not-for-operators", "An operator acts for any account.", CANCEL, STATE)(
    not_for_operators
)


@contextmanager
def _pretending(account: Any, *, switched_on: bool) -> Iterator[None]:
    """Take an account for one with all that margin needs, but for the switch where asked."""
    before = {key: getattr(account, key) for key in (*COMPANIONS, "margin_enabled")}
    for key in COMPANIONS:
        setattr(account, key, account.account_id)
    account.margin_enabled = account.margin_enabled or switched_on
    try:
        yield
    finally:
        for key, value in before.items():
            setattr(account, key, value)


@fault("margin/switch-is-enough", "Margin needs the accounts behind it.", SEND)
def _switch_is_enough(context: Context, request: Any, run: Run) -> object:
    with _pretending(context.account(request.account_id), switched_on=False):
        return run()


@fault("margin/for-every-account", "Margin is switched on by account.", SEND)
def _for_every_account(context: Context, request: Any, run: Run) -> object:
    with _pretending(context.account(request.account_id), switched_on=True):
        return run()


@fault("margin/rejected-without-code", "A rejected quote has an error code.", SEND)
def _rejected_without_code(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal:
        return {"status": "Rejected", "errormsg": "", "errorcode": 0, "MarginQuoteId": 0}


@rewrites("margin/ids-repeat", "A quote has an id of its own.", SEND)
def _ids_repeat(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "MarginQuoteId": 1}


@fault("margin/quote-ends-by-itself", "A quote without a time in force stands.", SEND)
def _quote_ends_by_itself(context: Context, request: Any, run: Run) -> object:
    request.order_expiration_date_time = context.exchange.clock.now() + MINUTE_MS
    return run()


@rewrites("margin/quote-reserves-nothing", "An offer to lend reserves what it offers.", SEND)
def _quote_reserves_nothing(context: Context, request: Any, reply: Any) -> object:
    context.exchange.ledger.release_hold(
        context.exchange.margin.quotes[reply["MarginQuoteId"]].hold_id
    )
    return reply


@rewrites("margin/quote-holds-like-an-order", "The hold of a quote has its own kind.", SEND)
def _quote_holds_like_an_order(context: Context, request: Any, reply: Any) -> object:
    hold_id = context.exchange.margin.quotes[reply["MarginQuoteId"]].hold_id
    context.exchange.ledger.holds[hold_id].reference_type = ReferenceType.ORDER_HOLD
    return reply


@fault("margin/hold-outlives-quote", "A cancelled quote gives back its hold.", CANCEL)
def _hold_outlives_quote(context: Context, request: Any, run: Run) -> object:
    return ACKNOWLEDGED


@fault("margin/cancel-answers-failure", "A cancelled quote is no error.", CANCEL)
def _cancel_answers_failure(context: Context, request: Any, run: Run) -> object:
    run()
    raise OperationFailed


@rewrites("margin/state-of-nobody", "A margin state names its account.", STATE)
def _state_of_nobody(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "accountId": 0}


@rewrites("margin/power-below-zero", "Buying power is not negative.", STATE)
def _power_below_zero(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "buyingPower": -reply["buyingPower"]}


@rewrites("margin/power-without-margin", "Margin adds to what an account may buy.", STATE)
def _power_without_margin(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "buyingPower": reply["buyingPower"] / 2 if reply["maintenanceRequirement"]
            else reply["buyingPower"]}


@rewrites("margin/power-out-of-nothing", "Without margin it is what the account has.", STATE)
def _power_out_of_nothing(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "buyingPower": reply["buyingPower"] + 1}
