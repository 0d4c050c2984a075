"""The calls of the private shares service, the session behind them, and how one is run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from conformance.reference.calls.request import Request, parse_payload, read_request
from conformance.reference.defects import defect
from conformance.reference.domain.apad.companies import Company
from conformance.reference.domain.apad.roles import CompanyRole, GlobalRole
from conformance.reference.domain.apad.service import PrivateShares
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER
from conformance.reference.domain.refusals import (
    ErrorCode,
    InvalidRequest,
    NotAuthorized,
    NotSupported,
    Refusal,
)
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import User
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import handled

log = logging.getLogger(__name__)

OUTSIDE_COMPANY = defect(
    "apad/admin-acts-outside-company", "A company's admin acts for that company only."
)
ANY_SESSION = defect("apad/any-session-accepted", "Only a valid session opens anything.")
ANY_ROLE = defect("apad/roles-unchecked", "Every call is for the roles that its page names.")
SEES_ALL = defect("apad/everybody-sees-everything", "Members see their own companies only.")
STRICT_KEYS = defect("apad/unknown-keys-refused", "Keys that nobody knows change nothing.")
UNKNOWN_RUNS = defect("apad/unknown-function-succeeds", "An unknown function is refused.")
PLATFORM_ADMIN = GlobalRole.PLATFORM_ADMIN.value
COMPANY_ADMIN = CompanyRole.ADMIN.value
ANYBODY = "Any"
NOBODY = "None"


class Call(Request):
    """Every call but Version names the exchange session of its caller."""

    session_id: str


class Nothing(Request):
    """The request of Version."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, with the rules of whom they may act for."""

    exchange: Exchange
    session: Session

    @property
    def apad(self) -> PrivateShares:
        """The service."""
        return self.exchange.apad

    @property
    def user(self) -> User:
        """The exchange user behind the session."""
        return self.exchange.users.get(self.session.user_id)

    @property
    def is_platform_admin(self) -> bool:
        """Does the caller stand above all companies?"""
        limited = self.session.limited_to
        if limited is not None and limited.isdisjoint({OPERATOR, SUPERUSER}):
            return False
        return GlobalRole.PLATFORM_ADMIN in self.apad.global_roles(self.user)

    @property
    def permissions(self) -> set[str]:
        """The caller's global and company roles."""
        roles = {role.value for _, held in self.apad.company_roles(self.user) for role in held}
        return roles | ({PLATFORM_ADMIN} if self.is_platform_admin else set())

    def administers(self, company: Company) -> bool:
        """Is the caller admin of this company?"""
        if self.exchange.defects(OUTSIDE_COMPANY) or self.exchange.defects(ANY_ROLE):
            return True
        return company.has(self.user.user_id, CompanyRole.ADMIN)

    def require_company(self, company: Company) -> None:
        """The caller is a platform admin or this company's admin; raises NotAuthorized."""
        if not self.is_platform_admin and not self.administers(company):
            raise NotAuthorized

    def require_control_of(self, user: User) -> None:
        """The caller is a platform admin or admin of a company of the user's."""
        if self.is_platform_admin or self.exchange.defects(ANY_ROLE):
            return
        theirs = self.apad.companies.of_user(user.user_id)
        if not any(self.administers(company) for company in theirs):
            raise NotAuthorized

    def visible_companies(self) -> list[Company]:
        """All companies for a platform admin, otherwise those the caller has a role in."""
        companies = self.apad.companies
        if self.is_platform_admin or self.exchange.defects(SEES_ALL):
            return list(companies.by_id.values())
        return companies.of_user(self.user.user_id)


Handler = Callable[[Caller, Any], object]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class RpcSpec:
    """One call: who may make it (any of these), what it reads, what runs."""

    name: str
    permissions: tuple[str, ...]
    request: type[Request]
    handler: Handler


@dataclass(frozen=True, slots=True)
class RpcAnswer:
    """The outcome: a payload, or why the call was refused."""

    payload: object = None
    refusal: Refusal | None = None


NO_PAYLOAD = object()
"""Answered by calls whose success says everything."""
RPC_CALLS: dict[str, RpcSpec] = {}


def rpc(name: str, *, permissions: tuple[str, ...], request: type[Request] = Call) -> Callable[
    [H], H
]:
    """Declare a call of this service."""

    def register(handler: H) -> H:
        if name.lower() in RPC_CALLS:
            raise ValueError(f"call {name} is declared twice")
        RPC_CALLS[name.lower()] = RpcSpec(name, permissions, request, handler)
        return handler

    return register


def run(exchange: Exchange, name: str, parameter: str) -> RpcAnswer:
    """Run one call; never raises: whatever goes wrong becomes a refusal."""
    try:
        return RpcAnswer(_run(exchange, name, parameter))
    except Refusal as refusal:
        return RpcAnswer(refusal=refusal)
    except RecursionError:
        return RpcAnswer(refusal=InvalidRequest("the parameter is nested too deeply"))
    except Exception:
        log.exception("call %s failed", name)
        failure = Refusal()
        failure.code = ErrorCode.SERVER_ERROR
        return RpcAnswer(refusal=failure)


def _run(exchange: Exchange, name: str, parameter: str) -> object:
    spec = RPC_CALLS.get(name.lower())
    if spec is None and exchange.defects(UNKNOWN_RUNS):
        return NO_PAYLOAD
    if spec is None:
        raise NotSupported(f"there is no call {name}")
    payload = parse_payload(parameter)
    if exchange.defects(STRICT_KEYS) and isinstance(payload, dict):
        known = spec.request.__struct_encode_fields__
        if not all(key.lower() in known for key in payload):
            raise InvalidRequest("a key is unknown")
    if NOBODY in spec.permissions:
        return _handled(spec, _anonymous(exchange), read_request(payload, spec.request))
    session = exchange.sessions.resume(read_request(payload, Call).session_id)
    if session is None and exchange.defects(ANY_SESSION):
        session = _somebody(exchange, spec)
    if session is None:
        raise NotAuthorized("Invalid sessionId")
    caller = Caller(exchange, session)
    if exchange.defects(ANY_ROLE):
        return _handled(spec, caller, read_request(payload, spec.request))
    if ANYBODY not in spec.permissions and caller.permissions.isdisjoint(spec.permissions):
        raise NotAuthorized
    return _handled(spec, caller, read_request(payload, spec.request))


def _handled(spec: RpcSpec, caller: Caller, request: Request) -> object:
    return handled(caller, f"apad/{spec.name}", request, lambda: spec.handler(caller, request))


def _somebody(exchange: Exchange, spec: RpcSpec) -> Session | None:
    """Whom a service that does not look at sessions would take: the newest who may do it."""
    newest_first = [Caller(exchange, s) for s in reversed(exchange.sessions.by_token.values())]
    able = [
        caller for caller in newest_first
        if ANYBODY in spec.permissions or not caller.permissions.isdisjoint(spec.permissions)
    ]
    able.sort(key=lambda caller: not caller.is_platform_admin)
    return able[0].session if able else None


def _anonymous(exchange: Exchange) -> Caller:
    return Caller(exchange, Session("", 0, "", 0, ended=True))
