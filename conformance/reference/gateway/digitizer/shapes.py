"""Domain values as the types of the digitizer's schema."""

from __future__ import annotations

import json

from conformance.reference.domain.chain.chain import REQUIRED_CONFIRMATIONS, Report, Stage
from conformance.reference.domain.chain.service import Holder, Network
from conformance.reference.domain.chain.templates import Ability, Template
from conformance.reference.domain.chain.tokens import PendingTransfer, Token

Shape = dict[str, object]


def network_shape(network: Network) -> Shape:
    """A Network."""
    return {
        "id": network.network_id,
        "name": network.name,
        "enabled": network.enabled,
        "etherscanDomain": network.explorer,
    }


def asset_shape(token: Token, network: Network) -> Shape:
    """An Asset; ``supply`` is not in use and always 0."""
    return {
        "id": token.asset_id,
        "name": token.definition.name,
        "symbol": token.definition.symbol,
        "decimals": token.definition.decimals,
        "address": token.address,
        "issuerAddress": token.issuer,
        "template": token.template.name,
        "network": network_shape(network),
        "supply": 0,
        "cap": token.definition.cap,
        "transferCount": token.holdings.transfers,
        "isPausable": Ability.PAUSE in token.template.abilities,
        "paused": token.holdings.paused,
    }


def holder_shape(holder: Holder) -> Shape:
    """A CapTableRow."""
    return {
        "name": holder.name,
        "address": holder.address,
        "balance": str(holder.balance),
        "percentage": f"{holder.share}%",
    }


def pending_shape(token: Token, pending: PendingTransfer) -> Shape:
    """A PendingTransfer."""
    return {
        "assetId": token.address,
        "pendingHash": pending.pending_hash,
        "from": token.shown(pending.sender),
        "to": token.shown(pending.receiver),
        "amount": str(pending.amount),
    }


def template_shape(template: Template) -> Shape:
    """A Template."""
    return {
        "id": template.template_id,
        "name": template.name,
        "fullName": template.full_name,
        "description": template.description,
    }


def event_shape(report: Report) -> Shape:
    """A ChainEvent."""
    transaction = report.transaction
    token, order = transaction.token, transaction.order
    raw = {"transaction": transaction.hash, "operation": order.kind, "block": report.block_number}
    return {
        "type": report.stage.value,
        "symbol": token.definition.symbol,
        "name": token.definition.name,
        "tokenAddress": token.address,
        "blockNumber": report.block_number,
        "blockHash": report.block_hash or None,
        "transactionHash": transaction.hash,
        "requiredConfirmations": REQUIRED_CONFIRMATIONS,
        "confirmation": report.confirmation,
        "json": json.dumps(raw) if report.stage is Stage.CHECK else None,
        "code": None,
        "description": report.error or order.kind,
        "spender": token.issuer,
        "from": token.shown(order.sender) or None,
        "to": token.shown(order.receiver) or None,
        "amount": None if order.amount is None else str(order.amount),
    }


def status_shape(report: Report) -> Shape:
    """A TxStatus."""
    transaction = report.transaction
    return {
        "transactionHash": transaction.hash,
        "type": transaction.order.kind,
        "status": report.stage.value,
        "uuid": transaction.uuid,
        "confirmation": report.confirmation,
        "requiredConfirmations": REQUIRED_CONFIRMATIONS,
        "data": report.block_hash,
        "error": report.error,
    }
