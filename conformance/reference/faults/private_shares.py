"""Faults of the private shares service: refusals, new users, new companies."""

from __future__ import annotations

from typing import Any

from conformance.reference.calls.apad.registry import Caller
from conformance.reference.domain.apad.roles import CompanyRole
from conformance.reference.domain.apad.service import MARKET_MAKER, NewUser
from conformance.reference.domain.permissions import OPERATOR
from conformance.reference.domain.refusals import InvalidRequest, Refusal
from conformance.reference.domain.users import User
from conformance.reference.faults.registry import Run, fault, rewrites

CREATORS = tuple(f"apad/{name}" for name in (
    "CreateUser", "CreateCoAdmin", "CreateUserAgent", "CreateUserCoShareholder",
    "CreateCompanyWithUser",
))
IN_COMPANY = CREATORS[1:4]
FOUNDERS = ("apad/CreateCompany", "apad/CreateCompanyWithUser",
            "apad/CreateCompanyWithExistingUser")
WRITERS = (*CREATORS, *FOUNDERS[::2], *(f"apad/{name}" for name in (
    "CreateAsset", "UpdateUser", "UpdateCompanyAddRoles", "RemoveUserRole", "RemoveAllCoAdmins",
    "SetAssetAccessForUser", "TransferAsset", "ClawbackShares",
)))
READERS = ("apad/GetUsers", "apad/GetCompanies", "apad/GetAssets")
DISPENSABLE = frozenset(("Email", "Country", "AssetFullName", "FromOwnerName"))
"""Keys that no case needs on its way to another call."""


@rewrites("apad/reply-lacks-keys", "A reply has its documented keys.", *WRITERS, *READERS,
          "apad/CreateCompanyWithExistingUser", "apad/GetUserFromSession")
def _reply_lacks_keys(caller: Any, request: Any, reply: Any) -> object:
    return _shortened(reply)


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _shortened(item) for key, item in value.items() if key not in DISPENSABLE}


def user_in(reply: Any) -> dict[str, Any]:
    """The user in the reply of a creating call."""
    inside = reply.get("User", reply)
    return inside if isinstance(inside, dict) else {}


def company_in(reply: Any) -> dict[str, Any]:
    """The company in the reply of a founding call."""
    inside = reply.get("Company", reply)
    return inside if isinstance(inside, dict) else {}


def made(caller: Caller, request: Any) -> User:
    """The user that a creating call has just made."""
    return caller.apad.user(request.user_name)


@fault("apad/refusal-told-as-success", "What cannot be done is refused.", *WRITERS)
def _refusal_told_as_success(caller: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal:
        return {}


@fault("apad/reads-lag-behind", "A read shows what was done.", *READERS)
def _reads_lag_behind(caller: Any, request: Any, run: Run) -> object:
    seen = caller.apad.__dict__.setdefault("seen", {})
    key = (caller.user.user_id, run.__qualname__, tuple(_names(run)))
    previous, seen[key] = seen.get(key), run()
    return seen[key] if previous is None else previous


def _names(run: Run) -> list[str]:
    cells = run.__closure__ or ()
    return [cell.cell_contents.name for cell in cells if hasattr(cell.cell_contents, "handler")]


@rewrites("apad/password-echoed", "A password never comes back.", *CREATORS)
def _password_echoed(caller: Any, request: Any, reply: Any) -> object:
    user_in(reply)["Comment"] = f"password {request.password}"
    return reply


@rewrites("apad/external-id-off-by-one", "ExternalId is the exchange's user id.",
          *CREATORS, "apad/GetUserFromSession")
def _external_id_off_by_one(caller: Any, request: Any, reply: Any) -> object:
    user_in(reply)["ExternalId"] -= 1
    return reply


@rewrites("apad/enabled-never-listed", "An enabled user is listed so.", *CREATORS)
def _enabled_never_listed(caller: Any, request: Any, reply: Any) -> object:
    user = user_in(reply)
    user["Permissions"] = [name for name in user["Permissions"] if name != "Enabled"]
    return reply


@rewrites("apad/enabled-always-listed", "Only an enabled user is listed so.", *CREATORS)
def _enabled_always_listed(caller: Any, request: Any, reply: Any) -> object:
    user = user_in(reply)
    user["Permissions"] = sorted({*user["Permissions"], "Enabled"})
    return reply


@rewrites("apad/nobody-confirms", "A user confirms the address first.", *CREATORS)
def _nobody_confirms(caller: Any, request: Any, reply: Any) -> object:
    made(caller, request).email_verified = True
    return reply


@rewrites("apad/everybody-confirms", "An enabled user is active at once.", *CREATORS)
def _everybody_confirms(caller: Any, request: Any, reply: Any) -> object:
    made(caller, request).email_verified = False
    return reply


@rewrites("apad/user-shown-with-every-role", "A new user has the roles of the call.", *IN_COMPANY)
def _user_shown_with_every_role(caller: Any, request: Any, reply: Any) -> object:
    reply["Permissions"] = [*reply["Permissions"], "CompanyAdmin", "CompanyAgent"]
    roles = ["CoAdmin", "CoAgent", "CoShareholder"]
    return reply | {"RoleNamesByCompanyName": {request.company_name: roles}}


@rewrites("apad/new-user-joins-a-company", "A new user is in no company.", "apad/CreateUser")
def _new_user_joins_a_company(caller: Any, request: Any, reply: Any) -> object:
    return reply | {"RoleNamesByCompanyName": {"Breeze Energy Ltd": "CoAgent"}}


@rewrites("apad/new-user-without-account", "A new user has an account.", "apad/CreateUser")
def _new_user_without_account(caller: Any, request: Any, reply: Any) -> object:
    made(caller, request).account_id = 0
    return reply


@fault("apad/company-makes-platform-admin", "A company makes no PlatformAdmin.",
       "apad/CreateUser", "apad/UpdateUser")
def _company_makes_platform_admin(caller: Any, request: Any, run: Run) -> object:
    wanted, request.is_platform_admin = request.is_platform_admin, False
    reply = run()
    if wanted:
        made(caller, request).permissions.add(OPERATOR)
    return reply


@rewrites("apad/platform-admin-flag-ignored", "A PlatformAdmin makes another.",
          "apad/CreateUser")
def _platform_admin_flag_ignored(caller: Any, request: Any, reply: Any) -> object:
    made(caller, request).permissions.discard(OPERATOR)
    return reply


@fault("apad/deprecated-flag-required", "A deprecated flag can be left out.", "apad/CreateUser")
def _deprecated_flag_required(caller: Any, request: Any, run: Run) -> object:
    if not request.is_not_verified:
        raise InvalidRequest("isNotVerified is Required")
    return run()


@rewrites("apad/market-maker-in-name-only", "A MarketMaker quotes.", "apad/CreateUser")
def _market_maker_in_name_only(caller: Any, request: Any, reply: Any) -> object:
    made(caller, request).permissions.discard(MARKET_MAKER)
    return reply


@rewrites("apad/facts-tidied", "What a company states is kept as it was said.", *FOUNDERS)
def _facts_tidied(caller: Any, request: Any, reply: Any) -> object:
    company_in(reply).update(IncorporationDate="2019-01-01T00:00:00Z", Country="NO")
    return reply


@rewrites("apad/newest-left-out", "Whoever may see all sees the newest too.", *READERS)
def _newest_left_out(caller: Any, request: Any, reply: Any) -> object:
    return reply[:-1]


@rewrites("apad/company-born-with-asset", "A new company has no assets.", *FOUNDERS)
def _company_born_with_asset(caller: Any, request: Any, reply: Any) -> object:
    company_in(reply)["AssetNames"] = ["BREZ"]
    return reply


@rewrites("apad/off-exchange-told", "OffExchangeBalancesByAssetName is empty.",
          *FOUNDERS, "apad/GetCompanies")
def _off_exchange_told(caller: Any, request: Any, reply: Any) -> object:
    for company in reply if isinstance(reply, list) else [company_in(reply)]:
        company["OffExchangeBalancesByAssetName"] = {"BREZ": 1}
    return reply


@rewrites("apad/founder-among-the-people", "A new company is as empty as its call says.",
          *FOUNDERS)
def _founder_among_the_people(caller: Any, request: Any, reply: Any) -> object:
    company = company_in(reply)
    role = {"RoleName": "CoAgent", "UserName": ["trader"], "CompanyName": company["CompanyName"]}
    company.update(Roles=[*company["Roles"], role], UserNames=[*company["UserNames"], "trader"])
    return reply


@rewrites("apad/founding-takes-permissions", "A founder keeps what was held, and gains two roles.",
          *FOUNDERS[1:])
def _founding_takes_permissions(caller: Any, request: Any, reply: Any) -> object:
    user_in(reply)["Permissions"] = ["Enabled"]
    return reply


@fault("apad/refused-founding-leaves-user", "A refusal leaves nothing behind.",
       "apad/CreateCompanyWithUser")
def _refused_founding_leaves_user(caller: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except Refusal:
        caller.apad.create_user(NewUser(request.user_name, request.email, request.password))
        raise


@fault("apad/stranger-founds", "A founder was made by this service.",
       FOUNDERS[2], "apad/UpdateCompanyAddRoles", "apad/SetAssetAccessForUser")
def _stranger_founds(caller: Any, request: Any, run: Run) -> object:
    caller.apad.members.add(caller.apad.user(request.user_name).user_id)
    return run()


@rewrites("apad/every-founder-an-agent", "Each call gives its own roles.", *FOUNDERS[1:])
def _every_founder_an_agent(caller: Any, request: Any, reply: Any) -> object:
    company = caller.apad.companies.named(request.company_name)
    caller.apad.companies.give(company, made(caller, request).user_id, CompanyRole.AGENT)
    return reply
