"""The rules of the models by name, each told beside the code that decides it.

A rule is what a model says of an exchange in one sentence. It is known by the model and a word,
``book/time-priority``; which seeded fault breaks it stands beside the machines, in
``scenarios/workflows/model_rules.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the function that decides it: module and name."""

    name: str
    text: str
    module: str
    function: str


RULES: dict[str, Rule] = {}


def decides(**rules: str) -> Callable[[F], F]:
    """This function of a model, or of a machine that is its own model, decides these rules.

    The keyword is the rule's word with underscores for hyphens, its value the sentence. Raises
    ValueError for a rule that is told already.
    """

    def declare(function: F) -> F:
        module, name = function.__module__, function.__qualname__
        model = module.rpartition(".")[2].removesuffix("_machine")
        for word, text in rules.items():
            rule = Rule(f"{model}/{word.replace('_', '-')}", text, module, name)
            if RULES.setdefault(rule.name, rule) != rule:
                raise ValueError(f"rule {rule.name} is told twice")
        return function

    return declare
