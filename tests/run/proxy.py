"""A proxy on real sockets that delays what comes back: ``python -m tests.run.proxy HOST:PORT MS``.

Bytes from the client pass at once, bytes from the server arrive the given milliseconds later, in
order: each round trip takes that much longer, and throughput is not limited.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 1 << 18


async def serve(host: str, port: int, delay_s: float) -> None:
    """Print the proxy's own port, then pass bytes on until killed."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass(reader, up_writer, 0.0), _pass(up_reader, writer, delay_s))

    server = await asyncio.start_server(client, "127.0.0.1", 0, limit=CHUNK)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    feeding = asyncio.create_task(_feed(reader, queue, delay_s))
    with contextlib.suppress(OSError):
        while True:
            due, data = await queue.get()
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if not data:
                break
            writer.write(data)
            await writer.drain()
    feeding.cancel()
    writer.close()


async def _feed(
    reader: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]], delay_s: float
) -> None:
    data = b"start"
    while data:
        try:
            data = await reader.read(CHUNK)
        except OSError:
            data = b""
        queue.put_nowait((time.monotonic() + delay_s, data))


@contextmanager
def delaying(address: str, milliseconds: int) -> Iterator[str]:
    """A proxy in a process of its own in front of ``host:port``; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.run.proxy", address, str(milliseconds)],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        assert process.stdout is not None
        yield f"127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    where, delay = sys.argv[1].rpartition(":"), int(sys.argv[2])
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(where[0], int(where[2]), delay / 1000))
