"""What scenarios about the asset manager say to a target."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import Till
from scenarios.tickets.withdrawing import AUTO_ACCEPTED, confirmed, moved_to, status_now

MANAGER = 1
"""The asset manager of the pages' samples."""
NOBODY = 987_654
"""The number of nothing."""
ADD, EDIT, DELETE = 1, 2, 3
ACCOUNT_ASSET, PROVIDER, ASSET, SERVICE_USER = 6004, 6005, 6006, 6014
"""Message types of the four calls that change something."""
CRYPTO = 2
NIL = "00000000-0000-0000-0000-000000000000"
NOT_AUTHORIZED, NO_MANAGER = 32, 33
"""Values of statuscode."""
Row = dict[str, Any]


def place(world: World, **keys: Any) -> dict[str, Any]:
    """The trading system and its asset manager, which every call names."""
    return {"assetManagerId": MANAGER, "omsId": world.oms_id, **keys}


def new_product(world: World) -> int:
    """Add a crypto-currency that nothing else uses; its number."""
    symbol = world.deployment.unique_name("AM")
    turn = world.operator.call(
        "AddProduct", OMSId=world.oms_id, ProductId=0, DecimalPlaces=8, Product=symbol,
        ProductFullName=symbol, ProductType=CRYPTO, TickSize=Decimal("0.00000001"), NoFees=False,
    )
    number = turn.get("Id")
    if not isinstance(number, int) or not number:
        raise Unavailable(f"no product can be added: {turn.text[:200]}")
    world.deployment.leaks.record("Product", number)
    return number


def providers(world: World) -> list[Row]:
    """Every account provider with its asset, as the asset manager lists them."""
    turn = world.superuser.call("AM_GetAccountProviderInfoList", **place(world))
    rows = turn.get("AccountProviderInfos")
    if not isinstance(rows, list) or not rows:
        raise Unavailable(f"no account provider is listed: {turn.text[:200]}")
    return rows


def handled(world: World, asset_id: int) -> list[Row]:
    """The listed account providers of one asset."""
    return [row for row in providers(world) if lookup(row, "assetId") == asset_id]


def some_provider(world: World) -> int:
    """The number of an account provider that is there."""
    return int(lookup(providers(world)[-1], "accountProviderId"))


def provider_terms(world: World, asset_id: int, **changes: Any) -> dict[str, Any]:
    """An account provider that is to handle an asset."""
    return place(world, **{
        "assetId": asset_id, "accountProviderId": some_provider(world),
        "accountProviderTypeString": "Conformance", "accountProviderName": "Conformance",
        "isEnabled": True, "config": None, "isDefaultDepositProvider": False,
        "isDefaultWithdrawProvider": False, "action": ADD, "providerMode": 2,
        "messageType": PROVIDER, "messageSequenceNumber": 0,
        "balanceConfigProfile": {"minimumHotWalletBalance": Decimal("1.5"), "isEnabled": True},
        **changes,
    })


def asset_terms(world: World, asset_id: int, **changes: Any) -> dict[str, Any]:
    """An asset as the asset manager is to know it."""
    info = place(world, **{
        "assetId": asset_id, "assetShortCode": "CNF", "assetFullName": "Conformance",
        "assetDescription": "coin", "defaultDepositProviderId": 0, "defaultWithdrawProviderId": 0,
        "assetType": CRYPTO, "assetSubType": 0, "action": EDIT, "messageType": ASSET,
        "messageSequenceNumber": 0, **changes,
    })
    return place(world, assetInfo=info)


def link_terms(world: World, account_id: int, asset_id: int, **changes: Any) -> dict[str, Any]:
    """An account that is to hold an asset."""
    info = {
        "assetManagerId": MANAGER, "accountId": account_id, "assetId": asset_id, "action": ADD,
        "messageType": ACCOUNT_ASSET, "stateObjectId": NIL, "stateObjectIdString": NIL,
        "messageSequenceNumber": 0, **changes,
    }
    return place(world, accountAssetInfo=info)


def user_terms(world: World, **changes: Any) -> dict[str, Any]:
    """An external service that is to talk to the asset manager."""
    name = world.deployment.unique_name("service")
    return place(world, **{
        "id": NIL, "userName": name, "password": world.deployment.new_password(name),
        "permissionList": ["Deposit"], "action": ADD, "messageType": SERVICE_USER,
        "messageSequenceNumber": 0, **changes,
    })


def key_terms(world: World, account_id: int, **changes: Any) -> dict[str, Any]:
    """A question for the deposit key of an account in a coin that has a provider."""
    coin = coin_provider(world)
    return place(world, **{
        "accountId": account_id, "assetId": lookup(coin, "assetId"),
        "providerId": lookup(coin, "accountProviderId"), "generateNewKey": False,
        "depositInfo": "", "ipAddress": "", **changes,
    })


def coin_provider(world: World) -> Row:
    """The default deposit provider of a crypto-currency."""
    turn = world.operator.call("GetProducts", OMSId=world.oms_id)
    listed = turn.value if isinstance(turn.value, list) else []
    coins = {
        lookup(row, "ProductId") for row in listed
        if lookup(row, "ProductType") in (CRYPTO, "CryptoCurrency")
    }
    for row in providers(world):
        if lookup(row, "assetId") in coins and lookup(row, "isDefaultDepositProvider"):
            return row
    raise Unavailable("no account provider takes deposits of a crypto-currency")


def key_of(world: World, account_id: int, **changes: Any) -> str:
    """A deposit key of the account; Unavailable when none is given."""
    turn = world.superuser.call(
        "AM_GetAccountAssetDepositInfo", **key_terms(world, account_id, **changes)
    )
    key = turn.get("depositInfo")
    if not isinstance(key, str) or not key:
        raise Unavailable(f"no deposit key is given: {turn.text[:200]}")
    return key


def owner_terms(world: World, key: str) -> dict[str, Any]:
    """A question for the account behind a deposit key."""
    return {
        "OMSId": world.oms_id, "AssetManagerId": MANAGER, "DepositInfo": key,
        "AccountProviderId": lookup(coin_provider(world), "accountProviderId"),
    }


def done(turn: Turn) -> Turn:
    """The turn; Unavailable where what is needed first was refused."""
    if turn.reply is None or turn.get("result") is not True:
        raise Unavailable(f"{turn.call} is needed first and was refused: {turn.text[:200]}")
    return turn


def state_of(world: World, account_id: int) -> Row:
    """The state of an account as the asset manager sees it."""
    turn = done(world.superuser.call("AM_GetAccountInfo", **place(world, accountId=account_id)))
    found = turn.get("AccountState")
    if not isinstance(found, dict):
        raise Unavailable(f"no account state came: {turn.text[:200]}")
    return found


def asset_states(world: World, account_id: int) -> list[Row]:
    """The states of the assets of an account."""
    rows = lookup(state_of(world, account_id), "assetStates")
    return list(rows or ())


def asset_state(world: World, account_id: int, asset_id: int) -> Row:
    """The state of one asset of an account; Unavailable where it is not listed."""
    for row in asset_states(world, account_id):
        if lookup(row, "assetId") == asset_id:
            return row
    raise Unavailable(f"account {account_id} has no state of asset {asset_id}")


def amounts(rows: Any, key: str) -> Decimal:
    """The sum of one key over some rows."""
    return sum((Decimal(str(lookup(row, key, 0))) for row in rows or ()), Decimal(0))


def held(world: World) -> tuple[Session, int]:
    """A customer with a balance and a hold in the market's first product, and that product."""
    who, product = world.customer(), world.market.product1
    hold(world, who, product, Decimal("1.5"))
    return who, product


def hold(world: World, who: Session, product: int, amount: Decimal) -> None:
    """Have the operator hold an amount of an account; Unavailable where that is refused."""
    turn = world.operator.call(
        "AddAccountHold", omsId=world.oms_id, accountId=who.account_id, assetId=product,
        amount=amount, transactionReferenceType=9, referenceId=0, comment="conformance",
    )
    if turn.get("result") is False:
        raise Unavailable(f"no hold can be placed: {turn.text[:200]}")


def send_out(till: Till, *statuses: int) -> None:
    """A withdrawal that the provider takes through these statuses, one after the other."""
    ticket = moved_to(till, confirmed(till), AUTO_ACCEPTED)
    number = lookup(ticket, "ticketNumber")
    for to in statuses:
        while status_now(till, ticket) != to:
            before = status_now(till, ticket)
            till.world.deployment.provider("withdrawal", ticket=number)
            if status_now(till, ticket) == before:
                raise Unavailable(f"the withdrawal stays in status {before}, never is {to}")


def provider_reads(world: World) -> tuple[Read, ...]:
    """The read that shows every account provider."""
    return ((world.superuser, "AM_GetAccountProviderInfoList", place(world)),)


def account_read(world: World, account_id: int) -> tuple[Read, ...]:
    """The read that shows an account and its assets."""
    return ((world.superuser, "AM_GetAccountInfo", place(world, accountId=account_id)),)
