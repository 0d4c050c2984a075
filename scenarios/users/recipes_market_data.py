"""How to reach success for market data, account events, affiliates and badges."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from scenarios.users import recipes_reports as recipes_reports
from scenarios.users.affiliation import (
    add_tag,
    new_tag,
    tag_payload,
    tag_reads,
    wide_period,
)
from scenarios.users.badges import badge_of
from scenarios.users.markets import SUBSCRIBE, feed_payload, subscribe
from scenarios.users.vocabulary import somebody


def _subscription(kind: str) -> None:
    @recipe(f"users/Subscribe{kind}")
    def begin(world: World) -> Prepared:
        """A connection of its own; no call reads subscriptions back."""
        who = world.deployment.fresh("trader")
        return Prepared(who, feed_payload(world.market, **SUBSCRIBE[kind][1]))

    @recipe(f"users/Unsubscribe{kind}")
    def end(world: World) -> Prepared:
        who = world.deployment.fresh("trader")
        subscribe(who, world.market, kind)
        return Prepared(who, feed_payload(world.market))


for _kind in SUBSCRIBE:
    _subscription(_kind)


@recipe("users/SubscribeAccountEvents")
def subscribe_account_events(world: World) -> Prepared:
    who = world.deployment.fresh("trader")
    return Prepared(who, {"AccountId": who.account_id, "OMSId": world.oms_id})


@recipe("users/AddUserAffiliateTag")
def add_user_affiliate_tag(world: World) -> Prepared:
    who = somebody(world)
    return Prepared(who, tag_payload(who, new_tag(world)), tag_reads(who))


@recipe("users/UpdateUserAffiliateTag")
def update_user_affiliate_tag(world: World) -> Prepared:
    who = somebody(world)
    add_tag(world, who)
    return Prepared(who, tag_payload(who, new_tag(world)), tag_reads(who))


@recipe("users/GetUserAffiliateTag")
def get_user_affiliate_tag(world: World) -> Prepared:
    who = somebody(world)
    add_tag(world, who)
    return Prepared(who, {"userId": who.user_id, "omsId": world.oms_id})


@recipe("users/GetRecentAffiliateRegistrations")
def get_recent_affiliate_registrations(world: World) -> Prepared:
    who = somebody(world)
    start, end = wide_period(world)
    tag = add_tag(world, who)
    payload = {"userId": who.user_id, "tag": tag, "startDate": start, "endDate": end}
    return Prepared(world.operator, payload)


@recipe("users/GetAccountBadges")
def get_account_badges(world: World) -> Prepared:
    badge_of(world, world.trader.account_id)
    return Prepared(world.trader, {"OMSId": world.oms_id, "AccountId": world.trader.account_id})


@recipe("users/GetBadgeAccount")
def get_badge_account(world: World) -> Prepared:
    badge = badge_of(world, world.trader.account_id)
    return Prepared(world.trader, {"OMSId": world.oms_id, "Badge": badge})
