"""Companies: founding one, giving and taking roles, reading."""

from __future__ import annotations

from conformance.reference.calls.apad.registry import (
    COMPANY_ADMIN,
    PLATFORM_ADMIN,
    Call,
    Caller,
    rpc,
)
from conformance.reference.calls.apad.shapes import company_object, user_object
from conformance.reference.domain.apad.companies import Company, CompanyFacts
from conformance.reference.domain.apad.roles import CompanyRole, company_role
from conformance.reference.domain.apad.service import NewUser
from conformance.reference.domain.refusals import InvalidRequest

ONLY_PLATFORM_ADMIN = (PLATFORM_ADMIN,)
ADMINS = (PLATFORM_ADMIN, COMPANY_ADMIN)
EVERY_ROLE = (PLATFORM_ADMIN, *(role.value for role in CompanyRole))


class CompanyRequest(Call):
    """What a company states about itself."""

    company_name: str
    country: str = ""
    state_or_province_of_incorporation: str = ""
    incorporation_date: str = ""
    accounting_currency: str = ""

    def facts(self) -> CompanyFacts:
        """The same as the domain has it; raises InvalidRequest without a name."""
        if not self.company_name:
            raise InvalidRequest("companyName is Required")
        return CompanyFacts(
            self.company_name, self.country, self.state_or_province_of_incorporation,
            self.incorporation_date, self.accounting_currency,
        )


class CompanyWithExistingUser(CompanyRequest, kw_only=True):
    """A company and the user who is to run it."""

    user_name: str


class CompanyWithUser(CompanyRequest, kw_only=True):
    """A company and the new user who is to run it."""

    user_name: str
    email: str
    password: str
    is_enabled: bool = False


class CompanyQuery(Call):
    """A company."""

    company_name: str


class RoleGrant(Call):
    """Roles a user is to have in a company."""

    company_name: str
    role_names: list[str]
    user_name: str


class RoleRemoval(Call):
    """A role a user is to lose in a company."""

    company_name: str
    role_name: str
    user_name: str


@rpc("CreateCompany", permissions=ONLY_PLATFORM_ADMIN, request=CompanyRequest)
def create_company(caller: Caller, request: CompanyRequest) -> object:
    """Found a company that nobody runs yet."""
    return company_object(caller, caller.apad.companies.add(request.facts()))


@rpc("CreateCompanyWithUser", permissions=ONLY_PLATFORM_ADMIN, request=CompanyWithUser)
def create_company_with_user(caller: Caller, request: CompanyWithUser) -> object:
    """Found a company together with the user who runs it; neither may exist."""
    facts = request.facts()
    caller.apad.companies.require_new(facts.name)
    user = caller.apad.create_user(
        NewUser(request.user_name, request.email, request.password, request.is_enabled)
    )
    company = caller.apad.companies.add(facts)
    caller.apad.companies.give(company, user.user_id, CompanyRole.ADMIN)
    return {"Company": company_object(caller, company), "User": user_object(caller, user)}


@rpc(
    "CreateCompanyWithExistingUser", permissions=ONLY_PLATFORM_ADMIN,
    request=CompanyWithExistingUser,
)
def create_company_with_existing_user(
    caller: Caller, request: CompanyWithExistingUser
) -> object:
    """Found a company and let an existing user run it, who keeps all earlier roles."""
    user = caller.apad.member(request.user_name)
    company = caller.apad.companies.add(request.facts())
    caller.apad.companies.give(company, user.user_id, CompanyRole.ADMIN)
    return {"Company": company_object(caller, company), "User": user_object(caller, user)}


@rpc("UpdateCompanyAddRoles", permissions=ADMINS, request=RoleGrant)
def update_company_add_roles(caller: Caller, request: RoleGrant) -> object:
    """Give a user roles in a company; roles held already stay."""
    company = _own_company(caller, request.company_name)
    roles = [company_role(name) for name in request.role_names]
    user = caller.apad.member(request.user_name)
    for role in roles:
        caller.apad.companies.give(company, user.user_id, role)
    return company_object(caller, company, "UserNames")


@rpc("RemoveUserRole", permissions=ADMINS, request=RoleRemoval)
def remove_user_role(caller: Caller, request: RoleRemoval) -> object:
    """Take one role in a company from a user."""
    company = _own_company(caller, request.company_name)
    role = company_role(request.role_name)
    user = caller.apad.member(request.user_name)
    caller.apad.companies.take(company, user.user_id, role)
    return company_object(caller, company, "UserNames")


@rpc("RemoveAllCoAdmins", permissions=ONLY_PLATFORM_ADMIN, request=CompanyQuery)
def remove_all_co_admins(caller: Caller, request: CompanyQuery) -> object:
    """Leave a company to the platform admins."""
    company = caller.apad.companies.named(request.company_name)
    caller.apad.companies.dismiss_admins(company)
    return company_object(caller, company, "UserNames")


@rpc("GetCompanies", permissions=EVERY_ROLE)
def get_companies(caller: Caller, request: Call) -> object:
    """The companies the caller has a role in; a platform admin sees all."""
    return [company_object(caller, company) for company in caller.visible_companies()]


def _own_company(caller: Caller, name: str) -> Company:
    company = caller.apad.companies.named(name)
    caller.require_company(company)
    return company
