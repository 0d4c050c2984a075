"""A failing case leaves a capsule; sent again it fails where the fault is, and holds elsewhere."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from conformance.commands.replay import replay_capsule
from conformance.target.target_file import named_secrets, read_target
from conformance.verdict.capsule import CapsuleError, read_capsule
from tests.replay.bench import Bench, bench_in
from tests.run.command import conformance


class Known(NamedTuple):
    """A seeded fault, the clause that shows it, and what judges its replay."""

    defect: str
    clause: str
    where: str
    judge: str


CONVERSATION, CASE = "judged by the conversation", "judged by its case"
FAILURES = [
    Known("users/accepts-wrong-password", "users/AuthenticateUser/bad-password",
          "users/test_login.py", CONVERSATION),
    Known("users/enrols-everybody", "users/EnableGoogle2FA/own-login-only",
          "users", CASE),
    Known("protocol/unknown-keys-refused", "protocol/frame/unknown-keys",
          "protocol", CONVERSATION),
    Known("apad/any-session-accepted", "apad/CreateAsset/session-needed", "apad", CASE),
    Known("orders/modify-enlarges", "oms_orders/ModifyOrder/never-enlarges",
          "oms_orders", CONVERSATION),
    Known("trading/foreign-cancel", "oms_orders/CancelOrder/foreign-order",
          "oms_orders", CONVERSATION),
    Known("market_data/trade-signed", "users/SubscribeTrades/positive", "users", CASE),
    Known("trading/rounded-partial-fill", "workflows/trading/order-arithmetic",
          "workflows", CASE),
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench_in(tmp_path_factory.mktemp("bench")) as opened:
        yield opened


@pytest.fixture(scope="module")
def capsule(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A failure that the conversation alone decides."""
    known = FAILURES[0]
    folder = tmp_path_factory.mktemp("one") / "run"
    return bench.failure(known.defect, known.clause, known.where, folder)


@pytest.mark.parametrize("known", FAILURES, ids=[known.defect for known in FAILURES])
def test_replay_fails_with_the_fault_and_holds_without(
    known: Known, bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsule = bench.failure(known.defect, known.clause, known.where, tmp_path / "run")
    capsys.readouterr()

    assert bench.replay(capsule, known.defect) == 1
    assert f"{known.judge}: it still fails" in capsys.readouterr().out
    assert bench.replay(capsule) == 0
    assert "it holds now" in capsys.readouterr().out


def test_a_capsule_says_what_a_bug_report_needs(capsule: Path) -> None:
    kept = read_capsule(capsule)

    assert kept.clause == "users/AuthenticateUser/bad-password"
    assert kept.text
    assert kept.required
    assert kept.received
    assert {line.way for line in kept.lines} >= {"sent", "received"}
    assert [kept.lines[place].way for place in kept.deciding] == ["sent"]


def test_a_capsule_holds_no_secret(bench: Bench, capsule: Path) -> None:
    text = capsule.read_text()

    assert not [secret for secret in named_secrets(read_target(bench.file)) if secret in text]
    assert "Pw-" not in text
    assert "{{password of conformance-" in text


def test_on_our_own_exchange_nothing_needs_to_be_said(tmp_path: Path) -> None:
    """The capsule knows which fault was on, so that the first example in the README works."""
    run = tmp_path / "run"
    done = conformance(
        "run", "--defect", "users/accepts-wrong-password", "--report-dir", str(run),
        "--clause", "users/AuthenticateUser/bad-password",
    )
    (capsule,) = (run / "capsules").iterdir()

    assert f"conformance replay {capsule}" in done.stdout
    again = conformance("replay", str(capsule))
    assert again.returncode == 1, again.stdout + again.stderr


def test_a_foreign_capsule_needs_a_target(
    capsule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "foreign.json"
    data = json.loads(capsule.read_text())
    foreign.write_text(json.dumps({**data, "environment": "staging", "target": "venue"}))

    assert replay_capsule(foreign, None) == 2
    assert "recorded on venue" in capsys.readouterr().err


def test_a_target_that_is_gone_is_3(capsule: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere.toml"
    file.write_text('[target]\nname="x"\nenvironment="test"\nwebsocket="ws://127.0.0.1:9/"\n')

    assert replay_capsule(capsule, str(file)) == 3


def test_a_target_that_lends_too_little_is_6(
    bench: Bench, capsule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bare.toml"
    address = read_target(bench.file).target.websocket
    file.write_text(f'[target]\nname="x"\nenvironment="production"\nwebsocket="{address}"\n')

    assert replay_capsule(capsule, str(file)) == 6
    assert "no verdict here" in capsys.readouterr().out


def test_a_compressed_capsule_is_the_same(capsule: Path, tmp_path: Path) -> None:
    """Reports that must stay small carry them so."""
    packed = tmp_path / "capsule.json.gz"
    packed.write_bytes(gzip.compress(capsule.read_bytes()))

    assert read_capsule(packed) == read_capsule(capsule)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format":"conformance-capsule/9"}', "\xff", "\x1f\x8b\x08 cut off"]
)
def test_a_broken_capsule_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="latin-1")

    with pytest.raises(CapsuleError, match=r"broken\.json"):
        read_capsule(file)
