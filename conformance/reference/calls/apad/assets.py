"""Assets: creating one, granting and clawing back shares, who may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from conformance.reference.calls.apad.companies import ADMINS, EVERY_ROLE, ONLY_PLATFORM_ADMIN
from conformance.reference.calls.apad.registry import (
    COMPANY_ADMIN,
    NO_PAYLOAD,
    Call,
    Caller,
    rpc,
)
from conformance.reference.calls.apad.shapes import asset_object
from conformance.reference.domain.apad.companies import Company
from conformance.reference.domain.apad.roles import CompanyRole
from conformance.reference.domain.apad.shares import DECIMAL_PLACES, Share
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized


class AssetCreation(Call):
    """A new asset; the keys after the two names are deprecated and optional."""

    asset_name: str
    asset_full_name: str
    company_name: Annotated[str, Meta(min_length=1)] | None = None
    decimals: Annotated[int, Meta(ge=0, le=DECIMAL_PLACES)] | None = None
    asset_type: Annotated[str, Meta(min_length=1)] | None = None
    board_approval_date: str | None = None
    comments: str | None = None


class Grant(Call):
    """Shares from a company to a user; account types are only checked to be there."""

    asset_name: str
    from_account_type: str
    from_name: str
    to_account_type: str
    to_name: str
    amount: Decimal
    certificate_name: str = ""
    grant_date: str = ""
    comments: str = ""


class Clawback(Call):
    """Shares from a user back to the company that issued them."""

    asset_name: str
    user: str
    amount: Decimal
    comments: str = ""


class AccessChange(Call):
    """Whether a user may see and trade an asset."""

    is_enabled: bool
    user_name: str
    asset_name: str


@rpc("CreateAsset", permissions=ONLY_PLATFORM_ADMIN, request=AssetCreation)
def create_asset(caller: Caller, request: AssetCreation) -> object:
    """Create an asset of a company, which is a product of the exchange from then on."""
    if not request.asset_name or not request.asset_full_name:
        raise InvalidRequest("assetName and assetFullName are Required")
    company = _issuer(caller, request.company_name)
    share = caller.apad.shares.add(company, request.asset_name, request.asset_full_name)
    return asset_object(caller, share)


def _issuer(caller: Caller, name: str | None) -> Company:
    """The company named; without a name the only one there is, or that the caller runs.

    The later page prints no key for it although it speaks of one.
    """
    companies = caller.apad.companies
    if name:
        return companies.named(name)
    own = companies.of_user(caller.user.user_id, CompanyRole.ADMIN)
    candidates = list(companies.by_id.values()) if len(companies.by_id) == 1 else own
    if len(candidates) != 1:
        raise InvalidRequest("companyName is Required")
    return candidates[0]


@rpc("GetAssets", permissions=EVERY_ROLE)
def get_assets(caller: Caller, request: Call) -> object:
    """The assets of the companies the caller can see, unless access was withdrawn."""
    return [
        asset_object(caller, share) | {"Decimals": 0, "BoardApprovalDate": "", "Comments": ""}
        for company in caller.visible_companies()
        for share in caller.apad.shares.of_company(company.company_id)
        if caller.apad.may_see(caller.user, share)
    ]


@rpc("TransferAsset", permissions=ADMINS, request=Grant)
def transfer_asset(caller: Caller, request: Grant) -> object:
    """Grant shares from the company's account to a user of the exchange."""
    if not request.from_account_type or not request.to_account_type:
        raise InvalidRequest("fromAccountType and toAccountType are Required")
    share = caller.apad.shares.named(request.asset_name)
    company = caller.apad.companies.named(request.from_name)
    caller.require_company(company)
    user = caller.apad.user(request.to_name)
    number = caller.apad.shares.grant(share, company, user, request.amount)
    return _movement(share, company, company.name, user.name, request.amount, number) | {
        "CertificateName": request.certificate_name,
        "GrantDate": request.grant_date,
        "Comments": request.comments,
    }


@rpc("ClawbackShares", permissions=(COMPANY_ADMIN,), request=Clawback)
def clawback_shares(caller: Caller, request: Clawback) -> object:
    """Take shares back; only an admin of the issuer may, not even a platform admin."""
    share = caller.apad.shares.named(request.asset_name)
    company = caller.apad.companies.by_id[share.company_id]
    if not caller.administers(company):
        raise NotAuthorized
    user = caller.apad.user(request.user)
    number = caller.apad.shares.claw_back(share, company, user, request.amount)
    return _movement(share, company, user.name, company.name, request.amount, number)


def _movement(
    share: Share, company: Company, giver: str, receiver: str, amount: Decimal, number: int
) -> dict[str, object]:
    return {
        "AssetName": share.name,
        "CompanyName": company.name,
        "FromOwnerName": giver,
        "ToOwnerName": receiver,
        "Amount": amount,
        "TransactionId": f"{number:08x}",
    }


@rpc("SetAssetAccessForUser", permissions=ADMINS, request=AccessChange)
def set_asset_access_for_user(caller: Caller, request: AccessChange) -> object:
    """Let a user see and trade an asset, or no longer."""
    user = caller.apad.member(request.user_name)
    share = caller.apad.shares.named(request.asset_name)
    caller.require_control_of(user)
    caller.require_company(caller.apad.companies.by_id[share.company_id])
    caller.apad.set_access(user, share, allowed=request.is_enabled)
    return NO_PAYLOAD
