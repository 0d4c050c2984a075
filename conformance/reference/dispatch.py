"""One call against the exchange: find it, check the caller, read the request, run, answer.

Knows nothing of frames or HTTP: gateways hand in a name and a payload text and get back an
:class:`Answer` that the dialect has already rendered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.reference.calls.registry import CallSpec, load_calls
from conformance.reference.calls.request import parse_payload, read_request
from conformance.reference.defects import defect
from conformance.reference.domain.accounts import Account
from conformance.reference.domain.permissions import OPERATOR, SUPERUSER, allows
from conformance.reference.domain.refusals import (
    ErrorCode,
    InvalidRequest,
    NotAuthorized,
    NotFound,
    Refusal,
)
from conformance.reference.domain.sessions import Session
from conformance.reference.domain.users import User
from conformance.reference.events import Subscriber
from conformance.reference.exchange import Exchange
from conformance.reference.faults.registry import admitted, answered, handled, load_faults

log = logging.getLogger(__name__)

UNCHECKED_CALL = "GetAllBadges"
SKIPS_CHECK = defect(
    "users/skips-a-permission-check", "One call answers everybody whatever its permissions say."
)


class Unanswered(Exception):
    """The call is documented as never answered."""


@dataclass(slots=True, eq=False)
class Peer:
    """Who is at the other end: a socket or one HTTP request, with its login if any."""

    address: str
    subscriber: Subscriber | None = None
    session: Session | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def bind(self, session: Session) -> None:
        """Log in on this connection; the login it had before no longer runs over it."""
        self.unbind()
        self.session = session
        if self.subscriber is not None:
            session.lines.add(self.subscriber)

    def unbind(self) -> None:
        """Leave the session, which itself lives on."""
        if self.session is not None and self.subscriber is not None:
            self.session.lines.discard(self.subscriber)
        self.session = None


@dataclass(slots=True)
class Context:
    """What a handler may use besides its request."""

    exchange: Exchange
    peer: Peer
    call: str
    sequence: int
    venues: bool

    @property
    def user(self) -> User:
        """The logged-in caller; raises NotAuthorized."""
        session = self.peer.session
        if session is None or session.pending_2fa:
            raise NotAuthorized
        return self.exchange.users.get(session.user_id)

    @property
    def permissions(self) -> set[str]:
        """What the caller may do: the user's own and fine-grained permissions, unless the API key
        that opened the session carries fewer.
        """
        user, session = self.user, self.peer.session
        held = user.permissions
        if self.exchange.grants.market_data:
            held = held | self.exchange.grants.market_data_bundles(user.user_id)
        if session is None or session.limited_to is None:
            return held
        return {name for name in session.limited_to if allows(held, (name,), name)}

    @property
    def is_operator(self) -> bool:
        """Does the caller stand above account scope?"""
        return allows(self.permissions, (OPERATOR,), OPERATOR)

    @property
    def is_superuser(self) -> bool:
        """Does the caller hold SUPERUSER?"""
        return allows(self.permissions, (SUPERUSER,), SUPERUSER)

    def require_oms(self, oms_id: int | None) -> None:
        """The request names our OMS (or none); raises NotFound."""
        if oms_id is not None and oms_id != self.exchange.oms_id:
            raise NotFound("Invalid OMSId")

    def account(self, account_id: int | None) -> Account:
        """The account addressed, the caller's default when none is named.

        Raises NotFound for an unknown one and NotAuthorized for one the caller is not linked to,
        unless the caller is an operator.
        """
        account = self.exchange.accounts.get(account_id or self.user.account_id)
        if self.user.user_id not in account.user_ids and not self.is_operator:
            raise NotAuthorized
        return account


class Dialect(Protocol):
    """How replies are spelled: literally as the pages, or as real deployments."""

    lax: bool
    open_calls: frozenset[str]

    def reply(self, call: str, payload: object) -> object:
        """A successful reply."""

    def refusal(self, spec: CallSpec | None, refusal: Refusal) -> object:
        """A refusal."""

    def event(self, name: str, payload: object) -> object:
        """An event."""

    def unknown_call(self, name: str) -> str:
        """Payload text of the error frame for a call that does not exist."""

    def encode(self, payload: object) -> str:
        """Payload to JSON text (or the documented bare text)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rendered outcome. ``unknown``: no such call, which travels as an error frame."""

    text: str
    ok: bool
    unknown: bool = False


class Dispatcher:
    """Runs calls against one exchange in one dialect."""

    def __init__(self, exchange: Exchange, dialect: Dialect) -> None:
        self.exchange = exchange
        self.dialect = dialect
        self.calls = load_calls()
        load_faults()

    def handle(self, peer: Peer, name: str, payload_text: str, sequence: int = 0) -> Answer | None:
        """Run one call; None when the call is documented as never answered.

        Never raises: whatever goes wrong becomes a documented error.
        """
        def run() -> Answer | None:
            return self._run(
                peer, name, sequence,
                lambda spec: parse_payload(payload_text, bare_text=spec.bare_text),
                self.dialect.lax,
            )

        spec = self.calls.get(name.lower()) if self.exchange.defects.any else None
        if spec is None:
            return run()
        return answered(self.exchange.defects, spec, payload_text, run)

    def handle_value(self, peer: Peer, name: str, payload: Any) -> Answer | None:
        """The same for a payload that is parsed already (HTTP query and body merged), read lax."""
        return self._run(peer, name, 0, lambda spec: payload, True)

    def _run(
        self, peer: Peer, name: str, sequence: int, payload: Callable[[CallSpec], Any], lax: bool
    ) -> Answer | None:
        spec = self.calls.get(name.lower())
        if spec is None:
            return Answer(self.dialect.unknown_call(name), ok=False, unknown=True)
        context = Context(self.exchange, peer, spec.name, sequence, self.dialect.lax)
        peer.session = self.exchange.sessions.live(peer.session)
        try:
            self.exchange.catch_up()
            self._authorise(context, spec)
            request = read_request(payload(spec), spec.request, lax=lax)
            found = handled(
                context, spec.name, request, lambda: spec.handler(context, request)
            )
            reply = self.dialect.reply(spec.name, found)
            return None if spec.silent else Answer(self.dialect.encode(reply), ok=True)
        except Refusal as refusal:
            return self._refused(spec, refusal)
        except RecursionError:
            return self._refused(spec, InvalidRequest("payload is nested too deeply"))
        except Exception:
            log.exception("call %s failed", spec.name)
            failure = Refusal()
            failure.code = ErrorCode.SERVER_ERROR
            return self._refused(spec, failure)

    def _refused(self, spec: CallSpec, refusal: Refusal) -> Answer:
        return Answer(self.dialect.encode(self.dialect.refusal(spec, refusal)), ok=False)

    def _authorise(self, context: Context, spec: CallSpec) -> None:
        session = context.peer.session
        if spec.public or (spec.half_open and session is not None):
            return
        if session is None and spec.name in self.dialect.open_calls:
            return
        if self.exchange.defects(SKIPS_CHECK) and spec.name == UNCHECKED_CALL:
            return
        verdict = admitted(context, spec)
        if verdict is not None:
            if verdict:
                return
            raise NotAuthorized
        if not allows(context.permissions, spec.permissions, spec.name):
            raise NotAuthorized
