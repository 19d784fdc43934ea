"""What screening does on a timer: the journal forgets."""

import logging
import threading

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.policies import public as policies
from liaison.apps.screening.journal import purge

BEAT_SECONDS = 3600.0
RETRY_SECONDS = 60.0
DAYS = "screening.journal_days"

_log = logging.getLogger(__name__)


def run_journal(stop: threading.Event) -> None:
    """Purge the journal each hour until `stop` is set. A lost database is waited out."""
    while not stop.is_set():
        try:
            purge(days=policies.value(DAYS))
            wait = BEAT_SECONDS
        except (DatabaseError, psycopg.Error, OSError):
            _log.exception("The journal could not be purged; trying again.")
            wait = RETRY_SECONDS
        finally:
            connections.close_all()
        stop.wait(wait)
