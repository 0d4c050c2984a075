"""A proxy on real sockets that breaks one thing: ``python -m tests.faults.proxy WS_URL``.

It prints its port, then switches to each fault whose name it reads on standard input and says so.
Frames pass it in order; what a fault does not touch passes as it came.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.faults.catalogue import FAULTS
from tests.faults.fault import SOUND, Fault, Frame, parsed

OWN = 1_900_000_000
"""Numbers of requests of the proxy's own begin here."""


class Link:
    """One client and its connection to the exchange."""

    def __init__(self, hub: Hub, client: ServerConnection, upstream: ClientConnection) -> None:
        self.hub = hub
        self.client = client
        self.upstream = upstream
        self.user = ""
        self.asked: dict[Any, Frame] = {}
        self.held: list[Frame] = []
        self._own: dict[int, asyncio.Future[Frame]] = {}
        self._incoming: asyncio.Queue[str | bytes] = asyncio.Queue()

    async def run(self) -> None:
        """Pass frames both ways until either side ends."""
        work = [
            asyncio.create_task(part) for part in (self._up(), self._read(), self._down())
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            await self.upstream.close()
            await self.client.close()

    async def ask(self, name: str, payload: Any) -> Any:
        """A request of the proxy's own on this connection; the reply's payload."""
        self.hub.number += 2
        number = self.hub.number
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._own[number] = future
        text = payload if isinstance(payload, str) else json.dumps(payload)
        await self.upstream.send(json.dumps({"m": 0, "i": number, "n": name, "o": text}))
        return parsed((await future)["o"])

    async def tell(self, frames: list[Frame | str]) -> None:
        """Send frames or texts to the client."""
        for frame in frames:
            await self.client.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def _up(self) -> None:
        async for text in self.client:
            frame = _frame(text)
            if frame is None:
                await self._pass(await self.hub.fault.garbage(self, str(text)))
                continue
            self.asked[frame.get("i")] = dict(frame)
            if frame.get("n") == "AuthenticateUser":
                payload = parsed(frame["o"])
                if isinstance(payload, dict):
                    self.user = str(payload.get("UserName", ""))
            await self._pass(await self.hub.fault.request(self, frame))

    async def _pass(self, frames: list[Frame | str]) -> None:
        for frame in frames:
            await self.upstream.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def _read(self) -> None:
        async for text in self.upstream:
            frame = _frame(text)
            own = self._own.pop(frame["i"], None) if frame and frame.get("m") != 3 else None
            if own is not None and frame is not None:
                own.set_result(frame)
            else:
                self._incoming.put_nowait(text)

    async def _down(self) -> None:
        while True:
            text = await self._incoming.get()
            frame, fault = _frame(text), self.hub.fault
            if frame is None:
                await self.client.send(text)
            elif frame.get("m") == 3:
                await self.tell(await fault.event(self, frame))
            else:
                await self.tell(await fault.reply(self, frame, self.asked.get(frame["i"], {})))


class Hub:
    """All links, and the fault that is on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.fault: Fault = Fault()
        self.links: list[Link] = []
        self.number = OWN

    async def take(self, client: ServerConnection) -> None:
        """One more client."""
        upstream = await connect(self.url, max_size=None, compression=None)
        link = Link(self, client, upstream)
        self.links.append(link)
        try:
            with contextlib.suppress(ConnectionClosed):
                await link.run()
        finally:
            self.links.remove(link)

    def other(self, link: Link) -> Link | None:
        """Some other open link."""
        return next((one for one in self.links if one is not link), None)

    def of(self, user: str) -> Link | None:
        """The link on which a user logged in."""
        return next((one for one in self.links if one.user == user), None)


def _frame(text: str | bytes) -> Frame | None:
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) and "i" in frame and "n" in frame else None


async def _main(url: str) -> None:
    hub = Hub(url)
    async with serve(hub.take, "127.0.0.1", 0, max_size=None, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        lines = asyncio.get_running_loop()
        while True:
            name = (await lines.run_in_executor(None, sys.stdin.readline)).strip()
            if not name:
                return
            hub.fault = FAULTS[name].make() if name != SOUND else Fault()
            print(f"on {name}", flush=True)


class Proxy:
    """The proxy as its user sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = f"127.0.0.1:{self._read()}"

    def switch_to(self, name: str) -> None:
        """Break this from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(name + "\n")
        self._process.stdin.flush()
        assert self._read() == f"on {name}"

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def proxy_before(url: str) -> Iterator[Proxy]:
    """A proxy in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.proxy", url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        yield Proxy(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
