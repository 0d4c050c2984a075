"""The `pages` dialect: replies literally as the 3.1 pages print them."""

from __future__ import annotations

from conformance.reference.calls.registry import CallSpec
from conformance.reference.domain.refusals import NotFound, Refusal
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure


class PagesDialect:
    """Handlers already answer in the pages' spelling; only the acknowledgement is filled in."""

    lax = False
    open_calls: frozenset[str] = frozenset()

    def reply(self, call: str, payload: object) -> object:
        """The reply as the handler made it."""
        if payload is ACKNOWLEDGED:
            return {"result": True, "errormsg": "", "errorcode": 0, "detail": ""}
        return payload

    def refusal(self, spec: CallSpec | None, refusal: Refusal) -> object:
        """The page's own shape of a refusal, or the standard object."""
        if spec is not None and spec.refusal is not None:
            return spec.refusal(refusal)
        return standard_failure(refusal)

    def event(self, name: str, payload: object) -> object:
        """The event as the domain made it."""
        return payload

    def unknown_call(self, name: str) -> str:
        """The pages do not describe error frames; the standard object is the reading."""
        return encode(standard_failure(NotFound(f"there is no call {name}")))

    def encode(self, payload: object) -> str:
        """JSON text."""
        return encode(payload)
