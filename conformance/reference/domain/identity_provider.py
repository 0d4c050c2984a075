"""A stand-in for the external OAuth system: it issues access codes that the exchange accepts.

The real one lives at the operator's. Codes are issued through the control endpoint and reach the
user by mail; each vouches once for one e-mail address.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class IdentityProvider:
    """Access codes in circulation, with the e-mail address each vouches for."""

    codes: dict[str, str] = field(default_factory=dict)

    def issue(self, code: str, email: str) -> None:
        """Put a new code into circulation."""
        self.codes[code] = email

    def vouches(self, email: str, code: str) -> bool:
        """Does the code vouch for the address?"""
        return self.codes.get(code, "").casefold() == email.casefold() != ""

    def redeem(self, code: str) -> None:
        """The code was used."""
        self.codes.pop(code, None)
