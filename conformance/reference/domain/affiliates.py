"""Affiliate tags: a user hands one out, and who signs up with it is tracked back to the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed


@dataclass(slots=True)
class AffiliateTag:
    """One tag; ``affiliate_id`` is the number its owner files it under."""

    tag_id: int
    user_id: int
    affiliate_id: int
    tag: str


@dataclass
class Affiliates:
    """All tags. A tag belongs to one user; a user may have several."""

    next_id: Callable[[str], int]
    tags: list[AffiliateTag] = field(default_factory=list)

    def add(self, user_id: int, affiliate_id: int, tag: str) -> AffiliateTag:
        """Give the user a new tag; raises OperationFailed when anybody has it already."""
        self._require_new(tag)
        made = AffiliateTag(self.next_id("affiliate tag"), user_id, affiliate_id, tag)
        self.tags.append(made)
        return made

    def rename(self, user_id: int, affiliate_id: int, tag: str) -> None:
        """Replace the tag the user files under ``affiliate_id``, the newest if there are several.

        Who signed up with the old spelling stays affiliated.
        """
        mine = [t for t in self.of_user(user_id) if t.affiliate_id == affiliate_id]
        if not mine:
            raise NotFound(f"User {user_id} has no tag with AffiliateId {affiliate_id}")
        if mine[-1].tag != tag:
            self._require_new(tag)
            mine[-1].tag = tag

    def of_user(self, user_id: int) -> list[AffiliateTag]:
        """The user's tags, oldest first."""
        return [tag for tag in self.tags if tag.user_id == user_id]

    def named(self, tag: str) -> AffiliateTag:
        """The tag with this spelling; raises NotFound."""
        found = next((t for t in self.tags if t.tag == tag), None)
        if found is None:
            raise NotFound(f"Invalid AffiliateTag: {tag}")
        return found

    def _require_new(self, tag: str) -> None:
        if not tag.isalnum():
            raise InvalidRequest("affiliateTag must be alphanumeric")
        if any(t.tag == tag for t in self.tags):
            raise OperationFailed("AffiliateTag already exists")
