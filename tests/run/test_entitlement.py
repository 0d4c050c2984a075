"""Does a login hold what its persona is for, as far as it tells?"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.catalog import load_contract
from conformance.target.entitlement import lack

CONTRACT = load_contract()


@pytest.mark.parametrize(
    ("persona", "held", "lacking"),
    [
        ("trader", ["deposit", "trading"], False),
        ("trader", ["accountreadonly"], True),
        ("second_trader", [], True),
        ("market_maker", ["Trading"], True),
        ("market_maker", ["MarketMaker"], False),
        ("operator", ["SUPERUSER"], False),
        ("operator", ["Trading"], True),
        ("operator", ["AddUserPermission"], False),
        ("superuser", ["Operator"], True),
        ("read_only", [], False),
        ("platform_admin", [], False),
        ("operator", {"result": False, "errorcode": 20}, False),
        ("operator", [None, 7], True),
    ],
)
def test_a_persona_needs_one_of_its_permissions(persona: str, held: Any, lacking: bool) -> None:
    told = lack(persona, held, CONTRACT)

    assert bool(told) is lacking
    assert not told or persona in told
