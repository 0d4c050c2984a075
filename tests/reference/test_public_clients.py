"""Public clients of real deployments against the reference, unmodified but for the address.

The reference runs as a process of its own in the `venues` dialect. A client that works here reads
the same key spelling, enumerations and envelopes that it reads in production.
"""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Any

import pyotp
import pytest

ccxt = pytest.importorskip("ccxt")
ccxt_pro = pytest.importorskip("ccxt.pro")



@pytest.fixture(scope="module")
def target(venue_process: dict[str, Any]) -> dict[str, Any]:
    """The target file of the exchange."""
    return venue_process


SYMBOL = "BTC/USD"
TOTP_SECRET = pyotp.random_base32()


def ndax(module: Any, target: dict[str, Any], name: str = "trader") -> Any:
    """A ccxt client of this exchange, signing with the persona's API key."""
    persona = target["personas"][name]
    client = module.ndax({
        "apiKey": persona["api_key"], "secret": persona["api_secret"],
        "uid": str(persona["user_id"]), "login": persona["username"],
        "password": persona["password"], "twofa": TOTP_SECRET, "enableRateLimit": False,
    })
    address = target["target"]["http"].rstrip("/")
    client.urls["api"] = {"public": address, "private": address,
                          "ws": target["target"]["websocket"]}
    return client


@pytest.fixture
def client(target: dict[str, Any]) -> Any:
    return ndax(ccxt, target)


def test_ccxt_loads_markets_and_currencies(client: Any) -> None:
    markets = client.load_markets()

    assert markets[SYMBOL]["precision"]["price"] == 0.01
    assert {"BTC", "USD", "ETH"} <= set(client.currencies)


def test_ccxt_reads_the_market(client: Any) -> None:
    book = client.fetch_order_book(SYMBOL)
    ticker = client.fetch_ticker(SYMBOL)
    trades = client.fetch_trades(SYMBOL)

    assert book["bids"][0][0] < book["asks"][0][0]
    assert ticker["bid"] == book["bids"][0][0]
    assert all(trade["price"] > 0 for trade in trades)


def test_ccxt_reads_balances(client: Any, target: dict[str, Any]) -> None:
    client.load_accounts()

    balance = client.fetch_balance()

    assert client.accounts[0]["id"] == str(target["personas"]["trader"]["account_id"])
    assert balance["BTC"]["total"] > 0


def test_ccxt_places_and_cancels_an_order(client: Any) -> None:
    placed = client.create_order(SYMBOL, "limit", "buy", 0.5, 10.01)

    open_orders = client.fetch_open_orders(SYMBOL)
    client.cancel_order(placed["id"], SYMBOL)
    closed = client.fetch_order(placed["id"], SYMBOL)

    assert placed["id"] in [order["id"] for order in open_orders]
    assert (closed["status"], closed["filled"]) == ("canceled", 0)


def test_ccxt_trades_and_reads_its_history(client: Any) -> None:
    bought = client.create_order(SYMBOL, "market", "buy", 0.01)

    mine = client.fetch_my_trades(SYMBOL)
    orders = client.fetch_orders(SYMBOL)

    assert bought["id"] in [trade["order"] for trade in mine]
    assert bought["id"] in [order["id"] for order in orders]


def test_ccxt_reads_ledger_and_deposit_address(client: Any) -> None:
    made = client.create_deposit_address("BTC")
    found = client.fetch_deposit_address("BTC")
    entries = client.fetch_ledger("USD")

    assert made["address"] == found["address"]
    assert entries


def post(address: str, body: str) -> None:
    request = urllib.request.Request(address, body.encode(), method="POST")
    urllib.request.urlopen(request, timeout=10).close()


def test_ccxt_sees_coins_arrive(client: Any, target: dict[str, Any]) -> None:
    address = client.fetch_deposit_address("BTC")["address"]
    control = target["target"]["http"].replace("/AP/", "/control/provider/")
    post(control + "coins", f'{{"address": "{address}", "amount": "0.25"}}')
    for _ in range(3):
        post(control + "deposit", '{"ticket": 3}')

    deposits = client.fetch_deposits("BTC")

    assert [(row["amount"], row["status"]) for row in deposits] == [(0.25, "ok")]


def test_ccxt_logs_in_and_withdraws(client: Any) -> None:
    client.sign_in()

    client.withdraw("BTC", 0.5, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", params={"Amount": 0.5})

    newest = client.fetch_withdrawals("BTC")[-1]
    assert newest["amount"] == 0.5
    assert newest["info"]["TicketStatus"] == "Pending2Fa"


def watched(target: dict[str, Any], what: str) -> Any:
    """The first thing a ccxt.pro client is told; a connection each, as it mixes them up itself."""

    async def watch() -> Any:
        client = ndax(ccxt_pro, target)
        try:
            return await asyncio.wait_for(getattr(client, what)(SYMBOL), 10)
        finally:
            await client.close()

    return asyncio.run(watch())


def test_ccxt_watches_the_ticker(target: dict[str, Any]) -> None:
    assert watched(target, "watch_ticker")["bid"] > 0


def test_ccxt_watches_the_order_book(target: dict[str, Any]) -> None:
    book = watched(target, "watch_order_book")

    assert book["bids"][0][0] < book["asks"][0][0]


def test_ccxt_watches_trades(target: dict[str, Any]) -> None:
    assert watched(target, "watch_trades")[0]["price"] > 0
