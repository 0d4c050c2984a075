"""WebSocket gateway: frames in, replies and events out, in order.

A reply always precedes the events its call caused.
"""

from __future__ import annotations

import asyncio

import uvicorn
from uvicorn.server import ServerState

from conformance.reference.dispatch import Dispatcher, Peer
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.faults.registry import received, sent
from conformance.reference.gateway.frames import BadFrame, MessageType, read_frame, write_frame
from conformance.reference.gateway.socket import ServerSocket


class Connection(ServerSocket):
    """One client's socket: a peer of the dispatcher and a subscriber of events."""

    def __init__(
        self, dispatcher: Dispatcher, config: uvicorn.Config, state: ServerState
    ) -> None:
        super().__init__(config, state)
        self._dispatcher = dispatcher
        self._peer = Peer("", self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The address of the client is known now."""
        super().connection_made(transport)
        self._peer.address = self.address

    def ended(self) -> None:
        """No more events, and the login no longer runs over this connection."""
        self._dispatcher.exchange.events.drop(self)
        self._peer.unbind()

    def receive(self, text: str) -> None:
        """Answer a frame, then tell whom it concerns."""
        self._handle(text)
        self._dispatcher.exchange.events.flush()

    def _handle(self, text: str) -> None:
        dialect = self._dispatcher.dialect
        if self._dispatcher.exchange.defects.any:
            taken = received(self._dispatcher.exchange.defects, text)
            if taken is None:
                self.close()
                return
            text = taken
        try:
            frame = read_frame(text)
        except BadFrame as bad:
            payload = dialect.encode(dialect.refusal(None, InvalidRequest(str(bad))))
            self.send(write_frame(MessageType.ERROR, bad.sequence, bad.name, payload))
            return
        answer = self._dispatcher.handle(self._peer, frame.name, frame.payload, frame.sequence)
        if answer is not None:
            kind = MessageType.ERROR if answer.unknown else MessageType.REPLY
            self._send_frame(kind, frame.sequence, frame.name, answer.text)

    def deliver(self, sequence: int, name: str, payload: object) -> None:
        """Queue an event."""
        dialect = self._dispatcher.dialect
        text = dialect.encode(dialect.event(name, payload))
        self._send_frame(MessageType.EVENT, sequence, name, text)

    def _send_frame(self, kind: MessageType, sequence: int, name: str, payload: str) -> None:
        head = (int(kind), sequence, name, payload)
        if self._dispatcher.exchange.defects.any:
            head = sent(self._dispatcher.exchange.defects, head)
        self.send(write_frame(*head))

    def disconnect(self) -> None:
        """Close the connection after the running call was answered and its answer sent."""
        self._loop.call_soon(self.close)
