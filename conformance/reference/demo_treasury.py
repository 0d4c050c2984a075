"""Demo data of the treasury: fees, limits, a few finished and open tickets, a transfer, records.

What is left open belongs to the market maker, so that the traders begin with nothing on hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from conformance.reference.domain import transfers
from conformance.reference.domain.accounts import FEE_ACCOUNT
from conformance.reference.domain.admin.asset_manager import ASSET_MANAGER_ID
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.clock import iso
from conformance.reference.domain.ledger_entries import Booking, submit
from conformance.reference.domain.reconciliation import Reconciliation
from conformance.reference.domain.treasury import deposits, withdrawals
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.domain.treasury.fees import FeeCalcType, WithdrawFee
from conformance.reference.domain.treasury.wallet_tickets import (
    WalletTicket,
    WalletTicketStatus,
    WalletTicketType,
)
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus
from conformance.reference.domain.verification import InstrumentLevel, ProductLevel
from conformance.reference.exchange import Exchange

USD, BTC, ETH = 1, 2, 3
_FEES = (
    (USD, "5", FeeCalcType.FLAT_RATE, True),
    (USD, "1", FeeCalcType.PERCENTAGE, False),
    (BTC, "0.0005", FeeCalcType.FLAT_RATE, True),
    (ETH, "0.5", FeeCalcType.PERCENTAGE, True),
)
_AUTO_THRESHOLD = {USD: Decimal(0), BTC: Decimal(1), ETH: Decimal(10)}
_BANK_FORM = '{"Full Name": "Market Maker", "BankAccountNumber": "12345678"}'


class Owner(Protocol):
    """A persona, as far as it matters here."""

    @property
    def user_id(self) -> int: ...

    @property
    def account_id(self) -> int: ...


def add_treasury_demo(exchange: Exchange, personas: Mapping[str, Owner]) -> None:
    """What a treasury that has been running for a while would show."""
    _add_fees(exchange)
    _add_levels(exchange)
    _add_attributes(exchange)
    _add_tickets(exchange, personas["market_maker"])
    _add_transfer(exchange, personas["market_maker"], personas["second_trader"])
    _add_records(exchange, personas["operator"])


def _add_fees(exchange: Exchange) -> None:
    for product_id, amount, calculation, active in _FEES:
        exchange.treasury.fees.lines.append(
            WithdrawFee(
                exchange.ids.next("withdraw_fee"), product_id, Decimal(amount), calculation,
                active,
            )
        )


def _add_levels(exchange: Exchange) -> None:
    for product in exchange.catalogue.products.values():
        crypto = product.product_type is ProductType.CRYPTO_CURRENCY
        exchange.verification.put_product(
            ProductLevel(
                1, product.product_id, product.full_name,
                auto_withdraw_threshold=_AUTO_THRESHOLD.get(product.product_id, Decimal(0)),
                notional_product_id=USD, over_limit_rejected=not crypto,
            )
        )
    for instrument in exchange.catalogue.instruments.values():
        exchange.verification.put_instrument(
            InstrumentLevel(1, instrument.instrument_id, instrument.symbol)
        )


def _add_attributes(exchange: Exchange) -> None:
    for product in exchange.catalogue.products.values():
        product.attributes["Symbol"] = product.symbol
    for instrument in exchange.catalogue.instruments.values():
        instrument.attributes["Segment"] = "spot"


def _add_tickets(exchange: Exchange, owner: Owner) -> None:
    user = exchange.users.get(owner.user_id)
    credited = deposits.open_ticket(exchange, user, owner.account_id, USD, Decimal(2_500))
    deposits.move_to(exchange, credited, DepositStatus.ACCEPTED)
    deposits.move_to(exchange, credited, DepositStatus.FULLY_PROCESSED)
    deposits.open_ticket(
        exchange, user, owner.account_id, USD, Decimal(750), info={"Full Name": "Market Maker"}
    )
    paid = withdrawals.create(
        exchange, user, owner.account_id, USD, Decimal(400), template_type="Standard",
        template_form=_BANK_FORM,
    )
    withdrawals.move_to(exchange, paid, WithdrawStatus.ACCEPTED)
    withdrawals.move_to(exchange, paid, WithdrawStatus.FULLY_PROCESSED)
    withdrawals.create(
        exchange, user, owner.account_id, USD, Decimal(120), template_type="Standard",
        template_form=_BANK_FORM,
    )


def _add_transfer(exchange: Exchange, sender: Owner, receiver: Owner) -> None:
    by, to = exchange.users.get(sender.user_id), exchange.users.get(receiver.user_id)
    account = exchange.accounts.get(sender.account_id)
    transfers.transfer(exchange, account, by, to, USD, Decimal(10), "Thank you")


def _add_records(exchange: Exchange, operator: Owner) -> None:
    now = exchange.clock.now()
    submit(exchange, Booking(FEE_ACCOUNT, USD, Decimal(1), Decimal(0), "Opening balance"),
           operator.user_id)
    exchange.reconciliations.records.append(
        Reconciliation(
            exchange.ids.next("reconciliation"), Decimal(40), Decimal(60), Decimal(100),
            Decimal(100), Decimal(1), iso(now), ASSET_MANAGER_ID, BTC,
        )
    )
    ticket = WalletTicket(
        exchange.ids.next("wallet_ticket"), exchange.ids.guid(), ASSET_MANAGER_ID, BTC, BTC,
        WalletTicketType.LOW_BALANCE, WalletTicketStatus.OPEN, now, operator.user_id,
        "Hot balance is below its minimum",
    )
    exchange.treasury.wallet_tickets.by_number[ticket.ticket_number] = ticket
