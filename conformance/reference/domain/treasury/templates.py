"""Forms of deposits and withdrawals, as the account provider of a product asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.reference.domain.catalogue import Product, ProductType


@dataclass(frozen=True, slots=True)
class WithdrawTemplate:
    """A form to fill in; ``required`` must not be left empty."""

    name: str
    fields: dict[str, str]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DepositTemplate:
    """How a deposit is made; ``workflow`` is one of the pages' workflow names."""

    name: str
    provider_type: str
    fields: dict[str, str]
    uses_deposit_info: bool
    workflow: str


_BANK = WithdrawTemplate(
    "Standard",
    dict.fromkeys(
        ("Full Name", "Language", "Comment", "BankAddress", "BankAccountNumber",
         "BankAccountName", "Swiftcode"),
        "",
    ),
)
_ADDRESS_NAMES = {"BTC": "ToExternalBitCoinAddress", "ETH": "ToExternalEthereumAddress"}


def provider_type(product: Product) -> str:
    """Which kind of provider handles the product."""
    if product.product_type is not ProductType.CRYPTO_CURRENCY:
        return "Internal Accounting"
    return {"BTC": "BitcoinRpc", "ETH": "EthereumRPC"}.get(product.symbol, "EthereumERC20")


def withdraw_templates(product: Product) -> list[WithdrawTemplate]:
    """The forms that withdraw this product."""
    if product.product_type is not ProductType.CRYPTO_CURRENCY:
        return [_BANK]
    name = _ADDRESS_NAMES.get(product.symbol, "ToExternalAddress")
    fields = {"TemplateType": name, "Comment": "", "ExternalAddress": ""}
    return [WithdrawTemplate(name, fields, ("ExternalAddress",))]


def deposit_templates(product: Product) -> list[DepositTemplate]:
    """The forms that deposit this product."""
    if product.product_type is ProductType.CRYPTO_CURRENCY:
        return [DepositTemplate("Standard", provider_type(product), {}, True, "CryptoWallet")]
    fields = {"Full Name": "", "language": "", "Bank Name": ""}
    return [DepositTemplate("Standard", provider_type(product), fields, False, "ManualDeposit")]
