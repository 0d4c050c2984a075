"""Faults of the Digitizer: deploying tokens, and what is done with them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from graphql import GraphQLError

from conformance.reference.domain.chain.service import NETWORKS
from conformance.reference.domain.chain.templates import TEMPLATES, ChainError
from conformance.reference.domain.chain.tokens import Token
from conformance.reference.faults.registry import Run, fault, rewrites

DEPLOY, MINT, BURN, SEND, CLAW, LIST = (
    f"digitizer/{call}"
    for call in ("deploy", "mint", "burn", "transfer", "clawback", "whitelist")
)
PAUSE, RESUME = "digitizer/pause", "digitizer/resume"
DECISIONS = ("digitizer/allowTransfer", "digitizer/rejectTransfer")
NAMED_BY_SERVER = (BURN, SEND, CLAW, LIST, PAUSE, RESUME, *DECISIONS)
AMOUNTS = (MINT, BURN, SEND, CLAW)
ABOUT_TOKENS = tuple(
    f"digitizer/{call}" for call in ("asset", "capTable", "account", "pendingTransfers")
)


def _token(asking: Any, address: Any) -> Token | None:
    found: Token | None = asking.digitizer.chain.tokens.get(str(address).lower())
    return found


@fault("digitizer/token-by-its-id", "assetId is the address of the contract, not the asset's id.",
       *ABOUT_TOKENS, *DECISIONS, PAUSE, RESUME)
def _token_by_its_id(asking: Any, request: Any, run: Run) -> object:
    for token in asking.digitizer.chain.tokens.values():
        if token.asset_id == request.get("assetId"):
            request["assetId"] = token.address
    return run()


@rewrites("digitizer/deploy-returns-id", "deploy returns the address of the contract.", DEPLOY)
def _deploy_returns_id(asking: Any, request: Any, reply: Any) -> object:
    token = _token(asking, reply)
    return token.asset_id if token else reply


@fault("digitizer/decimals-clamped", "More than 18 decimals are refused.", DEPLOY)
def _decimals_clamped(asking: Any, request: Any, run: Run) -> object:
    request["token"]["decimals"] = min(request["token"]["decimals"], 18)
    return run()


@fault("digitizer/decimals-preset", "A token has the decimals it was deployed with.", DEPLOY)
def _decimals_preset(asking: Any, request: Any, run: Run) -> object:
    request["token"]["decimals"] = 8
    return run()


@fault("digitizer/unknown-place-guessed", "Templates and networks must be listed ones.", DEPLOY)
def _unknown_place_guessed(asking: Any, request: Any, run: Run) -> object:
    if request["template"] not in {template.name for template in TEMPLATES}:
        request["template"] = TEMPLATES[0].name
    request["networkId"] = NETWORKS[0].network_id
    return run()


@rewrites("digitizer/supply-minted-on-deploy", "Deploying mints nothing.", DEPLOY)
def _supply_minted_on_deploy(asking: Any, request: Any, reply: Any) -> object:
    token = _token(asking, reply)
    if token is not None:
        for state in (token.holdings, token.expected):
            state.balances[token.issuer.lower()] = int(request["token"]["supply"] or 0)
    return reply


@rewrites("digitizer/born-paused", "A new token is not paused.", DEPLOY)
def _born_paused(asking: Any, request: Any, reply: Any) -> object:
    token = _token(asking, reply)
    if token is not None:
        token.holdings.paused = token.expected.paused = True
    return reply


@rewrites("digitizer/deploy-counts-as-transfer", "A new token was never transferred.", DEPLOY)
def _deploy_counts_as_transfer(asking: Any, request: Any, reply: Any) -> object:
    token = _token(asking, reply)
    if token is not None:
        token.holdings.transfers = token.expected.transfers = 1
    return reply


@fault("digitizer/uuid-of-its-own", "Minting goes by the uuid that the caller sent.", MINT)
def _uuid_of_its_own(asking: Any, request: Any, run: Run) -> object:
    request["uuid"] = str(uuid4())
    return run()


@rewrites("digitizer/number-for-uuid", "The reply is the uuid of the transaction.",
          *NAMED_BY_SERVER)
def _number_for_uuid(asking: Any, request: Any, reply: Any) -> object:
    return str(int(reply.replace("-", ""), 16))


def _one_less(asking: Any, request: Any, run: Run) -> object:
    request["amount"] -= request["amount"] > 1
    return run()


fault("digitizer/mints-one-less", "The whole amount is minted.", MINT)(_one_less)
fault("digitizer/moves-one-less", "The whole amount is moved.", SEND)(_one_less)
fault("digitizer/claws-one-less", "The whole amount is clawed back.", CLAW)(_one_less)


@fault("digitizer/any-amount", "An amount of zero or less is refused.", *AMOUNTS)
def _any_amount(asking: Any, request: Any, run: Run) -> object:
    request["amount"] = max(1, request["amount"])
    return run()


@fault("digitizer/mint-forgotten", "What was accepted is carried out.", MINT)
def _mint_forgotten(asking: Any, request: Any, run: Run) -> object:
    return request["uuid"]


@fault("digitizer/deed-forgotten", "What was accepted is carried out.", BURN, SEND, CLAW, PAUSE)
def _deed_forgotten(asking: Any, request: Any, run: Run) -> object:
    return asking.exchange.ids.guid()


@fault("digitizer/resume-forgotten", "What was accepted is carried out.", RESUME)
def _resume_forgotten(asking: Any, request: Any, run: Run) -> object:
    return asking.exchange.ids.guid()


@fault("digitizer/listing-forgotten", "What was accepted is carried out.", LIST)
def _listing_forgotten(asking: Any, request: Any, run: Run) -> object:
    return asking.exchange.ids.guid()


def _accepted_always(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except (GraphQLError, ChainError):
        return asking.exchange.ids.guid()


fault("digitizer/resume-always-accepted", "Only a paused token is resumed.", RESUME)(
    _accepted_always)
fault("digitizer/burn-always-accepted", "The template says whether tokens are burnt.", BURN)(
    _accepted_always)


@fault("digitizer/foreign-contract-clawed-back", "Only own tokens are clawed back.", CLAW)
def _foreign_contract_clawed_back(asking: Any, request: Any, run: Run) -> object:
    if _token(asking, request["contractAddress"]) is None:
        return asking.exchange.ids.guid()
    return run()


@fault("digitizer/hash-opens-any-token", "A decision is about a transfer of that token.",
       *DECISIONS)
def _hash_opens_any_token(asking: Any, request: Any, run: Run) -> object:
    for token in asking.digitizer.chain.tokens.values():
        if request["pendingHash"].lower() in token.holdings.pending:
            request["assetId"] = token.address
    return run()


@fault("digitizer/reason-withheld", "A failure gives its reason.", *DECISIONS)
def _reason_withheld(asking: Any, request: Any, run: Run) -> object:
    try:
        return run()
    except (GraphQLError, ChainError):
        raise GraphQLError(" ") from None
