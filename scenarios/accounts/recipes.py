"""How to reach success for the calls about accounts, their funds, holds and limits.

The orders of reports have theirs beside the other report calls.
"""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from conformance.target.session import Session
from scenarios.accounts.levels import (
    defined,
    level_reads,
    level_terms,
    limit_buying,
    new_level,
    product_limits,
)
from scenarios.accounts.reconciling import OF_PROVIDER, added, reconciliation, record_reads
from scenarios.accounts.vocabulary import (
    AMOUNT,
    MANUAL_HOLD,
    WITHDRAW_HOLD,
    account_terms,
    booked,
    entry_id,
    entry_terms,
    hold_id,
    of_account,
    placed,
    reads_of,
    reversal,
    set_pair,
    updated,
    withdraw_holds,
)
from scenarios.oms_orders.vocabulary import own_floor
from scenarios.tickets.vocabulary import fiat_till
from scenarios.tickets.withdrawing import confirmed
from scenarios.users.badges import new_badge_name
from scenarios.users.vocabulary import somebody


def configured(world: World) -> Session:
    """A customer whose account has a pair in its configuration."""
    who = somebody(world)
    set_pair(who, who.account_id, "Theme", "dark")
    return who


@recipe("accounts/AddAccount")
def add_account(world: World) -> Prepared:
    everything = {"OMSId": world.oms_id, "StartIndex": 0, "Limit": 10_000}
    return Prepared(
        world.operator, account_terms(world), ((world.operator, "GetAccounts", everything),)
    )


@recipe("accounts/UpdateAccount")
def update_account(world: World) -> Prepared:
    who = world.customer()
    payload = {"omsid": world.oms_id, "accountId": who.account_id, "firmName": "Conformance"}
    return Prepared(world.operator, payload, reads_of(world, who.account_id))


@recipe("accounts/GetAccountInfo", "accounts/GetAccountFees", "accounts/GetAccountPositions",
        "accounts/GetTreasuryProductsForAccount")
def read_of_account(world: World) -> Prepared:
    who = world.customer()
    return Prepared(who, of_account(who))


@recipe("accounts/GetAccounts")
def get_accounts(world: World) -> Prepared:
    return Prepared(world.operator, {"OMSId": world.oms_id, "StartIndex": 1, "Limit": 10})


@recipe("accounts/GetAllAccountPositions")
def get_all_account_positions(world: World) -> Prepared:
    return Prepared(world.operator, {"omsId": world.oms_id, "startIndex": 1, "limit": 10})


@recipe("accounts/GetAccountConfig")
def get_account_config(world: World) -> Prepared:
    who = configured(world)
    return Prepared(who, {"omsId": world.oms_id, "accountId": who.account_id})


@recipe("accounts/SetAccountConfig")
def set_account_config(world: World) -> Prepared:
    who = configured(world)
    payload = {"accountId": who.account_id, "config": {"key": "Theme", "value": "light"}}
    return Prepared(who, payload, ((who, "GetAccountConfig", of_account(who)),))


@recipe("accounts/RemoveAccountConfig")
def remove_account_config(world: World) -> Prepared:
    who = configured(world)
    payload = {"accountId": who.account_id, "key": "Theme"}
    return Prepared(world.operator, payload, reads_of(world, who.account_id))


@recipe("accounts/AddEditAccountBadge")
def add_edit_account_badge(world: World) -> Prepared:
    who = world.customer()
    payload = {
        "OMSId": world.oms_id, "AccountId": who.account_id, "BadgeId": 0,
        "Badge": new_badge_name(world), "Active": True,
    }
    return Prepared(world.operator, payload, reads_of(world, who.account_id))


@recipe("accounts/SubmitAccountLedgerEntry")
def submit_account_ledger_entry(world: World) -> Prepared:
    who = world.customer()
    payload = entry_terms(who, world.market.product2, AMOUNT)
    return Prepared(world.operator, payload, reads_of(world, who.account_id))


@recipe("accounts/GetAccountLedgerEntry")
def get_account_ledger_entry(world: World) -> Prepared:
    entry = booked(world, world.customer(), world.market.product2, AMOUNT)
    return Prepared(world.operator, {"AccountLedgerEntryId": entry_id(entry)})


@recipe("accounts/GetLedgerEntriesByAccount")
def get_ledger_entries_by_account(world: World) -> Prepared:
    return Prepared(world.operator, {"AccountId": world.customer().account_id})


@recipe("accounts/AddAccountHold")
def add_account_hold(world: World) -> Prepared:
    who = world.customer()
    payload = {
        "omsId": world.oms_id, "accountId": who.account_id, "assetId": world.market.product2,
        "amount": AMOUNT,
    }
    return Prepared(world.operator, payload, reads_of(world, who.account_id))


@recipe("accounts/GetOpenHolds")
def get_open_holds(world: World) -> Prepared:
    who = world.customer()
    placed(world, who, world.market.product2)
    return Prepared(world.operator, {
        "omsId": world.oms_id, "accountId": who.account_id, "TransactionReferenceType": MANUAL_HOLD,
    })


@recipe("accounts/ReverseAccountHold")
def reverse_account_hold(world: World) -> Prepared:
    """One hold per test: several sends of the same reversal would find nothing left."""
    who = world.customer()
    row = placed(world, who, world.market.product2)
    return Prepared(world.operator, reversal(row), reads_of(world, who.account_id))


@recipe("accounts/GetOpenWithdrawHolds")
def get_open_withdraw_holds(world: World) -> Prepared:
    till = fiat_till(world)
    confirmed(till)
    return Prepared(world.operator, {
        "omsId": world.oms_id, "accountId": till.account,
        "TransactionReferenceType": WITHDRAW_HOLD,
    })


@recipe("accounts/ReverseWithdrawHold")
def reverse_withdraw_hold(world: World) -> Prepared:
    till = fiat_till(world)
    confirmed(till)
    row = max(withdraw_holds(world, till.owner), key=hold_id)
    return Prepared(
        world.operator, reversal(row, WITHDRAW_HOLD), reads_of(world, till.account)
    )


@recipe("accounts/ResetHolds")
def reset_holds(world: World) -> Prepared:
    who = world.customer()
    placed(world, who, world.market.product2)
    payload = {**of_account(who), "assetId": world.market.product2}
    return Prepared(world.superuser, payload, reads_of(world, who.account_id))


@recipe("accounts/ResetTreasuryLimits")
def reset_treasury_limits(world: World) -> Prepared:
    who = world.customer()
    payload = {**of_account(who), "assetId": world.market.product2}
    return Prepared(world.superuser, payload, reads_of(world, who.account_id))


@recipe("accounts/ResetTradingLimits")
def reset_trading_limits(world: World) -> Prepared:
    who, floor = world.customer(), own_floor(world)
    level = defined(world, world.market.product2)
    updated(world, who.account_id, verificationLevel=level)
    limit_buying(world, level, floor.instrument_id, floor.lots())
    payload = {**of_account(who), "assetId": floor.instrument_id}
    return Prepared(world.superuser, payload, reads_of(world, who.account_id))


@recipe("accounts/AddVerificationLevelConfig")
def add_verification_level_config(world: World) -> Prepared:
    level = new_level(world)
    limits = product_limits(world, level, world.market.product2)
    return Prepared(world.operator, level_terms(world, level, limits), level_reads(world))


@recipe("accounts/DeleteVerificationLevelConfig")
def delete_verification_level_config(world: World) -> Prepared:
    level = defined(world, world.market.product2)
    payload = {"verificationLevel": level, "omsId": world.oms_id}
    return Prepared(world.operator, payload, level_reads(world))


@recipe("accounts/AddBalanceReconciliationInfo")
def add_balance_reconciliation_info(world: World) -> Prepared:
    return Prepared(world.operator, reconciliation(world), record_reads(world))


@recipe("accounts/GetBalanceReconciliationInfo", "accounts/GetAllBalanceReconciliationInfo")
def reconciliation_of_provider(world: World) -> Prepared:
    added(world)
    return Prepared(world.operator, dict(OF_PROVIDER))
