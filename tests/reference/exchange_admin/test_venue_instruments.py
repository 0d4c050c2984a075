"""AddEditExchange and AddEditExchangeInstrument."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reference.client import Venue, refused


def instrument(**changes: Any) -> dict[str, Any]:
    """A new market, BTC against ETH."""
    return {
        "omsId": 1, "exchangeServiceId": "V2ExchangeCore", "exchangeId": 1, "instrumentId": 0,
        "productPairType": 1, "orderBookType": 1, "productPairId": 0, "product1Id": 2,
        "product2Id": 3, "minimumQuantity": 0.01, "priceIncrement": 0.5, "symbol": "BTCETH",
        "selfTradePrevention": True, "priceCollarThreshold": 0, "priceCollarPercent": 0,
        "priceCollarEnabled": False, "priceFloorLimit": 1, "priceFloorLimitEnabled": True,
        "priceCeilingLimit": 100, "priceCeilingLimitEnabled": True,
        "createWithMarketRunning": True, **changes,
    }


def test_exchange_is_added_once(venue: Venue) -> None:
    info = {"exchangeServiceId": "V2ExchangeCore", "exchangeId": 2}

    assert venue.superuser.call("AddEditExchange", **info)["result"] is True
    assert venue.superuser.call("AddEditExchange", **info)["result"] is True

    assert venue.exchange.engines.exchanges == {("V2ExchangeCore", 1), ("V2ExchangeCore", 2)}
    assert refused(venue.operator.call("AddEditExchange", **info), 20)


def test_new_instrument_exists_with_its_market(venue: Venue) -> None:
    reply = venue.operator.call("AddEditExchangeInstrument", **instrument())

    created = venue.exchange.catalogue.instrument(reply["Id"])
    assert reply["RejectMessage"] == ""
    assert (created.symbol, created.session_status) == ("BTCETH", 1)
    assert created.price_increment == Decimal("0.5")
    assert venue.exchange.engines.bands[reply["Id"]].is_reached(Decimal(1))


def test_market_may_start_stopped(venue: Venue) -> None:
    reply = venue.operator.call(
        "AddEditExchangeInstrument", **instrument(createWithMarketRunning=False)
    )

    assert venue.exchange.catalogue.instrument(reply["Id"]).session_status == 3


def test_edit_keeps_the_id(venue: Venue) -> None:
    reply = venue.operator.call(
        "AddEditExchangeInstrument",
        **instrument(instrumentId=1, product1Id=2, product2Id=1, symbol="XBTUSD"),
    )

    assert reply["Id"] == 1
    assert venue.exchange.catalogue.instrument(1).symbol == "XBTUSD"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "BTCUSD"}, 101), ({"product1Id": 99}, 104), ({"instrumentId": 99}, 104),
        ({"exchangeId": 9}, 104), ({"exchangeServiceId": "Other"}, 104), ({"product2Id": 2}, 101),
        ({"orderBookType": 7}, 100), ({"priceFloorLimit": 200}, 101), ({"symbol": " "}, 100),
    ],
)
def test_refused_instrument_leaves_no_trace(
    venue: Venue, changes: dict[str, Any], code: int
) -> None:
    reply = venue.operator.call("AddEditExchangeInstrument", **instrument(**changes))

    assert refused(reply, code)
    assert reply["RejectMessage"]
    assert len(venue.exchange.catalogue.instruments) == 3


@pytest.mark.parametrize("key", ["omsId", "instrumentId", "symbol"])
def test_required_keys(venue: Venue, key: str) -> None:
    request = instrument()
    del request[key]

    assert refused(venue.operator.call("AddEditExchangeInstrument", **request), 100)


def test_trade_at_a_price_limit_halts_the_market(venue: Venue) -> None:
    venue.operator.call(
        "AddEditExchangeInstrument",
        **instrument(instrumentId=2, product1Id=3, product2Id=1, symbol="ETHUSD",
                     priceCeilingLimit=2000),
    )
    order = {
        "InstrumentId": 2, "OMSId": 1, "AccountId": venue.account("trader"), "TimeInForce": 1,
        "Side": 0, "Quantity": 0.1, "OrderType": 1,
    }
    assert venue.exchange.catalogue.instrument(2).session_status == 1

    venue.trader.call("SendOrder", **order)
    venue.trader.call("Ping")

    assert venue.exchange.catalogue.instrument(2).session_status == 3
    (mail,) = venue.exchange.mailbox.to("operator@example.com")
    assert "ETHUSD" in mail.subject
