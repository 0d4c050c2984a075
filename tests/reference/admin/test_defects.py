"""Every seeded fault of this area breaks the rule it names, and nothing else here switches it on.

Each case does on a fresh exchange what the rule forbids or demands, and tells whether it was kept.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from conformance.reference.calls.apad.registry import Caller
from conformance.reference.demo import build_demo
from conformance.reference.domain.admin.asset_manager import BalanceProfile, ProviderInfo
from conformance.reference.domain.admin.loyalty import LoyaltyConfig
from conformance.reference.domain.admin.operators import Operator
from conformance.reference.domain.apad.companies import CompanyFacts
from conformance.reference.domain.apad.roles import CompanyRole
from conformance.reference.domain.chain.chain import BLOCK_MS, Report
from conformance.reference.domain.chain.templates import ChainError
from conformance.reference.domain.chain.tokens import Definition
from conformance.reference.domain.refusals import Refusal
from conformance.reference.domain.sessions import Session
from conformance.reference.exchange import Exchange

HOLDER, OTHER = "0x" + "a1" * 20, "0x" + "b2" * 20


def refuses(work: Callable[[], object]) -> bool:
    """Was the work refused?"""
    try:
        work()
    except (Refusal, ChainError):
        return True
    return False


def operator_ids_are_unique(exchange: Exchange) -> bool:
    return refuses(lambda: exchange.operators.add(Operator(1, "", "again")))


def loyalty_is_deleted_by_oms(exchange: Exchange) -> bool:
    zero = Decimal(0)
    exchange.loyalty.create(LoyaltyConfig(1, 3, zero, 1, zero, True, 0, 0))
    refuses(lambda: exchange.loyalty.delete(2, 3))
    return bool(exchange.loyalty.configs)


def loyalty_is_one_per_oms(exchange: Exchange) -> bool:
    config = LoyaltyConfig(1, 3, Decimal(0), 1, Decimal(0), True, 0, 0)
    exchange.loyalty.create(config)
    return refuses(lambda: exchange.loyalty.create(config))


def operator_reads_back(exchange: Exchange) -> bool:
    exchange.operators.update(Operator(1, "", "x", website="https://new.example"))
    return exchange.operators.get(1).website == "https://new.example"


def default_provider_is_one(exchange: Exchange) -> bool:
    profile = BalanceProfile(enabled=True)
    second = ProviderInfo(4, 2, enabled=True, default_deposit=True, profile=profile)
    return refuses(lambda: exchange.asset_manager.put_provider(second))


def enabled_provider_has_a_profile(exchange: Exchange) -> bool:
    bare = ProviderInfo(4, 2, enabled=True)
    return refuses(lambda: exchange.asset_manager.put_provider(bare))


def deposit_key_leads_back(exchange: Exchange) -> bool:
    key = exchange.asset_manager.deposit_key(2, 4, 2, new=True)
    return exchange.asset_manager.account_of_key(2, key) == 4


def admin_stays_in_the_company(exchange: Exchange) -> bool:
    other = exchange.apad.companies.add(CompanyFacts("Mill Ltd"))
    user = exchange.users.named("company_admin")
    assert user is not None
    caller = Caller(exchange, Session("t", user.user_id, "", 0))
    return refuses(lambda: caller.require_company(other))


def admin_is_shareholder(exchange: Exchange) -> bool:
    company = exchange.apad.companies.add(CompanyFacts("Mill Ltd"))
    exchange.apad.companies.give(company, 1, CompanyRole.ADMIN)
    return company.has(1, CompanyRole.SHAREHOLDER)


def other_roles_stay(exchange: Exchange) -> bool:
    company = exchange.apad.companies.add(CompanyFacts("Mill Ltd"))
    exchange.apad.companies.give(company, 1, CompanyRole.ADMIN)
    exchange.apad.companies.take(company, 1, CompanyRole.ADMIN)
    return company.has(1, CompanyRole.SHAREHOLDER)


def shares_are_conserved(exchange: Exchange) -> bool:
    shares = exchange.apad.shares
    share = shares.named("BREZ")
    company = exchange.apad.companies.by_id[share.company_id]
    user = exchange.users.named("trader")
    assert user is not None
    before = shares.issued(share)
    shares.grant(share, company, user, Decimal(10))
    return shares.issued(share) == before


def clawback_credits_the_company(exchange: Exchange) -> bool:
    shares = exchange.apad.shares
    share = shares.named("BREZ")
    company = exchange.apad.companies.by_id[share.company_id]
    owner = exchange.users.named("shareholder")
    assert owner is not None
    shares.grant(share, company, owner, Decimal(10))
    before = shares.balance(company.account_id, share)
    shares.claw_back(share, company, owner, Decimal(5))
    return shares.balance(company.account_id, share) == before + 5


def issue_is_what_was_minted(exchange: Exchange) -> bool:
    share = exchange.apad.shares.named("BREZ")
    return exchange.apad.shares.issued(share) == 10_000


def mine(exchange: Exchange, blocks: int = 1) -> None:
    exchange.clock.advance(blocks * BLOCK_MS)
    exchange.catch_up()


def token(exchange: Exchange, template: str, minted: int = 5) -> str:
    """A token of which user 1 has some."""
    exchange.catch_up()
    address = exchange.digitizer.deploy(Definition("T", "T", 0, 8), "42", template).address
    exchange.digitizer.mint(1, address, str(UUID(int=7, version=4)), HOLDER, minted)
    mine(exchange)
    return address


def paused_token_stays(exchange: Exchange) -> bool:
    address = token(exchange, "MegaERC20")
    exchange.digitizer.set_paused(1, address, paused=True)
    return refuses(lambda: exchange.digitizer.transfer(1, address, OTHER, 1))


def cap_holds(exchange: Exchange) -> bool:
    return refuses(lambda: token(exchange, "MegaERC20", minted=9))


def burning_burns(exchange: Exchange) -> bool:
    address = token(exchange, "MegaERC20")
    exchange.digitizer.burn(1, address, 2)
    mine(exchange)
    return exchange.digitizer.balance(address, HOLDER) == 3


def unlisted_gets_nothing(exchange: Exchange) -> bool:
    address = token(exchange, "RTOKEN")
    return refuses(lambda: exchange.digitizer.transfer(1, address, OTHER, 1))


def rejected_transfer_moves_nothing(exchange: Exchange) -> bool:
    address = token(exchange, "RABT")
    exchange.digitizer.transfer(1, address, OTHER, 2)
    mine(exchange)
    (pending,) = exchange.digitizer.pending(address)
    exchange.digitizer.decide(1, address, pending.pending_hash, allow=False)
    mine(exchange)
    return exchange.digitizer.balance(address, OTHER) == 0


def reports(exchange: Exchange) -> list[Report]:
    """Everything told about one transaction."""
    heard: list[Report] = []
    exchange.digitizer.chain.listeners.append(heard.append)
    token(exchange, "MegaERC20")
    mine(exchange, 20)
    return heard


def confirmations_stop(exchange: Exchange) -> bool:
    return max(report.confirmation for report in reports(exchange)) == 12


def subscribers_hear_all(exchange: Exchange) -> bool:
    return {report.confirmation for report in reports(exchange)} >= set(range(13))


CASES = {
    "gen_admin/operator-added-twice": operator_ids_are_unique,
    "gen_admin/loyalty-deleted-for-wrong-oms": loyalty_is_deleted_by_oms,
    "gen_admin/second-loyalty-product": loyalty_is_one_per_oms,
    "gen_admin/update-forgets-a-field": operator_reads_back,
    "am_mgr/second-default-provider": default_provider_is_one,
    "am_mgr/enabled-without-profile": enabled_provider_has_a_profile,
    "am_mgr/deposit-info-wrong-account": deposit_key_leads_back,
    "apad/admin-acts-outside-company": admin_stays_in_the_company,
    "apad/co-admin-without-co-shareholder": admin_is_shareholder,
    "apad/remove-role-removes-all": other_roles_stay,
    "apad/transfer-loses-shares": shares_are_conserved,
    "apad/clawback-credits-nobody": clawback_credits_the_company,
    "apad/issued-beyond-cap": issue_is_what_was_minted,
    "digitizer/paused-token-moves": paused_token_stays,
    "digitizer/mint-exceeds-cap": cap_holds,
    "digitizer/burn-keeps-supply": burning_burns,
    "digitizer/transfer-without-allowance": unlisted_gets_nothing,
    "digitizer/rejected-transfer-pays": rejected_transfer_moves_nothing,
    "digitizer/confirmations-exceed-required": confirmations_stop,
    "digitizer/subscription-misses-event": subscribers_hear_all,
}


@pytest.mark.parametrize("name", CASES)
def test_defect_breaks_its_rule(name: str) -> None:
    sound, _ = build_demo(1)
    faulty, _ = build_demo(1, (name,))

    assert CASES[name](sound)
    assert not CASES[name](faulty)
