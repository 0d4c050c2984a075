"""The block that shows a failure: golden for each kind of verdict, bounded whatever it quotes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from conformance.report.frame import WIDTH, framed
from tests.report.builder import finding, outcome, run

GOLDEN = Path(__file__).parent / "golden" / "frames.txt"
REFERENCE = {"target": {"target": {"name": "reference", "environment": "reference"}}}
LONG = '{"Orders":[' + ",".join(f'{{"OrderId":{n},"Side":"Buy"}}' for n in range(40)) + "]}"
UNITS: dict[str, Any] = {
    "a rule that is broken": outcome("oms_orders/SendOrder/price-increment", "fail"),
    "with a capsule": outcome(
        "oms_orders/SendOrder/effect", "fail", capsule="capsules/oms_orders.SendOrder.json"
    ),
    "an inferred rule": outcome("oms_orders/SendOrder/pace", "differs"),
    "a message that is long": outcome(
        "oms_orders/GetOpenOrders/only-working", "fail",
        finding=finding(received=LONG, required="only the orders " + "7, " * 90, state=""),
    ),
    "seen often, nothing sent": outcome(
        "users/Ping/response", "fail", persona="",
        finding=finding(count=118, exchanges=(), oracle="", state=""),
    ),
    "blocked": outcome(
        "oms_orders/CancelOrder/effect", "blocked",
        reason="oms_orders/SendOrder/effect does not hold", finding=finding(),
    ),
    "an error of ours": outcome(
        "users/Ping/effect", "error", persona="", reason="KeyError: 'OrderId'"
    ),
    "not exercised": outcome(
        "apad/Ping/effect", "unverified", reason="the target file has no persona operator"
    ),
    "with characters that act": outcome(
        "users/Ping/rejection", "fail",
        finding=finding(received="\x1b[31mred\u202e\nnext\tline", state="\x07 -> \x00"),
    ),
}


def frame_of(name: str, folder: Path) -> str:
    more = REFERENCE if name == "with a capsule" else {}
    shown = run(folder, UNITS[name], **more)
    return framed(shown, shown.units[0])


@pytest.mark.parametrize("name", UNITS)
def test_lines_are_short_except_commands(name: str, tmp_path: Path) -> None:
    for line in frame_of(name, tmp_path).splitlines():
        assert len(line) <= WIDTH or line.startswith("  replay ")


def test_nothing_that_is_shown_gets_lost_at_a_line_end(tmp_path: Path) -> None:
    text = frame_of("a message that is long", tmp_path)
    body = text[text.index("  received"):text.index("  required")]
    joined = "".join(line[12:] for line in body.splitlines())

    assert joined.startswith(LONG[:250].replace(" ", ""))


def test_golden_frames(tmp_path: Path) -> None:
    parts = [f"# {name}\n{frame_of(name, tmp_path / str(n))}\n" for n, name in enumerate(UNITS)]
    text = "\n".join(parts)

    if os.environ.get("CONFORMANCE_WRITE_GOLDENS"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


