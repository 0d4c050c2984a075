"""Run the suite and print what each case sent: ``python -m tests.run.sent ARGUMENT...``.

The arguments are pytest's, as ``conformance run`` builds them. One JSON line per case.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from conformance.target.session import Session

LOGIN = "AuthenticateUser"


class SentLog:
    """Notes every payload by the case that sent it."""

    def __init__(self) -> None:
        self.case = ""
        self.sent: dict[str, list[tuple[str, str]]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A case begins."""
        self.case = item.nodeid

    def note(self, name: str, text: str) -> None:
        """One request."""
        self.sent.setdefault(self.case, []).append((name, text))


def listen(log: SentLog) -> None:
    """Let every session report to the log."""
    send, streaming = Session._send, Session.streaming

    async def logged_send(self: Session, name: str, text: str, wire: dict[str, int]) -> Any:
        log.note(name, text)
        return await send(self, name, text, wire)

    async def logged_streaming(
        self: Session, name: str, payloads: Iterable[str], on_turn: Any
    ) -> None:
        def noted() -> Iterable[str]:
            for text in payloads:
                log.note(name, text)
                yield text

        await streaming(self, name, noted(), on_turn)

    Session._send = logged_send  # type: ignore[method-assign]
    Session.streaming = logged_streaming  # type: ignore[method-assign]


def main() -> None:
    """Run and print."""
    log = SentLog()
    listen(log)
    real = os.dup(1)
    os.dup2(2, 1)  # what the run itself prints goes elsewhere
    pytest.main(sys.argv[1:], plugins=[log])
    with os.fdopen(real, "w") as out:
        for case, sent in log.sent.items():
            out.write(json.dumps([case, sent]) + "\n")


if __name__ == "__main__":
    main()
