"""What all calls of the asset manager share: status codes, and a message type of their own."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.generate.world import Read, World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from conformance.target.session import lookup
from scenarios.am_mgr.vocabulary import (
    ADD,
    ASSET,
    MANAGER,
    NO_MANAGER,
    NOBODY,
    NOT_AUTHORIZED,
    SERVICE_USER,
)

READS_AND_WRITES = (
    "AM_AddEditAccountAssetInfo", "AM_AddEditAccountProviderInfo", "AM_AddEditAssetInfo",
    "AM_AddEditUser", "AM_GetAccountAssetDepositInfo", "AM_GetAccountIdByDepositInfo",
    "AM_GetAccountInfo", "AM_GetAccountProviderInfoList",
)


def of_another_manager(payload: Any) -> Any:
    """The same request about an asset manager that is not there."""
    if not isinstance(payload, dict):
        return payload
    return {
        key: NOBODY if key.lower() == "assetmanagerid" else of_another_manager(value)
        for key, value in payload.items()
    }


@pytest.mark.parametrize("call", [
    clause_case(f"am_mgr/{call}/status-zero", f"am_mgr/{call}") for call in READS_AND_WRITES
])
def test_success_has_status_zero(world: World, verify: Verifier, call: str) -> None:
    """Clients of the asset manager look at statuscode first: anything but 0 is a failure."""
    prepared = world.prepare(world.contract.call(call))

    turn = verify.succeeded(prepared.session.send(call.split("/")[1], prepared.payload))

    verify.equal("statuscode", turn.get("statuscode"), 0, turn)


@pytest.mark.parametrize("call", [
    clause_case(f"am_mgr/{call}/status-not-authorized", f"am_mgr/{call}")
    for call in READS_AND_WRITES
])
def test_caller_without_permission_gets_status_32(
    world: World, verify: Verifier, call: str
) -> None:
    """Only a superuser reaches the asset manager, an operator does not."""
    prepared = world.prepare(world.contract.call(call))

    turn = verify.refused(world.operator.send(call.split("/")[1], prepared.payload))

    verify.equal("statuscode", turn.get("statuscode"), NOT_AUTHORIZED, turn)


@pytest.mark.parametrize("call", [
    clause_case(f"am_mgr/{call}/status-asset-manager-not-found", f"am_mgr/{call}")
    for call in READS_AND_WRITES
] + [
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/asset-manager-exists",
                "am_mgr/AM_AddEditAccountProviderInfo"),
])
def test_unknown_asset_manager_gets_status_33(world: World, verify: Verifier, call: str) -> None:
    """A request for an asset manager that is not there reaches nobody."""
    prepared = world.prepare(world.contract.call(call))
    payload = of_another_manager(prepared.payload)

    with verify.unchanged(*prepared.watch):
        turn = verify.refused(prepared.session.send(call.split("/")[1], payload))

    verify.equal("statuscode", turn.get("statuscode"), NO_MANAGER, turn)


@pytest.mark.parametrize("call", [
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/message-type",
                "am_mgr/AM_AddEditAccountProviderInfo"),
    clause_case("am_mgr/AM_AddEditUser/message-type", "am_mgr/AM_AddEditUser"),
])
def test_message_type_is_the_calls_own(world: World, verify: Verifier, call: str) -> None:
    """The number of another message is a client that mixed two of them up."""
    prepared = world.prepare(world.contract.call(call))
    own = prepared.payload["messageType"]
    other = ASSET if own == SERVICE_USER else SERVICE_USER

    with verify.unchanged(*prepared.watch):
        verify.refused(
            prepared.session.send(call.split("/")[1], prepared.payload | {"messageType": other})
        )


@pytest.mark.parametrize(("call", "changes"), [
    clause_case("am_mgr/AM_AddEditAssetInfo/message-type", "AM_AddEditAssetInfo",
                {"messageType": SERVICE_USER}),
    clause_case("am_mgr/AM_AddEditAssetInfo/nested-asset-manager", "AM_AddEditAssetInfo",
                {"assetManagerId": MANAGER + 1}),
    clause_case("am_mgr/AM_AddEditAccountAssetInfo/message-type", "AM_AddEditAccountAssetInfo",
                {"messageType": SERVICE_USER}),
    clause_case("am_mgr/AM_AddEditAccountAssetInfo/nested-asset-manager",
                "AM_AddEditAccountAssetInfo", {"assetManagerId": MANAGER + 1}),
])
def test_inner_record_must_fit_its_request(
    world: World, verify: Verifier, call: str, changes: dict[str, Any]
) -> None:
    """The record inside names its own message and manager; a contradiction must not be guessed."""
    prepared = world.prepare(world.contract.call(f"am_mgr/{call}"))
    key = "assetInfo" if call == "AM_AddEditAssetInfo" else "accountAssetInfo"
    payload = prepared.payload | {key: prepared.payload[key] | changes}

    with verify.unchanged(*prepared.watch):
        verify.refused(prepared.session.send(call, payload))


@pytest.mark.parametrize(("call", "record", "listed"), [
    clause_case("am_mgr/AM_AddEditAccountAssetInfo/add-existing", "AM_AddEditAccountAssetInfo",
                "accountAssetInfo", ("AccountState", "assetStates")),
    clause_case("am_mgr/AM_AddEditAccountProviderInfo/add-existing",
                "AM_AddEditAccountProviderInfo", None, ("AccountProviderInfos",)),
    clause_case("am_mgr/AM_AddEditAssetInfo/add-existing", "AM_AddEditAssetInfo", "assetInfo",
                ("AccountProviderInfos",)),
])
def test_adding_twice_edits(
    world: World, verify: Verifier, call: str, record: str | None, listed: tuple[str, ...]
) -> None:
    """A client that repeats itself after a lost answer is not turned away, and makes no second."""
    prepared = world.prepare(world.contract.call(f"am_mgr/{call}"))
    payload = adding(prepared.payload, record)
    verify.succeeded(prepared.session.send(call, payload))
    before = count(prepared.watch[0], listed)

    verify.succeeded(prepared.session.send(call, payload))

    verify.equal("number of rows listed", count(prepared.watch[0], listed), before)


def adding(payload: dict[str, Any], record: str | None) -> dict[str, Any]:
    """The request as one that adds; ``record`` is the key of the record inside, if any."""
    if record is None:
        return payload | {"action": ADD}
    return payload | {record: payload[record] | {"action": ADD}}


def count(read: Read, keys: tuple[str, ...]) -> int:
    """How many rows a read lists under these keys."""
    session, call, payload = read
    found = session.send(call, payload).value
    for key in keys:
        found = lookup(found, key)
    return len(found)
