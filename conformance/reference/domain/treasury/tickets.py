"""What deposit and withdraw tickets have in common: identity, comments, attachments."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark on a ticket; remarks are never changed or removed."""

    comment_id: int
    entered_by: int
    entered_ms: int
    text: str
    operator_id: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file on a ticket, as base64 text; files are never changed or removed."""

    attachment_id: int
    ticket_number: int
    submitted_by: int
    submitted_by_name: str
    uploaded_ms: int
    upload_ip: str
    base64: str
    description: str


@dataclass(slots=True, kw_only=True)
class Ticket:
    """The paper work of one deposit or withdrawal; ``amount`` and ``fee`` count the product."""

    ticket_number: int
    request_code: str
    account_id: int
    product_id: int
    amount: Decimal
    request_user: int
    request_user_name: str
    created_ms: int
    updated_ms: int
    request_ip: str = ""
    fee: Decimal = Decimal(0)
    operator_id: int = 1
    updated_by: int = 0
    updated_by_name: str = ""
    comments: list[Comment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def touch(self, user_id: int, user_name: str, now_ms: int) -> None:
        """Remember who changed the ticket last."""
        self.updated_by, self.updated_by_name, self.updated_ms = user_id, user_name, now_ms
