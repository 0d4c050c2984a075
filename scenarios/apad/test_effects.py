"""What every changing call changes, that it is done when the reply says so, and nothing else."""

from __future__ import annotations

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause_case
from scenarios.apad.deeds import DEEDS, lists_but
from scenarios.apad.vocabulary import at_apad


@pytest.mark.parametrize(
    "call", [clause_case(f"apad/{call}/effect", call) for call in DEEDS]
)
def test_call_changes_what_it_says_and_nothing_else(
    call: str, world: World, verify: Verifier
) -> None:
    """The change is there, and every user, company and asset it is not about reads as before."""
    deed, platform = DEEDS[call](world), at_apad(world, "platform_admin")
    others = lists_but(platform, deed.about)

    turn = verify.succeeded(deed.do())

    verify.equal("the change", deed.shown(), deed.required, turn)
    verify.equal("everything else", lists_but(platform, deed.about), others, turn)


@pytest.mark.parametrize(
    "call", [clause_case(f"apad/{call}/done-when-answered", call) for call in DEEDS]
)
def test_change_is_there_when_the_reply_is(call: str, world: World, verify: Verifier) -> None:
    """A client that reads right after the reply does not have to wait or ask twice."""
    deed = DEEDS[call](world)
    before = deed.shown()

    turn = verify.succeeded(deed.do())

    after = deed.shown()
    verify.holds("the read differs from before", after != before, after, turn)
    verify.equal("the first read afterwards", after, deed.required, turn)
