"""A table for each database that an officer fills in with a spreadsheet program, and reading it back.

`template(kind)` is the empty table: its first row names the columns by their paths, and the rows that begin with `#`
say what each is called and what it takes; they are passed over. `parse(kind, stream)` yields a `Row` for each record
and then an `Edition`. A choice may be given by code or English label.

What spreadsheet programs do to numbers and dates is refused where it shows: `1.23E+15`, `#REF!`, a date that can be
read in two ways. Leading zeros that a program took away cannot be seen by anybody.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import BinaryIO

from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.databases.declaration import normalise, validate
from liaison.databases.fields import MANY_MAX, Field, FieldType
from liaison.formats.csv_columns import COMMENT, FOREIGN_KEY, Column, columns, put, unshielded
from liaison.formats.csv_reading import SEPARATORS, WESTERN, Table, TableRow
from liaison.formats.rows import Edition, Row
from liaison.formats.seen_keys import SeenKeys
from liaison.identifiers.partial_dates import readings
from liaison.refusal import Finding, Refused, mark

KEY_CHARACTERS_MAX = 200
NAMED_MAX = 20
FINDINGS_MAX = 50
BYTE_ORDER_MARK = "\ufeff"
KEY_LABEL = mark("Your own number for the record; the same on every row of it")
_HINTS: Mapping[FieldType, str] = {
    FieldType.PARTIAL_DATE: "1965-03-07, 1965-03, 1965, 1965~, 1962/1964",
    FieldType.DATE: "2026-03-07",
    FieldType.COUNTRY: "QM",
    FieldType.LANGUAGE: "deu",
    FieldType.SCRIPT: "Latn",
    FieldType.YES_NO: "yes, no",
}
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+\d+")
_SPREADSHEET_ERRORS = frozenset(("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"))
_PROBES: Mapping[FieldType, object] = {
    FieldType.PARTIAL_DATE: "about 7 March 1965",
    FieldType.DATE: "7 March 1965",
    FieldType.COUNTRY: "Nowhere at all",
    FieldType.LANGUAGE: "deu",
    FieldType.NUMBER_RANGE: {"first": "QM1", "last": "QM2"},
    FieldType.WHOLE_NUMBER: "1",
    FieldType.YES_NO: "yes",
    FieldType.SCRIPT: "Latn",
}


def template(kind: str, *, separator: str = ",", label: Callable[[str], str] = str) -> bytes:
    """Return the empty table of a database, in UTF-8 with a byte order mark so that spreadsheet programs know it.

    `label` translates message ids. Programs set to French or Spanish open it well with `separator` `;`.
    """
    assert separator in SEPARATORS, "the reader knows three separators"
    declared = columns(kind)
    lines = [
        [FOREIGN_KEY, *(column.path for column in declared)],
        [f"{COMMENT} {label(KEY_LABEL)}", *(" – ".join(map(label, column.labels)) for column in declared)],
        [f"{COMMENT}", *(_hint(column) for column in declared)],
    ]
    return (BYTE_ORDER_MARK + "".join(as_line(cells, separator) for cells in lines)).encode()


def as_line(cells: Iterable[str], separator: str = ",") -> str:
    """Return the cells as one row of a table, quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def parser_of(kind: str) -> Callable[[BinaryIO], Iterator[Row | Edition]]:
    """Return the reader of the tables of one database."""
    return lambda stream: parse(kind, stream)


def parse(kind: str, stream: BinaryIO, *, whole: bool = True) -> Iterator[Row | Edition]:
    """Yield the records of a table in its order, and then its edition.

    `stream` can be sought; it is plain or packed with gzip. What the database asks of a record counts only where it
    must be `whole`. Raise Refused for what is not a table of this database, naming all its wrong columns at once.
    """
    database = all_databases()[kind]
    _load(kind)
    table = Table(stream)
    reading = _Reading(database, _placed(kind, table.header), whole=whole)
    yield from reading.rows(table.rows())
    findings = (_western(),) if table.encoding == WESTERN else ()
    yield Edition(
        generated_at="",
        counts={kind: reading.count},
        complete=True,
        kept=reading.kept,
        unkept=Counter(),
        findings=findings,
    )


class _Reading:
    """Puts the rows of a table together to records; only the record at hand is held."""

    def __init__(self, database: Database, placed: Sequence[Column | None], *, whole: bool) -> None:
        self.database = database
        self.whole = whole
        self.placed = placed
        self.count = 0
        self.kept: Counter[str] = Counter()
        self._seen = SeenKeys()

    def rows(self, rows: Iterable[TableRow]) -> Iterator[Row]:
        """Yield the records."""
        record: _Record | None = None
        key_at = self.placed.index(None)
        for row in rows:
            if _is_comment(row, key_at):
                continue
            key, findings = self._key(row, key_at)
            if record is not None and not findings and key == record.key:
                record.add(row)
                continue
            if record is not None:
                yield self._finished(record)
                record = None
            if not findings and not self._seen.add(key):
                findings = [_refused("key_again", FOREIGN_KEY, row.line, _KEY_AGAIN)]
            if findings:
                self.count += 1
                yield Row(row.line, key, self.database.kind, None, key[:40], tuple(findings))
            else:
                record = _Record(self, key, row)
        if record is not None:
            yield self._finished(record)

    def _key(self, row: TableRow, key_at: int) -> tuple[str, list[Finding]]:
        if row.cells is None:
            return "", [
                _refused("unreadable", "row", row.line, mark("The row cannot be read: its quotes are wrong."))
            ]
        if any(row.cells[len(self.placed) :]):
            return "", [_refused("too_many_cells", "row", row.line, mark("The row has more cells than the header."))]
        key = unshielded(row.cells[key_at].strip()) if key_at < len(row.cells) else ""
        if not key or len(key) > KEY_CHARACTERS_MAX or not key.isprintable():
            return "", [_refused("no_key", FOREIGN_KEY, row.line, mark("The row has no usable foreign_key."))]
        if damage := _damage(key):
            return "", [_refused("damaged_cell", FOREIGN_KEY, row.line, damage)]
        return key, []

    def _finished(self, record: "_Record") -> Row:
        self.count += 1
        fields, findings = record.finished()
        if fields is not None:
            self.kept.update(record.filled)
        return Row(record.line, record.key, self.database.kind, fields, record.key[:40], tuple(findings))


class _Record:
    """One record while its rows are read."""

    def __init__(self, reading: _Reading, key: str, row: TableRow) -> None:
        self._reading = reading
        self.key = key
        self.line = row.line
        self.filled: set[str] = set()
        self._rows = 0
        self._fields: dict[str, object] = {}
        self._findings: list[Finding] = []
        self.add(row)

    def add(self, row: TableRow) -> None:
        """Take one more row of the record."""
        self._rows += 1
        if self._rows > MANY_MAX:
            if self._rows == MANY_MAX + 1:
                problem = mark("The record has more than %(most)s rows.")
                self._findings.append(_refused("too_many_rows", FOREIGN_KEY, row.line, problem))
            return
        entries: dict[str, object] = {}
        for column, raw in zip(self._reading.placed, row.cells or (), strict=False):
            cell = unshielded(raw.strip()) if column is not None else ""
            if column is None or not cell:
                continue
            if problem := _damage(cell) or _two_ways(column.part, cell):
                self._findings.append(_refused("damaged_cell", column.path, row.line, problem))
                continue
            self.filled.add(column.path)
            value = column.value(cell)
            if column.steps:
                entry = entries.setdefault(column.field.name, {})
                assert isinstance(entry, dict)
                put(entry, column.steps, value)
            else:
                entries[column.field.name] = value
        for name, entry in entries.items():
            self._take(name, entry, row.line)

    def _take(self, name: str, entry: object, line: int) -> None:
        field = self._reading.database.field(name)
        assert field is not None
        if field.many:
            there = self._fields.setdefault(name, [])
            assert isinstance(there, list)
            there.append(entry)
        elif self._fields.setdefault(name, entry) != entry:
            problem = mark(
                "A further row of the record says something else here; only lists continue on further rows."
            )
            self._findings.append(_refused("differs", name, line, problem))

    def finished(self) -> tuple[Mapping[str, object] | None, list[Finding]]:
        """Return the fields in normal form, or None and why not."""
        if self._findings:
            return None, self._findings[:FINDINGS_MAX]
        try:
            fields = normalise(self._reading.database, self._fields)
        except Refused as refused:
            return None, [_unfit(finding, self.line) for finding in refused.findings[:FINDINGS_MAX]]
        if not self._reading.whole:
            return fields, []
        findings = [_unfit(finding, self.line) for finding in validate(self._reading.database, fields)]
        return (None, findings) if findings else (fields, [])


def _placed(kind: str, header: Sequence[str]) -> list[Column | None]:
    """Return the column of each place, None for the foreign key; raise Refused naming all that is wrong."""
    known: dict[str, Column | None] = {column.path: column for column in columns(kind)}
    known[FOREIGN_KEY] = None
    names = [name.lstrip(BYTE_ORDER_MARK).strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()  # a spreadsheet program saves empty columns behind the table too
    unknown = [name for name in names if name not in known]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    needed = [field.name for field in all_databases()[kind].fields if field.required]
    missing = [name for name in (FOREIGN_KEY, *needed) if not any(_belongs(one, name) for one in names)]
    if len(unknown) == len(names):
        raise Refused(_no_header(kind))
    findings = [
        _columns(code, problem, found)
        for code, problem, found in (
            ("unknown_columns", mark("The table has columns that the database has not: %(names)s."), unknown),
            ("columns_twice", mark("The table has a column more than once: %(names)s."), twice),
            (
                "missing_columns",
                mark("The table lacks columns without which no record is complete: %(names)s."),
                missing,
            ),
        )
        if found
    ]
    if findings:
        raise Refused(*findings)
    return [known[name] for name in names]


def _is_comment(row: TableRow, key_at: int) -> bool:
    """Whether the row is there for people: its foreign key begins with `#`, and is no error of a program."""
    key = row.cells[key_at].strip() if row.cells is not None and key_at < len(row.cells) else ""
    return key.startswith(COMMENT) and not _is_error(key)


def _belongs(column: str, name: str) -> bool:
    return column == name or column.startswith(f"{name}.")


def _damage(cell: str) -> str:
    """Return what a spreadsheet program did to the cell, or nothing."""
    if _ROUNDED.fullmatch(cell):
        return mark("A spreadsheet program rounded the number; its last digits are lost.")
    if _is_error(cell):
        return mark("The cell holds an error of a spreadsheet program instead of a value.")
    return ""


def _is_error(cell: str) -> bool:
    return cell.strip().upper() in _SPREADSHEET_ERRORS


def _two_ways(part: Field, cell: str) -> str:
    """Return what is wrong with a date that can be read with the day or the month first, or nothing."""
    if part.type not in {FieldType.PARTIAL_DATE, FieldType.DATE}:
        return ""
    try:
        several = len(readings(cell)) > 1
    except Refused:
        return ""  # the declaration says it better
    return mark("The date can be read in two ways: the day first, or the month first.") if several else ""


def _hint(column: Column) -> str:
    part = column.part
    if part.choices:
        return ", ".join(choice.value for choice in part.choices)
    if part.type is FieldType.WHOLE_NUMBER:
        return f"{part.smallest}–{part.largest}"
    return _HINTS.get(part.type, "")


@cache
def _load(kind: str) -> None:
    """Judge a record of no sense, so that all that judging needs is loaded before the first row is read."""
    database = all_databases()[kind]
    probe = {field.name: _probe(field) for field in database.fields}
    validate(database, probe)
    for field in database.fields:
        validate(database, {field.name: probe[field.name]})


def _probe(field: Field) -> object:
    one: object = _PROBES.get(field.type, "QM1234567")
    if field.choices:
        one = field.choices[0].value
    if field.type is FieldType.GROUP:
        one = {part.name: _probe(part) for part in field.parts}
    return [one] if field.many else one


_REMEDY = mark("Correct the row at line %(line)s and import the table again; the other rows are not affected.")
_KEY_AGAIN = mark("The foreign_key stands further up already; rows of one record follow each other.")


def _refused(code: str, field: str, line: int, problem: str) -> Finding:
    return Finding(f"csv.{code}", problem, _REMEDY, field=field, values={"line": line, "most": MANY_MAX})


def _unfit(finding: Finding, line: int) -> Finding:
    """Return what the database itself refuses; the value is left out, because reports outlive records."""
    return Finding(
        code=finding.code,
        problem=finding.problem,
        remedy=_REMEDY,
        source=finding.source,
        field=finding.field,
        values={**finding.values, "value": "…", "text": "…", "line": line},
    )


def _columns(code: str, problem: str, names: Sequence[str]) -> Finding:
    shown = ", ".join(name[:40] or "–" for name in names[:NAMED_MAX])
    return Finding(
        f"csv.{code}",
        problem,
        mark("Download the template of this database, and copy the table into it."),
        field="file",
        values={"names": shown + (" …" if len(names) > NAMED_MAX else "")},
    )


def _no_header(kind: str) -> Finding:
    return Finding(
        code="csv.no_header",
        problem=mark("The first row of the file names no column of the database “%(kind)s”."),
        remedy=mark("Download the template of this database, and copy the table into it."),
        field="file",
        values={"kind": kind},
    )


def _western() -> Finding:
    return Finding(
        code="csv.western",
        problem=mark("The file was read as Windows-1252, because it is neither UTF-8 nor UTF-16."),
        remedy=mark("Look whether letters with accents are right; save the table as “CSV UTF-8” next time."),
        field="file",
    )
