"""Mails the exchange sends; a test reads them through the control endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; ``code`` is what its link carries, ``body`` its text where somebody wrote one.

    ``reply_to`` is where answers go, if not to the exchange.
    """

    to: str
    subject: str
    code: str
    user_id: int
    time_ms: int
    body: str = ""
    reply_to: str = ""


@dataclass
class Mailbox:
    """All mails, newest last."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        """Deliver a mail."""
        self.mails.append(mail)

    def to(self, address: str) -> list[Mail]:
        """Mails to one address, oldest first."""
        return [mail for mail in self.mails if mail.to.casefold() == address.casefold()]
