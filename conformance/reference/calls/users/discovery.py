"""GetEnums and HealthCheck: real clients send them, no page has them."""

from __future__ import annotations

from enum import Enum

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Empty
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import AccountType, FeeProductType, RiskType
from conformance.reference.domain.catalogue import InstrumentType, ProductType, SessionStatus
from conformance.reference.domain.ledger import ReferenceType, TransactionType
from conformance.reference.domain.permissions import PUBLIC
from conformance.reference.domain.reports import Frequency
from conformance.reference.rendering.standard import ACKNOWLEDGED

_PUBLISHED: tuple[tuple[str, str, type[Enum]], ...] = (
    ("Account", "AccountType", AccountType),
    ("Account", "RiskType", RiskType),
    ("Account", "FeeProductType", FeeProductType),
    ("Instrument", "InstrumentType", InstrumentType),
    ("Instrument", "SessionStatus", SessionStatus),
    ("Product", "ProductType", ProductType),
    ("Transaction", "TransactionType", TransactionType),
    ("Transaction", "ReferenceType", ReferenceType),
    ("ReportTicket", "ReportFrequency", Frequency),
)


@call("GetEnums", permissions=(PUBLIC,), request=Empty)
def get_enums(context: Context, request: Empty) -> object:
    """The numbers and names of each enumeration, by the class and property that use it."""
    return [
        {
            "Class": owner,
            "Property": name,
            "Enums": [
                {"name": _name(member), "description": "", "number": member.value}
                for member in enumeration
            ],
        }
        for owner, name, enumeration in _PUBLISHED
    ]


@call("HealthCheck", permissions=(PUBLIC,), request=Empty)
def health_check(context: Context, request: Empty) -> object:
    """The exchange serves."""
    return ACKNOWLEDGED


def _name(member: Enum) -> str:
    return member.name.title().replace("_", "")
