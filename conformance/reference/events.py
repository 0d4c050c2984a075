"""Events: published by the domain while a call runs, delivered after its reply was sent.

A topic says who is concerned: ``("account", 7)``, ``("level1", 1)``, ``("level2", 1)``,
``("trades", 1)``, ``("ticker", 1, 60)``. A subscriber is a connection; it dies with the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Protocol

Topic = tuple[Hashable, ...]


class Subscriber(Protocol):
    """A connection that can be sent events."""

    def deliver(self, sequence: int, name: str, payload: object) -> None:
        """Queue one event; ``sequence`` is the number of the subscription's request."""

    def disconnect(self) -> None:
        """Close the connection once what waits has been sent."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``payload`` as the page prints it."""

    topic: Topic
    name: str
    payload: object


@dataclass
class EventBus:
    """Who listens to what, and what waits to be delivered."""

    subscriptions: dict[Topic, dict[Subscriber, int]] = field(default_factory=dict)
    pending: list[Event] = field(default_factory=list)
    observers: list[Callable[[Event], None]] = field(default_factory=list)
    before_delivery: list[Callable[[], None]] = field(default_factory=list)
    rewrite: Callable[[list[Event]], list[Event]] | None = None

    def subscribe(self, topic: Topic, subscriber: Subscriber, sequence: int) -> None:
        """Add or renew a subscription."""
        self.subscriptions.setdefault(topic, {})[subscriber] = sequence

    def unsubscribe(self, topic: Topic, subscriber: Subscriber) -> bool:
        """End a subscription; False when there was none."""
        subscribers = self.subscriptions.get(topic, {})
        if subscriber not in subscribers:
            return False
        del subscribers[subscriber]
        if not subscribers:
            del self.subscriptions[topic]
        return True

    def drop(self, subscriber: Subscriber, kind: str | None = None) -> None:
        """Forget a connection that is gone; with ``kind`` only its topics of that kind."""
        for topic in [t for t in self.subscriptions if kind is None or t[0] == kind]:
            self.unsubscribe(topic, subscriber)

    def wanted(self, topic: Topic) -> bool:
        """Is anybody listening? Lets the domain skip building payloads nobody sees."""
        return bool(self.observers) or bool(self.subscriptions.get(topic))

    def publish(self, topic: Topic, name: str, payload: object) -> None:
        """Queue an event until the running call has been answered."""
        self.pending.append(Event(topic, name, payload))

    def flush(self) -> None:
        """Deliver everything that waits, in the order it happened.

        Feeds that tell only where things ended up publish that first.
        """
        for tell in self.before_delivery:
            tell()
        waiting, self.pending = self.pending, []
        if self.rewrite is not None:
            waiting = self.rewrite(waiting)
        for event in waiting:
            for observer in self.observers:
                observer(event)
            for subscriber, sequence in list(self.subscriptions.get(event.topic, {}).items()):
                subscriber.deliver(sequence, event.name, event.payload)
