"""``conformance --version``: which suite and which contract a verdict rests on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from conformance import __version__
from conformance.contract.catalog import load_contract
from conformance.contract.resources import scenarios_root

DIGEST_LENGTH = 16
"""Hex digits shown; the run record holds the whole digest."""


def version_text() -> str:
    """Suite and contract with their digests, two lines."""
    contract = load_contract()
    return (
        f"apex-conformance {__version__}  suite {suite_digest()[:DIGEST_LENGTH]}\n"
        f"contract {contract.version}  {contract.digest[:DIGEST_LENGTH]}  "
        f"({len(contract.calls)} calls, {len(contract.clauses)} clauses)"
    )


def suite_digest() -> str:
    """SHA-256 over library and scenarios; the same for a wheel and the checkout it came from."""
    total = hashlib.sha256()
    package = Path(__file__).parent.parent
    for name, root in (("conformance", package), ("scenarios", scenarios_root())):
        for path in sorted(root.rglob("*.py")):
            relative = path.relative_to(root)
            if relative.parts[0] != "_data":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(f"{name}/{relative.as_posix()} {content}\n".encode())
    return total.hexdigest()
