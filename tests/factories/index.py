"""An index that follows what a test commits: sequencer, builder and follower in threads of this process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.index import follower
from liaison.apps.index import public as index

WAIT_SECONDS_MAX = 30.0
_PAUSE_SECONDS = 0.01
_POLL_SECONDS = 0.02
"""The follower sees only when it looks that it is to stop: hundreds of tests wait for that."""


@contextmanager
def following() -> Iterator[None]:
    """Let this process follow the ledger; what was committed before is found inside. Needs `committed_db`."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=audit.run_sequencer, args=[stop], kwargs={"policy": audit.SequencerPolicy()}),
        threading.Thread(target=index.run_builder, args=[stop]),
    ]
    for thread in threads:
        thread.start()
    with patch.object(follower, "POLL_SECONDS", _POLL_SECONDS):
        try:
            index.start_follower()
            catch_up()
            yield
        finally:
            stop.set()
            index.stop_follower()
            for thread in threads:
                thread.join(WAIT_SECONDS_MAX)


def catch_up() -> None:
    """Return when the index holds everything that is committed."""
    with connections["system"].cursor() as cursor:
        cursor.execute("select count(*) from audit_entry")
        (committed,) = cursor.fetchone()
    until(lambda: is_ready() and index.freshness().seq >= committed)


def is_ready() -> bool:
    """Whether the index answers."""
    try:
        index.freshness()
    except index.IndexNotReady:
        return False
    return True


def until(is_so) -> None:
    """Return when it is so; fail after WAIT_SECONDS_MAX."""
    ends = time.monotonic() + WAIT_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < ends, "the index did not catch up"
        time.sleep(_PAUSE_SECONDS)
