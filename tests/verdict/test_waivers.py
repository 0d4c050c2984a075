"""A waiver excuses one known failure, and is trouble itself as soon as it does not fit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from conformance.report.run import load_run, moment
from conformance.verdict.waivers import Waiver, WaiverError, apply_waivers, read_waivers
from tests.report.builder import STARTED_MS, finding, outcome, required, run, write

CLAUSE = "users/A/response"
DAY = moment(STARTED_MS).date()
SIGNATURE = outcome(CLAUSE, "fail").signature


def waiver(**changes: object) -> Waiver:
    """A waiver of the failure in CLAUSE."""
    facts: dict[str, object] = {
        "clause": CLAUSE, "surface": "websocket", "signature": SIGNATURE, "owner": "ana",
        "reason": "mended in 4.2", "link": "https://tracker.example/1", "expires": DAY,
    }
    return Waiver(**(facts | changes))  # type: ignore[arg-type]


def problem(verdict: str, given: Waiver, **changes: object) -> str:
    """The trouble of one waiver over one outcome, or nothing."""
    troubles = apply_waivers([outcome(CLAUSE, verdict, **changes)], [given], DAY).troubles
    return troubles[0].problem if troubles else ""


def test_a_known_failure_is_waived_on_its_last_day() -> None:
    waived = apply_waivers([outcome(CLAUSE, "fail")], [waiver()], DAY)

    assert waived.outcomes[0].verdict == "waived"
    assert "ana: mended in 4.2 (https://tracker.example/1)" in waived.outcomes[0].reason
    assert not waived.troubles


@pytest.mark.parametrize("verdict", ["pass", "lenient", "unverified", "blocked", "error"])
def test_only_failures_can_be_waived(verdict: str) -> None:
    waived = apply_waivers([outcome(CLAUSE, verdict)], [waiver()], DAY)

    assert waived.outcomes[0].verdict == verdict


def test_each_way_not_to_fit() -> None:
    yesterday = DAY - dt.timedelta(days=1)
    other = finding(kind="another-kind")

    assert problem("fail", waiver(expires=yesterday)) == "expired"
    assert problem("pass", waiver()) == "stale"
    assert problem("lenient", waiver()) == "stale"
    assert problem("fail", waiver(), finding=other) == "changed"
    assert problem("fail", waiver(clause="users/B/response")) == "unmatched"
    assert problem("fail", waiver(surface="http")) == "unmatched"
    assert problem("unverified", waiver()) == "unmatched"


def test_an_expired_waiver_excuses_nothing() -> None:
    waived = apply_waivers([outcome(CLAUSE, "fail")], [waiver(expires=dt.date(2020, 1, 1))], DAY)

    assert waived.outcomes[0].verdict == "fail"


@pytest.mark.parametrize(
    ("verdict", "given", "code"),
    [
        ("fail", waiver(), 0),
        ("pass", waiver(), 5),
        ("fail", waiver(expires=DAY - dt.timedelta(days=1)), 5),
        ("fail", waiver(signature="0" * 12), 5),
        ("pass", waiver(clause="users/B/response"), 5),
    ],
)
def test_exit_code_with_waivers(verdict: str, given: Waiver, code: int, tmp_path: Path) -> None:
    found = run(tmp_path, outcome("users/Z/response"), outcome(CLAUSE, verdict), waivers=(given,))

    assert found.exit_code == code


def test_a_failure_nobody_listed_weighs_more_than_a_stale_waiver(tmp_path: Path) -> None:
    outcomes = (outcome(CLAUSE), outcome("users/B/response", "fail"))

    assert run(tmp_path, *outcomes, waivers=(waiver(),)).exit_code == 1


def test_waivers_given_to_the_run_are_applied_again_from_its_record(tmp_path: Path) -> None:
    names = ("users/Z/response", CLAUSE)
    outcomes = [outcome(names[0]), outcome(CLAUSE, "fail")]
    listed = [required(name) for name in names]
    found = load_run(write(tmp_path, listed, outcomes, waivers=(waiver(),)))

    assert found.exit_code == 0
    assert found.unit_counts == {"pass": 1, "waived": 1}


TOML = f"""
[[waiver]]
clause = "{CLAUSE}"
surface = "websocket"
signature = "{SIGNATURE}"
owner = "ana"
reason = "mended in 4.2"
link = "https://tracker.example/1"
expires = {DAY}
"""
YAML = f"""
waiver:
  - clause: {CLAUSE}
    surface: websocket
    signature: "{SIGNATURE}"
    owner: ana
    reason: mended in 4.2
    link: https://tracker.example/1
    expires: {DAY}
"""


@pytest.mark.parametrize(("name", "text"), [("w.toml", TOML), ("w.yaml", YAML)])
def test_both_file_forms_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    assert read_waivers(tmp_path / name) == (waiver(),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TOML + TOML, "waived twice"),
        (TOML.replace('"ana"', '" "'), "no owner"),
        (TOML.replace("link", "lnk"), "lnk"),
        (TOML.replace(str(DAY), '"soon"'), "expires"),
        ("waiver = 3", "Expected `array`"),
        ("[[[", "w.toml"),
    ],
)
def test_a_bad_file_says_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(text)

    with pytest.raises(WaiverError, match=r"w\.toml") as raised:
        read_waivers(tmp_path / "w.toml")
    assert told in str(raised.value)
