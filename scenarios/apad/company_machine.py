"""A random conversation about two companies and three people, and the model that predicts it.

What it reads is small whatever else is on the platform: a shareholder of both companies sees these
two, each of the people sees themselves, the issuer of the shares its own. A failing conversation
is told again hundreds of times until it is short, and lists of everybody would grow with it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conformance.generate.world import World
from conformance.oracle.models.rules import decides
from conformance.oracle.verify import Verifier
from conformance.target.session import Session, Turn, lookup
from scenarios.apad.vocabulary import (
    Stock,
    ask,
    at_apad,
    companies_by_name,
    company_balance,
    grant,
    holders,
    log_in,
    made,
    new_company,
    new_member,
    new_stock,
    position,
    roles_at,
    total_issued,
)

ISSUED = 1000
ROLES = ("CoAdmin", "CoShareholder", "CoAgent")
people, places = st.integers(0, 2), st.integers(0, 1)
roles = st.sampled_from(ROLES)
shares = st.one_of(st.integers(1, 400), st.just(ISSUED + 1))


class CompanyMachine(RuleBasedStateMachine):
    """Subclass it with ``world`` set; see :func:`machine_for`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.deployment.transcript.begin()  # of the shortest failing walk, only that walk
        self.verify = Verifier(self.world.contract)
        self.platform = at_apad(self.world, "platform_admin")
        self.companies = [new_company(self.world), new_company(self.world)]
        self.people = [new_member(self.world) for _ in range(3)]
        self.stock: Stock = new_stock(self.world, ISSUED)
        self.logins = [log_in(self.world, person) for person in self.people]
        self.watcher = self._shareholder_of_both()
        self.held: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        self.shares = [Decimal(0)] * 3
        self.kept = company_balance(self.stock.session, self.stock.company, self.stock.asset)
        self.total = total_issued(self.stock.session, self.stock.asset)

    def _shareholder_of_both(self) -> Session:
        """Somebody beside the people, who changes nothing and is listed in both companies."""
        first, second = self.companies
        watcher = new_member(self.world, "CreateUserCoShareholder", companyName=first)
        made(self._appointed(watcher.name, second, "CompanyShareholder"))
        return log_in(self.world, watcher).via("apad")

    def _appointed(self, name: str, company: str, role: str, by: Session | None = None) -> Turn:
        return ask(by or self.platform, "UpdateCompanyAddRoles", companyName=company,
                   roleNames=[role], userName=name)

    @initialize(begun=st.booleans())
    def begin(self, begun: bool) -> None:
        """Somebody with two roles in one company, and an administrator of the other."""
        if begun:
            self.add(who=0, where=0, role="CoAgent")
            self.add(who=0, where=0, role="CoShareholder")
            self.add(who=1, where=1, role="CoAdmin")

    @rule(who=people, where=places, role=roles)
    @decides(
        role_added="An added role takes no other away.",
        admin_holds_shares="A company's administrator is its shareholder.",
        many_companies="One user may serve several companies.",
    )
    def add(self, who: int, where: int, role: str) -> None:
        """A role is given; an administrator becomes shareholder too."""
        company = self.companies[where]
        named = role.replace("Co", "Company")
        self.verify.succeeded(self._appointed(self.people[who].name, company, named))
        self.held[company] |= {(who, role)}
        if role == "CoAdmin":
            self.held[company] |= {(who, "CoShareholder")}

    @rule(by=people, who=people, where=places)
    @decides(
        own_company="An administrator appoints for the own company alone.",
    )
    def appoint(self, by: int, who: int, where: int) -> None:
        """Somebody appoints an agent: in a company they administer, and in no other."""
        company = self.companies[where]
        turn = self._appointed(
            self.people[who].name, company, "CompanyAgent", self.logins[by].via("apad")
        )
        if (by, "CoAdmin") not in self.held[company]:
            self.verify.refused(turn)
            return
        self.verify.succeeded(turn)
        self.held[company] |= {(who, "CoAgent")}

    @rule(which=st.integers(0, 17))
    @decides(
        role_removed="A role that was taken is gone.",
        one_role_removed="Taking one role leaves the others.",
    )
    def remove(self, which: int) -> None:
        """A role is taken. Whether an administrator's share goes alone, the pages leave open."""
        there = [
            (company, who, role) for company in self.companies
            for who, role in sorted(self.held[company])
            if role != "CoShareholder" or (who, "CoAdmin") not in self.held[company]
        ]
        for company, who, role in there[which % len(there):][:1] if there else ():
            turn = ask(self.platform, "RemoveUserRole", companyName=company, roleName=role,
                       userName=self.people[who].name)
            self.verify.succeeded(turn)
            self.held[company] -= {(who, role)}

    @rule(where=places)
    @decides(
        deposed_alone="Who is deposed stays what else they were.",
    )
    def depose(self, where: int) -> None:
        """All administrators of a company go."""
        company = self.companies[where]
        self.verify.succeeded(ask(self.platform, "RemoveAllCoAdmins", companyName=company))
        self.held[company] = {pair for pair in self.held[company] if pair[1] != "CoAdmin"}

    @rule(who=people, amount=shares)
    @decides(
        given_arrives="Shares that are given leave the company and arrive whole.",
        given_if_kept="No more is given than the company keeps.",
    )
    def give(self, who: int, amount: int) -> None:
        """Shares from the company to somebody, if it has that many."""
        keys = grant(self.stock, self.people[who].name, Decimal(amount))
        turn = ask(self.stock.session, "TransferAsset", **keys)
        self._decided(turn, possible=amount <= self.kept)
        if amount <= self.kept:
            self._move(who, Decimal(amount))

    @rule(who=people, amount=shares)
    @decides(
        clawed_returns="Shares that are clawed back are the company's.",
        clawed_if_held="No more is clawed back than is held.",
    )
    def claw(self, who: int, amount: int) -> None:
        """Shares back to the company, if there are that many."""
        turn = ask(self.stock.session, "ClawbackShares", assetname=self.stock.asset,
                   user=self.people[who].name, amount=Decimal(amount))
        self._decided(turn, possible=amount <= self.shares[who])
        if amount <= self.shares[who]:
            self._move(who, -Decimal(amount))

    @invariant()
    def target_agrees_with_the_model(self) -> None:
        """Roles from either side, then shares from either side, then the total."""
        listed = companies_by_name(self.watcher)
        users = [ask(login.via("apad"), "GetUserFromSession").value for login in self.logins]
        for company in self.companies:
            for role in ROLES:
                required = sorted(
                    self.people[who].name for who, held in self.held[company] if held == role
                )
                found = [name for name in holders(listed.get(company), role)
                         if name != self.watcher.username]
                self.verify.equal(role, found, required)
            for who, user in enumerate(users):
                mine = sorted(held for other, held in self.held[company] if other == who)
                self.verify.equal("roles", roles_at(user, company), mine)
        self._agree_on_shares()

    def _agree_on_shares(self) -> None:
        asset = self.stock.asset
        found = [position(self.world, login, asset) for login in self.logins]
        self.verify.equal("positions", found, self.shares)
        kept = company_balance(self.stock.session, self.stock.company, asset)
        self.verify.equal("company balance", kept, self.kept)
        self.verify.equal("TotalIssued", total_issued(self.stock.session, asset), self.total)

    def teardown(self) -> None:
        """Hang up: what was logged in for this conversation is needed in no other."""
        for login in (*self.logins, self.watcher, self.stock.session):
            for session in login.logins():
                session.close()

    def _decided(self, turn: Turn, *, possible: bool) -> None:
        if possible:
            self.verify.succeeded(turn)
            self.verify.equal("AssetName", lookup(turn.value, "AssetName"), self.stock.asset, turn)
        else:
            self.verify.refused(turn)

    def _move(self, who: int, amount: Decimal) -> None:
        self.shares[who] += amount
        self.kept -= amount


def machine_for(world: World) -> type[CompanyMachine]:
    """The machine of one world."""
    return type("CompanyMachineHere", (CompanyMachine,), {"world": world})
