"""Profiles: named sets of clauses that a deployment can claim.

A profile is a rule over a call's facts and a list of other profiles it contains
(schemas/profiles.yaml). Every call is at home in exactly one: the first whose rule fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract.call import Call
from conformance.contract.errors import ContractError, UnknownName
from conformance.contract.yamls import read_entries, text_of

_FACTS = ("service", "section", "permissions", "effect")


@dataclass(frozen=True)
class Profile:
    """One profile.

    ``includes`` names the profiles inside it. ``when`` maps facts (service, section, permissions,
    effect) to the values of which one must hold, all facts together; ``unless`` likewise keeps a
    call out. Values are in lower case. A profile without ``when`` is home to no call.
    """

    name: str
    text: str
    includes: tuple[str, ...]
    when: tuple[Mapping[str, frozenset[str]], ...]
    unless: tuple[Mapping[str, frozenset[str]], ...]

    def fits(self, call: Call) -> bool:
        """Tell whether the call's facts satisfy the rule."""
        facts = _facts(call)
        return any(_holds(rule, facts) for rule in self.when) and not any(
            _holds(rule, facts) for rule in self.unless
        )


def load_profiles(root: Path) -> dict[str, Profile]:
    """Read profiles.yaml; keys are the names in the file's order.

    Raises ContractError for a rule over an unknown fact or an include of an unknown profile.
    """
    path = root / "profiles.yaml"
    profiles = {}
    for entry in read_entries(path, root):
        name = text_of(entry, "name", path.name)
        profiles[name] = Profile(
            name=name,
            text=text_of(entry, "text", path.name),
            includes=tuple(entry.get("includes") or ()),
            when=_rules(entry.get("when"), name),
            unless=_rules(entry.get("unless"), name),
        )
    for profile in profiles.values():
        for included in profile.includes:
            if included not in profiles:
                raise ContractError(f"profiles.yaml: {profile.name} includes unknown {included!r}")
    return profiles


def home_profile(call: Call, profiles: Mapping[str, Profile]) -> str:
    """Return the one profile the call belongs to; ContractError when no rule fits."""
    for profile in profiles.values():
        if profile.fits(call):
            return profile.name
    raise ContractError(f"profiles.yaml has no place for {call.key}")


def closure(profiles: Mapping[str, Profile], claimed: Iterable[str]) -> frozenset[str]:
    """Return the claimed profiles and all they include; UnknownName for one that is not there."""
    found: set[str] = set()
    pending = list(claimed)
    while pending:
        name = pending.pop().lower()
        if name not in profiles:
            raise UnknownName("profile", name, profiles)
        if name not in found:
            found.add(name)
            pending.extend(profiles[name].includes)
    return frozenset(found)


def _facts(call: Call) -> dict[str, frozenset[str]]:
    return {
        "service": frozenset({call.service}),
        "section": frozenset({call.section}),
        "permissions": frozenset(permission.lower() for permission in call.permissions),
        "effect": frozenset({call.effect}),
    }


def _holds(rule: Mapping[str, frozenset[str]], facts: Mapping[str, frozenset[str]]) -> bool:
    return all(facts[fact] & values for fact, values in rule.items())


def _rules(given: Any, name: str) -> tuple[Mapping[str, frozenset[str]], ...]:
    rules = given if isinstance(given, list) else [given] if given else []
    result = []
    for rule in rules:
        unknown = set(rule) - set(_FACTS)
        if unknown:
            raise ContractError(f"profiles.yaml: {name} has a rule over {sorted(unknown)}")
        result.append({fact: frozenset(str(v).lower() for v in vs) for fact, vs in rule.items()})
    return tuple(result)
