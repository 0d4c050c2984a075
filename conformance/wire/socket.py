"""A WebSocket on an asyncio transport: texts in, texts out, many of them in one write.

The protocol itself (handshake, masking, fragments, ping, close) is that of the websockets library,
whose layer without I/O is made for this. Its own asyncio client passes each message through a queue
and writes it by itself, which costs more than everything else we do with a reply.
"""

from __future__ import annotations

import asyncio
import select
import ssl
import time
from collections.abc import Callable, Mapping, Sequence

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

WRITE_HIGH_WATER = 1 << 20
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class Socket(asyncio.Protocol):
    """One connection. ``on_text`` gets each message, ``on_end`` the reason, once."""

    def __init__(
        self, url: str, max_size: int, subprotocols: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._protocol = ClientProtocol(
            parse_uri(url), max_size=max_size,
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        )
        self._headers = dict(headers or {})
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._writable: asyncio.Future[None] | None = None
        self._pongs: list[bytes] = []
        self._pong = asyncio.Event()
        self._flushing = False
        self._pieces: list[bytes] = []
        self.part_came = 0.0
        """When a part of a message came last that is not whole yet; time.perf_counter() seconds."""
        self.on_text: Callable[[str], None] = lambda text: None
        self.on_end: Callable[[str], None] = lambda reason: None

    @classmethod
    async def connect(
        cls, url: str, *, max_size: int, timeout_s: float, local_address: str | None = None,
        subprotocols: Sequence[str] = (), headers: Mapping[str, str] | None = None,
    ) -> Socket:
        """Open a connection; raises OSError, TimeoutError, InvalidHandshake or InvalidURI.

        ``local_address`` is the address of ours that it comes from.
        """
        uri = parse_uri(url)
        async with asyncio.timeout(timeout_s):
            _, socket = await asyncio.get_running_loop().create_connection(
                lambda: cls(url, max_size, subprotocols, headers), uri.host, uri.port,
                ssl=ssl.create_default_context() if uri.secure else None,
                local_addr=(local_address, 0) if local_address else None,
            )
            try:
                await socket._opened
            except BaseException:
                socket.abort()
                raise
        return socket

    @property
    def ended(self) -> bool:
        """Is the connection over, or has either side said goodbye?"""
        return self._ended.done() or self._protocol.state in (State.CLOSING, State.CLOSED)

    def send(self, text: str) -> None:
        """Queue a message; what is queued in one turn of the loop leaves in one write."""
        self._protocol.send_text(text.encode("utf-8", "surrogatepass"))
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def send_part(self, text: str) -> None:
        """Queue the beginning of a message whose end will not come."""
        self._protocol.send_text(text.encode("utf-8", "surrogatepass"), fin=False)

    def flush(self) -> None:
        """Let what is queued leave now."""
        self._flush()

    @property
    def pending(self) -> bool:
        """Has something arrived that the loop has not taken in, be it the connection's end?"""
        if self._transport is None or self._transport.is_closing():
            return False
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    @property
    def congested(self) -> bool:
        """Is so much queued that a sender should wait?"""
        return self._writable is not None

    async def writable(self) -> None:
        """Wait until the transport takes more."""
        if self._writable is not None:
            await self._writable

    async def ping(self, data: bytes) -> None:
        """Send a ping control frame and wait for the pong that repeats its data."""
        self._protocol.send_ping(data)
        self._flush()
        while data not in self._pongs:
            self._pong.clear()
            await self._pong.wait()

    async def close(self, timeout_s: float = 1.0) -> None:
        """Close as the protocol asks; cut off when the other side does not play along."""
        if not self._ended.done():
            if not self.ended:
                self._protocol.send_close(1000)
                self._flush()
            try:
                async with asyncio.timeout(timeout_s):
                    await asyncio.shield(self._ended)
            except TimeoutError:
                self.abort()

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    async def cut(self) -> None:
        """Cut the connection and see it gone."""
        self.abort()
        await self._ended

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection stands: shake hands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(WRITE_HIGH_WATER)
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._protocol.receive_data(data)
        self._take_events()
        if self._pieces or self._protocol.reader.buffer:
            self.part_came = time.perf_counter()

    def eof_received(self) -> bool:
        """The other side has ended its stream."""
        self._protocol.receive_eof()
        self._take_events()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """The TCP connection is gone."""
        if not self._opened.done():
            self._opened.set_exception(error or ConnectionError("closed during the handshake"))
        self.resume_writing()
        if not self._ended.done():
            self._ended.set_result(None)
            self.on_end(self._reason(error))

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The transport takes more."""
        if self._writable is not None:
            self._writable.set_result(None)
            self._writable = None

    def _take_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take_frame(event)
        if not self._opened.done():
            self._finish_handshake()
        self._flush()
        if self._protocol.close_expected() and self._transport is not None:
            self._transport.close()

    def _finish_handshake(self) -> None:
        failure = self._protocol.handshake_exc
        if failure is not None:
            self._opened.set_exception(failure)
        elif self._protocol.state.name == "OPEN":
            self._opened.set_result(None)

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._pongs.append(bytes(frame.data))
            self._pong.set()
        if frame.opcode not in _DATA:
            return  # ping and close are answered by the protocol
        self._pieces.append(bytes(frame.data))
        if frame.fin:
            text = b"".join(self._pieces).decode("utf-8", "replace")
            self._pieces.clear()
            self.on_text(text)

    def _flush(self) -> None:
        self._flushing = False
        data = b"".join(self._protocol.data_to_send())
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _reason(self, error: Exception | None) -> str:
        received = self._protocol.close_rcvd
        if received is not None:
            return f"the target closed the connection: {received}"
        return f"the connection broke: {error}" if error else "the target ended the connection"


__all__ = ["InvalidHandshake", "InvalidURI", "Socket"]
