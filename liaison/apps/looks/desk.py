"""The desk of data protection: who looked at these records, what did this officer look at.

Whoever audits asks about his own body's people and his own body's records; oversight asks about everybody. A question
is a look of its own, committed before it is answered. A record that is hidden, one that was never there and one at
which nobody looked are answered alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.looks.record_looks import broken_cursor
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.formats.csv_columns import shielded
from liaison.ledger.canonical import Json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_SIZE = 50
REFERENCES_MAX = 20
REFERENCES_SHOWN_MAX = 10
CSV_LINES_MAX = 10_000
CSV_AT_ONCE = 400
NAME_LENGTH_MAX = 80
CSV_HEAD = ("at", "kind", "purpose", "body", "officer", "records", "shown")


@dataclass(frozen=True, slots=True)
class Question:
    """What the desk asks: about records (several may be of one person) or about one officer, from day to day."""

    references: tuple[str, ...] = ()
    officer: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def about(
        cls, records_text: str, officer: str, since: date | None = None, until: date | None = None
    ) -> "Question":
        """Return the question as it was typed: references stand with spaces, commas or lines between."""
        given = tuple(dict.fromkeys(word.upper() for word in re.split(r"[\s,;]+", records_text) if word))
        return cls(given, officer.strip(), since, until)


@dataclass(frozen=True, slots=True)
class Line:
    """One look as the desk shows it. `officer` is None where the viewer may know the body alone.

    `references` are the records as far as the viewer's body may see them; `others` counts those that it may not, or
    that do not fit; `query` is the event whose text may be asked for, None where there is none.
    """

    at: datetime
    kind: str
    purpose: str
    body: members.ReaderCard | None
    officer: members.Colleague | None
    references: tuple[str, ...]
    others: int
    shown: int | None
    query: UUID | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines, newest first; `next_cursor` is empty on the last."""

    lines: tuple[Line, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was understood: the records behind its references, or the account behind its name."""

    records: tuple[records.Named, ...]
    officer: members.Colleague | None
    stretch: audit.Stretch


def ask(question: Question, viewer: Viewer, *, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """Return one page of the answer; the question is a look that is committed before.

    Raise NotAllowed for who does not audit, and Refused for a question about nothing, about both, about too many
    records, or whose days are the wrong way round.
    """
    asked = _understood(question, viewer)
    place = asked.stretch.at(cursor)
    if place is None:
        raise Refused(broken_cursor())
    _note(asked, viewer, exported=False)
    return _page(replace(asked, stretch=place), viewer, size)


def table(question: Question, viewer: Viewer) -> Iterator[list[str]]:
    """Yield head and lines of the whole answer for a table, at most CSV_LINES_MAX; no cell is a formula.

    The question is a look that says so, committed before the first line.
    """
    asked = _understood(question, viewer)
    _note(asked, viewer, exported=True)
    yield list(CSV_HEAD)
    for _ in range(CSV_LINES_MAX // CSV_AT_ONCE):
        page = _page(asked, viewer, CSV_AT_ONCE)
        yield from (_cells(line) for line in page.lines)
        if not page.next_cursor:
            return
        place = asked.stretch.at(page.next_cursor)
        assert place is not None, "a page gives the place of the next"
        asked = replace(asked, stretch=place)


def _understood(question: Question, viewer: Viewer) -> _Asked:
    viewer.needs(Right.AUDIT)
    if findings := _findings(question):
        raise Refused(*findings)
    officer = None
    if question.officer:
        officer = members.account_called(question.officer, viewer)
        if officer is None:
            raise Absent(_no_account(question.officer))
    return _Asked(tuple(records.named(question.references)), officer, _stretch(question))


def _findings(question: Question) -> list[Finding]:
    found = []
    if bool(question.references) == bool(question.officer):
        found.append(
            Finding(
                code="looks.what",
                problem=mark("The desk answers about records or about an officer, one at a time."),
                remedy=mark("Give references, or the sign-in name of an officer."),
                field="references",
            )
        )
    if len(question.references) > REFERENCES_MAX:
        found.append(
            Finding(
                code="looks.too_many",
                problem=mark("At most %(most)s records are asked about at once."),
                remedy=mark("Ask again for the others."),
                field="references",
                values={"most": REFERENCES_MAX},
            )
        )
    if question.since and question.until and question.since > question.until:
        found.append(
            Finding(
                code="looks.days",
                problem=mark("The first day comes after the last."),
                remedy=mark("Turn them round."),
                field="since",
            )
        )
    return found


def _stretch(question: Question) -> audit.Stretch:
    whole = audit.Stretch()
    since = _midnight(question.since) if question.since else whole.since
    until = _midnight(question.until) + timedelta(days=1, microseconds=-1) if question.until else whole.until
    return audit.Stretch(since, until)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _note(asked: _Asked, viewer: Viewer, *, exported: bool) -> None:
    """Commit the look that this question is."""
    notes: dict[str, Json] = {"asked": "officer" if asked.officer else "records", "exported": exported}
    if asked.officer:
        notes["officer"] = str(asked.officer.id)
    shown = [(one.id, one.source_id) for one in asked.records]
    audit.look(audit.Look.by(viewer, kind="inspection", shown=shown, notes=notes))


def _page(asked: _Asked, viewer: Viewer, size: int) -> Page:
    with viewing(viewer):
        found = _found(asked, viewer, size + 1)
        cards = found[:size]
        lines = _lines(asked, cards, viewer)
    return Page(tuple(lines), asked.stretch.after(cards).token() if len(found) > size else "")


def _found(asked: _Asked, viewer: Viewer, limit: int) -> list[audit.LookCard]:
    if asked.officer:
        return audit.looks_by(asked.officer.id, viewer, limit, stretch=asked.stretch)
    known = None if viewer.may(Right.OVERSEE) else members.bodies_known_to(viewer)
    subjects = [one.id for one in asked.records]
    return audit.looks_at_any(subjects, viewer, limit, readers=known, stretch=asked.stretch)


def _lines(asked: _Asked, cards: Sequence[audit.LookCard], viewer: Viewer) -> list[Line]:
    people = members.accounts({card.actor for card in cards if card.actor}, viewer)
    bodies = members.readers([card.reader for card in cards])
    if asked.officer:
        shown = audit.subjects_shown(cards, viewer)
        known = records.references_of(sorted({one for some in shown.values() for one in some}), viewer)
    else:
        shown = {}
        known = {one.id: one.reference for one in asked.records}
    return [_line(card, shown, known, people, bodies) for card in cards]


def _line(
    card: audit.LookCard,
    shown: dict[UUID, list[UUID]],
    known: dict[UUID, str],
    people: dict[UUID, members.Colleague],
    bodies: dict[UUID, members.ReaderCard],
) -> Line:
    subjects = [card.subject] if card.subject else shown.get(card.event_id, [])
    named = [known[one] for one in subjects if one in known][:REFERENCES_SHOWN_MAX]
    officer = people.get(card.actor) if card.actor else None
    return Line(
        at=card.at,
        kind=card.kind.value,
        purpose=card.purpose,
        body=bodies.get(card.reader),
        officer=officer,
        references=tuple(sorted(named)),
        others=len(subjects) - len(named),
        shown=card.count,
        query=card.event_id if officer and card.kind is audit.LookKind.QUERY else None,
    )


def _cells(line: Line) -> list[str]:
    cells = (
        line.at.isoformat(timespec="seconds"),
        line.kind,
        line.purpose,
        line.body.code if line.body else "",
        line.officer.sign_in_name if line.officer else "",
        " ".join(line.references),
        "" if line.shown is None else str(line.shown),
    )
    return [shielded(cell) for cell in cells]


def _no_account(name: str) -> Finding:
    return Finding(
        code="looks.no_account",
        problem=mark("No account that you may know of signs in as “%(name)s”."),
        remedy=mark("Check the name in the list of your body's people."),
        field="officer",
        values={"name": name[:NAME_LENGTH_MAX]},
    )
