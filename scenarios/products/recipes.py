"""How to reach success for the calls about products, transfers and the services around them."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from scenarios.accounts.levels import defined, level_reads
from scenarios.products.attributes import KEY, VALUE, Described
from scenarios.products.moving import (
    asked,
    asking,
    decision,
    purse,
    question,
    selector,
    terms,
    transferred,
    waiting,
)
from scenarios.products.services import functions, provider_key
from scenarios.products.vocabulary import (
    aml_terms,
    checked,
    new_product,
    product_reads,
    product_terms,
)


def described(world: World) -> Described:
    """A new product with one pair."""
    return Described(world, "Product", new_product(world)).with_pairs(**{KEY: VALUE})


@recipe("products/AddProduct")
def add_product(world: World) -> Prepared:
    return Prepared(world.operator, product_terms(world), product_reads(world))


@recipe("products/GetProductAttributes")
def get_product_attributes(world: World) -> Prepared:
    return described(world).prepared({})


@recipe("products/AddProductAttributes", "products/RemoveProductAttributes")
def product_attributes(world: World) -> Prepared:
    return described(world).prepared({"KeyName": KEY, "KeyValue": VALUE})


@recipe("products/CreateAmlProviderConfig")
def create_aml_provider_config(world: World) -> Prepared:
    payload = aml_terms(world, new_product(world))
    return Prepared(world.operator, payload, ((world.operator, "GetAmlProviderConfig", payload),))


@recipe("products/DeleteAmlProviderConfig", "products/GetAmlProviderConfig")
def existing_aml_provider_config(world: World) -> Prepared:
    payload = checked(world)
    return Prepared(world.operator, payload, ((world.operator, "GetAmlProviderConfig", payload),))


@recipe("products/GetAccountProviderAdminFunctions", "products/GetAccountProviderDetails")
def of_account_provider(world: World) -> Prepared:
    return Prepared(world.operator, provider_key(world))


@recipe("products/CallAccountProviderAdminFunction")
def call_account_provider_admin_function(world: World) -> Prepared:
    return Prepared(world.operator, functions(world)[0].payload())


@recipe("products/EditVerificationLevelConfig")
def edit_verification_level_config(world: World) -> Prepared:
    product = world.market.product2
    payload = {
        "verificationLevel": defined(world, product), "omsId": world.oms_id,
        "productId": product, "dailyDepositLimit": 100,
    }
    return Prepared(world.operator, payload, level_reads(world))


@recipe("products/TransferFunds")
def transfer_funds(world: World) -> Prepared:
    both = purse(world)
    return Prepared(both.payer, terms(both), both.reads)


@recipe("products/CancelTransferFunds")
def cancel_transfer_funds(world: World) -> Prepared:
    both = purse(world)
    return Prepared(both.payer, selector(both, waiting(both)), both.reads)


@recipe("products/ConfirmTransferFunds")
def confirm_transfer_funds(world: World) -> Prepared:
    both = purse(world)
    waiting(both)
    return Prepared(both.payer, {}, both.reads)


@recipe("products/GetTransfer")
def get_transfer(world: World) -> Prepared:
    both = purse(world)
    return Prepared(both.payer, selector(both, transferred(both)))


@recipe("products/GetTransfers")
def get_transfers(world: World) -> Prepared:
    both = purse(world)
    transferred(both)
    return Prepared(both.payer, both.of_payer)


@recipe("products/GetTransfersReceived")
def get_transfers_received(world: World) -> Prepared:
    both = purse(world)
    transferred(both)
    return Prepared(both.receiver, both.of_receiver)


@recipe("products/RequestTransferFunds")
def request_transfer_funds(world: World) -> Prepared:
    both = purse(world)
    return Prepared(both.receiver, asking(both), both.reads)


@recipe("products/ConfirmRequestTransferFunds", "products/RejectRequestTransferFunds")
def decide_request(world: World) -> Prepared:
    both = purse(world)
    code = asked(both)
    pending = (both.receiver, "GetRequestTransfer", question(world, code))
    return Prepared(both.payer, decision(world, code), (*both.reads, pending))


@recipe("products/GetRequestTransfer")
def get_request_transfer(world: World) -> Prepared:
    both = purse(world)
    return Prepared(both.receiver, question(world, asked(both)))
