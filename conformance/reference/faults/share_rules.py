"""Faults of single rules of companies: roles here and there, and how many shares can move."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.reference.domain.apad.roles import CompanyRole
from conformance.reference.domain.refusals import Refusal
from conformance.reference.faults.registry import Run, fault, rewrites

GIVE, CLAW = "apad/TransferAsset", "apad/ClawbackShares"
ONE = Decimal(1)


def _in_part(caller: Any, request: Any, run: Run) -> object:
    """Of what cannot be done wholly, one share."""
    try:
        return run()
    except Refusal:
        if request.amount <= ONE:
            raise
        request.amount = ONE
        return run()


fault("apad/given-in-part", "No more is given than there is.", GIVE)(_in_part)
fault("apad/clawed-in-part", "No more is clawed back than is held.", CLAW)(_in_part)


@fault("apad/agent-of-one-company", "One user may serve several companies.",
       "apad/UpdateCompanyAddRoles")
def _agent_of_one(caller: Any, request: Any, run: Run) -> object:
    reply, companies = run(), caller.apad.companies
    company, user = companies.named(request.company_name), caller.apad.user(request.user_name)
    for other in companies.of_user(user.user_id, CompanyRole.AGENT):
        if other is not company:
            companies.take(other, user.user_id, CompanyRole.AGENT)
    return reply


@rewrites("apad/depose-takes-agents", "Who is deposed stays what else they were.",
          "apad/RemoveAllCoAdmins")
def _takes_agents(caller: Any, request: Any, reply: Any) -> object:
    caller.apad.companies.named(request.company_name).roles.pop(CompanyRole.AGENT, None)
    return reply
