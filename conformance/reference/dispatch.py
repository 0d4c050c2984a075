"""One call against the exchange: find it, check the caller, read the request, run, answer.

Knows nothing of frames or HTTP: gateways hand in a name and a payload text and get back an
:class:`Answer` that the dialect has already rendered.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.reference.calls.registry import CallSpec, load_calls
from conformance.reference.calls.request import parse_payload, read_request
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

log = logging.getLogger(__name__)


class Unanswered(Exception):
    """The call is documented as never answered."""


@dataclass(slots=True, eq=False)
class Peer:
    """Who is at the other end: a socket or one HTTP request, with its login if any."""

    address: str
    subscriber: Subscriber | None = None
    session: Session | None = None
    headers: dict[str, str] = field(default_factory=dict)


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
    def is_operator(self) -> bool:
        """Does the caller stand above account scope?"""
        return allows(self.user.permissions, (OPERATOR,), OPERATOR)

    @property
    def is_superuser(self) -> bool:
        """Does the caller hold SUPERUSER?"""
        return allows(self.user.permissions, (SUPERUSER,), SUPERUSER)

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

    def handle(self, peer: Peer, name: str, payload_text: str, sequence: int = 0) -> Answer | None:
        """Run one call; None when the call is documented as never answered.

        Never raises: whatever goes wrong becomes a documented error.
        """
        return self._run(peer, name, sequence, lambda: parse_payload(payload_text), self.dialect.lax)

    def handle_value(self, peer: Peer, name: str, payload: Any) -> Answer | None:
        """The same for a payload that is parsed already (HTTP query and body merged), read lax."""
        return self._run(peer, name, 0, lambda: payload, True)

    def _run(self, peer: Peer, name: str, sequence: int, payload: Any, lax: bool) -> Answer | None:
        spec = self.calls.get(name.lower())
        if spec is None:
            return Answer(self.dialect.unknown_call(name), ok=False, unknown=True)
        context = Context(self.exchange, peer, spec.name, sequence, self.dialect.lax)
        peer.session = self.exchange.sessions.live(peer.session)
        try:
            self._authorise(context, spec)
            request = read_request(payload(), spec.request, lax=lax)
            reply = self.dialect.reply(spec.name, spec.handler(context, request))
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
        if not allows(context.user.permissions, spec.permissions, spec.name):
            raise NotAuthorized
