"""Who a command acts for: a stored access token, or in a demo home a named invented user."""

import argparse
import json
import os
import sys
import urllib.error
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose, Viewer

FILE_MODE = 0o600
THIS_MACHINE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """What `liaison login` stored: where the installation answers, and the token."""

    url: str
    token: str


def add_as_option(parser: argparse.ArgumentParser) -> None:
    """Let a command act as a named user of a demo home."""
    parser.add_argument("--as", dest="as_user", metavar="USER", help="a user's sign-in name; only in a demo home")


def add_verb(  # Any: argparse keeps the type of its subparsers to itself
    verbs: Any, name: str, says: str, run: Any, *, example: str
) -> argparse.ArgumentParser:
    """Add one verb of a command, for a named user and with an answer for programs, and return its parser."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=says, description=says, epilog=example, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the answer for programs")
    add_as_option(parser)
    parser.set_defaults(run=run)
    return parser


def signed_in(arguments: argparse.Namespace, *, demo_default: str) -> Viewer:
    """Set Django up for this machine's home and return the Viewer that the command acts for."""
    from liaison.cli.setup import home, set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    set_up_django()
    return viewer_of(arguments, home=home(), demo_default=demo_default)


def viewer_of(arguments: argparse.Namespace, *, home: Path, demo_default: str) -> Viewer:
    """Return the Viewer that a command acts for.

    `--as` names a user and exists only in a demo home; else the token of `liaison login` says who it is; a demo home
    without either takes `demo_default` and says so.
    """
    from liaison.apps.members import public as members  # noqa: PLC0415 - Django is set up only now
    from liaison.apps.training.demo import is_demo  # noqa: PLC0415

    named = arguments.as_user
    if named is None and (stored := stored_login(home)):
        viewer = members.viewer_of_token(members.token_digest(stored.token), THIS_MACHINE)
        if viewer is None:
            raise Refused(_token_dead())
        return viewer
    if not is_demo(home):
        raise Refused(_not_a_demo() if named else _not_signed_in())
    if named is None:
        print(f"Demo home: acting as {demo_default}. Choose another user with --as.", file=sys.stderr)
    viewer = members.viewer_by_name(named or demo_default, Purpose.IDENTIFY)
    if viewer is None:
        raise Refused(_no_user(named or demo_default))
    return viewer


def stored_login(home: Path) -> StoredLogin | None:
    """Return what `liaison login` stored for this home, or None."""
    path = _path(home)
    if not path.exists():
        return None
    kept = json.loads(path.read_text("utf-8"))
    return StoredLogin(kept["url"], kept["token"])


def store_login(home: Path, login: StoredLogin) -> Path:
    """Store a token, readable by its owner alone, and return where."""
    path = _path(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": login.url, "token": login.token}, file)
    draft.replace(path)
    return path


def findings_of(error: urllib.error.HTTPError) -> list[Finding]:
    """Return what an installation said when it refused (problem+json)."""
    try:
        told = json.load(error)["findings"]
        return [Finding(f["code"], _plain(f["problem"]), _plain(f["remedy"]), f["source"], f["field"]) for f in told]
    except (ValueError, KeyError, TypeError):
        return [
            Finding(
                "query.failed",
                mark("The installation answered with status %(status)s."),
                mark("Ask its operator to run “liaison doctor”."),
                values={"status": error.code},
            )
        ]


def _plain(sentence: str) -> str:
    """Return a sentence whose signs of per cent name no place."""
    return sentence.replace("%", "%%") if "%" in sentence else sentence


def _path(home: Path) -> Path:
    return home / "login.json"


def _not_signed_in() -> Finding:
    return Finding("cli.not_signed_in", mark("You are not signed in."), mark("Run “liaison login” first."))


def _not_a_demo() -> Finding:
    return Finding(
        "cli.not_a_demo",
        mark("“--as” exists only in a home made by “liaison demo”."),
        mark("Sign in with “liaison login” instead."),
    )


def _token_dead() -> Finding:
    return Finding(
        "cli.token_dead",
        mark("The stored access token has expired or was revoked."),
        mark("Run “liaison login” again."),
    )


def _no_user(name: str) -> Finding:
    return Finding(
        "cli.no_user",
        mark("No active user signs in as “%(name)s”."),
        mark("The names are printed when “liaison demo” starts."),
        values={"name": name[:80]},
    )
