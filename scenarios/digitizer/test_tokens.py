"""Tokens: deployed, found by their contract address, and who holds them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.digitizer.vocabulary import (
    PAUSABLE,
    PLAIN,
    REGULATED,
    Token,
    address,
    at_digitizer,
    definition,
    deposit_key,
    network_id,
    new_token,
    result,
    waiting_transfer,
)

NO_CONTRACT = "651002070"
DEFINED = ("name", "symbol", "decimals", "cap")


@pytest.fixture
def session(world: World) -> Session:
    """Somebody logged in."""
    return at_digitizer(world)


@pytest.fixture
def token(world: World) -> Token:
    """A plain token with five at its custodian."""
    return new_token(world, minted=5)


def _decision(token: Token) -> dict[str, Any]:
    return {"pendingHash": waiting_transfer(token, 1, address())}


ABOUT_TOKENS = [
    clause_case("digitizer/asset/contract-address", "asset", PLAIN, lambda token: {}),
    clause_case("digitizer/capTable/contract-address", "capTable", PLAIN, lambda token: {}),
    clause_case("digitizer/account/contract-address", "account", PLAIN,
                lambda token: {"accountAddress": token.custodian}),
    clause_case("digitizer/pendingTransfers/contract-address", "pendingTransfers", REGULATED,
                lambda token: {}),
    clause_case("digitizer/allowTransfer/contract-address", "allowTransfer", REGULATED, _decision),
    clause_case("digitizer/rejectTransfer/contract-address", "rejectTransfer", REGULATED,
                _decision),
    clause_case("digitizer/pause/contract-address", "pause", PAUSABLE, lambda token: {}),
    clause_case("digitizer/asset/id-is-no-address", "asset", PLAIN, lambda token: {}),
]


@pytest.mark.parametrize(("call", "template", "more"), ABOUT_TOKENS)
def test_token_is_named_by_its_contract(
    call: str, template: str, more: Any, world: World, verify: Verifier
) -> None:
    """What is called assetId is the address; the id of the asset names nothing."""
    token = new_token(world, template, minted=5)
    keys = more(token)

    verify.refused(token.session.call(call, assetId=token.read("id"), **keys))
    verify.succeeded(token.session.call(call, assetId=token.contract, **keys))


@clause("digitizer/resume/contract-address")
def test_token_is_resumed_by_its_contract(world: World, verify: Verifier) -> None:
    """The same for a token that is paused already."""
    token = new_token(world, PAUSABLE)
    token.done(token.switch("pause"))

    verify.refused(token.session.call("resume", assetId=token.read("id")))
    verify.succeeded(token.switch("resume"))


@clause("digitizer/asset/supply-zero")
def test_supply_of_an_asset_is_zero(token: Token, verify: Verifier) -> None:
    """Even of one with tokens minted: the supply is told by the cap table."""
    verify.equal("supply", token.read("supply"), 0)


@clause("digitizer/asset/issuer-constant")
def test_issuer_is_the_same_for_all(world: World, verify: Verifier) -> None:
    """One wallet of the environment mints everything."""
    first, second = new_token(world), new_token(world, PAUSABLE)

    verify.equal("issuerAddress", first.read("issuerAddress"), second.read("issuerAddress"))


@clause("digitizer/asset/transfer-count")
def test_transfers_are_counted(token: Token, verify: Verifier) -> None:
    """Each executed transfer counts once; minting is none."""
    before = token.read("transferCount")

    token.done(token.send(1, address()))
    token.done(token.send(1, address()))

    verify.equal("transferCount", token.read("transferCount"), before + 2)


@clause("digitizer/assets/deployed-here-only")
def test_listed_assets_were_deployed_here(session: Session, token: Token,
                                          verify: Verifier) -> None:
    """Every listed address is one that this service knows as a token on that network."""
    network = network_id(session)

    rows = result(session.call("assets", networkId=network))

    turns = [session.call("asset", assetId=row["address"]) for row in rows[-5:]]
    named = [verify.succeeded(turn)["asset"] for turn in turns]
    verify.equal("assets found by address", named, rows[-5:])
    networks = {row["network"]["id"] for row in rows}
    verify.equal("their networks", networks, {network})


@clause("digitizer/assets/known-network")
def test_network_of_assets_must_be_known(session: Session, verify: Verifier) -> None:
    """A misspelt network is no empty one."""
    verify.refused(session.call("assets", networkId="no such network"))


@clause("digitizer/assets/lists-new-token")
def test_new_token_is_listed(session: Session, token: Token, verify: Verifier) -> None:
    """What was deployed is found again."""
    rows = result(session.call("assets", networkId=network_id(session)))

    listed = [row for row in rows if row["address"].lower() == token.contract.lower()]
    verify.equal("entries of the new token", len(listed), 1)


@clause("digitizer/deploy/returns-address")
def test_deploy_returns_the_contract(world: World, verify: Verifier) -> None:
    """The address is all a client gets, and all it needs."""
    token = new_token(world)

    turn = verify.succeeded(token.session.call("asset", assetId=token.contract))

    found = (turn["asset"]["address"].lower(), turn["asset"]["symbol"])
    verify.equal("address and symbol", found,
                 (token.contract.lower(), token.definition["symbol"]), turn)


@clause("digitizer/deploy/asset-agrees")
@pytest.mark.parametrize("facts", [{"decimals": 0}, {"decimals": 18, "cap": 1}, {}])
def test_asset_is_as_it_was_deployed(facts: dict[str, Any], world: World,
                                     verify: Verifier) -> None:
    """A contract cannot be changed later, so it must be right."""
    token = new_token(world, **facts)

    found = {key: token.read(key) for key in DEFINED}
    verify.equal("the definition", found, {key: token.definition[key] for key in DEFINED})


@clause("digitizer/deploy/supply-zero")
@pytest.mark.parametrize("supply", ["0", "5"])
def test_new_token_has_no_supply(supply: str, world: World, verify: Verifier) -> None:
    """Nothing is minted by deploying, whatever was sent."""
    token = new_token(world, supply=supply)

    verify.equal("supply", token.read("supply"), 0)
    verify.equal("sum of the cap table", token.total(), 0)


@clause("digitizer/deploy/decimals-limit")
def test_decimals_are_limited(world: World, session: Session, verify: Verifier) -> None:
    """Eighteen places are what the chain can hold."""
    keys = {"networkId": network_id(session), "template": PLAIN}

    verify.refused(session.call("deploy", token=definition(world, decimals=19), **keys))
    verify.succeeded(session.call("deploy", token=definition(world, decimals=18), **keys))


@clause("digitizer/deploy/not-paused")
def test_new_token_is_not_paused(world: World, verify: Verifier) -> None:
    """It can be minted and moved at once."""
    verify.equal("paused", new_token(world, PAUSABLE).read("paused"), False)


@clause("digitizer/deploy/no-transfers")
def test_new_token_was_never_moved(world: World, verify: Verifier) -> None:
    """The count starts at nothing."""
    verify.equal("transferCount", new_token(world).read("transferCount"), 0)


@pytest.mark.parametrize("unknown", [
    clause_case("digitizer/deploy/known-template", {"template": "NoSuchTemplate"}),
    clause_case("digitizer/deploy/known-network", {"networkId": "no such network"}),
])
def test_deploy_needs_known_places(unknown: dict[str, str], world: World, session: Session,
                                   verify: Verifier) -> None:
    """Only what templates and networks list can be asked for."""
    network = network_id(session)
    keys = {"token": definition(world), "networkId": network, "template": PLAIN, **unknown}

    with verify.unchanged((session, "assets", {"networkId": network})):
        verify.refused(session.call("deploy", **keys))


@clause("digitizer/account/agrees-with-cap-table")
def test_account_agrees_with_cap_table(token: Token, verify: Verifier) -> None:
    """The same balance read in two ways, for every holder."""
    token.done(token.send(2, address()))

    rows = token.rows()

    by_account = {row["address"]: str(token.balance(row["address"])) for row in rows}
    verify.equal("balances", by_account, {row["address"]: row["balance"] for row in rows})
    verify.equal("holders", len(rows), 2)


@clause("digitizer/account/hex-case")
def test_case_of_an_address_does_not_matter(token: Token, verify: Verifier) -> None:
    """Wallets write addresses with capitals as a checksum, or without."""
    upper = f"0x{token.custodian[2:].upper()}"

    verify.equal("balance", token.balance(upper), token.balance(token.custodian))
    verify.equal("balance", token.balance(upper), 5)


@clause("digitizer/capTable/unknown-asset")
def test_unknown_asset_is_named_in_the_error(session: Session, verify: Verifier) -> None:
    """The field is null, and the error says which id was meant."""
    turn = session.call("capTable", assetId=NO_CONTRACT)

    verify.refused(turn)
    data, message = lookup(turn.value, "data"), turn["errors"][0]["message"]
    verify.holds("the field is null", lookup(data, "capTable") is None, turn.text, turn)
    verify.holds("the error names the id", NO_CONTRACT in message, message, turn)


@clause("digitizer/capTable/error-location")
def test_error_tells_its_place(session: Session, verify: Verifier) -> None:
    """In a document of many fields, line, column and path find the one that failed."""
    turn = session.call("capTable", assetId=NO_CONTRACT)

    error = turn["errors"][0]
    verify.equal("path", error.get("path"), ["capTable"], turn)
    places = [sorted(place) for place in error.get("locations", [])]
    verify.equal("locations", places, [["column", "line"]], turn)


@clause("digitizer/capTable/sum")
def test_cap_table_adds_up(token: Token, verify: Verifier) -> None:
    """Nothing is held that was not minted, nothing minted is lost."""
    token.mint(7, custodianAddress=address())
    token.mint(3)
    token.done(token.burn(4))

    verify.equal("sum of the cap table", token.total(), 5 + 7 + 3 - 4)


@clause("digitizer/capTable/account-name")
def test_deposit_key_goes_by_account_name(world: World, token: Token, verify: Verifier) -> None:
    """A holder whom the exchange knows is called by name."""
    trader = world.customer()
    key = deposit_key(world, trader.account_id, world.market.product1)
    name = trader.call("GetAccountInfo", OMSId=world.oms_id, AccountId=trader.account_id)

    token.mint(2, custodianAddress=key)

    names = [row["name"] for row in token.rows() if row["balance"] == "2"]
    verify.equal("name", names, [name.get("AccountName")], name)


@clause("digitizer/capTable/address-as-name")
def test_stranger_goes_by_address(token: Token, verify: Verifier) -> None:
    """Somebody whom the exchange does not know has no other name."""
    names = [(row["name"], row["address"].lower()) for row in token.rows()]

    verify.equal("name and address", names, [(token.custodian, token.custodian)])


@clause("digitizer/capTable/percentage-format")
def test_percentage_reads_as_one(token: Token, verify: Verifier) -> None:
    """A number and a per cent sign, also for a third."""
    token.mint(10, custodianAddress=address())

    shares = [row["percentage"] for row in token.rows()]

    numbers = [share.removesuffix("%").replace(".", "", 1) for share in shares]
    verify.holds("each is a number and a sign", all(
        share.endswith("%") and number.isdigit()
        for share, number in zip(shares, numbers, strict=True)), shares)


@clause("digitizer/capTable/percentage-consistent")
def test_percentages_refer_to_one_total(token: Token, verify: Verifier) -> None:
    """Whether of what was minted or of the cap: twice the balance is twice the share."""
    token.mint(10, custodianAddress=address())

    shares = {row["balance"]: float(row["percentage"].removesuffix("%")) for row in token.rows()}

    # Two places are printed, so each share is off by half a hundredth at most.
    difference = abs(shares["10"] - 2 * shares["5"])
    verify.holds("10 of 15 are twice 5 of 15", difference <= 0.016, shares)
