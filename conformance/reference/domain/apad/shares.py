"""Assets that companies issue: each is a product of the exchange, held in its ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.admin.asset_manager import (
    BalanceProfile,
    ProviderInfo,
    ProviderMode,
)
from conformance.reference.domain.apad.companies import Company
from conformance.reference.domain.catalogue import Product, ProductType
from conformance.reference.domain.ledger import (
    OUTSIDE,
    ZERO,
    Posting,
    ReferenceType,
    TransactionType,
)
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.users import User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

LOSES_SHARES = defect("apad/transfer-loses-shares", "Granting shares conserves what was issued.")
CREDITS_NOBODY = defect(
    "apad/clawback-credits-nobody", "Shares clawed back are the company's again."
)
BEYOND_CAP = defect("apad/issued-beyond-cap", "No more shares are issued than were minted.")
DECIMAL_PLACES = 8


@dataclass(frozen=True, slots=True)
class Share:
    """An asset of a company."""

    guid: str
    product_id: int
    company_id: int
    name: str
    full_name: str


@dataclass
class Shares:
    """All assets issued by companies, by product."""

    exchange: Exchange
    by_product: dict[int, Share] = field(default_factory=dict)
    _by_company: defaultdict[int, list[Share]] = field(default_factory=lambda: defaultdict(list))

    def add(self, company: Company, name: str, full_name: str) -> Share:
        """Create the asset, its product and the provider through which it can be deposited."""
        exchange = self.exchange
        product = exchange.catalogue.add_product(
            Product(
                exchange.catalogue.new_product_id(exchange.ids), exchange.oms_id, name, full_name,
                ProductType.CONTRACT, DECIMAL_PLACES, Decimal(1).scaleb(-DECIMAL_PLACES),
            )
        )
        share = Share(exchange.ids.guid(), product.product_id, company.company_id, name, full_name)
        self.by_product[product.product_id] = share
        self._by_company[company.company_id].append(share)
        self._install_provider(product)
        return share

    def named(self, name: str) -> Share:
        """The asset with this short name; raises NotFound."""
        for share in self.by_product.values():
            if share.name == name:
                return share
        raise NotFound(f"Invalid AssetName: {name}")

    def of_company(self, company_id: int) -> list[Share]:
        """What a company has issued, oldest first."""
        return list(self._by_company[company_id])

    def issued(self, share: Share) -> Decimal:
        """How many are on the exchange, granted or not."""
        return ZERO - self.exchange.ledger.position(OUTSIDE, share.product_id).amount

    def balance(self, account_id: int, share: Share) -> Decimal:
        """How many an account has."""
        found = self.exchange.ledger.positions.get((account_id, share.product_id))
        return found.amount if found is not None else ZERO

    def holders(self, share: Share) -> list[int]:
        """Users with a balance in an account of theirs."""
        accounts = self.exchange.accounts
        found = {
            user_id
            for position in self.exchange.ledger.positions_in(share.product_id)
            if position.account_id != OUTSIDE and position.amount > ZERO
            for user_id in accounts.get(position.account_id).user_ids
        }
        return sorted(found)

    def deposit(self, account_id: int, product_id: int, amount: Decimal) -> None:
        """Shares minted to a deposit key of the account have arrived."""
        if self.exchange.defects(BEYOND_CAP):
            amount = amount * 2
        self._move(OUTSIDE, account_id, product_id, amount, ReferenceType.DEPOSIT)

    def grant(self, share: Share, company: Company, user: User, amount: Decimal) -> int:
        """Move shares from the company to a user; answers the transaction's id."""
        self._require_amount(amount)
        if company.company_id != share.company_id:
            raise OperationFailed("the company did not issue this asset")
        receiver = OUTSIDE if self.exchange.defects(LOSES_SHARES) else user.account_id
        return self._move(
            company.account_id, receiver, share.product_id, amount, ReferenceType.TRANSFER
        )

    def claw_back(self, share: Share, company: Company, user: User, amount: Decimal) -> int:
        """Move shares from a user back to the company; answers the transaction's id."""
        self._require_amount(amount)
        receiver = OUTSIDE if self.exchange.defects(CREDITS_NOBODY) else company.account_id
        return self._move(
            user.account_id, receiver, share.product_id, amount, ReferenceType.TRANSFER
        )

    def _require_amount(self, amount: Decimal) -> None:
        if amount <= ZERO:
            raise InvalidRequest("amount must be above zero")
        if amount != round(amount, DECIMAL_PLACES):
            raise InvalidRequest(f"amount has more than {DECIMAL_PLACES} decimal places")

    def _move(
        self, giver: int, receiver: int, product_id: int, amount: Decimal, kind: ReferenceType
    ) -> int:
        booked = self.exchange.ledger.move(
            (
                Posting(giver, product_id, -amount, receiver),
                Posting(receiver, product_id, amount, giver),
            ),
            TransactionType.OTHER, kind, 0,
        )
        return booked[0].transaction_id

    def _install_provider(self, product: Product) -> None:
        manager = self.exchange.asset_manager
        provider_id = max(manager.installed, default=0) + 1
        manager.installed.add(provider_id)
        manager.put_provider(
            ProviderInfo(
                provider_id, product.product_id, "Digitizer", f"{product.symbol} provider", True,
                None, True, True, ProviderMode.ACCOUNT, BalanceProfile(enabled=True),
                sequence=manager.next_sequence(),
            )
        )
