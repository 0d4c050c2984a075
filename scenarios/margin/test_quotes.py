"""SendMarginQuote and CancelMarginQuote: offers to lend, what they reserve, who takes them back."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from scenarios.accounts.vocabulary import (
    MARGIN_QUOTE_HOLD,
    amount_of,
    funds,
    hold_id,
    hold_ids,
    kind_of,
    reads_of,
    record,
    shown,
    updated,
)
from scenarios.margin.vocabulary import (
    COMPANIONS,
    QUANTITY,
    cancel,
    companions,
    forbid,
    lender,
    margin_reads,
    quote,
    quote_holds,
    quote_terms,
    quoted,
)

TEN_MINUTES_MS = 600_000


@clause("margin/SendMarginQuote/effect")
def test_offer_to_lend_reserves_what_it_offers(
    world: World, rival: Session, verify: Verifier
) -> None:
    """The product's hold grows by the quantity; amounts, other products and accounts stay."""
    who, money = lender(world), world.market.product2
    before = funds(who)

    with verify.unchanged(*reads_of(world, rival.account_id)):
        turn = verify.succeeded(quote(world, who))

    amount, held = before[money]
    verify.equal("funds", funds(who), {**before, money: (amount, held + QUANTITY)}, turn)


@clause("margin/SendMarginQuote/hold")
def test_hold_of_a_quote_has_its_own_kind(world: World, verify: Verifier) -> None:
    """An operator sees what the funds are reserved for."""
    who = lender(world)

    quoted(world, who)

    found = [(lookup(row, "productId"), kind_of(row), amount_of(row))
             for row in quote_holds(world, who)]
    required = [(world.market.product2, MARGIN_QUOTE_HOLD, QUANTITY)]
    verify.equal("(product, kind, amount) of the holds", found, required)


@clause("margin/SendMarginQuote/accepted-iff-ok")
def test_status_and_errorcode_agree(world: World, verify: Verifier) -> None:
    """A client may look at either: Accepted goes with 0, Rejected with anything else."""
    who = lender(world)

    good, bad = quote(world, who), quote(world, who, quantity=10**12)

    verify.succeeded(good)
    verify.refused(bad)
    found = [(turn.get("status"), turn.get("errorcode") == 0) for turn in (good, bad)]
    verify.equal("(status, errorcode is 0)", found, [("Accepted", True), ("Rejected", False)],
                 good, bad)


@clause("margin/SendMarginQuote/id-when-accepted")
def test_each_quote_has_an_id_of_its_own(world: World, verify: Verifier) -> None:
    """The id is what the quote is cancelled by."""
    who, other = lender(world), lender(world)

    found = [quoted(world, who), quoted(world, who), quoted(world, other)]

    verify.holds("all ids are above 0", min(found) > 0, found)
    verify.equal("different ids", len(set(found)), len(found))


@clause("margin/SendMarginQuote/margin-disabled")
def test_account_without_margin_cannot_quote(
    world: World, trader: Session, verify: Verifier
) -> None:
    """Margin is switched on per account; without it, a quote is rejected and holds nothing."""
    updated(world, trader.account_id, marginEnabled=False)

    with verify.unchanged(*margin_reads(world, trader)):
        verify.refused(quote(world, trader))


@clause("accounts/AddAccount/margin-companions")
def test_margin_needs_the_accounts_behind_it(
    world: World, operator: Session, trader: Session, verify: Verifier
) -> None:
    """The switch alone is not enough: loans are kept in three accounts beside the customer's."""
    updated(world, trader.account_id, marginEnabled=True)
    row = record(operator, trader.account_id)
    behind = [shown(row, key) > 0 for key in COMPANIONS]

    early = quote(world, trader)
    updated(world, trader.account_id, **companions(world))
    late = quote(world, trader)

    verify.equal("quote accepted", early.get("status") == "Accepted", all(behind), early)
    verify.succeeded(late)


@clause("margin/SendMarginQuote/tif-default")
def test_quote_stands_until_it_is_cancelled(world: World, verify: Verifier) -> None:
    """A quote that names no time in force does not end by itself."""
    who = lender(world)
    terms = quote_terms(world, who)
    del terms["tif"]

    turn = verify.succeeded(who.send("SendMarginQuote", terms))
    world.deployment.advance_clock(TEN_MINUTES_MS)

    found = [amount_of(row) for row in quote_holds(world, who)]
    verify.equal("held for quotes ten minutes later", found, [QUANTITY], turn)


@pytest.mark.parametrize(
    "_",
    [clause_case("margin/CancelMarginQuote/effect", ()),
     clause_case("margin/CancelMarginQuote/releases-hold", ())],
)
def test_cancelled_quote_gives_back_its_hold(
    world: World, rival: Session, verify: Verifier, _: object
) -> None:
    """What the quote reserved is free again; another quote and other accounts stay."""
    who = lender(world)
    quoted(world, who)
    kept, before = quote_holds(world, who), funds(who)
    quote_id = quoted(world, who)

    with verify.unchanged(*reads_of(world, rival.account_id)):
        turn = verify.succeeded(cancel(world, who, quote_id))

    verify.equal("funds", funds(who), before, turn)
    verify.equal("holds", hold_ids(quote_holds(world, who)), [hold_id(kept[0])], turn)


@clause("margin/CancelMarginQuote/silent")
def test_no_answer_is_no_error(world: World, verify: Verifier) -> None:
    """Whether the server is silent or confirms, the connection goes on and the quote is gone."""
    who = lender(world)
    quote_id = quoted(world, who)

    verify.succeeded(cancel(world, who, quote_id))

    after = verify.succeeded(who.call("Ping"))
    verify.equal("holds for quotes", quote_holds(world, who), [], after)


@clause("margin/CancelMarginQuote/own-accounts")
def test_foreign_quote_cannot_be_cancelled(world: World, verify: Verifier) -> None:
    """Somebody else's quote stays, whatever the answer says."""
    who, stranger = lender(world), lender(world)
    quote_id = quoted(world, who)

    with verify.unchanged(*margin_reads(world, who)):
        verify.refused(cancel(world, who, quote_id, by=stranger))


@clause("margin/CancelMarginQuote/tradable-products")
def test_quote_on_a_forbidden_product_cannot_be_cancelled(
    world: World, verify: Verifier
) -> None:
    """Who may not trade a product any more has lost his say about it."""
    who = lender(world)
    quote_id = quoted(world, who)
    barred = forbid(world, who, world.market.product2)

    with verify.unchanged(*margin_reads(world, who)):
        verify.refused(cancel(world, barred, quote_id))


@clause("margin/CancelMarginQuote/operator-any")
def test_operator_cancels_any_quote(
    world: World, operator: Session, verify: Verifier
) -> None:
    """An operator takes a customer's quote out of the market."""
    who = lender(world)
    quote_id = quoted(world, who)

    verify.succeeded(cancel(world, who, quote_id, by=operator))

    verify.equal("holds for quotes", quote_holds(world, who), [])
