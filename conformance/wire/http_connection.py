"""One kept-alive HTTP/1.1 connection: a request out, a response in.

httptools parses, which the server side needs anyway; a whole client library would be a second
dependency for what fits on a page. No redirects, cookies, proxies or compression: a conformance
suite wants to see the answer itself.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult

import httptools

READ_BYTES = 1 << 16
MAX_BODY_BYTES = 32 << 20
CONNECT_TIMEOUT_S = 10.0


class HttpBroken(ConnectionError):
    """The connection ended, or what came is no HTTP response."""


@dataclass
class HttpResponse:
    """A response as received."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False
    keep_alive: bool = True
    parser: httptools.HttpResponseParser | None = None

    # The callbacks of httptools.

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.body += body
        if len(self.body) > MAX_BODY_BYTES:
            raise HttpBroken(f"a body of more than {MAX_BODY_BYTES} bytes")

    def on_message_complete(self) -> None:
        """The end of the response; afterwards the parser no longer knows how long it was to be."""
        self.complete = True
        if self.parser is not None:
            self.status = self.parser.get_status_code()
            self.keep_alive = self.parser.should_keep_alive()


class HttpConnection:
    """One connection, used by one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.usable = True

    @classmethod
    async def open(cls, address: SplitResult) -> HttpConnection:
        """Connect; raises OSError or TimeoutError."""
        secure = address.scheme == "https"
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(
                address.hostname, address.port or (443 if secure else 80),
                ssl=ssl.create_default_context() if secure else None,
            )
        return cls(reader, writer)

    async def exchange(
        self, address: SplitResult, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Send a request and read the whole response; raises HttpBroken."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}", "Connection: keep-alive"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        response = HttpResponse()
        self.usable = False
        try:
            self._writer.write("\r\n".join(lines).encode("latin-1") + body)
            await self._writer.drain()
            await self._read_into(response)
        except (OSError, httptools.HttpParserError) as error:
            raise HttpBroken(str(error) or type(error).__name__) from None
        self.usable = response.keep_alive
        return response

    @property
    def ended(self) -> bool:
        """Did the target end it while it was idle?"""
        return self._reader.at_eof() or self._writer.is_closing()

    def close(self) -> None:
        """Close the connection."""
        self.usable = False
        self._writer.close()

    async def _read_into(self, response: HttpResponse) -> None:
        parser = response.parser = httptools.HttpResponseParser(response)
        while not response.complete:
            data = await self._reader.read(READ_BYTES)
            if not data:
                raise HttpBroken("the target closed the connection")
            parser.feed_data(data)
