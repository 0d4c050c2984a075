"""Shares granted by a company and clawed back by it: who gives, who gets, what is conserved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from conformance.generate.world import World
from conformance.oracle.verify import Verifier
from conformance.plugin.marks import clause, clause_case
from conformance.target.session import Session, Turn
from scenarios.apad.vocabulary import (
    Stock,
    ask,
    company_balance,
    grant,
    log_in,
    made,
    new_issuer,
    new_member,
    new_stock,
    position,
    total_issued,
)

CALLS = ("TransferAsset", "ClawbackShares")
HELD = Decimal(100)
NUMBER = "12345678.12345678"


def both(rule: str) -> pytest.MarkDecorator:
    """One case for granting and one for clawing back."""
    rows = [clause_case(f"apad/{call}/{rule}", call) for call in CALLS]
    return pytest.mark.parametrize("call", rows)


@dataclass(frozen=True, slots=True)
class Scene:
    """A company with shares, and a user who holds 100 of them."""

    world: World
    stock: Stock
    owner: Session

    def keys(self, call: str, amount: Decimal, **more: Any) -> dict[str, Any]:
        """The keys of either call."""
        if call == "TransferAsset":
            return grant(self.stock, self.owner.username, amount, **more)
        return {"assetname": self.stock.asset, "user": self.owner.username, "amount": amount,
                **more}

    def move(self, call: str, amount: Decimal, **more: Any) -> Turn:
        """Send it as the company's administrator."""
        return ask(self.stock.session, call, **self.keys(call, amount, **more))

    def amounts(self) -> tuple[Decimal, Decimal, Decimal]:
        """What the company and the user have, and the total."""
        stock = self.stock
        return (
            company_balance(stock.session, stock.company, stock.asset),
            position(self.world, self.owner, stock.asset),
            total_issued(stock.session, stock.asset),
        )

    def refused(self, verify: Verifier, call: str, **keys: Any) -> None:
        """A refused call moves nothing."""
        before = self.amounts()
        turn = ask(self.stock.session, call, **keys)
        verify.refused(turn)
        verify.equal("company, user and total", self.amounts(), before, turn)


@pytest.fixture
def scene(world: World) -> Scene:
    """A company with shares, and a user who holds 100 of them."""
    stock = new_stock(world)
    owner = log_in(world, new_member(world))
    made(ask(stock.session, "TransferAsset", **grant(stock, owner.username, HELD)))
    return Scene(world, stock, owner)


@both("amount-kept")
def test_reply_tells_the_amount(call: str, scene: Scene, verify: Verifier) -> None:
    """The receipt shows what was asked for."""
    turn = scene.move(call, Decimal(7))

    verify.succeeded(turn)
    verify.equal("Amount", turn.get("Amount"), Decimal(7), turn)


@both("total-kept")
def test_total_stays(call: str, scene: Scene, verify: Verifier) -> None:
    """Shares move; none appear or vanish."""
    *_, before = scene.amounts()

    turn = verify.succeeded(scene.move(call, Decimal(7)))

    *_, after = scene.amounts()
    verify.equal("TotalIssued", after, before, turn)


@both("transaction-id-unique")
def test_every_transfer_has_its_own_id(call: str, scene: Scene, verify: Verifier) -> None:
    """Two transfers alike in everything are still told apart."""
    turns = [scene.move(call, Decimal(1)) for _ in range(4)]
    turns.append(scene.move("TransferAsset", Decimal(1)))

    ids = {turn.get("TransactionId") for turn in turns}
    verify.equal("different TransactionIds", len(ids - {None, ""}), len(turns), *turns)


@both("unknown-asset")
def test_unknown_asset_is_refused(call: str, scene: Scene, verify: Verifier) -> None:
    """A misspelt asset moves nothing of another one."""
    key = "assetName" if call == "TransferAsset" else "assetname"
    scene.refused(verify, call, **{**scene.keys(call, Decimal(1)), key: "NOSUCHASSET"})


@both("unknown-user")
def test_unknown_user_is_refused(call: str, scene: Scene, verify: Verifier) -> None:
    """A misspelt user gets and loses nothing."""
    key = "toName" if call == "TransferAsset" else "user"
    scene.refused(verify, call, **{**scene.keys(call, Decimal(1)), key: "no-such-user"})


@both("fractions")
def test_fraction_moves(call: str, scene: Scene, verify: Verifier) -> None:
    """Shares can be split, and the parts add up exactly."""
    company, user, _ = scene.amounts()
    part = Decimal("0.125")
    sign = 1 if call == "TransferAsset" else -1

    turn = verify.succeeded(scene.move(call, part))

    found, required = scene.amounts()[:2], (company - sign * part, user + sign * part)
    verify.equal("company and user", found, required, turn)


Change = Callable[[tuple[Decimal, Decimal, Decimal]], Decimal]


@pytest.mark.parametrize(("call", "side", "change"), [
    clause_case("apad/TransferAsset/company-pays", "TransferAsset", 0, -7),
    clause_case("apad/TransferAsset/user-receives", "TransferAsset", 1, 7),
    clause_case("apad/ClawbackShares/company-receives", "ClawbackShares", 0, 7),
    clause_case("apad/ClawbackShares/user-pays", "ClawbackShares", 1, -7),
])
def test_each_side_moves_by_the_amount(call: str, side: int, change: int, scene: Scene,
                                       verify: Verifier) -> None:
    """The same amount is missed on one side and found on the other."""
    before = scene.amounts()

    turn = verify.succeeded(scene.move(call, Decimal(7)))

    moved = scene.amounts()[side] - before[side]
    verify.equal(f"change for the {('company', 'user')[side]}", moved, Decimal(change), turn)


@both("insufficient-balance")
def test_more_than_there_is_is_refused(call: str, scene: Scene, verify: Verifier) -> None:
    """Nobody goes below zero."""
    company, user, _ = scene.amounts()
    most = company if call == "TransferAsset" else user

    scene.refused(verify, call, **scene.keys(call, most + 1))


@both("positive-amount")
@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-5)])
def test_amount_must_be_positive(call: str, amount: Decimal, scene: Scene,
                                 verify: Verifier) -> None:
    """A grant of minus five would be a clawback by whoever may grant."""
    scene.refused(verify, call, **scene.keys(call, amount))


@clause("apad/TransferAsset/unknown-company")
def test_unknown_company_is_refused(scene: Scene, verify: Verifier) -> None:
    """A misspelt company gives nothing of another one's."""
    keys = {**scene.keys("TransferAsset", Decimal(1)), "fromName": "No such company"}

    scene.refused(verify, "TransferAsset", **keys)


@clause("apad/TransferAsset/from-company-only")
def test_user_cannot_be_the_giver(scene: Scene, verify: Verifier) -> None:
    """Shares of users come back by clawback only, never by naming a user as giver."""
    keys = {**scene.keys("TransferAsset", Decimal(1)), "fromName": scene.owner.username,
            "toName": scene.stock.session.username}

    scene.refused(verify, "TransferAsset", **keys)


@clause("apad/TransferAsset/to-any-user")
def test_customer_of_the_exchange_receives(scene: Scene, verify: Verifier) -> None:
    """Investors need not be users of this service."""
    customer = scene.world.throwaway()

    keys = grant(scene.stock, customer.username, Decimal(7))
    turn = verify.succeeded(ask(scene.stock.session, "TransferAsset", **keys))

    held = position(scene.world, customer, scene.stock.asset)
    verify.equal("position of the customer", held, Decimal(7), turn)


@clause("apad/TransferAsset/account-types-not-empty")
@pytest.mark.parametrize("key", ["fromAccountType", "toAccountType"])
def test_account_type_must_not_be_empty(key: str, scene: Scene, verify: Verifier) -> None:
    """Nobody uses it, and still it must be there."""
    scene.refused(verify, "TransferAsset", **{**scene.keys("TransferAsset", Decimal(1)), key: ""})


@clause("apad/TransferAsset/account-types-unused")
@pytest.mark.parametrize("kind", ["Asset", "Liability", "ProfitLoss", "anything at all"])
def test_account_type_may_be_anything(kind: str, scene: Scene, verify: Verifier) -> None:
    """The text has no meaning, so none is refused."""
    turn = scene.move("TransferAsset", Decimal(1), fromAccountType=kind, toAccountType=kind)

    verify.succeeded(turn)


@clause("apad/TransferAsset/echo")
def test_reply_repeats_the_papers(scene: Scene, verify: Verifier) -> None:
    """The three texts end on the certificate as they were sent."""
    papers = {"certificateName": "CS-0042", "grantDate": "1 May 2019", "comments": "for Ýrsa"}

    turn = verify.succeeded(scene.move("TransferAsset", Decimal(1), **papers))

    found = {key: turn.get(key) for key in papers}
    verify.equal("papers", found, papers, turn)


@clause("apad/TransferAsset/free-date")
@pytest.mark.parametrize("date", ["the day after tomorrow", "", "2019-02-30"])
def test_grant_date_is_free_text(date: str, scene: Scene, verify: Verifier) -> None:
    """The date is a remark, and is kept as one."""
    turn = verify.succeeded(scene.move("TransferAsset", Decimal(1), grantDate=date))

    verify.equal("GrantDate", turn.get("GrantDate"), date, turn)


@clause("apad/TransferAsset/own-company-only")
def test_admin_gives_no_foreign_shares(scene: Scene, verify: Verifier) -> None:
    """Only the company's own administrator, or the platform, gives its shares away."""
    stranger = new_issuer(scene.world)
    before = scene.amounts()

    turn = ask(stranger.session, "TransferAsset", **scene.keys("TransferAsset", Decimal(1)))

    verify.refused(turn)
    verify.equal("company, user and total", scene.amounts(), before, turn)


@clause("apad/ClawbackShares/issuer-only")
def test_admin_claws_no_foreign_shares(scene: Scene, verify: Verifier) -> None:
    """Otherwise any company could empty the accounts of the others' shareholders."""
    stranger = new_issuer(scene.world)
    before = scene.amounts()

    turn = ask(stranger.session, "ClawbackShares", **scene.keys("ClawbackShares", Decimal(1)))

    verify.refused(turn)
    verify.equal("company, user and total", scene.amounts(), before, turn)


@clause("apad/ClawbackShares/owners")
def test_reply_names_both_sides(scene: Scene, verify: Verifier) -> None:
    """The receipt shows from whom the shares came and to whom they went."""
    turn = verify.succeeded(scene.move("ClawbackShares", Decimal(1)))

    sides = (turn.get("FromOwnerName"), turn.get("ToOwnerName"))
    verify.equal("giver and receiver", sides, (scene.owner.username, scene.stock.company), turn)
