"""Subscriptions: what the chain reports, from the moment somebody subscribed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

from ariadne import SubscriptionType
from graphql import GraphQLError

from conformance.reference.domain.chain.chain import Report
from conformance.reference.domain.chain.templates import Ability
from conformance.reference.exchange import Exchange
from conformance.reference.faults.digitizer_access import EVERY_TOKEN, TELLS_PAST
from conformance.reference.faults.registry import handled
from conformance.reference.gateway.digitizer.resolvers import Info, asking, logged_in
from conformance.reference.gateway.digitizer.shapes import Shape, event_shape, status_shape

# Reports that may wait for one subscriber before the subscription ends.
MOST_WAITING = 10_000
# How often a quiet subscription lets the chain catch up with the clock.
_PULSE_S = 0.02

subscription = SubscriptionType()


class ReportStream(AsyncGenerator[Report, None]):
    """Reports since this object was made; it listens until it is closed."""

    def __init__(self, exchange: Exchange, wanted: Callable[[Report], bool]) -> None:
        self._exchange = exchange
        self._wanted = wanted
        self._waiting: asyncio.Queue[Report] = asyncio.Queue(MOST_WAITING)
        self._overrun = False
        exchange.digitizer.chain.listeners.append(self._listen)
        if exchange.defects(TELLS_PAST):
            for report in exchange.digitizer.chain.recent:
                self._listen(report)

    def _listen(self, report: Report) -> None:
        if not self._wanted(report):
            return
        try:
            self._waiting.put_nowait(report)
        except asyncio.QueueFull:
            self._overrun = True
            self._stop()

    async def asend(self, value: None) -> Report:
        """The next report, as soon as there is one."""
        while self._waiting.empty():
            if self._overrun:
                raise GraphQLError("the subscriber is too slow")
            self._exchange.catch_up()
            self._exchange.events.flush()
            with suppress(TimeoutError):
                return await asyncio.wait_for(self._waiting.get(), _PULSE_S)
        return self._waiting.get_nowait()

    async def athrow(self, *reason: Any) -> Report:
        """Stop listening; how the base class closes a stream."""
        self._stop()
        raise StopAsyncIteration

    def _stop(self) -> None:
        listeners = self._exchange.digitizer.chain.listeners
        with suppress(ValueError):
            listeners.remove(self._listen)


@subscription.source("txStatus")
def every_status(_: object, info: Info) -> ReportStream:
    """Reports on the transactions of the user logged in."""
    who = logged_in(info)
    user_id = who.require_user().user_id
    return ReportStream(who.exchange, lambda report: report.transaction.user_id == user_id)


@subscription.field("txStatus")
def tx_status(report: Report, info: Info) -> Shape:
    """One report as a TxStatus."""
    told: Shape = handled(
        asking(info), "digitizer/txStatus", report, lambda: status_shape(report)
    )
    return told


@subscription.source("eventAdded")
def every_event(_: object, info: Info) -> ReportStream:
    """Reports on tokens whose template reports events."""
    who = logged_in(info)
    return ReportStream(
        who.exchange,
        lambda report: (
            Ability.EVENTS in report.transaction.token.template.abilities
            or who.exchange.defects(EVERY_TOKEN)
        ),
    )


@subscription.field("eventAdded")
def event_added(report: Report, info: Info) -> Shape:
    """One report as a ChainEvent."""
    told: Shape = handled(
        asking(info), "digitizer/eventAdded", report, lambda: event_shape(report)
    )
    return told
