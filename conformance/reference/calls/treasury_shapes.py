"""Request shapes and refusals that several calls about accounts and funds share."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from conformance.reference.calls.request import Request
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.clock import UNSET_ISO, parse_iso
from conformance.reference.domain.refusals import InvalidRequest, Refusal
from conformance.reference.rendering.standard import standard_failure

E = TypeVar("E", bound=IntEnum)


class OmsQuery(Request, kw_only=True):
    """An OMS."""

    oms_id: int


class AccountQuery(OmsQuery, kw_only=True):
    """An account."""

    account_id: int


class ProductQuery(OmsQuery, kw_only=True):
    """A product."""

    product_id: int


class InstrumentQuery(OmsQuery, kw_only=True):
    """An instrument."""

    instrument_id: int


class ProviderQuery(OmsQuery, kw_only=True):
    """An account provider of an asset manager."""

    asset_manager_id: int
    account_provider_id: int


def account_of(context: Context, request: AccountQuery) -> Account:
    """The account meant, if the caller may address it; raises NotFound or NotAuthorized."""
    context.require_oms(request.oms_id)
    return context.account(request.account_id)


def own_failure(**keys: object) -> Callable[[Refusal], object]:
    """A refusal in the call's own shape, with the standard keys beside it."""

    def shape(refusal: Refusal) -> object:
        return {**keys, **standard_failure(refusal)}

    return shape


def reject_message(refusal: Refusal) -> object:
    """How calls that answer with a new id say why there is none."""
    message = refusal.detail or refusal.code.message
    return {"Id": 0, "RejectMessage": message, **standard_failure(refusal)}


def member(kind: type[E], value: int, key: str) -> E:
    """The enumeration member with this number; raises InvalidRequest."""
    try:
        return kind(value)
    except ValueError:
        raise InvalidRequest(f"Invalid {key}: {value}") from None


def time_ms(text: str | None, key: str) -> int | None:
    """An ISO date in milliseconds since 1970; absent and unset are None. Raises InvalidRequest."""
    if not text or text.startswith(UNSET_ISO):
        return None
    try:
        return parse_iso(text)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"Invalid {key}: {text[:40]}") from None


def page_size(value: int | None, key: str) -> int | None:
    """A count of rows or where to begin, None for all; raises InvalidRequest below zero."""
    if value is not None and value < 0:
        raise InvalidRequest(f"{key} must not be negative")
    return value
