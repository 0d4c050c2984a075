"""Demo data of the private shares service: one company with an asset, and who runs and owns it."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from conformance.reference.domain.apad.companies import CompanyFacts
from conformance.reference.domain.apad.roles import CompanyRole
from conformance.reference.exchange import Exchange

COMPANY = CompanyFacts(
    "Breeze Energy Ltd", "Norway", "Vestland", "2016-04-01T00:00:00Z", "USD"
)
ASSET, ASSET_NAME = "BREZ", "Breeze Energy Shares"
_ISSUED, _GRANTED = Decimal(10_000), Decimal(250)


class Member(Protocol):
    """A persona."""

    @property
    def user_id(self) -> int: ...


def add_apad_demo(exchange: Exchange, admin: Member, shareholder: Member) -> None:
    """Needs the personas; the shares count as deposited before anybody looked."""
    apad = exchange.apad
    apad.members |= {admin.user_id, shareholder.user_id}
    apad.investors.add(shareholder.user_id)
    company = apad.companies.add(COMPANY)
    apad.companies.give(company, admin.user_id, CompanyRole.ADMIN)
    apad.companies.give(company, shareholder.user_id, CompanyRole.SHAREHOLDER)
    share = apad.shares.add(company, ASSET, ASSET_NAME)
    apad.shares.deposit(company.account_id, share.product_id, _ISSUED)
    owner = exchange.users.get(shareholder.user_id)
    apad.shares.grant(share, company, owner, _GRANTED)
