"""The published schema of ``verdict.json``, made from the types that write it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from conformance.report.verdict_file import VerdictFile

SCHEMA_ID = "apex:report"


def verdict_schema() -> dict[str, Any]:
    """The schema as data: JSON Schema 2020-12."""
    schema = msgspec.json.schema(VerdictFile)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "The verdict of a run",
        "description": "What a run writes as verdict.json. Times are milliseconds since 1970.",
        **schema,
    }


def render_schema() -> str:
    """The schema as the text of schemas/report.schema.json."""
    return json.dumps(verdict_schema(), indent=2) + "\n"
