"""Users: creating them with or without a company, their global roles, reading, the session."""

from __future__ import annotations

from conformance.reference.calls.apad.companies import ADMINS, ONLY_PLATFORM_ADMIN
from conformance.reference.calls.apad.registry import (
    ANYBODY,
    NOBODY,
    Call,
    Caller,
    Nothing,
    rpc,
)
from conformance.reference.calls.apad.shapes import user_object
from conformance.reference.domain.apad.roles import CompanyRole, GlobalRole
from conformance.reference.domain.apad.service import NewUser
from conformance.reference.domain.refusals import NotAuthorized

VERSION = "3.1"


class UserCreation(Call):
    """A new user with global roles."""

    user_name: str
    email: str
    password: str
    is_enabled: bool = False
    is_not_verified: bool = False
    is_platform_admin: bool = False
    is_investor: bool = False
    is_market_maker: bool = False


class CompanyUserCreation(Call):
    """A new user with a role in a company."""

    company_name: str
    user_name: str
    email: str
    password: str
    is_enabled: bool = False


class UserUpdate(Call):
    """Global roles to set or remove; what is left out stays."""

    user_name: str
    is_enabled: bool | None = None
    is_platform_admin: bool | None = None
    is_investor: bool | None = None
    is_market_maker: bool | None = None
    email: str | None = None


class UserQuery(Call):
    """A user, the caller if none is named."""

    user_name: str | None = None


@rpc("CreateUser", permissions=ADMINS, request=UserCreation)
def create_user(caller: Caller, request: UserCreation) -> object:
    """Create a user of no company; only a platform admin makes another one."""
    if request.is_platform_admin and not caller.is_platform_admin:
        raise NotAuthorized
    user = caller.apad.create_user(
        NewUser(
            request.user_name, request.email, request.password, request.is_enabled,
            request.is_platform_admin, request.is_investor, request.is_market_maker,
        )
    )
    return user_object(caller, user)


@rpc("CreateCoAdmin", permissions=ONLY_PLATFORM_ADMIN, request=CompanyUserCreation)
def create_co_admin(caller: Caller, request: CompanyUserCreation) -> object:
    """Create an admin, and so a shareholder, of a company."""
    return _create_in_company(caller, request, CompanyRole.ADMIN)


@rpc("CreateUserAgent", permissions=ADMINS, request=CompanyUserCreation)
def create_user_agent(caller: Caller, request: CompanyUserCreation) -> object:
    """Create an agent of a company."""
    return _create_in_company(caller, request, CompanyRole.AGENT)


@rpc("CreateUserCoShareholder", permissions=ADMINS, request=CompanyUserCreation)
def create_user_co_shareholder(caller: Caller, request: CompanyUserCreation) -> object:
    """Create a shareholder of a company."""
    return _create_in_company(caller, request, CompanyRole.SHAREHOLDER)


def _create_in_company(caller: Caller, request: CompanyUserCreation, role: CompanyRole) -> object:
    company = caller.apad.companies.named(request.company_name)
    caller.require_company(company)
    user = caller.apad.create_user(
        NewUser(request.user_name, request.email, request.password, request.is_enabled)
    )
    caller.apad.companies.give(company, user.user_id, role)
    return user_object(caller, user)


@rpc("UpdateUser", permissions=ADMINS, request=UserUpdate)
def update_user(caller: Caller, request: UserUpdate) -> object:
    """Set and remove global roles; roles in companies are left alone."""
    user = caller.apad.member(request.user_name)
    caller.require_control_of(user)
    if request.is_platform_admin is not None and not caller.is_platform_admin:
        already = GlobalRole.PLATFORM_ADMIN in caller.apad.global_roles(user)
        if request.is_platform_admin != already:
            raise NotAuthorized
    sent = {
        GlobalRole.ENABLED: request.is_enabled,
        GlobalRole.PLATFORM_ADMIN: request.is_platform_admin,
        GlobalRole.INVESTOR: request.is_investor,
        GlobalRole.MARKET_MAKER: request.is_market_maker,
    }
    roles = {role: on for role, on in sent.items() if on is not None}
    caller.apad.update_user(user, roles, request.email)
    return user_object(caller, user)


@rpc("GetUsers", permissions=ADMINS)
def get_users(caller: Caller, request: Call) -> object:
    """All users for a platform admin; otherwise everybody in or invested in own companies."""
    users = caller.exchange.users
    if caller.is_platform_admin:
        visible = sorted(users.by_id)
    else:
        own = caller.apad.companies.of_user(caller.user.user_id, CompanyRole.ADMIN)
        visible = sorted({user_id for c in own for user_id in caller.apad.associated(c)})
    return [user_object(caller, users.get(user_id)) for user_id in visible]


@rpc("GetUserFromSession", permissions=(ANYBODY,))
def get_user_from_session(caller: Caller, request: Call) -> object:
    """The user behind the session."""
    return user_object(caller, caller.user)


@rpc("GetUserAccountBalances", permissions=(ANYBODY,), request=UserQuery)
def get_user_account_balances(caller: Caller, request: UserQuery) -> object:
    """Amounts by asset name; others than the caller only for those who control the user.

    The pages name this call in a table and say no more.
    """
    user = caller.apad.user(request.user_name) if request.user_name else caller.user
    if user is not caller.user:
        caller.require_control_of(user)
    products = caller.exchange.catalogue
    positions = caller.exchange.ledger.positions_of(user.account_id)
    return {products.product(p.product_id).symbol: p.amount for p in positions}


@rpc("Version", permissions=(NOBODY,), request=Nothing)
def version(caller: Caller, request: Nothing) -> object:
    """The version of this service; needs no session."""
    return VERSION
