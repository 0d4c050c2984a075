"""Balance reconciliation: records of what a provider holds, against what accounts have."""

from __future__ import annotations

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause
from conformance.target.session import Session
from scenarios.accounts.reconciling import (
    OF_PROVIDER,
    add,
    added,
    figures,
    info_ids,
    reconciliation,
    records,
)


@clause("accounts/AddBalanceReconciliationInfo/effect")
def test_record_is_added_and_the_others_stay(world: World, verify: Verifier) -> None:
    """One record more, with the figures that were sent."""
    before, record = records(world), reconciliation(world)

    turn = verify.succeeded(add(world, record))

    new = [row for row in records(world) if row not in before]
    verify.equal("figures of new records", [figures(row) for row in new], [figures(record)], turn)
    verify.equal("records", len(records(world)), len(before) + 1, turn)


@clause("accounts/GetAllBalanceReconciliationInfo/limit")
def test_no_more_records_than_asked_for(world: World, verify: Verifier) -> None:
    """A page is as long as the limit while there are records enough."""
    added(world)
    added(world)

    found = [len(records(world, limit=limit)) for limit in (1, 2)]

    verify.equal("records by limit", found, [1, 2], *world.operator.turns[-2:])


@clause("accounts/GetAllBalanceReconciliationInfo/no-limit")
def test_without_a_limit_all_records_come(world: World, verify: Verifier) -> None:
    """No limit and the limit 0 mean the same: everything there is."""
    first, second = added(world), added(world)

    pages = [records(world), records(world, limit=0)]

    figure_lists = [[figures(row) for row in page] for page in pages]
    verify.holds("both new records are listed",
                 figures(first) in figure_lists[0] and figures(second) in figure_lists[0],
                 figure_lists[0])
    verify.equal("records with limit 0", info_ids(pages[1]), info_ids(pages[0]))


@clause("accounts/GetBalanceReconciliationInfo/newest")
def test_newest_record_is_returned(world: World, operator: Session, verify: Verifier) -> None:
    """Whoever looks once a day wants today's figures."""
    added(world)
    newest = added(world)

    turn = verify.succeeded(operator.send("GetBalanceReconciliationInfo", OF_PROVIDER))

    verify.equal("figures", figures(turn.value), figures(newest), turn)
