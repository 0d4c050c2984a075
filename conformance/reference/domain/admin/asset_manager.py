"""The asset manager: which account provider handles which asset, and whose deposit key is whose.

Balances and holds are not kept here: the asset manager shows the ledger's, so the two views of an
account can never differ.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from conformance.reference.defects import Defects, defect
from conformance.reference.domain.ledger import ZERO
from conformance.reference.domain.refusals import NotFound, OperationFailed

ASSET_MANAGER_ID = 1
NIL_GUID = "00000000-0000-0000-0000-000000000000"
_STATES = uuid.UUID("6f1d6c1e-7c62-4b8c-9a53-0d8f0a1f2b77")

SECOND_DEFAULT = defect(
    "am_mgr/second-default-provider", "An asset has at most one default provider."
)
NO_PROFILE_NEEDED = defect(
    "am_mgr/enabled-without-profile",
    "A provider is enabled only with a balance profile that is enabled.",
)
WRONG_ACCOUNT = defect(
    "am_mgr/deposit-info-wrong-account", "A deposit key leads to the account that was given it."
)


class Action(IntEnum):
    NONE = 0
    ADD = 1
    EDIT = 2
    DELETE = 3


class ProviderMode(IntEnum):
    UNKNOWN = 0
    AGGREGATE = 1
    ACCOUNT = 2


class Measure(IntEnum):
    PERCENTAGE = 0
    ABSOLUTE = 1


class AssetType(IntEnum):
    UNKNOWN = 0
    NATIONAL_CURRENCY = 1
    CRYPTO_CURRENCY = 2
    CONTRACT = 3


class AssetManagerNotFound(NotFound):
    """No asset manager has this id."""


@dataclass(frozen=True, slots=True)
class BalanceProfile:
    """How much a provider may keep in its hot wallet, and when a mismatch alarms."""

    minimum_hot: Decimal = ZERO
    minimum_hot_type: Measure = Measure.PERCENTAGE
    maximum_hot: Decimal = ZERO
    maximum_hot_type: Measure = Measure.PERCENTAGE
    reserve_over_minimum: Decimal = ZERO
    reserve_type: Measure = Measure.PERCENTAGE
    auto_reduce_hot: bool = False
    mismatch_threshold: Decimal = ZERO
    mismatch_type: Measure = Measure.PERCENTAGE
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """One provider handling one asset. ``config`` may hold secrets."""

    provider_id: int
    asset_id: int
    type_name: str = ""
    name: str = ""
    enabled: bool = False
    config: str | None = None
    default_deposit: bool = False
    default_withdraw: bool = False
    mode: ProviderMode = ProviderMode.AGGREGATE
    profile: BalanceProfile = field(default_factory=BalanceProfile)
    action: Action = Action.ADD
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class AssetInfo:
    """A product as the asset manager knows it."""

    asset_id: int
    short_code: str
    full_name: str
    description: str = ""
    default_deposit_provider: int = 0
    default_withdraw_provider: int = 0
    asset_type: AssetType = AssetType.UNKNOWN
    sub_type: int = 0


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """An external service that may reach the asset manager."""

    guid: str
    name: str
    password: str
    permissions: tuple[str, ...] = ()


@dataclass
class AssetManager:
    """Providers, assets, account links, service users and deposit keys."""

    guid: Callable[[], str]
    token: Callable[[int], str]
    defects: Defects
    installed: set[int] = field(default_factory=set)
    providers: dict[tuple[int, int], ProviderInfo] = field(default_factory=dict)
    assets: dict[int, AssetInfo] = field(default_factory=dict)
    links: set[tuple[int, int]] = field(default_factory=set)
    users: dict[str, ServiceUser] = field(default_factory=dict)
    keys: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    sequence: int = 0

    def require(self, asset_manager_id: int) -> None:
        """Raises AssetManagerNotFound for any id but our own."""
        if asset_manager_id != ASSET_MANAGER_ID:
            raise AssetManagerNotFound("Asset_Manager_Not_Found")

    def next_sequence(self) -> int:
        """The number of the next message in order of receipt."""
        self.sequence += 1
        return self.sequence

    def put_provider(self, info: ProviderInfo) -> ProviderInfo:
        """Associate a provider with an asset, or change the association; all or nothing.

        Raises NotFound for a provider that is not installed, OperationFailed for a second default
        provider and for an enabled provider without an enabled balance profile.
        """
        if info.provider_id not in self.installed:
            raise NotFound(f"Invalid AccountProviderId: {info.provider_id}")
        if info.enabled and not info.profile.enabled and not self.defects(NO_PROFILE_NEEDED):
            raise OperationFailed("an enabled provider needs an enabled balanceConfigProfile")
        if not self.defects(SECOND_DEFAULT):
            self._require_only_default(info)
        self.providers[info.provider_id, info.asset_id] = info
        return info

    def provider(self, provider_id: int, asset_id: int) -> ProviderInfo:
        """The association; raises NotFound."""
        try:
            return self.providers[provider_id, asset_id]
        except KeyError:
            raise NotFound("the account provider does not handle this asset") from None

    def remove_provider(self, provider_id: int, asset_id: int) -> ProviderInfo:
        """End an association; raises OperationFailed when there is none."""
        if (provider_id, asset_id) not in self.providers:
            raise OperationFailed("the account provider does not handle this asset")
        return self.providers.pop((provider_id, asset_id))

    def default_provider(self, asset_id: int) -> int:
        """The provider through which deposits of an asset come, 0 when there is none."""
        mine = [p for p in self.providers.values() if p.asset_id == asset_id]
        default = [p for p in mine if p.default_deposit]
        return (default or mine)[0].provider_id if mine else 0

    def deposit_key(self, provider_id: int, account_id: int, asset_id: int, *, new: bool) -> str:
        """A deposit key of the account: a new one, or the last one handed out."""
        self.provider(provider_id, asset_id)
        known = self.keys_of(account_id, asset_id, provider_id)
        if known and not new:
            return known[-1]
        key = f"0x{self.token(160)}"
        self.keys[provider_id, key] = (account_id, asset_id)
        return key

    def keys_of(self, account_id: int, asset_id: int, provider_id: int) -> list[str]:
        """All deposit keys of an account at a provider, oldest first."""
        return [
            key
            for (provider, key), owner in self.keys.items()
            if provider == provider_id and owner == (account_id, asset_id)
        ]

    def account_of_key(self, provider_id: int, key: str) -> int:
        """The account a deposit key was handed out to; raises NotFound."""
        owner = self.keys.get((provider_id, key))
        if owner is None:
            raise NotFound("nobody was given this deposit information")
        return owner[0] + (1 if self.defects(WRONG_ACCOUNT) else 0)

    def put_user(self, user: ServiceUser) -> ServiceUser:
        """Let an external service in, or change it; raises OperationFailed for a taken name."""
        namesake = next((u for u in self.users.values() if u.name == user.name), None)
        if namesake is not None and namesake.guid != user.guid:
            raise OperationFailed("Username already exists.")
        self.users[user.guid] = user
        return user

    def _require_only_default(self, info: ProviderInfo) -> None:
        for other in self.providers.values():
            if other.asset_id != info.asset_id or other.provider_id == info.provider_id:
                continue
            if (other.default_deposit and info.default_deposit) or (
                other.default_withdraw and info.default_withdraw
            ):
                raise OperationFailed("the asset already has a default provider")


def state_guid(*parts: object) -> str:
    """A GUID that always names the same state."""
    return str(uuid.uuid5(_STATES, "/".join(map(str, parts))))
