"""Recipes of all sections are known before the first case runs."""

from pathlib import Path

from conformance.plugin.session import load_recipes

load_recipes(Path(__file__).parent)
