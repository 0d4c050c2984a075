"""The two kinds of permissions to trade, which work alike under different names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its calls, and the keys they use."""

    add: str
    bulk: str
    remove: str
    removal_section: str
    listing: str
    facet: str
    item_key: str
    catalogue: str
    bulk_keys: tuple[str, str, str]
    user_key: str

    def two_items(self, world: World) -> tuple[int, int]:
        """Two instruments or products of the exchange."""
        rows = world.trader.call(self.catalogue, OMSId=world.oms_id).value
        ids = [int(lookup(row, self.item_key)) for row in rows if lookup(row, self.item_key)]
        if len(ids) < 2:
            raise Unavailable(f"{self.catalogue} lists fewer than two")
        return ids[0], ids[1]

    def grant(self, world: World, who: Session, item: int) -> Turn:
        """One item for one user."""
        return world.operator.send(self.add, self._pair(world, who, item))

    def take(self, world: World, who: Session, item: int) -> Turn:
        """The counterpart of a grant."""
        return world.operator.send(self.remove, self._pair(world, who, item))

    def grant_all(self, world: World, users: Sequence[Session], items: Sequence[int]) -> Turn:
        """Every item for every user."""
        oms, several_items, several_users = self.bulk_keys
        payload = {
            oms: world.oms_id, several_items: list(items),
            several_users: [who.user_id for who in users],
        }
        return world.operator.send(self.bulk, payload)

    def read(self, world: World, who: Session) -> Turn:
        """The user's list as it came."""
        return world.operator.send(self.listing, {self.user_key: who.user_id})

    def listed(self, world: World, who: Session) -> list[int]:
        """The items on the user's list, in order."""
        return sorted(int(lookup(row, self.item_key)) for row in self.read(world, who).value)

    def users_named(self, turn: Turn) -> list[Any]:
        """The users that a list names, row by row."""
        return [lookup(row, "userId") for row in turn.value]

    def _pair(self, world: World, who: Session, item: int) -> dict[str, int]:
        return {"OMSId": world.oms_id, self.item_key: item, "UserId": who.user_id}


KINDS = (
    Kind(
        add="AddUserInstrumentPermissions", bulk="AddUserInstrumentPermissionsBulk",
        remove="RemoveUserInstrumentPermissions", removal_section="uncertain",
        listing="GetAllUserInstrumentPermissions", facet="instruments", item_key="InstrumentId",
        catalogue="GetInstruments", bulk_keys=("OMSId", "InstrumentIds", "UserId"),
        user_key="userId",
    ),
    Kind(
        add="AddUserProductPermissions", bulk="AddUserProductPermissionsBulk",
        remove="RemoveUserProductPermissions", removal_section="users",
        listing="GetAllUserProductPermissions", facet="products", item_key="ProductId",
        catalogue="GetProducts", bulk_keys=("omsid", "productids", "userids"),
        user_key="userIds",
    ),
)
