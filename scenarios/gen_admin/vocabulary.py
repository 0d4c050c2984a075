"""What scenarios about operators, trading systems and loyalty fees say to a target."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable

GUID_LENGTH = 36


def operator_terms(world: World, **terms: Any) -> dict[str, Any]:
    """A new operator whose name nobody has."""
    return {
        "OperatorId": 0, "OperatorGuid": None,
        "OperatorName": world.deployment.unique_name("Desk "), "DefaultOMSId": world.oms_id,
        "Website": "https://desk.example", "VerifyURL": "https://desk.example/verify",
        "UseEmailVerify": True, "UseRecaptcha": False, "RecaptchaPrivateKey": None,
        "RecaptchaPublicKey": None, **terms,
    }


def system_terms(world: World, **terms: Any) -> dict[str, Any]:
    """A new trading system (OMS) whose name nobody has."""
    return {
        "id": 0, "ownerId": 0, "omsName": world.deployment.unique_name("System "),
        "instanceGUID": "", "assetManagerCoreId": "", "assetManagerCoreUser": "",
        "assetManagerCorePassword": "", "omsRiskMode": 0, "marginEnabled": False,
        "marginMarketType": 0, "permissionedMarketData": False, "permissionedInstrument": False,
        "permissionedProduct": False, **terms,
    }


def made(world: World, kind: str, turn: Turn) -> int:
    """The number of what was just made; Unavailable where it was refused."""
    number = turn.get("Id")
    if not isinstance(number, int) or not number:
        raise Unavailable(f"no {kind} can be made: {turn.text[:200]}")
    world.deployment.leaks.record(kind, number)
    return number


def new_operator(world: World, **terms: Any) -> int:
    """Add an operator; its number."""
    turn = world.operator.call("AddOperator", **operator_terms(world, **terms))
    return made(world, "Operator", turn)


def new_system(world: World, **terms: Any) -> int:
    """Add a trading system; its number."""
    return made(world, "OMS", world.operator.call("AddEditOMS", **system_terms(world, **terms)))


def linked(world: World, operator_id: int, *, default: bool = False) -> int:
    """A new trading system that the operator serves; its number."""
    system = new_system(world)
    link(world, operator_id, system, default=default)
    return system


def link(world: World, operator_id: int, system: int, *, default: bool = False) -> Turn:
    """Let an operator serve a trading system."""
    return world.operator.call(
        "AddOperatorOMS", operatorId=operator_id, omsId=system, isDefault=default
    )


def unlink(world: World, operator_id: int, system: int) -> Turn:
    """Have an operator no longer serve a trading system."""
    return world.operator.call(
        "RemoveOperatorOMS", OperatorId=operator_id, OMSId=system, IsDefault=False
    )


def operator_row(world: World, operator_id: int) -> dict[str, Any]:
    """An operator as GetOperators lists it; Unavailable where it does not."""
    turn = world.operator.call("GetOperators")
    rows = turn.value if isinstance(turn.value, list) else []
    for row in rows:
        if lookup(row, "OperatorId") == operator_id:
            return dict(row)
    raise Unavailable(f"operator {operator_id} is not listed: {turn.text[:200]}")


def systems(world: World, operator_id: int) -> dict[int, bool]:
    """The trading systems an operator serves, each with whether it is the default one."""
    turn = world.operator.call("GetOperatorOMSList", OperatorId=operator_id)
    rows = turn.value if isinstance(turn.value, list) else []
    return {int(lookup(row, "OMSId")): bool(lookup(row, "IsDefault")) for row in rows}


def users(world: World, operator_id: int) -> set[int]:
    """The users of an operator."""
    turn = world.operator.call("GetOperatorUsers", OperatorId=operator_id)
    rows = turn.value if isinstance(turn.value, list) else []
    return {int(lookup(row, "UserId")) for row in rows}


def operator_reads(world: World, *operator_ids: int) -> tuple[Read, ...]:
    """Reads that show all operators, and whom and what these serve."""
    who = world.operator
    return (
        (who, "GetOperators", {}),
        *((who, call, {"OperatorId": number}) for number in operator_ids
          for call in ("GetOperatorOMSList", "GetOperatorUsers")),
    )


def loyalty_terms(world: World, oms_id: int, **terms: Any) -> dict[str, Any]:
    """A discount on fees that are paid in the market's first product."""
    return {
        "omsId": oms_id, "loyaltyProductId": world.market.product1,
        "loyaltyDiscount": Decimal("0.125"), "referenceProductId": world.market.product2,
        "referenceProductPrice": Decimal(20), "isEnabled": False,
        "lastUpdated": "2026-01-02T03:04:05Z", "updatedBy": 0, **terms,
    }


def loyalty_key(world: World, oms_id: int) -> dict[str, Any]:
    """What names the discount of a trading system."""
    return {"omsId": oms_id, "loyaltyProductId": world.market.product1}


def discounted(world: World, **terms: Any) -> int:
    """A new trading system with a loyalty discount; its number."""
    system = linked(world, home_operator(world))
    turn = world.operator.call(
        "CreateOperatorLoyaltyFeeConfig", **loyalty_terms(world, system, **terms)
    )
    if turn.get("result") is not True:
        raise Unavailable(f"no loyalty discount can be made: {turn.text[:200]}")
    return system


def home_operator(world: World) -> int:
    """The operator that serves the trading system under test."""
    turn = world.operator.call("GetOperators")
    rows = turn.value if isinstance(turn.value, list) else []
    for row in rows:
        number = int(lookup(row, "OperatorId", 0))
        if world.oms_id in systems(world, number):
            return number
    raise Unavailable("no operator serves the trading system under test")


def loyalty_reads(world: World, oms_id: int) -> tuple[Read, ...]:
    """Reads that show the discount of a trading system."""
    return ((world.operator, "GetOperatorLoyaltyFeeConfig", loyalty_key(world, oms_id)),)


def own_operator(who: Session) -> dict[str, Any]:
    """The payload keys by which a mail names its sender."""
    return {"operatorId": who.user_id, "operatorName": who.username}
