"""Canaries: values planted with one user, and a look through every reading call for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.generate.world import World
from conformance.target.session import Session
from conformance.target.unavailable import Unavailable
from scenarios.accounts.vocabulary import set_pair
from scenarios.oms_orders.vocabulary import BUY, Floor, buy, own_floor
from scenarios.users.affiliation import add_tag
from scenarios.users.vocabulary import record_of
from scenarios.workflows.access_lines import canary_id, canary_note, sings


@dataclass(frozen=True, slots=True)
class Nest:
    """A user, what was planted with it by kind, and what names all of it in a request."""

    owner: Session
    canaries: dict[str, str]
    names: dict[str, Any]


def nest(world: World) -> Nest:
    """A fresh user with a canary in everything that is its own."""
    owner, floor = world.customer(), own_floor(world)
    mark, note, remark = canary_id(world), canary_note(world), canary_note(world)
    order_id = buy(owner, floor, ClientOrderId=mark)
    owner.call("SetUserConfig", UserId=owner.user_id, config=[{"Key": "note", "Value": note}])
    set_pair(owner, owner.account_id, "remark", remark)
    canaries = {
        "client order id": str(mark), "user configuration": note, "account configuration": remark,
        "affiliate tag": add_tag(world, owner), "e-mail": address_of(world, owner),
    }
    return Nest(owner, canaries, names_of(world, owner, floor, order_id))


def names_of(world: World, owner: Session, floor: Floor, order_id: int) -> dict[str, Any]:
    """Keys by which calls name things; those a call does not know are ignored."""
    return {
        "OMSId": world.oms_id, "AccountId": owner.account_id, "UserId": owner.user_id,
        "OrderId": order_id, "InstrumentId": floor.instrument_id, "Side": BUY,
        "ProductId": floor.market.product1, "StartIndex": 0, "Limit": 100, "Count": 100,
        "Depth": 100,
    }


def address_of(world: World, owner: Session) -> str:
    """The e-mail address of a user."""
    address = record_of(world, owner.user_id).get("email")
    if not address:
        raise Unavailable("the operator cannot read a user's address")
    return str(address)


def found_by(world: World, reader: Session, home: Nest) -> set[str]:
    """The kinds of canaries that a reader gets to see in the replies of all reading calls."""
    replies = [
        reader.send(call.name, home.names).text
        for call in world.contract.calls if call.service == "exchange" and call.effect == "none"
    ]
    return {kind for kind, canary in home.canaries.items()
            if any(sings(canary, text) for text in replies)}
