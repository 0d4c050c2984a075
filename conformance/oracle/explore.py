"""Requests drawn by Hypothesis, one at a time: fewer of them, each failure shrunk on the spot."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.contract.call import Call
from conformance.generate.case import Case
from conformance.generate.edits import text_of
from conformance.generate.requests import generator_for
from conformance.generate.strategies import valid_requests
from conformance.oracle.sweep import answered_as_documented
from conformance.target.session import Session


def explore(call: Call, session: Session, base: Any, *, run_seed: int, examples: int) -> None:
    """Draw valid requests around a base; each is answered as documented."""
    judge_one = answered_as_documented(call)
    transcript = session.transcript
    mark = transcript.mark() if transcript is not None else 0

    @settings(
        max_examples=examples, database=None, deadline=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @seed(run_seed)
    @given(valid_requests(generator_for(call), base))
    def one(payload: Any) -> None:
        text = text_of(payload)
        if transcript is not None:
            transcript.rewind(mark)
        case = Case(call.name, "drawn by Hypothesis", text, "answer", run_seed)
        judge_one(case, session.send(call.name, text))

    one()
