"""SubscribeAccountEvents, and the narrower or ending forms that clients of venues use."""

from __future__ import annotations

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.calls.users.market_data import subscriber_of
from conformance.reference.dispatch import Context
from conformance.reference.feeds.account_feed import MARKETS
from conformance.reference.rendering.standard import ACKNOWLEDGED

READERS = ("Operator", "Trading", "AccountReadOnly")


class AccountRequest(Request):
    """An account."""

    oms_id: int
    account_id: int


@call("SubscribeAccountEvents", permissions=READERS, request=AccountRequest)
def subscribe_account_events(context: Context, request: AccountRequest) -> object:
    """From now on everything that happens to the account, and session changes of markets."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    subscriber = subscriber_of(context)
    events = context.exchange.events
    events.subscribe(("account", account.account_id), subscriber, context.sequence)
    events.subscribe(MARKETS, subscriber, context.sequence)
    return {"Subscribe": True}


@call("UnsubscribeAccountEvents", permissions=READERS, request=AccountRequest)
def unsubscribe_account_events(context: Context, request: AccountRequest) -> object:
    """Not in the pages: stop hearing of an account."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    subscriber = subscriber_of(context)
    context.exchange.events.unsubscribe(("account", account.account_id), subscriber)
    return ACKNOWLEDGED


@call("SubscribeOrderStateEvents", permissions=READERS, request=AccountRequest)
def subscribe_order_state_events(context: Context, request: AccountRequest) -> object:
    """Not in the pages: only OrderStateEvent of an account."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    topic = ("order_states", account.account_id)
    context.exchange.events.subscribe(topic, subscriber_of(context), context.sequence)
    return {"Subscribe": True}


@call("UnsubscribeOrderStateEvents", permissions=READERS, request=AccountRequest)
def unsubscribe_order_state_events(context: Context, request: AccountRequest) -> object:
    """Not in the pages: stop hearing of an account's order states."""
    context.require_oms(request.oms_id)
    account = context.account(request.account_id)
    topic = ("order_states", account.account_id)
    context.exchange.events.unsubscribe(topic, subscriber_of(context))
    return ACKNOWLEDGED
