"""Hooks of our own plugin."""

from __future__ import annotations

from pathlib import Path


def pytest_conformance_recorded(directory: Path) -> None:
    """The record in ``directory`` is written to its end; workers may still be about to go."""
