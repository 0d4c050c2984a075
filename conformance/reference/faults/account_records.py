"""Faults of account records, of the text pairs kept with accounts, and of badges given to them."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.accounts.record import account_record
from conformance.reference.dispatch import Context
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.refusals import NotFound, OperationFailed, Refusal
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, fault, forgets, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

ADD, UPDATE, INFO, LIST = "AddAccount", "UpdateAccount", "GetAccountInfo", "GetAccounts"
SET_PAIR, REMOVE_PAIR, PAIRS = "SetAccountConfig", "RemoveAccountConfig", "GetAccountConfig"
PUT_BADGE = "AddEditAccountBadge"
EVERY = 1_000_000
"""More accounts than any list has."""

forgets("accounts/level-of-user-lost", "A user's level is that of the default account.",
        "SetUserVerificationLevel")
forgets("accounts/config-lost", "A pair that was set is kept.", SET_PAIR)
fault("accounts/strangers-read", "Only linked users read an account.",
      INFO, "GetAccountFees", "GetTreasuryProductsForAccount", PAIRS)(without_bounds)
fault("accounts/strangers-write", "Only linked users change what is theirs of an account.",
      UPDATE, SET_PAIR)(without_bounds)
fault("accounts/not-for-operators", "An operator acts for any account.",
      "GetAccountFees", "GetAccountPositions", "GetTreasuryProductsForAccount", PAIRS, SET_PAIR)(
    not_for_operators
)


def _named(context: Context, request: Any) -> Account:
    """The account that a request names by id."""
    return context.exchange.accounts.get(request.account_id)


@fault("accounts/maker-is-linked", "A new account is linked with nobody.", ADD)
def _maker_is_linked(context: Context, request: Any, run: Run) -> object:
    reply: Any = run()
    context.exchange.accounts.get(reply["Id"]).user_ids.add(context.user.user_id)
    return reply


@fault("accounts/added-twice", "One account is added.", ADD)
def _added_twice(context: Context, request: Any, run: Run) -> object:
    reply = run()
    request.account_handle += "~"
    run()
    return reply


@rewrites("accounts/id-of-the-request", "The exchange chooses the id of an account.", ADD)
def _id_of_the_request(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Id": request.account_id}


@fault("accounts/id-of-a-refused", "A refused account has no id.", ADD)
def _id_of_a_refused(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal as refusal:
        return {"Success": False, "Id": context.exchange.ids.next("account"),
                "RejectMessage": refusal.detail or refusal.code.message}


@fault("accounts/handle-of-two", "A handle names one account.", ADD)
def _handle_of_two(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except OperationFailed:
        request.account_handle += "~"
        return run()


@fault("accounts/referer-lost", "An account reads as it was added.", ADD)
def _referer_lost(context: Context, request: Any, run: Run) -> object:
    request.referer_id = None
    return run()


def _taken_for_granted(key: str) -> Any:
    """What was not asked for is switched on."""

    def around(context: Context, request: Any, run: Run) -> object:
        if getattr(request, key) is None:
            setattr(request, key, True)
        return run()

    return around


for _word, _key in (("loyalty", "loyalty_enabled"), ("margin", "margin_enabled")):
    fault(f"accounts/{_word}-by-default", "What was not asked for is off.", ADD)(
        _taken_for_granted(_key)
    )


@rewrites("accounts/base-fee-has-a-product", "A fee in the traded product names none.", INFO)
def _base_fee_has_a_product(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "feeProduct": reply["feeProduct"] or min(context.exchange.catalogue.products)}


@fault("accounts/update-lost", "What was updated is there at once.", UPDATE)
def _update_lost(context: Context, request: Any, run: Run) -> object:
    return {"Result": True}


@fault("accounts/firm-is-fixed", "An operator changes any key.", UPDATE)
def _firm_is_fixed(context: Context, request: Any, run: Run) -> object:
    request.firm_id = None
    return run()


@fault("accounts/update-moves", "An update does not change whose account it is.", UPDATE)
def _update_moves(context: Context, request: Any, run: Run) -> object:
    reply = run()
    _named(context, request).oms_id += 1
    return reply


@fault("accounts/half-a-pair", "What is sent as a pair is changed as a pair.", UPDATE)
def _half_a_pair(context: Context, request: Any, run: Run) -> object:
    account = _named(context, request)
    fee_product, loyalty = account.fee_product, account.loyalty_enabled
    reply = run()
    account.fee_product, account.loyalty_enabled = fee_product, loyalty
    return reply


@rewrites("accounts/record-of-the-first", "The record is that of the account asked for.", INFO)
def _record_of_the_first(context: Context, request: Any, reply: Any) -> object:
    accounts = context.exchange.accounts.by_id
    return account_record(accounts[min(accounts)])


@fault("accounts/list-limit-ignored", "A list is no longer than asked for.", LIST)
def _list_limit_ignored(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERY
    return run()


@fault("accounts/list-begins-after", "A list begins with the account named.", LIST)
def _list_begins_after(context: Context, request: Any, run: Run) -> object:
    request.start_index += 1
    return run()


@rewrites("accounts/list-falls", "A list goes by rising ids.", LIST)
def _list_falls(context: Context, request: Any, reply: Any) -> object:
    return reply[::-1]


@fault("accounts/list-keys-ignored", "Asked-for keys select accounts.", LIST)
def _list_keys_ignored(context: Context, request: Any, run: Run) -> object:
    request.requested_keys = []
    return run()


@fault("accounts/list-cut-before-selection", "A page counts what was selected.", LIST)
def _list_cut_before_selection(context: Context, request: Any, run: Run) -> object:
    wanted = [key.casefold() for key in request.requested_keys]
    request.requested_keys = []
    page: Any = run()
    folded = [{key.casefold(): value for key, value in row.items()} for row in page]
    return [
        row for row, values in zip(page, folded, strict=True)
        if all(values[key] for key in wanted)
    ]


@rewrites("accounts/fees-of-nobody", "A fee names its account.", "GetAccountFees")
def _fees_of_nobody(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "accountId": 0} for row in reply]


@rewrites("accounts/fee-above-everything", "A percentage is a percentage.", "GetAccountFees")
def _fee_above_everything(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "feeAmt": row["feeAmt"] + 100} for row in reply]


@rewrites("accounts/config-guesses-types", "Configured values are text.", PAIRS)
def _config_guesses_types(context: Context, request: Any, reply: Any) -> object:
    return [
        {**row, "Value": int(row["Value"]) if row["Value"].isdecimal() else row["Value"]}
        for row in reply
    ]


@fault("accounts/config-trimmed", "A text reads back as it was sent.", SET_PAIR)
def _config_trimmed(context: Context, request: Any, run: Run) -> object:
    request.config.value = request.config.value.strip()
    return run()


@fault("accounts/config-first-stays", "A new value takes the place of the old one.", SET_PAIR)
def _config_first_stays(context: Context, request: Any, run: Run) -> object:
    return ACKNOWLEDGED if request.config.key in _named(context, request).config else run()


@fault("accounts/config-one-pair", "One pair is set or removed, the others stay.",
       SET_PAIR, REMOVE_PAIR)
def _config_one_pair(context: Context, request: Any, run: Run) -> object:
    config = _named(context, request).config
    key = request.key if context.call == REMOVE_PAIR else request.config.key
    for other in config.keys() - {key}:
        del config[other]
    return run()


@fault("badges/added-later", "A badge is there when the reply arrives.", PUT_BADGE)
def _added_later(context: Context, request: Any, run: Run) -> object:
    return {"Success": True}


@rewrites("badges/one-id-for-all", "A badge has an id of its own.",
          "GetAccountBadges", "GetAllBadges")
def _one_id_for_all(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "BadgeId": 1} for row in reply]


@fault("badges/of-nobody", "A badge needs an account.", PUT_BADGE)
def _of_nobody(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        context.exchange.badges.add(request.account_id, request.badge, active=request.active)
        return {"Success": True}


@fault("badges/always-on", "A badge can be switched off.", PUT_BADGE)
def _always_on(context: Context, request: Any, run: Run) -> object:
    request.active = True
    return run()
