"""The services around tickets: money-laundering checks and account providers, step by step."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.target.session import lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.templates import provider_of
from scenarios.tickets.vocabulary import COIN, MANAGER, Row, Till, coin_till, done

PASS_THROUGH = 0
CRYPTO = 2
ADD, PROVIDER_MESSAGE = 1, 6005
"""The asset manager's action and message type for a provider that takes over an asset."""
MOST_STEPS = 12
"""More steps than there are statuses between a ticket's first and its last."""


def checked_till(world: World, *, enabled: bool = True) -> Till:
    """A customer with a coin that nobody else has, whose tickets an AML service looks at.

    Where it is not enabled it is set up only.
    """
    model = coin_till(world)
    product = _new_product(world)
    done(world.superuser.call(
        "AM_AddEditAccountProviderInfo", assetManagerId=MANAGER, omsId=world.oms_id,
        accountProviderId=provider_of(model), assetId=product, action=ADD,
        messageType=PROVIDER_MESSAGE, isDefaultDepositProvider=True,
        isDefaultWithdrawProvider=True,
    ))
    done(world.operator.call(
        "CreateAmlProviderConfig", omsId=world.oms_id, productId=product,
        url="https://aml.example", amlProviderType=PASS_THROUGH, apiToken="none", enabled=enabled,
    ))
    world.deployment.fund(model.account, product, Decimal(100))
    return Till(world, model.owner, product, COIN)


def _new_product(world: World) -> int:
    symbol = world.deployment.unique_name("AML")
    turn = world.operator.call(
        "AddProduct", OMSId=world.oms_id, ProductId=0, DecimalPlaces=8, Product=symbol,
        ProductFullName=symbol, ProductType=CRYPTO, TickSize=Decimal("0.00000001"), NoFees=False,
    )
    product = turn.get("Id")
    if not isinstance(product, int) or product <= 0:
        raise Unavailable(f"no product can be added: {turn.text[:200]}")
    world.deployment.leaks.record("Product", product)
    return product


def deposit_walk(till: Till, ticket: Row) -> list[int]:
    """The statuses that a deposit goes through by itself, the first one too."""
    seen = [depositing.status(ticket)]
    for _ in range(MOST_STEPS):
        found = depositing.step(till, ticket)
        if found == seen[-1]:
            break
        seen.append(found)
    return seen


def withdraw_walk(till: Till, ticket: Row) -> list[int]:
    """The statuses that a withdrawal goes through by itself, the first one too."""
    seen = [withdrawing.status_now(till, ticket)]
    for _ in range(MOST_STEPS):
        found = withdraw_step(till, ticket)
        if found == seen[-1]:
            break
        seen.append(found)
    return seen


def withdraw_step(till: Till, ticket: Row, *, fail: bool = False) -> int:
    """Let the services take a withdrawal one step on, or break down at it; its status then."""
    till.world.deployment.provider(
        "withdrawal", ticket=lookup(ticket, "ticketNumber"), fail=fail)
    return withdrawing.status_now(till, ticket)
