"""Faults of instruments, their attributes, the sharing of their fees and their trading limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.dispatch import Context
from conformance.reference.domain.distributions import HOUSE_ACCOUNTS, Distribution
from conformance.reference.domain.refusals import InvalidRequest, OperationFailed
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

ADD, CHANGE = "AddInstrument", "UpdateInstrument"
ONE, ALL, TEMPLATES = "GetInstrument", "GetInstruments", "GetVenueInstruments"
DESCRIBE, DESCRIPTION, UNDESCRIBE = (
    "AddInstrumentAttributes", "GetInstrumentAttributes", "RemoveInstrumentAttributes",
)
SHARE, SHARES = "SetDistribution", "GetDistributions"
LIMIT, LIMITS = (
    "EditInstrumentVerificationLevelConfig", "GetInstrumentVerificationLevelConfigs",
)
FEES = HOUSE_ACCOUNTS[0]

forgets("instrs/attribute-lost", "An added attribute is there.", DESCRIBE)
forgets("instrs/attribute-stays", "A removed attribute is gone.", UNDESCRIBE)
forgets("instrs/share-lost", "A share of fees that was set is there.", SHARE)
forgets("instrs/limits-lost", "Trading limits that were set are in force.", LIMIT)


# Adding and changing.


@fault("instrs/increments-swapped", "Quantities are no prices.", ADD)
def _increments_swapped(context: Context, request: Any, run: Run) -> object:
    request.price_increment, request.quantity_increment = (
        request.quantity_increment, request.price_increment,
    )
    return run()


@fault("instrs/of-any-product", "An instrument is of products that exist.", ADD)
def _of_any_product(context: Context, request: Any, run: Run) -> object:
    known = sorted(context.exchange.catalogue.products)
    for place, name in enumerate(("product1", "product2")):
        if getattr(request, name) not in known:
            setattr(request, name, known[place - 2])
    return run()


@rewrites("instrs/reason-for-success", "A message comes with a refusal only.", ADD, CHANGE)
def _reason_for_success(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "RejectMessage": "Done"}


@rewrites("instrs/number-of-another", "The number returned is the new instrument's.", ADD)
def _number_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": min(context.exchange.catalogue.instruments)}


@fault("instrs/prevents-self-trades", "Self trades are not prevented by default.", ADD)
def _prevents_self_trades(context: Context, request: Any, run: Run) -> object:
    if request.self_trade_prevention is None:
        request.self_trade_prevention = True
    return run()


@fault("instrs/without-increments", "An instrument that runs has increments.", ADD)
def _without_increments(context: Context, request: Any, run: Run) -> object:
    wanted = request.quantity_increment, request.price_increment
    request.quantity_increment, request.price_increment = (part or Decimal(1) for part in wanted)
    reply = run()
    instrument = context.exchange.catalogue.instrument(reply["Id"])
    instrument.quantity_increment, instrument.price_increment = wanted
    return reply


@rewrites("instrs/update-hits-others", "A change is of one instrument.", CHANGE)
def _hits_others(context: Context, request: Any, reply: Any) -> object:
    newest = next(reversed(context.exchange.catalogue.instruments.values()))
    newest.price_increment = request.price_increment or newest.price_increment
    return reply


@fault("instrs/update-of-nothing", "An instrument that is not there is not changed.", CHANGE)
def _of_nothing(context: Context, request: Any, run: Run) -> object:
    if request.instrument_id in context.exchange.catalogue.instruments:
        return run()
    return {"Id": request.instrument_id, "RejectMessage": ""}


@fault("instrs/updated-in-part", "A change is made whole or not at all.", CHANGE)
def _in_part(context: Context, request: Any, run: Run) -> object:
    instrument = context.exchange.catalogue.instrument(request.instrument_id)
    instrument.price_increment = request.price_increment or instrument.price_increment
    return run()


@fault("instrs/any-oms", "The OMS says which instrument is meant.", CHANGE)
def _any_oms(context: Context, request: Any, run: Run) -> object:
    request.oms_id = context.exchange.oms_id
    return run()


# Reading.


@rewrites("instrs/place-in-a-list", "A single instrument stands at 0.", ONE)
def _place_in_a_list(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "sortIndex": 1}


@rewrites("instrs/symbols-swapped", "Symbols are those of the products.", ONE)
def _symbols_swapped(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "product1Symbol": reply["product2Symbol"],
            "product2Symbol": reply["product1Symbol"]}


@rewrites("instrs/always-running", "The session follows the market.", ONE)
def _always_running(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "sessionStatus": 1}


@rewrites("instrs/listed-twice", "An instrument is listed once.", ALL)
def _listed_twice(context: Context, request: Any, reply: Any) -> object:
    return [*reply, reply[-1]]


@rewrites("instrs/templates-nameless", "A template in use names its instrument.", TEMPLATES)
def _nameless(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "InstrumentName": None} for row in reply]


@rewrites("instrs/templates-mixed-up", "An instrument names its template.", TEMPLATES)
def _mixed_up(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "VenueInstrumentId": row["VenueInstrumentId"] + 1} for row in reply]


# Attributes.


@rewrites("instrs/attributes-of-all", "Attributes are those of one instrument.", DESCRIPTION)
def _attributes_of_all(context: Context, request: Any, reply: Any) -> object:
    others = context.exchange.catalogue.instruments
    return reply + [
        {"omsId": request.oms_id, "instrumentId": number, "keyName": key, "keyValue": value}
        for number, instrument in others.items() if number != request.instrument_id
        for key, value in instrument.attributes.items()
    ]


@fault("instrs/removal-needs-value", "The key is enough to remove a pair.", UNDESCRIBE)
def _needs_value(context: Context, request: Any, run: Run) -> object:
    raise InvalidRequest("KeyValue is Required")


# Sharing fees.


@fault("instrs/share-always-new", "A number says which share is changed.", SHARE)
def _always_new(context: Context, request: Any, run: Run) -> object:
    if request.distribution_id:
        del context.exchange.distributions.by_id[request.distribution_id]
        request.distribution_id = 0
    return run()


@fault("instrs/shares-in-units", "A share is a percentage unless told otherwise.", SHARE)
def _in_units(context: Context, request: Any, run: Run) -> object:
    request.absolute = True
    return run()


@fault("instrs/shares-in-percent", "An absolute share is in units.", SHARE)
def _in_percent(context: Context, request: Any, run: Run) -> object:
    request.absolute = False
    return run()


def _put(context: Context, request: Any) -> object:
    exchange = context.exchange
    number = exchange.ids.next("distribution")
    exchange.distributions.by_id[number] = Distribution(
        number, request.instrument_id, request.order_type, request.account,
        request.distribution_prct, request.absolute,
    )
    return ACKNOWLEDGED


@fault("instrs/house-gets-a-share", "The house gets no share of its own fees.", SHARE)
def _house_gets_a_share(context: Context, request: Any, run: Run) -> object:
    return _put(context, request) if request.account in HOUSE_ACCOUNTS else run()


@fault("instrs/share-beside-share", "An order type has one share.", SHARE)
def _beside(context: Context, request: Any, run: Run) -> object:
    return run() if request.distribution_id else _put(context, request)


@rewrites("instrs/share-not-booked", "Shares go out from the fee account.",
          "GetAccountTransactions")
def _not_booked(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply if request.account_id != FEES or not row["dr"]]


# Trading limits.


@rewrites("instrs/limits-of-all-levels", "Limits are of one level.", LIMIT)
def _of_all_levels(context: Context, request: Any, reply: Any) -> object:
    for level in context.exchange.verification.instruments.values():
        if level.instrument_id == request.instrument_id:
            level.daily_buy_limit = request.daily_buy_limit or level.daily_buy_limit
    return reply


@fault("instrs/limits-count-value", "Limits count units.", "SendOrder")
def _count_value(context: Context, request: Any, run: Run) -> object:
    exchange = context.exchange
    account = exchange.accounts.get(request.account_id)
    level = exchange.verification.instrument(account.verification_level, request.instrument_id)
    value = request.quantity * (request.limit_price or Decimal(1))
    if level is not None and 0 < level.daily_buy_limit < value:
        raise OperationFailed("Trading limit exceeded")
    return run()


@rewrites("instrs/limits-of-another-level", "Limits repeat their level.", LIMITS)
def _of_another_level(context: Context, request: Any, reply: Any) -> object:
    return [
        {**level, "Instruments": [
            {**row, "verificationLevel": row["verificationLevel"] + 1, "omsId": row["omsId"] + 1}
            for row in level["Instruments"]
        ]}
        for level in reply
    ]
