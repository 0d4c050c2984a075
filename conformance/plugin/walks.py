"""The steps of a random walk that failed, as its state machine tells them once it is short.

Hypothesis leaves them as notes on the error: what was drawn for a step, then the step, then the
checks behind it.
"""

from __future__ import annotations

import re

_STEP = re.compile(r"(?:\w+ = )?state\.(\w+\(.*)", re.DOTALL)
_DRAW = re.compile(r"Draw \d+ \((.*?)\): (.*)|Draw \d+: (.*)", re.DOTALL)
_NO_STEPS = ("target_agrees_with_the_model()", "teardown()")
"""What every machine here calls its check, and its end."""
SHOWN = 300
"""Characters shown of a step."""


def steps_of(error: BaseException | None) -> tuple[str, ...]:
    """What was done, a line for each step and what was drawn in it; empty where nobody walked."""
    steps: list[str] = []
    drawn: list[str] = []
    for note in getattr(error, "__notes__", ()):
        step, draw = _STEP.fullmatch(note), _DRAW.fullmatch(note)
        if draw is not None:
            name, value, unnamed = draw.groups()
            drawn.append(f"{name} {value}" if name else unnamed)
        elif step is not None and step.group(1) not in _NO_STEPS:
            line = step.group(1).replace("data=data(...)", ", ".join(drawn) or "nothing drawn")
            steps.append(" ".join(line.split())[:SHOWN])
            drawn.clear()
    return tuple(steps)
