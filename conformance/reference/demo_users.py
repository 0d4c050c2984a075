"""Demo data of the users area: groups, badges, an affiliate, configuration, a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from conformance.reference.domain.clock import DAY_MS
from conformance.reference.domain.reports import Flavor
from conformance.reference.exchange import Exchange

if TYPE_CHECKING:
    from conformance.reference.demo import Persona

_GROUPS = {
    "Traders": ("Deposit", "Trading", "Withdraw"),
    "Operators": ("Operator",),
    "Readers": ("AccountReadOnly",),
}


def add_user_demo(exchange: Exchange, personas: Mapping[str, Persona]) -> None:
    """Something for every read of this area to show."""
    trader, second_trader = personas["trader"], personas["second_trader"]
    maker = personas["market_maker"]
    for name, permissions in _GROUPS.items():
        exchange.grants.add_group(name, permissions)
    for badge, owner in (("TR1", trader), ("TR2", second_trader)):
        exchange.badges.add(owner.account_id, badge, active=True)
    tag = exchange.affiliates.add(trader.user_id, 1, "TRADERTAG")
    joined = exchange.users.get(second_trader.user_id)
    joined.affiliate_id, joined.affiliate_tag_id = trader.user_id, tag.tag_id
    exchange.users.get(trader.user_id).config["Language"] = "en"
    for instrument_id in exchange.catalogue.instruments:
        exchange.grants.grant_market_data(maker.user_id, instrument_id, level2=True)
    now = exchange.clock.now()
    exchange.reports.generate(
        trader.user_id, Flavor.TRANSACTION, (trader.account_id,), now - DAY_MS, now
    )
