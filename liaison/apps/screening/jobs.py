"""What screening does beside the doors: the journal forgets, and the checks of private partners are carried out."""

import logging
import threading

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.index import public as index
from liaison.apps.policies import public as policies
from liaison.apps.screening import partner_checks
from liaison.apps.screening.journal import purge
from liaison.rows.raw import own_connection

BEAT_SECONDS = 3600.0
RETRY_SECONDS = 60.0
DAYS = "screening.journal_days"
MATCH_DAYS = "screening.partner_match_days"
CHECKS_LOCK = 0x50_41_52_54_4E_45_52
CHECKS_BEAT_SECONDS = 0.5
TAKEOVER_SECONDS = 0.5

_log = logging.getLogger(__name__)


def run_journal(stop: threading.Event) -> None:
    """Purge the journal each hour until `stop` is set. A lost database is waited out."""
    while not stop.is_set():
        try:
            held = policies.values([DAYS, MATCH_DAYS])
            purge(days=held[DAYS])
            partner_checks.purge(days=held[MATCH_DAYS])
            wait = BEAT_SECONDS
        except (DatabaseError, psycopg.Error, OSError):
            _log.exception("The journal could not be purged; trying again.")
            wait = RETRY_SECONDS
        finally:
            connections.close_all()
        stop.wait(wait)


def run_partner_checks(stop: threading.Event) -> None:
    """Carry out what private partners submit, as the one who holds the lock, until `stop` is set.

    A lost database is waited out; so is an index that is not ready. What was not committed waits as before.
    """
    index.start_follower()
    try:
        while not stop.is_set():
            try:
                with own_connection("system", application_name="liaison partner checks") as lock:
                    _hold(lock, stop)
                    while not stop.is_set():
                        lock.execute("select 1")
                        stop.wait(0 if _some_done() else CHECKS_BEAT_SECONDS)
            except (DatabaseError, psycopg.Error, OSError):
                _log.exception("The checks of private partners lost the database; trying again.")
                stop.wait(CHECKS_BEAT_SECONDS)
            finally:
                connections.close_all()
    finally:
        index.stop_follower()


def _some_done() -> bool:
    try:
        return partner_checks.carry_out() > 0
    except index.IndexNotReady:
        return False


def _hold(lock: "psycopg.Connection[tuple[bool, ...]]", stop: threading.Event) -> None:
    """Wait until this connection holds the lock, or until `stop` is set."""
    while not stop.is_set():
        row = lock.execute("select pg_try_advisory_lock(%s)", [CHECKS_LOCK]).fetchone()
        if row is not None and row[0]:
            return
        stop.wait(TAKEOVER_SECONDS)
