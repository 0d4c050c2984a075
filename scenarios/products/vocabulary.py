"""Words of the scenarios about products: listed, described, looked at by services.

Products cannot be removed, so a scenario changes only those it has added itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.contract.payload import dump_json
from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import KINDS, done, number, rows

NOT_FOUND = 104
ABSENT_PRODUCT = 2_000_000_021
"""A product that does not exist."""
CRYPTO = 2
MOST_PLACES = 8
PASS_THROUGH, CHAIN_ANALYSIS, MANUAL = 0, 1, 2
AML_TYPES = ("PassThrough", "ChainAnalysis", "Manual")
TERMS = (
    "OMSId", "ProductId", "Product", "ProductFullName", "ProductType", "DecimalPlaces",
    "TickSize", "NoFees",
)
"""What a product is defined by, as the reading calls name it."""


def product_terms(world: World, **terms: Any) -> dict[str, Any]:
    """The payload that adds a product, with a symbol of its own."""
    symbol = world.deployment.unique_name("PR")
    return {
        "OMSId": world.oms_id, "ProductId": 0, "DecimalPlaces": 4, "Product": symbol,
        "ProductFullName": f"Product {symbol}", "ProductType": CRYPTO,
        "TickSize": Decimal("0.0001"), "NoFees": True, **terms,
    }


def add(world: World, terms: dict[str, Any]) -> Turn:
    """Send AddProduct as the operator."""
    turn = world.operator.send("AddProduct", terms)
    number = turn.get("Id")
    if isinstance(number, int) and number > 0:
        world.deployment.leaks.record("Product", number)
    return turn


def new_product(world: World, **terms: Any) -> int:
    """Add a product; its id. Unavailable when it is refused."""
    turn = add(world, product_terms(world, **terms))
    number = turn.get("Id")
    if not isinstance(number, int) or number <= 0:
        raise Unavailable(f"no product can be added: {turn.text[:200]}")
    return number


def read(reader: Session, product: int, oms: int = 1) -> Turn:
    """Send GetProduct."""
    return reader.call("GetProduct", OMSId=oms, ProductId=product)


def normal(row: Any) -> dict[str, Any]:
    """A product by the keys that define it, its kind by number."""
    found = {key: lookup(row, key) for key in TERMS}
    kind = found["ProductType"]
    return {**found, "ProductType": KINDS.index(kind) if kind in KINDS else kind}


def products(world: World) -> dict[int, dict[str, Any]]:
    """All products as GetProducts lists them, by id."""
    found = rows(world.anonymous.call("GetProducts", OMSId=world.oms_id))
    return {int(lookup(row, "ProductId")): normal(row) for row in found}


def one_by_one(world: World, known: list[int]) -> list[Any]:
    """Products as GetProduct shows them, one request each."""
    payloads = [dump_json({"OMSId": world.oms_id, "ProductId": product}) for product in known]
    return [turn.value for turn in world.anonymous.batch("GetProduct", payloads)]


def product_reads(world: World) -> tuple[Read, ...]:
    """The read that shows all products."""
    return ((world.anonymous, "GetProducts", {"OMSId": world.oms_id}),)


def aml_terms(world: World, product: int, **terms: Any) -> dict[str, Any]:
    """A money-laundering check of a product, with every key of the page."""
    return {
        "omsId": world.oms_id, "productId": product, "url": "https://aml.example",
        "amlProviderType": PASS_THROUGH, "apiToken": "none", "enabled": True, **terms,
    }


def checked(world: World, **terms: Any) -> dict[str, Any]:
    """A new product with a check; the check's terms. Unavailable when it is refused."""
    payload = aml_terms(world, new_product(world), **terms)
    done(world.operator.send("CreateAmlProviderConfig", payload))
    return payload


def check_of(world: World, terms: dict[str, Any]) -> Turn:
    """Send GetAmlProviderConfig with every key of the page."""
    return world.operator.send("GetAmlProviderConfig", terms)


def normal_check(turn: Turn, keys: dict[str, Any]) -> dict[str, Any]:
    """A check as it was read, its type by number."""
    found = {key: turn.get(key) for key in keys}
    kind = found["amlProviderType"]
    return {**found, "amlProviderType": AML_TYPES.index(kind) if kind in AML_TYPES else kind}


__all__ = ["done", "number", "rows"]
