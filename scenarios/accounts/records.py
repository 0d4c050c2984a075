"""Words of the scenarios that compare whole records of accounts, or whole lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import (
    SINGLE_PRODUCT,
    account_ids,
    account_terms,
    add_account,
    listed,
)

EVERY = 100_000
"""More accounts than any list has."""
PAGE = 20
MARGIN_KEYS = frozenset(
    {"marginenabled", "liabilityaccountid", "lendingaccountid", "profitlossaccountid"}
)
"""Keys that recorded replies of the time do not show."""


def full_terms(world: World) -> dict[str, Any]:
    """The payload that adds an account, with every key of the page."""
    behind = add_account(world)
    return account_terms(
        world, firmId="CNF", firmName="Conformance", accountType=1, feeGroupID=7, parentID=0,
        riskType=2, verificationLevel=3, feeProductType=SINGLE_PRODUCT,
        feeProduct=world.market.product2, refererId=11, loyaltyProductId=world.market.product1,
        loyaltyEnabled=True, marginEnabled=True, liabilityAccountId=behind,
        lendingAccountId=behind, profitLossAccountId=behind,
    )


def without_ids(keys: Iterable[str]) -> set[str]:
    """Those of the keys that a record may lack."""
    return set(keys) & MARGIN_KEYS


def has_value(row: Any, key: str) -> bool:
    """Is the key of a row neither empty nor null?"""
    return lookup(row, key) not in (None, "")


def paged(world: World, size: int) -> list[list[Any]]:
    """All accounts, page by page, each page beginning above the last id of the one before."""
    pages: list[list[Any]] = []
    start = 0
    while page := listed(world, start, size):
        pages.append(page)
        highest = max(account_ids(page))
        if highest < start:
            raise Unavailable(f"the pages go back from {start} to {highest}")
        start = highest + 1
    return pages


def level_given(world: World, who: Session, level: int) -> None:
    """Give a user a verification level; Unavailable when it is refused."""
    turn = world.operator.call(
        "SetUserVerificationLevel", UserId=who.user_id, VerificationLevel=level
    )
    if turn.get("result") is not True:
        raise Unavailable(f"no level can be given: {turn.text[:200]}")
