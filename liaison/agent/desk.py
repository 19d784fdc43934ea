"""What the agent decides before it signs: well-formed, its own body's, by a key that it has, and not too much."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from liaison.agent.book import Book, Line
from liaison.agent.keys import PrivateKeys
from liaison.ledger.canonical import Json, canonical_json
from liaison.ledger.entries import moment_text
from liaison.ledger.statements import (
    EMERGENCY_OPENING,
    ERROR_REPORT,
    RECORD_BATCH,
    RECORD_VERSION,
    Statement,
    encoded,
    parse_statement,
)

ASKED_FOR = frozenset({RECORD_VERSION, RECORD_BATCH, ERROR_REPORT, EMERGENCY_OPENING})
"""What the installation may ask for. A rotation or a rehearsal is signed by whoever holds the passphrase."""
VERSIONS_A_MINUTE = 400_000
"""More than the fastest import that was measured; a stolen web process does not sign a world in a minute."""
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and by which key."""

    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Declined:
    """Why nothing was signed: a code for programs and a sentence for the agent's own people."""

    code: str
    said: str


class Desk:
    """The agent of one body."""

    def __init__(
        self,
        keys: Sequence[PrivateKeys],
        book: Book,
        *,
        versions_a_minute: int = VERSIONS_A_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.body = keys[-1].body
        self._keys = {one.key_id: one for one in keys}
        self._book = book
        self._pace = _Pace(versions_a_minute, clock)
        self._lock = threading.Lock()

    @property
    def key_ids(self) -> list[str]:
        """The thumbprints of its keys, oldest first."""
        return [*self._keys]

    def answer(self, asked: Json, key_id: str) -> Signed | Declined:
        """Sign a statement, or say why not; either is in the book before this returns."""
        try:
            said = parse_statement(canonical_json(asked))
        except ValueError as error:
            return Declined("malformed", str(error))
        with self._lock:
            declined = self._why_not(said, key_id)
            outcome = declined.code if declined else "signed"
            self._book.write(Line(moment_text(datetime.now(UTC)), key_id, outcome, said))
            return declined or Signed(key_id, self._keys[key_id].sign(said))

    def _why_not(self, said: Statement, key_id: str) -> Declined | None:
        if said["type"] not in ASKED_FOR:
            return Declined("not_asked_for", "Nobody but the holder of the passphrase signs this.")
        if said["body"] != self.body:
            return Declined("other_body", f"This agent signs for {self.body} alone.")
        if key_id not in self._keys:
            return Declined("no_such_key", "This agent has no such key.")
        count = said.get("count", 1)
        assert isinstance(count, int), "a batch counts its versions"
        if not self._pace.admits(count):
            return Declined("too_many", "More was asked for than is signed in a minute.")
        return None


class _Pace:
    """So many versions a minute, spent as they come."""

    def __init__(self, versions_a_minute: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = versions_a_minute, clock
        self._left, self._at = float(versions_a_minute), clock()

    def admits(self, count: int) -> bool:
        moment = self._clock()
        self._left = min(self._most, self._left + (moment - self._at) * self._most / _MINUTE)
        self._at = moment
        if count > self._left:
            return False
        self._left -= count
        return True


def reply(answered: Signed | Declined) -> dict[str, Json]:
    """Return an answer as it goes over the socket."""
    if isinstance(answered, Declined):
        return {"declined": answered.code, "said": answered.said}
    return {"key": answered.key, "signature": encoded(answered.signature)}
