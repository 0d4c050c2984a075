"""``conformance export``: the contract in the forms other tools read."""

from __future__ import annotations

import json
import sys

from conformance.contract.catalog import load_contract


def print_export(kind: str, api_version: str) -> None:
    """Print the contract as openapi, asyncapi or graphql."""
    contract = load_contract(api_version)
    if kind == "graphql":
        from conformance.contract.digitizer import load_sdl

        sys.stdout.write(load_sdl(contract.root))
        return
    if kind == "openapi":
        from conformance.contract.export_openapi import openapi_document as document
    else:
        from conformance.contract.export_asyncapi import asyncapi_document as document
    json.dump(document(contract), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
