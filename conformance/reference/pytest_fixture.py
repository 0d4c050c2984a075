"""The fixture ``apex_reference``: the reference exchange as a mock for client developers.

Loaded by pytest wherever the package is installed, so it imports nothing heavy until a test asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.background import BackgroundReference

MARK = "apex_reference(dialect, defects): how the exchange of this test answers"


def pytest_addoption(parser: pytest.Parser) -> None:
    """One setting: which dialect tests get that do not ask for one."""
    parser.addini(
        "apex_reference_dialect", "dialect of the apex_reference fixture: pages or venues",
        default="pages",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", MARK)


@pytest.fixture(scope="session")
def _apex_reference_server(request: pytest.FixtureRequest) -> Iterator[BackgroundReference]:
    from conformance.reference.background import BackgroundReference

    server = BackgroundReference(dialect=str(request.config.getini("apex_reference_dialect")))
    yield server
    server.stop()


@pytest.fixture
def apex_reference(
    request: pytest.FixtureRequest, _apex_reference_server: BackgroundReference
) -> BackgroundReference:
    """An AlphaPoint exchange on this machine, with fresh state for every test."""
    mark = request.node.get_closest_marker("apex_reference")
    wishes = mark.kwargs if mark is not None else {}
    _apex_reference_server.reset(
        defects=tuple(wishes.get("defects", ())), dialect=wishes.get("dialect")
    )
    return _apex_reference_server
