"""Faults that only show when a customer repeats itself, loses its connection, or comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from conformance.reference.calls.registry import load_calls
from conformance.reference.dispatch import Context
from conformance.reference.domain import two_factor
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus
from conformance.reference.domain.users import User
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import Run, fault

LOG_IN, LOG_OUT = "AuthenticateUser", "LogOut"
ANNOUNCE, ASK = "CreateDepositTicket", "CreateWithdrawTicket"

_last: WeakKeyDictionary[Exchange, dict[int, Any]] = WeakKeyDictionary()


@fault("journey/hold-ends-with-the-connection", "What is held outlives a connection.", LOG_IN)
def _hold_ends(context: Context, request: Any, run: Run) -> object:
    user = _named(context, request)
    for position in context.exchange.ledger.positions_of(user.account_id) if user else ():
        if _lost(context, user):
            position.hold = ZERO
    return run()


@fault("journey/code-asked-once", "A code is asked for whenever somebody comes back.", LOG_IN)
def _code_asked_once(context: Context, request: Any, run: Run) -> object:
    user = _named(context, request)
    if user is None or not _lost(context, user):
        return run()
    needed, user.use_2fa = user.use_2fa, False
    try:
        return run()
    finally:
        user.use_2fa = needed


@fault("journey/log-out-ends-second-factor", "A second factor outlives a log-out.", LOG_OUT)
def _log_out_ends_factor(context: Context, request: Any, run: Run) -> object:
    if context.peer.session is not None:
        two_factor.disable(context.user)
    return run()


@fault("journey/announced-again", "What was announced unheard is there once.", ANNOUNCE, LOG_IN)
def _announced_again(context: Context, request: Any, run: Run) -> object:
    return _repeated(context, request, run, ANNOUNCE)


@fault("journey/asked-again", "What was asked for unheard is there once.", ASK, LOG_IN)
def _asked_again(context: Context, request: Any, run: Run) -> object:
    return _repeated(context, request, run, ASK)


@fault("journey/paid-again", "A withdrawal that is paid twice is debited once.",
       "MarkWithdrawTicketAsFullyProcessed")
def _paid_again(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal(request.ticket_id)
    if ticket.status is WithdrawStatus.FULLY_PROCESSED:
        position = context.exchange.ledger.position(ticket.account_id, ticket.product_id)
        position.amount -= ticket.total
    return run()


@fault("journey/taken-back-again", "A withdrawal that is taken back twice is given back once.",
       "CancelWithdraw")
def _taken_back_again(context: Context, request: Any, run: Run) -> object:
    ticket = context.exchange.treasury.withdrawal_by_code(request.request_code)
    try:
        return run()
    except Refusal:
        if ticket.status is WithdrawStatus.USER_CANCELED:
            position = context.exchange.ledger.position(ticket.account_id, ticket.product_id)
            position.amount += ticket.total
        raise


@fault("journey/cancel-frees-again", "A second cancel frees nothing.", "CancelOrder")
def _frees_again(context: Context, request: Any, run: Run) -> object:
    order = context.exchange.desk.orders.by_id.get(request.order_id)
    held = context.exchange.ledger.positions_of(order.account_id) if order else ()
    try:
        return run()
    except Refusal:
        for position in held:
            position.hold = ZERO
        raise


@fault("journey/second-sign-up-unconfirms", "A refused sign-up takes nothing from its owner.",
       "RegisterUser")
def _unconfirms(context: Context, request: Any, run: Run) -> object:
    owner = context.exchange.users.named(request.user_info.user_name)
    if owner is not None:
        owner.email_verified = False
    return run()


@fault("journey/second-code-is-good", "A wrong code is wrong however often it is tried.",
       "Authenticate2FA")
def _second_code(context: Context, request: Any, run: Run) -> object:
    session = context.peer.session
    tried = _last.setdefault(context.exchange, {})
    if session is None or not session.pending_2fa or request.code is None:
        return run()
    if tried.get(session.user_id) == request.code:
        context.exchange.sessions.promote(session, context.exchange.ids.guid())
        return {"Authenticated": True, "SessionToken": session.token}
    tried[session.user_id] = request.code
    return run()


def _named(context: Context, request: Any) -> User | None:
    """The user who logs in by password."""
    return context.exchange.users.named(request.user_name or "")


def _lost(context: Context, user: User | None) -> bool:
    """Has the user a log-in whose connection broke?"""
    sessions: Iterable[Session] = context.exchange.sessions.by_token.values()
    return any(
        user is not None and each.user_id == user.user_id and not each.lines for each in sessions
    )


def _repeated(context: Context, request: Any, run: Run, call: str) -> object:
    """Remember the user's last request of a call, and do it again when the user comes back."""
    last = _last.setdefault(context.exchange, {})
    if context.call == call:
        last[context.user.user_id] = request
        return run()
    user = _named(context, request)
    was_lost = _lost(context, user)
    reply, session = run(), context.peer.session
    again = last.pop(user.user_id, None) if user is not None and was_lost else None
    if again is not None and session is not None and not session.pending_2fa:
        load_calls()[call.lower()].handler(context, again)
    return reply
