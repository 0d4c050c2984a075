"""``conformance replay``: a failing conversation sent again and judged again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from rich.console import Console as Screen
from rich.markup import escape

from conformance.commands.run import RunRequest, pytest_arguments
from conformance.contract.catalog import load_contract
from conformance.generate.world import World
from conformance.plugin.console import Console
from conformance.plugin.recorder import Recorder
from conformance.plugin.session import target_of
from conformance.replay.conversation import Conversation, Replayed
from conformance.replay.judging import Again, judge_again
from conformance.report.text import one_line
from conformance.target.deployment import Deployment
from conformance.target.fence import Fenced
from conformance.target.target_file import TargetFileError
from conformance.target.unavailable import LoginFailed, NotOffered, Unavailable
from conformance.verdict.capsule import Capsule, read_capsule
from conformance.verdict.summary import (
    CONFORMANT,
    NOT_CONFORMANT,
    OUR_ERROR,
    UNREACHABLE,
    UNVERIFIED,
    USAGE,
)
from conformance.wire.websocket import Lost, Unreachable

SHOWN = 160


def replay_capsule(file: Path, target: str | None) -> int:
    """Exit code 0: it holds now; 1: it still fails; 6: it could not be judged here."""
    capsule = read_capsule(file)
    path = Path(target) if target and target != "reference" else None
    if path is None and target is None and capsule.environment != "reference":
        print(
            f"conformance: the capsule was recorded on {capsule.target}; name a target file with "
            "--target FILE, or our own exchange with --target reference", file=sys.stderr,
        )
        return USAGE
    screen = Screen(highlight=False, soft_wrap=True)
    screen.print(f"{capsule.clause}   {capsule.basis}   {escape(capsule.text)}")
    screen.print(f"  required  {escape(one_line(capsule.required, 300))}")
    screen.print(f"  then      {escape(one_line(capsule.received, 300))}")
    try:
        again = _send_again(capsule, path, screen)
    except TargetFileError as error:
        print(f"conformance: {error}", file=sys.stderr)
        return USAGE
    except Unreachable as error:
        print(f"conformance: target unreachable: {error}", file=sys.stderr)
        return UNREACHABLE
    if again.fails is None:
        screen.print(f"  the conversation alone does not decide: {escape(again.told)}")
        return _run_case(capsule, path, screen)
    return _tell(again, "the conversation", screen)


def _send_again(capsule: Capsule, path: Path | None, screen: Screen) -> Again:
    contract = load_contract(capsule.api_version)
    with target_of(path, capsule.seed, defects=capsule.defects) as target:
        deployment = Deployment(target, contract)
        try:
            conversation = Conversation(capsule, World(deployment, contract, capsule.seed))
            try:
                replayed = conversation.send()
            except (Fenced, Unavailable, NotOffered, LoginFailed, Lost) as error:
                return Again(None, str(error))
            for one in replayed:
                _show(one, deployment, screen)
            again = judge_again(capsule, contract, replayed, conversation)
            return Again(again.fails, deployment.mask(again.told))
        finally:
            deployment.close()


def _show(one: Replayed, deployment: Deployment, screen: Screen) -> None:
    changed = (one.then is None) != (one.now is None)
    then = f"   (then {'no reply' if one.then is None else 'a reply'})" if changed else ""
    sent = one_line(deployment.mask(one.sent), SHOWN)
    now = one.now if one.now is not None else f"(lost: {one.lost})" if one.lost else "(no reply)"
    screen.print(f"  > {escape(one.call)} {escape(sent)}")
    screen.print(f"  < {escape(one_line(deployment.mask(now), SHOWN))}{then}")


def _tell(again: Again, by: str, screen: Screen) -> int:
    screen.print(f"  now       {escape(one_line(again.told, 300))}")
    screen.print(f"judged by {by}: " + ("it still fails" if again.fails else "it holds now"))
    return NOT_CONFORMANT if again.fails else CONFORMANT


def _run_case(capsule: Capsule, path: Path | None, screen: Screen) -> int:
    """Let the case itself decide: it works out what it requires from what it sees."""
    with tempfile.TemporaryDirectory(prefix="conformance-replay-") as folder:
        request = RunRequest(
            target=str(path) if path is not None else None, api_version=capsule.api_version,
            effort=capsule.effort, clauses=[capsule.clause], seed=capsule.seed,
            report_dir=Path(folder) / "run", defects=() if path is not None else capsule.defects,
            cases=[capsule.test],
        )
        console = Console(silent=True)
        pytest.main(pytest_arguments(request), plugins=[console])
        recorder = console.recorder
        outcomes = recorder.outcomes if isinstance(recorder, Recorder) else []
    verdicts = {outcome.verdict for outcome in outcomes}
    for outcome in outcomes:
        told = one_line(outcome.reason or "held", 300)
        screen.print(f"  {escape(outcome.test)}: {outcome.verdict}: {escape(told)}")
    if verdicts & {"fail", "differs"}:
        return _tell(Again(True, "the case fails"), "its case", screen)
    if verdicts and verdicts <= {"pass", "lenient"}:
        return _tell(Again(False, "the case holds"), "its case", screen)
    screen.print("judged by its case: no verdict here")
    return OUR_ERROR if "error" in verdicts else UNVERIFIED
