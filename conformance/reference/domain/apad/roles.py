"""Roles: global ones of a user, and those a user has in a company."""

from __future__ import annotations

from enum import StrEnum

from conformance.reference.domain.refusals import InvalidRequest, OperationFailed


class GlobalRole(StrEnum):
    """What a user is on the whole platform."""

    ENABLED = "Enabled"
    PLATFORM_ADMIN = "PlatformAdmin"
    INVESTOR = "Investor"
    MARKET_MAKER = "MarketMaker"


class CompanyRole(StrEnum):
    """What a user is in one company; the values are how permissions name it."""

    ADMIN = "CompanyAdmin"
    SHAREHOLDER = "CompanyShareholder"
    AGENT = "CompanyAgent"

    @property
    def role_name(self) -> str:
        """How role lists name it."""
        return _LISTED_AS[self]


ROLES = tuple(CompanyRole)
_LISTED_AS = {role: role.value.replace("Company", "Co") for role in ROLES}


def company_role(name: str) -> CompanyRole:
    """The role behind either of its two names.

    Raises OperationFailed for a global role, which no company can give or take, and
    InvalidRequest for anything else.
    """
    for role in CompanyRole:
        if name.casefold() in (role.value.casefold(), role.role_name.casefold()):
            return role
    if name.casefold() in {role.value.casefold() for role in GlobalRole}:
        raise OperationFailed(f"{name} is not a role in a company")
    raise InvalidRequest(f"unknown role: {name}")
