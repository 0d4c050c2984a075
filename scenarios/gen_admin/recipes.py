"""How to reach success for the calls about operators, trading systems, loyalty fees and mail."""

from __future__ import annotations

from conformance.generate.world import Prepared, World, recipe
from scenarios.gen_admin.vocabulary import (
    discounted,
    home_operator,
    linked,
    loyalty_key,
    loyalty_reads,
    loyalty_terms,
    new_operator,
    new_system,
    operator_reads,
    operator_terms,
    own_operator,
    system_terms,
)
from scenarios.users.vocabulary import somebody


@recipe("gen_admin/AddOperator")
def add_operator(world: World) -> Prepared:
    return Prepared(world.operator, operator_terms(world), operator_reads(world))


@recipe("gen_admin/UpdateOperator")
def update_operator(world: World) -> Prepared:
    number = new_operator(world)
    terms = operator_terms(world, OperatorId=number, Website="https://other.example")
    return Prepared(world.operator, terms, operator_reads(world, number))


@recipe("gen_admin/AddOperatorConfig")
def add_operator_config(world: World) -> Prepared:
    number = new_operator(world)
    payload = {"OperatorId": number, "ConfigId": "Theme", "Config": "dark"}
    return Prepared(world.operator, payload, operator_reads(world, number))


@recipe("gen_admin/AddEditOMS")
def add_edit_oms(world: World) -> Prepared:
    reads = operator_reads(world, home_operator(world))
    return Prepared(world.operator, system_terms(world), reads)


@recipe("gen_admin/AddOperatorOMS")
def add_operator_oms(world: World) -> Prepared:
    number = new_operator(world)
    payload = {"operatorId": number, "omsId": new_system(world), "isDefault": False}
    return Prepared(world.operator, payload, operator_reads(world, number))


@recipe("gen_admin/SetDefaultOperatorOMS")
def set_default_operator_oms(world: World) -> Prepared:
    number = new_operator(world)
    payload = {"OperatorId": number, "OMSId": linked(world, number), "IsDefault": True}
    return Prepared(world.operator, payload, operator_reads(world, number))


@recipe("gen_admin/RemoveOperatorOMS")
def remove_operator_oms(world: World) -> Prepared:
    number = new_operator(world)
    payload = {"OperatorId": number, "OMSId": linked(world, number), "IsDefault": False}
    return Prepared(world.operator, payload, operator_reads(world, number))


@recipe("gen_admin/GetOperators", "gen_admin/GetAllOperatorLoyaltyFeeConfigs")
def list_all(world: World) -> Prepared:
    return Prepared(world.operator, {})


@recipe("gen_admin/GetOperatorOMSList", "gen_admin/GetOperatorUsers")
def list_of_operator(world: World) -> Prepared:
    return Prepared(world.operator, {"OperatorId": home_operator(world)})


@recipe("gen_admin/RemoveOperatorUser")
def remove_operator_user(world: World) -> Prepared:
    number, who = home_operator(world), somebody(world)
    payload = {"operatorId": number, "userId": who.user_id}
    return Prepared(world.operator, payload, operator_reads(world, number))


@recipe("gen_admin/CreateOperatorLoyaltyFeeConfig")
def create_operator_loyalty_fee_config(world: World) -> Prepared:
    system = linked(world, home_operator(world))
    return Prepared(world.operator, loyalty_terms(world, system), loyalty_reads(world, system))


@recipe("gen_admin/DeleteOperatorLoyaltyFeeConfig")
def delete_operator_loyalty_fee_config(world: World) -> Prepared:
    system = discounted(world)
    return Prepared(world.operator, loyalty_terms(world, system), loyalty_reads(world, system))


@recipe("gen_admin/GetOperatorLoyaltyFeeConfig")
def get_operator_loyalty_fee_config(world: World) -> Prepared:
    return Prepared(world.operator, loyalty_key(world, discounted(world)))


@recipe("gen_admin/GetOperatorLoyaltyFeeConfigsForOms")
def get_operator_loyalty_fee_configs_for_oms(world: World) -> Prepared:
    return Prepared(world.operator, [loyalty_key(world, discounted(world))])


@recipe("gen_admin/SendEmail")
def send_email(world: World) -> Prepared:
    who = world.superuser
    payload = {
        **own_operator(who), "templateName": "DepositReceived", "language": "en",
        "fromAddress": "desk@example.com", "replyTo": "desk@example.com", "function": "",
        "dateTimeFormat": "POSIX", "defaultTimeZone": "UTC", "isEnabled": True,
        "toAddresses": [f"{world.deployment.unique_name('reader')}@example.com"],
        "bccAddresses": [], "templateTokens": {"Amount": "5"}, "template": "You got {{Amount}}.",
    }
    return Prepared(who, payload)


@recipe("gen_admin/SendEndOfDay")
def send_end_of_day(world: World) -> Prepared:
    return Prepared(world.operator, {"omsId": world.oms_id})
