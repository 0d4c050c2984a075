"""The target file: one TOML file that describes the deployment under test.

Typed and strict: an unknown key, a wrong type or a missing secret is a :class:`TargetFileError`
that names file, line, key and mend.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

Environment = Literal["reference", "test", "staging", "production"]
PERSONAS = (
    "trader",
    "second_trader",
    "read_only",
    "market_maker",
    "operator",
    "superuser",
    "platform_admin",
    "company_admin",
    "shareholder",
)
SECRET_KEYS = ("password", "totp_secret", "api_key", "api_secret")


class TargetFileError(Exception):
    """The target file cannot be used; the message names the place and the mend."""


class Secret(msgspec.Struct, frozen=True):
    """Where a secret comes from: exactly one of an environment variable and a file."""

    env: str | None = None
    file: str | None = None


class Hook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach something the API cannot show: an address to ask, or a command to run."""

    url: str | None = None
    command: tuple[str, ...] | None = None


class Persona(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One login. Secrets are resolved when the file is read."""

    username: str | None = None
    password: str | None = None
    totp_secret: str | None = None
    user_id: int | None = None
    account_id: int | None = None
    api_key: str | None = None
    api_secret: str | None = None

    def __repr__(self) -> str:
        return f"Persona(username={self.username!r}, user_id={self.user_id})"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the target can bear and what may be risked on it."""

    requests_per_second: float | None = None
    in_flight: int = 512
    latency_budget_ms: int = 2000
    max_notional: dict[str, float] = {}
    max_requests: int | None = None
    max_orders: int | None = None


class Hooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Optional helpers beside the API."""

    mailbox: Hook | None = None
    clock: Hook | None = None
    audit: Hook | None = None
    deposit: Hook | None = None
    identity: Hook | None = None


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[target]`` table: where the deployment is and what it claims to offer."""

    name: str
    environment: Environment
    websocket: str
    api_version: str = "3.1"
    http: str | None = None
    apad: str | None = None
    digitizer: str | None = None
    claims: tuple[str, ...] = ("full",)
    exclusive: bool = False
    oms_id: int = 1


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole target file. ``aliases`` maps call names to what the deployment calls them."""

    target: Address
    limits: Limits = Limits()
    personas: dict[str, Persona] = {}
    hooks: Hooks = Hooks()
    aliases: dict[str, str] = {}

    @property
    def is_reference(self) -> bool:
        """Is this the embedded reference exchange?"""
        return self.target.environment == "reference"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for masking."""
        found = [
            getattr(persona, key) for persona in self.personas.values() for key in SECRET_KEYS
        ]
        return tuple(value for value in found if value)


def read_target(path: Path) -> Target:
    """Read and check a target file; raises TargetFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetFileError(f"{path}: cannot be read: {error}") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TargetFileError(f"{path}: {error}") from None
    _check_personas(path, text, data)
    try:
        return msgspec.convert(_resolve_secrets(path, text, data), Target)
    except msgspec.ValidationError as error:
        raise TargetFileError(_explain(path, text, str(error))) from None


def redacted(target: Target) -> dict[str, Any]:
    """The target as data with every secret replaced, for the run record."""
    data: dict[str, Any] = msgspec.to_builtins(target)
    for persona in data["personas"].values():
        for key in SECRET_KEYS:
            if persona.get(key):
                persona[key] = "***"
    return data


def _check_personas(path: Path, text: str, data: dict[str, Any]) -> None:
    personas = data.get("personas", {})
    for name in personas if isinstance(personas, dict) else ():
        if name not in PERSONAS:
            near = difflib.get_close_matches(name, PERSONAS, 1) or [", ".join(PERSONAS)]
            line = _line_of(text, name)
            raise TargetFileError(f"{path}:{line}: unknown persona {name!r}; use {near[0]}")


def _resolve_secrets(path: Path, text: str, data: dict[str, Any]) -> dict[str, Any]:
    inline = data.get("target", {}).get("environment") == "reference"
    for name, persona in data.get("personas", {}).items():
        for key in SECRET_KEYS:
            value = persona.get(key) if isinstance(persona, dict) else None
            if isinstance(value, dict):
                persona[key] = _secret(path, text, f"personas.{name}.{key}", value)
            elif value is not None and not inline:
                raise TargetFileError(
                    f"{path}:{_line_of(text, key)}: personas.{name}.{key} is written out; "
                    f'refer to it: {key} = {{ env = "VARIABLE" }} or {{ file = "PATH" }}'
                )
    return data


def _secret(path: Path, text: str, key: str, source: dict[str, Any]) -> str:
    line = _line_of(text, key.rpartition(".")[2])
    where = f"{path}:{line}: {key}"
    if set(source) == {"env"}:
        value = os.environ.get(str(source["env"]))
        if not value:
            raise TargetFileError(f"{where}: set the environment variable {source['env']}")
        return value
    if set(source) == {"file"}:
        file = path.parent / str(source["file"])
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise TargetFileError(f"{where}: {error}") from None
    raise TargetFileError(f'{where}: expected {{ env = "VARIABLE" }} or {{ file = "PATH" }}')


_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_MISSING = re.compile(r"missing required field `(\w+)`")
_PATH = re.compile(r"at `\$\.?([\w.\[\]]*)`")


def _explain(path: Path, text: str, message: str) -> str:
    place = _PATH.search(message)
    table = place.group(1) if place else ""
    unknown = _UNKNOWN.search(message)
    if unknown:
        key = unknown.group(1)
        near = difflib.get_close_matches(key, _fields(table), 1)
        mend = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(_fields(table))}"
        return f"{path}:{_line_of(text, key)}: unknown key {key!r} in [{table or 'file'}]; {mend}"
    missing = _MISSING.search(message)
    if missing:
        where = table or missing.group(1)
        return f"{path}:{_line_of(text, where)}: [{where}] needs the key {missing.group(1)!r}"
    key = table.rpartition(".")[2]
    return f"{path}:{_line_of(text, key)}: {message}"


def _fields(table: str) -> tuple[str, ...]:
    shapes: dict[str, type[msgspec.Struct]] = {
        "target": Address, "limits": Limits, "hooks": Hooks, "": Target,
    }
    shape = Persona if table.startswith("personas") else shapes.get(table, Hook)
    return shape.__struct_fields__


def _line_of(text: str, key: str) -> int:
    """The line a key or a table stands on; 1 when it does not occur."""
    word = re.compile(rf"(^|[\[.\s]){re.escape(key.rpartition('.')[2])}\s*(=|\])")
    for number, line in enumerate(text.splitlines(), 1):
        if word.search(line):
            return number
    return 1


def named_secrets(target: Target) -> dict[str, str]:
    """The secrets of a target file, each with the place it stands in."""
    return {
        getattr(persona, key): f"{name}.{key}"
        for name, persona in target.personas.items() for key in SECRET_KEYS
        if getattr(persona, key)
    }
