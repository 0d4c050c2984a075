"""SendEmail: a superuser mails people on the exchange, for tests of templates."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from conformance.reference.calls.registry import call
from conformance.reference.calls.request import Int32, Request
from conformance.reference.defects import defect
from conformance.reference.dispatch import Context
from conformance.reference.domain.mailbox import Mail
from conformance.reference.domain.permissions import SUPERUSER
from conformance.reference.domain.refusals import InvalidRequest
from conformance.reference.rendering.standard import ACKNOWLEDGED

NO_REPLY = defect("gen_admin/mail-forgets-reply-to", "Answers to a mail go to replyTo.")


class EmailRequest(Request):
    """A template, what fills it, and who gets it; a template that is off is not sent."""

    operator_id: Int32
    to_addresses: list[str]
    template_name: str
    operator_name: str | None = ""
    language: str | None = ""
    from_address: str | None = ""
    reply_to: str | None = ""
    function: str | None = ""
    date_time_format: Literal["", "POSIX", "Microsoft Ticks"] | None = ""
    default_time_zone: str | None = ""
    is_enabled: bool = True
    bcc_addresses: list[str] = msgspec.field(default_factory=list)
    template_tokens: dict[str, Any] = msgspec.field(default_factory=dict)
    template: str | None = ""


@call("SendEmail", permissions=(SUPERUSER,), request=EmailRequest)
def send_email(context: Context, request: EmailRequest) -> object:
    """Fill the template and mail it to every address, open and hidden ones alike."""
    addresses = [*request.to_addresses, *request.bcc_addresses]
    if not all("@" in address.strip("@") for address in addresses):
        raise InvalidRequest("toAddresses and bccAddresses hold e-mail addresses")
    if not request.is_enabled:
        return ACKNOWLEDGED
    exchange = context.exchange
    users, now = exchange.users, exchange.clock.now()
    body = fill(request.template or "", request.template_tokens)
    for address in dict.fromkeys(addresses):
        user = users.with_email(address)
        exchange.mailbox.send(
            Mail(address, request.template_name or request.function or "", "",
                 user.user_id if user else 0, now, body,
                 "" if exchange.defects(NO_REPLY) else request.reply_to or "")
        )
    return ACKNOWLEDGED


def fill(template: str, tokens: dict[str, Any]) -> str:
    """The template with each ``{{token}}`` replaced; token names are read without letter case."""
    parts = template.split("{{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}}")
        value = tokens.get(name.strip().lower()) if closed else None
        filled.append(f"{{{{{part}" if value is None else f"{value}{rest}")
    return "".join(filled)
