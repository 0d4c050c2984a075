"""Companies: their facts, their account on the exchange, and who has which role in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.reference.defects import defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.apad.roles import ROLES, CompanyRole
from conformance.reference.domain.refusals import NotFound, OperationFailed

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

ADMIN_ALONE = defect(
    "apad/co-admin-without-co-shareholder", "A company's admin is also its shareholder."
)
REMOVES_ALL_ROLES = defect(
    "apad/remove-role-removes-all", "Removing one role leaves a user the others."
)


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What a company states about itself; dates are free text."""

    name: str
    country: str = ""
    state: str = ""
    incorporated: str = ""
    currency: str = ""


@dataclass(slots=True)
class Company:
    """An issuer. Its unplaced shares lie in ``account_id`` of the exchange."""

    company_id: int
    facts: CompanyFacts
    account_id: int
    roles: dict[CompanyRole, list[int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The company's name, unique."""
        return self.facts.name

    def has(self, user_id: int, role: CompanyRole) -> bool:
        """Does the user have the role here?"""
        return user_id in self.roles.get(role, ())

    def roles_of(self, user_id: int) -> list[CompanyRole]:
        """The user's roles here."""
        return [role for role in ROLES if user_id in self.roles.get(role, ())]


@dataclass
class Companies:
    """All companies by id."""

    exchange: Exchange
    by_id: dict[int, Company] = field(default_factory=dict)
    ever: defaultdict[int, dict[int, Company]] = field(default_factory=lambda: defaultdict(dict))
    """By user: companies in which the user ever had a role."""

    def named(self, name: str) -> Company:
        """The company with this name; raises NotFound."""
        for company in self.by_id.values():
            if company.name == name:
                return company
        raise NotFound(f"Invalid CompanyName: {name}")

    def require_new(self, name: str) -> None:
        """Raises OperationFailed when the name is taken."""
        if any(company.name.casefold() == name.casefold() for company in self.by_id.values()):
            raise OperationFailed("the company already exists")

    def add(self, facts: CompanyFacts) -> Company:
        """Found a company with an account on the exchange and nobody in it."""
        self.require_new(facts.name)
        ids, accounts = self.exchange.ids, self.exchange.accounts
        account_id = ids.next("account")
        handle = f"{facts.name}-{account_id}" if accounts.by_handle(facts.name) else facts.name
        accounts.add(Account(account_id, self.exchange.oms_id, facts.name, handle))
        company = Company(ids.next("company"), facts, account_id)
        self.by_id[company.company_id] = company
        return company

    def of_user(self, user_id: int, *roles: CompanyRole) -> list[Company]:
        """Companies in which the user has any of these roles, or any role at all."""
        wanted = roles or ROLES
        known = sorted(self.ever.get(user_id, {}).items())
        return [c for _, c in known if any(c.has(user_id, role) for role in wanted)]

    def give(self, company: Company, user_id: int, role: CompanyRole) -> None:
        """Give a role; an admin becomes shareholder too, an agent may use the account."""
        self.ever[user_id][company.company_id] = company
        held = company.roles.setdefault(role, [])
        if user_id not in held:
            held.append(user_id)
        if role is CompanyRole.ADMIN and not self.exchange.defects(ADMIN_ALONE):
            self.give(company, user_id, CompanyRole.SHAREHOLDER)
        if role is CompanyRole.AGENT:
            self.exchange.accounts.get(company.account_id).user_ids.add(user_id)

    def take(self, company: Company, user_id: int, role: CompanyRole) -> None:
        """Take one role away; raises OperationFailed when that cannot be."""
        if not company.has(user_id, role):
            raise OperationFailed("the user does not have this role")
        if role is CompanyRole.SHAREHOLDER and company.has(user_id, CompanyRole.ADMIN):
            raise OperationFailed("a company's admin is its shareholder")
        if self.exchange.defects(REMOVES_ALL_ROLES):
            for held in company.roles.values():
                held[:] = [holder for holder in held if holder != user_id]
            return
        company.roles[role].remove(user_id)
        if role is CompanyRole.AGENT:
            self.exchange.accounts.get(company.account_id).user_ids.discard(user_id)

    def dismiss_admins(self, company: Company) -> None:
        """Take the admin role from everybody; their other roles stay."""
        company.roles.pop(CompanyRole.ADMIN, None)
