"""docs/dependencies.md, pyproject.toml and constraints.txt agree about packages and versions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


FEW = 20
"""More packages than this that everybody has to install would be no longer few."""


def requirements() -> dict[str, list[Requirement]]:
    """What the project declares, by group; ``always`` is what everybody gets."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"always": project["dependencies"], **project["optional-dependencies"]}
    return {group: [Requirement(line) for line in lines] for group, lines in groups.items()}


def documented() -> dict[str, dict[str, list[str]]]:
    """The tables of the page: by group and package, the other cells."""
    found: dict[str, dict[str, list[str]]] = {}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        rows = re.findall(r"^\| ([\w-]+) \| (.*) \|$", section, re.MULTILINE)
        found[section.split()[0].lower()] = {
            canonicalize_name(name): cells.split(" | ") for name, cells in rows
            if name != "package"
        }
    return found


def pinned() -> dict[str, str]:
    """The one version of each package that tests, container and action install."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    pins = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def test_table_is_complete_and_has_nothing_left_over() -> None:
    declared = {
        group: {canonicalize_name(line.name) for line in lines}
        for group, lines in requirements().items()
    }

    assert {group: set(rows) for group, rows in documented().items()} == declared


def test_every_package_has_licence_reason_and_alternative() -> None:
    for rows in documented().values():
        for name, cells in rows.items():
            assert len([cell for cell in cells if cell.strip()]) == 4, name


def test_table_names_the_pinned_version() -> None:
    shown = {name: cells[0] for rows in documented().values() for name, cells in rows.items()}

    assert shown == {name: pinned()[name] for name in shown}


def test_pinned_versions_are_allowed() -> None:
    for lines in requirements().values():
        for line in lines:
            assert line.specifier.contains(pinned()[canonicalize_name(line.name)]), str(line)


def test_every_package_has_a_lower_bound() -> None:
    bare = [str(line) for line in requirements()["always"] if ">=" not in str(line.specifier)]

    assert bare == []


def test_few_are_needed_by_everybody() -> None:
    assert len(requirements()["always"]) <= FEW
