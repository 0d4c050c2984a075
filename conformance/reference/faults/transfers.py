"""Faults of transfers between accounts, and of requests for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.reference.calls.products.transfer_requests import get_request_transfer
from conformance.reference.calls.products.transfers import transfer_row
from conformance.reference.dispatch import Context
from conformance.reference.domain import transfers
from conformance.reference.domain.refusals import NotAuthorized, NotFound, OperationFailed, Refusal
from conformance.reference.domain.transfers import RequestState, TransferState
from conformance.reference.events import Event
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import not_for_operators, without_bounds
from conformance.reference.faults.registry import Run, answers, fault, forgets, retells, rewrites
from conformance.reference.rendering.standard import ACKNOWLEDGED

SEND, CANCEL, CONFIRM = "TransferFunds", "CancelTransferFunds", "ConfirmTransferFunds"
SENT, RECEIVED, ONE = "GetTransfers", "GetTransfersReceived", "GetTransfer"
ASK, FIND = "RequestTransferFunds", "GetRequestTransfer"
PAY, REJECT = "ConfirmRequestTransferFunds", "RejectRequestTransferFunds"
STATEMENT = "GetAccountTransactions"

forgets("transfers/cancellation-lost", "A cancelled transfer does not happen.", CANCEL)
forgets("transfers/confirmation-lost", "A confirmed transfer happens.", CONFIRM)
fault("transfers/from-anybody", "Who sends owns the account.", SEND)(without_bounds)
fault("transfers/read-by-anybody", "A transfer is read by who has a part in it.", ONE, FIND)(
    without_bounds)
fault("transfers/decided-by-anybody", "A transfer is decided by who pays it.", CANCEL, PAY,
      REJECT)(without_bounds)
fault("transfers/not-for-operators", "Operators reach every transfer.", SEND, CANCEL, ONE, FIND,
      PAY, REJECT)(not_for_operators)


@retells("transfers/untold", "A position that changes is told.", "AccountPositionEvent")
def _untold(exchange: Exchange, event: Event) -> Iterable[Event]:
    return []


# Sending.


@fault("transfers/to-the-latest-account", "The receiver's default account receives.", SEND)
def _to_the_latest(context: Context, request: Any, run: Run) -> object:
    receiver = transfers.user_named(context.exchange, request.receiver_user_name)
    default, known = receiver.account_id, context.exchange.accounts.by_id
    receiver.account_id = max(
        number for number, account in known.items() if receiver.user_id in account.user_ids
    )
    try:
        return run()
    finally:
        receiver.account_id = default


@fault("transfers/as-much-as-there-is", "A transfer is made whole or not at all.", SEND)
def _as_much_as_there_is(context: Context, request: Any, run: Run) -> object:
    position = context.exchange.ledger.position(request.sender_account_id, request.product_id)
    request.amount = min(request.amount, position.available)
    return run()


@fault("transfers/nonsense-acknowledged", "What cannot be sent is refused.", SEND)
def _nonsense(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except (NotAuthorized, OperationFailed):
        raise
    except Refusal:
        return ACKNOWLEDGED


@rewrites("transfers/number-not-told", "The receipt tells the transfer's number.", SEND)
def _number_not_told(context: Context, request: Any, reply: Any) -> object:
    return ACKNOWLEDGED


@rewrites("transfers/newest-not-listed", "A transfer is listed at its sender.", SENT)
def _not_listed(context: Context, request: Any, reply: Any) -> object:
    return reply[:-1]


@rewrites("transfers/booked-as-something-else", "Transfers are booked as transfers.", STATEMENT)
def _as_something_else(context: Context, request: Any, reply: Any) -> object:
    return [
        {**row, "referenceType": 10} if row["referenceType"] in (4, "Transfer") else row
        for row in reply
    ]


# Reading.


@rewrites("transfers/single-says-otherwise", "List and single transfer agree.", ONE)
def _says_otherwise(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "notes": ""}


@rewrites("transfers/both-directions", "Sent is sent and received is received.", SENT, RECEIVED)
def _both_directions(context: Context, request: Any, reply: Any) -> object:
    account = request.account_id
    return [transfer_row(context, made) for made in context.exchange.transfers.by_id.values()
            if account in (made.sender, made.receiver)]


@rewrites("transfers/another-number-there", "Both ends see the same transfer.", RECEIVED)
def _another_number(context: Context, request: Any, reply: Any) -> object:
    return [{**row, "transferId": row["transferId"] + 1_000} for row in reply]


# Transfers that wait.


@fault("transfers/called-back", "A transfer that has been carried out stays.", CANCEL)
def _called_back(context: Context, request: Any, run: Run) -> object:
    made = context.exchange.transfers.get(request.transfer_id)
    if made.state is not TransferState.EXECUTED:
        return run()
    made.sender, made.receiver = made.receiver, made.sender
    transfers.execute(context.exchange, made)
    return ACKNOWLEDGED


@fault("transfers/confirmed-for-others", "A transfer is confirmed by its sender.", CONFIRM)
def _confirmed_for_others(context: Context, request: Any, run: Run) -> object:
    made = next(reversed(context.exchange.transfers.by_id.values()))
    transfers.confirm(context.exchange, made)
    return ACKNOWLEDGED


@fault("transfers/confirmed-again", "A transfer is carried out once.", CONFIRM)
def _confirmed_again(context: Context, request: Any, run: Run) -> object:
    made = next(reversed(context.exchange.transfers.by_id.values()))
    if made.state is TransferState.PENDING:
        return run()
    transfers.execute(context.exchange, made)
    return ACKNOWLEDGED


# Asking.


@rewrites("transfers/request-lost", "A request is found by its code.", ASK)
def _request_lost(context: Context, request: Any, reply: Any) -> object:
    del context.exchange.transfers.requests[reply["requestcode"]]
    return reply


@rewrites("transfers/paid-at-once", "A request moves nothing.", ASK)
def _paid_at_once(context: Context, request: Any, reply: Any) -> object:
    asked = context.exchange.transfers.request(reply["requestcode"])
    transfers.confirm_request(context.exchange, asked)
    asked.state = RequestState.PENDING
    return reply


@rewrites("transfers/one-code-for-all", "Each request has a code of its own.", ASK)
def _one_code(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "requestcode": next(iter(context.exchange.transfers.requests))}


@rewrites("transfers/roles-swapped", "Who is named pays, who asks receives.", FIND)
def _roles_swapped(context: Context, request: Any, reply: Any) -> object:
    names = {"payer": "requestor", "requestor": "payer"}
    return {**reply, **{
        f"{end}{key}": reply[f"{other}{key}"] for end, other in names.items()
        for key in ("Username", "AccountId")
    }}


@rewrites("transfers/whole-amounts", "An amount keeps its fraction.", FIND)
def _whole_amounts(context: Context, request: Any, reply: Any) -> object:
    return {**reply, "amount": int(reply["amount"])}


@fault("transfers/decided-still-found", "A decided request is found no more.", FIND)
def _still_found(context: Context, request: Any, run: Run) -> object:
    try:
        return run()
    except NotFound:
        asked = context.exchange.transfers.requests.get(request.request_code or "")
        if asked is None:
            raise
    was, asked.state = asked.state, RequestState.PENDING
    try:
        return get_request_transfer(context, request)
    finally:
        asked.state = was


# Deciding.


@fault("transfers/payment-lost", "A confirmed request is paid.", PAY)
def _payment_lost(context: Context, request: Any, run: Run) -> object:
    asked = context.exchange.transfers.request(request.request_code)
    asked.state = RequestState.CONFIRMED
    return {"result": True, "requestcode": asked.code}


@fault("transfers/one-is-no-operator", "A trader sends 1 as OperatorId.", PAY)
def _one_is_no_operator(context: Context, request: Any, run: Run) -> object:
    if not context.is_operator:
        raise NotAuthorized
    return run()


@answers("transfers/code-with-a-refusal", "Without a confirmation the code is empty.")
def _code_with_a_refusal(spec: Any, payload: str, run: Any) -> Any:
    answer = run()
    if spec.name != PAY or answer is None or answer.ok:
        return answer
    code = "6f0a2d5e-7f0b-4a52-9a53-0c3f5d6f4b11"
    text = answer.text.replace('"requestcode":""', f'"requestcode":"{code}"')
    return type(answer)(text, answer.ok, answer.unknown)


@fault("transfers/rejection-lost", "A rejected request is over.", REJECT)
def _rejection_lost(context: Context, request: Any, run: Run) -> object:
    return {"result": True, "requestcode": request.request_code}


@rewrites("transfers/rejection-pays", "A rejected request moves nothing.", REJECT)
def _rejection_pays(context: Context, request: Any, reply: Any) -> object:
    asked = context.exchange.transfers.request(request.request_code)
    asked.state = RequestState.PENDING
    transfers.confirm_request(context.exchange, asked)
    return reply


@fault("transfers/rejected-can-be-paid", "A rejection is final.", PAY)
def _rejected_can_be_paid(context: Context, request: Any, run: Run) -> object:
    asked = context.exchange.transfers.request(request.request_code)
    if asked.state is RequestState.REJECTED:
        asked.state = RequestState.PENDING
    return run()
