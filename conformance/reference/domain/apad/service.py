"""The private shares service: its users, companies and assets, on the state of the exchange.

A user of this service is a user of the exchange. Three of the four global roles are facts of the
exchange already: *Enabled* is a verified e-mail address, *PlatformAdmin* the Operator permission,
*MarketMaker* the permission of that name. Only *Investor* is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.reference.domain import registration
from conformance.reference.domain.apad.companies import Companies, Company
from conformance.reference.domain.apad.roles import ROLES, CompanyRole, GlobalRole
from conformance.reference.domain.apad.shares import Share, Shares
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest, NotFound, OperationFailed
from conformance.reference.domain.registration import Application
from conformance.reference.domain.users import User

if TYPE_CHECKING:
    from conformance.reference.exchange import Exchange

MARKET_MAKER = "MarketMaker"


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who is to be created, with which global roles."""

    name: str
    email: str
    password: str
    enabled: bool = False
    platform_admin: bool = False
    investor: bool = False
    market_maker: bool = False


@dataclass
class PrivateShares:
    """State and rules of the service; ``members`` are the users it created."""

    exchange: Exchange
    members: set[int] = field(default_factory=set)
    investors: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.companies = Companies(self.exchange)
        self.shares = Shares(self.exchange)

    def create_user(self, new: NewUser) -> User:
        """Create a user of the exchange with a default account; raises OperationFailed."""
        if not new.password:
            raise InvalidRequest("password is Required")
        user = registration.register(
            self.exchange,
            Application(new.name, new.email, new.password, email_verified=new.enabled),
        )
        self.members.add(user.user_id)
        self._set(user, OPERATOR, on=new.platform_admin)
        self._set(user, MARKET_MAKER, on=new.market_maker)
        self._set_investor(user, on=new.investor)
        return user

    def member(self, name: str) -> User:
        """A user this service created; raises NotFound for any other."""
        user = self.user(name)
        if user.user_id not in self.members:
            raise NotFound(f"{name} was not created by this service")
        return user

    def user(self, name: str) -> User:
        """Any user of the exchange; raises NotFound."""
        user = self.exchange.users.named(name)
        if user is None:
            raise NotFound(f"Invalid UserName: {name}")
        return user

    def update_user(self, user: User, roles: dict[GlobalRole, bool], email: str | None) -> None:
        """Set or remove the global roles that are named; raises before anything changes."""
        users = self.exchange.users
        if email:
            if "@" not in email.strip("@"):
                raise InvalidRequest("email is not an e-mail address")
            owner = users.with_email(email)
            if owner is not None and owner is not user:
                raise OperationFailed("user email already exists")
        if roles.get(GlobalRole.PLATFORM_ADMIN) is False and SUPERUSER in user.permissions:
            raise OperationFailed("a superuser stays platform admin")
        users.change_email(user, email or user.email)
        for role, on in roles.items():
            self._set_global(user, role, on=on)

    def global_roles(self, user: User) -> list[GlobalRole]:
        """The user's global roles."""
        facts = {
            GlobalRole.ENABLED: user.email_verified,
            GlobalRole.PLATFORM_ADMIN: not user.permissions.isdisjoint({OPERATOR, SUPERUSER}),
            GlobalRole.INVESTOR: user.user_id in self.investors,
            GlobalRole.MARKET_MAKER: MARKET_MAKER in user.permissions,
        }
        return [role for role, holds in facts.items() if holds]

    def company_roles(self, user: User) -> list[tuple[Company, list[CompanyRole]]]:
        """The user's companies with the roles in each."""
        return [
            (company, company.roles_of(user.user_id))
            for company in self.companies.of_user(user.user_id)
        ]

    def associated(self, company: Company) -> list[int]:
        """Users with a role in the company or a balance in an asset of it."""
        found: dict[int, None] = {}
        for role in ROLES:
            found.update(dict.fromkeys(company.roles.get(role, ())))
        agents = company.roles.get(CompanyRole.AGENT, ())
        for share in self.shares.of_company(company.company_id):
            found.update(dict.fromkeys(h for h in self.shares.holders(share) if h not in agents))
        return list(found)

    def may_see(self, user: User, share: Share) -> bool:
        """Has access to the asset not been withdrawn from the user?"""
        return (user.user_id, share.product_id) not in self.exchange.grants.denied_products

    def set_access(self, user: User, share: Share, *, allowed: bool) -> None:
        """Let a user see and trade an asset, or no longer."""
        denied, pair = self.exchange.grants.denied_products, (user.user_id, share.product_id)
        if allowed:
            denied.discard(pair)
        else:
            denied.add(pair)

    def _set_global(self, user: User, role: GlobalRole, *, on: bool) -> None:
        if role is GlobalRole.ENABLED:
            self._set_enabled(user, on=on)
        elif role is GlobalRole.PLATFORM_ADMIN:
            self._set(user, OPERATOR, on=on)
        elif role is GlobalRole.MARKET_MAKER:
            self._set(user, MARKET_MAKER, on=on)
        else:
            self._set_investor(user, on=on)

    def _set_enabled(self, user: User, *, on: bool) -> None:
        was, user.email_verified = user.email_verified, on
        if on:
            user.pending_email_code, user.pending_code_ms = "", None
        elif was:
            registration.send_verification(self.exchange, user)

    def _set_investor(self, user: User, *, on: bool) -> None:
        (self.investors.add if on else self.investors.discard)(user.user_id)

    def _set(self, user: User, permission: str, *, on: bool) -> None:
        (user.permissions.add if on else user.permissions.discard)(permission)
