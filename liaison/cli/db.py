"""`liaison db`: the database server's life, its roles and its schema."""

import argparse
import json
import sys
from typing import Any

from liaison.cli.setup import know_apps, unapplied_migrations
from liaison.config.env import environment
from liaison.config.keys import make_keys, missing_keys
from liaison.postgres import Role, State, ensure, keep_running, running, setup, state, stop
from liaison.postgres.connections import ACCESS_FILE

EXAMPLE = """examples:
  liaison db setup      make the server, its roles and the keys of this home
  liaison db migrate    bring the schema to this release
  liaison db status
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "db", help="the database", epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    for name, run, about in (
        ("up", up, "start the embedded server, or find it running"),
        ("stop", down, "stop the embedded server cleanly; the data stay"),
        ("setup", set_up, "make the server, the three roles, their rights and the keys of this home"),
        ("migrate", migrate, "bring the schema to this release"),
        ("status", status, "say what is there"),
    ):
        verb = verbs.add_parser(name, help=about, description=about.capitalize() + ".")
        verb.add_argument("--json", action="store_true", help="for programs")
        verb.set_defaults(run=run)


def up(arguments: argparse.Namespace) -> int:
    """Start or find the server, and leave it running."""
    chosen = environment()
    server = ensure(chosen.home, chosen.wishes)
    make_keys(chosen.home)
    keep_running(chosen.home)
    words = "Started" if server.started else "It runs already"
    _say(arguments, {"started": server.started, "version": server.version}, f"{words}: PostgreSQL {server.version}.")
    return 0


def down(arguments: argparse.Namespace) -> int:
    """Stop the server of this home."""
    stopped = not environment().wishes.external and stop(environment().home)
    _say(arguments, {"stopped": stopped}, "Stopped." if stopped else "No embedded server was running.")
    return 0


def set_up(arguments: argparse.Namespace) -> int:
    """Make roles, rights and keys; can be run twice."""
    chosen = environment()
    server = setup(chosen.home, chosen.wishes)
    make_keys(chosen.home)
    _say(
        arguments,
        {"home": str(chosen.home), "version": server.version},
        f"PostgreSQL {server.version} has the roles of Liaison; the keys are in {chosen.home}.\n"
        "Next: liaison db migrate",
    )
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """Apply what is missing, as the owner; sets the home up first where that was not done."""
    chosen = environment()
    set_up_before = (chosen.home / ACCESS_FILE).exists() or bool(chosen.database_app_url)
    if chosen.database_url and not set_up_before:
        setup(chosen.home, chosen.wishes)
    with running(chosen.home, chosen.wishes):
        make_keys(chosen.home)
        know_apps()
        from django.core.management import call_command  # noqa: PLC0415 - Django is set up only now

        call_command("migrate", verbosity=0 if arguments.json else 1, stdout=sys.stderr)
    _say(arguments, {"migrated": True}, "The schema is this release's.")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Say which server it is, whether it answers, and what has not run on it."""
    chosen = environment()
    seen = state(chosen.home, chosen.wishes)
    told: dict[str, Any] = {"state": seen.value, "home": str(chosen.home), "missing_keys": missing_keys(chosen.home)}
    if seen in {State.RUNNING, State.EXTERNAL}:
        server = ensure(chosen.home, chosen.wishes)
        with server.connect(Role.APP) as connection:
            told["version"] = connection.info.parameter_status("server_version")
        know_apps()
        told["unapplied"] = unapplied_migrations()
    words = [f"{name}: {', '.join(value) if isinstance(value, list) else value}" for name, value in told.items()]
    _say(arguments, told, "\n".join(words))
    return 0


def _say(arguments: argparse.Namespace, told: dict[str, Any], words: str) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=2) if arguments.json else words)
