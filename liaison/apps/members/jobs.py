"""What membership does on a timer: it writes down what time has ended or begun."""

import logging
import threading

from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.members.joining import keep_time

BEAT_SECONDS = 60.0

_log = logging.getLogger(__name__)


def run_membership(stop: threading.Event) -> None:
    """Look each minute until `stop` is set. A lost database is waited out; access ends on its day without a look."""
    while not stop.is_set():
        try:
            if changed := keep_time():
                _log.info("Begin or cease to take part: %s.", ", ".join(changed))
        except (DatabaseError, OSError):
            _log.exception("Membership could not be looked after; trying again.")
        finally:
            connections.close_all()
        stop.wait(BEAT_SECONDS)
