"""Faults of how loyalty fees are configured, and of who reads the configurations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from conformance.reference.calls.gen_admin.loyalty import loyalty_record
from conformance.reference.dispatch import Context
from conformance.reference.domain.refusals import InvalidRequest, NotAuthorized, OperationFailed
from conformance.reference.exchange import Exchange
from conformance.reference.faults.reach import without_bounds
from conformance.reference.faults.registry import Run, fault, forgets, rewrites

CREATE, DELETE = "CreateOperatorLoyaltyFeeConfig", "DeleteOperatorLoyaltyFeeConfig"
ONE, SOME, ALL = (
    "GetOperatorLoyaltyFeeConfig", "GetOperatorLoyaltyFeeConfigsForOms",
    "GetAllOperatorLoyaltyFeeConfigs",
)
_deleted: WeakKeyDictionary[Exchange, set[int]] = WeakKeyDictionary()

forgets("gen_admin/loyalty-lost", "A configuration that was made is there.", CREATE)
forgets("gen_admin/loyalty-stays", "A configuration that was deleted is gone.", DELETE)
fault("gen_admin/loyalty-of-anybody", "Traders see what concerns them.", ONE, SOME, ALL)(
    without_bounds
)


@fault("gen_admin/loyalty-discount-halved", "A configuration reads as it was sent.", CREATE)
def _halved(context: Context, request: Any, run: Run) -> object:
    request.loyalty_discount /= 2
    return run()


@fault("gen_admin/loyalty-stamped-by-request", "The server says who changed it when.", CREATE)
def _stamped(context: Context, request: Any, run: Run) -> object:
    reply, configs = run(), context.exchange.loyalty.configs
    configs[-1] = replace(configs[-1], updated_by=request.updated_by or 0)
    return reply


@fault("gen_admin/loyalty-deleted-for-good", "After a deletion it can be made anew.",
       CREATE, DELETE)
def _for_good(context: Context, request: Any, run: Run) -> object:
    gone = _deleted.setdefault(context.exchange, set())
    if context.call == DELETE:
        gone.add(request.oms_id)
    elif request.oms_id in gone:
        raise OperationFailed("the offer has ended")
    return run()


@fault("gen_admin/loyalty-deleted-by-all-keys", "Two keys suffice to delete.", DELETE)
def _by_all_keys(context: Context, request: Any, run: Run) -> object:
    if request.loyalty_discount is None:
        raise InvalidRequest("loyaltyDiscount is Required")
    return run()


@fault("gen_admin/loyalty-needed", "A system works without a loyalty product.", "SendOrder")
def _needed(context: Context, request: Any, run: Run) -> object:
    if context.exchange.loyalty.of_oms(context.exchange.oms_id) is None:
        raise OperationFailed("there is no loyalty product")
    return run()


@fault("gen_admin/loyalty-of-the-first", "The configuration asked for is shown.", ONE)
def _of_the_first(context: Context, request: Any, run: Run) -> object:
    run()
    return loyalty_record(context.exchange.loyalty.configs[0])


def _own(context: Context, rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row["omsId"] == context.exchange.oms_id]


@rewrites("gen_admin/loyalty-of-own-system", "Operators see every configuration.", ONE, SOME, ALL)
def _of_own_system(context: Context, request: Any, reply: Any) -> object:
    if isinstance(reply, list):
        return _own(context, reply)
    if not _own(context, [reply]):
        raise NotAuthorized
    return reply


@rewrites("gen_admin/loyalty-listed-twice", "A pair is listed once.", SOME)
def _listed_twice(context: Context, request: Any, reply: Any) -> object:
    return [*reply, *reply[:1]]
