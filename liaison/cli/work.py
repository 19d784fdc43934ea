"""`liaison work`: what runs beside the doors, each part under its own lock in the database, so that several may run.

If one part dies, the whole process ends with an error, and whoever supervises it starts it again.
"""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from liaison.cli.setup import keep_erased, know_apps, refuse_missing_keys, refuse_unready
from liaison.config.env import Environment, environment
from liaison.postgres import Role, revive, running

STOP_SECONDS_MAX = 20
LOOK_SECONDS = 0.2
REVIVE_SECONDS = 1.0
Part = Callable[[threading.Event], None]
_log = logging.getLogger(__name__)


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser("work", help="run the sequencer and the builder of the index")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Work until told to stop; return 1 if a part died."""
    chosen = environment()
    refuse_missing_keys(chosen)
    with running(chosen.home, chosen.wishes) as server:
        know_apps()
        refuse_unready(server, Role.APP, Role.SYSTEM)
        keep_erased()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        print("Working. Stop with Ctrl-C.", file=sys.stderr)
        return supervise(_parts(chosen), stop)


def supervise(parts: Mapping[str, Part], stop: threading.Event) -> int:
    """Run each part in a thread until `stop` is set, or until one of them ends by itself."""
    died: list[str] = []

    def keep(name: str, part: Part) -> None:
        try:
            part(stop)
        except Exception:
            _log.exception("%s died", name)
        if not stop.is_set():
            died.append(name)

    threads = [
        threading.Thread(target=keep, args=(name, part), name=name, daemon=True) for name, part in parts.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(LOOK_SECONDS) and not died:
        pass
    stop.set()
    for thread in threads:
        thread.join(STOP_SECONDS_MAX)
    stuck = [thread.name for thread in threads if thread.is_alive()]
    for name in died:
        print(f"{name} ended by itself; see the log above.", file=sys.stderr)
    for name in stuck:
        print(f"{name} did not stop within {STOP_SECONDS_MAX} seconds.", file=sys.stderr)
    return 1 if died or stuck else 0


def _parts(chosen: Environment) -> Mapping[str, Part]:
    from liaison.apps.audit import public as audit  # noqa: PLC0415 - Django is set up only now
    from liaison.apps.index import public as index  # noqa: PLC0415
    from liaison.apps.looks import public as looks  # noqa: PLC0415
    from liaison.apps.members import public as members  # noqa: PLC0415
    from liaison.apps.policies import public as policies  # noqa: PLC0415
    from liaison.apps.records import public as records  # noqa: PLC0415
    from liaison.apps.screening import public as screening  # noqa: PLC0415

    policy = audit.SequencerPolicy(
        checkpoint_seconds=float(policies.value("audit.checkpoint_seconds")),
        event_months_kept=lambda: _asked_anew("audit.events_months"),
    )
    return {
        "sequencer": lambda stop: audit.run_sequencer(stop, policy=policy),
        "builder": index.run_builder,
        "database": lambda stop: _keep_alive(chosen, stop),
        "journal": screening.run_journal,
        "looks": looks.run_looks,
        "membership": members.run_membership,
        "partner checks": screening.run_partner_checks,
        "retention": records.run_retention,
        "signing": records.run_late_signing,
    }


def _asked_anew(name: str) -> int:
    """Return a policy value as it is now, and hold no connection for the hours until it is asked again."""
    from django.db import connections  # noqa: PLC0415 - Django is set up only now

    from liaison.apps.policies import public as policies  # noqa: PLC0415

    try:
        return policies.value(name)
    finally:
        connections.close_all()


def _keep_alive(chosen: Environment, stop: threading.Event) -> None:
    """Start the embedded server again when it crashed; the other parts wait for it meanwhile."""
    while not stop.wait(REVIVE_SECONDS):
        if revive(chosen.home, chosen.wishes):
            _log.warning("The database server had crashed and was started again.")
