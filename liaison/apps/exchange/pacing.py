"""An import goes no faster than the index can follow: what is written beyond that is found no sooner.

It would only make the answers of all others older, until each worker has to make the index of it for itself.
"""

import time
from dataclasses import dataclass, field

from liaison.apps.audit import public as audit

AHEAD_MAX = 20_000
"""Entries: two folds of the builder, so that it never waits for the import."""
LOOK_SECONDS = 0.1
STILL_SECONDS_MAX = 10.0
"""So long without a step of the builder, and nobody is waited for any more: perhaps none runs."""


@dataclass
class Pace:
    """Holds up one import while the index is far behind the ledger."""

    _given_up: bool = field(default=False, init=False)

    def wait(self) -> None:
        """Return when the index is near enough, when there is none, or when it has not moved for long."""
        last, since = -1, time.monotonic()
        while not self._given_up:
            reached = audit.reached_by(audit.INDEX_CURSORS)
            if reached is None or audit.written_after(reached) <= AHEAD_MAX:
                return
            if reached != last:
                last, since = reached, time.monotonic()
            self._given_up = time.monotonic() - since > STILL_SECONDS_MAX
            time.sleep(LOOK_SECONDS)
