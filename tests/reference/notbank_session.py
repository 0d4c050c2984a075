"""Drives the notbank SDK against a target file and prints what it saw, as JSON.

It runs in an environment of its own: the SDK pins versions that nothing else here can live with.
"""

from __future__ import annotations

import json
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from notbank_python_sdk.client_connection import ClientConnection
from notbank_python_sdk.notbank_client import NotbankClient
from notbank_python_sdk.requests_models.authenticate_request import AuthenticateRequest
from notbank_python_sdk.requests_models.cancel_order import CancelOrder
from notbank_python_sdk.requests_models.fee_request import FeeRequest
from notbank_python_sdk.requests_models.get_account_positions_request import (
    GetAccountPositionsRequest,
)
from notbank_python_sdk.requests_models.get_instruments_request import GetInstrumentsRequest
from notbank_python_sdk.requests_models.get_open_orders import GetOpenOrdersRequest
from notbank_python_sdk.requests_models.send_order import (
    OrderType,
    SendOrderRequest,
    Side,
    TimeInForce,
)
from notbank_python_sdk.rest.rest_client_connection import RestClientConnection


def connect(target: dict[str, Any]) -> NotbankClient:
    """The client over plain HTTP: on its own it only knows host names, always with TLS."""
    rest = RestClientConnection("")
    rest._host = target["target"]["http"].removesuffix("/AP/")
    nothing = None
    connection = ClientConnection(
        rest.post, rest.get, rest.delete, nothing, nothing, rest.authenticate_user, nothing,
        rest.close,
    )
    persona = target["personas"]["second_trader"]
    client = NotbankClient(connection)
    client.authenticate(
        AuthenticateRequest(persona["api_key"], persona["api_secret"], str(persona["user_id"]))
    )
    return client


def session(target: dict[str, Any]) -> dict[str, Any]:
    """Reference data, positions, a fee, an order and its cancel."""
    client = connect(target)
    account = target["personas"]["second_trader"]["account_id"]
    instrument = client.get_instrument_by_symbol("BTCUSD")
    placed = client.send_order(
        SendOrderRequest(
            instrument, account, TimeInForce.GTC, Side.BUY, OrderType.LIMIT, Decimal("0.1"),
            limit_price=Decimal("11.01"),
        )
    )
    working = client.get_open_orders(GetOpenOrdersRequest(account))
    client.cancel_order(CancelOrder(placed.order_id, account))
    left = client.get_open_orders(GetOpenOrdersRequest(account))
    positions = client.get_account_positions(GetAccountPositionsRequest(account))
    return {
        "instrument": client.get_instruments(GetInstrumentsRequest())[0].symbol,
        "product": client.get_products()[0].product,
        "positions": sorted(row.product_symbol for row in positions),
        "fee": float(client.get_withdraw_fee(FeeRequest(account, 1, Decimal(100))).fee_amount),
        "worked": placed.order_id in [order.order_id for order in working],
        "left": placed.order_id in [order.order_id for order in left],
    }


if __name__ == "__main__":
    print(json.dumps(session(tomllib.loads(Path(sys.argv[1]).read_text()))))
