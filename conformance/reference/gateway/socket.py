"""The exchange's end of a WebSocket: texts in, one after the other, texts out, bounded memory.

uvicorn listens and reads the HTTP request; from the upgrade on the connection is ours, on the layer
without I/O of the websockets library. A framework's queue, task and context variables for each
message would cost more than most calls do.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from typing import cast

import uvicorn
from uvicorn.server import ServerState
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

PAUSE_READING_AT = 1 << 20
"""Bytes that may wait for one client before we stop answering it."""
CLOSE_AT = 8 << 20
"""Bytes of events that may wait for a client that does not read before it is cut off."""
WRITE_AT = 1 << 18
"""Bytes of replies that are gathered for one write."""
TURN_S = 0.02
"""How long one connection's messages are answered before the others have their turn."""
CLOSING_S = 5.0
_TEXT = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class ServerSocket(asyncio.Protocol):
    """One connection. Replies and events leave in the order of :meth:`send`.

    A client that does not read first stops being read; when events still pile up it is cut off.
    """

    def __init__(self, config: uvicorn.Config, state: ServerState) -> None:
        self._connections = state.connections
        self._loop = asyncio.get_running_loop()
        self._protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory(
                server_max_window_bits=12, client_max_window_bits=12,
                compress_settings={"memLevel": 5},
            )],
            max_size=config.ws_max_size,
        )
        self._transport: asyncio.Transport
        self._pieces: list[bytes] = []
        self._kind = Opcode.TEXT
        self._inbox: deque[str] = deque()
        self._unsent = 0
        self._writing = self._working = self._held = self._closing = False
        self.address = ""

    @abstractmethod
    def receive(self, text: str) -> None:
        """A message came."""

    def ended(self) -> None:
        """The connection is over, or as good as over."""

    def send(self, text: str) -> None:
        """Queue a message; what is queued in one turn of the loop leaves in one write.

        Events may come for a client that has just said goodbye: they are dropped.
        """
        if self._closing or self._protocol.state is not State.OPEN:
            return
        data = text.encode("utf-8", "surrogatepass")
        self._protocol.send_text(data)
        self._unsent += len(data)
        if self._unsent + self._transport.get_write_buffer_size() > CLOSE_AT:
            self._give_up()
        elif self._unsent > WRITE_AT:
            self._flush()
        elif not self._writing:
            self._writing = True
            self._loop.call_soon(self._flush)

    def close(self, code: int = CloseCode.NORMAL_CLOSURE) -> None:
        """Close as the protocol asks; cut off when the client does not play along."""
        if self._closing:
            return
        self._closing = True
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code)
            self._flush()
        self._loop.call_later(CLOSING_S, self._transport.abort)

    def shutdown(self) -> None:
        """The server stops."""
        self.close(CloseCode.SERVICE_RESTART)
        self._transport.close()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is handed over, with the request still to come."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)  # type: ignore[arg-type]
        self._transport.set_write_buffer_limits(PAUSE_READING_AT)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._protocol.receive_data(data)
        self._take_events()

    def eof_received(self) -> bool:
        """The client has ended its stream."""
        self._protocol.receive_eof()
        self._take_events()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """The TCP connection is gone."""
        self._connections.discard(self)
        self._closing = True
        self._inbox.clear()
        self.ended()

    def pause_writing(self) -> None:
        """More waits for the client than it reads."""
        self._held = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has read on."""
        self._held = False
        if not self._transport.is_closing():
            self._transport.resume_reading()
            self._work()

    def _take_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
            elif isinstance(event, Frame) and event.opcode in _TEXT:
                self._take_frame(event)
        if not self._working:
            self._work()

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._kind = frame.opcode
        self._pieces.append(bytes(frame.data))
        if not frame.fin:
            return
        data = b"".join(self._pieces)
        self._pieces.clear()
        try:
            text = data.decode("utf-8", "strict" if self._kind is Opcode.TEXT else "replace")
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA)
        else:
            self._inbox.append(text)

    def _work(self) -> None:
        """Answer what has come, unless the client does not read."""
        self._working = False
        end = self._loop.time() + TURN_S
        while self._inbox and not (self._held or self._closing):
            if self._loop.time() >= end:
                self._working = True
                self._loop.call_soon(self._work)
                break
            self.receive(self._inbox.popleft())
        self._flush()

    def _flush(self) -> None:
        self._writing, self._unsent = False, 0
        data = b"".join(self._protocol.data_to_send())
        if data and not self._transport.is_closing():
            self._transport.write(data)
        if self._protocol.close_expected():
            self._transport.close()

    def _give_up(self) -> None:
        """Forget a client that does not read; neither side of it will ever be heard again."""
        self._closing = True
        self._inbox.clear()
        self._transport.abort()
        self.ended()
