"""``--plan`` says what would be sent, and sends nothing."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.run.command import conformance

TARGET = """
[target]
name = "live"
environment = "{environment}"
websocket = "ws://127.0.0.1:{port}/WSGateway/"
"""


def test_nothing_is_sent(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        file = tmp_path / "target.toml"
        port = listener.getsockname()[1]
        file.write_text(TARGET.format(environment="staging", port=port))

        done = conformance("run", "--plan", "--target", str(file), "--section", "trades")

        assert done.returncode == 0, done.stderr
        assert "trades/GetAccountTrades" in done.stdout
        assert "Nothing was sent" in done.stdout
        try:
            listener.accept()
        except BlockingIOError:
            return
    raise AssertionError("the plan connected to the target")


def test_the_plan_says_what_the_fence_refuses(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(TARGET.format(environment="production", port=9))

    done = conformance("run", "--plan", "--target", str(file), "--call", "SendOrder")

    assert done.returncode == 0, done.stderr
    assert "production" in " ".join(done.stdout.split())
    assert "refuses 1 calls" in done.stdout
