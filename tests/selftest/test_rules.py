"""The rules of the models: each is told once, decided somewhere, broken by a fault of its own."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.commands.selftest_rules import RuleTrial, page_of, seeded_rules, told
from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root
from conformance.oracle import models
from conformance.oracle.models.rules import RULES, Rule, decides
from conformance.selftest.expectations import read_expectations
from conformance.selftest.rules import FILE, ModelRulesError, SeededRule, load_rules, read_rules
from conformance.selftest.worker import SOUND, Story, Tried
from conformance.verdict.outcome import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "model-rules.md"
CLAUSE, FAULT = "workflows/trading/model-predicts", "trading/ioc-rests"
STEP = "hypothesis_stateful_rule"
"""What Hypothesis marks a step of a machine with."""
A_RULE = Rule("book/one", "One.", "book", "one")
ENDED = f"- clause: {CLAUSE}\n  rules: "
ONLY_TELL = {
    "access": {
        "Person.rights": "gathers", "Line.standing": "reads", "AccessModel.of": "makes",
        "AccessModel.was_logged_in": "notes", "AccessModel.rights": "gathers",
        "AccessModel.remember": "notes, for may_know",
    },
    "book": {
        "Side.other": "reads", "Fill.value": "multiplies", "BookModel.open_of": "reads",
        "BookModel.levels": "reads",
    },
    "funds": {"FundsModel.start": "notes"},
    "races": {"Floor.outcome": "reads"},
    "rules": {"decides": "declares"},
    "tickets": {"Deposit.live": "reads", "Withdrawal.total": "adds", "Withdrawal.held": "reads",
                "said": "selects"},
}
"""What a model offers without deciding anything, and what it does instead."""


def seeded(verdict: Verdict, sound: Verdict = "pass", story: Story | None = None) -> RuleTrial:
    trial = RuleTrial([SeededRule(A_RULE, CLAUSE, FAULT)])
    trial.add(Tried(SOUND, {CLAUSE: sound}))
    trial.add(Tried(FAULT, {CLAUSE: verdict}, 1.0, {CLAUSE: story} if story else {}))
    return trial


def offered(module: str) -> Iterator[str]:
    """The public functions and methods of a model's module, by qualified name."""
    found = importlib.import_module(f"{models.__name__}.{module}")
    for name, value in vars(found).items():
        if name.startswith("_") or getattr(value, "__module__", None) != found.__name__:
            continue
        if inspect.isfunction(value):
            yield name
        elif inspect.isclass(value):
            for inner, member in vars(value).items():
                function = getattr(member, "fget", None) or getattr(member, "__func__", member)
                if inspect.isfunction(function) and not inner.startswith("_"):
                    yield f"{name}.{inner}"


def test_every_rule_has_a_fault_of_its_own() -> None:
    found = seeded_rules()

    assert {each.rule.name for each in found} == RULES.keys()
    assert len({each.fault for each in found}) == len(found) > 100


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(models.__path__)])
def test_whatever_a_model_decides_is_told_as_a_rule(module: str) -> None:
    rules = load_rules(scenarios_root())
    deciding = {rule.function for rule in rules.values() if rule.module.endswith(f".{module}")}
    silent = set(offered(module)) - deciding

    assert silent == ONLY_TELL.get(module, {}).keys()


def test_every_step_of_a_machine_that_is_its_own_model_is_told_as_a_rule() -> None:
    rules = load_rules(scenarios_root())
    machines = {rule.module for rule in rules.values() if rule.module.startswith("scenarios.")}

    assert len(machines) >= 3
    for name in machines:
        deciding = {rule.function for rule in rules.values() if rule.module == name}
        steps = {
            member.__qualname__ for value in vars(importlib.import_module(name)).values()
            if inspect.isclass(value) and value.__module__ == name
            for member in vars(value).values() if hasattr(member, STEP)
        }
        assert steps
        assert steps == deciding


def test_every_clause_is_served_by_a_machine_or_by_a_model() -> None:
    sources = [path.read_text() for path in scenarios_root().glob("*/test_*.py")]
    for clause in {each.clause for each in seeded_rules()}:
        serving = [text for text in sources if f'"{clause}"' in text]
        assert serving
        assert any("machine_for" in text or "racing import" in text for text in serving)


def test_rules_are_part_of_the_kill_matrix() -> None:
    expected = read_expectations(scenarios_root(), load_contract())

    assert all(each.clause in expected[each.fault] for each in seeded_rules())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (ENDED + "{book/two: trading/ioc-rests}", "no such rule: 'book/two'; nearest: book/one"),
        (ENDED + "{book/one: trading/ioc-rest}", "nearest: trading/ioc-rests"),
        ("- clause: users/Ping/nothing\n  rules: {book/one: trading/ioc-rests}", "no such clause"),
        ("[]", "no fault is named for book/one"),
        (2 * (ENDED + "{book/one: trading/ioc-rests}\n"), "listed twice"),
        ("- clause: x", "keys clause and rules"),
        ("- [", "model_rules.yaml"),
    ],
)
def test_a_wrong_entry_is_named(text: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "model_rules.yaml"
    path.write_text(text)

    with pytest.raises(ModelRulesError, match=hint):
        read_rules(path, {"book/one": A_RULE}, load_contract())


def test_a_fault_breaks_one_rule_only(tmp_path: Path) -> None:
    path = tmp_path / "model_rules.yaml"
    path.write_text(ENDED + "{book/one: trading/ioc-rests, book/two: trading/ioc-rests}")
    rules = {"book/one": A_RULE, "book/two": Rule("book/two", "Two.", "book", "two")}

    with pytest.raises(ModelRulesError, match="breaks book/one and book/two"):
        read_rules(path, rules, load_contract())


def test_a_rule_is_told_once() -> None:
    with pytest.raises(ValueError, match="told twice"):
        decides(price_priority="Something else.")(load_named("conformance.oracle.models.book"))


def load_named(module: str) -> type:
    """A class that says it is of that module."""
    load_rules(scenarios_root())
    return type("Imposter", (), {"__module__": module})


def test_killed_only_if_the_machine_is_silent_without_the_fault() -> None:
    assert seeded("fail").exit_code == 0
    assert seeded("differs").exit_code == 0
    assert seeded("pass").exit_code == 1
    assert seeded("error").exit_code == 1
    assert seeded("fail", sound="fail").exit_code == 1
    assert RuleTrial([SeededRule(A_RULE, CLAUSE, FAULT)]).exit_code == 4


def test_steps_and_requests_are_told() -> None:
    trial = seeded("fail", story=Story("required 1; received 2", ("send(1)", "cancel(2)"), 17))
    lines = told(trial, trial.rules[0]).splitlines()

    assert lines == [
        f"killed    book/one  {FAULT}  2 steps, 17 requests",
        "            send(1)", "            cancel(2)",
    ]
    assert "| 2 | 17 | `send(1)`<br>`cancel(2)` |" in page_of(trial)


def test_page_shows_every_rule_with_its_fault() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [each.rule.name for each in seeded_rules()
               if f"| `{each.rule.name}` | {each.rule.text} | `{each.fault}` | yes |" not in page]
    shown = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]

    hint = "run: conformance selftest --rules --write docs/reference/model-rules.md"
    assert missing == [], hint
    assert shown == [each.rule.name for each in seeded_rules()], hint


def test_file_lies_where_the_command_looks() -> None:
    assert (scenarios_root() / FILE).is_file()
