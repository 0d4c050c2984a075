"""Kinds of tokens and what each can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChainError(Exception):
    """The chain or the contract refuses; the text is for people."""


class Ability(StrEnum):
    """What a contract may be asked to do."""

    MINT = "mint"
    BURN = "burn"
    TRANSFER = "transfer"
    PAUSE = "pause"
    CLAWBACK = "clawback"
    WHITELIST = "whitelist"
    APPROVAL = "approval"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of token."""

    template_id: str
    name: str
    full_name: str
    description: str
    abilities: frozenset[Ability]


_MINT_BURN = {Ability.MINT, Ability.BURN, Ability.TRANSFER}
TEMPLATES = (
    Template(
        "1", "RTOKEN", "HarborHQ R-Token", "For offerings to investors who were vetted",
        frozenset(_MINT_BURN | {Ability.WHITELIST, Ability.EVENTS}),
    ),
    Template(
        "2", "RABT", "Regulated Asset-Backed Token", "Every transfer waits for an approval",
        frozenset(_MINT_BURN | {Ability.APPROVAL, Ability.PAUSE, Ability.EVENTS}),
    ),
    Template(
        "3", "MegaERC20", "ERC20 + Mint, Burn, Pause, Reclaim", "For shares that may be reclaimed",
        frozenset(_MINT_BURN | {Ability.PAUSE, Ability.CLAWBACK}),
    ),
    Template("4", "BaseERC20", "ERC20 + Mint, Burn", "For shares", frozenset(_MINT_BURN)),
    Template(
        "5", "BaseERC721", "ERC721 non-fungible Token", "For single pieces", frozenset(),
    ),
    Template("6", "BaseERC223", "ERC223 + Mint, Burn", "For shares", frozenset(_MINT_BURN)),
    Template(
        "7", "ERC621", "ERC621 + Ownable", "For shares whose issuer may change",
        frozenset(_MINT_BURN),
    ),
)


def template_named(name: str) -> Template:
    """The template; raises ChainError."""
    for template in TEMPLATES:
        if template.name == name:
            return template
    raise ChainError(f"no Template found for template={name}")
