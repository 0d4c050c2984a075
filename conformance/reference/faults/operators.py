"""Faults of operators and their trading systems, of mail, and of the end of the day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from conformance.reference.calls.registry import CallSpec
from conformance.reference.defects import defect
from conformance.reference.dispatch import Answer, Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import (
    ErrorCode,
    NotAuthorized,
    OperationFailed,
    Refusal,
)
from conformance.reference.exchange import OPERATOR_ID, Exchange
from conformance.reference.faults.registry import Run, answers, fault, forgets, opens, rewrites

SYSTEM, ADD, UPDATE, LIST, CONFIG = (
    "AddEditOMS", "AddOperator", "UpdateOperator", "GetOperators", "AddOperatorConfig",
)
ASSIGN, WITHDRAW, DEFAULT, SYSTEMS = (
    "AddOperatorOMS", "RemoveOperatorOMS", "SetDefaultOperatorOMS", "GetOperatorOMSList",
)
USERS, REMOVE_USER = "GetOperatorUsers", "RemoveOperatorUser"
MAIL, DAY_END = "SendEmail", "SendEndOfDay"
_defaults_gone: WeakKeyDictionary[Exchange, set[tuple[int, int]]] = WeakKeyDictionary()

opens(defect("gen_admin/mail-by-operators", "Only a superuser sends mail."), MAIL)
forgets("gen_admin/assignment-lost", "A system that was assigned is listed.", ASSIGN)
forgets("gen_admin/withdrawal-lost", "A system that was taken away is not listed.", WITHDRAW)
forgets("gen_admin/default-stays", "The default goes over.", DEFAULT)
forgets("gen_admin/day-goes-on", "The end of the day is the end.", DAY_END)
fault("gen_admin/user-stays", "A user who was removed is not listed.", REMOVE_USER)(
    lambda context, request, run: {"Success": True}
)


# Trading systems.


@rewrites("gen_admin/system-under-known-id", "A new system has an id of its own.", SYSTEM)
def _under_known_id(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": context.exchange.oms_id}


@fault("gen_admin/system-id-ignored", "A free id that is sent is used.", SYSTEM)
def _system_id_ignored(context: Context, request: Any, run: Run) -> object:
    if request.id not in context.exchange.operators.systems:
        request.id = 0
    return run()


@fault("gen_admin/system-never-edited", "A known id edits.", SYSTEM)
def _never_edited(context: Context, request: Any, run: Run) -> object:
    request.id = 0
    return run()


@fault("gen_admin/system-guid-ignored", "The GUID of a system is its own.", SYSTEM)
def _system_guid_ignored(context: Context, request: Any, run: Run) -> object:
    request.instance_guid = None
    return run()


@fault("gen_admin/empty-guid-kept", "A system without GUID is given one.", SYSTEM)
def _empty_guid_kept(context: Context, request: Any, run: Run) -> object:
    systems = context.exchange.operators.systems
    if request.instance_guid:
        return run()
    if any(not system.guid for system in systems.values()):
        raise OperationFailed("the GUID is already in use")
    reply: Any = run()
    systems[reply["Id"]].guid = ""
    return reply


@fault("gen_admin/permissions-not-in-force", "A system's settings are in force.", SYSTEM)
def _not_in_force(context: Context, request: Any, run: Run) -> object:
    request.permissioned_instrument = request.permissioned_product = False
    return run()


@fault("gen_admin/contra-account-ignored", "Deposits name their contra account.", SYSTEM)
def _contra_account_ignored(context: Context, request: Any, run: Run) -> object:
    request.deposit_contra_account_id = None
    return run()


@rewrites("gen_admin/core-password-echoed", "The core's password is never shown.", SYSTEM)
def _core_password_echoed(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "AssetManagerCorePassword": request.asset_manager_core_password}


# Operators.


@rewrites("gen_admin/operator-under-known-id", "A new operator has an own id.", ADD)
def _operator_under_known_id(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": OPERATOR_ID}


@fault("gen_admin/operator-id-ignored", "A free id that is sent is used.", ADD)
def _operator_id_ignored(context: Context, request: Any, run: Run) -> object:
    if request.operator_id not in context.exchange.operators.by_id:
        request.operator_id = 0
    return run()


@fault("gen_admin/operator-guid-ignored", "The GUID of an operator is its own.", ADD)
def _operator_guid_ignored(context: Context, request: Any, run: Run) -> object:
    request.operator_guid = None
    return run()


@fault("gen_admin/operator-without-guid", "Every operator has a GUID.", ADD)
def _without_guid(context: Context, request: Any, run: Run) -> object:
    reply: Any = run()
    context.exchange.operators.get(reply["Id"]).guid = ""
    return reply


@rewrites("gen_admin/operator-unlisted", "A new operator is listed.", LIST)
def _operator_unlisted(context: Context, request: Any, reply: Any) -> object:
    return reply[:-1]


@fault("gen_admin/always-verifies-by-mail", "Mail is asked for only where wanted.", UPDATE)
def _always_verifies(context: Context, request: Any, run: Run) -> object:
    request.use_email_verify = True
    return run()


@fault("gen_admin/update-makes-operators", "An update makes nobody.", UPDATE)
def _makes_operators(context: Context, request: Any, run: Run) -> object:
    operators = context.exchange.operators
    if request.operator_id not in operators.by_id:
        operators.add(request.to_domain())
    return run()


@answers("gen_admin/any-config", "A configuration is text.")
def _any_config(
    spec: CallSpec, payload: str, run: Callable[[], Answer | None]
) -> Answer | None:
    answer = run()
    if spec.name != CONFIG or answer is None or answer.ok:
        return answer
    return Answer('{"result":true,"errormsg":"","errorcode":0,"detail":""}', ok=True)


@fault("gen_admin/config-set-once", "A configuration can be set anew.", CONFIG)
def _config_set_once(context: Context, request: Any, run: Run) -> object:
    if request.config_id in context.exchange.operators.get(request.operator_id).config:
        raise OperationFailed("it is set already")
    return run()


# Who manages which system.


@fault("gen_admin/default-not-taken", "A system is assigned as default.", ASSIGN)
def _default_not_taken(context: Context, request: Any, run: Run) -> object:
    request.is_default = False
    return run()


@fault("gen_admin/lost-system-stays-lost", "A superuser assigns any system.", ASSIGN)
def _stays_lost(context: Context, request: Any, run: Run) -> object:
    if context.is_superuser:
        raise NotAuthorized
    return run()


@rewrites("gen_admin/every-system-default", "One system is the default.", SYSTEMS)
def _every_system_default(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "IsDefault": True} for row in reply]


@rewrites("gen_admin/systems-of-nobody", "A system is listed under its operator.", SYSTEMS)
def _of_nobody(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "OperatorId": 0} for row in reply]


@fault("gen_admin/last-operator-stays", "The last operator can be taken away.", WITHDRAW)
def _last_operator_stays(context: Context, request: Any, run: Run) -> object:
    assigned = context.exchange.operators.assigned
    if sum(system == request.oms_id for _, system in assigned) == 1:
        raise OperationFailed("a system has an operator")
    return run()


@fault("gen_admin/withdrawal-takes-permission", "A permission stays.", WITHDRAW)
def _takes_permission(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.user.permissions.discard(OPERATOR)
    return reply


@fault("gen_admin/withdrawal-locks", "Who gives up a system can log in.", WITHDRAW)
def _locks(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.user.locked = True
    return reply


@fault("gen_admin/withdrawal-ends-the-offer", "An offer is the system's own.", WITHDRAW)
def _ends_the_offer(context: Context, request: Any, run: Run) -> object:
    reply, loyalty = run(), context.exchange.loyalty
    loyalty.configs = [config for config in loyalty.configs if config.oms_id != request.oms_id]
    return reply


@fault("gen_admin/default-comes-back", "A default that was taken away stays so.", ASSIGN, WITHDRAW)
def _comes_back(context: Context, request: Any, run: Run) -> object:
    operator = context.exchange.operators.get(request.operator_id)
    gone = _defaults_gone.setdefault(context.exchange, set())
    pair = (request.operator_id, request.oms_id)
    if context.call == WITHDRAW and operator.default_oms_id == request.oms_id:
        gone.add(pair)
    request.is_default = request.is_default or (context.call == ASSIGN and pair in gone)
    return run()


# Users of an operator.


@rewrites("gen_admin/users-of-nobody", "A user is listed under the operator.", USERS)
def _users_of_nobody(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "operatorId": 0} for row in reply]


@fault("gen_admin/deprecated-breaks", "A deprecated call is answered.", USERS, REMOVE_USER)
def _deprecated_breaks(context: Context, request: Any, run: Run) -> object:
    failure = Refusal()
    failure.code = ErrorCode.SERVER_ERROR
    raise failure


# Mail, and the end of the day.


@fault("gen_admin/mail-to-one-fewer", "Everybody named gets the mail.", MAIL)
def _one_fewer(context: Context, request: Any, run: Run) -> object:
    request.to_addresses = request.to_addresses[:-1]
    return run()


@fault("gen_admin/no-blind-copies", "Who is copied blindly gets the mail.", MAIL)
def _no_blind_copies(context: Context, request: Any, run: Run) -> object:
    request.bcc_addresses = []
    return run()


@fault("gen_admin/blind-copies-shown", "Nobody reads who is copied blindly.", MAIL)
def _blind_copies_shown(context: Context, request: Any, run: Run) -> object:
    request.template = f"{request.template} {request.bcc_addresses}"
    return run()


@fault("gen_admin/tokens-left", "Tokens of a template are filled in.", MAIL)
def _tokens_left(context: Context, request: Any, run: Run) -> object:
    request.template_tokens = {}
    return run()


@fault("gen_admin/counters-go-on", "The day's counters end with it.", DAY_END)
def _counters_go_on(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    kept, exchange.at_day_end = exchange.at_day_end, [exchange.desk.expire_due]
    try:
        return run()
    finally:
        exchange.at_day_end = kept
