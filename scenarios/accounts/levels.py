"""Words of the scenarios about verification levels: what they allow, and who is on one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.leaks import removed_by
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import number, rows, updated
from scenarios.tickets.vocabulary import Till, fiat_till

LIMIT = Decimal(50)
"""What a level of a scenario lets pass a day."""
LIMIT_KEYS = (
    "autoWithdrawThreshold", "dailyDepositLimit", "monthlyDepositLimit", "yearlyDepositLimit",
    "yearlyDepositNotionalLimit", "dailyWithdrawLimit", "monthlyWithdrawLimit",
    "yearlyWithdrawLimit", "yearlyWithdrawNotionalLimit",
)
_FIRST = 1_000
"""Levels of scenarios count from here, far above those in use."""


def new_level(world: World) -> int:
    """A verification level that nobody has defined."""
    return _FIRST + world.deployment.unique_number()


def product_limits(world: World, level: int, product: int, **limits: Any) -> dict[str, Any]:
    """The settings of one product at a level: no limit but those given."""
    return {
        "verificationLevel": level, "omsId": world.oms_id, "productId": product,
        "productName": "conformance", **dict.fromkeys(LIMIT_KEYS, Decimal(0)),
        "notionalProductId": world.market.product2, "overLimitRejected": False,
        "withdrawProcessingDelaySec": 0, "depositTicketWorkflow": "", "withdrawTicketWorkflow": "",
        **limits,
    }


def level_terms(world: World, level: int, *products: dict[str, Any]) -> list[dict[str, Any]]:
    """The payload that defines a level."""
    return [{"level": level, "omsId": world.oms_id, "products": list(products)}]


def define(world: World, level: int, *products: dict[str, Any]) -> Turn:
    """Send AddVerificationLevelConfig as the operator."""
    return world.operator.send(
        "AddVerificationLevelConfig", level_terms(world, level, *products)
    )


def defined(world: World, product: int, **limits: Any) -> int:
    """A new level with limits on one product; Unavailable when it cannot be defined."""
    level = new_level(world)
    turn = define(world, level, product_limits(world, level, product, **limits))
    if turn.get("result") is not True:
        raise Unavailable(f"no level can be defined: {turn.text[:200]}")
    world.deployment.leaks.record("VerificationLevel", level, removed_by(
        "DeleteVerificationLevelConfig", verificationLevel=level, omsId=world.oms_id))
    return level


def delete(world: World, level: int) -> Turn:
    """Send DeleteVerificationLevelConfig as the operator."""
    return world.operator.call(
        "DeleteVerificationLevelConfig", verificationLevel=level, omsId=world.oms_id
    )


def limited_till(world: World, **limits: Any) -> Till:
    """A customer with a national currency, on a level with these limits on it."""
    till = fiat_till(world)
    level = defined(world, till.product, **limits)
    updated(world, till.account, verificationLevel=level)
    return till


def levels(world: World) -> dict[int, Any]:
    """All levels as GetVerificationLevelConfigs lists them, by number."""
    found = rows(world.operator.call("GetVerificationLevelConfigs", OMSId=world.oms_id))
    return {int(lookup(row, "level")): row for row in found}


def limits_of(level: Any, product: int) -> dict[str, Any]:
    """The limits of a product at a level, as they are listed."""
    found = [row for row in lookup(level, "products") if lookup(row, "productId") == product]
    if len(found) != 1:
        raise Unavailable(f"the level has {len(found)} settings of product {product}")
    return {key: number(found[0], key) for key in LIMIT_KEYS}


def level_reads(world: World) -> tuple[Read, ...]:
    """The read that shows all levels."""
    return ((world.operator, "GetVerificationLevelConfigs", {"OMSId": world.oms_id}),)


def limit_buying(world: World, level: int, instrument: int, lots: Decimal) -> None:
    """Let a level buy so much of an instrument a day; Unavailable when it is refused."""
    turn = world.operator.call(
        "EditInstrumentVerificationLevelConfig", verificationLevel=level, omsId=world.oms_id,
        instrumentId=instrument, instrumentName="conformance", dailyBuyLimit=lots,
        dailySellLimit=Decimal(0), monthlyBuyLimit=Decimal(0), monthlySellLimit=Decimal(0),
    )
    if turn.get("result") is not True:
        raise Unavailable(f"trading cannot be limited: {turn.text[:200]}")


def level_of(world: World, who: Session) -> Any:
    """The level of a customer's account."""
    return lookup(
        world.operator.call("GetAccountInfo", omsId=1, accountId=who.account_id).value,
        "verificationLevel",
    )
