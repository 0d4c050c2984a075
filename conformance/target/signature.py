"""Logins by signature: the pair of an API key proves who is calling without a password."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from conformance.target.target_file import Persona


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
