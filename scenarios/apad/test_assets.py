"""Assets: created by the platform, traded on the exchange, and who may see them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.vocabulary import (
    Stock,
    ask,
    assets_by_name,
    at_apad,
    companies_by_name,
    grant,
    label,
    log_in,
    made,
    market_for,
    new_asset,
    new_company,
    new_issuer,
    new_member,
    new_stock,
    product_id,
    refused_without_trace,
)

SELL, LIMIT, GOOD_TILL_CANCELLED = 1, 2, 1


@pytest.fixture
def platform(world: World) -> Session:
    """The platform administrator."""
    return at_apad(world, "platform_admin")


def create(platform: Session, company: str, name: str, full_name: str = "Shares") -> Turn:
    """Create an asset."""
    return ask(platform, "CreateAsset", assetName=name, assetFullName=full_name,
               companyName=company)


@pytest.mark.parametrize("empty", [
    clause_case("apad/CreateAsset/name-not-empty", "assetName"),
    clause_case("apad/CreateAsset/full-name-not-empty", "assetFullName"),
])
def test_empty_name_is_refused(empty: str, world: World, platform: Session,
                               verify: Verifier) -> None:
    """An asset without a name could never be asked for."""
    keys = {"assetName": label(world, "A"), "assetFullName": "Shares",
            "companyName": new_company(world), empty: ""}

    refused_without_trace(verify, platform, platform, "CreateAsset", keys)


@clause("apad/CreateAsset/blank-is-not-empty")
def test_blank_full_name_is_accepted(world: World, platform: Session, verify: Verifier) -> None:
    """The sample sends a single blank where it has nothing to say."""
    turn = create(platform, new_company(world), label(world, "A"), " ")

    verify.succeeded(turn)
    verify.equal("AssetFullName", turn.get("AssetFullName"), " ", turn)


@clause("apad/CreateAsset/nothing-issued")
def test_nothing_is_issued_yet(world: World, platform: Session, verify: Verifier) -> None:
    """Shares come to the exchange by minting and depositing, not by creating the asset."""
    turn = create(platform, new_company(world), label(world, "A"))

    verify.equal("TotalIssued", turn.get("TotalIssued"), 0, turn)


@clause("apad/CreateAsset/product-made")
def test_exchange_lists_the_product(world: World, platform: Session, verify: Verifier) -> None:
    """What is to be traded must be a product first."""
    name = label(world, "A")
    verify.succeeded(create(platform, new_company(world), name))

    products = world.trader.call("GetProducts", OMSId=world.oms_id)

    listed = [row for row in products.value if lookup(row, "Product") == name]
    verify.equal("products of that name", len(listed), 1, products)


@clause("apad/CreateAsset/known-company")
def test_company_of_the_asset_is_known(world: World, platform: Session, verify: Verifier) -> None:
    """The asset belongs to the company that was named."""
    company = new_company(world)

    turn = create(platform, company, label(world, "A"))

    verify.equal("CompanyName", turn.get("CompanyName"), company, turn)
    known = companies_by_name(platform)
    verify.holds("GetCompanies lists it", turn.get("CompanyName") in known, sorted(known), turn)


@clause("apad/CreateAsset/listed")
def test_new_asset_is_listed(world: World, platform: Session, verify: Verifier) -> None:
    """Found again under the id of the reply."""
    name = label(world, "A")

    turn = create(platform, new_company(world), name)

    listed = assets_by_name(platform).get(name)
    verify.equal("AssetId", lookup(listed, "AssetId"), turn.get("AssetId"), turn)


@clause("apad/CreateAsset/platform-admin-only")
def test_company_admin_creates_no_asset(world: World, platform: Session,
                                        verify: Verifier) -> None:
    """Not even for the own company."""
    issuer = new_issuer(world)
    keys = {"assetName": label(world, "A"), "assetFullName": "Shares",
            "companyName": issuer.company}

    refused_without_trace(verify, platform, issuer.session, "CreateAsset", keys)


def access(session: Session, user: str, asset: str, *, enabled: bool) -> Turn:
    """Let a user see and trade an asset, or no longer."""
    return ask(session, "SetAssetAccessForUser", isEnabled=enabled, userName=user, assetName=asset)


def seller(world: World, stock: Stock) -> Session:
    """A shareholder of the company, with shares."""
    member = new_member(world, "CreateUserCoShareholder", companyName=stock.company)
    made(ask(stock.session, "TransferAsset", **grant(stock, member.name, Decimal(10))))
    return log_in(world, member)


def offer(world: World, session: Session, stock: Stock) -> Turn:
    """An offer of one share on a new instrument."""
    market = market_for(world, stock.asset)
    return session.call(
        "SendOrder", OMSId=world.oms_id, InstrumentId=market.instrument_id,
        AccountId=session.account_id, TimeInForce=GOOD_TILL_CANCELLED, ClientOrderId=0,
        OrderIdOCO=0, UseDisplayQuantity=False, Side=SELL, quantity=1, OrderType=LIMIT,
        PegPriceType=1, LimitPrice=10,
    )


@clause("apad/SetAssetAccessForUser/access-off")
def test_user_without_access_neither_sees_nor_trades(world: World, verify: Verifier) -> None:
    """Access taken away counts in both services at once."""
    stock = new_stock(world)
    owner = seller(world, stock)

    verify.succeeded(access(stock.session, owner.username, stock.asset, enabled=False))

    seen = assets_by_name(owner.via("apad"))
    turn = offer(world, owner, stock)
    verify.holds("the asset is not seen", stock.asset not in seen, sorted(seen))
    verify.holds("the order is not accepted", turn.get("status") != "Accepted", turn.text, turn)


@clause("apad/SetAssetAccessForUser/access-on")
def test_user_with_access_sees_and_trades(world: World, verify: Verifier) -> None:
    """Access given back is as good as access never taken."""
    stock = new_stock(world)
    owner = seller(world, stock)
    verify.succeeded(access(stock.session, owner.username, stock.asset, enabled=False))

    verify.succeeded(access(stock.session, owner.username, stock.asset, enabled=True))

    seen = assets_by_name(owner.via("apad"))
    turn = offer(world, owner, stock)
    verify.holds("the asset is seen", stock.asset in seen, sorted(seen))
    verify.equal("status", turn.get("status"), "Accepted", turn)


@clause("apad/SetAssetAccessForUser/no-payload")
def test_reply_is_the_bare_envelope(world: World, platform: Session, verify: Verifier) -> None:
    """There is nothing to tell but that it was done."""
    company = new_company(world)
    member = new_member(world, "CreateUserCoShareholder", companyName=company)

    turn = access(platform, member.name, new_asset(world, company), enabled=True)

    verify.equal("success", turn.get("success"), True, turn)
    verify.holds("there is no payload", not turn.get("payload"), turn.text, turn)


@clause("apad/SetAssetAccessForUser/own-users-only")
def test_admin_governs_own_users_only(world: World, platform: Session, verify: Verifier) -> None:
    """A company cannot blind the people of another one."""
    issuer = new_issuer(world)
    asset = new_asset(world, issuer.company)
    foreign = new_member(world, "CreateUserAgent", companyName=new_issuer(world).company)

    verify.succeeded(access(issuer.session, issuer.admin.name, asset, enabled=True))
    keys = {"isEnabled": False, "userName": foreign.name, "assetName": asset}
    refused_without_trace(verify, platform, issuer.session, "SetAssetAccessForUser", keys)


@clause("apad/SetAssetAccessForUser/user-made-here")
def test_customer_of_the_exchange_is_no_user_here(world: World, platform: Session,
                                                  verify: Verifier) -> None:
    """Access is kept for users whom this service made."""
    asset = new_asset(world, new_company(world))
    keys = {"isEnabled": False, "userName": world.throwaway().username, "assetName": asset}

    verify.holds("the asset is a product", product_id(world, asset) > 0, asset)
    refused_without_trace(verify, platform, platform, "SetAssetAccessForUser", keys)
