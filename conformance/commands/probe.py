"""What can be seen of a deployment from outside, without a login: for ``init`` and ``doctor``."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from conformance.wire.websocket import Unreachable, WebSocketClient

TIMEOUT_S = 10.0
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


def look_at_websocket(url: str) -> Sighting:
    """Connect, ask ``Ping`` and say how that was answered."""
    return asyncio.run(_websocket(url))


def look_at_apad(url: str) -> Sighting:
    """Connect; what APAD says is judged by the run."""
    return asyncio.run(_connect("apad", url))


def look_at_http(url: str) -> Sighting:
    """Ask ``Ping`` of the HTTP gateway."""
    request = urllib.request.Request(url.rstrip("/") + "/Ping")
    return _fetch("http", url, request)


def look_at_digitizer(url: str) -> Sighting:
    """Ask the GraphQL endpoint for the name of its root type."""
    body = json.dumps({"query": "{ __typename }"}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    return _fetch("digitizer", url, request)


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
        return Sighting("websocket", url, False, str(error).removeprefix(f"{url}: "))
    try:
        reply = await client.call("Ping", "{}")
    except ConnectionError as error:
        return Sighting("websocket", url, False, f"connects, then: {error}")
    finally:
        await client.close()
    if reply.frame is None:
        return Sighting("websocket", url, False, f"connects; no answer to Ping in {TIMEOUT_S} s")
    elapsed = (time.perf_counter() - started) * 1000
    return Sighting("websocket", url, True, f"Ping is answered {reply.frame.payload[:80]}", elapsed)


async def _connect(kind: str, url: str) -> Sighting:
    started = time.perf_counter()
    try:
        client = await WebSocketClient.connect(url, timeout_s=TIMEOUT_S)
    except Unreachable as error:
        return Sighting(kind, url, False, str(error).removeprefix(f"{url}: "))
    await client.close()
    return Sighting(kind, url, True, "connects", (time.perf_counter() - started) * 1000)


def _fetch(kind: str, url: str, request: urllib.request.Request) -> Sighting:
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            text = answer.read(500).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return Sighting(kind, url, False, f"answers with HTTP status {error.code}")
    except (OSError, ValueError) as error:
        return Sighting(kind, url, False, str(getattr(error, "reason", error)))
    elapsed = (time.perf_counter() - started) * 1000
    return Sighting(kind, url, True, f"answers {text[:80]}", elapsed)
