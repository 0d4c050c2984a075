"""Loading the contract: names, order, facts, references, versions, and what a bad file does."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest

from conformance.contract import (
    SECTIONS,
    ContractError,
    UnknownName,
    load_contract,
    resources,
)
from conformance.contract.lint import problems

from .miniature import write_call, write_contract, write_document


def test_calls_stand_in_index_order() -> None:
    calls = load_contract().calls
    order = [(SECTIONS.index(call.section), call.name.lower()) for call in calls]
    assert order == sorted(order)
    assert len({call.key for call in calls}) == len(calls)


def test_name_is_found_in_any_case_and_by_alias(tmp_path: Path) -> None:
    contract = load_contract(root=write_contract(tmp_path))
    assert contract.call("gettrades").name == "GetTrades"
    assert contract.call("SIGNIN").name == "LogIn"
    assert contract.call("users/login").name == "LogIn"


def test_create_user_exists_twice() -> None:
    contract = load_contract()
    assert contract.call("CreateUser").section == "users"
    assert contract.call("CreateUser", "apad").service == "apad"
    assert contract.call("apad/CreateUser").service == "apad"


@pytest.mark.parametrize(
    ("look_up", "nearest"),
    [
        (lambda c: c.call("CancelOrdr"), "CancelOrder"),
        (lambda c: c.call("CancelOrdr", "oms_orders"), "CancelOrder"),
        (lambda c: c.section("acounts"), "accounts"),
        (lambda c: c.event("OrderStatEvent"), "OrderStateEvent"),
        (lambda c: c.call("Ping").schema("respons"), "response"),
        (lambda c: c.clause("uncertain/Ping/envelop"), "uncertain/Ping/envelope"),
        (lambda c: c.required_clauses(["traider"]), "trader"),
        (lambda c: load_contract("3.11"), "3.1"),
    ],
)
def test_unknown_name_tells_the_nearest(look_up: object, nearest: str) -> None:
    with pytest.raises(UnknownName) as caught:
        look_up(load_contract())  # type: ignore[operator]
    assert caught.value.nearest[0] == nearest
    assert nearest in str(caught.value)


def test_call_of_another_section_is_not_found_there() -> None:
    with pytest.raises(UnknownName):
        load_contract().call("CancelOrder", "users")


def test_loading_twice_gives_the_same_object() -> None:
    assert load_contract() is load_contract("3.1")


def test_bundled_schema_needs_no_other_document(tmp_path: Path) -> None:
    write_document(
        tmp_path,
        "types/trades",
        **{"$defs": {"Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}},
    )
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetTree", {"$ref": "apex:types/trades#/$defs/Tree"})
    schema = load_contract(root=tmp_path).call("GetTree").bundled("response")

    assert "apex:" not in json.dumps(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid([[], [[]]])
    assert not validator.is_valid([[3]])


def test_every_part_of_every_call_bundles_into_a_valid_schema() -> None:
    for call in load_contract().calls:
        for part in ("request", "reply", *call.events):
            jsonschema_rs.meta.validate(call.bundled(part))


def test_failure_of_an_own_shape_also_takes_the_standard_object(tmp_path: Path) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetOwn", own={"type": "string", "const": "no"})
    write_call(tmp_path, "apad/GetOwn", own={"type": "string", "const": "no"}, service="apad")
    contract = load_contract(root=tmp_path)

    assert len(contract.call("trades/GetOwn").schema("failure")["anyOf"]) == 2
    assert contract.call("apad/GetOwn").schema("failure") == {"type": "string", "const": "no"}


def test_digest_changes_with_any_file(tmp_path: Path) -> None:
    write_contract(tmp_path / "a")
    write_contract(tmp_path / "b")
    (tmp_path / "b" / "errata.yaml").write_text("[]\n")
    write_contract(tmp_path / "c")

    digests = [load_contract(root=tmp_path / name).digest for name in "abc"]
    assert digests[0] == digests[2] != digests[1]
    assert len(digests[0]) == 64


def test_only_events_count_as_events(tmp_path: Path) -> None:
    contract = load_contract(root=write_contract(tmp_path))
    assert [event.name for event in contract.events] == ["TradeEvent"]
    assert contract.event("tradeevent").bundled()["required"] == ["Price"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"effect": "magic"}, "x-call.effect"),
        ({"failure": "own"}, r"\$defs.failure is missing"),
        ({"section": "tradez"}, "unknown section 'tradez'; nearest: trades"),
    ],
)
def test_bad_fact_names_file_and_fact(tmp_path: Path, facts: dict[str, str], told: str) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetBad", **facts)
    with pytest.raises(ContractError, match=told):
        load_contract(root=tmp_path)


def test_dangling_reference_is_named(tmp_path: Path) -> None:
    write_contract(tmp_path)
    write_call(tmp_path, "trades/GetBad", {"$ref": "apex:types/standard#/$defs/Nothing"})
    contract = load_contract(root=tmp_path)
    with pytest.raises(ContractError, match="Nothing"):
        contract.call("GetBad").bundled("response")
    assert any("GetBad" in problem for problem in problems(contract))


def test_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    write_contract(tmp_path)
    (tmp_path / "types" / "broken.json").write_text("{")
    with pytest.raises(ContractError, match=r"types/broken\.json is not JSON"):
        load_contract(root=tmp_path)


def test_file_in_the_wrong_place_is_named(tmp_path: Path) -> None:
    write_contract(tmp_path)
    place = tmp_path / "calls" / "trades" / "GetTrades.json"
    place.rename(place.with_name("Other.json"))
    with pytest.raises(ContractError, match="must have the \\$id 'apex:calls/trades/Other'"):
        load_contract(root=tmp_path)


def test_version_is_patched_and_the_base_left_alone(tmp_path: Path) -> None:
    write_contract(tmp_path)
    change = {
        "base": "3.1",
        "withdrawn": ["users/LogIn"],
        "patches": {
            "apex:calls/trades/GetTrades": [
                {"op": "replace", "path": "/x-call/permissions", "value": ["Public"]}
            ]
        },
    }
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "3.4.json").write_text(json.dumps(change))
    later, base = load_contract("3.4", tmp_path), load_contract("3.1", tmp_path)

    assert [call.name for call in later.calls] == ["GetTrades"]
    assert later.call("GetTrades").public
    assert not base.call("GetTrades").public


def test_patch_that_does_not_fit_is_named(tmp_path: Path) -> None:
    write_contract(tmp_path)
    patch = {"apex:calls/trades/GetTrades": [{"op": "remove", "path": "/x-call/nothing"}]}
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "3.4.json").write_text(json.dumps({"patches": patch}))
    with pytest.raises(ContractError, match=r"versions/3\.4\.json, patch of apex:calls/trades"):
        load_contract("3.4", tmp_path)


def test_data_inside_an_installed_package_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "conformance"
    monkeypatch.setattr(resources, "files", lambda name: package)
    with pytest.raises(ContractError, match="missing"):
        resources.schemas_root()

    write_contract(tmp_path / "site-packages" / "schemas")
    assert resources.schemas_root() == tmp_path / "site-packages" / "schemas"

    write_contract(package / "_data" / "schemas")
    assert resources.schemas_root() == package / "_data" / "schemas"


def test_the_data_hangs_together() -> None:
    assert problems(load_contract()) == []
