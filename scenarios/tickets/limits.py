"""Verification levels as scenarios make them: limits for one customer alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.target.leaks import removed_by
from scenarios.tickets.vocabulary import Till, done

LEVELS_FROM = 1_000_000
"""Level numbers above those that a deployment would use for its own customers."""

LIMITS = (
    "dailyDepositLimit", "monthlyDepositLimit", "yearlyDepositLimit",
    "yearlyDepositNotionalLimit", "dailyWithdrawLimit", "monthlyWithdrawLimit",
    "yearlyWithdrawLimit", "yearlyWithdrawNotionalLimit",
)


def limit(till: Till, **rules: Any) -> None:
    """Give the customer a level of its own with these rules for the product; see `rules_of`."""
    give_level(till, rules_of(till, **rules))


def rules_of(
    till: Till, *, over_limit_rejected: bool = False, automatic: Decimal = Decimal(0),
    delay_s: int = 0, **limits: Decimal,
) -> dict[str, Any]:
    """What a level says of the product; limits that are not given are none.

    ``automatic`` is what needs no operator, ``delay_s`` how long an accepted withdrawal waits.
    """
    return {
        "omsId": till.oms, "productId": till.product, "autoWithdrawThreshold": automatic,
        "notionalProductId": till.product, "overLimitRejected": over_limit_rejected,
        "withdrawProcessingDelaySec": delay_s, "depositTicketWorkflow": "Internal",
        "withdrawTicketWorkflow": "Internal",
        **{key: limits.get(key, Decimal(0)) for key in LIMITS},
    }


def give_level(till: Till, *products: dict[str, Any]) -> None:
    """Give the customer a level of its own that says this of these products."""
    world = till.world
    level = LEVELS_FROM + world.sequence() % LEVELS_FROM
    done(world.operator.send("AddVerificationLevelConfig", [{
        "level": level, "omsId": till.oms,
        "products": [{"verificationLevel": level, **product} for product in products],
    }]))
    world.deployment.leaks.record("VerificationLevel", level, removed_by(
        "DeleteVerificationLevelConfig", verificationLevel=level, omsId=till.oms))
    done(world.operator.call(
        "SetUserVerificationLevel", UserId=till.owner.user_id, VerificationLevel=level))
