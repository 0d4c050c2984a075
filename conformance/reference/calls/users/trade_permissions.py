"""Adding permissions to trade instruments and products, singly and in bulk; removing a product's.

Their counterparts (readers, removal of an instrument) are among the calls of uncertain provenance.
"""

from __future__ import annotations

from itertools import islice, product

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.rendering.standard import ACKNOWLEDGED

GRANTS_FIRST_ONLY = defect(
    "users/bulk-grants-only-first", "A bulk grant reaches only the first user's first item."
)
GRANTORS = (OPERATOR, "Company")


class InstrumentGrant(Request):
    """One instrument, one user."""

    oms_id: int
    instrument_id: int
    user_id: int


class InstrumentGrants(Request):
    """Every one of the users gets every one of the instruments; the key for users is singular."""

    oms_id: int
    instrument_ids: list[int]
    user_id: list[int]


class ProductGrant(Request):
    """One product, one user."""

    oms_id: int
    product_id: int
    user_id: int


class ProductGrants(Request):
    """Every one of the users gets every one of the products."""

    oms_id: int
    product_ids: list[int]
    user_ids: list[int]


def validate_instruments(
    context: Context, oms_id: int, users: list[int], instruments: list[int]
) -> None:
    """All of it exists, or NotFound."""
    context.require_oms(oms_id)
    for user_id in users:
        context.exchange.users.get(user_id)
    for instrument_id in instruments:
        context.exchange.catalogue.instrument(instrument_id)


def validate_products(
    context: Context, oms_id: int, users: list[int], products: list[int]
) -> None:
    """All of it exists, or NotFound."""
    context.require_oms(oms_id)
    for user_id in users:
        context.exchange.users.get(user_id)
    for product_id in products:
        context.exchange.catalogue.product(product_id)


def _pairs(context: Context, users: list[int], items: list[int]) -> set[tuple[int, int]]:
    reach = 1 if context.exchange.defects(GRANTS_FIRST_ONLY) else None
    return set(islice(product(users, items), reach))


@call("AddUserInstrumentPermissions", permissions=GRANTORS, request=InstrumentGrant)
def add_user_instrument_permissions(context: Context, request: InstrumentGrant) -> object:
    """Let a user trade an instrument."""
    validate_instruments(context, request.oms_id, [request.user_id], [request.instrument_id])
    context.exchange.grants.instruments.add((request.user_id, request.instrument_id))
    return ACKNOWLEDGED


@call("AddUserInstrumentPermissionsBulk", permissions=GRANTORS, request=InstrumentGrants)
def add_user_instrument_permissions_bulk(context: Context, request: InstrumentGrants) -> object:
    """Let several users trade several instruments, all or nothing."""
    validate_instruments(context, request.oms_id, request.user_id, request.instrument_ids)
    context.exchange.grants.instruments |= _pairs(
        context, request.user_id, request.instrument_ids
    )
    return ACKNOWLEDGED


@call("AddUserProductPermissions", permissions=GRANTORS, request=ProductGrant)
def add_user_product_permissions(context: Context, request: ProductGrant) -> object:
    """Let a user trade a product."""
    validate_products(context, request.oms_id, [request.user_id], [request.product_id])
    context.exchange.grants.grant_products({(request.user_id, request.product_id)})
    return ACKNOWLEDGED


@call("AddUserProductPermissionsBulk", permissions=GRANTORS, request=ProductGrants)
def add_user_product_permissions_bulk(context: Context, request: ProductGrants) -> object:
    """Let several users trade several products, all or nothing."""
    validate_products(context, request.oms_id, request.user_ids, request.product_ids)
    pairs = _pairs(context, request.user_ids, request.product_ids)
    context.exchange.grants.grant_products(pairs)
    return ACKNOWLEDGED


@call("RemoveUserProductPermissions", permissions=GRANTORS, request=ProductGrant)
def remove_user_product_permissions(context: Context, request: ProductGrant) -> object:
    """Take one product from one user; a second time changes nothing."""
    validate_products(context, request.oms_id, [request.user_id], [request.product_id])
    context.exchange.grants.withdraw_product(request.user_id, request.product_id)
    return ACKNOWLEDGED
