"""Words of the scenarios about users and sessions: people, log-ins, codes, and what can be read.

Whatever a scenario changes, it changes on a user of its own; the lent personas stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp

from conformance.generate.world import Read, World
from conformance.oracle.verify import Verifier
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session, Turn, lookup
from conformance.target.target_file import Persona
from conformance.target.unavailable import Unavailable
from conformance.wire.websocket import Lost

NOT_AUTHORISED = 20
MOST_ATTEMPTS = 20
"""Failed log-ins after which a user must be locked; the page says "quickly" and gives no number."""
UNSET_TIME = "0001-01-01T00:00:00"
OTHER_PASSWORD = "Another-Passw0rd-of-its-own"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a new user would sign up with."""

    name: str
    password: str
    email: str
    phone: str


def new_identity(world: World) -> Identity:
    """A name, an address and a phone number that nobody has yet."""
    name = world.deployment.unique_name("conformance-u")
    password = world.deployment.new_password(name)
    digits = world.deployment.unique_number()
    return Identity(name, password, f"{name}@example.com", f"+55{digits:011d}")


def registration(identity: Identity, **more: Any) -> dict[str, Any]:
    """The payload of a sign-up."""
    info = {
        "UserName": identity.name, "passwordHash": identity.password, "Email": identity.email,
    }
    return {
        "UserInfo": info, "UserConfig": [], "AffiliateTag": "", "OperatorId": OPERATOR_ID, **more,
    }


def register(world: World, identity: Identity, **more: Any) -> int:
    """Sign up and return the user's id; the address is not confirmed yet."""
    turn = world.anonymous.send("RegisterUser", registration(identity, **more))
    user_id = turn.get("UserId")
    if not isinstance(user_id, int):
        raise Unavailable(f"a user cannot be registered: {turn.text[:200]}")
    world.deployment.leaks.record("User", user_id)
    return user_id


def signed_up(world: World, call: str, **more: Any) -> int:
    """The id of a user who signed up by one of the two calls, unconfirmed."""
    turn = world.anonymous.send(call, registration(new_identity(world), **more))
    return int(turn["UserId"])


def person(world: World) -> Session:
    """A user nobody else relies on, with default permissions and an account of its own."""
    return world.throwaway()


def somebody(world: World) -> Session:
    """A user whose own business may change a little: fresh where possible, else the trader."""
    if "operator" not in world.deployment.target.personas:
        return world.trader
    return world.throwaway()


def affiliate(world: World) -> Session:
    """A user who is somebody's affiliate, made by an operator under that one's tag, logged in."""
    sponsor, identity = world.throwaway(), new_identity(world)
    tag = f"TAG{sponsor.user_id}"
    sponsor.call("AddUserAffiliateTag", OMSId=world.oms_id, UserId=sponsor.user_id,
                 AffiliateId=0, AffiliateTag=tag)
    user_id = register(world, identity, AffiliateTag=tag)
    world.operator.call("SetUserInfo", userId=user_id, emailVerified=True)
    session = world.deployment.connect(identity.name)
    session.username, session.password = identity.name, identity.password
    world.deployment.log_in(
        session, Persona(username=identity.name, password=identity.password)
    )
    return session


def colleague_of(world: World, owner: Session) -> Session:
    """Another fresh user, linked to the owner's default account."""
    colleague = world.throwaway()
    turn = world.operator.call(
        "AddUserAccount", accountId=owner.account_id, userId=colleague.user_id
    )
    if turn.get("result") is not True:
        raise Unavailable(f"users cannot be linked to accounts: {turn.text[:200]}")
    return colleague


def holder_of(world: World, *permissions: str) -> Session:
    """A fresh user with these permissions and no others, logged in after they were set."""
    holder = world.throwaway()
    operator = world.operator
    held = operator.call("GetUserPermissions", UserId=holder.user_id).value
    for permission in held if isinstance(held, list) else ():
        operator.call("RevokeUserPermission", UserId=holder.user_id, Permission=permission)
    for permission in permissions:
        turn = operator.call(
            "AddUserPermission", UserId=holder.user_id, Permission=permission, Value=1
        )
        if turn.get("result") is not True:
            raise Unavailable(f"{permission} cannot be granted: {turn.text[:200]}")
    return logged_in_again(world, holder)


def bystander_with_level1(world: World, instrument_id: int) -> Session:
    """Neither operator nor trader, but one instrument's Level 1 may be seen."""
    who = holder_of(world, "AccountReadOnly")
    turn = world.operator.call(
        "AddUserMarketDataPermission", userId=who.user_id, omsId=world.oms_id,
        instrumentId=instrument_id, level2=False,
    )
    if turn.get("result") is not True:
        raise Unavailable(f"market data cannot be granted: {turn.text[:200]}")
    return logged_in_again(world, who)


def log_in(session: Session, name: str, password: str) -> Turn:
    """AuthenticateUser by password on this connection."""
    return session.call("AuthenticateUser", UserName=name, Password=password)


def attempt(world: World, who: Session | Identity, password: str | None = None) -> Turn:
    """AuthenticateUser on a connection of its own."""
    name = who.username if isinstance(who, Session) else who.name
    return log_in(world.deployment.connect(name), name, password or who.password)


def logged_in_again(world: World, who: Session) -> Session:
    """One more connection of the same user, logged in."""
    session = world.deployment.connect(who.username)
    session.username, session.password = who.username, who.password
    session.user_id, session.account_id = who.user_id, who.account_id
    world.deployment.log_in(session, Persona(username=who.username, password=who.password))
    return session


def is_logged_in(session: Session) -> bool:
    """Does a call that is not public get its answer here? No, too, when the connection is gone."""
    try:
        turn = session.call("GetUserPermissions", UserId=session.user_id)
    except Lost:
        return False
    return isinstance(turn.value, list)


def events_heard(session: Session) -> list[str]:
    """Names of the events that arrived so far; none once the connection is gone."""
    try:
        return [frame.name for frame in session.events()]
    except Lost:
        return []


def require_login(verify: Verifier, session: Session, required: bool) -> None:
    """Finding unless the connection is logged in, or is not."""
    found = is_logged_in(session)
    verify.equal("the connection is logged in", found, required, *session.turns[-1:])


def try_to_lock(world: World, who: Session) -> Turn:
    """Fail to log in until the user is locked, or often enough to give up; the record then."""
    line = world.deployment.connect(who.username)
    for _ in range(MOST_ATTEMPTS):
        log_in(line, who.username, OTHER_PASSWORD)
        record = record_of(world, who.user_id)
        if record.get("locked") is True:
            break
    return record


def locked_person(world: World) -> Session:
    """A fresh user, logged in before it was locked by failed log-ins."""
    return lock(world, person(world))


def lock(world: World, who: Session) -> Session:
    """Lock a user by failed log-ins; Unavailable when that does not lock it."""
    if try_to_lock(world, who).get("locked") is not True:
        raise Unavailable(f"{MOST_ATTEMPTS} failed log-ins lock nobody")
    return who


def record_of(world: World, user_id: int) -> Turn:
    """The user's record as an operator reads it."""
    return world.operator.call("GetUserInfo", OMSId=world.oms_id, UserId=user_id)


def record_named(world: World, name: str) -> Turn:
    """The record of the user with this name, as an operator reads it."""
    return world.operator.call("GetUserInfo", OMSId=world.oms_id, UserName=name)


def changed_keys(before: Turn, after: Turn) -> set[str]:
    """Keys of an object that differ between two readings, in lower case."""
    old = {key.lower(): value for key, value in before.value.items()}
    new = {key.lower(): value for key, value in after.value.items()}
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def locked_ids(reader: Session) -> set[int]:
    """Ids of the locked users that this session sees."""
    rows = reader.call("GetLockedUsers").value
    if not isinstance(rows, list):
        raise Unavailable(f"the locked users cannot be read: {str(rows)[:200]}")
    return {int(lookup(row, "userId")) for row in rows}


def facets(world: World, user_id: int, *but: str) -> tuple[Read, ...]:
    """Everything an operator can read about a user, except what is named."""
    reads: dict[str, Read] = {
        "record": (world.operator, "GetUserInfo", {"OMSId": world.oms_id, "UserId": user_id}),
        "config": (world.operator, "GetUserConfig", {"UserId": user_id}),
        "permissions": (world.operator, "GetUserPermissions", {"UserId": user_id}),
        "accounts": (
            world.operator, "GetUserAccounts", {"OMSId": world.oms_id, "UserId": user_id}
        ),
        "market data": (world.operator, "GetUserMarketDataPermissions", {"UserId": user_id}),
        "instruments": (world.operator, "GetAllUserInstrumentPermissions", {"userId": user_id}),
        "products": (world.operator, "GetAllUserProductPermissions", {"userIds": user_id}),
    }
    return tuple(read for name, read in reads.items() if name not in but)


def own_reads(who: Session, oms_id: int) -> tuple[Read, ...]:
    """What a trader can read about itself."""
    user = {"OMSId": oms_id, "UserId": who.user_id}
    return (
        (who, "GetUserInfo", user), (who, "GetUserConfig", user),
        (who, "GetUserPermissions", user), (who, "GetUserAccounts", user),
    )


def config_of(reader: Session, user_id: int) -> dict[str, Any]:
    """A user's configuration as a dictionary."""
    rows = reader.call("GetUserConfig", UserId=user_id).value
    return {lookup(row, "Key"): lookup(row, "Value") for row in rows}


def permissions_of(reader: Session, user_id: int) -> set[str]:
    """A user's permissions, in lower case."""
    names = reader.call("GetUserPermissions", UserId=user_id).value
    return {str(name).casefold() for name in names}


def available_permissions(reader: Session) -> set[str]:
    """All names that can be granted, in lower case; the list comes as array or as one text."""
    turn = reader.call("GetAvailablePermissionList")
    names = turn.get("permissionList", turn.value)
    listed = names.split(",") if isinstance(names, str) else names
    return {str(name).strip().casefold() for name in listed}


def market_data_of(world: World, who: Session) -> list[tuple[int, bool]]:
    """Instrument and level of each of a user's market data permissions."""
    rows = world.operator.call("GetUserMarketDataPermissions", UserId=who.user_id).value
    return [(lookup(row, "instrumentId"), lookup(row, "level2")) for row in rows]


def accounts_of(world: World, user_id: int) -> list[int]:
    """The accounts a user is linked to, in order."""
    turn = world.operator.call("GetUserAccounts", OMSId=world.oms_id, UserId=user_id)
    return sorted(int(account) for account in turn.value)


def secret_in(qr_text: str) -> str:
    """The secret of a time-based code inside the text of a QR code."""
    query = parse_qs(urlsplit(qr_text).query)
    return query["secret"][0] if "secret" in query else qr_text


def code_for(world: World, secret: str) -> str:
    """The one-time code of this moment, by the target's clock."""
    return pyotp.TOTP(secret).at(world.deployment.now_ms() // 1000)


def wrong_code(world: World, secret: str) -> str:
    """A six-digit code that is not, was not and will not soon be the right one."""
    now = world.deployment.now_ms() // 1000
    near = {pyotp.TOTP(secret).at(now + 30 * step) for step in range(-10, 11)}
    return next(code for code in ("123456", "654321", "111111", "222222") if code not in near)


def enrol(who: Session) -> str:
    """Begin an enrolment with an authenticator; the secret."""
    turn = who.call("EnableGoogle2FA")
    text = turn.get("GoogleQRCode")
    if not isinstance(text, str):
        raise Unavailable(f"no authenticator can be enrolled: {turn.text[:200]}")
    return secret_in(text)


def with_second_factor(world: World, who: Session) -> str:
    """Give a user an active second factor; the secret."""
    secret = enrol(who)
    world.deployment.keep_secret(secret)
    turn = who.call("Activate2FA", Code=code_for(world, secret))
    if turn.get("Activated") is not True:
        raise Unavailable(f"a second factor cannot be activated: {turn.text[:200]}")
    return secret


def phone_code(world: World, phone: str) -> str:
    """The code that was last sent to a phone."""
    return world.deployment.mail_code(phone)


def activate_scheme(world: World, who: Session, scheme: str) -> None:
    """Give a user an active second factor of the scheme Google or XP."""
    if scheme == "Google":
        with_second_factor(world, who)
        return
    phone = new_identity(world).phone
    who.call("EnableXP2FA", Phone=phone, Capability="SMS")
    turn = who.call("Activate2FA", Code=phone_code(world, phone))
    if turn.get("Activated") is not True:
        raise Unavailable(f"a phone cannot be activated: {turn.text[:200]}")


def asks_for_code(world: World, who: Session) -> bool:
    """Does a log-in with the password ask for a second factor?"""
    turn = attempt(world, who)
    if turn.get("authenticated") is not True:
        raise Unavailable(f"the password does not log in: {turn.text[:200]}")
    return turn.get("requires2FA") is True


def half_open(world: World, who: Session) -> Session:
    """A connection on which the password was right and the code is still to come."""
    session = world.deployment.connect(who.username)
    session.user_id = who.user_id
    turn = log_in(session, who.username, who.password)
    if turn.get("requires2FA") is not True:
        raise Unavailable(f"no second factor is asked for: {turn.text[:200]}")
    return session


def full_token(world: World, who: Session, secret: str) -> str:
    """The session token of a log-in with both factors, whose connection is lost again."""
    session = half_open(world, who)
    token = session.call("Authenticate2FA", Code=code_for(world, secret)).get("SessionToken")
    if not token:
        raise Unavailable("a log-in with both factors yields no session token")
    world.deployment.keep_secret(str(token))
    session.close()
    return str(token)


def resume(world: World, token: str, call: str = "Authenticate2FA") -> Turn:
    """Present a session token on a new connection."""
    return world.deployment.connect("resumed").call(call, SessionToken=token)


def connect_from_elsewhere(world: World) -> Session:
    """A connection from another address than all others; Unavailable where we have but one."""
    host = urlsplit(world.deployment.target.target.websocket).hostname or ""
    if not host.startswith("127."):
        raise Unavailable("the run has one address only, and the token must come from another")
    return world.deployment.connect("elsewhere", local_address="127.0.0.2")


def reset_code(world: World, who: Session) -> str:
    """Ask for a password reset; the code that was mailed."""
    email = str(who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)["email"])
    turn = who.call("ResetPassword", UserName=who.username)
    if turn.get("result") is not True:
        raise Unavailable(f"no password reset can be asked for: {turn.text[:200]}")
    return world.deployment.mail_code(email)
