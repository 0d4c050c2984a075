"""What is owed: the documented calls, their shapes, clauses, profiles and errata.

The lowest layer; it imports nothing else of the package.
"""

from conformance.contract.call import Call, Event
from conformance.contract.catalog import SECTIONS, Contract, load_contract
from conformance.contract.clauses import OBLIGATIONS, Clause
from conformance.contract.deviations import Deviation
from conformance.contract.digitizer import Operation
from conformance.contract.errata import Erratum
from conformance.contract.errors import ContractError, PayloadError, UnknownName
from conformance.contract.payload import dump_json, parse_json
from conformance.contract.profiles import Profile
from conformance.contract.validators import Judgement, judge, judge_event, validator_for

__all__ = [
    "OBLIGATIONS",
    "SECTIONS",
    "Call",
    "Clause",
    "Contract",
    "ContractError",
    "Deviation",
    "Erratum",
    "Event",
    "Judgement",
    "Operation",
    "PayloadError",
    "Profile",
    "UnknownName",
    "dump_json",
    "judge",
    "judge_event",
    "load_contract",
    "parse_json",
    "validator_for",
]
