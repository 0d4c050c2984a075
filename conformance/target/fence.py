"""The write fence: what may be sent to this target, decided where it is sent.

A case cannot forget it: every request passes :meth:`Fence.check` in the transport. Nothing that
writes goes to production, nothing with effect ``market`` without ``exclusive = true``.
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.call import Call
from conformance.target.target_file import Target

HARMLESS = frozenset({"none", "session", "subscribe"})


class Fenced(Exception):
    """The request may not be sent to this target; the message says why."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The rules for one target. ``read_only`` is the operator's own wish for this run."""

    target: Target
    read_only: bool = False

    def check(self, call: Call | None) -> None:
        """Raise Fenced when sending this call is not allowed; unknown calls are probes."""
        if call is None or call.effect in HARMLESS:
            return
        if self.read_only:
            raise Fenced(f"{call.name} writes, and the run is --read-only")
        if self.target.target.environment == "production":
            raise Fenced(f"{call.name} writes, and the target is a production system")
        if call.effect == "market" and not self.target.target.exclusive:
            raise Fenced(
                f"{call.name} touches other people's markets; "
                "set exclusive = true in the target file to allow it"
            )
