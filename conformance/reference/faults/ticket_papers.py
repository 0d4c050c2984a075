"""Faults around tickets: comments, files, wallet tickets, fees, forms, keys and services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.calls.tickets.wallet import wallet_row
from conformance.reference.dispatch import Context
from conformance.reference.domain.catalogue import ProductType
from conformance.reference.domain.refusals import InvalidRequest, Refusal
from conformance.reference.faults.registry import Run, fault, forgets, rewrites

ATTACH = ("AddDepositTicketAttachment", "AddWithdrawTicketAttachment")
COMMENT = ("SubmitDepositTicketComment", "SubmitWithdrawTicketComment")
FETCH = ("GetDepositTicketAttachment", "GetWithdrawTicketAttachment")
OPEN, CHANGE = "CreateAssetManagerWalletTicket", "UpdateAssetManagerWalletTicket"
FIND, LIST = "GetAssetManagerWalletTicket", "GetAllAssetManagerWalletTickets"
FEES, FEE = "GetOMSWithdrawFees", "GetWithdrawFee"
FORM, FORMS, KEYS = "GetWithdrawTemplate", "GetWithdrawTemplateTypes", "GetDepositInfo"
DEPOSIT_FORM = "GetDepositRequestInfoTemplate"
EVERYTHING = 100_000
ANY = {"asset_id": 0, "ticket_number": 0, "ticket_id": "", "ticket_type": 0, "ticket_status": 0}


def _papers(context: Context) -> tuple[dict[int, Any], dict[int, Any]]:
    """Tickets and attachments of the kind that the call is about."""
    treasury = context.exchange.treasury
    if "Deposit" in context.call:
        return treasury.deposits, treasury.deposit_attachments
    return treasury.withdrawals, treasury.withdraw_attachments


# Comments and files.


@rewrites("tickets/file-on-no-ticket", "A file that is accepted is on its ticket.", *ATTACH)
def _file_on_no_ticket(context: Context, request: Any, reply: Any) -> object:
    _papers(context)[0][request.ticket_number].attachments.pop()
    return reply


@rewrites("tickets/file-on-every-ticket", "A file goes onto one ticket.", *ATTACH)
def _file_on_every_ticket(context: Context, request: Any, reply: Any) -> object:
    tickets = _papers(context)[0]
    ticket = tickets[request.ticket_number]
    for other in tickets.values():
        if other.account_id == ticket.account_id and other is not ticket:
            other.attachments.append(ticket.attachments[-1])
    return reply


@rewrites("tickets/comment-lost", "A comment is read on the ticket.", *COMMENT)
def _comment_lost(context: Context, request: Any, reply: Any) -> object:
    _papers(context)[0][request.ticket_id].comments.pop()
    return reply


@rewrites("tickets/comment-replaces", "A comment joins the older ones.", *COMMENT)
def _comment_replaces(context: Context, request: Any, reply: Any) -> object:
    comments = _papers(context)[0][request.ticket_id].comments
    del comments[:-1]
    return reply


@rewrites("tickets/file-names-another-ticket", "A file names its ticket.", *FETCH)
def _names_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "ticketNumber": reply["ticketNumber"] + 1}


@rewrites("tickets/file-ids-repeat", "Ids of files never repeat.", *ATTACH)
def _ids_repeat(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "attachmentid": 1}


# Wallet tickets.


@fault("tickets/wallet-terms-lost", "A wallet ticket says what was sent.", OPEN)
def _terms_lost(context: Context, request: Any, run: Run) -> object:
    request.ticket_type = 1
    return run()


@rewrites("tickets/wallet-tickets-resolve", "Opening a wallet ticket changes no other.", OPEN)
def _others_resolve(context: Context, request: Any, reply: Any) -> object:
    *older, _ = context.exchange.treasury.wallet_tickets.by_number.values()
    for ticket in older:
        ticket.status = type(ticket.status)(2)
    return reply


@fault("tickets/wallet-window-refused", "A window means nothing where nothing is searched.",
       CHANGE)
def _window_refused(context: Context, request: Any, run: Run) -> object:
    if request.start_index:
        raise InvalidRequest("startIndex belongs to searches")
    return run()


@fault("tickets/wallet-window-moves-create", "A window means nothing to a new ticket.", OPEN)
def _window_moves(context: Context, request: Any, run: Run) -> object:
    if request.start_index:
        request.ticket_type = type(request.ticket_type)(8)
    return run()


forgets("tickets/wallet-change-lost", "A wallet ticket reads as it was changed.", CHANGE)


@rewrites("tickets/wallet-change-unsigned", "A wallet ticket tells who changed it.", CHANGE)
def _unsigned(context: Context, request: Any, reply: Any) -> object:
    *_, newest = context.exchange.treasury.wallet_tickets.by_number.values()
    newest.updated_by = 1
    return reply


@fault("tickets/wallet-change-undated", "A wallet ticket tells when it was changed.", CHANGE)
def _undated(context: Context, request: Any, run: Run) -> object:
    *_, newest = context.exchange.treasury.wallet_tickets.by_number.values()
    before = newest.updated_ms
    reply = run()
    newest.updated_ms = before
    return reply


@fault("tickets/wallet-filter-ignored", "What is found fits the filter.", LIST)
def _filter_ignored(context: Context, request: Any, run: Run) -> object:
    for name, value in ANY.items():
        setattr(request, name, value)
    return run()


@fault("tickets/wallet-limit-zero-is-all", "Limit 0 brings the newest.", LIST)
def _zero_is_all(context: Context, request: Any, run: Run) -> object:
    request.limit = EVERYTHING if request.limit == 0 else request.limit
    return run()


@rewrites("tickets/wallet-oldest-first", "Wallet tickets come newest first.", LIST)
def _wallet_oldest_first(context: Context, request: Any, reply: Any) -> object:
    return reply[::-1]


@rewrites("tickets/wallet-zero-is-a-product", "Nothing given matches everything.", LIST)
def _zero_is_a_product(context: Context, request: Any, reply: Any) -> object:
    return [row for row in reply if row["assetId"] == request.asset_id]


@fault("tickets/wallet-window-ignored", "A window may miss the ticket.", FIND)
def _window_ignored(context: Context, request: Any, run: Run) -> object:
    request.start_index = request.limit = None
    run()
    known = context.exchange.treasury.wallet_tickets
    return wallet_row(known.get(request.ticket_number, ""))


# Fees, forms and keys.


@rewrites("tickets/percentage-as-fraction", "A percentage is of a hundred.", FEES)
def _as_fraction(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "FeeAmt": row["FeeAmt"] / 100} for row in reply]


@rewrites("tickets/inactive-fees-listed-active", "Only active fees are charged.", FEES)
def _all_active(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "IsActive": True} for row in reply]


@rewrites("tickets/estimate-too-low", "The estimate is what is charged.", FEE)
def _too_low(context: Context, request: Any, reply: Any) -> object:
    return {"FeeAmount": reply["FeeAmount"] / 2}


@rewrites("tickets/fee-falls-with-amount", "Taking out more never costs less.", FEE)
def _falls(context: Context, request: Any, reply: Any) -> object:
    return {"FeeAmount": Decimal(10) / (1 + request.amount)}


@fault("tickets/form-needs-account", "A form needs no account.", FORM)
def _needs_account(context: Context, request: Any, run: Run) -> object:
    if not request.account_id:
        raise InvalidRequest("AccountId is Required")
    return run()


@fault("tickets/form-needs-provider", "A form needs no account provider.", FORM)
def _needs_provider(context: Context, request: Any, run: Run) -> object:
    if not request.account_provider_id:
        raise InvalidRequest("AccountProviderId is Required")
    return run()


@rewrites("tickets/form-is-no-json", "A form is JSON.", FORM)
def _no_json(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Template": "Full Name; BankAccountNumber"}


@rewrites("tickets/form-lacks-a-field", "A form filled in is taken.", FORM)
def _lacks_a_field(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Template": '{"Comment":""}'}


@rewrites("tickets/form-name-unknown", "Every name leads to a form.", FORMS)
def _name_unknown(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "TemplateTypes": [*reply["TemplateTypes"], "Express"]}


@fault("tickets/failure-names-forms", "A failure names no forms.", FORMS)
def _failure_names_forms(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal as refusal:
        return {"TemplateTypes": ["Standard"], "result": False, "errorcode": int(refusal.code),
                "errormsg": refusal.code.message, "statuscode": None, "detail": refusal.detail}


@rewrites("tickets/deposit-form-of-another", "A deposit form is one of the list.", DEPOSIT_FORM)
def _form_of_another(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "Template": {**reply["Template"], "DepositWorkflow": "Custom"}}


@fault("tickets/keys-never-new", "New keys are new.", KEYS)
def _never_new(context: Context, request: Any, run: Run) -> object:
    request.generate_new_key = False
    return run()


@fault("tickets/keys-always-new", "The last keys come again.", KEYS)
def _always_new(context: Context, request: Any, run: Run) -> object:
    request.generate_new_key = True
    return run()


@rewrites("tickets/keys-of-everybody", "No key belongs to two accounts.", KEYS)
def _of_everybody(context: Context, request: Any, reply: Any) -> object:
    return [reply[0], "0x00000000000000000000000000000000000000aa"]


@fault("tickets/money-has-keys", "Money has no keys.", KEYS)
def _money_has_keys(context: Context, request: Any, run: Run) -> object:
    kind = context.exchange.catalogue.product(request.product_id).product_type
    return ["0xaa", "0xbb"] if kind is ProductType.NATIONAL_CURRENCY else run()
