"""Attributes of products: keys with values, added, read and removed."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.products.attributes import KEY, OTHER, OTHER_VALUE, VALUE, Described
from scenarios.products.vocabulary import new_product, product_reads, rows


@pytest.fixture
def product(world: World) -> Described:
    """A new product with one pair."""
    return Described(world, "Product", new_product(world)).with_pairs(**{OTHER: OTHER_VALUE})


@pytest.mark.parametrize(
    "_",
    [clause_case("products/AddProductAttributes/effect", ()),
     clause_case("products/AddProductAttributes/reads-back", ())],
)
def test_added_pair_is_read_back(
    world: World, product: Described, verify: Verifier, _: object
) -> None:
    """The product has one pair more; its definition and other products stay as they were."""
    neighbour = Described(world, "Product", new_product(world)).with_pairs(**{OTHER: VALUE})

    with verify.unchanged(*product_reads(world), *neighbour.reads):
        turn = verify.succeeded(product.add(KEY, VALUE))

    verify.equal("pairs", product.pairs(), sorted([(OTHER, OTHER_VALUE), (KEY, VALUE)]), turn)


@clause("products/AddProductAttributes/same-key")
def test_key_in_use_gets_the_new_value(product: Described, verify: Verifier) -> None:
    """A key stands once: a client that looks it up must not find the old value first."""
    turn = verify.succeeded(product.add(OTHER, VALUE))

    verify.equal("pairs", product.pairs(), [(OTHER, VALUE)], turn)


@clause("products/GetProductAttributes/echo")
def test_rows_name_the_product(world: World, product: Described, verify: Verifier) -> None:
    """Only the product asked about, although others are described too."""
    Described(world, "Product", new_product(world)).with_pairs(**{KEY: VALUE})
    product.with_pairs(**{KEY: VALUE})

    turn = verify.succeeded(product.turn())

    found = [(lookup(row, "OMSId"), lookup(row, "productId")) for row in rows(turn)]
    verify.equal("(OMS, product) of the rows", found, [(world.oms_id, product.number)] * 2, turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("products/RemoveProductAttributes/effect", ()),
     clause_case("products/RemoveProductAttributes/gone", ()),
     clause_case("products/RemoveProductAttributes/keeps-others", ())],
)
def test_removed_pair_is_gone_and_others_stay(
    world: World, product: Described, verify: Verifier, _: object
) -> None:
    """One pair less; the others, other products and the definition stay as they were."""
    neighbour = Described(world, "Product", new_product(world)).with_pairs(**{KEY: VALUE})
    product.with_pairs(**{KEY: VALUE})

    with verify.unchanged(*product_reads(world), *neighbour.reads):
        turn = verify.succeeded(product.remove(KEY, VALUE))

    verify.equal("pairs", product.pairs(), [(OTHER, OTHER_VALUE)], turn)
