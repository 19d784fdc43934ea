"""`liaison <noun> <verb>`: finds the nouns, runs the verb, and turns a refusal into lines on stderr.

Exit 0 done, 1 refused with its findings, 2 wrong usage.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence

from liaison import cli
from liaison.refusal import Finding, Refused

REFUSED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = build_parser()
    chosen = parser.parse_args(arguments)
    run = getattr(chosen, "run", None)
    if run is None:
        getattr(chosen, "noun_parser", parser).print_help(sys.stderr)
        return WRONG_USAGE
    try:
        return int(run(chosen) or 0)
    except Refused as refused:
        show_refusal(refused, as_json=getattr(chosen, "json", False))
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, in the alphabet's order."""
    parser = argparse.ArgumentParser(
        prog="liaison",
        description="The police of many countries, working together.",
        epilog="example:\n  liaison doctor\n  liaison db up\n  liaison serve\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(metavar="command", title="commands")
    for found in sorted(pkgutil.iter_modules(cli.__path__), key=lambda module: module.name):
        register = getattr(importlib.import_module(f"{cli.__name__}.{found.name}"), "register", None)
        if register is not None:
            register(subparsers)
    return parser


def show_refusal(refused: Refused, *, as_json: bool) -> None:
    """Say every finding: for people on stderr, for programs on stdout."""
    if as_json:
        told = [_plain(finding) for finding in refused.findings]
        print(json.dumps({"findings": told}, ensure_ascii=False, indent=2))
        return
    for finding in refused.findings:
        source = f" ({finding.source})" if finding.source else ""
        print(f"{finding}{source}", file=sys.stderr)


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "said": str(finding),
        "source": finding.source,
        "field": finding.field,
        "values": {name: str(value) for name, value in finding.values.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
