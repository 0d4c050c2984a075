"""Words of the scenarios about account providers: which there are, and what they let one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.templates import provider_of
from scenarios.tickets.vocabulary import MANAGER, Row, coin_till, rows

ABSENT_FUNCTION = "ConformanceHasNoSuchFunction"
STRING, INTEGER, DECIMAL, LONG = 0, 1, 2, 4


@dataclass(frozen=True, slots=True)
class Function:
    """One function of an account provider."""

    world: World
    provider: dict[str, Any]
    name: str

    def payload(self, *params: dict[str, Any]) -> dict[str, Any]:
        """The payload that calls it."""
        return {**self.provider, "functionName": self.name, "functionParams": list(params)}

    def call(self, *params: dict[str, Any]) -> Turn:
        """Send CallAccountProviderAdminFunction as the operator."""
        return self.world.operator.send(
            "CallAccountProviderAdminFunction", self.payload(*params)
        )


def provider_key(world: World) -> dict[str, Any]:
    """The keys that name the account provider of the common crypto-currency."""
    provider = provider_of(coin_till(world, world.trader))
    if not provider:
        raise Unavailable("no account provider can be named")
    return {"OMSId": world.oms_id, "AssetManagerId": MANAGER, "AccountProviderId": provider}


def function_rows(world: World) -> list[Row]:
    """The functions of the provider as they are listed; Unavailable without one."""
    found = rows(world.operator.send("GetAccountProviderAdminFunctions", provider_key(world)))
    if not found:
        raise Unavailable("the account provider offers no function")
    return found


def functions(world: World) -> list[Function]:
    """The functions of the provider that need no parameters; Unavailable without one."""
    key = provider_key(world)
    provider = {
        "omsId": key["OMSId"], "assetManagerId": key["AssetManagerId"],
        "accountProviderId": key["AccountProviderId"],
    }
    found = [
        Function(world, provider, str(lookup(row, "FunctionName")))
        for row in function_rows(world) if not lookup(row, "FunctionParams")
    ]
    if not found:
        raise Unavailable("every function of the account provider needs parameters")
    return found


def absent_function(world: World) -> Function:
    """A function that no account provider offers."""
    return Function(world, functions(world)[0].provider, ABSENT_FUNCTION)
