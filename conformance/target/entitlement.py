"""Does a lent login hold the permission that its persona is for?

Where it says that it does not, refusals are the target file's doing and nothing is asked of it.
"""

from __future__ import annotations

from typing import Any

from conformance.contract.catalog import Contract
from conformance.contract.errors import UnknownName

NEEDED = {
    "trader": ("Trading",),
    "second_trader": ("Trading",),
    "market_maker": ("MarketMaker",),
    "operator": ("Operator", "SUPERUSER"),
    "superuser": ("SUPERUSER",),
}
"""Any of these is enough. Roles of APAD are no permissions of the exchange."""


def lack(persona: str, held: Any, contract: Contract) -> str:
    """Why this login cannot be that persona; empty if it can, or if its permissions are unknown.

    A permission named like a call is one too: such a login may do part of what the persona does.
    """
    if persona not in NEEDED or not isinstance(held, list):
        return ""
    names = [name for name in held if isinstance(name, str)]
    known = {name.lower() for name in names}
    if known & {name.lower() for name in NEEDED[persona]} or any(
        _is_call(name, contract) for name in names
    ):
        return ""
    wanted = " or ".join(NEEDED[persona])
    return (
        f"persona {persona} lacks the permission {wanted}; it has {', '.join(names) or 'none'}"
    )


def _is_call(name: str, contract: Contract) -> bool:
    try:
        contract.call(name)
    except UnknownName:
        return False
    return True
