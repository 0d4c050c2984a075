"""What can be seen of a deployment from outside, without a login: for ``init`` and ``doctor``."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from conformance.wire.frames import FrameError
from conformance.wire.socket import InvalidHandshake
from conformance.wire.websocket import Unreachable, WebSocketClient

TIMEOUT_S = 5.0
"""Long enough for a first answer across the world, short enough for five guesses in a row."""

SHOWN = 60
"""Characters quoted of what came instead of an answer."""

SCHEMES = {
    "websocket": ("wss", "ws"), "http": ("https", "http"),
    "apad": ("wss", "ws"), "digitizer": ("https", "http"),
}
WEBSOCKET_PATHS = ("/WSGateway/", "/WSGateway", "/wsgateway/", "/wsgateway")
HTTP_PATHS = ("/AP/", "/ap/")
"""Where deployments were seen to put their gateways."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One address asked once: ``reached`` or why not, and what it said."""

    kind: str
    url: str
    reached: bool
    detail: str
    elapsed_ms: float = 0.0


def bad_address(kind: str, url: str) -> str | None:
    """What is wrong with an address of ``kind`` as it is written; None when nothing is."""
    schemes = " or ".join(f"{scheme}://" for scheme in SCHEMES[kind])
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises when it is no port)
    except ValueError as error:
        return f"{url} is no address: {error}"
    if parts.scheme not in SCHEMES[kind]:
        return f"{url}: the address has to start with {schemes}"
    return None if parts.hostname else f"{url} names no host; write {SCHEMES[kind][0]}://HOST/..."


def look_at_websocket(url: str) -> Sighting:
    """Connect, ask ``Ping`` and say how that was answered."""
    return asyncio.run(_websocket(url))


def look_at_apad(url: str) -> Sighting:
    """Connect; what APAD says is judged by the run."""
    return asyncio.run(_connect("apad", url))


def look_at_http(url: str) -> Sighting:
    """Ask ``Ping`` of the HTTP gateway."""
    request = urllib.request.Request(url.rstrip("/") + "/Ping")
    return _fetch("http", url, request, "PONG")


def look_at_digitizer(url: str) -> Sighting:
    """Ask the GraphQL endpoint for the name of its root type."""
    body = json.dumps({"query": "{ __typename }"}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    return _fetch("digitizer", url, request, "__typename")


def find_websocket(url: str) -> Sighting:
    """The gateway at this address, or below it where deployments usually have it."""
    parts = urlsplit(url)
    first = look_at_websocket(url)
    if first.reached or parts.path not in ("", "/"):
        return first
    for path in WEBSOCKET_PATHS:
        found = look_at_websocket(urlunsplit(parts._replace(path=path)))
        if found.reached:
            return found
    return first


def find_http(websocket: str) -> Sighting | None:
    """The HTTP gateway on the same host as a WebSocket gateway, if there is one."""
    parts = urlsplit(websocket)
    scheme = "https" if parts.scheme == "wss" else "http"
    for path in HTTP_PATHS:
        found = look_at_http(urlunsplit((scheme, parts.netloc, path, "", "")))
        if found.reached and "PONG" in found.detail:
            return found
    return None


async def _websocket(url: str) -> Sighting:
    started = time.perf_counter()
    try:
        client = await WebSocketClient.connect(url, timeout_s=TIMEOUT_S)
    except Unreachable as error:
        return Sighting("websocket", url, False, _in_words(error.__cause__, url))
    try:
        reply = await client.call("Ping", "{}")
    except ConnectionError as error:
        return Sighting("websocket", url, False, f"connects, then: {error}")
    finally:
        await client.close()
    if reply.frame is None:
        return Sighting("websocket", url, False, _no_answer(client))
    elapsed = (time.perf_counter() - started) * 1000
    return Sighting("websocket", url, True, f"Ping is answered {reply.frame.payload[:80]}", elapsed)


async def _connect(kind: str, url: str) -> Sighting:
    started = time.perf_counter()
    try:
        client = await WebSocketClient.connect(url, timeout_s=TIMEOUT_S)
    except Unreachable as error:
        return Sighting(kind, url, False, _in_words(error.__cause__, url))
    await client.close()
    return Sighting(kind, url, True, "connects", (time.perf_counter() - started) * 1000)


def _no_answer(client: WebSocketClient) -> str:
    """What a WebSocket that left Ping unanswered is likely to be."""
    if not client.unasked:
        return f"connects, but leaves Ping unanswered for {TIMEOUT_S:.0f} s; no APEX gateway does"
    came = client.unasked[0]
    if isinstance(came, FrameError):
        return f"connects, but answers {came.raw[:SHOWN]!r}, which is no frame of APEX"
    return "connects, but answers Ping with a frame that is no reply to it; no APEX gateway does"


def _fetch(kind: str, url: str, request: urllib.request.Request, wanted: str) -> Sighting:
    """Ask over HTTP; reached when the answer is a success that holds ``wanted``."""
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            text = answer.read(500).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return Sighting(kind, url, False, f"answers with HTTP status {error.code}")
    except (OSError, ValueError) as error:
        return Sighting(kind, url, False, _in_words(getattr(error, "reason", error), url))
    elapsed = (time.perf_counter() - started) * 1000
    if wanted not in text:
        came = " ".join(text.split())[:SHOWN]
        return Sighting(kind, url, False, f"answers, but not as this gateway does: {came!r}")
    return Sighting(kind, url, True, f"answers {text[:80]}", elapsed)


def _in_words(error: object, url: str) -> str:
    """Why there is no connection, for people who do not know the numbers of errors by heart."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted here ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        plain = url.replace("wss://", "ws://").replace("https://", "http://")
        return f"does not speak TLS there ({error.reason}); perhaps it is {plain}"
    if isinstance(error, socket.gaierror):
        return f"no host of the name {urlsplit(url).hostname} is known here"
    if isinstance(error, TimeoutError):
        return "no connection in time; a firewall, or a VPN that is off?"
    if isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
        return "nobody listens there (connection refused)"
    if isinstance(error, InvalidHandshake):
        return f"is no WebSocket ({error})"
    return str(error) or type(error).__name__
