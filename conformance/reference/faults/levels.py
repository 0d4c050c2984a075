"""Faults of verification levels and of balance reconciliation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.ledger import ZERO
from conformance.reference.faults.registry import Rewrite, Run, fault, rewrites

DEFINE, DELETE, LEVELS = (
    "AddVerificationLevelConfig", "DeleteVerificationLevelConfig", "GetVerificationLevelConfigs",
)
RECORD, NEWEST, RECORDS = (
    "AddBalanceReconciliationInfo", "GetBalanceReconciliationInfo",
    "GetAllBalanceReconciliationInfo",
)
EVERY = 1_000_000
"""More records than there are."""


def _with(change: Callable[[Any], None]) -> Callable[[Context, Any, Run], object]:
    """Change the settings of each product before they are taken."""

    def around(context: Context, request: Any, run: Run) -> object:
        for level in request:
            for limits in level.products:
                change(limits)
        return run()

    return around


def _months_are_days(limits: Any) -> None:
    limits.monthly_deposit_limit = limits.daily_deposit_limit


for _name, _breaks, _change in (
    ("any-inner-level", "A product repeats the level around it.",
     lambda limits: setattr(limits, "verification_level", None)),
    ("any-inner-system", "A product repeats the system of the level around it.",
     lambda limits: setattr(limits, "oms_id", None)),
    ("always-rejects", "The level says whether a limit rejects.",
     lambda limits: setattr(limits, "over_limit_rejected", True)),
    ("threshold-ignored", "A small withdrawal needs no approval.",
     lambda limits: setattr(limits, "auto_withdraw_threshold", ZERO)),
    ("delay-ignored", "A withdrawal waits its time.",
     lambda limits: setattr(limits, "withdraw_processing_delay_sec", ZERO)),
    ("months-are-days", "Each limit is kept under its own name.", _months_are_days),
):
    fault(f"levels/{_name}", _breaks, DEFINE)(_with(_change))


def _inner(key: str) -> Rewrite:
    """Say 0 where each product of a level repeats what the level says."""

    def rewrite(context: Context, request: Any, reply: Any) -> object:
        return [
            {**level, "products": [{**product, key: 0} for product in level["products"]]}
            for level in reply
        ]

    return rewrite


for _key, _word in (("verificationLevel", "level"), ("omsId", "system")):
    rewrites(f"levels/products-of-no-{_word}", f"A product names its {_word}.", LEVELS)(
        _inner(_key)
    )


@rewrites("levels/listed-by-product", "A level is listed once.", LEVELS)
def _listed_by_product(context: Context, request: Any, reply: Any) -> object:
    return [
        {**level, "products": [product]} for level in reply for product in level["products"]
    ]


@fault("levels/others-lost", "Other levels stay as they were.", DEFINE, DELETE)
def _others_lost(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.verification.products
    before = set(known)
    reply = run()
    for key in before & known.keys():
        del known[key]
    return reply


@fault("levels/one-product-stays", "A deleted level is gone whole.", DELETE)
def _one_product_stays(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.verification.products
    kept = next((each for key, each in known.items() if key[0] == request.verification_level),
                None)
    several = sum(key[0] == request.verification_level for key in known) > 1
    reply = run()
    if kept is not None and several:
        context.exchange.verification.put_product(kept)
    return reply


@fault("reconciliation/limit-ignored", "No more records are listed than asked for.", RECORDS)
def _limit_ignored(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERY
    return run()


@fault("reconciliation/zero-is-one", "Without a limit all records are listed.", RECORDS)
def _zero_is_one(context: Context, request: Any, run: Run) -> object:
    request.limit = request.limit or 1
    return run()


@fault("reconciliation/cents-lost", "A record reads as it was sent.", RECORD)
def _cents_lost(context: Context, request: Any, run: Run) -> object:
    request.current_cold_balance //= 1
    return run()


@rewrites("reconciliation/oldest-returned", "The newest record is returned.", NEWEST)
def _oldest_returned(context: Context, request: Any, reply: Any) -> object:
    known = context.exchange.reconciliations.of(
        request.asset_manager_id, request.account_provider_id
    )
    return {**reply, "currentColdBalance": known[-1].current_cold_balance,
            "totalExternalBalance": known[-1].total_external_balance}


@rewrites("reconciliation/single-unlike-list", "The record is one of the list.", NEWEST)
def _single_unlike_list(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "infoId": reply["infoId"] + 1}
