"""Which worker runs which case: a section stays whole, workflows are spread by file.

pytest-xdist's own groups stand in marks, and it writes them into node ids, which pytest 9.2 no
longer lets it do; node ids tell the section anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from conformance.plugin.selection import section_in

WORKFLOWS = "workflows"


class Sections(LoadScopeScheduling):  # type: ignore[misc]
    """A case's group is its section, or its file where that is a workflow."""

    def _split_scope(self, nodeid: str) -> str:
        section = section_in(nodeid)
        return nodeid.partition("::")[0] if section == WORKFLOWS else section


class SideBySide:
    """The pytest plugin of a run with several workers.

    Groups are handed out in the order collected, the next one to whoever is free first.
    """

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> Sections:
        """Called once, where the workers are started."""
        return Sections(config, log)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Let the workers' processes end, which takes half a second, while reports are made."""
        distribution: Any = session.config.pluginmanager.get_plugin("dsession")
        manager = getattr(distribution, "nodemanager", None)
        if manager is None:  # no worker was ever started
            return (yield)
        ending = threading.Thread(target=manager.teardown_nodes)
        ending.start()
        try:
            return (yield)
        finally:
            ending.join()
