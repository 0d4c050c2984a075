"""Faults of affiliates and badges, and of users who are disabled or help themselves."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.users.shapes import user_record
from conformance.reference.dispatch import Context
from conformance.reference.domain.affiliates import AffiliateTag
from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, fault, opens, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

DAY_IN_YEAR_TEXT = 4
"""The year is the first four characters of a date."""


@fault("affiliates/tag-lost", "A tag that was accepted is listed.", "AddUserAffiliateTag")
def _tag_lost(context: Context, request: Any, run: Run) -> object:
    return ACKNOWLEDGED


@fault("affiliates/one-tag-a-user", "A user may have several tags.", "AddUserAffiliateTag")
def _one_tag_a_user(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.affiliates
    known.tags = [tag for tag in known.tags if tag.user_id != request.user_id]
    return run()


@fault("affiliates/any-characters", "A tag is letters and digits.", "AddUserAffiliateTag")
def _any_characters(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except InvalidRequest:
        known = context.exchange.affiliates
        known.tags.append(AffiliateTag(
            known.next_id("affiliate tag"), request.user_id, request.affiliate_id,
            request.affiliate_tag,
        ))
        return ACKNOWLEDGED


@fault("affiliates/update-adds", "A changed tag takes the place of the old one.",
       "UpdateUserAffiliateTag")
def _update_adds(context: Context, request: Any, run: Run) -> object:
    context.exchange.affiliates.add(request.user_id, request.affiliate_id, request.affiliate_tag)
    mine = context.exchange.affiliates.of_user(request.user_id)
    mine[-1].affiliate_id = 1 + max(tag.affiliate_id for tag in mine)
    return ACKNOWLEDGED


@fault("affiliates/update-changes-the-first", "affiliateId says which tag changes.",
       "UpdateUserAffiliateTag")
def _update_changes_the_first(context: Context, request: Any, run: Run) -> object:
    request.affiliate_id = context.exchange.affiliates.of_user(request.user_id)[0].affiliate_id
    return run()


fault(
    "affiliates/strangers-reached", "A trader reaches users of his default account only.",
    "AddUserAffiliateTag", "UpdateUserAffiliateTag", "GetUserAffiliateTag",
    "GetUserAffiliateCount",
)(without_bounds)


@rewrites("affiliates/tag-without-owner", "A tag row names its user.", "GetUserAffiliateTag")
def _tag_without_owner(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "userId": 0} for row in reply]


@rewrites("affiliates/lists-owner", "Nobody is an affiliate of oneself.", "GetUserAffiliates")
def _lists_owner(context: Context, request: Any, reply: Any) -> object:
    return [*reply, user_record(context, context.exchange.users.get(request.user_id))]


@rewrites("affiliates/owner-unnamed", "An affiliate names who brought it.", "GetUserAffiliates")
def _owner_unnamed(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "affiliateId": 0} for row in reply]


@fault("affiliates/tag-ignored", "Sign-ups are those under the tag asked for.",
       "GetRecentAffiliateRegistrations")
def _tag_ignored(context: Context, request: Any, run: Run) -> object:
    request.tag = ""
    return run()


@fault("affiliates/period-ignored", "Sign-ups are those of the period asked for.",
       "GetRecentAffiliateRegistrations")
def _period_ignored(context: Context, request: Any, run: Run) -> object:
    request.start_date, request.end_date = "2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
    return run()


@rewrites("affiliates/long-period-empty", "A wider period loses nobody.",
        "GetRecentAffiliateRegistrations")
def _long_period_empty(context: Context, request: Any, reply: Any) -> object:
    years = [int(text[:DAY_IN_YEAR_TEXT]) for text in (request.start_date, request.end_date)]
    return [] if years[1] > years[0] + 1 else reply


@rewrites("badges/of-every-account", "Badges are those of the account asked for.",
        "GetAccountBadges")
def _of_every_account(context: Context, request: Any, reply: Any) -> object:
    return [
        {"OMSId": request.oms_id, "AccountId": badge.account_id, "BadgeId": badge.badge_id,
         "Badge": badge.name, "Active": badge.active}
        for badge in context.exchange.badges.by_id.values()
    ]


@rewrites("badges/only-the-last", "An account may have several badges.", "GetAccountBadges")
def _only_the_last(context: Context, request: Any, reply: Any) -> object:
    return reply[-1:]


fault("badges/strangers-read", "A trader reads badges of his accounts only.",
      "GetAccountBadges", "GetBadgeAccount")(without_bounds)
fault("badges/not-for-operators", "An operator reads any badge.",
      "GetAccountBadges", "GetBadgeAccount")(not_for_operators)


@rewrites("badges/inactive-hidden", "An inactive badge stays listed.", "GetAllBadges")
def _inactive_hidden(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply if row["Active"]]


@rewrites("badges/wrong-account", "A badge leads to its account.", "GetBadgeAccount")
def _wrong_account(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "AccountId": min(context.exchange.accounts.by_id)}


@fault("badges/unknown-finds-some", "An unknown badge is refused.", "GetBadgeAccount")
def _unknown_finds_some(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        badge = context.exchange.badges.add(context.user.account_id, request.badge, active=True)
        return {"OMSId": request.oms_id, "AccountId": badge.account_id,
                "BadgeId": badge.badge_id, "Badge": badge.name, "Active": True}


@rewrites("users/disabled-user-disappears", "No call makes a user disappear.", "GetUserInfo")
def _disabled_user_disappears(context: Context, request: Any, reply: Any) -> object:
    if not reply["emailVerified"] and not reply["pendingEmailCode"]:
        raise NotFound("Invalid UserId")
    return reply


opens("users/self-service-permissions", "AddUserPermission", "RevokeUserPermission")
fault("users/self-service-permissions", "Only operators change permissions.",
      "AddUserPermission", "RevokeUserPermission")(without_bounds)
