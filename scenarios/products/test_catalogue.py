"""AddProduct, GetProduct, GetProducts: what is listed, under which number, as which product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import lookup
from scenarios.products.vocabulary import (
    ABSENT_PRODUCT,
    MOST_PLACES,
    NOT_FOUND,
    add,
    new_product,
    normal,
    one_by_one,
    product_reads,
    product_terms,
    products,
    read,
    rows,
)


@clause("products/AddProduct/effect")
def test_product_is_listed_beside_the_others(world: World, verify: Verifier) -> None:
    """The new product is listed as it was defined; those there were stay as they were."""
    before, terms = products(world), product_terms(world)

    turn = verify.succeeded(add(world, terms))

    after = products(world)
    verify.equal("the new product", after.pop(turn["Id"], None),
                 normal({**terms, "ProductId": turn["Id"]}), turn)
    verify.equal("other products", after, before, turn)


@clause("products/AddProduct/reads-back")
def test_product_reads_as_it_was_defined(world: World, verify: Verifier) -> None:
    """Every term comes back under its own name: decimals as decimals, kind as kind."""
    terms = product_terms(world, DecimalPlaces=3, TickSize=Decimal("0.005"), ProductType=1)

    turn = verify.succeeded(add(world, terms))

    found = verify.succeeded(read(world.anonymous, turn["Id"]))
    verify.equal("the definition", normal(found.value), normal(
        {**terms, "ProductId": turn["Id"]}), turn, found)


@clause("products/AddProduct/duplicate-id")
def test_number_in_use_is_refused(world: World, verify: Verifier) -> None:
    """A second product under the same number would take over the first one's balances."""
    taken = new_product(world)

    with verify.unchanged(*product_reads(world)):
        verify.refused(add(world, product_terms(world, ProductId=taken)))


@clause("products/AddProduct/assigns-id")
def test_zero_asks_for_a_new_number(world: World, verify: Verifier) -> None:
    """With 0 the exchange chooses, and never what somebody has already."""
    chosen = new_product(world, ProductId=world.deployment.unique_number())
    before = set(products(world))

    turn = verify.succeeded(add(world, product_terms(world)))

    verify.holds("the id is a new one", turn["Id"] > 0 and turn["Id"] not in before,
                 (turn["Id"], chosen), turn)
    verify.equal("products", set(products(world)), before | {turn["Id"]}, turn)


@clause("products/AddProduct/keeps-id")
def test_free_number_is_used(world: World, verify: Verifier) -> None:
    """An exchange that numbers its products itself gets the number it asked for."""
    wanted = world.deployment.unique_number()
    terms = product_terms(world, ProductId=wanted)

    turn = verify.succeeded(add(world, terms))

    verify.equal("Id", turn["Id"], wanted, turn)
    found = verify.succeeded(read(world.anonymous, wanted))
    verify.equal("Product", found["product"], terms["Product"], turn, found)


@pytest.mark.parametrize(("places", "tick"), [(2, "0.00005"), (8, "0.25"), (0, "0.5")])
@clause("products/AddProduct/tick-size-free")
def test_ticks_need_not_fit_the_decimal_places(
    world: World, verify: Verifier, places: int, tick: str
) -> None:
    """Finer than the decimals or coarser: what is shown and what can be traded are two things."""
    terms = product_terms(world, DecimalPlaces=places, TickSize=Decimal(tick))

    turn = verify.succeeded(add(world, terms))

    found = normal(verify.succeeded(read(world.anonymous, turn["Id"])).value)
    verify.equal("decimals and tick", (found["DecimalPlaces"], found["TickSize"]),
                 (places, Decimal(tick)), turn)


@pytest.mark.parametrize("places", [MOST_PLACES + 1, 20])
@clause("products/AddProduct/decimal-places")
def test_too_many_decimal_places_are_refused(
    world: World, verify: Verifier, places: int
) -> None:
    """GetProduct knows up to eight; more could never be read back."""
    with verify.unchanged(*product_reads(world)):
        verify.refused(add(world, product_terms(world, DecimalPlaces=places)))


@clause("products/AddProduct/no-fees-default")
def test_products_pay_fees_unless_told_otherwise(world: World, verify: Verifier) -> None:
    """Whoever forgets the key must not trade for nothing."""
    terms = product_terms(world)
    del terms["NoFees"]

    turn = verify.succeeded(add(world, terms))

    found = verify.succeeded(read(world.anonymous, turn["Id"]))
    verify.equal("noFees", found["noFees"], False, turn, found)


@pytest.mark.parametrize(
    ("wrong", "is_added"),
    [({}, True), ({"DecimalPlaces": 9}, False), ({"ProductId": "taken"}, False)],
    ids=["right", "wrong decimals", "number in use"],
)
@clause("products/AddProduct/reject-message")
def test_message_says_whether_it_was_added(
    world: World, verify: Verifier, wrong: dict[str, Any], is_added: bool
) -> None:
    """The reply has no result: the message alone tells success from failure."""
    taken = new_product(world)
    terms = product_terms(world, **{**wrong, **({"ProductId": taken} if "ProductId" in wrong
                                                else {})})

    turn = add(world, terms)

    symbols = [row["Product"] for row in products(world).values()]
    verify.equal("(message is empty, product is there)",
                 (turn.get("RejectMessage") in (None, ""), terms["Product"] in symbols),
                 (is_added, is_added), turn)


@clause("products/GetProduct/decimal-places")
def test_decimal_places_are_within_bounds(world: World, verify: Verifier) -> None:
    """From none to eight, for every product: displays are built for that."""
    for_edges = [new_product(world, DecimalPlaces=places) for places in (0, MOST_PLACES)]
    found = one_by_one(world, list(products(world)))

    outside = [row for row in found
               if not 0 <= int(lookup(row, "decimalPlaces")) <= MOST_PLACES]

    verify.equal("products with other decimal places", outside, [])
    known = {lookup(row, "productId"): lookup(row, "decimalPlaces") for row in found}
    verify.equal("decimal places at the edges", [known[product] for product in for_edges],
                 [0, MOST_PLACES])


@clause("products/GetProduct/unknown")
def test_unknown_product_is_not_found(world: World, verify: Verifier) -> None:
    """A product that is not there must not look like one that is."""
    verify.refused(read(world.anonymous, ABSENT_PRODUCT), code=NOT_FOUND)


@clause("products/GetProducts/agrees")
def test_list_agrees_with_the_single_products(world: World, verify: Verifier) -> None:
    """The list and the single reply say the same of each product."""
    new_product(world)
    turn = verify.succeeded(world.anonymous.call("GetProducts", OMSId=world.oms_id))
    listed = rows(turn)

    single = one_by_one(world, [int(lookup(row, "productId")) for row in listed])

    apart = [pair for pair in zip(listed, single, strict=True) if pair[0] != pair[1]]
    verify.equal("products that read otherwise alone", apart, [], turn)


@pytest.mark.parametrize(
    "key",
    [clause_case("products/GetProducts/unique-id", "productId"),
     clause_case("products/GetProducts/unique-symbol", "product")],
)
def test_no_two_products_are_called_alike(world: World, verify: Verifier, key: str) -> None:
    """Numbers and symbols name one product each, also after somebody tried to use one again."""
    first = product_terms(world, ProductId=world.deployment.unique_number())
    add(world, first)
    again = {"productId": {"ProductId": first["ProductId"]}, "product": {
        "Product": first["Product"]}}[key]
    add(world, product_terms(world, **again))

    turn = verify.succeeded(world.anonymous.call("GetProducts", OMSId=world.oms_id))

    names = [lookup(row, key) for row in rows(turn)]
    twice = sorted({name for name in names if names.count(name) > 1})
    verify.equal(f"{key} that occur twice", twice, [], turn)
