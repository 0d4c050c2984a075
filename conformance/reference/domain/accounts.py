"""Accounts: who owns funds. Users and accounts are many-to-many."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from conformance.reference.domain.refusals import NotFound, OperationFailed

FEE_ACCOUNT = 1
DEPOSIT_ACCOUNT = 2
ADAPTER_ACCOUNT = 3


class AccountType(IntEnum):
    ASSET = 0
    LIABILITY = 1
    PROFIT_LOSS = 2


class RiskType(IntEnum):
    UNKNOWN = 0
    NORMAL = 1
    NO_RISK_CHECK = 2
    NO_TRADING = 3


class FeeProductType(IntEnum):
    BASE_PRODUCT = 0
    SINGLE_PRODUCT = 1


@dataclass(slots=True)
class Account:
    """One account; ``user_ids`` are the users linked to it."""

    account_id: int
    oms_id: int
    name: str
    handle: str
    firm_id: str = ""
    firm_name: str = ""
    account_type: AccountType = AccountType.ASSET
    fee_group_id: int = 0
    parent_id: int = 0
    risk_type: RiskType = RiskType.NORMAL
    verification_level: int = 0
    fee_product_type: FeeProductType = FeeProductType.BASE_PRODUCT
    fee_product: int = 0
    referer_id: int = 0
    loyalty_product_id: int = 0
    loyalty_enabled: bool = False
    margin_enabled: bool = False
    liability_account_id: int = 0
    lending_account_id: int = 0
    profit_loss_account_id: int = 0
    config: dict[str, str] = field(default_factory=dict)
    user_ids: set[int] = field(default_factory=set)

    @property
    def trades_on_margin(self) -> bool:
        """Margin needs the switch and three accounts that stand behind this one."""
        companions = self.liability_account_id, self.lending_account_id, self.profit_loss_account_id
        return self.margin_enabled and all(companions)


@dataclass
class Accounts:
    """All accounts by id and by handle."""

    by_id: dict[int, Account] = field(default_factory=dict)
    _by_handle: dict[str, Account] = field(default_factory=dict)

    def add(self, account: Account) -> Account:
        """Register an account; its id and its handle must be new."""
        if account.account_id in self.by_id:
            raise OperationFailed("Account already exists")
        if account.handle and self.by_handle(account.handle) is not None:
            raise OperationFailed("AccountHandle already exists")
        self.by_id[account.account_id] = account
        self._by_handle.setdefault(account.handle, account)
        return account

    def get(self, account_id: int) -> Account:
        """The account; raises NotFound."""
        try:
            return self.by_id[account_id]
        except KeyError:
            raise NotFound(f"Invalid AccountId: {account_id}") from None

    def by_handle(self, handle: str) -> Account | None:
        """The account with this handle, if any."""
        return self._by_handle.get(handle)

    def of_user(self, user_id: int) -> list[Account]:
        """Accounts the user is linked to, by id."""
        linked = [a for a in self.by_id.values() if user_id in a.user_ids]
        return sorted(linked, key=lambda account: account.account_id)
