"""Words of the scenarios about accounts: records, configuration, funds, holds, and what is read.

Whatever a scenario changes belongs to a customer of its own, or to an account it has added.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.generate.world import Read, World
from conformance.target.provision import MANUAL_ENTRY, OTHER
from conformance.target.session import Session, Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.oms_orders.vocabulary import funds, held, number, rows

NOT_AUTHORISED = 20
ABSENT_ID = 2_000_000_011
"""An account or product that does not exist."""
NORMAL_RISK, NO_TRADING = 1, 3
BASE_PRODUCT, SINGLE_PRODUCT = 0, 1
ORDER_HOLD, WITHDRAW_HOLD, MANUAL_HOLD, MARGIN_QUOTE_HOLD = 5, 6, 9, 13
REFERENCES = (
    "Trade", "Deposit", "Withdraw", "Transfer", "OrderHold", "WithdrawHold", "DepositHold",
    "MarginHold", "ManualHold", "ManualEntry", "MarginAcquisition", "MarginRelinquish",
    "MarginQuoteHold",
)
"""Names of the reference types, which count from 1."""
ENUMERATIONS = {
    "accountType": ("Asset", "Liability", "ProfitLoss"),
    "riskType": ("Unknown", "Normal", "NoRiskCheck", "NoTrading"),
    "feeProductType": ("BaseProduct", "SingleProduct"),
}
AMOUNT = Decimal("12.25")
"""What a scenario books or holds."""


def handle_of(world: World) -> str:
    """An account handle that is not in use."""
    return world.deployment.unique_name("conformance-a")


def account_terms(world: World, **terms: Any) -> dict[str, Any]:
    """The payload that adds an account, with a handle of its own."""
    handle = handle_of(world)
    return {
        "omsid": world.oms_id, "accountId": 0, "accountName": f"Account {handle}",
        "accountHandle": handle, **terms,
    }


def add_account(world: World, **terms: Any) -> int:
    """Add an account that nobody is linked to; its id. Unavailable when it is refused."""
    turn = world.operator.send("AddAccount", account_terms(world, **terms))
    if turn.get("Success") is not True:
        raise Unavailable(f"no account can be added: {turn.text[:200]}")
    number = int(turn["Id"])
    world.deployment.leaks.record("Account", number)
    return number


def update(who: Session, account_id: int, **terms: Any) -> Turn:
    """Send UpdateAccount."""
    return who.send("UpdateAccount", {"omsid": 1, "accountId": account_id, **terms})


def updated(world: World, account_id: int, **terms: Any) -> None:
    """Change an account as the operator; Unavailable when it is refused."""
    turn = update(world.operator, account_id, **terms)
    if turn.get("Result") is not True:
        raise Unavailable(f"the account cannot be changed: {turn.text[:200]}")


def of_account(who: Session) -> dict[str, Any]:
    """The keys that name a customer's account."""
    return {"OMSId": 1, "AccountId": who.account_id}


def info(reader: Session, account_id: int) -> Turn:
    """Send GetAccountInfo."""
    return reader.call("GetAccountInfo", omsId=1, accountId=account_id)


def record(reader: Session, account_id: int) -> dict[str, Any]:
    """An account's record by lower-case keys, enumerations by number."""
    turn = info(reader, account_id)
    if turn.get("accountId") is None:
        raise Unavailable(f"the account cannot be read: {turn.text[:200]}")
    return normal(turn.value)


def normal(row: Any) -> dict[str, Any]:
    """A row about an account by lower-case keys, enumerations by number."""
    found = {key.lower(): value for key, value in row.items()}
    for key, names in ENUMERATIONS.items():
        value = found.get(key.lower())
        if isinstance(value, str) and value in names:
            found[key.lower()] = names.index(value)
    return found


def shown(row: dict[str, Any], key: str) -> Any:
    """One key of a record; Unavailable where records lack it, as those of some deployments do."""
    if key.lower() not in row:
        raise Unavailable(f"the record of an account does not show {key} here")
    return row[key.lower()]


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The keys that differ, with their new values."""
    return {key: value for key, value in after.items() if before.get(key) != value}


def listed(world: World, start: int, limit: int, **more: Any) -> list[Any]:
    """The rows of GetAccounts."""
    return rows(world.operator.call(
        "GetAccounts", OMSId=world.oms_id, StartIndex=start, Limit=limit, **more
    ))


def account_ids(found: list[Any]) -> list[int]:
    """The account ids of rows, in their order."""
    return [int(lookup(row, "AccountId")) for row in found]


def set_pair(who: Session, account_id: int, key: str, value: str) -> Turn:
    """Send SetAccountConfig for one pair."""
    return who.call(
        "SetAccountConfig", accountId=account_id, config={"key": key, "value": value}
    )


def set_pairs(who: Session, **values: str) -> None:
    """Keep several pairs with a customer's own account."""
    for key, value in values.items():
        set_pair(who, who.account_id, key, value)


def remove_pair(who: Session, account_id: int, key: str) -> Turn:
    """Send RemoveAccountConfig."""
    return who.call("RemoveAccountConfig", accountId=account_id, key=key)


def config_turn(reader: Session, account_id: int) -> Turn:
    """Send GetAccountConfig."""
    return reader.call("GetAccountConfig", omsId=1, accountId=account_id)


def pairs(reader: Session, account_id: int) -> list[tuple[Any, Any]]:
    """The configuration of an account, in order of its keys."""
    found = rows(config_turn(reader, account_id))
    return sorted((lookup(row, "Key"), lookup(row, "Value")) for row in found)


def entry_terms(
    who: Session, product: int, credit: Decimal, debit: Decimal = Decimal(0), **more: Any
) -> dict[str, Any]:
    """The payload of a ledger entry for a customer's account, one-sided unless said otherwise."""
    return {
        "omsId": 1, "accountId": who.account_id, "productId": product, "cR_Amt": credit,
        "dR_Amt": debit, "comment": "conformance", "oneSidedTransaction": True,
        "transactionType": OTHER, "transactionReferenceType": MANUAL_ENTRY, **more,
    }


def book(
    world: World, who: Session, product: int, credit: Decimal, debit: Decimal = Decimal(0),
    **more: Any,
) -> Turn:
    """Send SubmitAccountLedgerEntry as the operator."""
    return world.operator.send(
        "SubmitAccountLedgerEntry", entry_terms(who, product, credit, debit, **more)
    )


def booked(
    world: World, who: Session, product: int, credit: Decimal, debit: Decimal = Decimal(0),
    **more: Any,
) -> Any:
    """Book an entry; its row. Unavailable when it is refused."""
    known = entry_ids(entries(world, who))
    turn = book(world, who, product, credit, debit, **more)
    if turn.get("accountLedgerEntryId") is not None:
        return turn.value
    new = [row for row in entries(world, who) if entry_id(row) not in known]
    if turn.get("result") is not True or len(new) != 1:
        raise Unavailable(f"nothing can be booked: {turn.text[:200]}")
    return new[0]


def entries(world: World, who: Session) -> list[Any]:
    """The ledger entries of a customer's account."""
    return rows(world.operator.call("GetLedgerEntriesByAccount", AccountId=who.account_id))


def entry_id(row: Any) -> int:
    """The id of a ledger entry."""
    return int(lookup(row, "accountLedgerEntryId"))


def entry_ids(found: list[Any]) -> list[int]:
    """The ids of ledger entries, in their order."""
    return [entry_id(row) for row in found]


def hold(world: World, who: Session, product: int, amount: Decimal = AMOUNT) -> Turn:
    """Send AddAccountHold as the operator."""
    return world.operator.call(
        "AddAccountHold", omsId=world.oms_id, accountId=who.account_id, assetId=product,
        amount=amount,
    )


def placed(world: World, who: Session, product: int, amount: Decimal = AMOUNT) -> Any:
    """Put a manual hold on an account; its row. Unavailable when it cannot be found."""
    known = hold_ids(holds(world, who))
    turn = hold(world, who, product, amount)
    found = [row for row in holds(world, who) if hold_id(row) not in known]
    if len(found) != 1:
        raise Unavailable(f"the new hold cannot be found after {turn.text[:200]}")
    return found[0]


def holds(world: World, who: Session, kind: int = MANUAL_HOLD) -> list[Any]:
    """The open holds of one kind on a customer's account."""
    return rows(world.operator.call(
        "GetOpenHolds", omsId=world.oms_id, accountId=who.account_id,
        TransactionReferenceType=kind,
    ))


def withdraw_holds(world: World, who: Session) -> list[Any]:
    """The open holds for withdrawals."""
    return rows(world.operator.call(
        "GetOpenWithdrawHolds", omsId=world.oms_id, accountId=who.account_id,
        TransactionReferenceType=WITHDRAW_HOLD,
    ))


def hold_id(row: Any) -> tuple[int, int]:
    """What names a hold: the transaction and the reference."""
    return int(lookup(row, "transactionId")), int(lookup(row, "referenceId"))


def hold_ids(found: list[Any]) -> list[tuple[int, int]]:
    """What names holds, in order."""
    return sorted(hold_id(row) for row in found)


def amount_of(row: Any) -> Decimal:
    """What a hold holds: the pages do not say whether as credit or as debit."""
    return max(number(row, "cr"), number(row, "dr"))


def kind_of(row: Any) -> int:
    """The reference type of a hold by number."""
    value = lookup(row, "ReferenceType")
    return value if isinstance(value, int) else REFERENCES.index(str(value)) + 1


def reversal(row: Any, kind: int = MANUAL_HOLD) -> dict[str, Any]:
    """The payload that gives a hold back, from its row."""
    transaction, reference = hold_id(row)
    return {
        "omsId": lookup(row, "omsId"), "accountId": lookup(row, "accountId"),
        "assetId": lookup(row, "productId"), "transactionId": transaction,
        "referenceId": reference, "TransactionReferenceType": kind,
    }


def reverse(world: World, row: Any) -> Turn:
    """Send ReverseAccountHold for a row of the open holds."""
    return world.operator.send("ReverseAccountHold", reversal(row, kind_of(row)))


def reset(world: World, call: str, who: Session, asset: int) -> Turn:
    """Send one of the three resets."""
    return world.superuser.call(
        call, omsId=world.oms_id, accountId=who.account_id, assetId=asset
    )


def all_positions(reader: Session, start: int = 0, limit: int = 10_000) -> list[Any]:
    """The rows of GetAllAccountPositions."""
    return rows(reader.call("GetAllAccountPositions", omsId=1, startIndex=start, limit=limit))


def position(reader: Session, account_id: int, product: int) -> tuple[Decimal, Decimal]:
    """(amount, hold) of one product of an account; zero while there is none."""
    found = rows(reader.call("GetAccountPositions", AccountId=account_id, OMSId=1))
    mine = [row for row in found if lookup(row, "productId") == product]
    return (number(mine[0], "amount"), number(mine[0], "hold")) if mine else (
        Decimal(0), Decimal(0)
    )


def reads_of(world: World, account_id: int, *but: str) -> tuple[Read, ...]:
    """Everything an operator can read about an account, except what is named."""
    operator, account = world.operator, {"OMSId": world.oms_id, "AccountId": account_id}
    reads: dict[str, Read] = {
        "record": (operator, "GetAccountInfo", account),
        "config": (operator, "GetAccountConfig", account),
        "badges": (operator, "GetAccountBadges", account),
        "funds": (operator, "GetAccountPositions", account),
        "holds": (operator, "GetOpenHolds", {
            **account, "TransactionReferenceType": MANUAL_HOLD}),
        "ledger": (operator, "GetLedgerEntriesByAccount", {"AccountId": account_id}),
        "fees": (operator, "GetAccountFees", account),
    }
    return tuple(read for name, read in reads.items() if name not in but)


__all__ = ["funds", "held", "number", "rows"]
