"""Making traders through the API itself: registered, confirmed, funded, logged in.

What needs no other's answer leaves together: a run makes thousands of traders.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.target.leaks import removed_by
from conformance.target.session import Session, together
from conformance.target.target_file import Persona
from conformance.target.unavailable import Unavailable

if TYPE_CHECKING:
    from conformance.target.deployment import Deployment

OPERATOR_ID = 1
"""The documented value of OperatorId at registration."""
OTHER, MANUAL_ENTRY = 3, 10
"""TransactionType and ReferenceType of a manual ledger entry."""
LEDGER_ENTRY = "SubmitAccountLedgerEntry"


def throwaway(
    deployment: Deployment, funds: Mapping[int, Decimal], permissions: tuple[str, ...]
) -> Session:
    """A fresh trader with an account of its own, logged in; raises Unavailable."""
    operator = deployment.persona("operator")
    name = deployment.unique_name("conformance-")
    password, email = deployment.new_password(name), f"{name}@example.com"
    user_id = _register(deployment, name, password, email)
    info = operator.call("GetUserInfo", OMSId=deployment.oms_id, UserId=user_id)
    code = info.get("pendingEmailCode") or deployment.mail_code(email)
    confirmation = {"UserId": user_id, "VerifyEmailCode": code}
    confirmed, *_ = together([
        (deployment.persona("anonymous"), "ConfirmUserEmail", confirmation),
        *((operator, "AddUserPermission", {"UserId": user_id, "Permission": each, "Value": 1})
          for each in permissions),
    ])
    if confirmed.get("result") is not True:
        raise Unavailable(f"user {user_id} cannot be confirmed: {confirmed.text[:300]}")
    session = deployment.connect(name)
    session.username, session.password = name, password
    deployment.log_in(session, Persona(username=name, password=password))
    fund(deployment, session.account_id, funds)
    return session


def fund(deployment: Deployment, account_id: int, funds: Mapping[int, Decimal]) -> None:
    """Credit an account by manual ledger entries; raises Unavailable when one is refused."""
    entries = [_entry(deployment, account_id, product, funds[product]) for product in funds]
    requests = [(deployment.persona("operator"), LEDGER_ENTRY, entry) for entry in entries]
    for entry, turn in zip(entries, together(requests), strict=True):
        if turn.reply is None or turn.get("result") is False:
            raise Unavailable(f"account {account_id} cannot be funded: {turn.text[:300]}")
        product, amount = entry["productId"], entry["cR_Amt"]
        reversal = {**entry, "cR_Amt": entry["dR_Amt"], "dR_Amt": amount}
        deployment.leaks.record(
            "Funds", f"account {account_id}, product {product}: {amount}",
            removed_by(LEDGER_ENTRY, **reversal),
        )


def _entry(
    deployment: Deployment, account_id: int, product_id: int, amount: Decimal
) -> dict[str, Any]:
    return {
        "omsId": deployment.oms_id, "accountId": account_id, "productId": product_id,
        "cR_Amt": amount, "dR_Amt": Decimal(0), "comment": "conformance",
        "oneSidedTransaction": True, "transactionType": OTHER,
        "transactionReferenceType": MANUAL_ENTRY,
    }


def _register(deployment: Deployment, name: str, password: str, email: str) -> int:
    turn = deployment.persona("anonymous").call(
        "RegisterUser",
        UserInfo={"UserName": name, "passwordHash": password, "Email": email},
        UserConfig=[], AffiliateTag="", OperatorId=OPERATOR_ID,
    )
    user_id = turn.get("UserId")
    if not isinstance(user_id, int):
        raise Unavailable(f"a user cannot be registered: {turn.text[:300]}")
    return user_id
