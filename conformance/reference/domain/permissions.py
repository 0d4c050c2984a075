"""Who may do what: task bundles, one permission per call, and the order between them.

The pages name bundles (Trading, Deposit …) and say that a permission can be set per call. That
SUPERUSER includes Operator, and Operator every bundle below it, is a reading: the pages only say
"Operator or above".
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

PUBLIC = "Public"
OPERATOR = "Operator"
SUPERUSER = "SUPERUSER"
DEFAULT_BUNDLES = ("Deposit", "Trading", "Withdraw")
BUNDLES = (
    "AccountOperator",
    "AccountReadOnly",
    "AdminUI",
    "Company",
    "Deposit",
    "GetLevel1",
    "Level1MarketData",
    "Level2MarketData",
    "MarketMaker",
    OPERATOR,
    SUPERUSER,
    "Trading",
    "UserOperator",
    "Withdraw",
)
_BUNDLES_NAMED_LIKE_A_CALL = frozenset(("Deposit", "Withdraw"))
"""Holding the bundle does not allow the deprecated call of the same name."""


def allows(held: Iterable[str], required: Iterable[str], call: str) -> bool:
    """Does a caller who holds these permissions satisfy any of the required ones?

    ``required`` is the page's any-of list; a permission named like the call grants it too.
    """
    return _allows(frozenset(held), tuple(required), call)


@functools.lru_cache(maxsize=4096)
def _allows(held: frozenset[str], required: tuple[str, ...], call: str) -> bool:
    folded = {permission.casefold() for permission in held}
    wanted = {permission.casefold() for permission in required}
    by_name = call.casefold() in folded and call not in _BUNDLES_NAMED_LIKE_A_CALL
    if SUPERUSER.casefold() in folded or by_name:
        return True
    if OPERATOR.casefold() in folded and wanted != {SUPERUSER.casefold()}:
        return True
    return not folded.isdisjoint(wanted)
