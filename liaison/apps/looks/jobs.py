"""What is done about looks on a timer: each month's draw, each day's signals, and forgetting."""

import logging
import threading

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.looks.checks import draw_due
from liaison.apps.looks.forgetting import forget
from liaison.apps.looks.signals import raise_due

BEAT_SECONDS = 600.0

_log = logging.getLogger(__name__)


def run_looks(stop: threading.Event) -> None:
    """Look every ten minutes what is due until `stop` is set. A lost database is waited out."""
    while not stop.is_set():
        try:
            drawn, raised, gone = draw_due(), raise_due(), forget()
            if drawn or raised or gone:
                _log.info("%s spot checks drawn, %s signals raised, %s rows forgotten.", drawn, raised, gone)
        except (DatabaseError, psycopg.Error, OSError):
            _log.exception("Looks could not be looked after; trying again.")
        finally:
            connections.close_all()
        stop.wait(BEAT_SECONDS)
