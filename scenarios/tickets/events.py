"""What an account's subscribers are told about its tickets, against what a reader reads."""

from __future__ import annotations

from conformance.oracle.verify import Verifier
from scenarios.tickets.vocabulary import Row, Till, figures, number
from scenarios.users.markets import frames, subscribe_account


def listen(till: Till) -> None:
    """Subscribe to the account's events; what came at once is dropped."""
    subscribe_account(till.owner)
    frames(till.owner)


def require_told(verify: Verifier, till: Till, *names: str) -> None:
    """Finding unless events of these names told of the product, last as it reads now."""
    told = verify.told(till.owner)
    about = {name: _about(till, told.get(name, [])) for name in names}
    silent = [name for name in names if not about[name]]
    verify.equal("documented events that did not come", silent, [])
    now = figures(till)
    for position in about.get("AccountPositionEvent", [])[-1:]:
        last = {key: number(position, key) for key in now}
        verify.equal("the position last told", last, now)
    for update in about.get("PendingDepositUpdate", [])[-1:]:
        value = number(update, "TotalPendingDepositValue")
        verify.equal("the pending value last told", value, now["pendingDeposits"])


def _about(till: Till, found: list[Row]) -> list[Row]:
    keys = {"productid", "assetid"}
    return [
        row for row in found
        if {value for key, value in row.items() if key.casefold() in keys} == {till.product}
    ]
