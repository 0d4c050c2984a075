"""Badges: short names under which the parties of a block trade know an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.reference.domain.refusals import NotFound, OperationFailed


@dataclass(slots=True)
class Badge:
    """One badge. It is never deleted, only renamed, moved or switched off."""

    badge_id: int
    account_id: int
    name: str
    active: bool


@dataclass
class Badges:
    """All badges by id; a name is used once in the exchange, letter case aside."""

    next_id: Callable[[str], int]
    by_id: dict[int, Badge] = field(default_factory=dict)

    def add(self, account_id: int, name: str, *, active: bool) -> Badge:
        """Give an account a badge; raises OperationFailed when the name is taken."""
        self._require_free(name, 0)
        badge = Badge(self.next_id("badge"), account_id, name, active)
        self.by_id[badge.badge_id] = badge
        return badge

    def edit(self, badge_id: int, account_id: int, name: str, *, active: bool) -> Badge:
        """Change a badge in place; raises NotFound, or OperationFailed for a taken name."""
        badge = self.by_id.get(badge_id)
        if badge is None:
            raise NotFound(f"Invalid BadgeId: {badge_id}")
        self._require_free(name, badge_id)
        badge.account_id, badge.name, badge.active = account_id, name, active
        return badge

    def named(self, name: str) -> Badge:
        """The badge with this name; raises NotFound."""
        found = self._find(name)
        if found is None:
            raise NotFound(f"Invalid Badge: {name}")
        return found

    def of_account(self, account_id: int) -> list[Badge]:
        """The account's badges, oldest first."""
        return [badge for badge in self.by_id.values() if badge.account_id == account_id]

    def _find(self, name: str) -> Badge | None:
        wanted = name.casefold()
        return next((b for b in self.by_id.values() if b.name.casefold() == wanted), None)

    def _require_free(self, name: str, badge_id: int) -> None:
        taken = self._find(name)
        if taken is not None and taken.badge_id != badge_id:
            raise OperationFailed(f"Badge {name} already exists")
