"""`python -m tests.contract.pages check|digest|show`: the pages held against the schemas."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from . import digitizer, facts, source
from .compare import Difference, differences


def chosen(section: str | None, name: str | None) -> list[Difference]:
    """Differences of the chosen calls."""
    return [
        one
        for call in facts.facts().values()
        if section in (None, call.section) and name in (None, call.name)
        for one in differences(call)
    ]


def check(options: argparse.Namespace) -> int:
    """Print what differs; 1 if anything is unexplained."""
    found = chosen(options.section, options.call)
    if options.quiet:
        found = [one for one in found if one.found != "no file"]
    open_ = [one for one in found if not one.erratum]
    for one in found if options.all else open_:
        print(one)
    print(f"{len(open_)} unexplained, {len(found) - len(open_)} explained by errata")
    return 1 if open_ else 0


def digest(_: argparse.Namespace) -> int:
    """Write the digests anew from the pages."""
    root = source.docs_root()
    if root is None:
        print("no documentation folder here; set APEX_DOCS", file=sys.stderr)
        return 2
    source.DIGEST.write_text(facts.dump(facts.read(root)), encoding="utf-8")
    digitizer.DIGEST.write_text(digitizer.dump(digitizer.read(root)), encoding="utf-8")
    print(source.DIGEST, digitizer.DIGEST, sep="\n")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print the facts of one call."""
    for call in facts.facts().values():
        if options.call in (call.name, call.id):
            print(json.dumps(dataclasses.asdict(call), indent=1, ensure_ascii=False))
    return 0


def main() -> int:
    """Choose the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.pages")
    commands = parser.add_subparsers(required=True)
    checking = commands.add_parser("check", help="differences between pages and schemas")
    checking.add_argument("--section")
    checking.add_argument("--call")
    checking.add_argument("--all", action="store_true", help="also what errata explain")
    checking.add_argument("--quiet", action="store_true", help="not the calls without a file")
    checking.set_defaults(run=check)
    commands.add_parser("digest", help="write the digest").set_defaults(run=digest)
    showing = commands.add_parser("show", help="facts of one call")
    showing.add_argument("--call", required=True)
    showing.set_defaults(run=show)
    options = parser.parse_args()
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
