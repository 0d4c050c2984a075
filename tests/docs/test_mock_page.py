"""The examples of the page about the mock do what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.reference import background

pytest_plugins = ("pytester",)

PAGE = (Path(__file__).parents[2] / "docs/how-to/mock-for-clients.md").read_text(encoding="utf-8")


def test_examples_run_as_printed(pytester: pytest.Pytester) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    pytester.makepyfile("import pytest\n\n\n" + "\n\n".join(examples))

    others = ("-p", "no:schemathesis", "-p", "no:playwright", "-p", "no:locust")
    result = pytester.runpytest_subprocess("-W", "error::pytest.PytestUnknownMarkWarning", *others)

    result.assert_outcomes(passed=2)


def test_members_are_those_of_the_class() -> None:
    table = PAGE.split("| member |")[1].split("\n\n")[0]
    first_cells = " ".join(line.split(" | ")[0] for line in table.splitlines()[2:])
    documented = set(re.findall(r"`(\w+)", first_cells))
    public = {name for name in vars(background.BackgroundReference) if not name.startswith("_")}

    assert documented == public - {"stop", "control_url", "target_file"}
