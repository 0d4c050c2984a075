"""AddProduct, GetProduct, GetProducts and the attributes of products."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.calls.attribute_pairs import drop, keep, listed
from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.calls.treasury_shapes import OmsQuery, ProductQuery, reject_message
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import Product, ProductType
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.permissions import OPERATOR, PUBLIC
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.rendering.standard import ACKNOWLEDGED

MOST_DECIMAL_PLACES = 8
REMOVES_ALL = defect(
    "products/attribute-removal-removes-all", "Removing one attribute keeps the others."
)


class NewProduct(Request, kw_only=True):
    """A product; ``ProductId`` 0 asks for a new number."""

    oms_id: Int32
    product_id: Int32 = 0
    decimal_places: Int32
    product: str
    product_full_name: str
    product_type: ProductType
    tick_size: Decimal = ZERO
    no_fees: bool = False


class Attribute(ProductQuery, kw_only=True):
    """A pair to keep with a product."""

    key_name: str
    key_value: str


class AttributeRemoval(ProductQuery, kw_only=True):
    """The pair to drop; the value, if sent, must be the pair's."""

    key_name: str
    key_value: str | None = None


@call("AddProduct", permissions=(OPERATOR,), request=NewProduct, refusal=reject_message)
def add_product(context: Context, request: NewProduct) -> object:
    """List a product."""
    context.require_oms(request.oms_id)
    exchange = context.exchange
    if not request.product.strip() or request.product_id < 0:
        raise InvalidRequest("Product is Required")
    if not 0 <= request.decimal_places <= MOST_DECIMAL_PLACES:
        raise InvalidRequest(f"DecimalPlaces must lie between 0 and {MOST_DECIMAL_PLACES}")
    if request.tick_size < ZERO:
        raise InvalidRequest("TickSize must not be negative")
    if request.product_type is ProductType.UNKNOWN:
        raise OperationFailed("ProductType must be known")
    if request.product_id in exchange.catalogue.products:
        raise OperationFailed(f"ProductId {request.product_id} already exists")
    if any(p.symbol == request.product for p in exchange.catalogue.products.values()):
        raise OperationFailed(f"Product {request.product} already exists")
    number = request.product_id or exchange.catalogue.new_product_id(exchange.ids)
    exchange.catalogue.add_product(
        Product(number, exchange.oms_id, request.product, request.product_full_name,
                request.product_type, request.decimal_places, request.tick_size,
                request.no_fees)
    )
    return {"Id": number, "RejectMessage": ""}


def product_row(product: Product) -> dict[str, object]:
    """A product as the pages print it."""
    return {
        "omsId": product.oms_id,
        "productId": product.product_id,
        "product": product.symbol,
        "productFullName": product.full_name,
        "productType": int(product.product_type),
        "decimalPlaces": product.decimal_places,
        "tickSize": product.tick_size,
        "noFees": product.no_fees,
    }


@call("GetProduct", permissions=(PUBLIC,), request=ProductQuery)
def get_product(context: Context, request: ProductQuery) -> object:
    """One product."""
    context.require_oms(request.oms_id)
    return product_row(context.exchange.catalogue.product(request.product_id))


@call("GetProducts", permissions=(PUBLIC,), request=OmsQuery)
def get_products(context: Context, request: OmsQuery) -> object:
    """All products, by id."""
    context.require_oms(request.oms_id)
    return [product_row(p) for _, p in sorted(context.exchange.catalogue.products.items())]


@call("AddProductAttributes", permissions=(OPERATOR, "Company"), request=Attribute)
def add_product_attributes(context: Context, request: Attribute) -> object:
    """Keep a pair with a product; a key that is there already gets the new value."""
    context.require_oms(request.oms_id)
    product = context.exchange.catalogue.product(request.product_id)
    keep(product.attributes, request.key_name, request.key_value)
    return ACKNOWLEDGED


@call("GetProductAttributes", permissions=(OPERATOR, "Company"), request=ProductQuery)
def get_product_attributes(context: Context, request: ProductQuery) -> object:
    """All pairs of a product."""
    context.require_oms(request.oms_id)
    product = context.exchange.catalogue.product(request.product_id)
    return listed(product.attributes, omsId=product.oms_id, productId=product.product_id)


@call("RemoveProductAttributes", permissions=(OPERATOR, "Company"), request=AttributeRemoval)
def remove_product_attributes(context: Context, request: AttributeRemoval) -> object:
    """Drop one pair; others stay."""
    context.require_oms(request.oms_id)
    product = context.exchange.catalogue.product(request.product_id)
    drop(product.attributes, request.key_name, request.key_value)
    if context.exchange.defects(REMOVES_ALL):
        product.attributes.clear()
    return ACKNOWLEDGED
