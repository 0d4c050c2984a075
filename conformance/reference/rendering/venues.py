"""The `venues` dialect: replies as real deployments send them.

Keys are PascalCase but for a few that stay lower case everywhere; some calls have another shape
than their page prints. Those are rendered by a function registered under the call's name.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from conformance.reference.calls.registry import CallSpec
from conformance.reference.domain.refusals import Refusal
from conformance.reference.rendering.encoding import encode
from conformance.reference.rendering.standard import ACKNOWLEDGED, standard_failure

# Seen in lower case on every deployment.
_LOWER = {"status", "errormsg", "errorcode", "result", "detail", "statuscode", "msg", "twoFaToken"}
_IRREGULAR = {"omsId": "OMSId", "omsid": "OMSId", "use2FA": "Use2FA", "cR_Amt": "CR_Amt"}

Shape = Callable[[Any], object]
_REPLIES: dict[str, Shape] = {}
_EVENTS: dict[str, Shape] = {}


def venue_reply(call: str) -> Callable[[Shape], Shape]:
    """Register how deployments answer a call, given the page's reply."""

    def register(shape: Shape) -> Shape:
        _REPLIES[call] = shape
        return shape

    return register


def venue_event(name: str) -> Callable[[Shape], Shape]:
    """Register how deployments send an event, given the page's payload."""

    def register(shape: Shape) -> Shape:
        _EVENTS[name] = shape
        return shape

    return register


def pascal(key: str) -> str:
    """The key as deployments spell it."""
    if key in _LOWER:
        return key
    return _IRREGULAR.get(key) or key[:1].upper() + key[1:]


def pascal_keys(value: Any) -> Any:
    """Every key of a payload in PascalCase."""
    if isinstance(value, dict):
        return {pascal(key): pascal_keys(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pascal_keys(item) for item in value]
    return value


@functools.cache
def _load_shapes() -> None:
    """Import every ``venue_shapes_<area>`` module of this package; each registers its shapes."""
    package = importlib.import_module(__package__ or "conformance.reference.rendering")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("venue_shapes_"):
            importlib.import_module(f"{package.__name__}.{module.name}")


class VenuesDialect:
    """Renders the pages' replies as deployments send them."""

    lax = True
    # Answered before login on deployments, whatever the pages say of permissions.
    open_calls = frozenset(
        (
            "GetInstruments", "GetProducts", "GetLevel1", "SubscribeLevel1", "SubscribeLevel2",
            "SubscribeTicker", "SubscribeTrades", "UnsubscribeLevel1", "UnsubscribeLevel2",
            "UnsubscribeTicker", "UnsubscribeTrades",
        )
    )

    def __init__(self) -> None:
        _load_shapes()

    def reply(self, call: str, payload: object) -> object:
        """PascalCase, or the shape seen at deployments."""
        if payload is ACKNOWLEDGED:
            return {"result": True, "errormsg": None, "errorcode": 0, "detail": None}
        shape = _REPLIES.get(call)
        return shape(payload) if shape is not None else pascal_keys(payload)

    def refusal(self, spec: CallSpec | None, refusal: Refusal) -> object:
        """The call's own shape of a refusal, or the standard object."""
        if spec is not None and spec.refusal is not None:
            return pascal_keys(spec.refusal(refusal))
        return standard_failure(refusal)

    def event(self, name: str, payload: object) -> object:
        """PascalCase, or the shape seen at deployments."""
        shape = _EVENTS.get(name)
        return shape(payload) if shape is not None else pascal_keys(payload)

    def unknown_call(self, name: str) -> str:
        """Bare text, not JSON."""
        return "Endpoint Not Found"

    def encode(self, payload: object) -> str:
        """JSON text."""
        return encode(payload)
