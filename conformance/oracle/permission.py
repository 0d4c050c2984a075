"""Permissions: who must be refused, and that the refusal left no trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.contract.call import Call
from conformance.generate.world import Prepared, World
from conformance.oracle.finding import Unverified
from conformance.oracle.replies import require_refusal
from conformance.oracle.state import Watch, require_unchanged, snapshot
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable

NOT_AUTHORISED = 20
# What each persona holds, as the target file's author is told to set them up.
HELD: dict[str, frozenset[str]] = {
    "anonymous": frozenset(),
    "read_only": frozenset({"accountreadonly"}),
    "trader": frozenset({"trading", "deposit", "withdraw"}),
    "operator": frozenset(
        {"operator", "trading", "deposit", "withdraw", "accountreadonly", "accountoperator",
         "useroperator", "marketmaker", "company", "level1marketdata", "level2marketdata",
         "getlevel1", "adminui"}
    ),
}


_MEMBER = frozenset({"any"})
SERVICES_HELD: dict[str, dict[str, frozenset[str]]] = {
    "exchange": HELD,
    "apad": {
        "anonymous": frozenset(),
        "trader": _MEMBER,
        "shareholder": _MEMBER | {"companyshareholder"},
        "company_admin": _MEMBER | {"companyadmin", "companyshareholder"},
        "platform_admin": _MEMBER | {"platformadmin"},
    },
    # Its page names no permissions: whoever is logged in may try.
    "digitizer": {"anonymous": frozenset()},
}


def callers_without(call: Call, world: World) -> Iterator[Session]:
    """Sessions of every persona that lacks all of the call's permissions."""
    listed = {permission.casefold() for permission in call.permissions}
    for persona, held in SERVICES_HELD[call.service].items():
        if not held & listed:
            try:
                yield world.session(persona)
            except Unavailable:
                continue


def require_not_authorised(call: Call, prepared: Prepared, callers: Iterable[Session]) -> None:
    """Finding unless each caller is refused with "Not Authorized" and nothing changed."""
    before = snapshot([Watch(*read) for read in prepared.watch])
    refused = 0
    for caller in callers:
        turn = caller.send(call.name, caller.claimed(prepared.payload))
        require_refusal(call, turn, code=NOT_AUTHORISED)
        refused += 1
    if not refused:
        raise Unverified("the target file has no persona that lacks the permission")
    require_unchanged(before)
