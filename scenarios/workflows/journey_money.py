"""What a customer does with money on the way: deposits, orders, withdrawals, and what it comes to.

Everything is read as an operator reads it, so that it can be checked while the customer is away.
Each step is sent, judged by what the models say of it, and applied to them. A step whose
connection was cut before anybody heard the reply happened once or not at all: that is looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from conformance.oracle.models.book import BookModel, Fill, Side, TimeInForce
from conformance.oracle.models.funds import FundsModel
from conformance.oracle.models.tickets import (
    OUTCOME,
    ZERO,
    Decision,
    Deposit,
    DepositStatus,
    Step,
    TillModel,
    Withdrawal,
    WithdrawStatus,
)
from conformance.target.session import Session, Turn, lookup
from scenarios.oms_orders.vocabulary import (
    MOST,
    cancel_all,
    new_client_id,
    number,
    own_floor,
    rows,
    state,
    terms,
)
from scenarios.tickets import depositing, withdrawing
from scenarios.tickets.vocabulary import ABSENT_CODE, Till, coin_till, fiat_till
from scenarios.workflows.access_lines import Wire
from scenarios.workflows.journey_entry import Entry

CALLS = {
    Decision.ACCEPT: "AcceptWithdrawTicket",
    Decision.CONFIRM: "MarkWithdrawTicketAsConfirmed",
    Decision.PAY: "MarkWithdrawTicketAsFullyProcessed",
    Decision.CANCEL: "MarkWithdrawTicketAsCancelled",
}
LOOKS = 5
"""How often a request is looked for whose reply nobody heard: it may still be under way."""
DEPTH = 200
"""More tickets than a walk makes."""
Key = TypeVar("Key", int, str)
State = tuple[str, Decimal]


class Money:
    """One customer's tickets, orders and funds, a market of its own, and somebody to trade with."""

    def __init__(self, entry: Entry, maker: Session) -> None:
        self.entry, self.world, self.verify = entry, entry.world, entry.verify
        self.maker = maker
        self.floor = own_floor(self.world)
        self.cash = fiat_till(self.world, entry.customer)
        self.coins = coin_till(self.world, entry.customer)
        self.models = {till.product: TillModel(ZERO) for till in (self.cash, self.coins)}
        self.funds = FundsModel(self.floor.market.product1, self.floor.market.product2)
        self.book = BookModel()
        self.orders: dict[int, State] = {}
        """Of every order of the customer: its state while it is not open, and what was executed."""
        self.fills: list[Fill] = []
        self.links: dict[str, str] = {}
        self._charged: set[int] = set()

    @property
    def account(self) -> int:
        """The customer's account; 0 before there is one."""
        return self.entry.customer.account_id

    @property
    def deposits(self) -> dict[str, Deposit]:
        """The deposits by code, as the model has them, in the order in which they came."""
        return self.models[self.cash.product].deposits

    def withdrawals(self) -> list[tuple[Till, str, Withdrawal]]:
        """The withdrawals of both products, in the order in which they came."""
        return [(till, code, found) for till in (self.cash, self.coins)
                for code, found in self.models[till.product].withdrawals.items()]

    def amount(self, product: int) -> Decimal:
        """What the customer has of a product: credited, debited, traded and charged."""
        return self.models[product].amount + self.funds.amounts[self.account, product]

    def hold(self, product: int) -> Decimal:
        """What live withdrawals and open orders keep from the customer."""
        orders = self.funds.hold(self.account, product, self.book)
        return self.models[product].hold + orders

    def free(self, product: int) -> Decimal:
        """What can be promised."""
        return self.amount(product) - self.hold(product)

    def announce(self, wire: Wire, amount: Decimal, *, cut: bool = False) -> list[str]:
        """The customer announces money; the codes of the tickets that came of it."""
        turn, doubtful = self._sent(
            wire, "CreateDepositTicket", depositing.terms(self.cash, amount), cut)
        if turn is not None:
            self.verify.succeeded(turn)
        known = set(self.deposits)
        codes = self._came("new deposit tickets", turn is not None, doubtful, lambda: [
            str(lookup(row, "requestCode")) for row in self._deposits()
            if str(lookup(row, "requestCode")) not in known
        ])
        self.deposits.update((code, Deposit(amount)) for code in codes)
        return codes

    def move_deposit(self, code: str, to: DepositStatus, *, marked: bool = True) -> None:
        """An operator gives a deposit another status; a credit has two calls.

        What is answered to the status it has already, no page says: nothing may come of it.
        """
        found = self.deposits[code]
        verdict = found.step(to)
        again = to is found.status is DepositStatus.FULLY_PROCESSED
        if verdict is Step.OPEN and not again:
            return
        ticket = next(
            row for row in self._deposits() if str(lookup(row, "requestCode")) == code)
        turn = (depositing.credit(self.cash, ticket)
                if marked and to is DepositStatus.FULLY_PROCESSED
                else depositing.change(self.cash, ticket, Status=int(to)))
        if not again:
            self._judge(turn, verdict)
        if verdict is Step.LEGAL:
            self.models[self.cash.product].move_deposit(code, to)

    def order(
        self, wire: Wire, side: Side, tick: int, lots: int | Decimal, *, cut: bool = False
    ) -> list[int]:
        """A limit order of the customer; the ids of the orders that came of it."""
        price, quantity = self.floor.at(tick), self.floor.lots(lots)
        client_id = new_client_id()
        payload = terms(
            self.entry.customer, self.floor, side, tick, quantity=quantity, ClientOrderId=client_id)
        covered = quantity * (price if side is Side.BUY else 1) <= self.free(self._paid_in(side))
        turn, doubtful = self._sent(wire, "SendOrder", payload, cut)
        if turn is not None and covered:
            self.verify.equal("status", turn.get("status"), "Accepted", turn)
        elif turn is not None:
            self.verify.refused(turn)
        taken = turn is not None and covered
        ids = self._came("new orders", taken, doubtful and covered, lambda: [
            int(lookup(row, "OrderId")) for row in self._history()
            if lookup(row, "ClientOrderId") == client_id
        ])
        for order_id in ids:
            self.orders[order_id] = ("FullyExecuted", ZERO)
            self._enter(order_id, self.account, side, tick, quantity)
        return ids

    def cancel(self, wire: Wire, order_id: int, *, cut: bool = False) -> None:
        """The customer cancels an order, for the first time or again."""
        open_ = order_id in self.book.orders
        payload = {"OMSId": self.world.oms_id, "OrderId": order_id}
        turn, doubtful = self._sent(wire, "CancelOrder", payload, cut)
        if turn is not None:
            self._judge(turn, Step.LEGAL if open_ else Step.ILLEGAL)
        ended = self._came("orders ended", turn is not None and open_, doubtful and open_, lambda: [
            order_id for row in self._history() if int(lookup(row, "OrderId")) == order_id
            and open_ and state(row) == "Canceled"
        ])
        for ended_id in ended:
            self.book.cancel(ended_id)
            self.orders[ended_id] = ("Canceled", self.orders[ended_id][1])

    def deal(self, side: Side, tick: int, lots: int) -> None:
        """Somebody else sends an order, whether the customer is there or not."""
        turn = self.maker.send("SendOrder", terms(self.maker, self.floor, side, tick, lots))
        self.verify.equal("status", turn.get("status"), "Accepted", turn)
        quantity = self.floor.lots(lots)
        self._enter(int(turn["OrderId"]), self.maker.account_id, side, tick, quantity)

    def ask(self, wire: Wire, till: Till, amount: Decimal, *, cut: bool = False) -> list[str]:
        """The customer asks for a withdrawal; the codes of the tickets that came of it.

        What is free must cover the amount and a fee that only the ticket tells, so what is not
        free twice over is asked for as more than there is.
        """
        covered = amount * 2 <= self.free(till.product)
        amount = amount if covered else self.free(till.product) + amount
        payload = {**withdrawing.terms(till.by(self.maker), amount), **till.of_account}
        turn, doubtful = self._sent(wire, "CreateWithdrawTicket", payload, cut)
        if turn is not None:
            self._judge(turn, Step.LEGAL if covered else Step.ILLEGAL)
        known = {code for _, code, _ in self.withdrawals()}
        answered = turn is not None and covered
        found = self._came("new withdraw tickets", answered, doubtful and covered, lambda: [
            withdrawing.code_of(row) for row in self._withdrawals()
            if withdrawing.code_of(row) not in known
        ])
        for code in found:
            self._asked(till, code, amount)
        return found

    def decide(self, code: str, decision: Decision, wire: Wire | None = None) -> None:
        """An operator decides about a withdrawal, or its owner takes it back on a connection."""
        till, found = self._withdrawal(code)
        verdict = found.decided(decision)
        if decision is Decision.TAKE_BACK:
            assert wire is not None
            turn = self._taken_back(wire, till, code, verdict)
        elif verdict is not Step.OPEN:
            turn = withdrawing.decide(till, CALLS[decision], self._ticket(code))
        else:
            return
        if turn is not None:
            self._judge(turn, verdict)
            if verdict is Step.LEGAL:
                self.models[till.product].move_withdrawal(code, OUTCOME[decision])

    def move_withdrawal(self, code: str, to: WithdrawStatus) -> None:
        """An operator gives a withdrawal another status by hand."""
        till, found = self._withdrawal(code)
        verdict = found.step(to)
        if verdict is not Step.OPEN:
            turn = withdrawing.change(till, self._ticket(code), Status=int(to))
            self._judge(turn, verdict)
            if verdict is Step.LEGAL:
                self.models[till.product].move_withdrawal(code, to)

    def click(self, code: str, *, right: bool = True) -> None:
        """The customer clicks on a mailed link, for the first time or again, or on another."""
        till, found = self._withdrawal(code)
        turn = withdrawing.click(till, self.links[code] if right else ABSENT_CODE)
        if not right:
            self.verify.refused(turn)
        elif found.status is WithdrawStatus.PENDING_2FA:
            self.verify.succeeded(turn)
            found.status = WithdrawStatus.CONFIRMED_2FA

    def check(self) -> None:
        """Trades (which tell the fees), orders, tickets and funds are those of the models."""
        if self.account:
            self._trades_agree()
            self._orders_agree()
            self._tickets_agree()
            for reader in (self.world.operator, *(wire.session for wire in self.entry.active())):
                self._funds_agree(reader)

    def leave(self) -> None:
        """Leave nothing open."""
        if self.account:
            cancel_all(self.world.operator, self.account)
        cancel_all(self.maker)

    def _sent(
        self, wire: Wire, call: str, payload: dict[str, Any], cut: bool
    ) -> tuple[Turn | None, bool]:
        """The turn, None where it was refused or nobody heard it; could it have been taken then?"""
        if not cut:
            return self.entry.admitted(wire, call, payload), False
        doubtful = wire in self.entry.active()
        self.entry.cut(wire, call, payload)
        return None, doubtful

    def _came(
        self, what: str, taken: bool, doubtful: bool, look: Callable[[], list[Key]]
    ) -> list[Key]:
        """What came of a request: one, or none, or one of the two where nobody heard the reply."""
        found = look()
        for _ in range(LOOKS if doubtful else 0):
            found = found or look()
        if doubtful:
            self.verify.holds(f"{what}: one or none", len(found) <= 1, found)
        else:
            self.verify.equal(what, len(found), int(taken))
        return found

    def _judge(self, turn: Turn, verdict: Step) -> None:
        (self.verify.succeeded if verdict is Step.LEGAL else self.verify.refused)(turn)

    def _paid_in(self, side: Side) -> int:
        return self.funds.quote if side is Side.BUY else self.funds.base

    def _enter(
        self, order_id: int, account: int, side: Side, tick: int, quantity: Decimal
    ) -> None:
        price = self.floor.at(tick)
        for fill in self.book.send(order_id, account, side, price, quantity, TimeInForce.GTC):
            self.funds.trade(fill)
            self.fills.append(fill)
            for mine in {fill.resting, fill.incoming} & self.orders.keys():
                ended, executed = self.orders[mine]
                self.orders[mine] = (ended, executed + fill.quantity)

    def _withdrawal(self, code: str) -> tuple[Till, Withdrawal]:
        return next((till, found) for till, each, found in self.withdrawals() if each == code)

    def _asked(self, till: Till, code: str, amount: Decimal) -> None:
        """A new withdrawal: its fee, and whether it waits for a click, the ticket tells."""
        row = self._ticket(code)
        found = Withdrawal(
            amount, number(row, "feeAmt"), WithdrawStatus(withdrawing.status(row)),
            coins=till is self.coins,
        )
        self.verify.holds("a new withdrawal is held", found.held, found.status)
        self.models[till.product].withdrawals[code] = found
        if found.status is WithdrawStatus.PENDING_2FA:
            self.links[code] = self.world.deployment.mail_code(self.entry.identity.email)

    def _taken_back(self, wire: Wire, till: Till, code: str, verdict: Step) -> Turn | None:
        if verdict is Step.OPEN and wire in self.entry.active():
            return None
        return self.entry.admitted(wire, "CancelWithdraw", {
            **till.of_account, "UserId": self.entry.customer.user_id, "RequestCode": code})

    def _ticket(self, code: str) -> Any:
        return next(row for row in self._withdrawals() if withdrawing.code_of(row) == code)

    def _deposits(self) -> list[Any]:
        return depositing.deposits(self.cash, self.world.operator)

    def _withdrawals(self) -> list[Any]:
        return withdrawing.withdrawals(self.cash, self.world.operator, Limit=DEPTH)

    def _history(self) -> list[Any]:
        """The customer's orders but those that were refused."""
        found = rows(self.world.operator.send("GetOrderHistory", self.cash.of_account))
        return [row for row in found if state(row) != "Rejected"]

    def _trades_agree(self) -> None:
        turn = self.world.operator.send(
            "GetAccountTrades", {**self.cash.of_account, "StartIndex": 0, "Count": MOST})
        found = sorted((number(row, "price"), number(row, "quantity")) for row in rows(turn))
        required = sorted(
            (fill.price, fill.quantity) for fill in self.fills
            for account in (fill.buyer, fill.seller) if account == self.account
        )
        self.verify.equal("executions", found, required, turn)
        for row in rows(turn):
            execution = int(lookup(row, "executionId"))
            if execution not in self._charged:
                self._charged.add(execution)
                product = int(lookup(row, "feeProductId"))
                self.funds.fee(self.account, product, number(row, "fee"))

    def _orders_agree(self) -> None:
        found = {
            int(lookup(row, "OrderId")): (state(row), number(row, "QuantityExecuted"))
            for row in self._history()
        }
        self.verify.equal("(state, executed) of the orders", found, {
            order_id: ("Working" if order_id in self.book.orders else ended, executed)
            for order_id, (ended, executed) in self.orders.items()
        })

    def _tickets_agree(self) -> None:
        into = {
            str(lookup(row, "requestCode")): (number(row, "amount"), depositing.status(row))
            for row in self._deposits()
        }
        self.verify.equal("deposit tickets", into, {
            code: (found.amount, int(found.status)) for code, found in self.deposits.items()
        })
        out_of = {
            withdrawing.code_of(row): (number(row, "amount"), withdrawing.status(row))
            for row in self._withdrawals()
        }
        self.verify.equal("withdraw tickets", out_of, {
            code: (found.amount, int(found.status)) for _, code, found in self.withdrawals()
        })

    def _funds_agree(self, reader: Session) -> None:
        turn = reader.send("GetAccountPositions", self.cash.of_account)
        found = {
            int(lookup(row, "productId")): (number(row, "amount"), number(row, "hold"))
            for row in rows(turn)
        }
        for product in self.models:
            required = (self.amount(product), self.hold(product))
            self.verify.equal(f"(amount, hold) of product {product}",
                              found.get(product, (ZERO, ZERO)), required, turn)
