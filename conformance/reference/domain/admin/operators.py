"""Operators, the Order Management Systems they run, and which one is an operator's default.

One OMS is the one this exchange runs on; others can be set up and assigned, but nobody trades
there. An operator's default OMS is a single id, so there can never be two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.refusals import NotFound, OperationFailed

ADDED_TWICE = defect("gen_admin/operator-added-twice", "An operator's id is unique.")
NEVER_VERIFIES = defect(
    "gen_admin/never-verifies-by-mail", "Withdrawals are verified where the operator wants it."
)
LISTS_ALL = defect("gen_admin/lists-foreign-operators", "Operators elsewhere are not listed.")
KEEPS_OLD_DEFAULT = defect(
    "gen_admin/update-forgets-a-field", "An updated operator reads back as it was sent."
)


class RiskMode(IntEnum):
    UNKNOWN = 0
    NO_RISK_CHECKS = 1
    STANDARD = 2
    MODE1 = 3


class MarginMarketType(IntEnum):
    NONE = 0
    PROVIDER = 1
    SWAP_MARKET = 2


@dataclass(slots=True)
class Oms:
    """One logical Order Management System. ``core_password`` is never shown."""

    oms_id: int
    owner_id: int = 0
    name: str = ""
    guid: str = ""
    core_id: str = ""
    core_user: str = ""
    core_password: str = ""
    asset_manager_id: int = 0
    risk_mode: RiskMode = RiskMode.STANDARD
    margin_enabled: bool = False
    margin_market_type: MarginMarketType = MarginMarketType.NONE
    permissioned_market_data: bool = False
    permissioned_instrument: bool = False
    permissioned_product: bool = False
    normalized_product_id: int = 0
    fee_account_id: int = 1
    deposit_contra_account_id: int = 2
    lending_account_id: int = 0


@dataclass(slots=True)
class Operator:
    """Who runs one or more OMS; a legal entity, not a login."""

    operator_id: int
    guid: str
    name: str
    default_oms_id: int = 0
    website: str = ""
    verify_url: str = ""
    use_email_verify: bool = False
    use_recaptcha: bool = False
    recaptcha_private_key: str | None = None
    recaptcha_public_key: str | None = None
    config: dict[str, str] = field(default_factory=dict)
    removed_users: set[int] = field(default_factory=set)


@dataclass
class Operators:
    """All operators, all OMS, and who may manage which."""

    next_id: Callable[..., int]
    guid: Callable[[], str]
    defects: Defects
    by_id: dict[int, Operator] = field(default_factory=dict)
    systems: dict[int, Oms] = field(default_factory=dict)
    assigned: set[tuple[int, int]] = field(default_factory=set)

    def get(self, operator_id: int) -> Operator:
        """The operator; raises NotFound."""
        try:
            return self.by_id[operator_id]
        except KeyError:
            raise NotFound(f"Invalid OperatorId: {operator_id}") from None

    def serving(self, oms_id: int) -> list[Operator]:
        """The operators of an OMS by id, and those that serve none: somebody has to see them."""
        elsewhere = {number for number, system in self.assigned if system != oms_id}
        here = {number for number, system in self.assigned if system == oms_id}
        return [
            operator for number, operator in sorted(self.by_id.items())
            if number in here or number not in elsewhere or self.defects(LISTS_ALL)
        ]

    def verify_by_email(self, oms_id: int) -> bool:
        """Are withdrawals of an OMS verified by mail? Its first operator decides."""
        if self.defects(NEVER_VERIFIES):
            return False
        serving = [operator_id for operator_id, system in self.assigned if system == oms_id]
        return bool(serving) and self.by_id[min(serving)].use_email_verify

    def oms(self, oms_id: int) -> Oms:
        """The OMS; raises NotFound."""
        try:
            return self.systems[oms_id]
        except KeyError:
            raise NotFound(f"Invalid OMSId: {oms_id}") from None

    def add_oms(self, oms: Oms) -> Oms:
        """Set up an OMS; id 0 and an empty GUID are assigned, explicit ones must be new."""
        self._require_new_guid(oms.guid, (o.guid for o in self.systems.values()))
        oms.oms_id = self._new_id("oms", oms.oms_id)
        oms.guid = oms.guid or self.guid()
        self.systems[oms.oms_id] = oms
        return oms

    def require_free_oms_guid(self, guid: str, oms_id: int) -> None:
        """Raises OperationFailed when another OMS has this GUID."""
        others = (o.guid for o in self.systems.values() if o.oms_id != oms_id)
        self._require_new_guid(guid, others)

    def add(self, operator: Operator) -> Operator:
        """Register an operator; id 0 and an empty GUID are assigned, explicit ones must be new."""
        self._require_oms(operator.default_oms_id)
        if operator.operator_id in self.by_id and not self.defects(ADDED_TWICE):
            raise OperationFailed("OperatorId already exists")
        self._require_new_guid(operator.guid, (o.guid for o in self.by_id.values()))
        operator.operator_id = self._new_id("operator", operator.operator_id)
        operator.guid = operator.guid or self.guid()
        self.by_id[operator.operator_id] = operator
        self._assign_default(operator)
        return operator

    def update(self, operator: Operator) -> None:
        """Replace an operator's settings; an empty GUID keeps the old one."""
        old = self.get(operator.operator_id)
        self._require_oms(operator.default_oms_id)
        others = (o.guid for o in self.by_id.values() if o is not old)
        self._require_new_guid(operator.guid, others)
        operator.guid = operator.guid or old.guid
        operator.config, operator.removed_users = old.config, old.removed_users
        if self.defects(KEEPS_OLD_DEFAULT):
            operator.website = old.website
        self.by_id[operator.operator_id] = operator
        self._assign_default(operator)

    def assign(self, operator_id: int, oms_id: int, *, default: bool) -> None:
        """Let an operator manage an OMS; as default it replaces the default before it."""
        operator = self.get(operator_id)
        self.oms(oms_id)
        self.assigned.add((operator_id, oms_id))
        if default:
            operator.default_oms_id = oms_id

    def set_default(self, operator_id: int, oms_id: int, *, default: bool) -> None:
        """Make an OMS the default, or no longer; the operator manages it either way."""
        operator = self.get(operator_id)
        self.assign(operator_id, oms_id, default=default)
        if not default and operator.default_oms_id == oms_id:
            operator.default_oms_id = 0

    def withdraw(self, operator_id: int, oms_id: int) -> None:
        """The operator no longer manages the OMS; raises NotFound when it never did."""
        operator = self.get(operator_id)
        self.oms(oms_id)
        if (operator_id, oms_id) not in self.assigned:
            raise NotFound("the operator does not manage this OMS")
        self.assigned.discard((operator_id, oms_id))
        if operator.default_oms_id == oms_id:
            operator.default_oms_id = 0

    def systems_of(self, operator_id: int) -> list[tuple[Oms, bool]]:
        """The OMS an operator manages, each with whether it is the default."""
        default = self.get(operator_id).default_oms_id
        ids = sorted(oms_id for owner, oms_id in self.assigned if owner == operator_id)
        return [(self.systems[oms_id], oms_id == default) for oms_id in ids]

    def _assign_default(self, operator: Operator) -> None:
        if operator.default_oms_id:
            self.assigned.add((operator.operator_id, operator.default_oms_id))

    def _require_oms(self, oms_id: int) -> None:
        if oms_id:
            self.oms(oms_id)

    def _require_new_guid(self, guid: str, taken: Iterable[str]) -> None:
        if guid and guid.lower() in {other.lower() for other in taken}:
            raise OperationFailed("the GUID is already in use")

    def _new_id(self, kind: str, wanted: int) -> int:
        taken = self.systems if kind == "oms" else self.by_id
        if wanted:
            return wanted
        number = self.next_id(kind)
        while number in taken:
            number = self.next_id(kind)
        return number
