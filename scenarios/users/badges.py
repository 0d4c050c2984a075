"""Words of the scenarios about badges, the short names of accounts."""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Any

from conformance.contract.payload import dump_json
from conformance.generate.world import World
from conformance.target.leaks import removed_by
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable

OMS = 1
_LETTERS = string.digits + string.ascii_uppercase


def new_badge_name(world: World) -> str:
    """A short name that no account has yet: six letters that spell a number."""
    number = world.deployment.unique_number()
    name = ""
    for _ in range(6):
        number, digit = divmod(number, 36)
        name += _LETTERS[digit]
    return name


def add_badge(world: World, account_id: int, *, active: bool = True) -> str:
    """Give an account a new badge; its name."""
    name = new_badge_name(world)
    put_badge(world, account_id, name, 0, active=active)
    return name


def put_badge(
    world: World, account_id: int, name: str, badge_id: int, *, active: bool = True
) -> None:
    """Add a badge (id 0) or change one; Unavailable when that is refused."""
    turn = world.operator.call(
        "AddEditAccountBadge", OMSId=OMS, AccountId=account_id, BadgeId=badge_id, Badge=name,
        Active=active,
    )
    if turn.get("Success") not in (True, "true"):
        raise Unavailable(f"no badge can be given: {turn.text[:200]}")
    world.deployment.leaks.record("Badge", name, removed_by(
        "AddEditAccountBadge", OMSId=OMS, AccountId=account_id,
        BadgeId=badge_id or "see GetAccountBadges", Badge=name, Active=False))


def badge_of(world: World, account_id: int) -> str:
    """A badge of an account: one it has, else a new one."""
    rows = badges_of(world.trader, account_id)
    return str(lookup(rows[0], "Badge")) if rows else add_badge(world, account_id)


def badges_of(reader: Session, account_id: int) -> list[Any]:
    """The badges of one account."""
    return _rows(reader.call("GetAccountBadges", OMSId=OMS, AccountId=account_id))


def badges_of_each(reader: Session, account_ids: Iterable[int]) -> list[Any]:
    """The badges of many accounts, each account asked for by itself."""
    payloads = [dump_json({"OMSId": OMS, "AccountId": account_id}) for account_id in account_ids]
    return [row for turn in reader.batch("GetAccountBadges", payloads) for row in _rows(turn)]


def all_badges(world: World) -> list[Any]:
    """The badges of all accounts."""
    return _rows(world.operator.call("GetAllBadges", OMSId=OMS))


def _rows(turn: Turn) -> list[Any]:
    if not isinstance(turn.value, list):
        raise Unavailable(f"no badges are listed: {turn.text[:200]}")
    return turn.value


def badge_names(rows: list[Any]) -> list[str]:
    """The names in badge rows, in order."""
    return sorted(str(lookup(row, "Badge")) for row in rows)


def named(rows: list[Any], name: str) -> list[Any]:
    """The rows of one badge."""
    return [row for row in rows if lookup(row, "Badge") == name]
