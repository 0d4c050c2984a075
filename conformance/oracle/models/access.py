"""Who may do what: people with permissions and accounts, and the log-ins they are known by.

A call is admitted, turned away, or the pages leave it open. Open is, above all, what depends on a
right that changed after the log-in: they say that a change counts, and not from when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from conformance.oracle.models.rules import decides

IDLE_MINUTES = 60
"""The documented hour without activity after which a session is over."""
SUPERUSER, OPERATOR = "SUPERUSER", "Operator"
NEW_USER = frozenset({"Deposit", "Trading", "Withdraw"})
"""What a new user may do."""


class Verdict(Enum):
    """What a model says of a call."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    OPEN = "open"


class Standing(Enum):
    """How far a connection got."""

    ANONYMOUS = "anonymous"
    HALF_OPEN = "half open"
    ACTIVE = "active"


class Scope(Enum):
    """Whose data a call is about, seen from below Operator."""

    NOBODYS = "nobody's"
    USERS = "a user's"
    ACCOUNTS = "an account's"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a call asks of its caller: any one of these permissions, and whose data it touches."""

    call: str
    permissions: frozenset[str]
    scope: Scope = Scope.NOBODYS


@dataclass(frozen=True, slots=True)
class Rights:
    """What one user may do, and which accounts it is linked to."""

    permissions: frozenset[str]
    accounts: frozenset[int]


@decides(
    grant_adds="A permission that is given takes no other away.",
    revoke_takes_one="A permission that is taken leaves the others.",
    grant_is_personal="A permission is one user's.",
    lock_is_personal="A lock is one user's.",
    unlock_gives_no_rights="Unlocking gives no right back.",
)
@dataclass(slots=True)
class Person:
    """One user. Its own account, the default one, has the user's number."""

    number: int
    second_factor: bool = False
    permissions: set[str] = field(default_factory=lambda: set(NEW_USER))
    accounts: set[int] = field(default_factory=set)
    locked: bool = False
    confirmed: bool = True
    """Nobody logs in before the code that was mailed came back."""

    def rights(self) -> Rights:
        """What it may do at this moment."""
        return Rights(frozenset(self.permissions), frozenset(self.accounts))


@dataclass(eq=False, slots=True)
class LogIn:
    """One log-in, known by its token; ``then`` are everybody's rights when it was made."""

    person: int
    then: tuple[Rights, ...]
    over: bool = False
    idle_minutes: int = 0


@dataclass(eq=False, slots=True)
class Line:
    """One connection: anonymous without a log-in, half open while a code is to come."""

    log_in: LogIn | None = None
    half_open: bool = False

    @property
    def standing(self) -> Standing:
        """How far it got."""
        if self.log_in is None:
            return Standing.ANONYMOUS
        return Standing.HALF_OPEN if self.half_open else Standing.ACTIVE


@dataclass
class AccessModel:
    """Everybody, and every log-in that was ever made."""

    people: list[Person]
    log_ins: list[LogIn] = field(default_factory=list)
    reach: set[tuple[int, int]] = field(default_factory=set)
    """Pairs of users of whom the first was at some time in a position to be told of the second."""

    @classmethod
    def of(cls, second_factors: tuple[bool, ...]) -> AccessModel:
        """So many new users, each with an account of its own."""
        return cls([
            Person(number, second_factor, accounts={number})
            for number, second_factor in enumerate(second_factors)
        ])

    def was_logged_in(self, line: Line, number: int) -> None:
        """A connection that was there before the walk: fully logged in, whatever that took."""
        line.log_in = LogIn(number, self.rights())
        self.log_ins.append(line.log_in)

    @decides(
        locked_out="A locked user does not log in.",
        unlocked_in="An unlocked user logs in again.",
        second_factor="With a second factor the password alone is half a log-in.",
        logged_in_twice="A log-in ends no other of the same user.",
        line_forgets="A connection's next user hears nothing of the last one's account.",
    )
    def right_password(self, line: Line, number: int) -> Standing:
        """A log-in with the right password: how far the connection gets."""
        person = self.people[number]
        if person.confirmed and not person.locked:
            line.log_in = LogIn(number, self.rights())
            line.half_open = person.second_factor
            self.log_ins.extend([] if line.half_open else [line.log_in])
        return line.standing

    @decides(
        right_code_opens="The right code completes a log-in.",
        wrong_code_refused="Another code completes none.",
    )
    def right_code(self, line: Line) -> None:
        """The code that completes a log-in."""
        assert line.log_in is not None
        line.half_open = False
        self.log_ins.append(line.log_in)

    @decides(
        token_resumes="A lost log-in is gone on with by its token.",
        kept_for_the_hour="A lost log-in can be gone on with for an hour.",
    )
    def resumes(self, log_in: LogIn) -> Verdict:
        """Does its token open a new connection, after its own was lost?"""
        if log_in.over or log_in.idle_minutes > IDLE_MINUTES:
            return Verdict.REFUSED
        return Verdict.OPEN if self.people[log_in.person].locked else Verdict.ADMITTED

    @decides(
        out_is_over="A log-in that was logged out is over, and its token with it.",
        out_of_one="Logging out ends this log-in, and no other.",
    )
    def log_out(self, line: Line) -> None:
        """The log-in ends, and with it every connection that carries it."""
        assert line.log_in is not None
        line.log_in.over = True
        line.log_in, line.half_open = None, False

    @decides(
        thrown_out="Who is thrown out is out on every connection.",
        thrown_out_lost="Who is thrown out does not come back by a lost log-in.",
    )
    def throw_out(self, number: int) -> None:
        """Every log-in of a user ends."""
        for log_in in self.log_ins:
            log_in.over = log_in.over or log_in.person == number

    @decides(
        idle_ends="After an hour without activity a log-in is over.",
    )
    def minutes_pass(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        for log_in in self.log_ins:
            log_in.idle_minutes += minutes
            log_in.over = log_in.over or log_in.idle_minutes > IDLE_MINUTES

    def rights(self) -> tuple[Rights, ...]:
        """Everybody's rights at this moment."""
        return tuple(person.rights() for person in self.people)

    @decides(
        public_for_all="What is public is for anybody.",
        log_in_needed="Without a log-in nothing else is.",
        half_is_none="Half a log-in is none.",
        guess_harms_nobody="A wrong password ends nobody's log-in.",
    )
    def judges(self, line: Line, demand: Demand, about: int) -> Verdict:
        """Is a call about a user, or about its account, admitted on this connection?"""
        if "Public" in demand.permissions:
            return Verdict.ADMITTED
        log_in = line.log_in
        if log_in is None or line.half_open or log_in.over:
            return Verdict.REFUSED
        now, then = (
            decided(rights, log_in.person, demand, about) for rights in (self.rights(), log_in.then)
        )
        if now is not then or (now is Verdict.ADMITTED and self.people[log_in.person].locked):
            return Verdict.OPEN
        return now

    def remember(self, *demands: Demand) -> None:
        """Note who may be told of whom, now that rights changed: what was told is not untold."""
        rights = self.rights()
        numbers = range(len(self.people))
        self.reach |= {
            (caller, about) for caller in numbers for about in numbers for demand in demands
            if decided(rights, caller, demand, about) is not Verdict.REFUSED
        }

    @decides(
        refusal_tells_nothing="What is one user's is told to nobody else, not even by a refusal.",
    )
    def may_know(self, line: Line, about: int) -> bool:
        """May this connection be told what is a user's own?"""
        caller = line.log_in.person if line.log_in is not None and not line.half_open else None
        return caller is not None and (caller == about or (caller, about) in self.reach)


@decides(
    permission_needed="Without a permission that its page names a call is refused.",
    permission_admits="With a permission that its page names a call is admitted.",
    revoked_is_gone="A permission that was taken admits no more.",
    named_like_the_call="A permission named like the call admits to it.",
    operator_above="An operator is above the accounts.",
    superuser_above="A superuser is above the accounts too.",
)
def decided(rights: tuple[Rights, ...], caller: int, demand: Demand, about: int) -> Verdict:
    """Is a call admitted with these rights?

    SUPERUSER includes Operator, and Operator is above the accounts. A permission named like the
    call admits to it; how far it reaches beyond the caller's own, no page says.
    """
    held = rights[caller].permissions
    above = SUPERUSER in held or (OPERATOR in held and demand.permissions != {SUPERUSER})
    by_name = demand.call in held
    if not (above or by_name or held & demand.permissions):
        return Verdict.REFUSED
    if above or demand.scope is Scope.NOBODYS or caller == about:
        return Verdict.ADMITTED
    if not held & demand.permissions:
        return Verdict.OPEN
    return _reached(rights, caller, demand.scope, about)


@decides(
    link_opens="Who is linked to an account reads it.",
    link_one_way="A link opens one way.",
    unlinked_is_shut="Who was unlinked reads no more.",
    strangers_shut_out="A stranger reads nothing of an account.",
    own_users_in_reach="The users of one's default account are in reach.",
)
def _reached(rights: tuple[Rights, ...], caller: int, scope: Scope, about: int) -> Verdict:
    """Is somebody else's data in reach of a caller below Operator?

    Accounts that the caller is linked to are; so are the users of the caller's default account.
    Of users who share another account the pages say both.
    """
    mine, theirs = rights[caller].accounts, rights[about].accounts
    if scope is Scope.ACCOUNTS:
        return Verdict.ADMITTED if about in mine else Verdict.REFUSED
    if caller in theirs:
        return Verdict.ADMITTED
    return Verdict.OPEN if mine & theirs else Verdict.REFUSED
