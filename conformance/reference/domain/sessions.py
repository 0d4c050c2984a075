"""Sessions: a login and its token, dead after LogOut or an hour without activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from conformance.reference.defects import defect
from conformance.reference.domain.clock import HOUR_MS

IDLE_LIMIT_MS = HOUR_MS
NEVER_EXPIRES = defect("users/session-never-expires", "A session outlives any time without use.")


class Line(Protocol):
    """A connection that carries a session."""

    def disconnect(self) -> None:
        """Close it once what waits has been sent."""


@dataclass(slots=True, eq=False)
class Session:
    """One login. While ``pending_2fa`` only public calls are allowed.

    ``limited_to`` are the permissions of the API key that opened it, None for all of the user's.
    """

    token: str
    user_id: int
    peer: str
    last_activity_ms: int
    pending_2fa: bool = False
    ended: bool = False
    limited_to: frozenset[str] | None = None
    by_oauth: bool = False
    lines: set[Line] = field(default_factory=set)


@dataclass
class Sessions:
    """All live sessions by token."""

    now: Callable[[], int]
    idle_limit_ms: int | None = IDLE_LIMIT_MS
    by_token: dict[str, Session] = field(default_factory=dict)

    def open(self, token: str, user_id: int, peer: str, *, pending_2fa: bool) -> Session:
        """Start a session."""
        session = Session(token, user_id, peer, self.now(), pending_2fa)
        self.by_token[token] = session
        return session

    def live(self, session: Session | None) -> Session | None:
        """The session if it is still good, with its idle timer reset; otherwise None."""
        if session is None or session.ended:
            return None
        if self._is_idle(session):
            self.end(session)
            return None
        session.last_activity_ms = self.now()
        return session

    def resume(self, token: str) -> Session | None:
        """The fully authenticated session behind a token, if it is still good."""
        session = self.live(self.by_token.get(token))
        return session if session is not None and not session.pending_2fa else None

    def peek(self, token: str) -> Session | None:
        """The logged-in session behind a token, without resetting its idle timer."""
        session = self.by_token.get(token)
        if session is None or session.pending_2fa or self._is_idle(session):
            return None
        return session

    def promote(self, session: Session, token: str) -> None:
        """The second factor was right: open the session fully, under a new token."""
        self.by_token.pop(session.token, None)
        session.token, session.pending_2fa = token, False
        self.by_token[token] = session

    def _is_idle(self, session: Session) -> bool:
        limit = self.idle_limit_ms
        return limit is not None and self.now() - session.last_activity_ms > limit

    def end(self, session: Session) -> None:
        """Log out: the token is dead."""
        session.ended = True
        self.by_token.pop(session.token, None)

    def end_all_of(self, user_id: int) -> list[Session]:
        """Log a user out everywhere; returns what was ended."""
        mine = [s for s in self.by_token.values() if s.user_id == user_id]
        for session in mine:
            self.end(session)
        return mine
