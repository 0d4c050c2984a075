"""Clauses: one testable statement each, with a stable id.

Plain obligations are derived from a call's facts; rules of their own stand in clauses/*.yaml. An
entry there with the id of a plain obligation replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract.call import Call
from conformance.contract.errors import ContractError
from conformance.contract.profiles import Profile, home_profile
from conformance.contract.schemas import Schema, SchemaStore
from conformance.contract.versions import version_matches
from conformance.contract.yamls import read_entries, text_of

OBLIGATIONS = (
    "envelope",
    "response",
    "tolerance",
    "rejection",
    "permission",
    "effect",
    "events",
)
BASES = ("stated", "inferred", "later", "observed")

_FIELDS = frozenset(
    {"id", "text", "basis", "source", "versions", "profile", "presupposes", "refs", "note"}
)
_TEXTS = {
    "envelope": "A reply to {name} comes in the documented frame and belongs to its request.",
    "response": "A valid {name} is answered with a reply of the documented shape.",
    "tolerance": "{name} is answered alike when keys change order or case, or one is added.",
    "rejection": "A {name} that breaks a documented rule is refused as documented, without effect.",
    "permission": "{name} is refused to everybody without one of the documented permissions.",
    "effect": "A successful {name} changes what its page says, and nothing else.",
    "events": "{name} causes the documented events, and they agree with what a reader sees.",
}
_PRESUPPOSES = {
    "envelope": (),
    "response": ("envelope",),
    "tolerance": ("response",),
    "rejection": ("envelope",),
    "permission": ("response",),
    "effect": ("response",),
    "events": ("response",),
}


@dataclass(frozen=True)
class Clause:
    """One statement a deployment keeps or breaks.

    ``section`` and ``subject`` are the first two steps of the id (for ``workflows`` the family);
    ``obligation`` is one of OBLIGATIONS for a plain obligation, else empty. ``profile`` is the
    smallest profile that contains the clause; ``source`` the page it rests on.
    """

    id: str
    text: str
    basis: str
    source: str
    profile: str
    versions: str = ">=3.1"
    presupposes: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    obligation: str = ""

    @property
    def section(self) -> str:
        """Return the first step of the id."""
        return self.id.split("/")[0]

    @property
    def subject(self) -> str:
        """Return the second step of the id: a call or a family of rules."""
        return self.id.split("/")[1]

    @property
    def stated(self) -> bool:
        """Tell whether breaking it fails a foreign deployment."""
        return self.basis == "stated"


def build_clauses(
    calls: Iterable[Call],
    rules: Iterable[Clause],
    profiles: Mapping[str, Profile],
) -> tuple[Clause, ...]:
    """Return the plain obligations in call order, each call's own rules behind them.

    Rules whose subject is no call come last. Raises ContractError for an unknown profile.
    """
    pending = {rule.id: rule for rule in rules}
    for rule in pending.values():
        if rule.profile not in profiles:
            raise ContractError(f"clause {rule.id} names the unknown profile {rule.profile!r}")
    ordered: list[Clause] = []
    plain = [list(_of_call(call, profiles)) for call in calls]
    by_subject: dict[str, list[str]] = {}
    for rule in pending.values():
        by_subject.setdefault(f"{rule.section}/{rule.subject}", []).append(rule.id)
    for group in plain:
        ordered += [pending.pop(clause.id, clause) for clause in group]
        subject = f"{group[0].section}/{group[0].subject}"
        ordered += [pending.pop(i) for i in by_subject.get(subject, ()) if i in pending]
    return (*ordered, *pending.values())


def obligations_of(call: Call) -> tuple[str, ...]:
    """Return which plain obligations a call owes, by its facts and its request."""
    violable = has_something_to_violate(call.parts["request"], call.document_id, call.store)
    owed = {
        "envelope": True,
        "response": True,
        "tolerance": violable and not call.case_sensitive,
        "rejection": violable,
        "permission": not (call.public or call.proof),
        "effect": call.effect != "none",
        "events": bool(call.events),
    }
    return tuple(obligation for obligation in OBLIGATIONS if owed[obligation])


def has_something_to_violate(request: Schema, base: str, store: SchemaStore) -> bool:
    """Tell whether a request documents anything beyond being an object: a key, an item, a value."""
    reference = request.get("$ref")
    if isinstance(reference, str):
        absolute = base + reference if reference.startswith("#") else reference
        target = store.resolve(absolute)
        if has_something_to_violate(target, absolute.partition("#")[0], store):
            return True
    if request.get("properties") or request.get("required"):
        return True
    if request.get("type") not in (None, "object", "null"):
        return True
    branches = [b for word in ("anyOf", "oneOf", "allOf") for b in request.get(word, ())]
    return any(has_something_to_violate(branch, base, store) for branch in branches)


def _of_call(call: Call, profiles: Mapping[str, Profile]) -> Iterator[Clause]:
    profile = home_profile(call, profiles)
    for obligation in obligations_of(call):
        # Where the page is silent the obligation is only our reading of the background page.
        silent = (obligation == "rejection" and call.failure == "unstated") or (
            obligation == "permission" and not call.permissions
        )
        yield Clause(
            id=f"{call.key}/{obligation}",
            text=_TEXTS[obligation].format(name=call.name),
            basis="inferred" if silent else "stated",
            source=call.page,
            profile=profile,
            presupposes=tuple(f"{call.key}/{need}" for need in _PRESUPPOSES[obligation]),
            obligation=obligation,
        )


def load_rules(root: Path, version: str) -> tuple[Clause, ...]:
    """Read clauses/*.yaml and keep what is in force for the version.

    Raises ContractError, with file and id named, for a repeated id, an unknown or missing field.
    """
    found: dict[str, Clause] = {}
    for path in sorted((root / "clauses").glob("*.yaml")):
        for entry in read_entries(path, root):
            clause = _rule(entry, f"clauses/{path.name}")
            if clause.id in found:
                raise ContractError(f"schemas/clauses/{path.name}: {clause.id} stands twice")
            found[clause.id] = clause
    return tuple(c for c in found.values() if version_matches(version, c.versions))


def _rule(entry: dict[str, Any], where: str) -> Clause:
    clause_id = text_of(entry, "id", where)
    unknown = set(entry) - _FIELDS
    if unknown:
        raise ContractError(f"schemas/{where}: {clause_id} has unknown fields {sorted(unknown)}")
    steps = clause_id.split("/")
    if len(steps) != 3 or not all(steps):
        raise ContractError(f"schemas/{where}: {clause_id!r} is not section/Subject/rule")
    basis = text_of(entry, "basis", where)
    if basis not in BASES:
        raise ContractError(f"schemas/{where}: {clause_id} has basis {basis!r}, not one of {BASES}")
    return Clause(
        id=clause_id,
        text=" ".join(text_of(entry, "text", where).split()),
        basis=basis,
        source=text_of(entry, "source", where),
        profile=text_of(entry, "profile", where),
        versions=str(entry.get("versions") or ">=3.1"),
        presupposes=tuple(entry.get("presupposes") or ()),
        refs=tuple(str(ref) for ref in entry.get("refs") or ()),
        obligation=steps[2] if steps[2] in OBLIGATIONS else "",
    )
