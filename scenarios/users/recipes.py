"""How to reach success for the calls about users, their log-ins and their permissions."""

from __future__ import annotations

from typing import Any

from conformance.generate.world import Prepared, World, recipe
from conformance.target.provision import OPERATOR_ID
from conformance.target.session import Session
from scenarios.users import recipes_market_data as recipes_market_data
from scenarios.users.vocabulary import (
    Identity,
    code_for,
    colleague_of,
    enrol,
    facets,
    holder_of,
    lock,
    logged_in_again,
    new_identity,
    own_reads,
    person,
    register,
    registration,
    reset_code,
    somebody,
    with_second_factor,
)


@recipe("users/AuthenticateUser")
def authenticate_user(world: World) -> Prepared:
    who = person(world)
    payload = {"UserName": who.username, "Password": who.password}
    return Prepared(
        world.deployment.connect(), payload, facets(world, who.user_id, "record")
    )


@recipe("users/Authenticate2FA")
def authenticate_2fa(world: World) -> Prepared:
    who = person(world)
    secret = with_second_factor(world, who)
    session = world.deployment.connect(who.username)
    session.call("AuthenticateUser", UserName=who.username, Password=who.password)
    return Prepared(session, {"Code": code_for(world, secret)}, facets(world, who.user_id))


@recipe("users/LogOut")
def log_out(world: World) -> Prepared:
    who = somebody(world)
    return Prepared(logged_in_again(world, who), {}, own_reads(who, world.oms_id))


@recipe("users/CoinsOAuthAuthenticateUser")
def coins_oauth_authenticate_user(world: World) -> Prepared:
    who = person(world)
    return Prepared(
        world.deployment.connect(), oauth_login(world, who), facets(world, who.user_id)
    )


@recipe("users/CoinsOAuthLogout")
def coins_oauth_logout(world: World) -> Prepared:
    return Prepared(oauth_session(world, person(world)), {})


@recipe("users/RegisterUser", "users/RegisterNewUser")
def register_user(world: World) -> Prepared:
    return Prepared(world.deployment.connect(), registration(new_identity(world)))


@recipe("users/CreateUser")
def create_user(world: World) -> Prepared:
    return Prepared(world.operator, creation(world, new_identity(world)))


@recipe("users/ConfirmUserEmail")
def confirm_user_email(world: World) -> Prepared:
    identity = new_identity(world)
    user_id = register(world, identity)
    code = world.operator.call("GetUserInfo", OMSId=world.oms_id, UserId=user_id).get(
        "pendingEmailCode"
    ) or world.deployment.mail_code(identity.email)
    payload = {"UserId": user_id, "VerifyEmailCode": code}
    return Prepared(world.deployment.connect(), payload, facets(world, user_id))


@recipe("users/ResendVerificationEmail")
def resend_verification_email(world: World) -> Prepared:
    identity = new_identity(world)
    user_id = register(world, identity)
    return Prepared(
        world.deployment.connect(), {"email": identity.email}, facets(world, user_id)
    )


@recipe("users/ResetPassword")
def reset_password(world: World) -> Prepared:
    who = somebody(world)
    return Prepared(who, {"UserName": who.username}, own_reads(who, world.oms_id))


@recipe("users/ResetPassword2")
def reset_password_2(world: World) -> Prepared:
    who = person(world)
    payload = {
        "UserId": str(who.user_id), "Password": new_identity(world).password,
        "PendingCode": reset_code(world, who),
    }
    return Prepared(world.deployment.connect(), payload, facets(world, who.user_id))


@recipe("users/Activate2FA")
def activate_2fa(world: World) -> Prepared:
    who = person(world)
    secret = enrol(who)
    return Prepared(who, {"Code": code_for(world, secret)}, facets(world, who.user_id))


@recipe("users/EnableGoogle2FA", "users/Disable2FA")
def own_second_factor(world: World) -> Prepared:
    who = person(world)
    return Prepared(who, {}, facets(world, who.user_id))


@recipe("users/EnableXP2FA")
def enable_xp_2fa(world: World) -> Prepared:
    who = person(world)
    payload = {"Phone": new_identity(world).phone, "Capability": "SMS"}
    return Prepared(who, payload, facets(world, who.user_id))


@recipe("users/ForceUserLogoff")
def force_user_logoff(world: World) -> Prepared:
    who = person(world)
    return Prepared(
        world.superuser, {"username": who.username}, own_reads(who, world.oms_id)
    )


@recipe("users/UnLockUser")
def unlock_user(world: World) -> Prepared:
    who = lock(world, person(world))
    return Prepared(world.operator, {"UserId": who.user_id}, facets(world, who.user_id))


@recipe("users/GetLoggedInUserBySessionToken")
def get_logged_in_user_by_session_token(world: World) -> Prepared:
    return Prepared(world.superuser, {"SessionToken": person(world).token})


@recipe("users/SetUserInfo")
def set_user_info(world: World) -> Prepared:
    who = somebody(world)
    return Prepared(who, {"userId": who.user_id}, own_reads(who, world.oms_id))


@recipe("users/SetUserConfig")
def set_user_config(world: World) -> Prepared:
    who = somebody(world)
    payload = {"userId": who.user_id, "config": [{"Key": "Theme", "Value": "dark"}]}
    return Prepared(who, payload, own_reads(who, world.oms_id))


@recipe("users/RemoveUserConfig")
def remove_user_config(world: World) -> Prepared:
    who = person(world)
    pair = {"Key": "Theme", "Value": "dark"}
    who.call("SetUserConfig", userId=who.user_id, config=[pair])
    payload = {"userId": who.user_id, "key": "Theme"}
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserAccount")
def add_user_account(world: World) -> Prepared:
    owner, guest = person(world), person(world)
    payload = {"accountId": owner.account_id, "userId": guest.user_id}
    return Prepared(world.operator, payload, facets(world, guest.user_id))


@recipe("users/RemoveUserAccount")
def remove_user_account(world: World) -> Prepared:
    owner = person(world)
    guest = colleague_of(world, owner)
    payload = {"accountId": owner.account_id, "userId": guest.user_id}
    return Prepared(world.operator, payload, facets(world, guest.user_id))


@recipe("users/AddUserPermission")
def add_user_permission(world: World) -> Prepared:
    who = person(world)
    payload = {"UserId": who.user_id, "Permission": "AccountReadOnly", "Value": 1}
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/RevokeUserPermission")
def revoke_user_permission(world: World) -> Prepared:
    who = person(world)
    payload = {"UserId": who.user_id, "Permission": "Withdraw"}
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserMarketDataPermission", "users/RemoveUserMarketDataPermission")
def market_data_permission(world: World) -> Prepared:
    who = person(world)
    payload = {
        "userId": who.user_id, "omsId": world.oms_id,
        "instrumentId": world.market.instrument_id, "level2": True,
    }
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserInstrumentPermissions", "uncertain/RemoveUserInstrumentPermissions")
def instrument_permission(world: World) -> Prepared:
    who = person(world)
    payload = {
        "OMSId": world.oms_id, "InstrumentId": world.market.instrument_id, "UserId": who.user_id,
    }
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserInstrumentPermissionsBulk")
def instrument_permissions(world: World) -> Prepared:
    who = person(world)
    payload = {
        "OMSId": world.oms_id, "InstrumentIds": [world.market.instrument_id],
        "UserId": [who.user_id],
    }
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserProductPermissions", "users/RemoveUserProductPermissions")
def product_permission(world: World) -> Prepared:
    who = person(world)
    payload = {
        "OMSId": world.oms_id, "ProductId": world.market.product1, "UserId": who.user_id,
    }
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/AddUserProductPermissionsBulk")
def product_permissions(world: World) -> Prepared:
    who = person(world)
    payload = {
        "omsid": world.oms_id, "productids": [world.market.product1], "userids": [who.user_id],
    }
    return Prepared(world.operator, payload, facets(world, who.user_id))


@recipe("users/GetUserMarketDataPermissions")
def get_user_market_data_permissions(world: World) -> Prepared:
    """Somebody who has one to show."""
    prepared = market_data_permission(world)
    world.operator.send("AddUserMarketDataPermission", prepared.payload)
    return Prepared(world.operator, {"UserId": prepared.payload["userId"]})


def creation(world: World, identity: Identity, **info: Any) -> dict[str, Any]:
    """The payload of CreateUser; further keys belong to the user's record."""
    record = {
        "userId": 0, "userName": identity.name, "email": identity.email,
        "passwordHash": identity.password, "pendingEmailCode": "", "emailVerified": True,
        "accountId": 0, "dateTimeCreated": "0001-01-01T00:00:00", "affiliateId": 0,
        "refererId": 0, "omsId": world.oms_id, "use2FA": False, "salt": "",
        "pendingCodeTime": "0001-01-01T00:00:00", "locked": False,
        "lockedTime": "0001-01-01T00:00:00", "numberOfFailedAttempt": 0, **info,
    }
    return {
        "userInfo": record, "operatorId": OPERATOR_ID, "affiliateTag": "",
        "userConfig": [],
    }


def oauth_login(world: World, who: Session) -> dict[str, str]:
    """The payload of a log-in on the word of the identity provider."""
    record = who.call("GetUserInfo", OMSId=world.oms_id, UserId=who.user_id)
    email = str(record["email"])
    return {"AccessCode": world.deployment.access_code(email), "Email": email}


def oauth_session(world: World, who: Session) -> Session:
    """A connection that the identity provider's word has logged in."""
    session = world.deployment.connect(who.username)
    session.user_id, session.account_id = who.user_id, who.account_id
    turn = session.send("CoinsOAuthAuthenticateUser", oauth_login(world, who))
    session.token = str(turn.get("AccessToken") or "")
    return session


def bystander(world: World) -> Session:
    """A user who may read its account and nothing else: neither operator nor trader."""
    return holder_of(world, "AccountReadOnly")
