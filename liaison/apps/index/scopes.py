"""What each viewer may find: read once, and again when something that it is made of may have changed.

A scope is read from four tables, and the ledger tells of every change of them in the same transaction:

- `members_audience_reader`, which audiences hold a body. `members_expand_audiences` writes it for bodies that begin
  or cease to take part and for groups (`members.*`), `members_intern_audience` for an expression that nobody wrote
  before: it comes with a record, a part of one or a restriction that names it.
- `members_reader`, whose records are hidden since their body ended. `members_end_body` and `members_turn_records`
  write it (`members.ended`, `members.records_hidden`, `members.records_shown`).
- `records_restriction`, what sources close (`restrictions.*`).
- `records_holding`, the numbers of what is closed: a source's first record of a kind makes one.

So any entry ends what is remembered, but for those in `LEAVES_SCOPES`. These bring nothing new but through a record's
document; one that bears an audience or a holding which this process has not met yet ends it, too. So does a new file
of the builder, as nobody here looked at its documents. Nothing in a scope ends by time alone: what time ends is
written down, with an entry, by those who keep time. `tests/apps/index/test_scopes.py` holds the database to this.

A scope that is too old shows nothing, since every row is read again under the policies. It hides what is new, or has
the index look at a little more than it needs to.
"""

import time
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.ledger.events import ROOTED
from liaison.matching import IndexDocument, Scope
from liaison.rows.viewing import viewing
from liaison.rules.handling import closed_to, closed_to_purpose
from liaison.viewer import Viewer

SCOPE_SECONDS = 10.0
"""So long at most, whatever is told: a change waits for its number in the ledger, and an operator may mend a table by
hand. Ten seconds of questions share one reading of some milliseconds; hardly a change waits so long."""
SCOPES_MAX = 1_000
MET_MAX = 100_000
LEAVES_SCOPES = frozenset(
    {
        ROOTED,
        "records.entered",
        "records.changed",
        "records.restricted",
        "records.fields_restricted",
        "records.signed",
        "records.withdrawn",
        "records.erased",
        "error_reports.made",
        "error_reports.acknowledged",
        "error_reports.answered",
        "error_reports.erased",
        "queries.opened",
        "screening.partner_checked",
    }
)
"""What happens all day and changes no scope, unless a record's document says otherwise; looks are in ROOTED."""

_Key = tuple[UUID, int, frozenset[str] | None, int, int]


class _Known(NamedTuple):
    """A scope as it was `at` a moment of this process's own clock, begun to be read in this `generation`."""

    at: float
    generation: int
    scope: Scope


class Scopes:
    """The scopes that one process remembers. One thread tells it what is new; any may ask."""

    def __init__(self) -> None:
        self._generation = 0
        self._known: dict[_Key, _Known] = {}
        self._audiences: set[int] = set()
        self._holdings: set[int] = set()

    def of(self, viewer: Viewer) -> Scope:
        """Return what the viewer may find."""
        closed, closed_to_all = closed_to(viewer), closed_to_purpose(viewer.purpose)
        key = (viewer.reader_id, int(viewer.level), viewer.queries, closed, closed_to_all)
        # Before it is read: what changes meanwhile has it read again.
        generation, moment = self._generation, time.monotonic()
        known = self._known.get(key)
        if known and known.generation == generation and moment - known.at < SCOPE_SECONDS:
            return known.scope
        scope = _read(viewer, closed=closed, closed_to_all=closed_to_all)
        if known and known.scope == scope:
            scope = known.scope  # the very same: whoever has masks for it need not compare thousands of audiences
        elif len(self._known) >= SCOPES_MAX:
            self._known = {}
        self._known[key] = _Known(moment, generation, scope)
        return scope

    def end(self) -> None:
        """Have every scope read again when it is next asked for."""
        self._generation += 1

    def note_entries(self, entries: Iterable[audit.SequencedEntry]) -> None:
        """Take in what the ledger tells, before anybody searches what came with it."""
        if any(entry.action not in LEAVES_SCOPES for entry in entries):
            self.end()

    def note_documents(self, documents: Iterable[IndexDocument]) -> None:
        """Take in what records bear, before anybody searches them."""
        audiences, holdings = set[int](), set[int]()
        for document in documents:
            audiences |= {document.audience, document.also}
            holdings.add(document.holding)
        if audiences <= self._audiences and holdings <= self._holdings:
            return
        if len(self._audiences) + len(self._holdings) > MET_MAX:
            self._audiences, self._holdings = set(), set()
        self._audiences |= audiences
        self._holdings |= holdings
        self.end()


def _read(viewer: Viewer, *, closed: int, closed_to_all: int) -> Scope:
    with viewing(viewer, savepoint=False):  # one transaction for all that is asked: each costs more than a question
        return Scope(
            audiences=members.audiences_of(viewer),
            level=int(viewer.level),
            source=viewer.reader_id.bytes,
            kinds=viewer.queries,
            hidden=frozenset(source.bytes for source in members.hidden_sources()),
            closed_holdings=records.closed_holdings(viewer),
            closed=closed,
            closed_to_all=closed_to_all,
        )
