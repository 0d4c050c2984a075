"""Tokens: deploy, mint, burn, transfer, pause, clawback, and what each template can do."""

from __future__ import annotations

import uuid

import pytest

from tests.reference.digitizer.client import (
    ASSET,
    BURN,
    CLAWBACK,
    HOLDER,
    MINT,
    OTHER,
    PAUSE,
    PENDING,
    RESUME,
    TRANSFER,
    WHITELIST,
    Digitizer,
)


def test_deployed_token_is_an_asset(digitizer: Digitizer) -> None:
    address = digitizer.deploy()

    asset = digitizer.ask(ASSET, a=address)["asset"]
    assert (asset["symbol"], asset["cap"], asset["decimals"], asset["supply"]) == ("TTST", 8, 2, 0)
    assert (asset["paused"], asset["isPausable"], asset["transferCount"]) == (False, True, 0)
    listed = digitizer.ask('{ assets(networkId: "42") { address } }')["assets"]
    assert listed == [{"address": address}]


def test_sample_spelling_of_supply_is_taken(digitizer: Digitizer) -> None:
    data = digitizer.ask(
        'mutation { deploy(token: {name: "T", symbol: "T", supply: 5, decimals: 2, cap: 8}, '
        'networkId: "42", template: "MegaERC20") }'
    )

    assert digitizer.ask(ASSET, a=data["deploy"])["asset"]["supply"] == 0


def test_asset_is_found_by_address_not_by_id(digitizer: Digitizer) -> None:
    asset_id = digitizer.ask(ASSET, a=digitizer.deploy())["asset"]["id"]

    assert digitizer.ask(ASSET, a=asset_id) == {"asset": None}
    (error,) = digitizer.errors
    assert error["message"] == f"no Asset found for assetId={asset_id}"
    assert error["path"] == ["asset"]
    assert error["locations"]


def test_mint_adds_to_the_custodian(digitizer: Digitizer) -> None:
    address = digitizer.deploy()

    digitizer.mint(address, 5)

    (row,) = digitizer.ask(
        "query($a: String) { capTable(assetId: $a) { name address balance percentage } }",
        a=address,
    )["capTable"]
    assert row == {"name": HOLDER, "address": HOLDER, "balance": "5", "percentage": "100.00%"}
    upper = "0x" + HOLDER[2:].upper()
    account = digitizer.ask(
        "query($a: String, $h: String) { account(assetId: $a, accountAddress: $h) { balance } }",
        a=address, h=upper,
    )
    assert account == {"account": {"balance": "5"}}


def test_mint_never_exceeds_the_cap(digitizer: Digitizer) -> None:
    address = digitizer.deploy(cap=8)
    digitizer.mint(address, 5)
    digitizer.ask(BURN, a=address, n=5)
    digitizer.mine()

    why = digitizer.refused(MINT, a=address, n=4, c=HOLDER, u=str(uuid.uuid4()))

    assert "cap" in why
    digitizer.mint(address, 3)
    assert digitizer.table(address) == {HOLDER: 3}


def test_two_mints_in_one_block_count_together(digitizer: Digitizer) -> None:
    address = digitizer.deploy(cap=8)

    digitizer.ask(MINT, a=address, n=5, c=HOLDER, u=str(uuid.uuid4()))

    assert "cap" in digitizer.refused(MINT, a=address, n=4, c=HOLDER, u=str(uuid.uuid4()))


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_are_above_zero(digitizer: Digitizer, amount: int) -> None:
    address = digitizer.deploy()

    assert digitizer.refused(MINT, a=address, n=amount, c=HOLDER, u=str(uuid.uuid4()))
    assert digitizer.table(address) == {}


def test_burn_reduces_the_supply(digitizer: Digitizer) -> None:
    address = digitizer.deploy()
    digitizer.mint(address, 5)

    burnt = digitizer.ask(BURN, a=address, n=2)["burn"]
    digitizer.mine()

    assert uuid.UUID(burnt)
    assert digitizer.table(address) == {HOLDER: 3}
    assert digitizer.refused(BURN, a=address, n=4)


def test_transfer_moves_tokens(digitizer: Digitizer) -> None:
    address = digitizer.deploy()
    digitizer.mint(address, 5)

    digitizer.ask(TRANSFER, a=address, d=OTHER, n=2)
    digitizer.mine()

    assert digitizer.table(address) == {HOLDER: 3, OTHER: 2}
    assert digitizer.ask(ASSET, a=address)["asset"]["transferCount"] == 1


def test_custody_is_personal(digitizer: Digitizer) -> None:
    address = digitizer.deploy()
    digitizer.mint(address, 5)
    digitizer.login("trader")

    assert "custodial" in digitizer.refused(TRANSFER, a=address, d=OTHER, n=1)
    assert "custodial" in digitizer.refused(BURN, a=address, n=1)


def test_paused_token_does_not_move(digitizer: Digitizer) -> None:
    address = digitizer.deploy()
    digitizer.mint(address, 5)
    assert digitizer.refused(RESUME, a=address)

    digitizer.ask(PAUSE, a=address)
    digitizer.mine()

    assert digitizer.ask(ASSET, a=address)["asset"]["paused"] is True
    assert digitizer.refused(TRANSFER, a=address, d=OTHER, n=1) == "the token is paused"
    assert digitizer.refused(BURN, a=address, n=1)
    assert digitizer.refused(PAUSE, a=address)
    digitizer.ask(RESUME, a=address)
    digitizer.ask(TRANSFER, a=address, d=OTHER, n=1)
    digitizer.mine()
    assert digitizer.table(address) == {HOLDER: 4, OTHER: 1}


def test_clawback_goes_to_the_owner(digitizer: Digitizer) -> None:
    address = digitizer.deploy()
    digitizer.mint(address, 5)

    digitizer.ask(CLAWBACK, a=address, h=HOLDER, n=2)
    digitizer.mine()

    issuer = digitizer.ask(ASSET, a=address)["asset"]["issuerAddress"]
    assert digitizer.table(address) == {HOLDER: 3, issuer: 2}
    assert digitizer.refused(CLAWBACK, a=address, h=HOLDER, n=4)


def test_whitelisted_token_moves_to_listed_addresses_only(digitizer: Digitizer) -> None:
    address = digitizer.deploy("RTOKEN")
    digitizer.mint(address, 5)
    assert "whitelisted" in digitizer.refused(TRANSFER, a=address, d=OTHER, n=1)

    digitizer.ask(WHITELIST, a=address, h=OTHER, on=True)
    digitizer.ask(TRANSFER, a=address, d=OTHER, n=1)
    digitizer.mine()

    assert digitizer.table(address) == {HOLDER: 4, OTHER: 1}
    digitizer.ask(WHITELIST, a=address, h=OTHER, on=False)
    assert "whitelisted" in digitizer.refused(TRANSFER, a=address, d=OTHER, n=1)


@pytest.mark.parametrize(
    ("decision", "after"),
    [("allowTransfer", {HOLDER: 3, OTHER: 2}), ("rejectTransfer", {HOLDER: 5})],
)
def test_regulated_transfer_waits_for_a_decision(
    digitizer: Digitizer, decision: str, after: dict[str, int]
) -> None:
    address = digitizer.deploy("RABT")
    digitizer.mint(address, 5)
    digitizer.ask(TRANSFER, a=address, d=OTHER, n=2)
    digitizer.mine()
    (pending,) = digitizer.ask(PENDING, a=address)["pendingTransfers"]
    assert (pending["assetId"], pending["from"], pending["to"]) == (address, HOLDER, OTHER)
    assert digitizer.table(address) == {HOLDER: 5}

    decide = f"mutation($a: String!, $h: String!) {{ {decision}(assetId: $a, pendingHash: $h) }}"
    digitizer.ask(decide, a=address, h=pending["pendingHash"])
    digitizer.mine()

    assert digitizer.table(address) == after
    assert digitizer.ask(PENDING, a=address)["pendingTransfers"] == []
    assert "pending transfer" in digitizer.refused(decide, a=address, h=pending["pendingHash"])


@pytest.mark.parametrize(
    ("template", "document"),
    [
        ("BaseERC20", PAUSE), ("BaseERC20", PENDING), ("RTOKEN", PAUSE), ("BaseERC721", BURN),
        ("RABT", CLAWBACK), ("MegaERC20", WHITELIST),
    ],
)
def test_template_decides_what_a_token_can_do(
    digitizer: Digitizer, template: str, document: str
) -> None:
    address = digitizer.deploy(template)

    why = digitizer.refused(document, a=address, n=1, h=HOLDER, on=True)

    assert "does not support" in why


@pytest.mark.parametrize(
    "change", [{"decimals": 19}, {"cap": 0}, {"symbol": ""}, {"decimals": -1}]
)
def test_refused_deployment_leaves_no_asset(
    digitizer: Digitizer, change: dict[str, object]
) -> None:
    token = {"name": "T", "symbol": "T", "supply": "0", "decimals": 2, "cap": 8, **change}

    digitizer.refused(
        "mutation($t: TokenDefinition!) "
        '{ deploy(token: $t, networkId: "42", template: "MegaERC20") }', t=token,
    )

    assert digitizer.ask('{ assets(networkId: "42") { id } }')["assets"] == []


def test_shares_minted_to_a_deposit_key_arrive_on_the_exchange(digitizer: Digitizer) -> None:
    exchange = digitizer.venue.exchange
    share = exchange.apad.shares.named("BREZ")
    company = exchange.apad.companies.by_id[share.company_id]
    provider = exchange.asset_manager.default_provider(share.product_id)
    key = exchange.asset_manager.deposit_key(
        provider, company.account_id, share.product_id, new=True
    )

    digitizer.mint(digitizer.deploy(symbol="BREZ", cap=500), 500, key)
    assert exchange.apad.shares.issued(share) == 10_000
    digitizer.mine(11)

    assert exchange.apad.shares.issued(share) == 10_500
    assert exchange.apad.shares.balance(company.account_id, share) == 10_250
