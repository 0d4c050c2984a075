"""The deployment under test: opens sessions, logs personas in, creates throw-away traders.

Where the target lends an operator, traders are created through the API itself (register, confirm,
fund) and noted in the leak ledger; where not, the personas of the target file are all there is.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyotp

from conformance.contract.catalog import Contract
from conformance.target.fence import Fence
from conformance.target.leaks import LeakLedger
from conformance.target.pace import Pace
from conformance.target.session import SERVICES, Session, Turn, lookup
from conformance.target.target_file import Hook, Persona, Target, run_hook
from conformance.wire.graphql import GraphqlSurface
from conformance.wire.http import HttpPool, HttpSurface
from conformance.wire.rpc import RpcSurface
from conformance.wire.surface import Surface, WebSocketSurface
from conformance.wire.websocket import Lost, Unreachable, WebSocketClient
from conformance.wire.window import Window

OPERATOR_ID = 1
"""The documented value of OperatorId at registration."""

SHORTEST_SECRET = 8
OTHER, MANUAL_ENTRY = 3, 10
"""TransactionType and ReferenceType of a manual ledger entry."""
IDLE_LIMIT_MS = 3_600_000
"""The documented hour without activity after which a session is over."""


class Unavailable(Exception):
    """This target cannot show what was asked for; the message is the reason."""


class NotOffered(Exception):
    """The target file names no such service, so nothing is asked of it."""


class LoginFailed(Exception):
    """A persona of the target file could not log in."""


class Deployment:
    """One target, its sessions and what a run left behind."""

    def __init__(self, target: Target, contract: Contract, *, read_only: bool = False) -> None:
        self.target = target
        self.contract = contract
        self.loop = asyncio.new_event_loop()
        self.leaks = LeakLedger()
        self.fence = Fence(target, read_only)
        self._pace = Pace(target.limits.requests_per_second)
        self.window = Window(target.limits.in_flight)
        self.namespace = ""
        gateway = target.target.http
        self._gateway = HttpPool(gateway) if gateway else None
        self._sessions: dict[str, Session] = {}
        self._opened: list[Session] = []
        self._serial = 0
        self._skipped_ms = 0
        self._secrets: set[str] = set(target.secrets)

    @property
    def oms_id(self) -> int:
        """The OMS that the target file names."""
        return self.target.target.oms_id

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not reach a transcript or a report, longest first."""
        return tuple(sorted(self._secrets, key=len, reverse=True))

    def keep_secret(self, *values: str) -> None:
        """Mask these values from now on; short ones would mask half a transcript."""
        self._secrets.update(value for value in values if len(value) >= SHORTEST_SECRET)

    def connect(self, persona: str = "anonymous", *, local_address: str | None = None) -> Session:
        """A new connection without a login, from that address of ours; raises Unreachable."""
        budget = self.target.limits.latency_budget_ms
        client = self.loop.run_until_complete(
            WebSocketClient.connect(self.target.target.websocket, timeout_s=budget / 1000,
                                    local_address=local_address)
        )
        return self._session(persona, WebSocketSurface(client))

    def persona(self, name: str) -> Session:
        """The shared session of a persona, logged in; raises Unavailable or LoginFailed."""
        session = self._sessions.get(name)
        if session is not None and getattr(session.surface, "pending", False):
            self.loop.run_until_complete(_let_pass())
        if session is None or session.closed:
            session = self._sessions[name] = self.fresh(name)
        return session

    def fresh(self, name: str) -> Session:
        """A new session of a persona, logged in."""
        if name == "anonymous":
            return self.connect()
        persona = self.target.personas.get(name)
        if persona is None:
            raise Unavailable(f"the target file has no persona {name}")
        session = self.connect(name)
        session.username, session.password = persona.username or "", persona.password or ""
        session.user_id, session.account_id = persona.user_id or 0, persona.account_id or 0
        self.log_in(session, persona)
        return session

    def log_in(self, session: Session, persona: Persona) -> Turn:
        """Authenticate a session with what the persona has; raises LoginFailed."""
        if persona.username and persona.password:
            turn = session.call(
                "AuthenticateUser", UserName=persona.username, Password=persona.password
            )
        elif persona.api_key and persona.api_secret:
            turn = session.call("AuthenticateUser", **signed_login(persona))
        else:
            raise Unavailable(f"persona {session.persona} has neither password nor API key")
        if turn.get("authenticated") is not True:
            raise LoginFailed(f"persona {session.persona} cannot log in: {turn.text[:300]}")
        if turn.get("requires2FA") is True:
            self._second_factor(session, persona)
        user = turn.get("user")
        session.token = str(turn.get("sessionToken") or "")
        self.keep_secret(session.token)
        session.user_id = session.user_id or int(lookup(user, "userId") or turn.get("userId") or 0)
        session.account_id = session.account_id or int(lookup(user, "accountId") or 0)
        return turn

    def throwaway(
        self, *, funds: Mapping[int, Decimal] | None = None, permissions: tuple[str, ...] = ()
    ) -> Session:
        """A fresh trader with an account of its own, funded per product id, logged in.

        ``permissions`` are added to the default ones. Needs an operator persona and a way to
        confirm the e-mail; raises Unavailable otherwise.
        """
        operator = self.persona("operator")
        name, password, email = self._new_identity()
        user_id = self._register(name, password, email)
        self._confirm(operator, user_id, email)
        for permission in permissions:
            operator.call("AddUserPermission", UserId=user_id, Permission=permission, Value=1)
        session = self.connect(name)
        session.username, session.password = name, password
        self.log_in(session, Persona(username=name, password=password))
        for product_id, amount in (funds or {}).items():
            self.fund(session.account_id, product_id, amount)
        return session

    def fund(self, account_id: int, product_id: int, amount: Decimal) -> None:
        """Credit an account by a manual ledger entry; raises Unavailable when it is refused."""
        turn = self.persona("operator").call(
            "SubmitAccountLedgerEntry",
            omsId=self.oms_id, accountId=account_id, productId=product_id, cR_Amt=amount,
            dR_Amt=Decimal(0), comment="conformance", oneSidedTransaction=True,
            transactionType=OTHER, transactionReferenceType=MANUAL_ENTRY,
        )
        if turn.reply is None or turn.get("result") is False:
            raise Unavailable(f"account {account_id} cannot be funded: {turn.text[:300]}")
        self.leaks.record("Funds", f"account {account_id}, product {product_id}: {amount}")

    def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails to an address, oldest first; raises Unavailable without a mailbox hook."""
        hook = self.target.hooks.mailbox
        if hook is None:
            raise Unavailable("the target file has no mailbox hook")
        found: list[dict[str, Any]] = json.loads(self._ask(hook, "to", address))
        return found

    def mail_code(self, address: str) -> str:
        """The code of the newest mail to an address; raises Unavailable without a mailbox hook."""
        mails = self.mails(address)
        if not mails:
            raise Unavailable(f"no mail came for {address}")
        return str(mails[-1]["code"])

    def access_code(self, address: str) -> str:
        """A new access code of the identity provider for an address; raises Unavailable."""
        hook = self.target.hooks.identity
        if hook is None or hook.url is None:
            raise Unavailable("no identity provider can be asked: no identity hook")
        body = json.dumps({"email": address}).encode()
        request = urllib.request.Request(hook.url, body, {"Content-Type": "application/json"})
        code = str(json.loads(self._fetch(request))["code"])
        self.keep_secret(code)
        return code

    def now_ms(self) -> int:
        """The target's clock where a hook shows it, else ours; milliseconds since 1970."""
        hook = self.target.hooks.clock
        if hook is None or hook.url is None:
            return time.time_ns() // 1_000_000
        return int(json.loads(self._ask(hook, "at", ""))["now_ms"])

    def advance_clock(self, milliseconds: int) -> None:
        """Move the target's clock; raises Unavailable where it cannot be moved.

        Shared sessions may be over then: asked for again, a persona logs in anew.
        """
        hook = self.target.hooks.clock
        if hook is None or hook.url is None:
            raise Unavailable("the target's clock cannot be moved: no clock hook")
        body = json.dumps({"advance_ms": milliseconds}).encode()
        request = urllib.request.Request(hook.url, body, {"Content-Type": "application/json"})
        self._fetch(request)
        self._skipped_ms += milliseconds
        if self._skipped_ms > IDLE_LIMIT_MS // 2:
            self._sessions.clear()
            self._skipped_ms = 0

    def close(self) -> None:
        """Close every connection."""
        for session in self._opened:
            if not session.closed:
                session.close()
        if self._gateway is not None:
            self._gateway.close()
        self.loop.close()

    def _session(self, persona: str, surface: Surface) -> Session:
        limits = self.target.limits
        session = Session(
            persona, self.contract, self.fence, self._pace, self.loop, surface,
            dict(self.target.aliases), self.window, limits.latency_budget_ms,
            twin=self._twin, renewal=self._renewed,
        )
        self._opened.append(session)
        return session

    def _twin(self, session: Session, surface: str) -> Session:
        """The login of a session over HTTP or at a service; raises Unavailable or NotOffered."""
        if surface in SERVICES:
            return self._at_service(session, surface)
        if surface != "http" or self._gateway is None:
            raise Unavailable(f"the target file names no {surface} surface")
        budget_s = self.target.limits.latency_budget_ms / 1000
        surface_of_twin = HttpSurface(self._gateway, timeout_s=budget_s, token=session.token)
        return self._same_login(session, surface_of_twin)

    def _same_login(self, session: Session, surface: Surface) -> Session:
        twin = self._session(session.persona, surface)
        twin.username, twin.password, twin.token = session.username, session.password, session.token
        twin.user_id, twin.account_id = session.user_id, session.account_id
        return twin

    def _at_service(self, session: Session, service: str) -> Session:
        """The login of a session at APAD or the Digitizer.

        Raises NotOffered where the target file names none, and Lost where it names one that is not
        there: the exchange answered, or there would be no session.
        """
        url = getattr(self.target.target, service)
        if not url:
            raise NotOffered(f"the target file names no {service}")
        timeout_s = self.target.limits.latency_budget_ms / 1000
        try:
            if service == "apad":
                connected = RpcSurface.connect(url, timeout_s=timeout_s)
                return self._same_login(session, self.loop.run_until_complete(connected))
            return self._digitizer_login(session, url, timeout_s)
        except Unreachable as gone:
            raise Lost(f"the target file names {service}, and it is not there: {gone}") from None

    def _digitizer_login(self, session: Session, url: str, timeout_s: float) -> Session:
        documents = {operation.name: operation for operation in self.contract.operations}
        operations = {
            call.name: documents[call.operation] for call in self.contract.section("digitizer")
        }
        surface = GraphqlSurface(url, operations, timeout_s=timeout_s, token=session.token)
        twin = self._same_login(session, surface)
        if session.username and session.password:
            turn = twin.call("login", username=session.username, password=session.password)
            if not isinstance(turn.get("login"), dict):
                raise LoginFailed(
                    f"persona {session.persona} cannot log in to the digitizer: {turn.text[:300]}"
                )
            self.keep_secret(*surface.login.secrets())
        return twin

    def _renewed(self, session: Session) -> Session:
        """A new connection with the login of a session that this one may have spoiled."""
        fresh = self.connect(session.persona)
        fresh.username, fresh.password = session.username, session.password
        fresh.user_id, fresh.account_id = session.user_id, session.account_id
        if session.username:
            self.log_in(fresh, Persona(username=session.username, password=session.password))
        kind = session.surface.kind
        return fresh.via(kind) if kind in SERVICES else fresh

    def _second_factor(self, session: Session, persona: Persona) -> None:
        if not persona.totp_secret:
            raise LoginFailed(f"persona {session.persona} needs 2FA; add totp_secret")
        code = pyotp.TOTP(persona.totp_secret).at(self.now_ms() // 1000)
        turn = session.call("Authenticate2FA", Code=code)
        if turn.get("authenticated") is not True:
            raise LoginFailed(f"persona {session.persona}: 2FA refused: {turn.text[:300]}")

    def _new_identity(self) -> tuple[str, str, str]:
        self._serial += 1
        stem = f"conformance-{self.namespace or self.now_ms()}-{self._serial}"
        password = f"Pw-{stem}"
        self.keep_secret(password)
        return stem, password, f"{stem}@example.com"

    def _register(self, name: str, password: str, email: str) -> int:
        turn = self.persona("anonymous").call(
            "RegisterUser",
            UserInfo={"UserName": name, "passwordHash": password, "Email": email},
            UserConfig=[], AffiliateTag="", OperatorId=OPERATOR_ID,
        )
        user_id = turn.get("UserId")
        if not isinstance(user_id, int):
            raise Unavailable(f"a user cannot be registered: {turn.text[:300]}")
        self.leaks.record("User", user_id)
        return user_id

    def _confirm(self, operator: Session, user_id: int, email: str) -> None:
        info = operator.call("GetUserInfo", OMSId=self.oms_id, UserId=user_id)
        code = info.get("pendingEmailCode") or self.mail_code(email)
        turn = self.persona("anonymous").call(
            "ConfirmUserEmail", UserId=user_id, VerifyEmailCode=code
        )
        if turn.get("result") is not True:
            raise Unavailable(f"user {user_id} cannot be confirmed: {turn.text[:300]}")

    def _ask(self, hook: Hook, key: str, argument: str) -> str:
        if hook.command is not None:
            return run_hook(hook, argument)
        query = urllib.parse.urlencode({key: argument})
        return self._fetch(urllib.request.Request(f"{hook.url}?{query}"))

    def _fetch(self, request: urllib.request.Request) -> str:
        # The embedded reference may share our loop, which must then turn while we wait.
        fetched = self.loop.run_in_executor(None, _read_url, request)
        return self.loop.run_until_complete(fetched)


async def _let_pass() -> None:
    """Turn the loop until what already arrived is taken in: a connection that ended shows."""
    for _ in range(3):
        await asyncio.sleep(0)


def _read_url(request: urllib.request.Request) -> str:
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def signed_login(persona: Persona, nonce: str = "1") -> dict[str, Any]:
    """The request of a login by signature."""
    message = f"{nonce}{persona.user_id}{persona.api_key}".encode()
    digest = hmac.new((persona.api_secret or "").encode(), message, hashlib.sha256).hexdigest()
    return {
        "APIKey": persona.api_key,
        "Signature": digest,
        "UserId": str(persona.user_id),
        "Nonce": nonce,
    }
