"""Servers that are no exchange: what an address with a slip of the pen may lead to."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from websockets.sync.server import ServerConnection, serve

PAGE = b"<!doctype html><html><title>Welcome to our shop</title></html>"
Manners = Callable[[ServerConnection], None]
"""What a WebSocket server does with one connection."""


def echo(socket: ServerConnection) -> None:
    """Send back whatever comes."""
    for message in socket:
        socket.send(message)


def greet(socket: ServerConnection) -> None:
    """Answer everything with a word of its own."""
    for _ in socket:
        socket.send("hello")


def listen(socket: ServerConnection) -> None:
    """Take everything and say nothing."""
    for _ in socket:
        pass


class _Shop(http.server.BaseHTTPRequestHandler):
    """A web site; it answers every request with the same page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@contextmanager
def web_site() -> Iterator[str]:
    """A web site; yields host and port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def web_socket(manners: Manners) -> Iterator[str]:
    """A WebSocket server that is no exchange; yields host and port."""
    with serve(manners, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
