"""A client of the digitizer: one line a document, real HTTP, the session in its cookie."""

from __future__ import annotations

import json
import uuid
from typing import Any

import aiohttp

from conformance.reference.embedded import EmbeddedReference
from tests.reference.client import Venue

HOLDER = "0x" + "a1" * 20
OTHER = "0x" + "b2" * 20
BLOCK_MS = 100


class Digitizer:
    """One HTTP client; ``errors`` of the last answer are kept."""

    def __init__(self, embedded: EmbeddedReference, venue: Venue) -> None:
        self._embedded = embedded
        self.venue = venue
        self.url = embedded.digitizer_url
        self.errors: list[dict[str, Any]] = []
        self._http: aiohttp.ClientSession = embedded.run(_session())

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of an answer."""
        answer = self.post({"query": document, "variables": variables})
        self.errors = answer.get("errors", [])
        return answer.get("data")

    def refused(self, document: str, **variables: Any) -> str:
        """Why a document was refused."""
        self.ask(document, **variables)
        assert self.errors, document
        return str(self.errors[0]["message"])

    def post(self, body: Any) -> Any:
        """The answer to any body."""
        return self._embedded.run(self._post(body))

    async def _post(self, body: Any) -> Any:
        async with self._http.post(self.url, json=body) as response:
            text = await response.text()
            return json.loads(text) if text.startswith("{") else {"status": response.status}

    def login(self, name: str = "company_admin") -> int:
        """Log a persona in; answers the user's id."""
        persona = self.venue.personas[name]
        data = self.ask(
            "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { userId } }",
            u=persona.username, p=persona.password,
        )
        return int(data["login"]["userId"])

    def deploy(self, template: str = "MegaERC20", symbol: str = "TTST", cap: int = 8) -> str:
        """Deploy a token; answers its address."""
        data = self.ask(
            "mutation($t: TokenDefinition!, $k: String!) "
            '{ deploy(token: $t, networkId: "42", template: $k) }',
            t={"name": "Test", "symbol": symbol, "supply": "0", "decimals": 2, "cap": cap},
            k=template,
        )
        return str(data["deploy"])

    def mint(self, address: str, amount: int, custodian: str = HOLDER) -> str:
        """Mint in the next block; answers the uuid."""
        data = self.ask(MINT, a=address, n=amount, c=custodian, u=str(uuid.uuid4()))
        assert not self.errors, self.errors
        self.mine()
        return str(data["mint"])

    def mine(self, blocks: int = 1) -> None:
        """Let blocks be mined."""
        self.venue.exchange.clock.advance(blocks * BLOCK_MS)
        self.venue.exchange.catch_up()

    def table(self, address: str) -> dict[str, int]:
        """Balances by address."""
        rows = self.ask(
            "query($a: String) { capTable(assetId: $a) { address balance } }", a=address
        )["capTable"]
        return {row["address"]: int(row["balance"]) for row in rows}

    def close(self) -> None:
        self._embedded.run(self._http.close())


MINT = (
    "mutation($a: String!, $n: Int!, $c: String!, $u: String!) "
    "{ mint(contractAddress: $a, amount: $n, custodianAddress: $c, uuid: $u) }"
)
BURN = "mutation($a: String!, $n: Int!) { burn(contractAddress: $a, amount: $n) }"
TRANSFER = (
    "mutation($a: String!, $d: String!, $n: Int!) "
    "{ transfer(contractAddress: $a, destinationAddress: $d, amount: $n) }"
)
PAUSE = "mutation($a: String!) { pause(assetId: $a) }"
RESUME = "mutation($a: String!) { resume(assetId: $a) }"
CLAWBACK = (
    "mutation($a: String!, $h: String!, $n: Int!) "
    "{ clawback(contractAddress: $a, clawbackAddress: $h, amount: $n) }"
)
WHITELIST = (
    "mutation($a: String!, $h: String!, $on: Boolean!) "
    "{ whitelist(tokenAddress: $a, address: $h, shouldWhitelist: $on) }"
)
ASSET = (
    "query($a: String) { asset(assetId: $a) "
    "{ id name symbol cap supply decimals paused isPausable transferCount issuerAddress "
    "template network { id } } }"
)
PENDING = (
    "query($a: String) { pendingTransfers(assetId: $a) { assetId pendingHash from to amount } }"
)


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
