"""Level 2: the book by price, read once or followed."""

from __future__ import annotations

import pytest

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.users.markets import (
    BUY,
    NEW,
    OMS,
    SELL,
    Level,
    applied,
    book,
    contents,
    enter,
    enter_best_buy,
    feed_payload,
    heard,
    inside_price,
    levels,
    lot,
    side_of,
    snapshot_turn,
    subscribe,
    trade,
    withdraw,
)
from scenarios.users.vocabulary import NOT_AUTHORISED, holder_of, logged_in_again

DEFAULT_DEPTH = 100
FAR_ABOVE = 10_000_000
"""In price increments: a sell order at that price rests on any market."""


def told(who: Session) -> list[Level]:
    """The rows of all Level 2 events since the last listening."""
    return [row for event in heard(who, "Level2UpdateEvent") for row in levels(event)]


@clause("users/GetL2Snapshot/without-login")
def test_book_is_public(anonymous: Session, market: Market, verify: Verifier) -> None:
    """Anybody can read the book, before any login."""
    turn = snapshot_turn(anonymous, market)

    verify.succeeded(turn)


@pytest.mark.parametrize("depth", [0, 1, 2])
@clause("users/GetL2Snapshot/depth")
def test_snapshot_is_no_deeper_than_asked(
    trader: Session, market: Market, verify: Verifier, depth: int
) -> None:
    """Each side has at most Depth prices, and exactly the best ones."""
    price = inside_price(trader, market)
    enter(trader, market, BUY, price)
    enter(trader, market, BUY, price - market.price_increment * 2)
    enter(trader, market, BUY, price - market.price_increment * 4)

    rows, whole = book(trader, market, depth), book(trader, market)

    for_side = {side: [r.price for r in side_of(rows, side)] for side in (BUY, SELL)}
    best = {side: [r.price for r in side_of(whole, side)][:depth] for side in (BUY, SELL)}
    verify.equal(f"prices at depth {depth}", for_side, best, *trader.turns[-2:])


@clause("users/GetL2Snapshot/default-depth")
def test_depth_is_100_unless_asked(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Without Depth a side shows 100 prices, although 101 are in the book."""
    rest_at_many_prices(trader, market, DEFAULT_DEPTH + 1)

    turn = verify.succeeded(trader.send("GetL2Snapshot", feed_payload(market)))

    verify.equal("prices bid", len(side_of(levels(turn.value), BUY)), DEFAULT_DEPTH, turn)


def rest_at_many_prices(who: Session, market: Market, count: int) -> None:
    """Rest one buy order at each of so many prices, from the lowest up."""
    for step in range(1, count + 1):
        enter(who, market, BUY, market.price_increment * step)


@clause("users/GetL2Snapshot/one-row-a-price")
def test_two_orders_at_a_price_are_one_row(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Orders at one price, of whoever, are summed into one row."""
    _, price = enter_best_buy(trader, market)
    enter(rival, market, BUY, price)

    rows = [row for row in book(trader, market) if (row.side, row.price) == (BUY, price)]

    verify.equal("rows at the price", len(rows), 1, trader.turns[-1])
    verify.equal("their quantity", sum(row.quantity for row in rows), lot(market) * 2)


@clause("users/GetL2Snapshot/instrument")
def test_every_row_names_the_instrument(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """ProductPairCode of every row is the instrument that was asked for."""
    enter_best_buy(trader, market)

    named = {row.instrument for row in book(trader, market)}

    verify.equal("instruments in the rows", named, {market.instrument_id}, trader.turns[-1])


@clause("users/GetL2Snapshot/action-new")
def test_every_row_of_a_snapshot_is_new(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """To a reader who knows nothing yet every price is new, also one that changed just now."""
    _, price = enter_best_buy(trader, market)
    enter(trader, market, BUY, price)

    actions = {row.action for row in book(trader, market)}

    verify.equal("actions in the rows", actions, {NEW}, trader.turns[-1])


@clause("users/GetL2Snapshot/uncrossed")
def test_bids_and_offers_do_not_cross(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """With an order on either side the best bid is below the best offer: nothing waits to meet."""
    enter(trader, market, BUY, market.price_increment)
    enter(trader, market, SELL, market.price_increment * FAR_ABOVE)

    rows = book(trader, market)

    bids = [row.price for row in side_of(rows, BUY)]
    offers = [row.price for row in side_of(rows, SELL)]
    verify.holds("best bid < best offer", max(bids) < min(offers), f"{bids[:3]} {offers[:3]}")


@clause("users/GetL2Snapshot/empty-book")
def test_empty_book_is_an_empty_array(world: World, verify: Verifier) -> None:
    """A market that nobody has an order in is shown, as a book without rows."""
    fresh = world.private_market()

    turn = verify.succeeded(snapshot_turn(world.operator, fresh))

    verify.equal("the book", turn.value, [], turn)


@clause("users/GetL2Snapshot/counts")
def test_columns_one_and_five_count(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """Two orders of one account are one account and two orders: numbers, not identities."""
    _, price = enter_best_buy(trader, market)
    enter(trader, market, BUY, price)
    best = side_of(book(rival, market, 1), BUY)[0]

    enter(rival, market, BUY, price)
    more = side_of(book(rival, market, 1), BUY)[0]

    verify.equal("(accounts, orders)", (best.accounts, best.orders), (1, 2))
    verify.equal("(accounts, orders) later", (more.accounts, more.orders), (2, 3))


@clause("users/GetL2Snapshot/bids-then-asks")
def test_bids_fall_then_offers_rise(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Bids come first, from the best down, then offers from the best up."""
    enter(trader, market, BUY, market.price_increment)
    enter(trader, market, SELL, market.price_increment * FAR_ABOVE)

    rows = book(trader, market)

    order = [(row.side, row.price if row.side == SELL else -row.price) for row in rows]
    verify.equal("rows", order, sorted(order), trader.turns[-1])


@clause("users/SubscribeLevel2/effect")
def test_level2_subscription_holds_for_its_connection_only(
    world: World, trader: Session, market: Market, verify: Verifier
) -> None:
    """The connection that subscribed hears; another one of the same user does not."""
    other = logged_in_again(world, trader)

    verify.succeeded(trader.send("SubscribeLevel2", feed_payload(market, Depth=10)))

    enter_best_buy(trader, market)
    verify.holds("the subscriber hears", bool(told(trader)), "nothing")
    verify.equal("events elsewhere", told(other), [])


@clause("users/SubscribeLevel2/events")
def test_level2_event_tells_what_a_reader_reads(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The event about a new best bid says what the book shows at that price."""
    subscribe(trader, market, "Level2")
    _, price = enter_best_buy(trader, market)

    events = verify.events(trader, "Level2UpdateEvent")

    rows = [row for event in events for row in levels(event) if row.price == price]
    shown = [row.quantity for row in book(trader, market) if row.price == price]
    verify.equal("quantity at the price", [row.quantity for row in rows[-1:]], shown)


@clause("users/SubscribeLevel2/by-id-or-symbol")
def test_level2_by_symbol_is_level2_by_id(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Id and symbol name the same market and lead to the same book."""
    enter_best_buy(trader, market)
    by_id = verify.succeeded(trader.send("SubscribeLevel2", feed_payload(market, Depth=50)))

    by_symbol = verify.succeeded(
        trader.call("SubscribeLevel2", OMSId=OMS, Symbol=market.symbol, Depth=50)
    )

    found, required = contents(levels(by_symbol.value)), contents(levels(by_id.value))
    verify.equal("the book by symbol", found, required, by_id, by_symbol)


@clause("users/SubscribeLevel2/equals-snapshot")
def test_first_picture_is_the_snapshot(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """The reply to the subscription is what GetL2Snapshot of the same depth shows."""
    enter_best_buy(trader, market)

    turn = subscribe(trader, market, "Level2", Depth=3)

    shown = contents(book(trader, market, 3))
    verify.equal("the first picture", contents(levels(turn.value)), shown, turn)


@clause("users/SubscribeLevel2/depth")
def test_first_picture_is_no_deeper_than_asked(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """Each side of the reply has at most Depth prices: one here, though two are bid."""
    price = inside_price(trader, market)
    enter(trader, market, BUY, price)
    enter(trader, market, BUY, price - market.price_increment)

    turn = subscribe(trader, market, "Level2", Depth=1)

    bids = [row.price for row in side_of(levels(turn.value), BUY)]
    verify.equal("prices bid", bids, [price], turn)


@clause("users/SubscribeLevel2/event-shape")
def test_level2_event_has_rows_of_the_reply(
    trader: Session, market: Market, verify: Verifier
) -> None:
    """One parser serves reply and events: a row has the same columns, side by side."""
    turn = subscribe(trader, market, "Level2")
    enter_best_buy(trader, market)

    events = heard(trader, "Level2UpdateEvent")

    widths = {len(row) for event in events for row in event}
    verify.equal("columns of event rows", widths, {len(row) for row in turn.value}, turn)


@clause("users/SubscribeLevel2/rebuild")
def test_first_picture_and_events_make_the_book(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """A client that keeps a book from events has the book a new reader is shown.

    New prices, more and less at a price, a price that empties and a trade are all in it.
    """
    start = contents(levels(subscribe(trader, market, "Level2").value))
    order_id, price = enter_best_buy(rival, market)
    enter(rival, market, BUY, price - market.price_increment)
    enter(trader, market, BUY, price - market.price_increment)
    withdraw(rival, order_id)
    trade(rival, trader, market)

    rebuilt = applied(start, told(trader))

    verify.equal("the book from events", rebuilt, contents(book(rival, market)))


@clause("users/SubscribeLevel2/update-ids-ascend")
def test_update_ids_never_fall(trader: Session, market: Market, verify: Verifier) -> None:
    """MDUpdateId orders the updates: a client drops what is older than what it has."""
    subscribe(trader, market, "Level2")
    order_id, price = enter_best_buy(trader, market)
    enter(trader, market, BUY, price)
    withdraw(trader, order_id)

    updates = [row.update_id for row in told(trader)]

    verify.holds("three changes are told", len(updates) >= 3, updates)
    verify.equal("update ids", updates, sorted(updates))


@clause("users/SubscribeLevel2/level1-not-enough")
def test_level1_permission_does_not_open_the_book(
    world: World, market: Market, verify: Verifier
) -> None:
    """Market data is sold by level: who may see Level 1 only is kept out of Level 2."""
    reader = holder_of(world, "AccountReadOnly")
    world.operator.call(
        "AddUserMarketDataPermission", OMSId=OMS, UserId=reader.user_id,
        InstrumentId=market.instrument_id, level2=False,
    )
    again = logged_in_again(world, reader)

    subscribe(again, market, "Level1")
    turn = again.send("SubscribeLevel2", feed_payload(market, Depth=1))

    verify.refused(turn, code=NOT_AUTHORISED)


@clause("users/SubscribeLevel2/on-every-change")
def test_book_changes_are_told_without_a_trade(
    trader: Session, rival: Session, market: Market, verify: Verifier
) -> None:
    """An order that comes, and goes again, far from the best price is told each time."""
    subscribe(trader, market, "Level2")
    far = market.price_increment

    order_id = enter(rival, market, BUY, far)
    came = [row.price for row in told(trader)]
    withdraw(rival, order_id)
    went = [row.price for row in told(trader)]

    verify.equal("(prices told as it came, as it went)", (came, went), ([far], [far]))
