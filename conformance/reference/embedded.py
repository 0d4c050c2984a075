"""The reference exchange inside this process, on a real socket, for tests and client developers.

One event loop serves server and client alike; it runs only while something is awaited, so nothing
happens behind a test's back. Where both share a core anyway, that saves waking the other process
twice for each request.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn

from conformance.reference.demo import Persona, build_demo
from conformance.reference.dispatch import Dispatcher
from conformance.reference.exchange import Exchange
from conformance.reference.gateway.application import DIGITIZER_PATH
from conformance.reference.server import DIALECTS, beat, server_config, target_file

T = TypeVar("T")


class EmbeddedReference:
    """A running reference exchange; :meth:`reset` gives it a fresh state.

    ``heartbeat`` lets what falls due happen whenever the loop runs, not only when somebody calls.
    ``loop`` is somebody else's, to share; without one it has its own and closes it at the end.
    """

    def __init__(
        self, *, dialect: str = "pages", seed: int | None = 1, defects: tuple[str, ...] = (),
        heartbeat: bool = False, loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._seed = seed
        self.loop = loop or asyncio.new_event_loop()
        self._own_loop = loop is None
        self.exchange: Exchange
        self.personas: dict[str, Persona]
        self.exchange, self.personas = build_demo(seed, defects)
        self._dispatcher = Dispatcher(self.exchange, DIALECTS[dialect]())
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self._address = address = f"127.0.0.1:{listener.getsockname()[1]}"
        self.websocket_url = f"ws://{address}/WSGateway/"
        self.apad_url = f"ws://{address}/apad/"
        self.digitizer_url = f"http://{address}{DIGITIZER_PATH}"
        self.http_url = f"http://{address}/AP/"
        self.control_url = f"http://{address}/control/"
        self._server = _Guest(server_config(self._dispatcher, control=True))
        if heartbeat:
            self._heart = self.loop.create_task(beat(self._dispatcher))
        self._serving = self.loop.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            self.run(asyncio.sleep(0.001))

    @property
    def target_file(self) -> str:
        """The text of a target file for this exchange, hooks and logins included."""
        return target_file(self._address, self.personas, control=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the shared loop, server included."""
        return self.loop.run_until_complete(work)

    def reset(self, defects: tuple[str, ...] = ()) -> Exchange:
        """Forget everything: a fresh demo exchange behind the same address."""
        self.exchange, self.personas = build_demo(self._seed, defects)
        self._dispatcher.exchange = self.exchange
        return self.exchange

    def start_over(self, defects: tuple[str, ...], dialect: str) -> None:
        """Drop every connection, forget everything and answer in this dialect from now on."""
        for connection in list(self._server.server_state.connections):
            connection.shutdown()
        self._dispatcher.dialect = DIALECTS[dialect]()
        self.reset(defects)

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self.run(asyncio.wait_for(self._serving, timeout=5))
        left = asyncio.all_tasks(self.loop)  # timers of connections that are gone
        for task in left:
            task.cancel()
        self.run(_ended(left))
        if self._own_loop:
            self.loop.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class _Guest(uvicorn.Server):
    """A server in somebody else's process, who keeps what signals do there."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: Ctrl-C stops the run, not the exchange in it."""
        yield
