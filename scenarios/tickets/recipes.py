"""How to reach success for the calls about deposits and withdrawals."""

from __future__ import annotations

from conformance.generate.world import Prepared, Read, World, recipe
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import lookup
from scenarios.tickets import depositing, remarks, wallets, withdrawing
from scenarios.tickets.remarks import DEPOSIT, WITHDRAW, Paper
from scenarios.tickets.templates import deposit_template_names, key_terms
from scenarios.tickets.vocabulary import (
    Row,
    Till,
    coin_till,
    fiat_till,
    ticket_reads,
)


def by_owner(till: Till, **keys: object) -> Prepared:
    """A request about the account, in its owner's name."""
    return Prepared(till.owner, {**till.of_account, **keys}, ticket_reads(till))


def by_operator(till: Till, ticket: Row) -> Prepared:
    """A decision about a ticket, by the operator."""
    payload = {"OMSId": till.oms, "TicketId": lookup(ticket, "ticketNumber")}
    return Prepared(till.world.operator, payload, ticket_reads(till))


@recipe("tickets/CreateDepositTicket")
def create_deposit_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    return Prepared(till.owner, depositing.terms(till), ticket_reads(till))


@recipe("tickets/CreateWithdrawTicket")
def create_withdraw_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    return Prepared(till.owner, withdrawing.terms(till), ticket_reads(till))


@recipe("tickets/Deposit")
def deposit(world: World) -> Prepared:
    till = fiat_till(world)
    depositing.served(till)
    payload = {
        "omsId": till.oms, "accountId": till.account, "instrumentId": till.product,
        "amount": till.sum, "depositInfo": None,
    }
    return Prepared(world.superuser, payload, ticket_reads(till))


@recipe("tickets/Withdraw")
def withdraw(world: World) -> Prepared:
    till = fiat_till(world)
    withdrawing.served(till)
    return Prepared(till.owner, withdrawing.direct_terms(till), ticket_reads(till))


@recipe("tickets/UpdateDepositTicket")
def update_deposit_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    ticket = depositing.announced(till)
    return Prepared(
        world.operator, depositing.changed(ticket, feeAmt=1), ticket_reads(till))


@recipe("tickets/UpdateWithdrawTicket")
def update_withdraw_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    ticket = withdrawing.asked(till)
    return Prepared(world.operator, withdrawing.changed(ticket), ticket_reads(till))


@recipe("tickets/MarkDepositTicketAsFullyProcessed")
def mark_deposit_ticket_as_fully_processed(world: World) -> Prepared:
    till = fiat_till(world)
    return by_operator(till, depositing.accepted(till))


@recipe("tickets/AcceptWithdrawTicket")
def accept_withdraw_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    return by_operator(till, withdrawing.confirmed(till))


@recipe("tickets/MarkWithdrawTicketAsConfirmed")
def mark_withdraw_ticket_as_confirmed(world: World) -> Prepared:
    till, ticket = withdrawing.unconfirmed(world)
    return by_operator(till, ticket)


@recipe("tickets/MarkWithdrawTicketAsFullyProcessed")
def mark_withdraw_ticket_as_fully_processed(world: World) -> Prepared:
    till = fiat_till(world)
    return by_operator(till, withdrawing.accepted(till))


@recipe("tickets/MarkWithdrawTicketAsCancelled")
def mark_withdraw_ticket_as_cancelled(world: World) -> Prepared:
    till = fiat_till(world)
    return by_operator(till, withdrawing.asked(till))


@recipe("tickets/CancelFailedWithdrawTicket", "tickets/ResubmitFailedWithdrawTicket")
def failed_withdraw_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    return by_operator(till, withdrawing.failed(till))


@recipe("tickets/CancelWithdraw")
def cancel_withdraw(world: World) -> Prepared:
    till = fiat_till(world)
    code = lookup(withdrawing.asked(till), "requestCode")
    return by_owner(till, UserId=till.owner.user_id, RequestCode=code)


@recipe("tickets/ConfirmWithdraw")
def confirm_withdraw(world: World) -> Prepared:
    till, _, code = withdrawing.awaiting_click(world)
    payload = {"UserId": till.owner.user_id, "VerifyCode": code}
    return Prepared(world.anonymous, payload, ticket_reads(till))


@recipe("tickets/GetDepositTicket")
def get_deposit_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    ticket = depositing.announced(till)
    return by_owner(till, RequestCode=lookup(ticket, "requestCode"),
                    TicketId=lookup(ticket, "ticketNumber"))


@recipe("tickets/GetDepositTickets")
def get_deposit_tickets(world: World) -> Prepared:
    till = fiat_till(world)
    depositing.announced(till)
    return by_owner(till, OperatorId=OPERATOR_ID)


@recipe("tickets/GetDeposits", "tickets/GetAccountDepositTransactions")
def deposits_of_account(world: World) -> Prepared:
    till = fiat_till(world)
    depositing.credited(till)
    return by_owner(till)


@recipe("tickets/GetAllDepositTickets")
def get_all_deposit_tickets(world: World) -> Prepared:
    depositing.announced(fiat_till(world))
    return page_of_all(world)


@recipe("tickets/GetAllWithdrawTickets")
def get_all_withdraw_tickets(world: World) -> Prepared:
    withdrawing.asked(fiat_till(world))
    return page_of_all(world)


def page_of_all(world: World) -> Prepared:
    """A page of the tickets of all accounts."""
    operator = world.operator
    payload = {
        "OMSId": world.oms_id, "OperatorId": operator.user_id or OPERATOR_ID, "StartIndex": 10,
        "Limit": 10,
    }
    return Prepared(operator, payload)


@recipe("tickets/GetWithdrawTicket")
def get_withdraw_ticket(world: World) -> Prepared:
    till = fiat_till(world)
    return by_owner(till, RequestCode=lookup(withdrawing.asked(till), "requestCode"))


@recipe("tickets/GetWithdrawTickets")
def get_withdraw_tickets(world: World) -> Prepared:
    till = fiat_till(world)
    withdrawing.asked(till)
    return by_owner(till, StartIndex=0, Limit=10)


@recipe("tickets/GetWithdraws", "tickets/GetAccountWithdrawTransactions")
def withdrawals_of_account(world: World) -> Prepared:
    till = fiat_till(world)
    withdrawing.paid(till)
    return by_owner(till)


@recipe("tickets/GetWithdrawFee")
def get_withdraw_fee(world: World) -> Prepared:
    till = fiat_till(world)
    return by_owner(till, ProductId=till.product, Amount=till.sum)


@recipe("tickets/GetOMSWithdrawFees", "tickets/GetWithdrawTemplateTypes")
def about_a_withdrawal(world: World) -> Prepared:
    till = fiat_till(world)
    return Prepared(till.owner, till.of_product)


@recipe("tickets/GetWithdrawTemplate")
def get_withdraw_template(world: World) -> Prepared:
    till = fiat_till(world)
    name = withdrawing.template_names(till)[0]
    return Prepared(till.owner, {**till.of_product, "TemplateType": name})


@recipe("tickets/GetAllDepositRequestInfoTemplates")
def get_all_deposit_request_info_templates(world: World) -> Prepared:
    till = fiat_till(world)
    return Prepared(till.owner, till.of_product)


@recipe("tickets/GetDepositRequestInfoTemplate")
def get_deposit_request_info_template(world: World) -> Prepared:
    till = fiat_till(world)
    name = deposit_template_names(till)[0]
    return by_owner(till, ProductId=till.product, TemplateType=name)


@recipe("tickets/GetDepositInfo")
def get_deposit_info(world: World) -> Prepared:
    till = coin_till(world)
    last: Read = (till.owner, "GetDepositInfo", key_terms(till, fresh=False))
    till.owner.send("GetDepositInfo", key_terms(till, fresh=True))
    return Prepared(till.owner, key_terms(till, fresh=True), (last, *ticket_reads(till)))


@recipe("tickets/AddDepositTicketAttachment")
def add_deposit_ticket_attachment(world: World) -> Prepared:
    return new_file(world, DEPOSIT)


@recipe("tickets/AddWithdrawTicketAttachment")
def add_withdraw_ticket_attachment(world: World) -> Prepared:
    return new_file(world, WITHDRAW)


def new_file(world: World, paper: Paper) -> Prepared:
    """A file for a new ticket."""
    till = fiat_till(world)
    payload = remarks.attachment(till.owner, paper.make(till), b"conformance")
    return Prepared(till.owner, payload, ticket_reads(till))


@recipe("tickets/GetDepositTicketAttachment")
def get_deposit_ticket_attachment(world: World) -> Prepared:
    return old_file(world, DEPOSIT)


@recipe("tickets/GetWithdrawTicketAttachment")
def get_withdraw_ticket_attachment(world: World) -> Prepared:
    return old_file(world, WITHDRAW)


def old_file(world: World, paper: Paper) -> Prepared:
    """A file that is on a ticket."""
    till = fiat_till(world)
    attachment_id = remarks.attached(till, paper, paper.make(till))
    return Prepared(till.owner, {"attachmentId": attachment_id})


@recipe("tickets/SubmitDepositTicketComment")
def submit_deposit_ticket_comment(world: World) -> Prepared:
    return new_comment(world, DEPOSIT)


@recipe("tickets/SubmitWithdrawTicketComment")
def submit_withdraw_ticket_comment(world: World) -> Prepared:
    return new_comment(world, WITHDRAW)


def new_comment(world: World, paper: Paper) -> Prepared:
    """A comment for a new ticket."""
    till = fiat_till(world)
    payload = remarks.comment(till.owner, till, paper.make(till))
    return Prepared(till.owner, payload, ticket_reads(till))


@recipe("tickets/CreateAssetManagerWalletTicket")
def create_asset_manager_wallet_ticket(world: World) -> Prepared:
    terms = wallets.terms(world)
    return Prepared(world.operator, terms, (wallets.list_read(world),))


@recipe("tickets/UpdateAssetManagerWalletTicket")
def update_asset_manager_wallet_ticket(world: World) -> Prepared:
    ticket = wallets.opened(world)
    payload = wallets.changed(world, ticket, TicketStatus=wallets.RESOLVED)
    return Prepared(world.operator, payload, (wallets.list_read(world),))


@recipe("tickets/GetAssetManagerWalletTicket")
def get_asset_manager_wallet_ticket(world: World) -> Prepared:
    ticket = wallets.opened(world)
    return Prepared(world.operator, wallets.changed(world, ticket))


@recipe("tickets/GetAllAssetManagerWalletTickets")
def get_all_asset_manager_wallet_tickets(world: World) -> Prepared:
    wallets.opened(world)
    return Prepared(world.operator, wallets.search(world))
