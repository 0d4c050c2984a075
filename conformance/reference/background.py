"""The reference exchange on a thread of its own, for clients that know nothing of our event loop.

A client under test may block, use threads or run its own event loop: the exchange answers all the
same. Everything that touches its state goes through :meth:`BackgroundReference.inside`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from conformance.reference.demo import Persona
from conformance.reference.embedded import EmbeddedReference
from conformance.reference.exchange import Exchange

T = TypeVar("T")
STOP_TIMEOUT_S = 10


class BackgroundReference:
    """A running reference exchange. Use :func:`start` to make one, :meth:`stop` to end it."""

    def __init__(self, *, dialect: str = "pages", seed: int = 1) -> None:
        self._dialect = dialect
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._embedded: EmbeddedReference
        self._thread = threading.Thread(
            target=self._serve, args=(dialect, seed), name="apex-reference", daemon=True
        )
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    @property
    def websocket_url(self) -> str:
        """Where frames go."""
        return self._embedded.websocket_url

    @property
    def http_url(self) -> str:
        """The HTTP gateway; a call's name is appended."""
        return self._embedded.http_url

    @property
    def control_url(self) -> str:
        """Mailbox, clock and audit, for clients in other languages."""
        return self._embedded.control_url

    @property
    def personas(self) -> Mapping[str, Persona]:
        """Ready-made users by name: trader, second_trader, operator and so on."""
        return self._embedded.personas

    def reset(self, *, defects: tuple[str, ...] = (), dialect: str | None = None) -> None:
        """Drop every connection and start from fresh demo data, at the same address.

        ``defects`` are the seeded faults to switch on; ``dialect`` is ``pages`` or ``venues``.
        """
        self.inside(lambda _: self._embedded.start_over(defects, dialect or self._dialect))

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Mails the exchange sent to an address, oldest first; each has its ``code``."""
        found = self.inside(lambda exchange: exchange.mailbox.to(address))
        return [{"subject": mail.subject, "code": mail.code} for mail in found]

    def advance_clock(self, seconds: float) -> None:
        """Move the exchange's clock forward, with all that falls due on the way."""

        def move(exchange: Exchange) -> None:
            exchange.clock.advance(round(seconds * 1000))
            exchange.events.flush()

        self.inside(move)

    def audit(self) -> None:
        """Raise AssertionError unless every account's ledger adds up."""
        self.inside(lambda exchange: exchange.ledger.audit())

    def inside(self, work: Callable[[Exchange], T]) -> T:
        """Run something on the exchange's own thread, between two calls; returns its result."""

        async def run() -> T:
            return work(self._embedded.exchange)

        return asyncio.run_coroutine_threadsafe(run(), self._embedded.loop).result()

    def target_file(self) -> str:
        """A target file for this exchange, for ``conformance run --target``."""
        from conformance.reference.server import target_file

        address = self.websocket_url.split("/")[2]
        return target_file(address, dict(self.personas), control=True)

    def stop(self) -> None:
        """Stop serving; the thread ends."""
        self._embedded.loop.call_soon_threadsafe(self._embedded.loop.stop)
        self._thread.join(STOP_TIMEOUT_S)

    def __repr__(self) -> str:
        return f"<reference exchange at {json.dumps(self.websocket_url)}>"

    def _serve(self, dialect: str, seed: int) -> None:
        try:
            self._embedded = EmbeddedReference(dialect=dialect, seed=seed)
        except BaseException as failure:
            self._failure = failure
            return
        finally:
            self._ready.set()
        self._embedded.loop.run_forever()
        self._embedded.close()
