"""Where the contract data lies: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from conformance.contract.errors import ContractError


def schemas_root() -> Path:
    """Return the directory that holds calls/, types/, clauses/ and the rest.

    Raises ContractError when it is nowhere.
    """
    return _shipped("schemas", "types")


def scenarios_root() -> Path:
    """Return the directory that holds the scenarios; raises ContractError when it is nowhere."""
    return _shipped("scenarios", "users")


def _shipped(name: str, landmark: str) -> Path:
    """Return a directory of the project: in a wheel below ``_data``, in a checkout at the top."""
    package = Path(str(files("conformance")))
    places = (package / "_data" / name, package.parent / name)
    for place in places:
        if (place / landmark).is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise ContractError(f"{name}/ is missing: looked in {looked}; reinstall the package")
