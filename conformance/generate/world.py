"""The world a run works in: personas, live entities, and for every call a way to reach success.

A *recipe* prepares one call: whatever must exist first is made through the API, then the recipe
says who sends what, and which reads show the state the call is about. Calls without a recipe of
their own get one from their schema: every id is filled with a live entity of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from conformance.contract.call import Call
from conformance.contract.catalog import Contract
from conformance.generate.case import Case, Expectation
from conformance.generate.shares import requests_over
from conformance.generate.values import resolve
from conformance.target.deployment import Deployment
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable

Read = tuple[Session, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One call ready to be sent: by whom, with what, and the reads that show its state."""

    session: Session
    payload: Any
    watch: tuple[Read, ...] = ()


Recipe = Callable[["World"], Prepared]
_RECIPES: dict[str, Recipe] = {}


def recipe(*keys: str) -> Callable[[Recipe], Recipe]:
    """Register how to reach success for calls, named ``section/Call``."""

    def register(make: Recipe) -> Recipe:
        for key in keys:
            if key in _RECIPES:
                raise ValueError(f"there are two recipes for {key}")
            _RECIPES[key] = make
        return make

    return register


@dataclass(frozen=True, slots=True)
class Market:
    """One instrument as its own calls describe it."""

    instrument_id: int
    symbol: str
    product1: int
    product2: int
    price_increment: Decimal
    quantity_increment: Decimal


@dataclass
class World:
    """What scenarios and recipes draw on. One per run and worker."""

    deployment: Deployment
    contract: Contract
    seed: int = 0
    requests_per_call: int = 100
    examples_per_call: int = 0
    _sequence: int = 1_000_000_001

    def session(self, persona: str) -> Session:
        """The shared session of a persona; raises Unavailable when the target lends none."""
        return self.deployment.persona(persona)

    @property
    def oms_id(self) -> int:
        """The OMS under test."""
        return self.deployment.oms_id

    @property
    def anonymous(self) -> Session:
        """A connection without a login."""
        return self.session("anonymous")

    @property
    def trader(self) -> Session:
        """The trader persona."""
        return self.session("trader")

    @property
    def second_trader(self) -> Session:
        """The other trader, with an account of its own."""
        return self.session("second_trader")

    @property
    def read_only(self) -> Session:
        """A user that may only read its account."""
        return self.session("read_only")

    @property
    def market_maker(self) -> Session:
        """A trader that may quote."""
        return self.session("market_maker")

    @property
    def operator(self) -> Session:
        """The operator persona."""
        return self.session("operator")

    @property
    def superuser(self) -> Session:
        """The superuser persona."""
        return self.session("superuser")

    def throwaway(
        self, *, funds: Mapping[int, Decimal] | None = None, permissions: tuple[str, ...] = ()
    ) -> Session:
        """A fresh trader with an account of its own, funded per product id."""
        return self.deployment.throwaway(funds=funds, permissions=permissions)

    def customer(self, lent: str = "trader", **kwargs: Any) -> Session:
        """A trader with plenty of both products of the market.

        A fresh one where the target has an operator; otherwise the lent persona, as it is.
        """
        if "operator" not in self.deployment.target.personas:
            return self.session(lent)
        market = self.market
        return self.throwaway(
            funds={market.product1: Decimal(1000), market.product2: Decimal(10_000_000)}, **kwargs
        )

    @cached_property
    def market(self) -> Market:
        """The first running instrument."""
        turn = self.session("anonymous" if self._public("GetInstruments") else "trader").call(
            "GetInstruments", OMSId=self.oms_id
        )
        rows = turn.value if isinstance(turn.value, list) else []
        if not rows:
            raise Unavailable(f"no instrument is listed: {turn.text[:200]}")
        row = rows[0]
        return Market(
            int(lookup(row, "instrumentId")), str(lookup(row, "symbol")),
            int(lookup(row, "product1")), int(lookup(row, "product2")),
            Decimal(str(lookup(row, "priceIncrement", "0.01"))),
            Decimal(str(lookup(row, "quantityIncrement", "0.0001"))),
        )

    def private_market(self) -> Market:
        """A new instrument that nobody else trades; raises Unavailable without an operator."""
        model = self.market
        symbol = self.deployment.unique_name("CT")
        turn = self.operator.call(
            "AddInstrument", OMSId=self.oms_id, Symbol=symbol,
            Product1=model.product1, Product2=model.product2, InstrumentType=1,
            VenueInstrumentId=1, VenueId=1, SortIndex=0, SessionStatus=1,
            SelfTradePrevention=False, QuantityIncrement=model.quantity_increment,
            PriceIncrement=model.price_increment,
        )
        instrument_id = turn.get("Id") or turn.get("instrumentId")
        if not isinstance(instrument_id, int):
            raise Unavailable(f"no private instrument can be made: {turn.text[:200]}")
        self.deployment.leaks.record("Instrument", instrument_id)
        return replace(model, instrument_id=instrument_id, symbol=symbol)

    def sequence(self) -> int:
        """A frame number nobody else uses: large and odd, which the documentation allows."""
        self._sequence += 2
        return self._sequence

    def expendable(self, call: Call, prepared: Prepared) -> Session:
        """A session that generated valid requests may spoil: they can do all that the call can."""
        if call.service == "exchange" and (call.effect == "session" or call.scope == "self"):
            return self.throwaway().via(prepared.session.surface.kind)
        return prepared.session

    def prepare(self, call: Call, surface: str = "websocket") -> Prepared:
        """The call ready to be sent, by its recipe or by its schema, over one surface."""
        make = _RECIPES.get(call.key)
        prepared = make(self) if make is not None else self._by_schema(call)
        if call.service != "exchange":
            surface = call.service
        if surface == prepared.session.surface.kind:
            return prepared
        return replace(prepared, session=prepared.session.via(surface))

    def requests(
        self, call: Call, expect: Expectation, prepared: Prepared, surface: str
    ) -> Iterator[Case]:
        """Generated requests of one kind, varied from what was prepared, for one surface."""
        return requests_over(
            surface, call, expect, prepared.payload, seed=self.seed, count=self.requests_per_call
        )

    def _public(self, name: str) -> bool:
        return self.contract.call(name).public

    def _by_schema(self, call: Call) -> Prepared:
        session = self.session(persona_for(call))
        root = call.bundled("request")
        required = {key.lower() for key in root.get("required", ())}
        payload: dict[str, Any] = {}
        for key, schema in root.get("properties", {}).items():
            piece = resolve(schema, root)
            value = self._entity(piece.get("x-entity"), piece, session)
            if value is not None:
                payload[key] = value
            elif key.lower() in required:
                raise Unavailable(f"{call.key} needs {key}, and has no recipe")
        return Prepared(session, payload)

    def _entity(self, entity: str | None, piece: dict[str, Any], session: Session) -> Any:
        text = piece.get("type") == "string"
        if entity == "OMS":
            return self.oms_id
        if entity == "User":
            return self.trader.username if text else self.trader.user_id
        if entity == "Account" and not text:
            return self.trader.account_id
        if entity == "Instrument":
            return self.market.symbol if text else self.market.instrument_id
        if entity == "Product" and not text:
            return self.market.product1
        return None


def persona_for(call: Call) -> str:
    """The least persona whose permissions the call accepts."""
    listed = {permission.casefold() for permission in call.permissions}
    for persona, permissions in (
        ("anonymous", {"public"}),
        ("trader", {"trading", "deposit", "withdraw"}),
        ("read_only", {"accountreadonly"}),
        ("market_maker", {"marketmaker"}),
        ("operator", {"operator"}),
    ):
        if listed & permissions:
            return persona
    return "superuser"
