"""Verification levels as scenarios make them: limits for one customer alone."""

from __future__ import annotations

from decimal import Decimal

from scenarios.tickets.vocabulary import Till, done

LEVELS_FROM = 1_000_000
"""Level numbers above those that a deployment would use for its own customers."""

LIMITS = (
    "dailyDepositLimit", "monthlyDepositLimit", "yearlyDepositLimit",
    "yearlyDepositNotionalLimit", "dailyWithdrawLimit", "monthlyWithdrawLimit",
    "yearlyWithdrawLimit", "yearlyWithdrawNotionalLimit",
)


def limit(
    till: Till, *, over_limit_rejected: bool = False, automatic: Decimal = Decimal(0),
    **limits: Decimal,
) -> None:
    """Give the customer a level of its own, with limits for the product; the rest is unlimited."""
    world = till.world
    level = LEVELS_FROM + world.sequence() % LEVELS_FROM
    done(world.operator.send("AddVerificationLevelConfig", [{
        "level": level, "omsId": till.oms, "products": [{
            "verificationLevel": level, "omsId": till.oms, "productId": till.product,
            "autoWithdrawThreshold": automatic, "notionalProductId": till.product,
            "overLimitRejected": over_limit_rejected, "withdrawProcessingDelaySec": 0,
            "depositTicketWorkflow": "Internal", "withdrawTicketWorkflow": "Internal",
            **{key: limits.get(key, Decimal(0)) for key in LIMITS},
        }],
    }]))
    world.deployment.leaks.record("VerificationLevel", level)
    done(world.operator.call(
        "SetUserVerificationLevel", UserId=till.owner.user_id, VerificationLevel=level))
