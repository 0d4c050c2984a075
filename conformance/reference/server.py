"""Run the reference exchange as a process: listen, print one ready line, serve."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from conformance.reference.calls.registry import load_calls
from conformance.reference.demo import Persona, build_demo
from conformance.reference.dispatch import Dialect, Dispatcher
from conformance.reference.faults.registry import load_faults
from conformance.reference.gateway.application import (
    DIGITIZER_PATH,
    build_application,
    has_digitizer,
)
from conformance.reference.gateway.upgrade import upgrades_for
from conformance.reference.rendering.pages import PagesDialect
from conformance.reference.rendering.venues import VenuesDialect

# Requests beyond this are refused by the WebSocket layer with close code 1009.
MAX_MESSAGE_BYTES = 16 << 20
HEARTBEAT_S = 0.25
KEEP_ALIVE_S = 3600
"""An embedded server stands still between two calls; what a client keeps open must outlast that."""
DIALECTS: dict[str, type[Dialect]] = {"pages": PagesDialect, "venues": VenuesDialect}


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What ``conformance serve`` was asked for."""

    port: int = 0
    dialect: str = "pages"
    seed: int | None = None
    defects: tuple[str, ...] = ()
    control: bool = False
    write_target: Path | None = None


def load_defects() -> None:
    """Import everything that declares defects, so that their names are known."""
    load_calls()
    load_faults()


def serve(options: ServeOptions) -> None:
    """Serve until interrupted."""
    exchange, personas = build_demo(options.seed, options.defects)
    dispatcher = Dispatcher(exchange, DIALECTS[options.dialect]())
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    if options.write_target is not None:
        options.write_target.write_text(target_file(address, personas, control=options.control))
        options.write_target.chmod(0o600)
    config = server_config(dispatcher, control=options.control)
    asyncio.run(_serve(uvicorn.Server(config), listener, address, dispatcher))


def server_config(dispatcher: Dispatcher, *, control: bool) -> uvicorn.Config:
    """How every reference server runs: deflate offered, no pings of its own."""
    return uvicorn.Config(
        build_application(dispatcher, control=control),
        log_level="warning", access_log=False, lifespan="off",
        ws=upgrades_for(dispatcher),  # type: ignore[arg-type]
        ws_max_size=MAX_MESSAGE_BYTES, ws_ping_interval=None, ws_per_message_deflate=True,
        timeout_graceful_shutdown=1, timeout_keep_alive=KEEP_ALIVE_S,
    )


async def _serve(
    server: uvicorn.Server, listener: socket.socket, address: str, dispatcher: Dispatcher
) -> None:
    listener.listen(1024)
    ready = {
        "ready": True,
        "websocket": f"ws://{address}/WSGateway/",
        "http": f"http://{address}/AP/",
        "apad": f"ws://{address}/apad/",
    }
    if has_digitizer():
        ready["digitizer"] = f"http://{address}{DIGITIZER_PATH}"
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    heart = asyncio.create_task(beat(dispatcher))
    try:
        await server.serve(sockets=[listener])
    finally:
        heart.cancel()


async def beat(dispatcher: Dispatcher) -> None:
    """Let what falls due happen and be told while nobody calls: expiries, ended price bars."""
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        dispatcher.exchange.catch_up()
        dispatcher.exchange.events.flush()


def target_file(address: str, personas: dict[str, Persona], *, control: bool) -> str:
    """A target file for this exchange with the personas' credentials inline."""
    lines = [
        "[target]",
        'name = "reference"',
        'environment = "reference"',
        'api_version = "3.1"',
        f'websocket = "ws://{address}/WSGateway/"',
        f'http = "http://{address}/AP/"',
        f'apad = "ws://{address}/apad/"',
        *([f'digitizer = "http://{address}{DIGITIZER_PATH}"'] if has_digitizer() else []),
        'claims = ["full"]',
        "exclusive = true",
        "",
    ]
    for persona in personas.values():
        lines += [
            f"[personas.{persona.name}]",
            f'username = "{persona.username}"',
            f'password = "{persona.password}"',
            f"user_id = {persona.user_id}",
            f"account_id = {persona.account_id}",
            f'api_key = "{persona.api_key}"',
            f'api_secret = "{persona.api_secret}"',
            "",
        ]
    if control:
        lines += [
            "[hooks]",
            f'mailbox = {{ url = "http://{address}/control/mailbox" }}',
            f'clock = {{ url = "http://{address}/control/clock" }}',
            f'audit = {{ url = "http://{address}/control/audit" }}',
            f'identity = {{ url = "http://{address}/control/oauth" }}',
            f'deposit = {{ url = "http://{address}/control/provider" }}',
            "",
        ]
    return "\n".join(lines)
