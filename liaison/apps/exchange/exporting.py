"""A copy of a database as one viewer sees it, in a format of partners, page by page: the look first, then the bytes.

A copy holds what is in force and nothing that the viewer may not see. Each page is one look of kind `export`, which
names its records, committed before anything of them leaves. Pages are read as they are asked for: a copy that is
broken off has looked at no more than it gave.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.formats import csv_template, csv_writing, ftm_writing, misp_writing, stix_writing
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.shared_record import SharedRecord, Terms
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

EXPORT_MAX = "exchange.export_max"
TITLE = "Liaison: {kind}"


class Format(StrEnum):
    """In what a copy can be had."""

    CSV = "csv"
    FTM = "ftm"
    STIX = "stix"
    MISP = "misp"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.FTM: "application/x-ndjson",
    Format.STIX: "application/stix+json;version=2.1",
    Format.MISP: "application/json",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A copy on its way: how many records it was found to hold, its bytes, and its losses, whole at its end."""

    kind: str
    count: int
    pieces: Iterator[bytes]
    losses: Losses = field(default_factory=Losses)


Cards = Iterator[records.RecordCard]


def export(
    kind: str,
    *,
    format: Format | str,
    viewer: Viewer,
    own: bool = False,
    separator: str = ",",
) -> Export:
    """Return a copy of the viewer's records of a database, of his own body's only with `own`.

    Raise Refused, before anything leaves, for an unknown database or format, for more records than the policy value
    allows, and where the first look cannot be written. In a table of one's own records the `foreign_key` is one's own
    key, so that it can be imported again; everybody else gets the reference.
    """
    viewer.needs(Right.READ_RECORDS)
    known, wanted = _database(kind), _format(format)
    extent = records.extent(known, viewer, own=own)
    with viewing(viewer):
        most = policies.value(EXPORT_MAX)
    if extent.count > most:
        raise Refused(_too_many(extent.count, most))
    cards = _begun(_looked_at(records.pages_of(known, viewer, until=extent.until, own=own), viewer, wanted))
    losses = Losses()
    return Export(known, extent.count, _WRITERS[wanted](_Copy(known, cards, viewer, losses, separator)), losses)


def template(kind: str, *, separator: str = ",", label: Callable[[str], str] = str) -> bytes:
    """Return the empty table of a database; raise Refused where there is no such database."""
    return csv_template.template(_database(kind), separator=separator, label=label)


@dataclass(frozen=True, slots=True)
class _Copy:
    """What the writers need."""

    kind: str
    cards: Cards
    viewer: Viewer
    losses: Losses
    separator: str


def _looked_at(pages: Iterator[list[records.RecordCard]], viewer: Viewer, wanted: Format) -> Cards:
    """Yield the records of pages, each page after its look."""
    for page in pages:
        shown = [(card.id, card.source_id) for card in page]
        audit.look(audit.Look.by(viewer, kind="export", shown=shown, notes={"format": wanted.value}))
        yield from page


def _begun(cards: Cards) -> Cards:
    """Return the records with the first page read and its look written, so that a refusal comes before any byte."""
    first = next(cards, None)
    return iter(()) if first is None else chain([first], cards)


def _csv(copy: _Copy) -> Iterator[bytes]:
    outgoing = (_outgoing(card, _key(card, copy.viewer)) for card in copy.cards)
    return csv_writing.write(copy.kind, outgoing, copy.losses, separator=copy.separator)


def _ftm(copy: _Copy) -> Iterator[bytes]:
    at = now().isoformat(timespec="seconds")
    return ftm_writing.write((_outgoing(card, card.reference) for card in copy.cards), copy.losses, at=at)


def _stix(copy: _Copy) -> Iterator[bytes]:
    return stix_writing.write(_shared(copy.cards), terms=Terms(), losses=copy.losses)


def _misp(copy: _Copy) -> Iterator[bytes]:
    body = members.readers([copy.viewer.reader_id])[copy.viewer.reader_id]
    sender = misp_writing.Sender(body.code, body.name, TITLE.format(kind=copy.kind))
    return misp_writing.write(_shared(copy.cards), sender=sender, terms=Terms(), losses=copy.losses)


_WRITERS: Mapping[Format, Callable[[_Copy], Iterator[bytes]]] = {
    Format.CSV: _csv,
    Format.FTM: _ftm,
    Format.STIX: _stix,
    Format.MISP: _misp,
}


def _shared(cards: Iterable[records.RecordCard]) -> Iterator[SharedRecord]:
    names: dict[str, str] = {}
    for card in cards:
        if card.source_code not in names:
            source = members.readers([card.source_id]).get(card.source_id)
            names[card.source_code] = source.name if source else card.source_code
        yield SharedRecord(
            record=_outgoing(card, card.reference),
            source_name=names[card.source_code],
            entered_at=card.entered_at,
            changed_at=card.changed_at,
            level=card.level,
        )


def _outgoing(card: records.RecordCard, key: str) -> Outgoing:
    return Outgoing(kind=card.kind, reference=key, source=card.source_code, fields=card.fields)


def _key(card: records.RecordCard, viewer: Viewer) -> str:
    """Return by what a table names the record: a source's own key is the source's alone."""
    own = card.foreign_key if card.source_id == viewer.reader_id else ""
    return own or card.reference


def _database(kind: str) -> str:
    if kind in all_databases():
        return kind
    raise Refused(
        Finding(
            code="export.no_database",
            problem=mark("There is no database “%(kind)s”."),
            remedy=mark("Choose one from the register of databases."),
            field="database",
            values={"kind": kind[:40]},
        )
    )


def _format(name: str) -> Format:
    if name in set(Format):
        return Format(name)
    raise Refused(
        Finding(
            code="export.no_format",
            problem=mark("There is no format “%(name)s”."),
            remedy=mark("Choose one of these: %(names)s."),
            field="format",
            values={"name": name[:40], "names": ", ".join(Format)},
        )
    )


def _too_many(count: int, most: int) -> Finding:
    return Finding(
        code="export.too_many",
        problem=mark("This export would hold %(count)s records; at most %(most)s may leave at once."),
        remedy=mark("Export your own body's records only, or follow the changes over the interface."),
        source=f"policy: {EXPORT_MAX}",
        values={"count": count, "most": most},
    )
