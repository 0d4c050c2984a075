"""Affiliate tags, and the users who signed up with them."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.users.selection import require_default_account_scope
from conformance.reference.calls.users.shapes import user_record
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.clock import parse_iso
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.domain.users import User
from conformance.reference.rendering.standard import ACKNOWLEDGED

MISCOUNTS = defect("users/affiliate-count-off-by-one", "GetUserAffiliateCount is one too high.")
_OWNERS = (OPERATOR, "Trading")


class TagEntry(Request):
    """A tag of a user, filed under a number."""

    oms_id: int
    user_id: int
    affiliate_id: Int32
    affiliate_tag: str


class OmsUser(Request, kw_only=True):
    """A user by id."""

    oms_id: int
    user_id: int


class RegistrationQuery(Request, kw_only=True):
    """Sign-ups with one tag of a user between two dates, both included."""

    user_id: int
    tag: str
    start_date: str
    end_date: str


def _owner(context: Context, oms_id: int | None, user_id: int) -> User:
    context.require_oms(oms_id)
    return require_default_account_scope(context, context.exchange.users.get(user_id))


@call("AddUserAffiliateTag", permissions=_OWNERS, request=TagEntry)
def add_user_affiliate_tag(context: Context, request: TagEntry) -> object:
    """Give a user one more tag."""
    owner = _owner(context, request.oms_id, request.user_id)
    context.exchange.affiliates.add(owner.user_id, request.affiliate_id, request.affiliate_tag)
    return ACKNOWLEDGED


@call("UpdateUserAffiliateTag", permissions=_OWNERS, request=TagEntry)
def update_user_affiliate_tag(context: Context, request: TagEntry) -> object:
    """Replace the tag the user files under this number."""
    owner = _owner(context, request.oms_id, request.user_id)
    context.exchange.affiliates.rename(owner.user_id, request.affiliate_id, request.affiliate_tag)
    return ACKNOWLEDGED


@call("GetUserAffiliateTag", permissions=_OWNERS, request=OmsUser)
def get_user_affiliate_tag(context: Context, request: OmsUser) -> object:
    """All tags of a user."""
    owner = _owner(context, request.oms_id, request.user_id)
    return [
        {
            "omsId": owner.oms_id,
            "userId": owner.user_id,
            "affiliateId": tag.affiliate_id,
            "affiliateTag": tag.tag,
        }
        for tag in context.exchange.affiliates.of_user(owner.user_id)
    ]


@call("GetUserAffiliateCount", permissions=_OWNERS, request=OmsUser)
def get_user_affiliate_count(context: Context, request: OmsUser) -> object:
    """How many users this one has brought."""
    owner = _owner(context, request.oms_id, request.user_id)
    error = 1 if context.exchange.defects(MISCOUNTS) else 0
    return {"Count": len(_brought_by(context, owner)) + error}


@call("GetUserAffiliates", permissions=(OPERATOR,), request=OmsUser)
def get_user_affiliates(context: Context, request: OmsUser) -> object:
    """The users this one has brought."""
    owner = _owner(context, request.oms_id, request.user_id)
    return [user_record(context, user) for user in _brought_by(context, owner)]


@call("GetRecentAffiliateRegistrations", permissions=(OPERATOR,), request=RegistrationQuery)
def get_recent_affiliate_registrations(context: Context, request: RegistrationQuery) -> object:
    """Those of them who came with one tag, in a span of time; no tag means any."""
    owner = context.exchange.users.get(request.user_id)
    if request.tag and not request.tag.isalnum():
        raise InvalidRequest("tag must be alphanumeric")
    start, end = _moment(request.start_date), _moment(request.end_date)
    tag_ids = {
        tag.tag_id
        for tag in context.exchange.affiliates.of_user(owner.user_id)
        if tag.tag == request.tag
    }
    return [
        user_record(context, user)
        for user in _brought_by(context, owner)
        if start <= user.created_ms <= end
        and (not request.tag or user.affiliate_tag_id in tag_ids)
    ]


def _brought_by(context: Context, owner: User) -> list[User]:
    users = context.exchange.users.by_id.values()
    return [user for user in users if user.affiliate_id == owner.user_id]


def _moment(text: str) -> int:
    try:
        return parse_iso(text)
    except ValueError:
        raise InvalidRequest(f"not a date: {text}") from None
