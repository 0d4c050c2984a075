"""The contract of one API version: every call, event, clause, profile and erratum.

The entrance of the lowest layer: ``load_contract()`` and go from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from conformance.contract import clauses as clause_data
from conformance.contract import errata as erratum_data
from conformance.contract import profiles as profile_data
from conformance.contract.call import EVENTS_ID, Call, Event, call_from_document, event_names
from conformance.contract.clauses import Clause
from conformance.contract.digitizer import Operation, load_operations
from conformance.contract.errata import Erratum
from conformance.contract.errors import ContractError, UnknownName
from conformance.contract.profiles import Profile
from conformance.contract.resources import schemas_root
from conformance.contract.schemas import SchemaStore, load_documents
from conformance.contract.versions import BASE_VERSION, apply_version

SECTIONS = (
    "users",
    "accounts",
    "trades",
    "oms_orders",
    "products",
    "instrs",
    "tickets",
    "user_verification",
    "margin",
    "uncertain",
    "am_mgr",
    "exchange_admin",
    "gen_admin",
    "apad",
    "digitizer",
)


class Contract:
    """Everything one API version owes.

    Calls stand in index order: by section as in SECTIONS, alphabetical inside. All lookups ignore
    letter case and raise UnknownName, which carries the nearest names.
    """

    def __init__(self, version: str, root: Path) -> None:
        self.version = version
        self.root = root
        documents = apply_version(version, load_documents(root), root)
        self.store = SchemaStore(documents)
        calls = [
            call_from_document(document, self.store)
            for document_id, document in documents.items()
            if document_id.startswith("apex:calls/")
        ]
        self.calls: tuple[Call, ...] = tuple(sorted(calls, key=_index_order))
        self._by_name = self._names()

    def __repr__(self) -> str:
        return f"Contract({self.version!r}, {len(self.calls)} calls)"

    @property
    def sections(self) -> tuple[str, ...]:
        """Return the section names in index order."""
        return SECTIONS

    @cached_property
    def _by_section(self) -> dict[str, tuple[Call, ...]]:
        return {
            section: tuple(call for call in self.calls if call.section == section)
            for section in SECTIONS
        }

    @cached_property
    def clause_sections(self) -> tuple[str, ...]:
        """The section names, and behind them what other clauses are about, such as workflows."""
        return tuple(dict.fromkeys((*SECTIONS, *(clause.section for clause in self.clauses))))

    def section(self, name: str) -> tuple[Call, ...]:
        """Return the calls of one section."""
        if name.lower() not in SECTIONS:
            raise UnknownName("section", name, SECTIONS)
        return self._by_section[name.lower()]

    def call(self, name: str, section: str | None = None) -> Call:
        """Return the call of that name, alias or ``section/Name``.

        A name that stands in two sections (CreateUser) means the earlier one in the index unless
        ``section`` says otherwise.
        """
        if section is None and "/" in name:
            section, _, name = name.partition("/")
        candidates = self._by_name.get(name.lower(), [])
        if section is not None:
            inside = self.section(section)
            candidates = [call for call in candidates if call in inside]
            if not candidates:
                names = [call.name for call in inside]
                raise UnknownName(f"call in section {section}", name, names or self._known_names())
        if not candidates:
            raise UnknownName("call", name, self._known_names())
        return candidates[0]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Return every documented event, in the order of its file."""
        return tuple(
            Event(name, self.store.resolve(f"{EVENTS_ID}#/$defs/{name}"), self.store)
            for name in event_names(self.store)
        )

    def event(self, name: str) -> Event:
        """Return the event of that name."""
        for event in self.events:
            if event.name.lower() == name.lower():
                return event
        raise UnknownName("event", name, [event.name for event in self.events])

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Return the GraphQL documents that carry the Digitizer's calls, in their file's order."""
        return load_operations(self.root)

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256, in hex, over names and bytes of every file of the contract."""
        total = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            if path.is_file():
                name = path.relative_to(self.root).as_posix()
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(f"{name} {content}\n".encode())
        return total.hexdigest()

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Return every clause in force for this version: plain obligations, then own rules."""
        return clause_data.build_clauses(self.calls, self._rules, self.profiles)

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with exactly this id."""
        found = self._clauses_by_id.get(clause_id)
        if found is None:
            raise UnknownName("clause", clause_id, self._clauses_by_id)
        return found

    def required_clauses(self, profiles: Iterable[str]) -> tuple[Clause, ...]:
        """Return the clauses that a target claiming these profiles owes, each once, in order."""
        claimed = profile_data.closure(self.profiles, profiles)
        return tuple(clause for clause in self.clauses if clause.profile in claimed)

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """Return the profiles by name, smallest first."""
        return profile_data.load_profiles(self.root)

    @cached_property
    def errata(self) -> tuple[Erratum, ...]:
        """Return every known defect of the pages, and how it is read."""
        return erratum_data.load_errata(self.root)

    @cached_property
    def _rules(self) -> tuple[Clause, ...]:
        return clause_data.load_rules(self.root, self.version)

    @cached_property
    def _clauses_by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def _names(self) -> dict[str, list[Call]]:
        names: dict[str, list[Call]] = {}
        for call in self.calls:
            names.setdefault(call.name.lower(), []).append(call)
        for call in self.calls:
            for alias in call.aliases:
                names.setdefault(alias.lower(), []).append(call)
        return names

    def _known_names(self) -> list[str]:
        return [name for call in self.calls for name in (call.name, *call.aliases)]


def load_contract(api_version: str = BASE_VERSION, root: Path | None = None) -> Contract:
    """Return the contract of an API version; the same object each time.

    ``root`` is a schemas directory other than the one shipped. Raises UnknownName for a version
    nobody wrote down, ContractError for unusable data.
    """
    return _load(api_version, (root or schemas_root()).resolve())


@lru_cache(maxsize=16)
def _load(api_version: str, root: Path) -> Contract:
    return Contract(api_version, root)


def _index_order(call: Call) -> tuple[int, str]:
    if call.section not in SECTIONS:
        raise ContractError(f"{call.name}: {UnknownName('section', call.section, SECTIONS)}")
    return SECTIONS.index(call.section), call.name.lower()
