"""How to reach success for the calls about verification."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import Prepared, World, recipe
from scenarios.users.vocabulary import facets, person


@recipe("user_verification/SetUserVerificationLevel")
def set_user_verification_level(world: World) -> Prepared:
    who = person(world)
    account = {"OMSId": world.oms_id, "AccountId": who.account_id}
    watch = (*facets(world, who.user_id), (world.operator, "GetAccountInfo", account))
    return Prepared(world.operator, {"UserId": who.user_id, "VerificationLevel": 1}, watch)


@recipe("user_verification/CreateValidatorConfig")
def create_validator_config(world: World) -> Prepared:
    return Prepared(world.operator, validator(world))


def validator(world: World) -> dict[str, Any]:
    """An external validator, switched off."""
    return {
        "omsId": world.oms_id, "requestIdentifier": "", "username": "validator",
        "password": "Validator-Passw0rd", "uri": "https://example.com/validate",
        "websiteUrl": "https://example.com", "enabled": False, "lastSequenceProcessed": 0,
    }
