"""One call of the API: its facts and its schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conformance.contract.errors import ContractError, UnknownName
from conformance.contract.schemas import Schema, SchemaStore, definition_name

STANDARD_SUCCESS = "apex:types/standard#/$defs/Success"
STANDARD_FAILURE = "apex:types/standard#/$defs/Failure"
EVENTS_ID = "apex:types/events"
PARTS = ("request", "response", "failure", "reply")

_VALUES = {
    "service": ("exchange", "apad", "digitizer"),
    "mode": ("synchronous", "asynchronous"),
    "effect": ("none", "session", "subscribe", "create", "update", "trade", "funds", "market"),
    "scope": ("public", "self", "user", "account", "oms", "exchange", "company"),
    "failure": ("standard", "own", "unstated"),
}


@dataclass(frozen=True)
class Event:
    """A payload the server sends by itself; ``schema`` is the raw definition of its payload."""

    name: str
    schema: Schema
    store: SchemaStore = field(repr=False, compare=False)

    @property
    def description(self) -> str:
        """Return what the event tells, or an empty text."""
        return str(self.schema.get("description", ""))

    def bundled(self) -> Schema:
        """Return the payload's schema, self-contained."""
        return self.store.bundle(self.schema, EVENTS_ID, self.name)


@dataclass(frozen=True)
class Call:
    """One documented call.

    The facts are those of ``x-call`` (docs/reference/call-files.md). ``permissions`` are as the
    page prints them; ``events`` names what it causes; ``surfaces`` is empty unless the page limits
    the call; ``proof`` is the key that stands in for a login, empty where a login is needed;
    ``replies`` is false where the page says that nothing is answered; ``operation`` is the GraphQL
    operation that carries a Digitizer call, else empty;
    ``parts`` are the raw ``$defs`` of the call file, references unresolved.
    """

    name: str
    service: str
    section: str
    category: str
    permissions: tuple[str, ...]
    mode: str
    effect: str
    scope: str
    failure: str
    events: tuple[str, ...]
    page: str
    aliases: tuple[str, ...]
    deprecated: bool
    listed: bool
    surfaces: tuple[str, ...]
    proof: str
    replies: bool
    operation: str
    description: str
    parts: dict[str, Schema] = field(repr=False, compare=False, hash=False)
    store: SchemaStore = field(repr=False, compare=False, hash=False)

    @property
    def key(self) -> str:
        """Return ``section/Name``, which no other call has."""
        return f"{self.section}/{self.name}"

    @property
    def document_id(self) -> str:
        """Return the ``$id`` of the call file, the base of its references."""
        return f"apex:calls/{self.section}/{self.name}"

    @property
    def public(self) -> bool:
        """Tell whether anybody may send it without a login."""
        return "public" in {permission.lower() for permission in self.permissions}

    @property
    def case_sensitive(self) -> bool:
        """Tell whether the letter case of keys matters: only to the Digitizer, being GraphQL."""
        return self.service == "digitizer"

    def schema(self, part: str) -> Schema:
        """Return one part's schema with its references unresolved.

        ``part`` is ``request``, ``response`` (the successful reply), ``failure`` (a refusal: the
        call's own shape where it has one, and the standard error object), ``reply`` (either) or
        the name of an event. Letter case is ignored. Raises UnknownName.
        """
        wanted = self.part_name(part)
        if wanted == "failure":
            return self._failure()
        if wanted == "reply":
            return {"anyOf": [self.parts["response"], *self._refusals()]}
        if wanted in self.parts:
            return self.parts[wanted]
        found: Schema = self.store.resolve(f"{EVENTS_ID}#/$defs/{wanted}")
        return found

    def bundled(self, part: str) -> Schema:
        """Return one part as a schema that needs no other document."""
        wanted = self.part_name(part)
        base = self.document_id if wanted in PARTS else EVENTS_ID
        return self.store.bundle(self.schema(wanted), base, f"{self.name} {wanted}")

    def part_name(self, part: str) -> str:
        """Return the part's own spelling; UnknownName when the call has no such part."""
        names = _part_names(self.store)
        found = names.get(part) or names.get(part.lower())
        if found is None:
            raise UnknownName("part", part, [*PARTS, *self.events, *names.values()])
        return found

    def _failure(self) -> Schema:
        refusals = self._refusals()
        return refusals[0] if len(refusals) == 1 else {"anyOf": refusals}

    def _refusals(self) -> list[Schema]:
        standard: Schema = {"$ref": STANDARD_FAILURE}
        if self.failure != "own":
            return [standard]
        # The background page lets every exchange call answer with the standard error object. A
        # call file that takes a stand on that itself has the last word.
        own = self.parts["failure"]
        bundled = self.store.bundle(own, self.document_id, self.name)
        decided = definition_name(STANDARD_FAILURE) in bundled.get("$defs", {})
        return [own] if decided or self.service != "exchange" else [own, standard]


def event_names(store: SchemaStore) -> tuple[str, ...]:
    """Return the names of all events, in the order of their file.

    An event is a definition in types/events.json whose name ends in ``Event`` or that some call
    names among its events; the others there are shapes the events are made of.
    """
    cached: tuple[str, ...] | None = store.cache.get(("event names",))
    if cached is None:
        definitions = store.documents.get(EVENTS_ID, {}).get("$defs", {})
        named = {name for document in store.documents.values() for name in _caused(document)}
        cached = tuple(n for n in definitions if n.endswith("Event") or n in named)
        store.cache[("event names",)] = cached
    return cached


def _part_names(store: SchemaStore) -> dict[str, str]:
    """Return every part's and event's name by its lower-case form."""
    names: dict[str, str] | None = store.cache.get(("part names",))
    if names is None:
        names = {name.lower(): name for name in (*event_names(store), *PARTS)}
        store.cache[("part names",)] = names
    return names


def _caused(document: dict[str, Any]) -> list[str]:
    names: list[str] = document.get("x-call", {}).get("events", [])
    return names


def call_from_document(document: dict[str, Any], store: SchemaStore) -> Call:
    """Build a Call from a call file; ContractError when a fact is missing or out of range."""
    where = f"schemas/{str(document['$id']).removeprefix('apex:')}.json"
    facts = document.get("x-call")
    if not isinstance(facts, dict):
        raise ContractError(f"{where} has no x-call")
    for fact, allowed in _VALUES.items():
        if facts.get(fact) not in allowed:
            found = facts.get(fact)
            raise ContractError(f"{where}: x-call.{fact} is {found!r}, not one of {allowed}")
    parts = document.get("$defs", {})
    needed = ["request", "response"] + (["failure"] if facts["failure"] == "own" else [])
    for part in needed:
        if part not in parts:
            raise ContractError(f"{where}: $defs.{part} is missing")
    try:
        return _build(document, facts, parts, store)
    except KeyError as missing:
        raise ContractError(f"{where}: {missing.args[0]} is missing") from missing


def _build(
    document: dict[str, Any], facts: dict[str, Any], parts: dict[str, Schema], store: SchemaStore
) -> Call:
    return Call(
        name=document["title"],
        service=facts["service"],
        section=facts["section"],
        category=facts["category"],
        permissions=tuple(facts["permissions"]),
        mode=facts["mode"],
        effect=facts["effect"],
        scope=facts["scope"],
        failure=facts["failure"],
        events=tuple(facts.get("events", ())),
        page=facts["page"],
        aliases=tuple(facts.get("aliases", ())),
        deprecated=bool(facts.get("deprecated", False)),
        listed=bool(facts.get("listed", True)),
        surfaces=tuple(facts.get("surfaces", ())),
        proof=str(facts.get("proof", "")),
        replies=bool(facts.get("replies", True)),
        operation=str(facts.get("operation", "")),
        description=str(document.get("description", "")),
        parts=parts,
        store=store,
    )
