"""What a source holds under its own keys: asked in pieces by an import, which never has all of it in memory."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models.functions import Collate

from liaison.apps.records.models import Part, Record
from liaison.apps.records.queries import RecordCard, opened_rows
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_ROWS = 5_000


class Held(NamedTuple):
    """An active record of a source, by the source's own key."""

    foreign_key: str
    reference: str


class Newest(NamedTuple):
    """The header of a record as it is now, with the entry of its newest version, or of its part's."""

    record_id: UUID
    entry_id: UUID
    reference: str
    kind: str
    source_id: UUID
    status: str


class InForce(NamedTuple):
    """The header of a record that answers today, without anything that it says."""

    kind: str
    source_id: UUID
    audience_id: int


def in_force(ids: Sequence[UUID]) -> dict[UUID, InForce]:
    """Return the headers of those records that answer today, whoever may see them: for the installation's own work.

    Whoever shows a record reads its row again under the reader's own rights.
    """
    rows = Record.objects.using("system").filter(
        pk__in=list(ids), status=Record.Status.ACTIVE, expires_on__gte=now("system").date()
    )
    return {row[0]: InForce(*row[1:]) for row in rows.values_list("pk", *InForce._fields)}


def cards_by_key(
    kind: str, source_id: UUID, keys: Sequence[str], *, viewer: Viewer, lock: bool = False
) -> dict[str, RecordCard]:
    """Return those records of a kind of one source that carry one of these keys and are not erased, by that key.

    `lock` keeps others from changing them until the caller's transaction ends.
    """
    wanted = [key for key in keys if key]
    with viewing(viewer):
        rows = Record.objects.filter(kind=kind, source_id=source_id, foreign_key__in=wanted).exclude(foreign_key="")
        rows = rows.order_by("pk").select_for_update() if lock else rows
        return {card.foreign_key: card for card in opened_rows(rows)}


def newest(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Newest]:
    """Return the headers of those records that the viewer may see and that are not erased, by these ids.

    The id of a part that he sees leads to the record that it belongs to.
    """
    viewer.needs(Right.READ_RECORDS)
    with viewing(viewer):
        parts = Part.objects.filter(pk__in=list(ids), status=Part.Status.ACTIVE)
        behind = {part: (record, entry) for part, record, entry in parts.values_list("pk", "record_id", "entry_id")}
        wanted = {*ids, *(record for record, _ in behind.values())}
        rows = Record.objects.filter(pk__in=wanted).exclude(status=Record.Status.ERASED)
        found = {row[0]: Newest(*row) for row in rows.values_list("pk", *Newest._fields[1:])}
    parted = {
        part: found[record]._replace(entry_id=entry) for part, (record, entry) in behind.items() if record in found
    }
    return {one: found[one] for one in ids if one in found} | parted


def held_actively(
    kind: str, source_id: UUID, *, viewer: Viewer, after: str = "", until: str = ""
) -> Iterator[list[Held]]:
    """Yield, in pages, the active records of a kind of one source that carry its own key.

    With bounds, those whose key lies behind `after` and up to `until` in the order of code points; empty is no bound.
    """
    last: UUID | None = None
    while True:
        with viewing(viewer):
            rows = Record.objects.filter(kind=kind, source_id=source_id, status=Record.Status.ACTIVE)
            rows = rows.exclude(foreign_key="").alias(place=Collate("foreign_key", "C")).order_by("pk")
            rows = rows.filter(place__gt=after) if after else rows
            rows = rows.filter(place__lte=until) if until else rows
            rows = rows.filter(pk__gt=last) if last else rows
            page = list(rows.values_list("pk", "foreign_key", "reference")[:PAGE_ROWS])
        if not page:
            return
        yield [Held(key, reference) for _, key, reference in page]
        last = page[-1][0]
