"""The exchange: all state of one deployment, wired together.

Everything here is synchronous and single-threaded: one call runs to its end before the next
begins, so a reader never sees half an effect.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conformance.reference.defects import Defects
from conformance.reference.domain.accounts import ADAPTER_ACCOUNT, FEE_ACCOUNT, Accounts
from conformance.reference.domain.admin.asset_manager import AssetManager
from conformance.reference.domain.admin.engines import Engines
from conformance.reference.domain.admin.loyalty import LoyaltyConfigs
from conformance.reference.domain.admin.operators import Operators
from conformance.reference.domain.admin.price_guard import PriceGuard
from conformance.reference.domain.affiliates import Affiliates
from conformance.reference.domain.aml import AmlConfigs
from conformance.reference.domain.apad.service import PrivateShares
from conformance.reference.domain.badges import Badges
from conformance.reference.domain.catalogue import Catalogue
from conformance.reference.domain.chain.service import Digitizer
from conformance.reference.domain.clock import DAY_MS, Clock, day_start
from conformance.reference.domain.distributions import Distributions
from conformance.reference.domain.grants import Grants
from conformance.reference.domain.identifiers import Identifiers
from conformance.reference.domain.identity_provider import IdentityProvider
from conformance.reference.domain.ledger import OUTSIDE, Ledger
from conformance.reference.domain.ledger_entries import LedgerEntries
from conformance.reference.domain.mailbox import Mailbox
from conformance.reference.domain.positions import TreasuryTotals
from conformance.reference.domain.reconciliation import Reconciliations
from conformance.reference.domain.reports import Reports
from conformance.reference.domain.sessions import IDLE_LIMIT_MS, NEVER_EXPIRES, Sessions
from conformance.reference.domain.trading.desk import TradingDesk
from conformance.reference.domain.trading.fees import FeeSchedule
from conformance.reference.domain.trading.loyalty_fees import LoyaltyFees
from conformance.reference.domain.trading.margin import MarginDesk
from conformance.reference.domain.trading.settlement import Settlement
from conformance.reference.domain.trading.valuation import last_price
from conformance.reference.domain.trading_limits import over_trading_limit
from conformance.reference.domain.transfers import Transfers
from conformance.reference.domain.treasury.state import Treasury
from conformance.reference.domain.users import Users
from conformance.reference.domain.verification import VerificationLevels
from conformance.reference.events import EventBus
from conformance.reference.faults.registry import retold
from conformance.reference.feeds.wiring import connect_feeds

OMS_ID = 1
OPERATOR_ID = 1


class Exchange:
    """State and rules of one exchange. ``defects`` are the faults switched on for this instance."""

    def __init__(self, *, seed: int | None = None, defects: tuple[str, ...] = ()) -> None:
        self.oms_id = OMS_ID
        self.seed = seed
        self.defects = Defects(defects)
        self.clock = Clock()
        self.ids = Identifiers(seed)
        self.events = EventBus()
        self.events.rewrite = partial(retold, self) if defects else None
        self.mailbox = Mailbox()
        self._open_books()
        self._open_markets()
        self._open_treasury()
        self._open_administration()
        self.apad = PrivateShares(self)
        self.digitizer = Digitizer(self)
        self.timers: list[Callable[[int], None]] = [
            self.desk.expire_due, self.margin.expire_due, self.digitizer.chain.catch_up,
            PriceGuard(self).look,
        ]
        self.market_feed = connect_feeds(self)
        self.at_day_end: list[Callable[[int], None]] = [self.desk.expire_due, self.desk.close_day]

    def _open_books(self) -> None:
        """Who is here, and what belongs to whom."""
        self.users = Users()
        self.sessions = Sessions(
            self.clock.now, None if self.defects(NEVER_EXPIRES) else IDLE_LIMIT_MS
        )
        self.identity_provider = IdentityProvider()
        self.grants = Grants()
        self.affiliates = Affiliates(self.ids.next)
        self.badges = Badges(self.ids.next)
        self.reports = Reports(self.clock.now, self.ids.guid, self.defects)
        self.accounts = Accounts()
        self.catalogue = Catalogue()
        self.ledger = Ledger(
            next_id=self.ids.next,
            now=self.clock.now,
            may_overdraw=lambda account_id: account_id in (OUTSIDE, ADAPTER_ACCOUNT),
        )

    def _open_markets(self) -> None:
        """What is traded, and what a trade costs."""
        self.fee_account_id = FEE_ACCOUNT
        self.fees = FeeSchedule(self.catalogue, self.defects)
        self.distributions = Distributions()
        self.desk = TradingDesk(
            self.catalogue, self.clock, self.ids,
            Settlement(
                self.ledger, self.accounts, self.fees, self.ids, FEE_ACCOUNT, self.defects,
                self.distributions,
            ),
            self.defects,
        )
        self.margin = MarginDesk(
            self.ledger, self.catalogue, self.clock, self.ids,
            lambda product_id, unit: last_price(self.desk, product_id, unit),
        )

    def _open_treasury(self) -> None:
        """Money in and out, its limits and its records."""
        self.treasury = Treasury(
            TreasuryTotals(self.defects),
            lambda product_id, unit: last_price(self.desk, product_id, unit),
        )
        self.verification = VerificationLevels(self.defects)
        self.desk.over_limit = partial(over_trading_limit, self)
        self.ledger_entries = LedgerEntries()
        self.transfers = Transfers()
        self.reconciliations = Reconciliations()
        self.aml = AmlConfigs(self.defects)

    def _open_administration(self) -> None:
        """Who runs it all."""
        self.operators = Operators(self.ids.next, self.ids.guid, self.defects)
        self.loyalty = LoyaltyConfigs(self.defects)
        self.fees.discounted = LoyaltyFees(
            self.loyalty, self.catalogue, self.ledger, partial(last_price, self.desk), self.defects
        ).discounted
        self.asset_manager = AssetManager(self.ids.guid, self.ids.token, self.defects)
        self.engines = Engines()

    def catch_up(self) -> None:
        """Let everything happen that was due by now: expiries, ended price bars."""
        now = self.clock.now()
        for timer in self.timers:
            timer(now)

    def end_of_day(self) -> None:
        """Close the trading day now: everybody concerned is told the day's regular end."""
        end = day_start(self.clock.now()) + DAY_MS
        for close in self.at_day_end:
            close(end)
