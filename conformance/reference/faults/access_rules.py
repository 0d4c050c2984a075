"""Faults of single rules of access: a right that is listed and does not count, or too far."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.registry import CallSpec
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import NotAuthorized
from conformance.reference.faults.reach import without_bounds
from conformance.reference.faults.registry import Run, fault, gate

READS = ("GetAccountPositions", "GetOpenOrders", "GetAccountTrades", "GetAccountInfo")


@fault("access/operator-keeps-to-links", "An operator is above the accounts.", *READS)
def _keeps_to_links(context: Context, request: Any, run: Run) -> object:
    if OPERATOR in context.user.permissions and SUPERUSER not in context.user.permissions:
        _require_linked(context, request.account_id)
    return run()


@fault("access/superuser-keeps-to-links", "A superuser is above the accounts.", *READS)
def _superuser_keeps(context: Context, request: Any, run: Run) -> object:
    if SUPERUSER in context.user.permissions and OPERATOR not in context.user.permissions:
        _require_linked(context, request.account_id)
    return run()


def _require_linked(context: Context, account_id: int | None) -> None:
    account = context.exchange.accounts.get(account_id or context.user.account_id)
    if context.user.user_id not in account.user_ids:
        raise NotAuthorized


@gate("access/name-admits-nobody", "A permission named like a call admits to it.")
def _name_admits_nobody(context: Context, spec: CallSpec) -> bool | None:
    held = context.permissions
    if spec.name in held and not {OPERATOR, SUPERUSER, *spec.permissions} & set(held):
        return False
    return None


@gate("access/trading-opens-lists", "What is for operators needs their permission.")
def _trading_opens_lists(context: Context, spec: CallSpec) -> bool | None:
    return True if spec.name == "GetAllUserGroups" and "Trading" in context.permissions else None


@fault("access/link-opens-nothing", "Who is linked to an account reads it.", *READS)
def _link_opens_nothing(context: Context, request: Any, run: Run) -> object:
    if not context.is_operator and request.account_id not in (None, 0, context.user.account_id):
        raise NotAuthorized
    return run()


@fault("access/housemates-are-strangers", "The users of one's default account are in reach.",
       "GetUserConfig", "GetUserInfo", "GetUserAccounts", "GetUserPermissions")
def _housemates(context: Context, request: Any, run: Run) -> object:
    if not context.is_operator and request.user_id not in (None, 0, context.user.user_id):
        raise NotAuthorized
    return run()


@fault("access/positions-for-anybody", "Strangers read nothing of an account.",
       "GetAccountPositions")
def _positions_for_anybody(context: Context, request: Any, run: Run) -> object:
    return without_bounds(context, request, run)


@gate("access/user-operator-shut-out", "A permission that a page names admits to its call.")
def _user_operator_shut_out(context: Context, spec: CallSpec) -> bool | None:
    held = set(context.permissions)
    shut = "UserOperator" in held and not held & {OPERATOR, SUPERUSER, spec.name}
    return False if spec.name == "GetLockedUsers" and shut else None
