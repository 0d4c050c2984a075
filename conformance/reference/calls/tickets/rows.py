"""Tickets, comments and attachments as the pages print them."""

from __future__ import annotations

from conformance.reference.dispatch import Context
from conformance.reference.domain.admin.asset_manager import ASSET_MANAGER_ID
from conformance.reference.domain.clock import iso
from conformance.reference.domain.positions import notional_rate
from conformance.reference.domain.treasury.deposits import DepositTicket
from conformance.reference.domain.treasury.tickets import Attachment, Comment, Ticket
from conformance.reference.domain.treasury.withdrawals import WithdrawTicket
from conformance.reference.rendering.encoding import encode

Row = dict[str, object]


def comment_row(context: Context, ticket: Ticket, comment: Comment) -> Row:
    """One remark on a ticket."""
    return {
        "commentId": comment.comment_id,
        "enteredBy": comment.entered_by,
        "enteredDateTime": iso(comment.entered_ms),
        "comment": comment.text,
        "operatorId": comment.operator_id,
        "omsId": context.exchange.oms_id,
        "ticketCode": ticket.request_code,
        "ticketId": ticket.ticket_number,
    }


def attachment_reference(attachment: Attachment) -> Row:
    """An attachment without its content."""
    return {
        "attachmentId": attachment.attachment_id,
        "submittedByUserId": attachment.submitted_by,
        "submittedByUserName": attachment.submitted_by_name,
        "uploadDate": iso(attachment.uploaded_ms),
        "uploadIP": attachment.upload_ip,
        "ticketNumber": attachment.ticket_number,
    }


def attachment_row(attachment: Attachment) -> Row:
    """An attachment with its content."""
    return {
        "base64Attachment": attachment.base64,
        **attachment_reference(attachment),
        "description": attachment.description,
    }


def _comments(context: Context, ticket: Ticket) -> str:
    return encode([comment_row(context, ticket, comment) for comment in ticket.comments])


def _attachments(ticket: Ticket) -> str:
    return encode([attachment_reference(attachment) for attachment in ticket.attachments])


def deposit_row(context: Context, ticket: DepositTicket) -> Row:
    """A deposit ticket; comments and attachments are JSON text, or null when there are none."""
    return {
        "assetManagerId": ASSET_MANAGER_ID,
        "accountId": ticket.account_id,
        "assetId": ticket.product_id,
        "assetName": context.exchange.catalogue.product(ticket.product_id).symbol,
        "amount": ticket.amount,
        "omsId": context.exchange.oms_id,
        "requestCode": ticket.request_code,
        "requestIP": ticket.request_ip,
        "requestUser": ticket.request_user,
        "requestUserName": ticket.request_user_name,
        "operatorId": ticket.operator_id,
        "Status": int(ticket.status),
        "feeAmt": ticket.fee,
        "updatedByUser": ticket.updated_by,
        "updatedByUserName": ticket.updated_by_name,
        "ticketNumber": ticket.ticket_number,
        "depositInfo": ticket.deposit_info,
        "createdTimestamp": iso(ticket.created_ms),
        "lastUpdateTimeStamp": iso(ticket.updated_ms),
        "comments": _comments(context, ticket) if ticket.comments else None,
        "attachments": _attachments(ticket) if ticket.attachments else None,
    }


def withdraw_row(context: Context, ticket: WithdrawTicket) -> Row:
    """A withdraw ticket; form, comments and attachments are JSON text."""
    return {
        "assetManagerId": ASSET_MANAGER_ID,
        "accountId": ticket.account_id,
        "assetId": ticket.product_id,
        "assetName": context.exchange.catalogue.product(ticket.product_id).symbol,
        "amount": ticket.amount,
        "templateForm": ticket.template_form,
        "templateFormType": ticket.template_type,
        "omsId": context.exchange.oms_id,
        "requestCode": ticket.request_code,
        "requestIP": ticket.request_ip,
        "requestUserId": ticket.request_user,
        "requestUserName": ticket.request_user_name,
        "operatorId": ticket.operator_id,
        "Status": int(ticket.status),
        "feeAmt": ticket.fee,
        "updatedByUser": ticket.updated_by,
        "updatedByUserName": ticket.updated_by_name,
        "ticketNumber": ticket.ticket_number,
        "createdTimestamp": iso(ticket.created_ms),
        "lastUpdateTimestamp": iso(ticket.updated_ms),
        "Comments": _comments(context, ticket),
        "Attachments": _attachments(ticket),
        "AuditLog": "[]",
    }


def withdrawal_row(context: Context, ticket: WithdrawTicket) -> Row:
    """A withdrawal as the account's list prints it, under its own id and code."""
    exchange = context.exchange
    product = exchange.catalogue.product(ticket.product_id)
    level = exchange.verification.product(
        exchange.accounts.get(ticket.account_id).verification_level, ticket.product_id
    )
    notional = level.notional_product_id if level else 0
    kinds = {1: "Fiat", 2: "Crypto"}
    return {
        "amount": ticket.amount,
        "feeAmount": ticket.fee,
        "notionalValue": ticket.amount * notional_rate(exchange, ticket.product_id, notional),
        "withdrawId": ticket.withdraw_id,
        "assetManagerId": ASSET_MANAGER_ID,
        "accountId": ticket.account_id,
        "assetId": ticket.product_id,
        "templateForm": ticket.template_form,
        "templateFormType": ticket.template_type,
        "omsId": exchange.oms_id,
        "TicketStatus": int(ticket.status),
        "ticketNumber": ticket.ticket_number,
        "WithdrawTransactionDetails": encode(ticket.details) if ticket.details else "",
        "withdrawType": kinds.get(int(product.product_type), "Other"),
        "withdrawCode": ticket.request_code,
        "AssetType": int(product.product_type),
        "reaccepted": ticket.reaccepted,
        "notionalProductId": notional,
    }
