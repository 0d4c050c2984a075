"""The leak ledger: what a run created and could not remove, with the calls that would."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing left behind; ``removal`` is the call that removes it, empty if there is none."""

    entity: str
    identity: str
    removal: str = ""


@dataclass
class LeakLedger:
    """Everything a run left behind, in the order it was made."""

    open: dict[tuple[str, str], Leak] = field(default_factory=dict)

    def record(self, entity: str, identity: object, removal: str = "") -> None:
        """Note that something was created."""
        leak = Leak(entity, str(identity), removal)
        self.open[leak.entity, leak.identity] = leak

    def removed(self, entity: str, identity: object) -> None:
        """Note that it is gone again."""
        self.open.pop((entity, str(identity)), None)

    def take(self) -> list[dict[str, str]]:
        """Everything noted since the last take, as plain data."""
        taken = [asdict(leak) for leak in self.open.values()]
        self.open.clear()
        return taken
