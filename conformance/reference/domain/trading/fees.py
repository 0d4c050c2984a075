"""Trading fees: what the venue charges a side of a trade, and in which product.

By default the fee leaves what the side receives: product 1 for a buyer, product 2 for a seller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from typing import NamedTuple

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.accounts import Account, FeeProductType
from conformance.reference.domain.catalogue import Catalogue, Instrument
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.trading.orders import MakerTaker, OrderType, Side

WRONG_PRODUCT = defect(
    "trading/fee-wrong-product", "The fee of a trade is charged in the product received."
)
NOT_CHARGED = defect("trading/fee-not-charged", "An execution is charged the fee it reports.")


class FeeCalculation(IntEnum):
    FLAT_RATE = 0
    PERCENTAGE = 1


@dataclass(slots=True)
class FeeRule:
    """One line of the schedule. Zero ids and ``UNKNOWN`` mean "any".

    ``amount`` is in units of the fee product, or in percent (0.2 is two thousandths).
    """

    fee_id: int
    amount: Decimal
    calculation: FeeCalculation = FeeCalculation.PERCENTAGE
    account_id: int = 0
    instrument_id: int = 0
    order_type: OrderType = OrderType.UNKNOWN
    maker_taker: MakerTaker = MakerTaker.UNKNOWN
    is_active: bool = True


class Fee(NamedTuple):
    """A fee and the product it is charged in."""

    amount: Decimal
    product_id: int


@dataclass
class FeeSchedule:
    """The rules; the most specific active one counts, the later one among equals."""

    catalogue: Catalogue
    defects: Defects
    rules: list[FeeRule] = field(default_factory=list)
    discounted: Callable[[Account, Fee], Fee] = lambda account, fee: fee

    def rule_for(
        self, account_id: int, instrument_id: int, order_type: OrderType, role: MakerTaker
    ) -> FeeRule | None:
        """The rule that applies, if any."""
        best, best_rank = None, -1
        for rule in self.rules:
            pairs = (
                (rule.account_id, account_id),
                (rule.instrument_id, instrument_id),
                (rule.order_type, order_type),
                (rule.maker_taker, role),
            )
            if not rule.is_active or any(wanted and wanted != real for wanted, real in pairs):
                continue
            rank = sum(1 for wanted, _ in pairs if wanted)
            if rank >= best_rank:
                best, best_rank = rule, rank
        return best

    def fee(
        self,
        account: Account,
        instrument: Instrument,
        side: Side,
        quantity: Decimal,
        price: Decimal,
        *,
        order_type: OrderType,
        role: MakerTaker,
    ) -> Fee:
        """The fee of one side of a trade, rounded to the product's decimal places."""
        buys = side is Side.BUY
        received = (instrument.product1, instrument.product2)
        product_id = received[0] if buys else received[1]
        if account.fee_product_type is FeeProductType.SINGLE_PRODUCT:
            product_id = account.fee_product if account.fee_product in received else product_id
        if self.defects(WRONG_PRODUCT):
            product_id = received[1] if buys else received[0]
        product = self.catalogue.product(product_id)
        rule = self.rule_for(account.account_id, instrument.instrument_id, order_type, role)
        if rule is None or product.no_fees:
            return Fee(ZERO, product_id)
        amount = rule.amount
        if rule.calculation is FeeCalculation.PERCENTAGE:
            base = quantity if product_id == instrument.product1 else quantity * price
            amount = base * rule.amount / 100
        unit = Decimal(1).scaleb(-product.decimal_places)
        return self.discounted(account, Fee(amount.quantize(unit, ROUND_HALF_UP), product_id))
