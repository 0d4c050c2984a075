"""Faults made by hand, each of another kind, with the clause that must catch it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.faults.fault import (
    REFUSAL,
    SUCCESS,
    Entry,
    Fault,
    Frame,
    Frames,
    OnEvent,
    OnReply,
    OnRequest,
    each,
    framed,
    parsed,
    refused,
    renamed,
    retold,
    rewrite,
    without,
)

if TYPE_CHECKING:
    from tests.faults.proxy import Link

READ = "GetInstrument"
ENVELOPE, RESPONSE = f"instrs/{READ}/envelope", f"instrs/{READ}/response"
REJECTION, TOLERANCE = f"instrs/{READ}/rejection", f"instrs/{READ}/tolerance"
GUARDED = "users/GetLockedUsers/permission"

# Frames.

def to_another(link: Link, frame: Frame, asked: Frame) -> Any:
    async def send() -> Frames:
        other = link.hub.other(link)
        if other is not None:
            await other.tell([frame])
        return []

    return send()


FRAMES = [
    Entry("wrong number", ENVELOPE, "silence", framed(READ, lambda f: [{**f, "i": f["i"] + 1}])),
    Entry("wrong name", ENVELOPE, "envelope:n", framed(READ, lambda f: [{**f, "n": "GetProduct"}])),
    Entry("type of an event", ENVELOPE, "silence", framed(READ, lambda f: [{**f, "m": 3}])),
    Entry("unknown type", ENVELOPE, "silence", framed(READ, lambda f: [{**f, "m": 9}])),
    Entry("object for text", ENVELOPE, "silence",
          framed(READ, lambda f: [{**f, "o": parsed(f["o"])}])),
    Entry("number as text in the frame", ENVELOPE, "silence",
          framed(READ, lambda f: [{**f, "i": str(f["i"])}])),
    Entry("frame without a name", ENVELOPE, "silence", framed(READ, lambda f: [without(f, "n")])),
    Entry("payload cut off", ENVELOPE, "envelope:o",
          framed(READ, lambda f: [{**f, "o": f["o"][:-1]}])),
    Entry("payload not JSON", ENVELOPE, "envelope:o", framed(READ, lambda f: [{**f, "o": "OK"}])),
    Entry("frame not JSON", ENVELOPE, "silence", framed(READ, lambda f: ["OK"])),
    Entry("swallowed reply", ENVELOPE, "silence", framed(READ, lambda f: [])),
    Entry("reply to another connection", ENVELOPE, "silence", lambda: OnReply(READ, to_another)),
    Entry("duplicated reply", RESPONSE, "stray-reply", framed(READ, lambda f: [f, f])),
]

# Shapes.

SHAPES = [
    Entry("missing key", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: without(v, "product1Symbol"))),
    Entry("renamed key", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: renamed(v, "product1", "baseProduct"))),
    Entry("null for a value", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "instrumentId": None})),
    Entry("number as text", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "instrumentId": str(v["instrumentId"])})),
    Entry("text for truth", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "selfTradePrevention": "yes"})),
    Entry("word out of the enumeration", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "sessionStatus": "Asleep"})),
    Entry("fraction for an id", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "instrumentId": v["instrumentId"] + 0.5})),
    Entry("array for an object", RESPONSE, "shape:", rewrite(READ, lambda v, a: [v])),
    Entry("object for an array", "instrs/GetInstruments/response", "shape:",
          rewrite("GetInstruments", lambda v, a: v[0])),
    Entry("text for an object", RESPONSE, "shape:", rewrite(READ, lambda v, a: json.dumps(v))),
    Entry("bare number for an object", RESPONSE, "shape:", rewrite(READ, lambda v, a: 7)),
    Entry("price that is not a number", RESPONSE, "shape:",
          rewrite(READ, lambda v, a: {**v, "priceIncrement": float("nan")})),
    Entry("valid request refused", RESPONSE, "refused", rewrite(READ, lambda v, a: REFUSAL)),
]

# Refusals.

def on_refusal(call: str, answer: Any) -> Any:
    """A fault that acts where the exchange refuses."""

    def work(link: Link, frame: Frame, asked: Frame) -> Any:
        return answer(link, frame, asked) if refused(parsed(frame["o"])) else [frame]

    return lambda: OnReply(call, work)


def instead(payload: Any) -> Any:
    """Another payload in the same frame."""
    return lambda link, frame, asked: [{**frame, "o": json.dumps(payload)}]


def accepted(link: Link, frame: Frame, asked: Frame) -> Any:
    """Answers as if a good request had been sent."""

    async def ask() -> Frames:
        good = await link.ask(READ, {"OMSId": 1, "InstrumentId": 1})
        return [{**frame, "m": 1, "o": json.dumps(good)}]

    return ask()


def cut_off(link: Link, frame: Frame, asked: Frame) -> Any:
    async def close() -> Frames:
        await link.client.close(1011)
        return []

    return close()


def as_operator(link: Link, frame: Frame, asked: Frame) -> Any:
    async def ask() -> Frames:
        operator = link.hub.of("operator")
        if operator is None:
            return [frame]
        return [{**frame, "o": json.dumps(await operator.ask(asked["n"], asked["o"]))}]

    return ask()


def cancels_anyway(link: Link, frame: Frame, asked: Frame) -> Any:
    """Refuses the cancellation, and cancels an order of the caller all the same."""

    async def cancel() -> Frames:
        user = await link.ask("GetUserInfo", {})
        await link.ask("CancelAllOrders", {"OMSId": 1, "AccountId": user.get("accountId", 0)})
        return [frame]

    return cancel()


class Recased(Fault):
    """Refuses requests whose keys are not spelled as documented."""

    async def request(self, link: Link, frame: Frame) -> Frames:
        payload = parsed(frame["o"])
        odd = isinstance(payload, dict) and not payload.keys() <= {"OMSId", "InstrumentId"}
        if frame["n"] == READ and odd:
            await link.tell([{**frame, "m": 1, "o": json.dumps(REFUSAL)}])
            return []
        return [frame]


REFUSALS = [
    Entry("invalid request accepted", REJECTION, "accepted", on_refusal(READ, accepted)),
    Entry("closed on bad input", REJECTION, "connection-lost", on_refusal(READ, cut_off)),
    Entry("bad input not answered", REJECTION, "silence",
          on_refusal(READ, lambda link, frame, asked: [])),
    Entry("server error on bad input", REJECTION, "server-error",
          on_refusal(READ, instead({**REFUSAL, "errormsg": "Server Error", "errorcode": 102}))),
    Entry("undocumented error code", REJECTION, "shape:",
          on_refusal(READ, instead({**REFUSAL, "errorcode": 4711}))),
    Entry("refusal without a code", REJECTION, "shape:",
          on_refusal(READ, instead(without(REFUSAL, "errorcode")))),
    Entry("refusal in bare text", REJECTION, "shape:", on_refusal(READ, instead("no such thing"))),
    Entry("keys must be spelled exactly", TOLERANCE, "refused", Recased),
    Entry("permission ignored", GUARDED, "accepted", on_refusal("GetLockedUsers", as_operator)),
    Entry("acknowledged without permission", "oms_orders/CancelAllOrders/permission", "accepted",
          on_refusal("CancelAllOrders", instead(SUCCESS))),
    Entry("wrong error code", GUARDED, "code:20",
          on_refusal("GetLockedUsers", instead({**REFUSAL, "errorcode": 104}))),
    Entry("refused and done all the same", "oms_orders/CancelOrder/rejection", "state:",
          on_refusal("CancelOrder", cancels_anyway)),
]


# State: what a reader is told.

class StaleOrders(Fault):
    """Lists the open orders of an account as they were after the first order."""

    def __init__(self) -> None:
        self._first: dict[int, Any] = {}

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        account = (parsed(asked.get("o")) or {}).get("AccountId")
        if frame["n"] == "SendOrder" and account not in self._first:
            self._first[account] = await link.ask(ORDERS, {"OMSId": 1, "AccountId": account})
        stale = frame["n"] == ORDERS and account in self._first
        return [{**frame, "o": json.dumps(self._first[account])}] if stale else [frame]


class StaleBook(Fault):
    """Shows the book as it was when somebody began to follow it."""

    def __init__(self) -> None:
        self._first = ""

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        if frame["n"] == "SubscribeLevel2":
            self._first = frame["o"]
        stale = frame["n"] == "GetL2Snapshot" and self._first
        return [{**frame, "o": self._first}] if stale else [frame]


class SwappedPrices(Fault):
    """Tells the best bid as the best offer and the other way round."""

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        if frame["n"] != "GetLevel1":
            return [frame]
        value = parsed(frame["o"])
        swapped = {**value, "bestBid": value["bestOffer"], "bestOffer": value["bestBid"]}
        return [{**frame, "o": json.dumps(swapped)}]


ORDERS, POSITIONS = "GetOpenOrders", "GetAccountPositions"
LEVEL1, LEVEL2 = "users/test_level1.py", "users/test_level2.py"
SEND, CANCEL = "oms_orders/test_send_order.py", "oms_orders/test_cancel_order.py"
READS = "oms_orders/test_order_reads.py"

STATE = [
    Entry("lost hold", "oms_orders/SendOrder/effect", "value:hold",
          rewrite(POSITIONS, lambda v, a: each(v, lambda row: {**row, "hold": 0})), SEND),
    Entry("hold counted twice", "oms_orders/SendOrder/effect", "value:hold",
          rewrite(POSITIONS, lambda v, a: each(v, lambda row: {**row, "hold": row["hold"] * 2})),
          SEND),
    Entry("price rounded to a whole number", "oms_orders/SendOrder/effect", "value:",
          rewrite(ORDERS, lambda v, a: each(v, lambda row: {**row, "Price": round(row["Price"])})),
          SEND),
    Entry("price with a float's dust", "oms_orders/SendOrder/effect", "value:",
          rewrite(ORDERS, lambda v, a: each(
              v, lambda row: {**row, "Price": row["Price"] + 1e-12 * row["Price"]})), SEND),
    Entry("extra row", "oms_orders/GetOpenOrders/only-working", "value:",
          rewrite(ORDERS, lambda v, a: [*v, *[{**row, "OrderId": 1} for row in v[:1]]]), READS),
    Entry("missing row", "oms_orders/GetOpenOrders/only-working", "value:",
          rewrite(ORDERS, lambda v, a: v[1:]), READS),
    Entry("null for an empty list", "oms_orders/GetOpenOrders/empty-list", "value:reply",
          rewrite(ORDERS, lambda v, a: v or None), READS),
    Entry("order lists another account", "oms_orders/GetOpenOrders/only-this-account", "rule:",
          rewrite(ORDERS, lambda v, a: each(v, lambda row: {**row, "Account": 1})), READS),
    Entry("stale list of orders", "oms_orders/CancelOrder/gone-afterwards", "value:open orders",
          StaleOrders, CANCEL),
    Entry("stale snapshot", "users/SubscribeLevel2/rebuild", "value:the book",
          StaleBook, LEVEL2),
    Entry("swapped bid and offer", "users/GetLevel1/best-prices", "value:(bestBid",
          SwappedPrices, LEVEL1),
    Entry("sides swapped in the book", "users/GetL2Snapshot/uncrossed", "rule:best bid",
          rewrite("GetL2Snapshot", lambda v, a: [[*row[:9], 1 - row[9]] for row in v]), LEVEL2),
    Entry("deposit credited twice", "accounts/SubmitAccountLedgerEntry/effect", "value:funds",
          lambda: Doubled(), "accounts/test_ledger.py"),
    Entry("one id for every order", "oms_orders/SendOrder/order-id", "rule:",
          rewrite("SendOrder", lambda v, a: {**v, "OrderId": 77}), SEND),
]


class Doubled(Fault):
    """Books every ledger entry twice."""

    async def request(self, link: Link, frame: Frame) -> Frames:
        if frame["n"] == "SubmitAccountLedgerEntry":
            await link.ask(frame["n"], frame["o"])
        return [frame]


# Events: what a subscriber is told.

class HeldBack(Fault):
    """Keeps the events of a name beyond the answer to a Ping, which comes in order."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._fenced = False

    async def event(self, link: Link, frame: Frame) -> Frames:
        if frame["n"] == self._name:
            link.held.append(frame)
            return []
        return [frame]

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        fenced, self._fenced = self._fenced, frame["n"] == "Ping" and bool(link.held)
        if not fenced:
            return [frame]
        late: Frames = list(link.held)
        link.held.clear()
        return [frame, *late]


class BeforeReply(Fault):
    """Tells an event of a subscription before its reply."""

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        if frame["n"] != "SubscribeAccountEvents" or refused(parsed(frame["o"])):
            return [frame]
        early = {"omsId": 1, "accountId": 1, "productId": 1}
        return [{**frame, "m": 3, "n": "AccountPositionEvent", "o": json.dumps(early)}, frame]


EVENTS = "users/test_account_events.py"
TRADES = "users/test_account_trade_events.py"
FOLLOWED = "users/SubscribeAccountEvents"
TOLD = [
    Entry("missing event", f"{FOLLOWED}/state-on-change", "value:(events",
          lambda: OnEvent("OrderStateEvent", lambda link, frame: []), EVENTS),
    Entry("late event", f"{FOLLOWED}/state-on-change", "value:(events",
          lambda: HeldBack("OrderStateEvent"), EVENTS),
    Entry("duplicated event", f"{FOLLOWED}/trade-on-execution", "value:(events",
          lambda: OnEvent("OrderTradeEvent", lambda link, frame: [frame, frame]), TRADES),
    Entry("event with a wrong figure", f"{FOLLOWED}/position-agrees", "value:figures",
          retold("AccountPositionEvent", lambda v: {
              key: item + 1 if key.lower() == "amount" else item for key, item in v.items()}),
          EVENTS),
    Entry("event without a key", f"{FOLLOWED}/trade-value", "event-shape:",
          retold("OrderTradeEvent", lambda v: {
              key: item for key, item in v.items() if key.lower() != "value"}), TRADES),
    Entry("event as a reply", f"{FOLLOWED}/state-on-change", "value:(events",
          lambda: OnEvent("OrderStateEvent", lambda link, frame: [{**frame, "m": 1}]), EVENTS),
    Entry("event under another name", f"{FOLLOWED}/trade-on-execution", "value:(events",
          lambda: OnEvent("OrderTradeEvent",
                          lambda link, frame: [{**frame, "n": "TradeEvent"}]), TRADES),
    Entry("event before its reply", f"{FOLLOWED}/none-before-reply", "value:events about",
          BeforeReply, EVENTS),
]

# Conversations.

class Swallowing(Fault):
    """Loses one request of those that are sent together."""

    def __init__(self) -> None:
        self._seen = 0

    async def request(self, link: Link, frame: Frame) -> Frames:
        if frame["n"] != READ:
            return [frame]
        self._seen += 1
        return [] if self._seen == 7 else [frame]


async def unknown_is_fine(link: Link, frame: Frame) -> Frames:
    await link.tell([{**frame, "m": 1, "o": json.dumps(SUCCESS)}])
    return []


class AnythingGoes(Fault):
    """Acknowledges calls that do not exist."""

    async def reply(self, link: Link, frame: Frame, asked: Frame) -> Frames:
        return [{**frame, "m": 1, "o": json.dumps(SUCCESS)}] if frame["m"] == 5 else [frame]


class HangsUp(Fault):
    """Closes the connection on a text that is no frame."""

    async def garbage(self, link: Link, text: str) -> Frames:
        await link.client.close(1002)
        return []


CONVERSATIONS = [
    Entry("one of many requests lost", RESPONSE, "silence", Swallowing),
    Entry("unknown call acknowledged", "protocol/frame/unknown-call", "rule:",
          AnythingGoes, "protocol/test_answers.py"),
    Entry("hangs up on a malformed frame", "protocol/frame/malformed-frame", "connection-lost",
          HangsUp, "protocol"),
    Entry("call answered by nobody", "oms_orders/GetOpenOrders/envelope", "silence",
          lambda: OnRequest(ORDERS, nothing)),
    Entry("login without a token", "users/AuthenticateUser/session-token", "rule:SessionToken",
          rewrite("AuthenticateUser", lambda v, a: without(v, "SessionToken")),
          "users/test_login.py"),
]


async def nothing(link: Link, frame: Frame) -> Frames:
    return []


FAULTS = {
    entry.name: entry
    for entry in (*FRAMES, *SHAPES, *REFUSALS, *STATE, *TOLD, *CONVERSATIONS)
}
