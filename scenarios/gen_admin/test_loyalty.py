"""Loyalty fees: configured per trading system, seen by whom they concern, charged at a discount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.am_mgr.vocabulary import new_product
from scenarios.gen_admin.vocabulary import (
    discounted,
    home_operator,
    linked,
    loyalty_key,
    loyalty_reads,
    loyalty_terms,
)
from scenarios.oms_orders.vocabulary import (
    BUY,
    SELL,
    Floor,
    executions,
    funds,
    newest,
    send,
    trade,
)
from scenarios.users.vocabulary import somebody

LISTS = ("GetAllOperatorLoyaltyFeeConfigs", "GetOperatorLoyaltyFeeConfig",
         "GetOperatorLoyaltyFeeConfigsForOms")
DISCOUNT, PRICE, MARKET_PRICE = Decimal("0.25"), Decimal(20), Decimal(40)
PLENTY = Decimal(100_000)
UNIT = Decimal("0.00000001")
Offer = Callable[..., int]


def configs(who: Session, call: str, world: World, system: int) -> list[Any]:
    """What one of the three reads says about a trading system; nothing where it is refused."""
    key = loyalty_key(world, system)
    payload: Any = {LISTS[0]: {}, LISTS[1]: key, LISTS[2]: [key]}[call]
    turn = who.send(call, payload)
    if isinstance(turn.value, list):
        return [row for row in turn.value if lookup(row, "omsId") == system]
    return [turn.value] if turn.get("omsId") == system else []


def reading(row: Any) -> dict[str, Any]:
    """The settings of a configuration that its owner sent."""
    return {key: lookup(row, key) for key in (
        "omsId", "loyaltyProductId", "loyaltyDiscount", "referenceProductId",
        "referenceProductPrice", "isEnabled",
    )}


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/read-back", "read-back"),
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/effect", "effect"),
    clause_case("gen_admin/GetOperatorLoyaltyFeeConfig/requested-pair", "requested-pair"),
])
def test_configuration_reads_back_as_sent(world: World, verify: Verifier, rule: str) -> None:
    """The reply is the configuration of the system and product asked for, and of no other."""
    other = discounted(world)
    system = linked(world, home_operator(world))
    terms = loyalty_terms(world, system, loyaltyDiscount=Decimal("0.5"))

    with verify.unchanged(*loyalty_reads(world, other)):
        verify.succeeded(world.operator.call("CreateOperatorLoyaltyFeeConfig", **terms))

    found = configs(world.operator, LISTS[1], world, system)
    verify.equal("the configuration", [reading(row) for row in found], [reading(terms)])


@clause("gen_admin/CreateOperatorLoyaltyFeeConfig/one-per-oms")
def test_system_has_one_loyalty_product(world: World, verify: Verifier) -> None:
    """A second configuration is refused, also for another product."""
    system = discounted(world)
    second = loyalty_terms(world, system, loyaltyProductId=world.market.product2)

    with verify.unchanged(*loyalty_reads(world, system)):
        verify.refused(world.operator.call("CreateOperatorLoyaltyFeeConfig", **second))


@clause("gen_admin/CreateOperatorLoyaltyFeeConfig/server-stamps")
def test_who_changed_it_when_is_the_servers_word(world: World, verify: Verifier) -> None:
    """A client cannot write somebody else's name into the log."""
    system = linked(world, home_operator(world))
    claimed = {"updatedBy": world.superuser.user_id, "lastUpdated": "2001-01-01T00:00:00Z"}
    terms = loyalty_terms(world, system, **claimed)

    verify.succeeded(world.operator.call("CreateOperatorLoyaltyFeeConfig", **terms))

    (row,) = configs(world.operator, LISTS[1], world, system)
    verify.equal("updatedBy", lookup(row, "updatedBy"), world.operator.user_id)
    verify.holds("lastUpdated is not what was claimed",
                 "2001" not in str(lookup(row, "lastUpdated")), row)


@pytest.mark.parametrize("keys", [
    clause_case("gen_admin/DeleteOperatorLoyaltyFeeConfig/two-keys-suffice", "two"),
    clause_case("gen_admin/DeleteOperatorLoyaltyFeeConfig/absent-afterwards", "all"),
    clause_case("gen_admin/DeleteOperatorLoyaltyFeeConfig/effect", "all"),
])
def test_deleted_configuration_is_in_no_list(world: World, verify: Verifier, keys: str) -> None:
    """It is gone from every list, and those of other systems stay."""
    system, other = discounted(world), discounted(world)
    full = loyalty_terms(world, system)

    with verify.unchanged(*loyalty_reads(world, other)):
        verify.succeeded(world.operator.call(
            "DeleteOperatorLoyaltyFeeConfig",
            **(loyalty_key(world, system) if keys == "two" else full),
        ))

    found = [configs(world.operator, call, world, system) for call in LISTS]
    verify.equal("lists", found, [[], [], []])


@clause("gen_admin/DeleteOperatorLoyaltyFeeConfig/can-create-again")
def test_deleted_configuration_can_be_made_again(world: World, verify: Verifier) -> None:
    """There is no update: a change is a deletion and a new beginning."""
    system = discounted(world)
    world.operator.call("DeleteOperatorLoyaltyFeeConfig", **loyalty_key(world, system))

    verify.succeeded(world.operator.call(
        "CreateOperatorLoyaltyFeeConfig", **loyalty_terms(world, system)
    ))

    verify.equal("configurations", len(configs(world.operator, LISTS[1], world, system)), 1)


@pytest.mark.parametrize("call", [
    clause_case(f"gen_admin/{call}/operator-scope", call) for call in LISTS
])
def test_operator_sees_every_configuration(world: World, verify: Verifier, call: str) -> None:
    """Also that of a system on which nobody here trades."""
    system = discounted(world)

    found = configs(world.operator, call, world, system)

    verify.equal("configurations", [lookup(row, "omsId") for row in found], [system])


@pytest.mark.parametrize("call", [
    clause_case(f"gen_admin/{call}/trader-scope", call) for call in LISTS
])
def test_trader_sees_only_what_concerns_him(world: World, verify: Verifier, call: str) -> None:
    """The terms of another system are none of his business."""
    system, who = discounted(world), somebody(world)

    found = configs(who, call, world, system)

    verify.holds("the operator sees it", bool(configs(world.operator, call, world, system)), call)
    verify.equal("configurations", found, [])


@clause("gen_admin/GetOperatorLoyaltyFeeConfigsForOms/one-per-pair")
def test_list_has_one_entry_per_pair_that_exists(world: World, verify: Verifier) -> None:
    """Pairs that do not exist are left out; others stand once each."""
    systems = [discounted(world) for _ in range(2)]
    absent = linked(world, home_operator(world))
    pairs = [loyalty_key(world, system) for system in (*systems, absent)]

    turn = verify.succeeded(
        world.operator.send("GetOperatorLoyaltyFeeConfigsForOms", pairs)
    )

    verify.equal("systems", sorted(lookup(row, "omsId") for row in turn.value), sorted(systems),
                 turn)


@pytest.fixture
def offer(world: World) -> Iterator[Offer]:
    """Offers a loyalty product on the system under test; it is withdrawn after the case."""
    made: list[dict[str, Any]] = []

    def make(**terms: Any) -> int:
        if not world.deployment.target.target.exclusive:
            raise Unavailable("fees of a shared trading system are not touched")
        token = new_product(world)
        payload = loyalty_terms(world, world.oms_id, **{
            "loyaltyProductId": token, "loyaltyDiscount": DISCOUNT, "isEnabled": True,
            "referenceProductPrice": PRICE, **terms,
        })
        turn = world.operator.call("CreateOperatorLoyaltyFeeConfig", **payload)
        if turn.get("result") is not True:
            raise Unavailable(f"no loyalty product can be offered: {turn.text[:200]}")
        made.append(payload)
        return token

    yield make
    for payload in made:
        world.operator.call("DeleteOperatorLoyaltyFeeConfig", **payload)


def take_part(world: World, who: Session, token: int) -> None:
    """Have an account pay its fees in the loyalty product, of which it has plenty."""
    world.deployment.fund(who.account_id, token, PLENTY)
    turn = world.operator.call(
        "UpdateAccount", omsid=world.oms_id, accountId=who.account_id,
        loyaltyProductId=token, loyaltyEnabled=True,
    )
    if turn.get("result") is False:
        raise Unavailable(f"the account cannot take part: {turn.text[:200]}")


def charged(who: Session, floor: Floor) -> tuple[Decimal, int]:
    """Fee and fee product of the account's newest execution on a floor."""
    row = newest(executions(who, floor), "execution")
    return Decimal(str(lookup(row, "fee"))), int(lookup(row, "feeProductId"))


def usual_fee(seller: Session, buyer: Session, floor: Floor) -> Decimal:
    """What the seller pays without any loyalty, in the market's second product."""
    trade(seller, buyer, floor)
    fee, product = charged(seller, floor)
    if not fee or product != floor.market.product2:
        raise Unavailable(f"a seller pays {fee} of product {product}: nothing to compare with")
    return fee


def make_market(world: World, token: int, seller: Session, buyer: Session) -> None:
    """List the loyalty product against the reference product, and let it change hands once."""
    model = world.private_market()
    turn = world.operator.call(
        "AddInstrument", OMSId=world.oms_id, Symbol=world.deployment.unique_name("LOY"),
        Product1=token, Product2=model.product2, InstrumentType=1, VenueInstrumentId=1, VenueId=1,
        SortIndex=0, SessionStatus=1, SelfTradePrevention=False,
        QuantityIncrement=model.quantity_increment, PriceIncrement=model.price_increment,
    )
    if not isinstance(turn.get("Id"), int):
        raise Unavailable(f"the loyalty product cannot be listed: {turn.text[:200]}")
    market = type(model)(turn["Id"], "", token, model.product2, model.price_increment,
                         model.quantity_increment)
    trade(seller, buyer, Floor(market, MARKET_PRICE))


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/discount", "discount"),
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/fee-product", "fee-product"),
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/fallback-price", "fallback-price"),
])
def test_fee_is_discounted_and_paid_in_the_loyalty_product(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, offer: Offer,
    rule: str,
) -> None:
    """Without a market of its own the loyalty product counts at the configured price."""
    usual, token = usual_fee(rival, trader, floor), offer()
    take_part(world, rival, token)

    trade(rival, trader, floor)

    expected = (usual * (1 - DISCOUNT) / PRICE).quantize(UNIT)
    verify.equal("fee and its product", charged(rival, floor), (expected, token))
    verify.equal("left of the loyalty product", funds(rival)[token][0], PLENTY - expected)


@clause("gen_admin/CreateOperatorLoyaltyFeeConfig/conversion")
def test_last_trade_goes_before_the_configured_price(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, offer: Offer
) -> None:
    """Once the loyalty product has a price of its own, the configured one no longer counts."""
    usual, token = usual_fee(rival, trader, floor), offer()
    world.deployment.fund(trader.account_id, token, PLENTY)
    make_market(world, token, trader, rival)
    take_part(world, rival, token)

    trade(rival, trader, floor)

    expected = (usual * (1 - DISCOUNT) / MARKET_PRICE).quantize(UNIT)
    verify.equal("fee and its product", charged(rival, floor), (expected, token))


@pytest.mark.parametrize(("enabled", "opts_in"), [
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/disabled", False, True),
    clause_case("gen_admin/CreateOperatorLoyaltyFeeConfig/account-opt-in", True, False),
])
def test_usual_fee_stays_without_offer_or_consent(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, offer: Offer,
    enabled: bool, opts_in: bool,
) -> None:
    """Nobody pays in a product that he did not agree to, or that is not offered."""
    usual = usual_fee(rival, trader, floor)
    token = offer(isEnabled=enabled)
    world.deployment.fund(rival.account_id, token, PLENTY)
    take_part(world, rival if opts_in else trader, token)

    trade(rival, trader, floor)

    verify.equal("fee and its product", charged(rival, floor), (usual, floor.market.product2))


@clause("gen_admin/CreateOperatorLoyaltyFeeConfig/optional")
def test_system_works_without_loyalty(
    trader: Session, rival: Session, floor: Floor, verify: Verifier
) -> None:
    """Trades happen and are charged as usual where no loyalty product is offered."""
    turns = [send(rival, floor, SELL), send(trader, floor, BUY)]

    verify.equal("statuses", [turn.get("status") for turn in turns], ["Accepted"] * 2, *turns)
    fee, product = charged(rival, floor)
    verify.holds("a fee is charged", fee > 0, fee)
    verify.equal("fee product", product, floor.market.product2)
