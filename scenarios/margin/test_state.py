"""GetAccountMarginState: what an account may buy, with its own funds and on margin."""

from __future__ import annotations

from decimal import Decimal

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.accounts.vocabulary import NOT_AUTHORISED, booked, updated
from scenarios.margin.vocabulary import buying_power, companions, quoted, state
from scenarios.users.vocabulary import colleague_of, holder_of, person

DEPOSIT = Decimal(1000)


@clause("margin/GetAccountMarginState/echo")
def test_state_names_the_account(
    world: World, operator: Session, trader: Session, rival: Session, verify: Verifier
) -> None:
    """Two accounts, two states, each under its own id."""
    turns = [verify.succeeded(state(operator, who.account_id)) for who in (trader, rival)]

    found = [(turn["omsId"], turn["accountId"]) for turn in turns]
    required = [(world.oms_id, trader.account_id), (world.oms_id, rival.account_id)]
    verify.equal("(omsId, accountId)", found, required, *turns)


@clause("margin/GetAccountMarginState/not-negative")
def test_buying_power_is_not_negative(world: World, verify: Verifier) -> None:
    """An account without funds can buy nothing, one with a quote in the market not less."""
    poor, rich = person(world), world.customer()
    updated(world, rich.account_id, marginEnabled=True, **companions(world))
    quoted(world, rich)

    found = [buying_power(who) for who in (poor, rich)]

    verify.holds("buyingPower is 0 or more", min(found) >= 0, found)
    verify.holds("an account with funds can buy", found[1] > 0, found)


@clause("margin/GetAccountMarginState/without-margin")
def test_without_margin_buying_power_is_what_the_account_has(
    world: World, verify: Verifier
) -> None:
    """Nothing buys nothing, and twice the funds buy twice as much, whatever the unit."""
    who, money = person(world), world.market.product2
    updated(world, who.account_id, marginEnabled=False)

    nothing = buying_power(who)
    booked(world, who, money, DEPOSIT)
    once = buying_power(who)
    booked(world, who, money, DEPOSIT)

    verify.holds("funds can buy", once > 0, once, *who.turns[-1:])
    verify.equal("(without funds, with twice the funds)", (nothing, buying_power(who)),
                 (0, once * 2), *who.turns[-1:])


@clause("margin/GetAccountMarginState/includes-margin")
def test_margin_adds_to_what_the_account_has(world: World, verify: Verifier) -> None:
    """With margin the same holdings buy more."""
    who = person(world)
    booked(world, who, world.market.product2, DEPOSIT)
    updated(world, who.account_id, marginEnabled=False)

    before = buying_power(who)
    updated(world, who.account_id, marginEnabled=True, **companions(world))

    after = buying_power(who)
    verify.holds("buyingPower with margin is above that without", after > before > 0,
                 (before, after), *who.turns[-1:])


@clause("margin/GetAccountMarginState/associated")
def test_only_linked_users_read_the_state(
    world: World, trader: Session, rival: Session, verify: Verifier
) -> None:
    """A colleague who is linked reads it; a stranger and a stranger's reader do not."""
    colleague, reader = colleague_of(world, trader), holder_of(world, "AccountReadOnly")

    verify.succeeded(state(trader, trader.account_id))
    verify.succeeded(state(colleague, trader.account_id))
    verify.succeeded(state(reader, reader.account_id))

    verify.refused(state(rival, trader.account_id), code=NOT_AUTHORISED)
    verify.refused(state(reader, trader.account_id), code=NOT_AUTHORISED)


@clause("margin/GetAccountMarginState/operator-any")
def test_operator_reads_any_state(
    operator: Session, trader: Session, verify: Verifier
) -> None:
    """Risk management sees what the customer sees."""
    theirs = verify.succeeded(state(trader, trader.account_id))

    turn = verify.succeeded(state(operator, trader.account_id))

    verify.equal("state", turn.text, theirs.text, theirs, turn)
