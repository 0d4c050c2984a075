"""Judging a payload against its documented shape.

``judge`` answers with a verdict and the evidence for it. It knows nothing of what was sent, of
targets or of reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import jsonschema_rs

from conformance.contract.call import Call, Event
from conformance.contract.deviations import Deviation, describe
from conformance.contract.errors import PayloadError
from conformance.contract.folding import Folded, fold_data
from conformance.contract.payload import parse_json
from conformance.contract.schemas import Schema, SchemaStore
from conformance.contract.shapes import Sighting, documented_keys, shape_of

Verdict = Literal["pass", "lenient", "fail"]
Outcome = Literal["success", "failure"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one payload, with its evidence.

    ``outcome`` tells which reply it was, for part response only. ``deviations`` say what kept the
    payload from ``pass``: of a lenient one, what the pages would have required. ``errata`` are the
    ids of the tolerances used. All paths are documented paths without array positions, except
    those of deviations, which name the very place in the payload.
    """

    verdict: Verdict
    outcome: Outcome | None
    deviations: tuple[Deviation, ...]
    errata: tuple[str, ...]
    keys_seen: frozenset[str]
    missing_expected: tuple[str, ...]
    undocumented: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether the payload is acceptable, by tolerance or without."""
        return self.verdict != "fail"


class PartValidator:
    """The compiled validators of one part: the documented shape, and with tolerances."""

    def __init__(self, bundled: Schema, case_sensitive: bool = False) -> None:
        self.bundled = bundled
        self.case_sensitive = case_sensitive
        self.shape = shape_of(bundled)
        self._keys: dict[str, tuple[str, ...]] | None = None
        self.strict, lenient = _compile(bundled, strict=True)
        self.wide = _compile(bundled, strict=False)[0] if lenient else self.strict

    def judge(self, value: Any, outcome: Outcome | None = None) -> Judgement:
        """Judge one value; ``outcome`` is only handed on."""
        sighting = Sighting()
        folded = self.shape.walk(value, sighting)
        if self.strict.is_valid(folded):
            if not sighting.misspelled and not sighting.collisions:
                return _judgement("pass", outcome, (), (), sighting)
            return self._judge_spelling(value, outcome, (), (), sighting)
        if self.wide is not self.strict and self.wide.is_valid(folded):
            deviations = describe(self.strict, folded, value, self.spelling)
            used = _errata_used(self.wide, folded)
            return self._judge_spelling(value, outcome, deviations, used, sighting)
        deviations = describe(self.wide, folded, value, self.spelling)
        return _judgement("fail", outcome, deviations, (), sighting)

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return every documented path of the part with its documented spellings."""
        if self._keys is None:
            self._keys = documented_keys(self.shape)
        return self._keys

    def spelling(self, folded: str) -> str:
        """Return a documented spelling of a folded key, or the key itself."""
        for spellings in self.keys().values():
            if spellings[0].lower() == folded:
                return spellings[0]
        return folded

    def _judge_spelling(
        self,
        value: Any,
        outcome: Outcome | None,
        deviations: tuple[Deviation, ...],
        errata: tuple[str, ...],
        sighting: Sighting,
    ) -> Judgement:
        verdict: Verdict = "lenient"
        if self.case_sensitive and sighting.misspelled:
            verdict = "fail"
        found = list(deviations)
        for path, sent in sorted(sighting.misspelled):
            documented = path.rpartition(".")[2]
            found.append(Deviation(path, "spelling", f"key {documented}", f"key {sent}"))
        for path, equal in sighting.collisions:
            verdict = verdict if equal else "fail"
            what = "twice with equal values" if equal else "twice with different values"
            found.append(Deviation(path, "duplicate-key", "one key in any case", what))
        return _judgement(verdict, outcome, tuple(found), errata, sighting)


def judge(call: Call, part: str, value: Any) -> Judgement:
    """Judge a payload as one part of a call.

    ``part`` is request, response, failure or the name of an event. As ``response`` a value may be
    the success or a refusal; the judgement's ``outcome`` tells which. ``value`` is as parse_json
    returns it. Raises UnknownName for another part.
    """
    wanted = call.part_name(part)
    if wanted not in ("response", "reply"):
        return validator_for(call, wanted).judge(value)
    success = validator_for(call, "response")
    failure = validator_for(call, "failure")
    if _looks_refused(value):
        first = failure.judge(value, "failure")
        second = None if first.verdict == "pass" else success.judge(value, "success")
    else:
        first = success.judge(value, "success")
        second = None if first.verdict == "pass" else failure.judge(value, "failure")
    if second is None or _RANK[first.verdict] <= _RANK[second.verdict]:
        return first
    return second


def judge_event(event: Event, value: Any) -> Judgement:
    """Judge the payload of an event."""
    key = ("event", event.name)
    return _cached(event.store, key, lambda: PartValidator(event.bundled())).judge(value)


def validator_for(call: Call, part: str) -> PartValidator:
    """Return the compiled validators of a call's part, compiled when first asked for."""
    wanted = call.part_name(part)
    key = (call.key, wanted) if wanted in _OWN_PARTS else ("event", wanted)
    return _cached(
        call.store, key, lambda: PartValidator(call.bundled(wanted), call.case_sensitive)
    )


_OWN_PARTS = frozenset({"request", "response", "failure", "reply"})
_RANK = {"pass": 0, "lenient": 1, "fail": 2}


def _cached(
    store: SchemaStore, key: tuple[str, str], build: Callable[[], PartValidator]
) -> PartValidator:
    found: PartValidator | None = store.cache.get(key)
    if found is None:
        found = store.cache[key] = build()
    return found


def _looks_refused(value: Any) -> bool:
    """Tell whether a value has the standard error object's mark, ``result`` being false."""
    if type(value) is not dict:
        return False
    if "result" in value:
        return value["result"] is False
    return any(item is False and key.lower() == "result" for key, item in value.items())


def _judgement(
    verdict: Verdict,
    outcome: Outcome | None,
    deviations: tuple[Deviation, ...],
    errata: tuple[str, ...],
    sighting: Sighting,
) -> Judgement:
    return Judgement(
        verdict,
        outcome,
        deviations,
        errata,
        frozenset(sighting.seen),
        tuple(sorted(sighting.missing)),
        tuple(sorted(sighting.undocumented)),
    )


def _compile(bundled: Schema, strict: bool) -> tuple[Any, bool]:
    """Return the compiled validator, and whether a tolerance was met on the way."""
    folded = Folded(bundled, strict)
    if not folded.contents:
        return _compiled(folded.schema, None), folded.lenient
    compiled: dict[int, Any] = {}

    def content(index: int) -> Any:
        if index not in compiled:
            compiled[index] = _compiled(folded.contents[index], {"x-content": keyword})
        return compiled[index]

    keyword = _content_keyword(content)
    return _compiled(folded.schema, {"x-content": keyword}), folded.lenient


def _compiled(schema: Schema, keywords: dict[str, type] | None) -> Any:
    return jsonschema_rs.validator_for(
        schema, validate_formats=True, offline=True, keywords=keywords
    )


def _content_keyword(content: Callable[[int], Any]) -> type:
    """Return the check of a JSON text inside a string against its own schema."""

    class Content:
        def __init__(self, parent: Any, index: int, path: Any) -> None:
            self.index = index

        def validate(self, text: Any) -> None:
            if not isinstance(text, str):
                return
            try:
                inner = parse_json(text)
            except PayloadError as problem:
                raise ValueError(f"no JSON text: {problem}") from None
            for error in content(self.index).iter_errors(fold_data(inner)):
                raise ValueError(f"in the JSON text: {error.message[:200]}")

    return Content


def _errata_used(wide: Any, folded: Any) -> tuple[str, ...]:
    """Return the ids of the marked alternatives without which the value would not hold.

    An alternative counts when it holds and no unmarked one beside it does.
    """
    nodes = [node for node in wide.evaluate(folded).list()["details"] if node["valid"]]
    places: dict[tuple[str, str], list[str | None]] = {}
    for node in nodes:
        parent, _, index = node["evaluationPath"].rpartition("/")
        if index.isdigit() and parent.endswith(("/anyOf", "/oneOf")):
            annotations = node.get("annotations")
            mark = annotations.get("x-lenient") if isinstance(annotations, dict) else None
            places.setdefault((node["instanceLocation"], parent), []).append(mark)
    used = {mark for marks in places.values() if None not in marks for mark in marks if mark}
    return tuple(sorted(used))
