"""The pytest plugin: options, the world, obligations as parameters, outcomes into the run record.

``pytest scenarios --target FILE`` and ``conformance run`` both come through here. Without
``scenarios`` in the session it does nothing.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.generate.world import World

pytest_plugins: tuple[str, ...] = ()
RARELY = (20_000, 20, 100)
"""How often garbage is collected in a run: by generation, as the gc module takes it."""
NEVER = (0, 0, 0)
"""In a quick run: it is over before the search pays, with 200 MB of garbage at most."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of a run; `conformance run` passes its own on."""
    from conformance.plugin.options import add_options

    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Hooks that others of ours fill in."""
    from conformance.plugin import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    """Register marks and the recorder."""
    from conformance.plugin.recorder import Recorder

    config.addinivalue_line("markers", "clause(id): the clause a case decides")
    config.addinivalue_line("markers", "obligation(name): parametrised over all calls that owe it")
    config.pluginmanager.register(Recorder(config), "conformance-recorder")
    if not config.pluginmanager.has_plugin("terminal"):
        # Nobody reads tracebacks here, and pytest parses whole files to show one: 60 ms each.
        config.option.tbstyle = "line"
        # Most of what a run makes stays until its end, and the collector would look for ever more.
        config.add_cleanup(partial(gc.set_threshold, *gc.get_threshold()))
        gc.set_threshold(*(NEVER if config.getoption("--effort") == "quick" else RARELY))


def pytest_unconfigure(config: pytest.Config) -> None:
    """A worker's process ends: nobody need search for garbage in all that it held."""
    if hasattr(config, "workerinput"):
        gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A case marked @obligation runs once for every call that owes it."""
    marker = metafunc.definition.get_closest_marker("obligation")
    if marker is not None:
        from conformance.plugin.selection import cases_of

        cases_of(metafunc, marker)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what --section, --call and --clause select, in the order that suits them."""
    from conformance.plugin.selection import select

    select(config, items)


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The target under test with its personas, live entities and recipes."""
    from conformance.plugin.session import ReferenceDidNotStart, open_world
    from conformance.target.target_file import TargetFileError
    from conformance.verdict.summary import OUR_ERROR, USAGE

    try:
        with open_world(request.config) as opened:
            recorder = request.config.pluginmanager.get_plugin("conformance-recorder")
            vars(recorder)["world"] = opened
            yield opened
            vars(recorder)["world"] = None
    except TargetFileError as error:
        pytest.exit(str(error), returncode=USAGE)
    except ReferenceDidNotStart as error:
        if hasattr(request.config, "workerinput"):
            raise  # each case of this worker is then an error of ours
        pytest.exit(f"the reference exchange did not start:\n{error}", returncode=OUR_ERROR)
