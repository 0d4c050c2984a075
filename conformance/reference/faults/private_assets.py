"""Faults of the private shares service: assets, and shares on the move."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.domain.refusals import InvalidRequest, NotFound
from conformance.reference.faults.registry import Run, fault, rewrites

CREATE, ACCESS, GRANT, CLAW = (
    "apad/CreateAsset", "apad/SetAssetAccessForUser", "apad/TransferAsset", "apad/ClawbackShares",
)


@fault("apad/blank-name-refused", "A blank is a name.", CREATE)
def _blank_name_refused(caller: Any, request: Any, run: Run) -> object:
    if not request.asset_full_name.strip():
        raise InvalidRequest("assetFullName is Required")
    return run()


@fault("apad/empty-name-accepted", "An asset has a name.", CREATE)
def _empty_name_accepted(caller: Any, request: Any, run: Run) -> object:
    request.asset_name = request.asset_name or "NONAME"
    request.asset_full_name = request.asset_full_name or "no name"
    return run()


@rewrites("apad/asset-born-issued", "Nothing is issued by creating an asset.", CREATE)
def _asset_born_issued(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"TotalIssued": 1000}


@rewrites("apad/asset-without-product", "An asset is a product.", CREATE)
def _asset_without_product(caller: Any, request: Any, reply: Any) -> object:
    share = caller.apad.shares.named(request.asset_name)
    del caller.exchange.catalogue.products[share.product_id]
    return reply


@rewrites("apad/asset-of-unknown-company", "An asset belongs to a known company.", CREATE)
def _asset_of_unknown_company(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"CompanyName": "Nobody Ltd"}


@rewrites("apad/asset-under-another-id", "An asset is found under its id.", CREATE)
def _asset_under_another_id(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"AssetId": caller.exchange.ids.guid()}


@fault("apad/access-not-taken", "Access that is taken is gone.", ACCESS)
def _access_not_taken(caller: Any, request: Any, run: Run) -> object:
    request.is_enabled = True
    return run()


@fault("apad/access-not-given-back", "Access can be given back.", ACCESS)
def _access_not_given_back(caller: Any, request: Any, run: Run) -> object:
    request.is_enabled = False
    return run()


@rewrites("apad/access-reply-with-payload", "There is nothing to tell but that it was done.",
          ACCESS)
def _access_reply_with_payload(caller: Any, request: Any, reply: Any) -> object:
    return {"success": True, "payload": "done"}


@rewrites("apad/amount-rounded-in-reply", "The receipt shows the amount.", GRANT, CLAW)
def _amount_rounded_in_reply(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"Amount": reply["Amount"] + 1}


@rewrites("apad/one-transaction-id-for-all", "Every transfer has its own id.", GRANT, CLAW)
def _one_transaction_id_for_all(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"TransactionId": "00000001"}


@fault("apad/whole-shares-only", "A fraction of a share moves.", GRANT, CLAW)
def _whole_shares_only(caller: Any, request: Any, run: Run) -> object:
    if request.amount != int(request.amount):
        raise InvalidRequest("amount must be whole")
    return run()


@fault("apad/moves-one-less", "Both sides move by the amount.", GRANT, CLAW)
def _moves_one_less(caller: Any, request: Any, run: Run) -> object:
    asked = request.amount
    request.amount = max(asked - 1, Decimal("0.1"))
    reply: Any = run()
    return reply | {"Amount": asked}


@fault("apad/members-only-receive", "Any user of the exchange receives.", GRANT)
def _members_only_receive(caller: Any, request: Any, run: Run) -> object:
    caller.apad.member(request.to_name)
    return run()


@fault("apad/account-types-read", "Account types are not used.", GRANT)
def _account_types_read(caller: Any, request: Any, run: Run) -> object:
    if not {request.from_account_type, request.to_account_type} <= {"", "Asset", "Liability"}:
        raise NotFound("unknown account type")
    return run()


@rewrites("apad/papers-lost", "The papers of a grant are kept.", GRANT)
def _papers_lost(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"CertificateName": "", "GrantDate": "2019-01-01", "Comments": ""}


@rewrites("apad/owners-exchanged", "The giver of a clawback is the user.", CLAW)
def _owners_exchanged(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"FromOwnerName": reply["ToOwnerName"], "ToOwnerName": reply["FromOwnerName"]}


@fault("apad/version-needs-session", "The version needs no session.", "apad/Version")
def _version_needs_session(caller: Any, request: Any, run: Run) -> object:
    raise InvalidRequest("sessionId is Required")
