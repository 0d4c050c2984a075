"""Stories over many calls: random ones that a model predicts, and shares on their way here."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.unavailable import Unavailable
from scenarios.apad.company_machine import machine_for
from scenarios.apad.vocabulary import (
    account_of,
    at_apad,
    company_balance,
    new_asset,
    new_company,
    product_id,
    total_issued,
)
from scenarios.digitizer.vocabulary import deposit_key, new_token
from scenarios.workflows.efforts import converse


@clause("workflows/apad/model-predicts")
def test_companies_go_as_the_model_predicts(world: World) -> None:
    """Roles and shares given and taken in any order: whoever looks from either side sees the same.

    Single calls can all look right while a role or a share is lost between them.
    """
    converse(machine_for(world), world, least=8)


@clause("workflows/apad/minted-shares-arrive")
def test_minted_shares_arrive(world: World, verify: Verifier) -> None:
    """What is minted into the company's custody is what the company can give away.

    One share more on the exchange than on the chain would be a share of nothing.
    """
    platform, company = at_apad(world, "platform_admin"), new_company(world)
    asset = new_asset(world, company)
    account_id = account_of(world, company)
    if account_id is None:
        raise Unavailable("no account of the company can be found through an agent of it")
    token = new_token(world, symbol=asset)

    key = deposit_key(world, account_id, product_id(world, asset))
    token.mint(40, custodianAddress=key)

    verify.equal("TotalIssued", total_issued(platform, asset), Decimal(40))
    verify.equal("company balance", company_balance(platform, company, asset), Decimal(40))
