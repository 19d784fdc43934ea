"""A copy of a database as one viewer sees it, in a format of partners, page by page: the look first, then the bytes.

A copy holds what is in force and nothing that the viewer may not see. To carry off a database is a bureau's business:
besides reading it asks for the right to enter records. Each page is one look of kind `export`, which names its
records, committed before anything of them leaves. Pages are read as they are asked for: a copy that is broken off has
looked at no more than it gave.
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
from liaison.rules import handling
from liaison.viewer import Level, Right, Viewer

EXPORT_MAX = "exchange.export_max"
TITLE = "Liaison: {kind}"


COPY_BYTES_MAX = 256 * 1024 * 1024
"""A copy that is made whole before it leaves lives in memory."""
TERMS = Terms({Level.OFFICIAL_USE: "TLP:AMBER", Level.RESTRICTED: "TLP:AMBER+STRICT", Level.CONFIDENTIAL: "TLP:RED"})
"""What a copy for partners says of how it may be used: never more than the level allows here."""


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


SUFFIXES: Mapping[Format, str] = {
    Format.CSV: "csv",
    Format.FTM: "ftm.json",
    Format.STIX: "stix.json",
    Format.MISP: "misp.json",
}
SEPARATORS = (",", ";", "\t")
CARRIES_CONDITIONS = frozenset({Format.STIX, Format.MISP})
"""Formats that tell the receiver under which conditions a record may be used. The others leave such records out."""


@dataclass(frozen=True, slots=True)
class Export:
    """A copy on its way: how many records it was found to hold, its bytes, and its losses, whole at its end.

    `left_out` are records that the viewer may read and that their handling conditions keep out of the copy.
    """

    kind: str
    count: int
    pieces: Iterator[bytes]
    losses: Losses = field(default_factory=Losses)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy made whole: what it is called, its media type, its bytes, how many records it holds and what it lost."""

    file_name: str
    media_type: str
    content: bytes
    count: int
    losses: Losses
    left_out: int = 0


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

    Raise NotAllowed for who may not enter records, and Refused, before anything leaves, for an unknown database or
    format, for more records than the policy value allows, and where the first look cannot be written. In a table of
    one's own records the `foreign_key` is one's own key, so that it can be imported again; everybody else gets the
    reference.
    """
    viewer.needs(Right.READ_RECORDS)
    viewer.needs(Right.ENTER_RECORDS)
    known, wanted = _database(kind), _format(format)
    without = handling.left_out_of_copies(carries=wanted in CARRIES_CONDITIONS)
    extent = records.extent(known, viewer, own=own, without=without)
    with viewing(viewer):
        most = policies.value(EXPORT_MAX)
    if extent.count > most:
        raise Refused(_too_many(extent.count, most))
    pages = records.pages_of(known, viewer, until=extent.until, own=own, without=without)
    cards = _begun(_looked_at(pages, viewer, wanted))
    losses = Losses()
    going = _Going(known, cards, viewer, losses, _separator(separator))
    return Export(known, extent.count, _WRITERS[wanted](going), losses, extent.left_out)


def copy_of(
    kind: str,
    *,
    format: Format | str,
    viewer: Viewer,
    own: bool = False,
    separator: str = ",",
) -> Copy:
    """Return a whole copy, as `export` makes it: where something goes wrong midway, no half of it leaves.

    Raise Refused as `export` does, and for a copy of more than COPY_BYTES_MAX bytes.
    """
    made = export(kind, format=format, viewer=viewer, own=own, separator=separator)
    content = bytearray()
    for piece in made.pieces:
        content += piece
        if len(content) > COPY_BYTES_MAX:
            raise Refused(_too_large())
    wanted = Format(format)
    name = f"liaison-{made.kind.replace('_', '-')}-{now():%Y%m%d-%H%M}.{SUFFIXES[wanted]}"
    return Copy(name, MEDIA_TYPES[wanted], bytes(content), made.count, made.losses, made.left_out)


def template(kind: str, *, separator: str = ",", label: Callable[[str], str] = str) -> bytes:
    """Return the empty table of a database; raise Refused where there is no such database."""
    return csv_template.template(_database(kind), separator=_separator(separator), label=label)


@dataclass(frozen=True, slots=True)
class _Going:
    """What the writers need of a copy on its way."""

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


def _csv(going: _Going) -> Iterator[bytes]:
    outgoing = (_outgoing(card, _key(card, going.viewer), going.viewer) for card in going.cards)
    return csv_writing.write(going.kind, outgoing, going.losses, separator=going.separator)


def _ftm(going: _Going) -> Iterator[bytes]:
    at = now().isoformat(timespec="seconds")
    return ftm_writing.write(
        (_outgoing(card, card.reference, going.viewer) for card in going.cards), going.losses, at=at
    )


def _stix(going: _Going) -> Iterator[bytes]:
    return stix_writing.write(_shared(going.cards, going.viewer), terms=TERMS, losses=going.losses)


def _misp(going: _Going) -> Iterator[bytes]:
    body = members.readers([going.viewer.reader_id])[going.viewer.reader_id]
    sender = misp_writing.Sender(body.code, body.name, TITLE.format(kind=going.kind))
    return misp_writing.write(_shared(going.cards, going.viewer), sender=sender, terms=TERMS, losses=going.losses)


_WRITERS: Mapping[Format, Callable[[_Going], Iterator[bytes]]] = {
    Format.CSV: _csv,
    Format.FTM: _ftm,
    Format.STIX: _stix,
    Format.MISP: _misp,
}


def _shared(cards: Iterable[records.RecordCard], viewer: Viewer) -> Iterator[SharedRecord]:
    names: dict[str, str] = {}
    for card in cards:
        if card.source_code not in names:
            source = members.readers([card.source_id]).get(card.source_id)
            names[card.source_code] = source.name if source else card.source_code
        yield SharedRecord(
            record=_outgoing(card, card.reference, viewer),
            source_name=names[card.source_code],
            entered_at=card.entered_at,
            changed_at=card.changed_at,
            level=card.level,
            conditions=tuple(one.code for one in card.handling),
        )


def _outgoing(card: records.RecordCard, key: str, viewer: Viewer) -> Outgoing:
    return Outgoing(kind=card.kind, reference=key, source=card.source_code, fields=card.fields_for_copies(viewer))


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


def _separator(text: str) -> str:
    if text in SEPARATORS:
        return text
    raise Refused(
        Finding(
            code="export.no_separator",
            problem=mark("“%(text)s” does not separate the cells of a table."),
            remedy=mark("Choose a comma, a semicolon or a tab."),
            field="separator",
            values={"text": text[:10]},
        )
    )


def _too_large() -> Finding:
    return Finding(
        code="export.too_large",
        problem=mark("This copy would be larger than %(most)s megabytes."),
        remedy=mark("Export your own body's records only, or write it with the command “liaison records export”."),
        values={"most": COPY_BYTES_MAX // 1024 // 1024},
    )


def _too_many(count: int, most: int) -> Finding:
    return Finding(
        code="export.too_many",
        problem=mark("This export would hold %(count)s records; at most %(most)s may leave at once."),
        remedy=mark("Export your own body's records only, or follow the changes over the interface."),
        source=f"policy: {EXPORT_MAX}",
        values={"count": count, "most": most},
    )
