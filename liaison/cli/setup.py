"""What a command needs before it can work: the home folder, a database that answers, Django."""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

from liaison.config.env import Environment, environment
from liaison.postgres import Role, Server, check_role, running
from liaison.refusal import Finding, Refused, mark


def home() -> Path:
    """Return the home folder of this installation."""
    return environment().home


def set_up_django() -> Server:
    """Make the database answer until this process ends, and Django know its apps.

    Raise Refused when the roles are too strong or the schema is not this release's.
    """
    chosen = environment()
    held = ExitStack()
    server = held.enter_context(running(chosen.home, chosen.wishes))
    atexit.register(held.close)
    know_apps()
    refuse_unready(server, Role.APP, Role.SYSTEM)
    return server


def know_apps() -> None:
    """Load Django's settings and apps. The home must be set up, since the settings read where the database is."""
    import django  # noqa: PLC0415 - only commands that need it pay for it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    django.setup()


def refuse_unready(server: Server, *roles: Role) -> None:
    """Raise Refused, with all reasons at once, unless the roles are weak and the schema is this release's."""
    findings: list[Finding] = []
    for role in roles:
        try:
            with server.connect(role) as connection:
                check_role(connection)
        except Refused as refused:
            findings += refused.findings
    if missing := unapplied_migrations():
        findings.append(
            Finding(
                code="database.migrations_missing",
                problem=mark("%(count)s migrations have not run on this database, the first is %(first)s."),
                remedy=mark("Run `liaison db migrate`."),
                values={"count": len(missing), "first": missing[0]},
            )
        )
    if findings:
        raise Refused(*findings)


def keep_erased() -> None:
    """Before any door opens: finish erasures that were cut short, and erase again what a restored backup brought."""
    from liaison.apps.audit import public as audit  # noqa: PLC0415 - Django is set up only now

    audit.replay_erasures()


def unapplied_migrations() -> list[str]:
    """Return the migrations of this release that the database has not seen, in their order.

    Django's own plan looks no further where the last one of an app has run; one in the middle may still be missing.
    """
    from django.db import connections  # noqa: PLC0415 - Django is set up only now
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connections["default"])
    applied = executor.loader.applied_migrations
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    connections.close_all()
    return [
        f"{migration.app_label}.{migration.name}"
        for migration, _ in plan
        if (migration.app_label, migration.name) not in applied
    ]


def refuse_missing_keys(chosen: Environment) -> None:
    """Raise Refused unless the home holds the installation's keys."""
    from liaison.config.keys import missing_keys  # noqa: PLC0415 - needs no Django, but only doors ask

    if missing := missing_keys(chosen.home):
        raise Refused(
            Finding(
                code="keys.missing",
                problem=mark("The home folder %(home)s has no %(names)s."),
                remedy=mark("Run `liaison db setup`, or copy the keys from the other machine of this installation."),
                values={"home": chosen.home, "names": ", ".join(missing)},
            )
        )
