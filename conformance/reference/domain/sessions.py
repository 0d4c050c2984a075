"""Sessions: a login and its token, dead after LogOut or an hour without activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.reference.domain.clock import HOUR_MS

IDLE_LIMIT_MS = HOUR_MS


@dataclass(slots=True, eq=False)
class Session:
    """One login. While ``pending_2fa`` only public calls are allowed."""

    token: str
    user_id: int
    peer: str
    last_activity_ms: int
    pending_2fa: bool = False
    ended: bool = False


@dataclass
class Sessions:
    """All live sessions by token."""

    now: Callable[[], int]
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
        now = self.now()
        if now - session.last_activity_ms > IDLE_LIMIT_MS:
            self.end(session)
            return None
        session.last_activity_ms = now
        return session

    def resume(self, token: str) -> Session | None:
        """The fully authenticated session behind a token, if it is still good."""
        session = self.live(self.by_token.get(token))
        return session if session is not None and not session.pending_2fa else None

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
