"""A customer's way from registration to withdrawal, step by step, with the funds it must come to.

Each step is judged where it happens. ``required`` is kept by plain arithmetic: what was deposited,
traded, charged and withdrawn so far; a trade's fee is taken as the target tells it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from conformance.generate.world import Market, World
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn, lookup
from conformance.target.target_file import Persona
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import BUY, SELL, limit_order
from scenarios.users.vocabulary import (
    code_for,
    new_identity,
    register,
    with_second_factor,
)

PRICE = Decimal(100)
DEPOSIT = Decimal(5000)
WITHDRAWAL = Decimal(1000)
ACCEPTED, FULLY_PROCESSED = 2, 5
"""Statuses of tickets, as the pages number them."""


class Journey:
    """One customer on the way. Steps are methods, in the order a customer takes them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.verify = Verifier(world.contract)
        self.market: Market = world.private_market()
        self.maker: Session = world.customer()
        self.identity = new_identity(world)
        self.secret = ""
        self.session: Session = world.deployment.connect(self.identity.name)
        self.required: defaultdict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)

    def register(self) -> None:
        """Sign up; before the mailed code is used, no log-in works."""
        user_id = register(self.world, self.identity)
        self.session.username, self.session.password = self.identity.name, self.identity.password
        refused = self._authenticate()
        self.verify.holds("an unconfirmed user cannot log in",
                          refused.get("authenticated") is not True, refused.text, refused)
        record = self.world.operator.call(
            "GetUserInfo", OMSId=self.world.oms_id, userId=user_id
        )
        code = record.get("pendingEmailCode") or self.world.deployment.mail_code(
            self.identity.email
        )
        self.verify.succeeded(self.world.anonymous.call(
            "ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code))

    def enrol(self) -> None:
        """Log in by password, enrol a second factor, and log in with it."""
        self.world.deployment.log_in(self.session, self._persona())
        self.secret = with_second_factor(self.world, self.session)
        self.reconnect()

    def reconnect(self) -> None:
        """The connection breaks; the customer logs in again, by password and one-time code."""
        user_id, account_id = self.session.user_id, self.session.account_id
        self.session.close()
        self.session = self.world.deployment.connect(self.identity.name)
        self.session.user_id, self.session.account_id = user_id, account_id
        first = self._authenticate()
        self.verify.equal("requires2FA", first.get("requires2FA"), bool(self.secret), first)
        if self.secret:
            self.verify.succeeded(self.session.call(
                "Authenticate2FA", Code=code_for(self.world, self.secret)))

    def deposit(self) -> None:
        """A deposit ticket, accepted and processed by the operator, credits the account."""
        turn = self.session.send("CreateDepositTicket", self._deposit_ticket())
        code = self.verify.succeeded(turn)["requestcode"]
        ticket = self.world.operator.call(
            "GetDepositTicket", OMSId=self.world.oms_id, AccountId=self.session.account_id,
            RequestCode=code,
        )
        number = int(ticket["ticketNumber"])
        change = {**self._deposit_ticket(), "requestCode": code, "Status": ACCEPTED,
                  "ticketNumber": number}
        self.verify.succeeded(self.world.operator.send("UpdateDepositTicket", change))
        self.verify.succeeded(self.world.operator.call(
            "MarkDepositTicketAsFullyProcessed", OMSId=self.world.oms_id, TicketId=number))
        self.required[self.market.product2][0] += DEPOSIT
        self.funds_agree()

    def trade(self) -> None:
        """A buy order is filled in part, the rest is cancelled."""
        lot = self.market.quantity_increment * 1000
        self._send(self.maker, SELL, lot)
        order_id = self._send(self.session, BUY, lot * 3)
        self._book_executions(order_id)
        self.required[self.market.product2][1] += PRICE * lot * 2
        self.funds_agree()
        self.verify.succeeded(self.session.call(
            "CancelOrder", OMSId=self.world.oms_id, OrderId=order_id))
        self.required[self.market.product2][1] = Decimal(0)
        self.funds_agree()
        history = self.session.call(
            "GetOrderHistory", OMSId=self.world.oms_id, AccountId=self.session.account_id)
        row = next(r for r in history.value if lookup(r, "OrderId") == order_id)
        self.verify.equal("OrderState", lookup(row, "OrderState"), "Canceled", history)
        self.verify.equal("QuantityExecuted", lookup(row, "QuantityExecuted"), lot, history)

    def withdraw(self) -> None:
        """A withdrawal is held, confirmed by mail, accepted, processed and debited once."""
        ticket = self._withdraw_ticket()
        number, fee = int(lookup(ticket, "ticketNumber")), Decimal(lookup(ticket, "feeAmt"))
        self.required[self.market.product2][1] += WITHDRAWAL + fee
        self.funds_agree()
        oms = self.world.oms_id
        operator = self.world.operator
        operator.call("MarkWithdrawTicketAsConfirmed", OMSId=oms, TicketId=number)
        self.verify.succeeded(operator.call("AcceptWithdrawTicket", OMSId=oms, TicketId=number))
        self.verify.succeeded(operator.call(
            "MarkWithdrawTicketAsFullyProcessed", OMSId=oms, TicketId=number))
        self.required[self.market.product2] = [
            self.required[self.market.product2][0] - WITHDRAWAL - fee, Decimal(0)
        ]
        self.funds_agree()

    def log_out(self) -> None:
        """After LogOut nothing private is answered on this connection."""
        self.verify.succeeded(self.session.call("LogOut"))
        self.verify.refused(self._positions_turn())

    def funds_agree(self) -> None:
        """Amount and hold of both products are what the arithmetic says."""
        turn = self._positions_turn()
        found = {lookup(row, "productId"): [lookup(row, "amount"), lookup(row, "hold")]
                 for row in (turn.value if isinstance(turn.value, list) else [])}
        for product in (self.market.product1, self.market.product2):
            row = [Decimal(str(x)) for x in found.get(product, (0, 0))]
            self.verify.equal(f"product {product}", row, self.required[product], turn)

    def _positions_turn(self) -> Turn:
        return self.session.call("GetAccountPositions", OMSId=self.world.oms_id,
                                 AccountId=self.session.account_id)

    def _authenticate(self) -> Turn:
        return self.session.call(
            "AuthenticateUser", UserName=self.identity.name, Password=self.identity.password)

    def _persona(self) -> Persona:
        return Persona(username=self.identity.name, password=self.identity.password)

    def _deposit_ticket(self) -> dict[str, Any]:
        return {
            "assetManagerId": 1, "accountId": self.session.account_id,
            "assetId": self.market.product2, "assetName": "", "amount": DEPOSIT,
            "omsId": self.world.oms_id, "requestIP": "", "requestUser": self.session.user_id,
            "requestUserName": self.identity.name, "operatorId": 1, "Status": 0,
            "feeAmt": Decimal(0), "updatedByUser": 0, "ticketNumber": 0, "depositInfo": "{}",
        }

    def _send(self, trader: Session, side: int, quantity: Decimal) -> int:
        turn = trader.send("SendOrder", limit_order(trader, self.market, side, PRICE, quantity))
        self.verify.equal("status", turn.get("status"), "Accepted", turn)
        return int(turn["OrderId"])

    def _book_executions(self, order_id: int) -> None:
        trades = self.session.call(
            "GetAccountTrades", OMSId=self.world.oms_id, AccountId=self.session.account_id,
            StartIndex=0, Count=10)
        rows = [row for row in trades.value if lookup(row, "orderId") == order_id]
        self.verify.equal("executions", len(rows), 1, trades)
        quantity, price = (Decimal(str(lookup(rows[0], key))) for key in ("quantity", "price"))
        self.required[self.market.product1][0] += quantity
        self.required[self.market.product2][0] -= quantity * price
        fee = Decimal(str(lookup(rows[0], "fee")))
        self.required[int(lookup(rows[0], "feeProductId"))][0] -= fee

    def _withdraw_ticket(self) -> Any:
        product, oms = self.market.product2, self.world.oms_id
        types = self.session.call("GetWithdrawTemplateTypes", OMSId=oms, ProductId=product)
        names = types.get("TemplateTypes")
        if not names:
            raise Unavailable(f"no withdraw template for product {product}: {types.text[:200]}")
        name = names[0] if isinstance(names[0], str) else lookup(names[0], "TemplateName")
        self.verify.succeeded(self.session.call(
            "CreateWithdrawTicket", OMSId=oms, AccountId=self.session.account_id,
            ProductId=product, Amount=WITHDRAWAL, TemplateType=name,
            TemplateForm={"TemplateType": name, "Comment": "journey"}))
        tickets = self.session.call(
            "GetWithdrawTickets", OMSId=oms, AccountId=self.session.account_id)
        return tickets.value[0]
