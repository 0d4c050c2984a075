"""AddOperator, UpdateOperator, GetOperators, AddOperatorConfig, and the deprecated user calls."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty, GuidOrEmpty, Int32, Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.operators import Operator
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import NotFound, Refusal
from conformance.reference.exchange import OPERATOR_ID
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure


class OperatorInfo(Request):
    """An operator's settings; id 0 and an empty GUID are for the system to assign."""

    operator_id: Int32
    operator_name: str
    operator_guid: GuidOrEmpty | None = None
    default_oms_id: Int32 = 0
    website: str | None = ""
    verify_url: str | None = ""
    use_email_verify: bool = False
    use_recaptcha: bool = False
    recaptcha_private_key: str | None = None
    recaptcha_public_key: str | None = None

    def to_domain(self) -> Operator:
        """The same as the domain has it."""
        return Operator(
            self.operator_id, self.operator_guid or "", self.operator_name, self.default_oms_id,
            self.website or "", self.verify_url or "", self.use_email_verify, self.use_recaptcha,
            self.recaptcha_private_key, self.recaptcha_public_key,
        )


class OperatorConfig(Request):
    """One configuration entry; both parts are text."""

    operator_id: Int32
    config_id: str
    config: str


class OperatorQuery(Request):
    """An operator."""

    operator_id: Int32


class OperatorUser(Request):
    """A user of an operator."""

    operator_id: Int32
    user_id: Int32


def not_removed(refusal: Refusal) -> object:
    """The page flags failure inside its own reply; the standard keys say why."""
    return {"Success": False, **standard_failure(refusal)}


@call("AddOperator", permissions=(OPERATOR,), request=OperatorInfo)
def add_operator(context: Context, request: OperatorInfo) -> object:
    """Register an operator; answers its id."""
    operator = context.exchange.operators.add(request.to_domain())
    return {"Id": operator.operator_id}


@call("UpdateOperator", permissions=(OPERATOR,), request=OperatorInfo)
def update_operator(context: Context, request: OperatorInfo) -> object:
    """Replace an operator's settings."""
    context.exchange.operators.update(request.to_domain())
    return ACKNOWLEDGED


@call("GetOperators", permissions=(OPERATOR,), request=Empty)
def get_operators(context: Context, request: Empty) -> object:
    """All operators of this OMS."""
    return [
        {
            "OperatorId": operator.operator_id,
            "OperatorGuid": operator.guid,
            "OperatorName": operator.name,
            "DefaultOMSId": operator.default_oms_id,
            "Website": operator.website,
            "VerifyURL": operator.verify_url,
            "UseEmailVerify": operator.use_email_verify,
            "UseRecaptcha": operator.use_recaptcha,
            "RecaptchaPrivateKey": operator.recaptcha_private_key,
            "RecaptchaPublicKey": operator.recaptcha_public_key,
        }
        for operator in context.exchange.operators.serving(context.exchange.oms_id)
    ]


@call("AddOperatorConfig", permissions=(OPERATOR,), request=OperatorConfig)
def add_operator_config(context: Context, request: OperatorConfig) -> object:
    """Set one configuration entry of an operator; no call reads it back."""
    operator = context.exchange.operators.get(request.operator_id)
    operator.config[request.config_id] = request.config
    return ACKNOWLEDGED


@call("GetOperatorUsers", permissions=(OPERATOR,), request=OperatorQuery)
def get_operator_users(context: Context, request: OperatorQuery) -> object:
    """Deprecated: every user belongs to the first operator until removed from it."""
    operator = context.exchange.operators.get(request.operator_id)
    users = context.exchange.users.by_id if operator.operator_id == OPERATOR_ID else {}
    return [
        {"operatorId": operator.operator_id, "userId": user_id}
        for user_id in sorted(users)
        if user_id not in operator.removed_users
    ]


@call(
    "RemoveOperatorUser", permissions=(OPERATOR,), request=OperatorUser, refusal=not_removed
)
def remove_operator_user(context: Context, request: OperatorUser) -> object:
    """Deprecated: end a user's association with an operator; the user lives on."""
    operator = context.exchange.operators.get(request.operator_id)
    user = context.exchange.users.get(request.user_id)
    if operator.operator_id != OPERATOR_ID or user.user_id in operator.removed_users:
        raise NotFound("the user is not associated with this operator")
    operator.removed_users.add(user.user_id)
    return {"Success": True}
