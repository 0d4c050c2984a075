"""How to reach success for the calls about margin."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from scenarios.margin.vocabulary import cancel_terms, lender, margin_reads, quote_terms, quoted


@recipe("margin/SendMarginQuote")
def send_margin_quote(world: World) -> Prepared:
    who = lender(world)
    return Prepared(who, quote_terms(world, who), margin_reads(world, who))


@recipe("margin/CancelMarginQuote")
def cancel_margin_quote(world: World) -> Prepared:
    who = lender(world)
    payload = cancel_terms(world, who, quoted(world, who))
    return Prepared(who, payload, margin_reads(world, who))


@recipe("margin/GetAccountMarginState")
def get_account_margin_state(world: World) -> Prepared:
    who = lender(world)
    return Prepared(who, {"AccountId": who.account_id, "OMSId": world.oms_id})
