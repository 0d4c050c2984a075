"""Asking the hooks of a target file: its mailbox, its clock, its identity and account providers."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from conformance.target.target_file import Hook
from conformance.wire.http import HttpPool
from conformance.wire.http_connection import HttpBroken
from conformance.wire.websocket import Unreachable

TIMEOUT_S = 10
COMMAND_TIMEOUT_S = 30
OK = 200


class HookFailed(Exception):
    """A hook did not answer, or with something else than was asked for."""


class HookClient:
    """Commands and addresses of hooks; connections are kept, since a run asks hundreds of times."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pools: dict[str, HttpPool] = {}

    def ask(self, hook: Hook, **query: str) -> Any:
        """What a hook says about something, parsed; a command gets the values as arguments."""
        if hook.command is not None:
            return json.loads(_output_of(hook.command, *query.values()))
        assert hook.url is not None
        return self._exchange("GET", f"{hook.url}?{urlencode(query)}" if query else hook.url)

    def tell(self, url: str, **body: Any) -> Any:
        """Have a hook do something; its answer, parsed."""
        return self._exchange("POST", url, json.dumps(body).encode())

    def close(self) -> None:
        """Close the connections."""
        for pool in self._pools.values():
            pool.close()

    def _exchange(self, method: str, url: str, body: bytes = b"") -> Any:
        address = urlsplit(url)
        pool = self._pools.setdefault(
            address.netloc, HttpPool(f"{address.scheme}://{address.netloc}/")
        )
        path = f"{address.path}?{address.query}" if address.query else address.path
        sending = asyncio.wait_for(pool.send(method, path, {}, body), TIMEOUT_S)
        try:
            # Our own loop must turn while we wait: the embedded reference may share it.
            response = self._loop.run_until_complete(sending)
        except (HttpBroken, Unreachable, TimeoutError) as error:
            raise HookFailed(f"the hook {url} did not answer: {error}") from None
        text = response.body.decode("utf-8", "replace")
        if response.status != OK:
            raise HookFailed(f"the hook {url} answered {response.status}: {text[:300]}")
        return json.loads(text) if text else None


def _output_of(command: Sequence[str], *arguments: str) -> str:
    try:
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise HookFailed(f"the hook {command[0]} failed: {error}") from None
    return done.stdout
