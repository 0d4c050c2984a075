"""Seeded faults of this area that only show in a reply or over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from tests.reference.admin.conftest import Restart
from tests.reference.client import Venue
from tests.reference.digitizer.client import Digitizer

SERVICE_USER = {
    "assetManagerId": 1, "omsId": 1, "userName": "wallet", "password": "s3cret", "action": 1,
    "messageType": 6014,
}
STOPPED = {
    "omsId": 1, "instrumentId": 0, "product1Id": 2, "product2Id": 3, "symbol": "BTCETH",
    "createWithMarketRunning": False,
}


def test_echoed_password(restart: Restart, venue: Venue) -> None:
    restart("am_mgr/password-echoed")

    assert "s3cret" in str(venue.superuser.call("AM_AddEditUser", **SERVICE_USER))


def test_lost_field_of_an_oms(restart: Restart, venue: Venue) -> None:
    exchange = restart("gen_admin/oms-edit-loses-a-field")

    house = venue.account("trader")
    venue.operator.call("AddEditOMS", id=1, omsName="Reference", feeAccountId=house)

    assert exchange.desk.settlement.fee_account_id == 1


def test_market_that_should_be_stopped(restart: Restart, venue: Venue) -> None:
    exchange = restart("exchange_admin/starts-running")

    created = venue.operator.call("AddEditExchangeInstrument", **STOPPED)

    assert exchange.catalogue.instrument(created["Id"]).session_status == 1


def test_session_that_outlives_logout(
    restart: Restart, connect: Callable[[], Digitizer], venue: Venue
) -> None:
    restart("digitizer/logout-keeps-token")
    client = connect()
    client.login("trader")

    client.ask("mutation { logout }")

    assert client.ask("{ me { userId } }")["me"]["userId"] == venue.user("trader")
    client.close()
