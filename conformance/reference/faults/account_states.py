"""Faults of accounts as the asset manager shows them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import RiskType
from conformance.reference.faults.registry import Run, fault, rewrites

INFO = "AM_GetAccountInfo"
State = dict[str, Any]


def _states(change: Callable[[State], State]) -> Callable[[Context, Any, Any], object]:
    """Change the state of each asset."""

    def rewrite(context: Context, request: Any, reply: Any) -> object:
        account = reply["AccountState"]
        states = [{**state, **change(state)} for state in account["assetStates"]]
        return {**reply, "AccountState": {**account, "assetStates": states}}

    return rewrite


def _each(rows: Any, **changes: Any) -> list[State]:
    return [{**row, **changes} for row in rows]


for _name, _breaks, _change in (
    ("balance-of-no-provider", "A total is the sum of its balances.",
     lambda state: {"balances": _each(state["balances"], balanceAmount=Decimal(0))}),
    ("hold-left-out", "A total is the sum of its holds.",
     lambda state: {"holds": state["holds"][1:]}),
    ("available-is-total", "What is held is not available.",
     lambda state: {"availableBalance": state["totalBalance"]}),
    ("available-below-zero", "What is available is never negative.",
     lambda state: {"availableBalance": Decimal(-1)}),
    ("hold-of-nobody", "A hold names its account.",
     lambda state: {"holds": _each(state["holds"], accountId=0)}),
    ("hold-in-money", "A hold is a quantity of its product.",
     lambda state: {"holds": _each(state["holds"], holdAmount=Decimal(100))}),
    ("confirmed-unsent", "What was confirmed was sent.",
     lambda state: {"balances": _each(
         state["balances"], withdrawConfirmedTxIds=["of another account"])}),
    ("totals-of-yesterday", "The asset manager shows what the owner sees.",
     lambda state: {"totalBalance": state["totalBalance"] + 1,
                    "totalHold": state["totalHold"] + 1}),
):
    rewrites(f"am_mgr/{_name}", _breaks, INFO)(_states(_change))


@fault("am_mgr/frozen-trades", "A frozen account does not trade.", "SendOrder")
def _frozen_trades(context: Context, request: Any, run: Run) -> object:
    account = context.account(request.account_id)
    kept, account.risk_type = account.risk_type, RiskType.NORMAL
    try:
        return run()
    finally:
        account.risk_type = kept
