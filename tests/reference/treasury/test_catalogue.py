"""Products and instruments with their attributes, limits, distributions; checks and providers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.reference.client import Venue, refused
from tests.reference.treasury.steps import BTC, USD, amount, ok

PRODUCT = {"OMSId": 1, "ProductId": 0, "DecimalPlaces": 2, "Product": "ABC",
           "ProductFullName": "Abacus", "ProductType": 1, "TickSize": 0.01, "NoFees": False}


def test_added_product_is_public(venue: Venue) -> None:
    reply = venue.operator.call("AddProduct", **PRODUCT)
    stranger = venue.anonymous()

    single = stranger.call("GetProduct", OMSId=1, ProductId=reply["Id"])

    assert reply["RejectMessage"] == ""
    assert (single["product"], single["tickSize"]) == ("ABC", Decimal("0.01"))
    assert single in stranger.call("GetProducts", OMSId=1)
    assert refused(stranger.call("GetProduct", OMSId=1, ProductId=999), 104)


@pytest.mark.parametrize(
    "changes", [{"ProductId": 1}, {"Product": "USD"}, {"ProductType": 0}, {"DecimalPlaces": 9}]
)
def test_wrong_product_is_not_added(venue: Venue, changes: dict[str, object]) -> None:
    count = len(venue.exchange.catalogue.products)

    reply = venue.operator.call("AddProduct", **PRODUCT | changes)

    assert reply["Id"] == 0
    assert reply["RejectMessage"]
    assert len(venue.exchange.catalogue.products) == count


@pytest.mark.parametrize("kind", ["Product", "Instrument"])
def test_attributes_are_added_and_removed_one_by_one(venue: Venue, kind: str) -> None:
    which = {"OMSId": 1, f"{kind}Id": 1}
    before = venue.operator.call(f"Get{kind}Attributes", **which)
    for key in ("a", "b"):
        assert ok(venue.operator.call(f"Add{kind}Attributes", **which, KeyName=key, KeyValue="1"))

    assert ok(venue.operator.call(f"Remove{kind}Attributes", **which, KeyName="a", KeyValue="1"))

    after = venue.operator.call(f"Get{kind}Attributes", **which)
    assert [row["keyName"] for row in after] == [*[row["keyName"] for row in before], "b"]
    assert refused(venue.operator.call(f"Remove{kind}Attributes", **which, KeyName="a"), 104)
    assert refused(venue.trader.call(f"Get{kind}Attributes", **which), 20)


INSTRUMENT = {"OMSId": 1, "InstrumentId": 0, "Symbol": "USDBTC", "Product1": USD,
              "Product2": BTC, "InstrumentType": 1, "VenueInstrumentId": 0, "VenueId": 1,
              "SortIndex": 4, "SessionStatus": 1, "SelfTradePrevention": True,
              "QuantityIncrement": 1, "PriceIncrement": 0.001}


def test_added_instrument_is_public(venue: Venue) -> None:
    reply = venue.operator.call("AddInstrument", **INSTRUMENT)
    stranger = venue.anonymous()

    single = stranger.call("GetInstrument", OMSId=1, InstrumentId=reply["Id"])

    assert (single["symbol"], single["product1Symbol"], single["selfTradePrevention"]) == (
        "USDBTC", "USD", True,
    )
    assert single | {"sortIndex": 4} in stranger.call("GetInstruments", OMSId=1)
    venues = venue.operator.call("GetVenueInstruments", OMSId=1)
    assert {row["InstrumentId"]: row["InstrumentName"] for row in venues}[reply["Id"]] == "USDBTC"


@pytest.mark.parametrize(
    "changes", [{"Product1": 99}, {"Symbol": "BTCUSD"}, {"PriceIncrement": 0}, {"Product2": USD}]
)
def test_wrong_instrument_is_not_added(venue: Venue, changes: dict[str, object]) -> None:
    count = len(venue.exchange.catalogue.instruments)

    reply = venue.operator.call("AddInstrument", **INSTRUMENT | changes)

    assert reply["Id"] == 0
    assert reply["RejectMessage"]
    assert len(venue.exchange.catalogue.instruments) == count


def test_update_changes_what_was_sent_only(venue: Venue) -> None:
    which = {"OMSId": 1, "InstrumentId": 1}
    before = venue.operator.call("GetInstruments", OMSId=1)[0]

    reply = venue.operator.call("UpdateInstrument", **which, SortIndex=77)
    unknown = venue.operator.call("UpdateInstrument", OMSId=1, InstrumentId=99)

    assert reply == {"Id": 1, "RejectMessage": ""}
    assert venue.operator.call("GetInstruments", OMSId=1)[0] == before | {"sortIndex": 77}
    assert (unknown["Id"], bool(unknown["RejectMessage"])) == (0, True)


def test_trading_limits_of_one_level_and_instrument(venue: Venue) -> None:
    before = venue.operator.call("GetInstrumentVerificationLevelConfigs", OMSId=1)

    reply = venue.operator.call(
        "EditInstrumentVerificationLevelConfig", verificationLevel=1, omsId=1, instrumentId=2,
        dailyBuyLimit=5,
    )

    (after,) = venue.operator.call("GetInstrumentVerificationLevelConfigs", OMSId=1)
    changed = [row for row in after["Instruments"] if row not in before[0]["Instruments"]]
    assert ok(reply)
    assert [(row["instrumentId"], row["dailyBuyLimit"]) for row in changed] == [(2, 5)]


def test_distribution_is_set_and_replaced(venue: Venue) -> None:
    terms = {"distributionId": 0, "distributionPrct": 10, "absolute": False,
             "account": venue.account("market_maker"), "orderType": 1, "instrumentId": 1,
             "omsId": 1}

    assert ok(venue.operator.call("SetDistribution", **terms))
    assert ok(venue.operator.call("SetDistribution", **terms | {"distributionPrct": 20}))
    assert refused(venue.operator.call("SetDistribution", **terms | {"account": 1}), 101)

    (row,) = venue.operator.call("GetDistributions", OMSId=1, InstrumentId=1)
    assert (row["OrderType"], row["DistributionPrct"]) == ("All Order Types", 20)


def _buy(venue: Venue, who: str, side: int, quantity: int, price: int) -> str:
    reply = venue.persona(who).call(
        "SendOrder", OMSId=1, AccountId=venue.account(who), InstrumentId=1, Side=side,
        OrderType=2, TimeInForce=1, Quantity=quantity, LimitPrice=price,
    )
    return str(reply["status"])


def test_order_beyond_the_trading_limit_is_refused(venue: Venue) -> None:
    venue.operator.call(
        "EditInstrumentVerificationLevelConfig", verificationLevel=1, omsId=1, instrumentId=1,
        dailyBuyLimit=3,
    )

    first, second = _buy(venue, "trader", 0, 2, 10), _buy(venue, "trader", 0, 2, 10)
    other_side = _buy(venue, "trader", 1, 4, 999_999)

    assert (first, second, other_side) == ("Accepted", "Rejected", "Accepted")


def test_distribution_passes_part_of_the_fee_on(venue: Venue) -> None:
    receiver = venue.account("read_only")
    venue.operator.call(
        "SetDistribution", distributionId=0, distributionPrct=25, absolute=False,
        account=receiver, orderType=3, instrumentId=1, omsId=1,
    )
    house = amount(venue.operator, 1, USD), amount(venue.operator, receiver, USD)

    venue.persona("trader").call(
        "SendOrder", OMSId=1, AccountId=venue.account("trader"), InstrumentId=1, Side=1,
        OrderType=2, TimeInForce=3, Quantity=1, LimitPrice=1,
    )

    kept = amount(venue.operator, 1, USD) - house[0]
    passed_on = amount(venue.operator, receiver, USD) - house[1]
    assert passed_on > 0
    assert passed_on * 3 == kept


def test_aml_provider_is_configured_and_deleted(venue: Venue) -> None:
    config = {"omsId": 1, "productId": BTC, "url": "https://example.com", "amlProviderType": 1,
              "apiToken": "t", "enabled": True}

    assert ok(venue.operator.call("CreateAmlProviderConfig", **config))
    assert refused(venue.operator.call("CreateAmlProviderConfig", **config), 101)
    assert venue.operator.call("GetAmlProviderConfig", **config) == config
    assert ok(venue.operator.call("DeleteAmlProviderConfig", **config))

    assert refused(venue.operator.call("GetAmlProviderConfig", **config), 104)


def test_each_provider_function_can_be_called(venue: Venue) -> None:
    which = {"assetManagerId": 1, "accountProviderId": BTC}
    listed = venue.operator.call("GetAccountProviderAdminFunctions", OMSId=1, **which)

    hot, unknown = (
        venue.operator.call(
            "CallAccountProviderAdminFunction", omsId=1, **which, functionName=name,
            functionParams=[{"Name": "a", "ParamType": 0, "Value": "1"}],
        )
        for name in (listed[0]["FunctionName"], "nonsense")
    )

    assert (hot["Successful"], hot["Function"]) == (True, "GetHotBalance")
    assert Decimal(hot["Result"]) > 0
    assert (unknown["Successful"], bool(unknown["ErrorMsgs"])) == (False, True)


def test_provider_details_are_text(venue: Venue) -> None:
    details = venue.operator.call(
        "GetAccountProviderDetails", OMSId=1, AssetManagerId=1, AccountProviderId=BTC
    )
    unknown = venue.operator.call(
        "GetAccountProviderDetails", OMSId=1, AssetManagerId=2, AccountProviderId=BTC
    )

    assert details["ProviderType"] == "BitcoinRpc"
    assert refused(unknown, 104)
