"""Manual holds, and the reversal of any hold by an operator."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.ledger import ZERO, Hold, ReferenceType
from conformance.reference.domain.refusals import InvalidRequest, NotFound

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

REVERSES_TWICE = defect(
    "treasury/hold-reversal-double", "Reversing a hold gives back that hold only."
)
MISSES_ONE = defect("accounts/reset-holds-misses-one", "ResetHolds releases every hold.")


def add_manual_hold(
    exchange: Exchange, account_id: int, product_id: int, amount: Decimal
) -> Hold:
    """Reserve part of a position; raises OperationFailed beyond what is free."""
    if amount <= ZERO:
        raise InvalidRequest("Amount must be positive")
    number = exchange.ids.next("manual_hold")
    return exchange.ledger.place_hold(
        account_id, product_id, amount, ReferenceType.MANUAL_HOLD, number
    )


def reverse_hold(
    exchange: Exchange,
    account_id: int,
    product_id: int,
    *,
    transaction_id: int,
    reference_id: int,
    reference_type: ReferenceType | None,
) -> None:
    """Give back the one hold that these name; raises NotFound when there is none."""
    ledger = exchange.ledger
    for hold in ledger.holds_of(account_id, product_id):
        named = (hold.transaction_id, hold.reference_id) == (transaction_id, reference_id)
        if named and reference_type in (None, hold.reference_type):
            ledger.release_hold(hold.hold_id)
            break
    else:
        raise NotFound("No such open hold")
    others = ledger.holds_of(account_id, product_id)
    if others and exchange.defects(REVERSES_TWICE):
        ledger.release_hold(others[0].hold_id)


def reset_holds(exchange: Exchange, account_id: int, product_id: int) -> None:
    """Release every hold of one product of one account, whatever it was for."""
    holds = exchange.ledger.holds_of(account_id, product_id)
    if exchange.defects(MISSES_ONE):
        holds = holds[1:]
    for hold in holds:
        exchange.ledger.release_hold(hold.hold_id)
