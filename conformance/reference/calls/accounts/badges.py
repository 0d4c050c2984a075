"""AddEditAccountBadge."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed, Refusal
from conformance.reference.rendering.standard import standard_failure

EDIT_ADDS = defect("badges/edit-adds-a-second-badge", "Editing a badge adds another one instead.")


class BadgeEntry(Request, kw_only=True):
    """Badge id 0 adds, any other edits; the page's table types the id as text."""

    oms_id: int
    account_id: int
    badge_id: int | str = 0
    badge: str
    active: bool


def badge_failure(refusal: Refusal) -> object:
    """A badge that cannot be had is answered in the call's own shape."""
    if type(refusal) is not OperationFailed:
        return standard_failure(refusal)
    return {"Success": False}


@call("AddEditAccountBadge", permissions=(OPERATOR,), request=BadgeEntry, refusal=badge_failure)
def add_edit_account_badge(context: Context, request: BadgeEntry) -> object:
    """Add a badge to an account, or rename, move or switch one; true means done."""
    context.require_oms(request.oms_id)
    context.exchange.accounts.get(request.account_id)
    text = str(request.badge_id) or "0"
    if not text.isdecimal():
        raise InvalidRequest("BadgeId must be a number")
    if not request.badge.strip():
        raise InvalidRequest("Badge is Required")
    badges, badge_id = context.exchange.badges, int(text)
    if badge_id == 0:
        badges.add(request.account_id, request.badge, active=request.active)
    elif context.exchange.defects(EDIT_ADDS) and badge_id in badges.by_id:
        badges.by_id[badge_id].name += "~"
        badges.add(request.account_id, request.badge, active=request.active)
    else:
        badges.edit(badge_id, request.account_id, request.badge, active=request.active)
    return {"Success": True}
