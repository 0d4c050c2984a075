"""GetAccountBadges, GetAllBadges, GetBadgeAccount."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.badges import Badge
from conformance.reference.domain.permissions import OPERATOR


class BadgesOfAccount(Request):
    """An account."""

    oms_id: int
    account_id: int


class AllBadges(Request):
    """The whole exchange."""

    oms_id: int


class BadgeByName(Request):
    """One badge by name."""

    oms_id: int
    badge: str


def _row(context: Context, badge: Badge) -> dict[str, object]:
    return {
        "OMSId": context.exchange.oms_id,
        "AccountId": badge.account_id,
        "BadgeId": badge.badge_id,
        "Badge": badge.name,
        "Active": badge.active,
    }


@call("GetAccountBadges", permissions=(OPERATOR, "Trading"), request=BadgesOfAccount)
def get_account_badges(context: Context, request: BadgesOfAccount) -> object:
    """Badges of one account, switched off or not."""
    context.require_oms(request.oms_id)
    account = context.exchange.accounts.get(request.account_id)
    context.account(account.account_id)
    badges = context.exchange.badges.of_account(account.account_id)
    return [_row(context, badge) for badge in badges]


@call("GetAllBadges", permissions=(OPERATOR,), request=AllBadges)
def get_all_badges(context: Context, request: AllBadges) -> object:
    """Badges of every account."""
    context.require_oms(request.oms_id)
    return [_row(context, badge) for badge in context.exchange.badges.by_id.values()]


@call("GetBadgeAccount", permissions=(OPERATOR, "Trading"), request=BadgeByName)
def get_badge_account(context: Context, request: BadgeByName) -> object:
    """Whose badge this is; below Operator only for the caller's accounts."""
    context.require_oms(request.oms_id)
    badge = context.exchange.badges.named(request.badge)
    context.account(badge.account_id)
    return _row(context, badge)
