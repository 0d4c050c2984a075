"""The calls of the exchange: name, who may call it, what it reads, what runs.

A section module declares its calls with the :func:`call` decorator::

    @call("GetAccountInfo", permissions=("Operator", "Trading"), request=AccountQuery)
    def get_account_info(context: Context, request: AccountQuery) -> object: ...

A handler returns the reply as the 3.1 page prints it: dicts with the page's key spelling, lists,
text, ``Decimal`` for money, enumeration members or their names. It raises a Refusal to refuse.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.reference.calls.request import Empty
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.refusals import Refusal

if TYPE_CHECKING:
    from conformance.reference.dispatch import Context

Handler = Callable[["Context", Any], object]
RefusalShape = Callable[[Refusal], object]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class CallSpec:
    """One call. ``refusal`` renders a refusal where the page has a shape of its own for it."""

    name: str
    permissions: tuple[str, ...]
    request: Any
    handler: Handler
    refusal: RefusalShape | None
    half_open: bool
    silent: bool
    bare_text: bool = False

    @property
    def public(self) -> bool:
        """Needs no login."""
        return PUBLIC in self.permissions


_CALLS: dict[str, CallSpec] = {}


def call(
    name: str,
    *,
    permissions: tuple[str, ...],
    request: Any = Empty,
    aliases: tuple[str, ...] = (),
    refusal: RefusalShape | None = None,
    half_open: bool = False,
    silent: bool = False,
    bare_text: bool = False,
) -> Callable[[H], H]:
    """Declare a call.

    ``half_open``: allowed while 2FA is pending; ``silent``: never answered; ``bare_text``: the
    payload is text without JSON quotes.
    """

    def register(handler: H) -> H:
        spec = CallSpec(name, permissions, request, handler, refusal, half_open, silent,
                        bare_text)
        for spelling in (name, *aliases):
            if spelling.lower() in _CALLS:
                raise ValueError(f"call {spelling} is declared twice")
            _CALLS[spelling.lower()] = spec
        return handler

    return register


@cache
def load_calls() -> dict[str, CallSpec]:
    """All calls by lower-case name; imports every section module once."""
    package = importlib.import_module("conformance.reference.calls")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    return _CALLS
