"""Trading systems (OMS): how one is made, edited, and what its settings mean for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, lookup
from conformance.target.unavailable import Unavailable
from scenarios.gen_admin.vocabulary import (
    home_operator,
    new_system,
    operator_row,
    system_terms,
)
from scenarios.oms_orders.vocabulary import BUY, Floor, executions, funds, send, trade
from scenarios.tickets.depositing import credited
from scenarios.tickets.vocabulary import coin_till, fiat_till
from scenarios.tickets.withdrawing import asked, status_now
from scenarios.workflows.floors import FEE_ACCOUNT, moved

PENDING_2FA = 8
DEPOSIT_ACCOUNT = 2
"""The account against which the reference of the pages books deposits."""
Settings = dict[str, Any]


class Tuning:
    """Changes settings of the trading system under test, and puts them back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._undo = ExitStack()

    def system(self, undo: Settings, **settings: Any) -> None:
        """Edit the trading system; ``undo`` are the values it has now."""
        if not self._world.deployment.target.target.exclusive:
            raise Unavailable("settings of a shared trading system are not touched")
        name = {"id": self._world.oms_id, "omsName": "Conformance"}
        self._send("AddEditOMS", name | settings)
        self._undo.callback(self._put_back, "AddEditOMS", name | undo)

    def operator(self, **settings: Any) -> None:
        """Update the operator that serves the trading system."""
        if not self._world.deployment.target.target.exclusive:
            raise Unavailable("settings of a shared operator are not touched")
        row = operator_row(self._world, home_operator(self._world))
        self._send("UpdateOperator", row | settings)
        self._undo.callback(self._put_back, "UpdateOperator", row)

    def put_back(self) -> None:
        """Undo everything, the last change first; one that fails keeps no other from it."""
        self._undo.close()

    def _put_back(self, call: str, settings: Settings) -> None:
        """Send old values, which may name accounts of the exchange itself."""
        owned = self._world.deployment.owned
        with ExitStack() as ours:
            for key in {"feeAccountId", "depositContraAccountId"} & settings.keys():
                ours.enter_context(owned.on_purpose("Account", settings[key]))
            self._send(call, settings)

    def _send(self, call: str, settings: Settings) -> None:
        turn = self._world.operator.call(call, **settings)
        if turn.get("result") is False:
            raise Unavailable(f"{call} is refused: {turn.text[:200]}")


@pytest.fixture
def tuning(world: World) -> Iterator[Tuning]:
    """Settings of the whole deployment, put back at the end of the case."""
    found = Tuning(world)
    yield found
    found.put_back()


@pytest.mark.parametrize("rule", [
    clause_case("gen_admin/AddEditOMS/assigns-id", "assigns-id"),
    clause_case("gen_admin/AddEditOMS/effect", "effect"),
])
def test_new_system_gets_a_new_id(world: World, verify: Verifier, rule: str) -> None:
    """With id 0 the system chooses one, and never one that is taken."""
    first, second = (
        verify.succeeded(world.operator.call("AddEditOMS", **system_terms(world)))["Id"]
        for _ in range(2)
    )

    verify.holds("both ids are new", len({world.oms_id, first, second}) == 3, (first, second))


@clause("gen_admin/AddEditOMS/keeps-id")
def test_free_id_is_used(world: World, verify: Verifier) -> None:
    """A venue that numbers its systems itself gets the number it asked for."""
    wanted = world.deployment.unique_number()

    turn = verify.succeeded(world.operator.call("AddEditOMS", **system_terms(world, id=wanted)))

    verify.equal("Id", turn["Id"], wanted, turn)


@clause("gen_admin/AddEditOMS/edits-existing")
def test_known_id_edits(world: World, verify: Verifier) -> None:
    """The second call under one id answers with it again, and makes no second system."""
    number = new_system(world)

    turn = verify.succeeded(world.operator.call("AddEditOMS", **system_terms(world, id=number)))

    verify.equal("Id", turn["Id"], number, turn)


@clause("gen_admin/AddEditOMS/unique-guid")
def test_guid_is_one_systems_own(world: World, verify: Verifier) -> None:
    """Two systems under one GUID could not be told apart."""
    guid = f"00000000-0000-4000-8000-{world.deployment.unique_number():012d}"
    new_system(world, instanceGUID=guid)

    verify.refused(world.operator.call("AddEditOMS", **system_terms(world, instanceGUID=guid)))


@clause("gen_admin/AddEditOMS/assigns-guid")
def test_systems_without_guid_do_not_clash(world: World, verify: Verifier) -> None:
    """An empty GUID is replaced, so two systems without one are two systems."""
    turns = [world.operator.call("AddEditOMS", **system_terms(world, instanceGUID=""))
             for _ in range(2)]

    verify.holds("both are made", all(turn.get("Id") for turn in turns),
                 [turn.text for turn in turns], *turns)


@clause("gen_admin/AddEditOMS/no-core-password")
def test_password_of_the_core_never_comes_back(world: World, verify: Verifier) -> None:
    """A reply ends in logs, and the password would with it."""
    password = world.deployment.new_password(world.deployment.unique_name("core"))

    turn = verify.succeeded(world.operator.call(
        "AddEditOMS", **system_terms(world, assetManagerCorePassword=password)
    ))

    verify.holds("the reply is without the password", password not in turn.text, "it", turn)


@clause("gen_admin/AddEditOMS/market-data-permission")
def test_market_data_needs_permission_where_the_system_says_so(
    world: World, trader: Session, verify: Verifier, tuning: Tuning
) -> None:
    """Who pays for no market data gets none."""
    keys = {"OMSId": world.oms_id, "InstrumentId": world.market.instrument_id}
    free = trader.call("SubscribeLevel1", **keys)

    tuning.system({"permissionedMarketData": False}, permissionedMarketData=True)

    turn = trader.call("SubscribeLevel1", **keys)
    verify.succeeded(free)
    verify.refused(turn)


@pytest.mark.parametrize("setting", [
    clause_case("gen_admin/AddEditOMS/instrument-permission", "permissionedInstrument"),
    clause_case("gen_admin/AddEditOMS/product-permission", "permissionedProduct"),
])
def test_trading_needs_permission_where_the_system_says_so(
    world: World, trader: Session, floor: Floor, verify: Verifier, tuning: Tuning, setting: str
) -> None:
    """An order of somebody without the permission neither rests nor holds anything."""
    tuning.system({setting: False}, **{setting: True})
    before = funds(trader)

    turn = send(trader, floor, BUY)

    verify.holds("the order is not accepted", turn.get("status") != "Accepted", turn.text, turn)
    verify.equal("funds", funds(trader), before)


@clause("gen_admin/AddEditOMS/fee-account")
def test_fees_go_to_the_account_named(
    world: World, trader: Session, rival: Session, floor: Floor, verify: Verifier, tuning: Tuning
) -> None:
    """What both sides are charged arrives in the fee account, product by product."""
    house = world.throwaway()
    before = funds(house)
    tuning.system({"feeAccountId": FEE_ACCOUNT}, feeAccountId=house.account_id)

    trade(rival, trader, floor)

    charged: dict[int, Decimal] = {}
    for row in (*executions(trader, floor), *executions(rival, floor)):
        product = int(lookup(row, "feeProductId"))
        charged[product] = charged.get(product, Decimal(0)) + Decimal(str(lookup(row, "fee")))
    verify.holds("a fee is charged", any(charged.values()), charged)
    verify.equal("arrived in the fee account", moved(before, house), charged)


@clause("gen_admin/AddEditOMS/deposit-account")
def test_deposits_name_the_account_they_are_booked_against(
    world: World, verify: Verifier, tuning: Tuning
) -> None:
    """The owner of the books sees on the other side of each deposit the account he named."""
    house, till = world.throwaway(), fiat_till(world)
    tuning.system({"depositContraAccountId": DEPOSIT_ACCOUNT},
                  depositContraAccountId=house.account_id)

    credited(till)

    turn = till.owner.call("GetAccountDepositTransactions", OMSId=world.oms_id,
                           AccountId=till.owner.account_id)
    verify.equal("CounterParty", lookup(turn.value[0], "CounterParty"), house.account_id, turn)


@pytest.mark.parametrize(("on", "waits"), [
    clause_case("gen_admin/AddOperator/email-verify-on", True, True),
    clause_case("gen_admin/AddOperator/email-verify-off", False, False),
])
def test_withdrawal_waits_for_a_mail_only_where_the_operator_wants_it(
    world: World, verify: Verifier, tuning: Tuning, on: bool, waits: bool
) -> None:
    """Whoever stole a session cannot withdraw, where the operator asks for a second way."""
    tuning.operator(UseEmailVerify=on)
    till = coin_till(world)

    ticket = asked(till)

    verify.equal("it waits for the second way", status_now(till, ticket) == PENDING_2FA, waits)
