"""docs/dependencies.md and pyproject.toml name the same packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def declared() -> dict[str, set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"always": project["dependencies"], **project["optional-dependencies"]}
    return {
        group: {re.split(r"[\[<>=~; ]", line)[0].lower() for line in lines}
        for group, lines in groups.items()
    }


def documented() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        group = re.match(r"[\w-]+", section)
        assert group is not None
        rows = re.findall(r"^\| ([\w-]+) \|", section, re.MULTILINE)
        found[group.group().lower()] = {row.lower() for row in rows} - {"package"}
    return found


def test_table_is_complete_and_has_nothing_left_over() -> None:
    assert documented() == declared()
