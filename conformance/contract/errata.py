"""The defects of the pages, and how each is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract.errors import ContractError
from conformance.contract.yamls import read_entries, text_of

KINDS = (
    "spelling",
    "type",
    "missing-key",
    "extra-key",
    "not-json",
    "contradiction",
    "enumeration",
    "deviation",
    "other",
)


@dataclass(frozen=True)
class Erratum:
    """One defect, which several pages may share.

    ``repair`` holds (from, to) replacements that turn a page's sample into JSON; ``keys`` the
    keys it is about, where the text does not name them.
    """

    id: str
    pages: tuple[str, ...]
    defect: str
    reading: str
    basis: str
    kind: str
    repair: tuple[tuple[str, str], ...]
    keys: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The page, or the first of several."""
        return self.pages[0]


def load_errata(root: Path) -> tuple[Erratum, ...]:
    """Read errata.yaml.

    Raises ContractError, naming file and entry, for a repeated id or a missing or unknown field.
    """
    found: dict[str, Erratum] = {}
    path = root / "errata.yaml"
    for entry in read_entries(path, root):
        erratum = _erratum(entry, path.name)
        if erratum.id in found:
            raise ContractError(f"schemas/{path.name}: erratum {erratum.id} stands twice")
        found[erratum.id] = erratum
    return tuple(found.values())


def _erratum(entry: dict[str, Any], where: str) -> Erratum:
    kind = text_of(entry, "kind", where)
    if kind not in KINDS:
        raise ContractError(f"schemas/{where}: {entry['id']} has kind {kind!r}, not one of {KINDS}")
    return Erratum(
        id=text_of(entry, "id", where),
        pages=_pages(entry, where),
        defect=text_of(entry, "defect", where),
        reading=text_of(entry, "reading", where),
        basis=text_of(entry, "basis", where),
        kind=kind,
        repair=tuple((str(r["from"]), str(r["to"])) for r in entry.get("repair") or ()),
        keys=tuple(str(key) for key in entry.get("keys") or ()),
    )


def _pages(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    named = entry.get("page")
    if isinstance(named, list) and named and all(isinstance(page, str) for page in named):
        return tuple(named)
    return (text_of(entry, "page", where),)
