"""Faults of the private shares service: roles given and taken, and who sees what."""

from __future__ import annotations

from typing import Any

from conformance.reference.domain.apad.companies import Company
from conformance.reference.domain.apad.roles import CompanyRole, GlobalRole, company_role
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, OperationFailed
from conformance.reference.domain.users import User
from conformance.reference.faults.registry import Run, fault, rewrites

ADD, REMOVE, DEPOSE = (
    "apad/UpdateCompanyAddRoles", "apad/RemoveUserRole", "apad/RemoveAllCoAdmins",
)
UPDATE, COMPANIES, ASSETS, USERS = (
    "apad/UpdateUser", "apad/GetCompanies", "apad/GetAssets", "apad/GetUsers",
)
WHO = "apad/GetUserFromSession"


def _meant(caller: Any, request: Any) -> tuple[Company, User]:
    return caller.apad.companies.named(request.company_name), caller.apad.user(request.user_name)


@fault("apad/added-roles-replace", "Adding a role takes none away.", ADD)
def _added_roles_replace(caller: Any, request: Any, run: Run) -> object:
    company, user = _meant(caller, request)
    for held in company.roles.values():
        held[:] = [holder for holder in held if holder != user.user_id]
    return run()


@rewrites("apad/roles-left-out-of-reply", "The reply shows who has which role.", ADD)
def _roles_left_out_of_reply(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"Roles": []}


@rewrites("apad/role-listed-twice", "Adding a role twice changes nothing.", ADD)
def _role_listed_twice(caller: Any, request: Any, reply: Any) -> object:
    company, user = _meant(caller, request)
    company.roles[company_role(request.role_names[0])].append(user.user_id)
    return reply


@fault("apad/one-company-a-user", "A user can serve several companies.", ADD)
def _one_company_a_user(caller: Any, request: Any, run: Run) -> object:
    company, user = _meant(caller, request)
    if any(other is not company for other in caller.apad.companies.of_user(user.user_id)):
        raise OperationFailed("the user has a company")
    return run()


@fault("apad/one-vocabulary", "Both names of a role are understood.", ADD, REMOVE)
def _one_vocabulary(caller: Any, request: Any, run: Run) -> object:
    names = getattr(request, "role_names", None) or [request.role_name]
    if any(name.startswith("Company") is hasattr(request, "role_name") for name in names):
        raise InvalidRequest("unknown role")
    return run()


@fault("apad/removed-role-stays", "A removed role is gone.", REMOVE, DEPOSE)
def _removed_role_stays(caller: Any, request: Any, run: Run) -> object:
    company = caller.apad.companies.named(request.company_name)
    before = {role: list(held) for role, held in company.roles.items()}
    run()
    company.roles.update(before)
    return _own_shape(caller, company)


def _own_shape(caller: Any, company: Company) -> object:
    from conformance.reference.calls.apad.shapes import company_object

    return company_object(caller, company, "UserNames")


@fault("apad/remove-role-takes-global", "Global roles are not removed with a company role.",
       REMOVE)
def _remove_role_takes_global(caller: Any, request: Any, run: Run) -> object:
    company, user = _meant(caller, request)
    for role in GlobalRole:
        if role.value == request.role_name:
            caller.apad.update_user(user, {role: False}, None)
            return _own_shape(caller, company)
    return run()


@fault("apad/admin-loses-share-alone", "Every administrator is a shareholder.", REMOVE)
def _admin_loses_share_alone(caller: Any, request: Any, run: Run) -> object:
    company, user = _meant(caller, request)
    if company_role(request.role_name) is CompanyRole.SHAREHOLDER:
        company.roles[CompanyRole.SHAREHOLDER].remove(user.user_id)
        return _own_shape(caller, company)
    return run()


@rewrites("apad/depose-clears-the-house", "Agents and shareholders stay.", DEPOSE)
def _depose_clears_the_house(caller: Any, request: Any, reply: Any) -> object:
    caller.apad.companies.named(request.company_name).roles.clear()
    return reply


@fault("apad/deposed-admin-acts", "Whoever was deposed acts no longer.", DEPOSE)
def _deposed_admin_acts(caller: Any, request: Any, run: Run) -> object:
    company = caller.apad.companies.named(request.company_name)
    before = list(company.roles.get(CompanyRole.ADMIN, ()))
    reply = run()
    company.roles[CompanyRole.ADMIN] = before
    return reply


@fault("apad/deposed-for-ever", "An administrator can be appointed again.", ADD)
def _deposed_for_ever(caller: Any, request: Any, run: Run) -> object:
    company, _ = _meant(caller, request)
    if company.roles and CompanyRole.ADMIN not in company.roles:
        raise OperationFailed("the company has no administrators any more")
    return run()


FLAGS = ("is_enabled", "is_platform_admin", "is_investor", "is_market_maker")


def _with_flags(change: Any) -> Any:
    def around(caller: Any, request: Any, run: Run) -> object:
        for flag in FLAGS:
            setattr(request, flag, change(getattr(request, flag)))
        return run()

    return around


fault("apad/update-ignores-true", "A flag that is true sets its role.", UPDATE)(
    _with_flags(lambda on: None if on else on))
fault("apad/update-ignores-false", "A flag that is false takes its role.", UPDATE)(
    _with_flags(lambda on: on or None))
fault("apad/update-resets-what-is-omitted", "What is left out stays.", UPDATE)(
    _with_flags(bool))


@rewrites("apad/update-drops-company-roles", "Company roles stay.", UPDATE)
def _update_drops_company_roles(caller: Any, request: Any, reply: Any) -> object:
    user = caller.apad.user(request.user_name)
    for company in caller.apad.companies.of_user(user.user_id):
        company.roles.clear()
    return reply | {"RoleNamesByCompanyName": {}}


@rewrites("apad/update-renames", "A user keeps the name.", UPDATE)
def _update_renames(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"UserName": f"{request.user_name}-2"}


@fault("apad/update-takes-any-email", "An e-mail address belongs to one user.", UPDATE)
def _update_takes_any_email(caller: Any, request: Any, run: Run) -> object:
    taken, request.email = request.email, None
    reply = run()
    user = caller.apad.user(request.user_name)
    caller.exchange.users.change_email(user, taken or user.email)
    return reply


@fault("apad/update-needs-email", "email can be left out.", UPDATE)
def _update_needs_email(caller: Any, request: Any, run: Run) -> object:
    if request.email is None:
        raise InvalidRequest("email is Required")
    return run()


@rewrites("apad/people-left-out", "UserNames is the whole list.", COMPANIES)
def _people_left_out(caller: Any, request: Any, reply: Any) -> object:
    return [row | {"UserNames": []} for row in reply]


@rewrites("apad/assets-by-long-name", "Assets stand by their short names.", COMPANIES)
def _assets_by_long_name(caller: Any, request: Any, reply: Any) -> object:
    return [row | {"AssetNames": [f"{name} shares" for name in row["AssetNames"]]}
            for row in reply]


@rewrites("apad/roles-by-company-left-out", "Users and companies agree.", USERS)
def _roles_by_company_left_out(caller: Any, request: Any, reply: Any) -> object:
    return [row | {"RoleNamesByCompanyName": {}} for row in reply]


@rewrites("apad/total-counts-what-is-kept", "The total counts what was granted.", ASSETS)
def _total_counts_what_is_kept(caller: Any, request: Any, reply: Any) -> object:
    shares, companies = caller.apad.shares, caller.apad.companies
    for row in reply:
        account_id = companies.named(row["CompanyName"]).account_id
        row["TotalIssued"] = shares.balance(account_id, shares.named(row["AssetName"]))
    return reply


@rewrites("apad/deprecated-keys-filled", "Deprecated keys say nothing.", ASSETS)
def _deprecated_keys_filled(caller: Any, request: Any, reply: Any) -> object:
    filled = {"Decimals": 8, "BoardApprovalDate": "1987", "Comments": "words"}
    return [row | filled for row in reply]


@fault("apad/session-only-of-the-platform", "Any user can ask whose a session is.", WHO)
def _session_only_of_the_platform(caller: Any, request: Any, run: Run) -> object:
    if not caller.is_platform_admin:
        raise NotAuthorized
    return run()


@fault("apad/holders-hidden", "Holders of an asset are users of its company.", USERS)
def _holders_hidden(caller: Any, request: Any, run: Run) -> object:
    if caller.is_platform_admin:
        return run()
    own = {company.name for company, _ in caller.apad.company_roles(caller.user)}
    reply: Any = run()
    return [row for row in reply if own & set(row["RoleNamesByCompanyName"])]


@fault("apad/strangers-listed", "A company sees its own people only.", USERS)
def _strangers_listed(caller: Any, request: Any, run: Run) -> object:
    from conformance.reference.calls.apad.shapes import user_object

    return [user_object(caller, user) for user in caller.exchange.users.by_id.values()]


@fault("apad/own-people-hidden", "An administrator sees the own people.", USERS)
def _own_people_hidden(caller: Any, request: Any, run: Run) -> object:
    reply: Any = run()
    return reply if caller.is_platform_admin else reply[-1:]
