"""Writes the pages of docs/reference/ that follow from the code: commands, target file, exit codes.

Run ``python docs/generate.py`` after changing an option, a key or a code; a test tells when it is
due.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from typer.models import ArgumentInfo, CommandInfo, OptionInfo

from conformance.cli import app
from conformance.commands.init import IN_FLIGHT, REQUESTS_PER_SECOND
from conformance.target import target_file
from conformance.verdict import summary

REFERENCE = Path(__file__).parent / "reference"
NOTICE = "<!-- Written by docs/generate.py; change the code instead. -->"


# -- commands ----------------------------------------------------------------------------------


def commands_page() -> str:
    """Every command with its options, as the code declares them."""
    lines = [
        "# Commands", "", NOTICE, "",
        "`conformance COMMAND --help` prints the same. `conformance --version` names the suite and",
        "the contract with their digests.", "",
        "| command | what it does |", "|---|---|",
    ]
    commands = list(app.registered_commands)
    for command in commands:
        name, (first, _) = _name(command), _help(command)
        lines.append(f"| [`{name}`](#conformance-{name}) | {first} |")
    for command in commands:
        lines += ["", *_command(command)]
    return "\n".join(lines) + "\n"


def _command(command: CommandInfo) -> Iterator[str]:
    name, (first, rest) = _name(command), _help(command)
    rows = list(_options(command))
    arguments = "".join(f" {row[0]}" for row in rows if not row[0].startswith("--"))
    yield f"## conformance {name}"
    yield ""
    options = " [OPTIONS]" if any(row[0].startswith("--") for row in rows) else ""
    yield f"`conformance {name}{arguments}{options}`"
    yield ""
    yield first
    if rest:
        yield ""
        yield rest
    if rows:
        yield ""
        yield "| option | value | default | |"
        yield "|---|---|---|---|"
        for option, value, default, text in rows:
            yield f"| `{option}` | {value} | {default} | {text} |"


def _options(command: CommandInfo) -> Iterator[tuple[str, str, str, str]]:
    callback = command.callback
    assert callback is not None
    hints = typing.get_type_hints(callback, include_extras=True)
    for parameter in inspect.signature(callback).parameters.values():
        base, info = _annotated(hints[parameter.name])
        flag = "--" + parameter.name.replace("_", "-")
        declared = getattr(info, "param_decls", None) or ()
        option = next((word for word in declared if word.startswith("--")), flag)
        if isinstance(info, ArgumentInfo):
            option = (info.metavar or parameter.name).upper()
        elif base is bool and not declared and parameter.default is True:
            option = f"{flag} / --no-{flag[2:]}"
        yield option, _value(base, info), _default(parameter.default), info.help or ""


def _annotated(hint: Any) -> tuple[Any, OptionInfo | ArgumentInfo]:
    base, info = get_args(hint)[:2]
    return base, info


def _value(base: Any, info: OptionInfo | ArgumentInfo) -> str:
    many = ""
    if get_origin(base) in (typing.Union, types.UnionType):
        base = next(part for part in get_args(base) if part is not type(None))
    if get_origin(base) is list:
        base, many = get_args(base)[0], ", repeatable"
    if get_origin(base) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(base)) + many
    if base is bool:
        return "flag"
    word = info.metavar or {"int": "N", "float": "N", "Path": "PATH"}.get(base.__name__, "TEXT")
    return f"{word}{many}".replace("|", "\\|")


def _default(default: Any) -> str:
    if default is inspect.Parameter.empty:
        return "required"
    return "" if default is None or isinstance(default, bool) else f"`{default}`"


def _name(command: CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__.replace("_", "-")


def _help(command: CommandInfo) -> tuple[str, str]:
    text = inspect.cleandoc(command.help or inspect.getdoc(command.callback) or "")
    first, _, rest = text.partition("\n\n")
    return " ".join(first.split()), rest.strip()


# -- target file -------------------------------------------------------------------------------

KEYS: dict[str, dict[str, str]] = {
    "target": {
        "name": "what reports call it",
        "environment": "`production`: nothing that writes is ever sent. `reference`: our own "
        "exchange; only there may secrets stand in the file",
        "websocket": "the gateway for frames, `wss://HOST/WSGateway/`",
        "api_version": "the edition of the API it keeps",
        "http": "the HTTP gateway, `https://HOST/AP/`",
        "apad": "APAD's socket",
        "digitizer": "the Digitizer's GraphQL endpoint",
        "claims": "the profiles it claims; the verdict is computed from their clauses",
        "exclusive": "nobody else uses it, so calls that touch other people's markets may be sent",
        "oms_id": "the OMSId that requests name",
    },
    "limits": {
        "requests_per_second": "over all connections; no limit when left out, `conformance init` "
        f"writes {REQUESTS_PER_SECOND}",
        "in_flight": "requests that may await their replies at one time; the default suits our "
        f"own reference, `conformance init` writes {IN_FLIGHT}",
        "latency_budget_ms": "a reply that takes longer counts as missing",
        "max_notional": "per product symbol: the largest price times quantity of one order; "
        "an order without a price or for another product is not sent",
        "max_requests": "a run sends no more than this (each worker of `--jobs`); no limit when "
        "left out",
        "max_orders": "the same for orders and quotes",
    },
    "personas.NAME": {
        "username": "the login name",
        "password": "secret",
        "totp_secret": "secret; the base32 key of the authenticator, where the user has 2FA",
        "user_id": "needed for a login by API key",
        "account_id": "the default account when left out",
        "api_key": "secret; with `user_id` and `api_secret` a login by signature",
        "api_secret": "secret",
    },
    "hooks": {
        "mailbox": "the mails to an address, as a JSON list; each has its `code`",
        "clock": "the target's clock; POST `{\"advance_ms\": N}` moves it",
        "audit": "does the target's own ledger add up",
        "deposit": "makes coins arrive and tickets go on; "
                   "`/coins`, `/deposit`, `/withdrawal` are appended",
        "identity": "has the identity provider issue an access code: POST `{\"email\": ADDRESS}`",
    },
}
SHAPES: dict[str, type[msgspec.Struct]] = {
    "target": target_file.Address,
    "limits": target_file.Limits,
    "personas.NAME": target_file.Persona,
    "hooks": target_file.Hooks,
}
TARGET_INTRO = """\
One TOML file describes the deployment under test. `conformance init FILE` writes a commented one,
`conformance doctor --target FILE` checks it. An unknown key, a wrong type or a missing secret is an
error that names line, key and mend.

Secrets are references: `{ env = "VARIABLE" }` or `{ file = "PATH" }`, the path relative to the
target file. Written out they are accepted only with `environment = "reference"`.
"""
TARGET_END = """\
## [aliases]

Maps a documented call name to the name under which this deployment answers it:
`SendOrder = "SendOrderX"`.
"""


def target_page() -> str:
    """Every key of a target file with type and default, as the code declares them."""
    lines = ["# The target file", "", NOTICE, "", TARGET_INTRO]
    for table, shape in SHAPES.items():
        lines += [f"## [{table}]", ""]
        if table.startswith("personas"):
            names = ", ".join(f"`{name}`" for name in target_file.PERSONAS)
            lines += [f"NAME is one of {names}.", ""]
        if table == "hooks":
            lines += ["A hook is `{ url = \"...\" }` or `{ command = [\"...\"] }`.", ""]
        lines += ["| key | type | default | |", "|---|---|---|---|"]
        lines += [_key(table, field) for field in msgspec.structs.fields(shape)]
        lines.append("")
    lines.append(TARGET_END)
    return "\n".join(lines)


def _key(table: str, field: msgspec.structs.FieldInfo) -> str:
    if field.name not in KEYS[table]:
        raise SystemExit(f"docs/generate.py: KEYS[{table!r}] has nothing about {field.name!r}")
    default = "required" if field.required else ""
    if not field.required and field.default not in (None, msgspec.NODEFAULT):
        value = field.default
        shown = list(value) if isinstance(value, tuple) else value
        default = f"`{msgspec.json.encode(shown).decode()}`"
    return f"| `{field.name}` | {_kind(field.type)} | {default} | {KEYS[table][field.name]} |"


def _kind(hint: Any) -> str:
    if get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {_kind(get_args(hint)[0])}s"
    if get_origin(hint) is dict:
        return "table of numbers"
    names = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    return names.get(hint.__name__, hint.__name__.lower())


# -- exit codes --------------------------------------------------------------------------------

CODES = {
    "CONFORMANT": ("conformant", "every required clause was exercised and held", "nothing"),
    "NOT_CONFORMANT": (
        "not conformant", "a stated clause is broken", "read the failures; file them at the vendor"
    ),
    "USAGE": (
        "usage or target file", "an option or the target file is wrong; nothing was sent",
        "the message names the place and the mend",
    ),
    "UNREACHABLE": (
        "unreachable or lost", "nobody answers at the address, or the target went away",
        "`conformance doctor --target FILE`",
    ),
    "OUR_ERROR": (
        "error of the suite", "the suite itself failed: no verdict either way", "report it to us"
    ),
    "WAIVER": (
        "waiver trouble", "a waiver is stale, expired or its failure changed",
        "renew or remove the waiver",
    ),
    "UNVERIFIED": (
        "not fully verified", "nothing is broken, but a required clause could not be exercised",
        "`conformance doctor` says which and why; lend a persona or claim less",
    ),
}
CODES_END = """\
A pipeline that wants to stop only at a broken contract lets 6 pass:

```sh
conformance run --target staging.toml || [ $? -eq 6 ]
```
"""


def exit_codes_page() -> str:
    """Every exit code of ``conformance run``."""
    lines = [
        "# Exit codes", "", NOTICE, "",
        "| code | name | meaning | what to do |", "|---|---|---|---|",
    ]
    for constant, (name, meaning, remedy) in CODES.items():
        lines.append(f"| {getattr(summary, constant)} | {name} | {meaning} | {remedy} |")
    return "\n".join([*lines, "", CODES_END])


PAGES = {
    "commands.md": commands_page,
    "target-file.md": target_page,
    "exit-codes.md": exit_codes_page,
}


def main() -> None:
    """Write the pages that are not current."""
    for name, page in PAGES.items():
        text, path = page(), REFERENCE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
