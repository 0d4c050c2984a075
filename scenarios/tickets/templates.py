"""Forms and keys of the account providers, as scenarios ask for them."""

from __future__ import annotations

from typing import Any

from conformance.contract.payload import parse_json
from conformance.target.session import Turn, lookup
from conformance.target.unavailable import Unavailable
from scenarios.tickets.vocabulary import MANAGER, Row, Till, rows


def deposit_templates(till: Till) -> list[Row]:
    """The deposit templates of the product; Unavailable without one."""
    found = rows(till.owner.send("GetAllDepositRequestInfoTemplates", till.of_product))
    if not found:
        raise Unavailable(f"product {till.product} has no deposit template")
    return found


def deposit_template_names(till: Till) -> list[str]:
    """Names by which the product's deposit templates can be asked for."""
    return [str(lookup(lookup(row, "Template"), "ProviderType")) for row in deposit_templates(till)]


def deposit_template(till: Till, name: str) -> Turn:
    """Send GetDepositRequestInfoTemplate."""
    return till.owner.send("GetDepositRequestInfoTemplate", {
        **till.of_account, "ProductId": till.product, "TemplateType": name})


def provider_of(till: Till) -> int:
    """The account provider of the product; 0, its default one, where nobody can be asked."""
    try:
        turn = till.world.superuser.call(
            "AM_GetAccountProviderInfoList", assetManagerId=MANAGER, omsId=till.oms)
    except Unavailable:
        return 0
    for row in turn.get("AccountProviderInfos") or ():
        if lookup(row, "AssetId") == till.product:
            return int(lookup(row, "AccountProviderId"))
    return 0


def key_terms(till: Till, *, fresh: bool) -> dict[str, Any]:
    """The payload that asks for deposit keys: new ones, or the last ones again."""
    return {
        **till.of_account, "ProductId": till.product, "AccountProviderId": provider_of(till),
        "GenerateNewKey": fresh, "DepositInfo": "{}",
    }


def ask_keys(till: Till, *, fresh: bool) -> Turn:
    """Send GetDepositInfo in the owner's name."""
    return till.owner.send("GetDepositInfo", key_terms(till, fresh=fresh))


def keys(till: Till, *, fresh: bool) -> list[str]:
    """Deposit keys, as a list or inside the object that later deployments send."""
    turn = ask_keys(till, fresh=fresh)
    found = turn.get("depositInfo", turn.value)
    found = parse_json(found) if isinstance(found, str) else found
    if not isinstance(found, list) or not found:
        raise Unavailable(f"no deposit keys for product {till.product}: {turn.text[:200]}")
    return [str(key) for key in found]
