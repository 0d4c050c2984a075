"""GetOrdersHistory: windows, filters, and whose orders it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session, lookup
from scenarios.oms_orders.vocabulary import (
    BUY,
    NOT_AUTHORISED,
    OMS,
    Floor,
    buy,
    cancel,
    done,
    ids,
    new_client_id,
    own_floor,
    replaced,
    rows,
    terms,
)
from scenarios.users.vocabulary import colleague_of

Filter = tuple[dict[str, Any], Callable[[Any], bool]]


@dataclass(frozen=True, slots=True)
class Past:
    """A trader whose orders differ in all that can be filtered by."""

    trader: Session
    colleague: Session
    floor: Floor
    client_id: int
    original: int

    def all(self) -> list[Any]:
        """The account's orders, unfiltered."""
        return orders(self.trader)

    def filter(self, name: str) -> Filter:
        """The payload of one filter, and which rows fit it."""
        newest_but_one = int(lookup(self.all()[1], "ReceiveTime"))
        filters: dict[str, Filter] = {
            "clientOrderId": equal("clientOrderId", self.client_id, "ClientOrderId"),
            "originalOrderId": equal("originalOrderId", self.original, "OrigOrderId"),
            "originalClientOrderId":
                equal("originalClientOrderId", self.client_id, "OrigClOrdId"),
            "userId": equal("userId", self.colleague.user_id, "EnteredBy"),
            "instrumentId": equal("instrumentId", self.floor.instrument_id, "Instrument"),
            "startTimestamp": (
                {"startTimestamp": newest_but_one},
                lambda row: int(lookup(row, "ReceiveTime")) >= newest_but_one,
            ),
            "endTimestamp": (
                {"endTimestamp": newest_but_one},
                lambda row: int(lookup(row, "ReceiveTime")) <= newest_but_one,
            ),
        }
        return filters[name]


FILTERS = (
    "clientOrderId", "originalOrderId", "originalClientOrderId", "userId", "instrumentId",
    "startTimestamp", "endTimestamp",
)


def equal(key: str, value: int, column: str) -> Filter:
    """A filter that a column must equal."""
    return {key: value}, lambda row: lookup(row, column) == value


def orders(who: Session, **filters: Any) -> list[Any]:
    """Orders as GetOrdersHistory lists them."""
    return rows(who.call("GetOrdersHistory", omsId=OMS, **filters))


def numbers(found: list[Any]) -> list[int]:
    """Order ids in the order of the list."""
    return [int(lookup(row, "OrderId")) for row in found]


@pytest.fixture
def past(world: World, trader: Session, floor: Floor) -> Past:
    """Six orders of two users in two instruments, one of them replaced, one cancelled."""
    colleague, number = colleague_of(world, trader), new_client_id()
    original = buy(trader, floor, -1, ClientOrderId=number)
    replaced(trader, floor, original, BUY, -2)
    buy(trader, own_floor(world), -1)
    done(cancel(trader, buy(trader, floor, -3, ClientOrderId=new_client_id())))
    colleague.send("SendOrder", terms(trader, floor, BUY, -4))
    buy(trader, floor, -5)
    return Past(trader, colleague, floor, number, original)


@pytest.mark.parametrize("start", [0, 1, 3, 6])
@clause("oms_orders/GetOrdersHistory/window-shifts")
def test_window_is_a_part_of_the_list(past: Past, verify: Verifier, start: int) -> None:
    """From index s on there is what the whole list has after its first s orders."""
    found = orders(past.trader, startIndex=start, depth=2)

    verify.equal("orders", numbers(found), numbers(past.all())[start:start + 2])


@pytest.mark.parametrize("depth", [0, 1, 4, 100])
@clause("oms_orders/GetOrdersHistory/depth-bounds")
def test_no_more_orders_than_asked(past: Past, verify: Verifier, depth: int) -> None:
    """Depth is the number of orders that come back, or all there are."""
    found = orders(past.trader, depth=depth)

    verify.equal("orders", numbers(found), numbers(past.all())[:depth])


@pytest.mark.parametrize("name", FILTERS)
@clause("oms_orders/GetOrdersHistory/filters-sound")
def test_every_order_fits_the_filter(past: Past, verify: Verifier, name: str) -> None:
    """What was filtered out must not come back."""
    payload, fits = past.filter(name)

    found = orders(past.trader, **payload)

    verify.equal("orders that do not fit", numbers([row for row in found if not fits(row)]), [])


@pytest.mark.parametrize("name", FILTERS)
@clause("oms_orders/GetOrdersHistory/filters-complete")
def test_every_fitting_order_comes_back(past: Past, verify: Verifier, name: str) -> None:
    """Nothing that fits is left out, and there is something that fits."""
    payload, fits = past.filter(name)

    found = numbers(orders(past.trader, **payload))

    fitting = numbers([row for row in past.all() if fits(row)])
    verify.holds("something fits", bool(fitting), fitting)
    verify.equal("fitting orders left out", sorted(set(fitting) - set(found)), [])


@clause("oms_orders/GetOrdersHistory/newest-first")
def test_newest_order_comes_first(past: Past, verify: Verifier) -> None:
    """Index 0 is the order sent last; older ones follow."""
    latest = buy(past.trader, past.floor, -6)

    found = past.all()

    times = [int(lookup(row, "ReceiveTime")) for row in found]
    verify.equal("the first order", numbers(found)[0], latest)
    verify.equal("times", times, sorted(times, reverse=True))


@clause("oms_orders/GetOrdersHistory/original-order")
def test_descendants_of_an_order_are_found(past: Past, verify: Verifier) -> None:
    """Asked by the original order, the replacement comes back and no unrelated order."""
    found = orders(past.trader, originalOrderId=past.original)

    related = {int(lookup(row, "OrigOrderId")) for row in found}
    verify.equal("original orders", related, {past.original})
    descendants = ids(found) - {past.original}
    verify.equal("number of descendants", len(descendants), 1)


@clause("oms_orders/GetOrdersHistory/oms-required")
def test_oms_must_be_named(past: Past, verify: Verifier) -> None:
    """Without omsId nothing is looked up."""
    turn = past.trader.call("GetOrdersHistory", accountId=past.trader.account_id)

    verify.refused(turn)


@clause("oms_orders/GetOrdersHistory/default-account")
def test_default_account_is_meant(past: Past, verify: Verifier) -> None:
    """Left out, accountId is the caller's default account."""
    named = orders(past.trader, accountId=past.trader.account_id)

    turn = verify.succeeded(past.trader.call("GetOrdersHistory", omsId=OMS))

    verify.equal("orders", numbers(rows(turn)), numbers(named), turn)
    verify.equal("number of orders", len(named), 6)


@clause("oms_orders/GetOrdersHistory/start-index-default")
def test_start_index_is_zero_if_left_out(past: Past, verify: Verifier) -> None:
    """Left out, startIndex means the newest order."""
    found = orders(past.trader, depth=3)

    verify.equal("orders", numbers(found), numbers(orders(past.trader, depth=3, startIndex=0)))
    verify.equal("number of orders", len(found), 3)


@clause("oms_orders/GetOrdersHistory/own-accounts")
def test_other_accounts_orders_are_secret(
    past: Past, rival: Session, verify: Verifier
) -> None:
    """A trader cannot read the orders of an account that is not the trader's."""
    account = past.trader.account_id

    verify.refused(rival.call("GetOrdersHistory", omsId=OMS, accountId=account),
                   code=NOT_AUTHORISED)


@clause("oms_orders/GetOrdersHistory/operator-any-account")
def test_operator_reads_any_accounts_orders(
    past: Past, operator: Session, verify: Verifier
) -> None:
    """An operator sees the orders that a customer sees."""
    key = {"omsId": OMS, "accountId": past.trader.account_id}

    turn = verify.succeeded(operator.call("GetOrdersHistory", **key))

    verify.equal("orders", numbers(rows(turn)), numbers(past.all()), turn)
