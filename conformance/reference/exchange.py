"""The exchange: all state of one deployment, wired together.

Everything here is synchronous and single-threaded: one call runs to its end before the next
begins, so a reader never sees half an effect.
"""

from __future__ import annotations

from conformance.reference.defects import Defects
from conformance.reference.domain.accounts import ADAPTER_ACCOUNT, FEE_ACCOUNT, Accounts
from conformance.reference.domain.catalogue import Catalogue
from conformance.reference.domain.clock import Clock
from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.ledger import OUTSIDE, Ledger
from conformance.reference.domain.mailbox import Mailbox
from conformance.reference.domain.sessions import Sessions
from conformance.reference.domain.users import Users
from conformance.reference.events import EventBus

OMS_ID = 1
OPERATOR_ID = 1


class Exchange:
    """State and rules of one exchange. ``defects`` are the faults switched on for this instance."""

    def __init__(self, *, seed: int | None = None, defects: tuple[str, ...] = ()) -> None:
        self.oms_id = OMS_ID
        self.defects = Defects(defects)
        self.clock = Clock()
        self.ids = Identifiers(seed)
        self.events = EventBus()
        self.mailbox = Mailbox()
        self.users = Users()
        self.sessions = Sessions(self.clock.now)
        self.accounts = Accounts()
        self.catalogue = Catalogue()
        self.ledger = Ledger(
            next_id=self.ids.next,
            now=self.clock.now,
            may_overdraw=lambda account_id: account_id in (OUTSIDE, ADAPTER_ACCOUNT),
        )
        self.fee_account_id = FEE_ACCOUNT
