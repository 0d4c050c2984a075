"""Random sequences of everything that moves money, audited after every command.

The machine talks to the dispatcher directly: what is tested here is not the wire. Amounts come in
many scales; most commands are legal, some are not, and none may unbalance the ledger. Besides the
ledger's own audit it keeps a plain model of what two accounts must have.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conformance.reference.demo import build_demo
from conformance.reference.dispatch import Dispatcher, Peer
from conformance.reference.domain.ledger import OUTSIDE
from conformance.reference.domain.treasury import providers
from conformance.reference.rendering.pages import PagesDialect
from tests.reference.treasury.steps import BTC, USD

AMOUNTS = st.decimals("0.00000001", "3000000", places=8).map(
    lambda value: value.quantize(Decimal("0.01")) if value > 1 else value
)
PEOPLE = st.sampled_from(["trader", "second_trader"])
PRODUCTS = st.sampled_from([USD, BTC])
PICK = st.integers(0, 50)


class MoneyMachine(RuleBasedStateMachine):
    """Two traders, an operator, and whatever they do to each other's money."""

    @initialize()
    def open_exchange(self) -> None:
        self.exchange, self.personas = build_demo(1)
        self.dispatcher = Dispatcher(self.exchange, PagesDialect())
        self.peers: dict[str, Peer] = {}
        for name in ("trader", "second_trader", "operator", "superuser"):
            persona, peer = self.personas[name], Peer("127.0.0.1")
            self.peers[name] = peer
            self.send(name, "AuthenticateUser", UserName=persona.username,
                      Password=persona.password)

    def send(self, who: str, call: str, **payload: Any) -> Any:
        text = json.dumps(payload, default=lambda value: float(value))
        answer = self.dispatcher.handle(self.peers[who], call, text)
        self.exchange.events.flush()
        assert answer is not None
        reply = json.loads(answer.text)
        assert not (isinstance(reply, dict) and reply.get("errorcode") == 102), (call, payload)
        return reply

    def account(self, who: str) -> int:
        return int(self.personas[who].account_id)

    @rule(who=PEOPLE, product=PRODUCTS, amount=AMOUNTS, credit=st.booleans(), other=st.booleans())
    def book(self, who: str, product: int, amount: Decimal, credit: bool, other: bool) -> None:
        counterparty = self.account("market_maker") if other else 0
        self.send("operator", "SubmitAccountLedgerEntry", omsId=1, accountId=self.account(who),
                  productId=product, cR_Amt=amount if credit else 0,
                  dR_Amt=0 if credit else amount, comment="", counterPartyId=counterparty)

    @rule(who=PEOPLE, product=PRODUCTS, amount=AMOUNTS)
    def hold(self, who: str, product: int, amount: Decimal) -> None:
        self.send("operator", "AddAccountHold", omsId=1, accountId=self.account(who),
                  assetId=product, amount=amount)

    @rule(who=PEOPLE, kind=st.sampled_from([6, 9]), pick=PICK)
    def reverse_hold(self, who: str, kind: int, pick: int) -> None:
        rows = self.send("operator", "GetOpenHolds", omsId=1, accountId=self.account(who),
                         TransactionReferenceType=kind)
        if rows:
            row = rows[pick % len(rows)]
            self.send("operator", "ReverseAccountHold", omsId=1, accountId=self.account(who),
                      assetId=row["productId"], transactionId=row["transactionId"],
                      referenceId=row["referenceId"], TransactionReferenceType=kind)

    @rule(who=PEOPLE, product=PRODUCTS)
    def reset_holds(self, who: str, product: int) -> None:
        self.send("superuser", "ResetHolds", omsId=1, accountId=self.account(who), assetId=product)

    @rule(who=PEOPLE, amount=AMOUNTS)
    def announce_deposit(self, who: str, amount: Decimal) -> None:
        self.send(who, "CreateDepositTicket", omsId=1, accountId=self.account(who), assetId=USD,
                  amount=amount)

    @rule(pick=PICK, status=st.integers(0, 14), fee=st.none() | AMOUNTS)
    def update_deposit(self, pick: int, status: int, fee: Decimal | None) -> None:
        tickets = self.send("operator", "GetAllDepositTickets", OMSId=1, OperatorId=1)
        ticket = tickets[pick % len(tickets)]
        change = {} if fee is None else {"feeAmt": fee}
        self.send(
            "operator", "UpdateDepositTicket", omsId=1, requestCode=ticket["requestCode"],
            ticketNumber=ticket["ticketNumber"], assetManagerId=1, accountId=ticket["accountId"],
            assetId=ticket["assetId"], amount=ticket["amount"], Status=status, **change,
        )

    @rule(who=PEOPLE, amount=AMOUNTS, steps=st.integers(0, 4))
    def coins_arrive(self, who: str, amount: Decimal, steps: int) -> None:
        key = self.send(who, "GetDepositInfo", OMSId=1, AccountId=self.account(who),
                        ProductId=BTC, GenerateNewKey=True)[-1]
        ticket = providers.coins_arrive(self.exchange, key, amount)
        for _ in range(steps):
            providers.advance_deposit(self.exchange, ticket)

    @rule(who=PEOPLE, product=PRODUCTS, amount=AMOUNTS)
    def withdraw(self, who: str, product: int, amount: Decimal) -> None:
        template = "Standard" if product == USD else "ToExternalBitCoinAddress"
        self.send(who, "CreateWithdrawTicket", OMSId=1, AccountId=self.account(who),
                  ProductId=product, Amount=amount, TemplateType=template,
                  TemplateForm={"ExternalAddress": "x"})

    @rule(pick=PICK, call=st.sampled_from(
        ["AcceptWithdrawTicket", "MarkWithdrawTicketAsConfirmed", "CancelFailedWithdrawTicket",
         "MarkWithdrawTicketAsCancelled", "MarkWithdrawTicketAsFullyProcessed",
         "ResubmitFailedWithdrawTicket"]))
    def decide_withdrawal(self, pick: int, call: str) -> None:
        tickets = self.send("operator", "GetAllWithdrawTickets", OMSId=1, OperatorId=1)
        self.send("operator", call, OMSId=1,
                  TicketId=tickets[pick % len(tickets)]["ticketNumber"])

    @rule(pick=PICK, status=st.integers(0, 22), amount=st.none() | AMOUNTS)
    def update_withdrawal(self, pick: int, status: int, amount: Decimal | None) -> None:
        tickets = self.send("operator", "GetAllWithdrawTickets", OMSId=1, OperatorId=1)
        ticket = tickets[pick % len(tickets)]
        self.send(
            "operator", "UpdateWithdrawTicket", omsId=1, requestCode=ticket["requestCode"],
            assetManagerId=1, accountId=ticket["accountId"], assetId=ticket["assetId"],
            amount=ticket["amount"] if amount is None else amount, Status=status,
        )

    @rule(pick=PICK)
    def advance_withdrawal(self, pick: int) -> None:
        tickets = [t for t in self.exchange.treasury.withdrawals.values() if t.hold_id]
        if tickets:
            providers.advance_withdrawal(self.exchange, tickets[pick % len(tickets)])

    @rule(who=PEOPLE, product=PRODUCTS, amount=AMOUNTS, to=PEOPLE, asks=st.booleans())
    def transfer(self, who: str, product: int, amount: Decimal, to: str, asks: bool) -> None:
        self.send(who, "SetAccountConfig", accountId=self.account(who),
                  config={"key": "ConfirmTransfers", "value": str(asks)})
        self.send(who, "TransferFunds", OMSId=1, SenderAccountId=self.account(who),
                  ProductId=product, Amount=amount, Notes="", ReceiverUserName=to)

    @rule(pick=PICK, confirms=st.booleans())
    def decide_transfer(self, pick: int, confirms: bool) -> None:
        made = list(self.exchange.transfers.by_id.values())
        transfer = made[pick % len(made)]
        call = "ConfirmTransferFunds" if confirms else "CancelTransferFunds"
        self.send("operator", call, OMSId=1, AccountId=transfer.sender,
                  TransferId=transfer.transfer_id)

    @rule(who=PEOPLE, to=PEOPLE, product=PRODUCTS, amount=AMOUNTS, times=st.integers(0, 2))
    def ask_for_funds(
        self, who: str, to: str, product: int, amount: Decimal, times: int
    ) -> None:
        asked = self.send(who, "RequestTransferFunds", OMSId=1, ProductId=product, Amount=amount,
                          Notes="", ReceiverUserName=to)
        for _ in range(times):
            self.send(to, "ConfirmRequestTransferFunds", OMSId=1, OperatorId=1,
                      RequestCode=asked["requestcode"])

    @rule(who=PEOPLE, side=st.integers(0, 1), price=st.integers(1, 3), size=st.integers(1, 3))
    def order(self, who: str, side: int, price: int, size: int) -> None:
        self.send(who, "SendOrder", OMSId=1, AccountId=self.account(who), InstrumentId=1,
                  Side=side, OrderType=2, TimeInForce=1, Quantity=size, LimitPrice=price * 10_000)

    @rule(who=PEOPLE)
    def cancel_orders(self, who: str) -> None:
        self.send(who, "CancelAllOrders", OMSId=1, AccountId=self.account(who))

    @invariant()
    def ledger_adds_up(self) -> None:
        self.exchange.ledger.audit()

    @invariant()
    def pending_is_what_open_tickets_say(self) -> None:
        for who in ("trader", "second_trader"):
            rows = self.send("operator", "GetAccountPositions", OMSId=1,
                             AccountId=self.account(who))
            held = {row["productId"]: Decimal(str(row["pendingWithdraws"])) for row in rows}
            for product_id, pending in held.items():
                live = [t.total for t in self.exchange.treasury.withdrawals_of(self.account(who))
                        if t.product_id == product_id and t.is_live]
                assert abs(sum(live, Decimal(0)) - pending) < Decimal("0.001")

    @invariant()
    def outside_owes_what_is_inside(self) -> None:
        ledger = self.exchange.ledger
        for product_id in (USD, BTC):
            inside = sum(p.amount for (owner, product), p in ledger.positions.items()
                         if product == product_id and owner != OUTSIDE)
            assert inside == -ledger.position(OUTSIDE, product_id).amount


TestMoneyMachine = MoneyMachine.TestCase
TestMoneyMachine.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)
