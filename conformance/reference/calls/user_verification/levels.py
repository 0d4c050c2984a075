"""SetUserVerificationLevel and CreateValidatorConfig."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, NotSupported
from conformance.reference.rendering.standard import ACKNOWLEDGED

FORGETS_LEVEL = defect(
    "user_verification/level-is-not-set", "SetUserVerificationLevel leaves the level as it was."
)


class LevelChange(Request):
    """The level a user has reached."""

    user_id: int
    verification_level: Int32


class ValidatorConfig(Request, kw_only=True):
    """An external validator of identities."""

    oms_id: int
    request_identifier: str
    username: str
    password: str
    uri: str
    website_url: str
    enabled: bool
    last_sequence_processed: Int32


@call("SetUserVerificationLevel", permissions=(OPERATOR,), request=LevelChange)
def set_user_verification_level(context: Context, request: LevelChange) -> object:
    """The level is kept, and shown, with the user's default account."""
    user = context.exchange.users.get(request.user_id)
    account = context.exchange.accounts.get(user.account_id)
    if request.verification_level < 0:
        raise InvalidRequest("VerificationLevel must not be negative")
    if not context.exchange.defects(FORGETS_LEVEL):
        account.verification_level = request.verification_level
    return ACKNOWLEDGED


@call("CreateValidatorConfig", permissions=(OPERATOR,), request=ValidatorConfig)
def create_validator_config(context: Context, request: ValidatorConfig) -> object:
    """Deprecated: still answered as documented; deployments no longer support it."""
    context.require_oms(request.oms_id)
    if context.venues:
        raise NotSupported("CreateValidatorConfig is deprecated")
    return ACKNOWLEDGED
