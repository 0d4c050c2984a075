"""Words of the scenarios about margin: offers to lend or borrow, and what they reserve."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.session import Session, Turn
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import MARGIN_QUOTE_HOLD, add_account, holds, updated
from scenarios.users.vocabulary import logged_in_again

BUY, SELL = 0, 1
LIMIT = 2
GTC = 1
ASSET, LIABILITY, PROFIT_LOSS = 0, 1, 2
COMPANIONS = ("liabilityAccountId", "lendingAccountId", "profitLossAccountId")
QUANTITY = Decimal("2.5")
"""What a scenario lends or borrows."""

_client_ids = itertools.count(800_001)


def lender(world: World) -> Session:
    """A customer who may trade on margin, with funds to lend."""
    who = world.customer()
    if "operator" in world.deployment.target.personas:
        updated(world, who.account_id, marginEnabled=True, **companions(world))
    return who


def companions(world: World) -> dict[str, int]:
    """New accounts that stand behind an account with margin, by the keys that name them."""
    return {
        "liabilityAccountId": add_account(world, accountType=LIABILITY),
        "lendingAccountId": add_account(world, accountType=ASSET),
        "profitLossAccountId": add_account(world, accountType=PROFIT_LOSS),
    }


def quote_terms(world: World, who: Session, side: int = SELL, **more: Any) -> dict[str, Any]:
    """The payload of SendMarginQuote: an offer to lend for a week, unless said otherwise."""
    return {
        "omsId": world.oms_id, "quoteId": 0, "clientQuoteId": next(_client_ids),
        "receiveTimeUtcTicks": 0, "accountId": who.account_id,
        "productId": world.market.product2, "term": 7, "orderType": LIMIT, "side": side,
        "tif": GTC, "quantity": QUANTITY, "rate": Decimal("0.001"), "enteredBy": who.user_id,
        **more,
    }


def quote(world: World, who: Session, side: int = SELL, **more: Any) -> Turn:
    """Send SendMarginQuote."""
    return who.send("SendMarginQuote", quote_terms(world, who, side, **more))


def quoted(world: World, who: Session, side: int = SELL, **more: Any) -> int:
    """Make a quote; its id. Unavailable when it is not accepted."""
    turn = quote(world, who, side, **more)
    if turn.get("status") != "Accepted":
        raise Unavailable(f"no margin quote is taken: {turn.text[:200]}")
    return int(turn["MarginQuoteId"])


def cancel_terms(world: World, who: Session, quote_id: int, **more: Any) -> dict[str, Any]:
    """The payload of CancelMarginQuote, by the exchange's own id."""
    return {
        "OMSId": world.oms_id, "ProductId": world.market.product2, "AccountId": who.account_id,
        "ClientMarginQuoteId": 0, "MarginQuoteId": quote_id, "EnteredBy": who.user_id, **more,
    }


def cancel(
    world: World, who: Session, quote_id: int, by: Session | None = None, **more: Any
) -> Turn:
    """Send CancelMarginQuote, in the owner's name unless somebody else is given."""
    return (by or who).send("CancelMarginQuote", cancel_terms(world, who, quote_id, **more))


def quote_holds(world: World, who: Session) -> list[Any]:
    """The open holds for margin quotes of a customer's account."""
    return holds(world, who, MARGIN_QUOTE_HOLD)


def state(reader: Session, account_id: int) -> Turn:
    """Send GetAccountMarginState."""
    return reader.call("GetAccountMarginState", AccountId=account_id, OMSId=1)


def buying_power(who: Session) -> Decimal:
    """What a customer's account may buy, as its owner reads it."""
    turn = state(who, who.account_id)
    if turn.get("buyingPower") is None:
        raise Unavailable(f"the margin state cannot be read: {turn.text[:200]}")
    return Decimal(str(turn["buyingPower"]))


def forbid(world: World, who: Session, product: int) -> Session:
    """Take a product from a user; the same user, logged in after that."""
    turn = world.operator.call(
        "RemoveUserProductPermissions", OMSId=world.oms_id, ProductId=product, UserId=who.user_id
    )
    if turn.get("result") is not True:
        raise Unavailable(f"a product cannot be taken from a user: {turn.text[:200]}")
    return logged_in_again(world, who)


def margin_reads(world: World, who: Session) -> tuple[Read, ...]:
    """The reads that show what quotes reserve and what the account may buy."""
    account = {"OMSId": world.oms_id, "AccountId": who.account_id}
    kind = {"TransactionReferenceType": MARGIN_QUOTE_HOLD}
    return (
        (who, "GetAccountPositions", account), (who, "GetAccountMarginState", account),
        (world.operator, "GetOpenHolds", {**account, **kind}),
    )
