"""Faults of products and their attributes, of the checks and limits they have, of providers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.aml import AmlConfig
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

ADD, ONE, ALL = "AddProduct", "GetProduct", "GetProducts"
DESCRIBE, DESCRIPTION, UNDESCRIBE = (
    "AddProductAttributes", "GetProductAttributes", "RemoveProductAttributes",
)
CHECK, CHECKED, UNCHECK = (
    "CreateAmlProviderConfig", "GetAmlProviderConfig", "DeleteAmlProviderConfig",
)
RUN, OFFERED, DETAILS = (
    "CallAccountProviderAdminFunction", "GetAccountProviderAdminFunctions",
    "GetAccountProviderDetails",
)
LIMIT = "EditVerificationLevelConfig"

forgets("products/attribute-lost", "An added attribute is there.", DESCRIBE)
forgets("products/attribute-stays", "A removed attribute is gone.", UNDESCRIBE)
forgets("products/check-lost", "A check that was set up is there.", CHECK)
forgets("products/level-edit-lost", "Edited limits of a level are in force.", LIMIT)


# Adding and reading.


@fault("products/terms-lost", "A product reads as it was defined.", ADD)
def _terms_lost(context: Context, request: Any, run: Run) -> object:
    request.decimal_places = min(request.decimal_places, 2)
    request.product_full_name = request.product
    return run()


@fault("products/number-taken-over", "A number names one product.", ADD)
def _taken_over(context: Context, request: Any, run: Run) -> object:
    context.exchange.catalogue.products.pop(request.product_id, None)
    return run()


@fault("products/number-chosen-anyway", "A free number that was asked for is used.", ADD)
def _chosen_anyway(context: Context, request: Any, run: Run) -> object:
    request.product_id = 0
    return run()


@rewrites("products/number-of-another", "The number returned is the new product's.", ADD)
def _number_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": min(context.exchange.catalogue.products)}


@fault("products/tick-follows-decimals", "Ticks need not fit the decimal places.", ADD)
def _tick_follows(context: Context, request: Any, run: Run) -> object:
    request.tick_size = Decimal(1).scaleb(-request.decimal_places)
    return run()


@fault("products/decimals-cut", "Too many decimal places are refused.", ADD)
def _decimals_cut(context: Context, request: Any, run: Run) -> object:
    request.decimal_places = min(request.decimal_places, 8)
    return run()


@fault("products/free-of-fees", "A product pays fees unless told otherwise.", ADD)
def _free_of_fees(context: Context, request: Any, run: Run) -> object:
    request.no_fees = True
    return run()


@rewrites("products/reason-for-success", "A message comes with a refusal only.", ADD)
def _reason_for_success(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "RejectMessage": "Product added"}


@fault("products/unknown-is-first", "A product that is not there is not found.", ONE)
def _unknown_is_first(context: Context, request: Any, run: Run) -> object:
    known = context.exchange.catalogue.products
    if request.product_id not in known:
        request.product_id = min(known)
    return run()


@rewrites("products/nine-decimals", "Decimal places lie between 0 and 8.", ONE)
def _nine_decimals(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "decimalPlaces": 9}


@rewrites("products/list-says-otherwise", "List and single reply agree.", ALL)
def _list_says_otherwise(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "tickSize": row["tickSize"] + 1} for row in reply]


@rewrites("products/listed-twice", "A product is listed once.", ALL)
def _listed_twice(context: Context, request: Any, reply: Any) -> object:
    return [*reply, reply[-1]]


# Attributes.


@fault("products/attribute-keeps-old-value", "A key that exists gets the new value.", DESCRIBE)
def _keeps_old_value(context: Context, request: Any, run: Run) -> object:
    product = context.exchange.catalogue.product(request.product_id)
    return ACKNOWLEDGED if request.key_name in product.attributes else run()


@rewrites("products/attributes-of-all", "Attributes are those of one product.", DESCRIPTION)
def _attributes_of_all(context: Context, request: Any, reply: Any) -> object:
    others = context.exchange.catalogue.products
    return reply + [
        {"omsId": request.oms_id, "productId": number, "keyName": key, "keyValue": value}
        for number, product in others.items() if number != request.product_id
        for key, value in product.attributes.items()
    ]


# Checks.


@fault("products/check-of-all", "A check is of one product.", CHECK)
def _check_of_all(context: Context, request: Any, run: Run) -> object:
    reply, known = run(), context.exchange.aml.by_product
    for number in known:
        known[number] = AmlConfig(
            number, request.url, request.aml_provider_type, request.api_token, request.enabled
        )
    return reply


@fault("products/check-always-on", "A check that is not enabled does not act.", CHECK)
def _check_always_on(context: Context, request: Any, run: Run) -> object:
    request.enabled = True
    return run()


@rewrites("products/check-of-another", "A check names its product.", CHECKED)
def _check_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "productId": reply["productId"] + 1}


@fault("products/two-keys-are-enough", "A check is asked for with all six keys.", CHECKED)
def _two_keys(context: Context, request: Any, run: Run) -> object:
    for name in ("url", "aml_provider_type", "api_token", "enabled"):
        if getattr(request, name) is None:
            setattr(request, name, False)
    return run()


# Account providers.


@rewrites("products/balance-never-the-same", "A reading function reads.", RUN)
def _never_the_same(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Result": context.exchange.ids.guid()}


@rewrites("products/function-not-named", "The reply names the function.", RUN)
def _not_named(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Function": ""}


@rewrites("products/unknown-function-runs", "An unknown function is told.", RUN)
def _unknown_runs(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Successful": True, "ErrorMsgs": ""}


@fault("products/parameters-unchecked", "A parameter's value is of its type.", RUN)
def _unchecked(context: Context, request: Any, run: Run) -> object:
    request.function_params = []
    return run()


@rewrites("products/functions-of-another", "Functions name their provider.", OFFERED)
def _functions_of_another(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "AccountProviderId": row["AccountProviderId"] + 1} for row in reply]


@rewrites("products/function-missing", "Each listed function can be called.", OFFERED)
def _function_missing(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "FunctionName": row["FunctionName"] + "s"} for row in reply]


@rewrites("products/details-with-numbers", "Details of a provider are texts.", DETAILS)
def _with_numbers(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Assets": 1}


# Verification levels.


@fault("products/level-edit-resets", "What an edit has no keys for stays as it is.", LIMIT)
def _edit_resets(context: Context, request: Any, run: Run) -> object:
    reply = run()
    context.exchange.verification.edit_product(
        request.verification_level, request.product_id, {"over_limit_rejected": False}
    )
    return reply
