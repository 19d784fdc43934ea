"""Reading through the glass: one record at a time, after the look was committed, and nothing but reading."""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.glass.queries import OpeningCard, opening
from liaison.apps.glass.signed import refuse_unbelieved
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.databases.pictures import PORTRAIT, pictures_of
from liaison.identifiers import references
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.rules import break_glass as rules
from liaison.viewer import Right, Viewer


def read(reference: str, called: str, *, by: Viewer) -> tuple[OpeningCard, records.RecordCard]:
    """Return an opening and one record that it shows to whoever asked for it.

    The look is committed before anything is read, as its own kind and for two subjects, record and opening: the
    database gives neither row nor content without it. Raise the record's own Absent for whatever this opening does
    not show: no such record, another source, not named, a higher level, a protected person, an opening that is over.
    """
    by.needs(Right.BREAK_GLASS)
    called = _canonical(called)
    with viewing(by):
        card = opening(reference, by)
        found = _one("select id, source_id from glass_find(%s, %s)", [card.id, called]) if card.may_read else None
        if found is None:
            raise records.absent(called)
        refuse_unbelieved(card, by)
        record_id, source_id = found
        (before,) = _one("select glass_shown_before(%s, %s)", [card.id, record_id]) or (0,)
        if before >= card.records_max:
            raise Refused(_shown_enough(card.records_max))
    look = _look(card, (record_id, source_id), by)
    with viewing(by):
        row = _row(card.id, called, look)
        sealed = _one("select glass_content(%s, %s, %s)", [card.id, called, look])
        document = None
        if row is not None and sealed is not None and sealed[0] is not None:
            document = audit.unsealed(bytes(sealed[0]), subject=record_id, entry_id=_uuid(row["entry_id"]))
        if row is None or document is None:
            raise records.absent(called)
        shown = records.card_of(row, document)
    if not rules.opens(card.ground.code, shown.kind, shown.fields.get("person_status")):
        raise records.absent(called)
    return card, shown


def picture(reference: str, called: str, number: int, *, by: Viewer) -> bytes:
    """Return a picture of a record through the glass, 0 for the portrait; a look of its own. Empty where none is."""
    _, shown = read(reference, called, by=by)
    pictures = [str(shown.fields.get(PORTRAIT, ""))]
    pictures += [one.image for one in pictures_of(all_databases()[shown.kind], shown.fields)]
    try:
        return base64.b64decode(pictures[number] if number < len(pictures) else "", validate=True)
    except ValueError:
        return b""


def _look(card: OpeningCard, record: tuple[UUID, UUID], by: Viewer) -> UUID:
    viewer = members.for_purpose(by, card.purpose)
    shown = [record, (card.id, card.source.id)]
    return audit.look(audit.Look.by(viewer, kind="glass", shown=shown, count=1, notes={"opening": card.reference}))


def _row(opening_id: UUID, called: str, look: UUID) -> dict[str, object] | None:
    with connection.cursor() as cursor:
        cursor.execute("select * from glass_row(%s, %s, %s)", [opening_id, called, look])
        row = cursor.fetchone()
        return dict(zip((column.name for column in cursor.description), row, strict=True)) if row else None


def _one(statement: str, values: Sequence[UUID | str]) -> tuple[Any, ...] | None:  # Any: columns of any type
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _uuid(value: object) -> UUID:
    assert isinstance(value, UUID), "an id of a row"
    return value


def _canonical(called: str) -> str:
    try:
        return str(references.parse(called))
    except Refused:
        raise records.absent(called) from None


def _shown_enough(most: int) -> Finding:
    return Finding(
        code="glass.shown_enough",
        problem=mark("This opening has shown %(most)s records, which is all that one opening shows."),
        remedy=mark("Ask for another, and say why."),
        source=f"policy: {rules.RECORDS_MAX}",
        values={"most": most},
    )
