"""How deployments spell accounts, products, instruments and tickets where pages differ."""

from __future__ import annotations

from typing import Any

from conformance.reference.domain.accounts import AccountType, RiskType
from conformance.reference.domain.catalogue import InstrumentType, ProductType, SessionStatus
from conformance.reference.domain.ledger import ReferenceType, TransactionType
from conformance.reference.domain.positions import PositionFigures
from conformance.reference.domain.treasury.deposits import DepositStatus
from conformance.reference.domain.treasury.withdrawals import WithdrawStatus
from conformance.reference.rendering.instrument_rows import InstrumentRow
from conformance.reference.rendering.names import name_of
from conformance.reference.rendering.position_rows import full_position
from conformance.reference.rendering.venues import pascal_keys, venue_reply

Row = dict[str, Any]


@venue_reply("GetAccountInfo")
def _account(row: Row) -> object:
    named: Row = pascal_keys(row)
    named["OMSID"] = named.pop("OMSId")
    named["AccountType"] = name_of(AccountType(row["accountType"]))
    named["RiskType"] = name_of(RiskType(row["riskType"]))
    return named


@venue_reply("GetAccounts")
def _accounts(rows: list[Row]) -> object:
    return [
        {
            **row,
            "AccountType": name_of(AccountType(row["AccountType"])),
            "RiskType": name_of(RiskType(row["RiskType"])),
        }
        for row in rows
    ]


@venue_reply("GetAccountPositions")
@venue_reply("GetAllAccountPositions")
def _positions(rows: list[PositionFigures]) -> object:
    return [full_position(row) for row in rows]


@venue_reply("GetOpenHolds")
@venue_reply("GetOpenWithdrawHolds")
def _holds(rows: list[Row]) -> object:
    return [_booked(row) for row in rows]


def _booked(row: Row) -> Row:
    named: Row = pascal_keys(row)
    named["CR"], named["DR"] = named.pop("Cr"), named.pop("Dr")
    return named


@venue_reply("GetAccountDepositTransactions")
@venue_reply("GetAccountWithdrawTransactions")
def _transactions(rows: list[Row]) -> object:
    return [
        {
            **_booked(row),
            "TransactionType": name_of(TransactionType(row["transactionType"])),
            "ReferenceType": name_of(ReferenceType(row["referenceType"])),
        }
        for row in rows
    ]


@venue_reply("GetProduct")
def _product(row: Row) -> object:
    return {
        **pascal_keys(row),
        "MasterDataUniqueProductSymbol": "",
        "ProductType": name_of(ProductType(row["productType"])),
        "IsDisabled": False,
        "MarginEnabled": False,
        "DepositEnabled": True,
        "WithdrawEnabled": True,
    }


@venue_reply("GetProducts")
def _products(rows: list[Row]) -> object:
    return [_product(row) for row in rows]


@venue_reply("GetInstrument")
def _instrument(row: InstrumentRow) -> object:
    instrument = row.instrument
    return {
        **pascal_keys(dict(row)),
        "InstrumentType": name_of(InstrumentType(instrument.instrument_type)),
        "SessionStatus": name_of(SessionStatus(instrument.session_status)),
        "PreviousSessionStatus": name_of(SessionStatus(instrument.previous_session_status)),
        "MinimumQuantity": instrument.minimum_quantity,
        "MinimumPrice": instrument.price_increment,
        "VenueSymbol": instrument.symbol,
        "IsDisable": False,
        "MasterDataId": 0,
        "PriceCollarThreshold": 0,
        "PriceCollarPercent": 0,
        "PriceCollarEnabled": False,
        "PriceFloorLimit": 0,
        "PriceFloorLimitEnabled": False,
        "PriceCeilingLimit": 0,
        "PriceCeilingLimitEnabled": False,
        "CreateWithMarketRunning": True,
        "AllowOnlyMarketMakerCounterParty": False,
        "PriceCollarIndexDifference": 0,
        "PriceCollarConvertToOtcEnabled": False,
        "PriceCollarConvertToOtcClientUserId": 0,
        "PriceCollarConvertToOtcAccountId": 0,
        "PriceCollarConvertToOtcThreshold": 0,
        "OtcConvertSizeEnabled": False,
        "OtcConvertSizeThreshold": 0,
        "OtcTradesPublic": True,
        "PriceTier": 0,
    }


@venue_reply("GetInstruments")
def _instruments(rows: list[InstrumentRow]) -> object:
    return [_instrument(row) for row in rows]


def _deposit(row: Row) -> Row:
    named: Row = pascal_keys({key: value for key, value in row.items() if key != "depositInfo"})
    return {
        **named,
        "DepositInfo": row["depositInfo"],
        "Status": name_of(DepositStatus(row["Status"])),
    }


@venue_reply("GetDepositTicket")
def _deposit_ticket(row: Row) -> object:
    return _deposit(row)


@venue_reply("GetDepositTickets")
@venue_reply("GetAllDepositTickets")
def _deposit_tickets(rows: list[Row]) -> object:
    return [_deposit(row) for row in rows]


def _withdrawal(row: Row) -> Row:
    return {**pascal_keys(row), "Status": name_of(WithdrawStatus(row["Status"]))}


@venue_reply("GetWithdrawTicket")
def _withdraw_ticket(row: Row) -> object:
    return _withdrawal(row)


@venue_reply("GetWithdrawTickets")
@venue_reply("GetAllWithdrawTickets")
def _withdraw_tickets(rows: list[Row]) -> object:
    return [_withdrawal(row) for row in rows]


@venue_reply("GetWithdraws")
def _withdraws(rows: list[Row]) -> object:
    return [
        {
            **pascal_keys(row),
            "TicketStatus": name_of(WithdrawStatus(row["TicketStatus"])),
            "AssetType": name_of(ProductType(row["AssetType"])),
        }
        for row in rows
    ]


@venue_reply("GetDeposits")
def _deposits(rows: list[Row]) -> object:
    return [
        {
            **pascal_keys(row),
            "ProductType": name_of(row["productType"]),
            "TicketStatus": name_of(row["ticketStatus"]),
        }
        for row in rows
    ]
