"""The deployment under test: opens sessions, logs personas in, creates throw-away traders.

Where the target lends an operator, traders are created through the API itself (register, confirm,
fund) and noted in the leak ledger; where not, the personas of the target file are all there is.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyotp

from conformance.contract.catalog import Contract
from conformance.target import provision
from conformance.target.entitlement import NEEDED, lack
from conformance.target.exposure import Exposure
from conformance.target.fence import Fence
from conformance.target.hooks import HookClient
from conformance.target.leaks import LeakLedger
from conformance.target.ownership import Ownership
from conformance.target.pace import Pace
from conformance.target.secrets import Secrets
from conformance.target.session import SERVICES, Session, Turn, lookup
from conformance.target.signature import signed_login
from conformance.target.target_file import Persona, Target, named_secrets
from conformance.target.transcript import Tap, Transcript
from conformance.target.unavailable import LoginFailed, NotOffered, Unavailable
from conformance.wire.graphql import GraphqlSurface
from conformance.wire.http import HttpPool, HttpSurface
from conformance.wire.rpc import RpcSurface
from conformance.wire.surface import Surface, WebSocketSurface
from conformance.wire.websocket import Lost, Unreachable, WebSocketClient
from conformance.wire.window import Window

CLOSING_S = 10
IDLE_LIMIT_MS = 3_600_000
"""The documented hour without activity after which a session is over."""


class Deployment:
    """One target, its sessions and what a run left behind.

    ``loop`` is somebody else's, to share; without one it has its own and closes it at the end.
    """

    def __init__(
        self, target: Target, contract: Contract, *, read_only: bool = False,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.target = target
        self.contract = contract
        self.loop = loop or asyncio.new_event_loop()
        self._own_loop = loop is None
        self.owned = Ownership(
            target.personas.values(), alone=target.is_reference or target.target.exclusive
        )
        self.leaks = LeakLedger(self.owned.made)
        self.fence = Fence(target, read_only)
        self.exposure = Exposure(target.limits)
        self._pace = Pace(target.limits.requests_per_second)
        self.window = Window(target.limits.in_flight)
        self.namespace = ""
        gateway = target.target.http
        self._gateway = HttpPool(gateway) if gateway else None
        self._hooks = HookClient(self.loop)
        self._sessions: dict[str, Session] = {}
        self._opened: list[Session] = []
        self._lacks: dict[str, str] = {}
        self._serial = 0
        self._skipped_ms = 0
        self._secrets = Secrets(named_secrets(target))
        self.transcript = Transcript(self._secrets)

    @property
    def oms_id(self) -> int:
        """The OMS that the target file names."""
        return self.target.target.oms_id

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not reach a transcript or a report, longest first."""
        return self._secrets.values()

    def mask(self, text: str) -> str:
        """The text without any secret in it."""
        return self._secrets.mask(text)

    def keep_secret(self, *values: str) -> None:
        """Mask these values from now on; short ones would mask half a transcript."""
        for value in values:
            self._secrets.keep(value)

    def new_password(self, name: str) -> str:
        """The password of a user that this run makes: the same name, the same password."""
        password = "Pw-" + hashlib.sha256(f"password of {name}".encode()).hexdigest()[:24]
        self._secrets.keep(password, f"password of {name}")
        return password

    def connect(self, persona: str = "anonymous", *, local_address: str | None = None) -> Session:
        """A new connection without a login, from that address of ours; raises Unreachable."""
        budget = self.target.limits.latency_budget_ms
        tap = self.transcript.tap("websocket")
        tap.local_address = local_address or ""
        client = self.loop.run_until_complete(
            WebSocketClient.connect(self.target.target.websocket, timeout_s=budget / 1000,
                                    listener=tap.note, local_address=local_address)
        )
        return self._session(persona, WebSocketSurface(client), tap)

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
        self._require_entitled(session)
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
        if self.exposure.needs_instruments:
            listed = session.call("GetInstruments", OMSId=self.oms_id).value
            self.exposure.learn(listed if isinstance(listed, list) else [])
        return turn

    def throwaway(
        self, *, funds: Mapping[int, Decimal] | None = None, permissions: tuple[str, ...] = ()
    ) -> Session:
        """A fresh trader with an account of its own, funded per product id, logged in.

        ``permissions`` are added to the default ones. Needs an operator persona and a way to
        confirm the e-mail; raises Unavailable otherwise.
        """
        return provision.throwaway(self, funds or {}, permissions)

    def fund(self, account_id: int, product_id: int, amount: Decimal) -> None:
        """Credit an account by a manual ledger entry; raises Unavailable when it is refused."""
        provision.fund(self, account_id, {product_id: amount})

    def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails to an address, oldest first; raises Unavailable without a mailbox hook."""
        hook = self.target.hooks.mailbox
        if hook is None:
            raise Unavailable("the target file has no mailbox hook")
        found: list[dict[str, Any]] = self._hooks.ask(hook, to=address)
        return found

    def mail_code(self, address: str) -> str:
        """The code of the newest mail to an address; raises Unavailable without a mailbox hook."""
        mails = self.mails(address)
        if not mails:
            raise Unavailable(f"no mail came for {address}")
        code = str(mails[-1]["code"])
        self.transcript.remark(mail=address, value=code)
        return code

    def access_code(self, address: str) -> str:
        """A new access code of the identity provider for an address; raises Unavailable."""
        hook = self.target.hooks.identity
        if hook is None or hook.url is None:
            raise Unavailable("no identity provider can be asked: no identity hook")
        code = str(self._hooks.tell(hook.url, email=address)["code"])
        self.keep_secret(code)
        self.transcript.remark(identity=address, value=code)
        return code

    def provider(self, deed: str, **body: Any) -> dict[str, Any]:
        """Let the stand-in for the account providers act; raises Unavailable without one.

        ``coins``: an amount arrives at an address. ``deposit``, ``withdrawal``: a ticket goes one
        step on. The answer names the ticket and its status.
        """
        hook = self.target.hooks.deposit
        if hook is None or hook.url is None:
            raise Unavailable("the account providers cannot be moved: no deposit hook")
        answer: dict[str, Any] = self._hooks.tell(f"{hook.url}/{deed}", **body)
        return answer

    def now_ms(self) -> int:
        """The target's clock where a hook shows it, else ours; milliseconds since 1970."""
        hook = self.target.hooks.clock
        if hook is None or hook.url is None:
            return time.time_ns() // 1_000_000
        return int(self._hooks.ask(hook)["now_ms"])

    def advance_clock(self, milliseconds: int) -> None:
        """Move the target's clock; raises Unavailable where it cannot be moved.

        Shared sessions may be over then: asked for again, a persona logs in anew.
        """
        hook = self.target.hooks.clock
        if hook is None or hook.url is None:
            raise Unavailable("the target's clock cannot be moved: no clock hook")
        self._hooks.tell(hook.url, advance_ms=milliseconds)
        self.transcript.remark(clock=milliseconds)
        self._skipped_ms += milliseconds
        if self._skipped_ms > IDLE_LIMIT_MS // 2:
            self._sessions.clear()
            self._skipped_ms = 0

    def end_case(self) -> None:
        """Close what the case opened for itself: a run makes thousands of customers.

        The shared personas stay, with their logins at the other surfaces.
        """
        kept = {each for session in self._sessions.values() for each in session.logins()}
        self._close(session for session in self._opened if session not in kept)
        self._opened = list(kept)
        for session in kept:
            session.turns.clear()

    def close(self) -> None:
        """Close every connection."""
        self._close(self._opened)
        if self._gateway is not None:
            self._gateway.close()
        self._hooks.close()
        if self._own_loop:
            self.loop.close()

    def _close(self, sessions: Iterable[Session]) -> None:
        closing = [session.surface.close() for session in sessions if not session.closed]
        if closing:
            self.loop.run_until_complete(asyncio.wait_for(_all(closing), CLOSING_S))

    def _session(self, persona: str, surface: Surface, tap: Tap) -> Session:
        limits = self.target.limits
        session = Session(
            persona, self.contract, self.fence, self._pace, self.loop, surface,
            dict(self.target.aliases), self.window, limits.latency_budget_ms,
            twin=self._twin, renewal=self._renewed, transcript=self.transcript, tap=tap,
            exposure=self.exposure, owned=self.owned, leaks=self.leaks,
        )
        tap.session = session
        self._opened.append(session)
        return session

    def _twin(self, session: Session, surface: str) -> Session:
        """The login of a session over HTTP or at a service; raises Unavailable or NotOffered."""
        if surface in SERVICES:
            return self._at_service(session, surface)
        if surface != "http" or self._gateway is None:
            raise Unavailable(f"the target file names no {surface} surface")
        budget_s = self.target.limits.latency_budget_ms / 1000
        tap = self.transcript.tap("http")
        surface_of_twin = HttpSurface(
            self._gateway, timeout_s=budget_s, token=session.token, listener=tap.note
        )
        return self._same_login(session, surface_of_twin, tap)

    def _same_login(self, session: Session, surface: Surface, tap: Tap) -> Session:
        tap.base = session.tap
        twin = self._session(session.persona, surface, tap)
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
                tap = self.transcript.tap("apad")
                connected = RpcSurface.connect(url, timeout_s=timeout_s, listener=tap.note)
                return self._same_login(session, self.loop.run_until_complete(connected), tap)
            return self._digitizer_login(session, url, timeout_s)
        except Unreachable as gone:
            raise Lost(f"the target file names {service}, and it is not there: {gone}") from None

    def _digitizer_login(self, session: Session, url: str, timeout_s: float) -> Session:
        documents = {operation.name: operation for operation in self.contract.operations}
        operations = {
            call.name: documents[call.operation] for call in self.contract.section("digitizer")
        }
        tap = self.transcript.tap("digitizer")
        surface = GraphqlSurface(
            url, operations, timeout_s=timeout_s, token=session.token, listener=tap.note
        )
        twin = self._same_login(session, surface, tap)
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

    def _require_entitled(self, session: Session) -> None:
        """Our own reference lends the right logins, and its faults must not be excused by this."""
        name = session.persona
        if self.target.is_reference or name not in NEEDED:
            return
        if name not in self._lacks:
            with session.aside():
                turn = session.call("GetUserPermissions", UserId=session.user_id)
            self._lacks[name] = lack(name, turn.value, self.contract)
        if self._lacks[name]:
            raise Unavailable(self._lacks[name])

    def _second_factor(self, session: Session, persona: Persona) -> None:
        if not persona.totp_secret:
            raise LoginFailed(f"persona {session.persona} needs 2FA; add totp_secret")
        code = pyotp.TOTP(persona.totp_secret).at(self.now_ms() // 1000)
        turn = session.call("Authenticate2FA", Code=code)
        if turn.get("authenticated") is not True:
            raise LoginFailed(f"persona {session.persona}: 2FA refused: {turn.text[:300]}")

    def unique_name(self, prefix: str) -> str:
        """A name that nobody used before: letters and digits, the prefix in front."""
        self._serial += 1
        return f"{prefix}{self._mark}N{self._serial}"

    def unique_number(self) -> int:
        """A number of up to nine digits that nobody used before."""
        self._serial += 1
        return self._first_number + self._serial

    @cached_property
    def _first_number(self) -> int:
        """On our reference nobody was here before, so the same seed sends the same numbers."""
        return 1_000_000 if self.target.is_reference else self.now_ms() % 900_000_000

    @cached_property
    def _mark(self) -> str:
        """What tells the names of this run from those of others."""
        return self.namespace.replace("-", "").upper() or str(self.now_ms() % 10**9)


async def _all(closing: Sequence[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*closing, return_exceptions=True)


async def _let_pass() -> None:
    """Turn the loop until what already arrived is taken in: a connection that ended shows."""
    for _ in range(3):
        await asyncio.sleep(0)
