"""The reference exchange: a real exchange in one process that keeps the contract.

It is written from the documentation pages, not from ``schemas/``, so that the suite and the
reference are two independent readings. It must not know of oracles, generators, verdicts,
reports or targets.

- ``domain/``     state and rules; knows nothing of JSON, frames or calls
- ``calls/``      one module per section: request shapes, permissions, handlers
- ``rendering/``  how replies and events are spelled in each dialect
- ``gateway/``    WebSocket frames, HTTP, control endpoint
- ``exchange.py`` the whole state wired together; ``dispatch.py`` runs one call against it
"""
