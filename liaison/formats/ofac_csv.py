"""OFAC's list of Specially Designated Nationals: three files without headers, read together out of one zip.

`parse(stream)` yields one `Row` for each entry of `sdn.csv` - a person, an organisation, a vessel or an aircraft -
with its aliases (`alt.csv`) and addresses (`add.csv`), then one `Edition`. Its peculiarities that this module knows:

- nothing is written as `-0- `; each file ends with the character 0x1A, without which it was cut off;
- one line is one row: a quote that never closes spoils its own row and no other;
- a person is `FAMILY, Given`; programmes are parted by `] [`; most of what is known stands in the remarks;
- aliases of `alt.csv` are well supported, those in quotes in the remarks are weak;
- an alias or address whose entry is not there is of another day: it is left out and counted;
- no file tells its date: the edition is as new as the newest of them.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from liaison.databases import all_databases
from liaison.databases.declaration import validate
from liaison.databases.fields import LONG_TEXT_LENGTH_MAX, MANY_MAX
from liaison.formats.ofac_entries import READERS, Entry, Reader
from liaison.formats.rows import Edition, Row
from liaison.formats.zip_members import LINE_BYTES_MAX, Archive
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.refusal import Finding, Refused, mark

MEMBERS = ("sdn.csv", "alt.csv", "add.csv")
SDN_COLUMNS = (
    "ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign", "Vess_type", "Tonnage", "GRT", "Vess_flag",
    "Vess_owner", "Remarks",
)  # fmt: skip
ALT_COLUMNS = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
ADD_COLUMNS = ("ent_num", "add_num", "Address", "City", "Country", "Add_remarks")
KINDS: Mapping[str, str] = {
    "individual": "persons",
    "": "organisations",
    "vessel": "vessels",
    "aircraft": "aircraft",
}
ENTRIES_MAX = 200_000
UNREADABLE_MAX = 10_000
"""So many rows that cannot be read are no slips of a publisher: the file is then refused whole."""
BESIDE_ROWS_MAX = 200_000
BESIDE_CHARACTERS_MAX = 64 * 1024 * 1024
FINDINGS_MAX = 200
REMARKS_CUT_AT_CHARACTERS = 1_000

_NOTHING = "-0-"
_END = b"\x1a"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LEFT_OUT = mark("The entry at line %(line)s was left out; tell the list's publisher, or enter it by hand.")
_COLUMNS = (SDN_COLUMNS, ALT_COLUMNS, ADD_COLUMNS)
_UNREADABLE = "rows that cannot be read"
_ORPHANS = "rows whose entry is not in sdn.csv"
_HEADER = re.compile(rb'\s*"?ent_num', re.IGNORECASE)
_KEY = re.compile(r'\s{0,3}"?(?P<key>[0-9]{1,12})"?\s{0,3},')
_TYPE = re.compile(r',\s{0,3}"?(?:-0-|(?P<type>individual|vessel|aircraft))\s{0,3}"?\s{0,3}(?:,|$)', re.IGNORECASE)


def parse(stream: BinaryIO) -> Iterator[Row | Edition]:
    """Yield the rows of the list in the order of sdn.csv, and then its edition.

    `stream` can be sought and is a zip that holds MEMBERS. A list of which a file lacks its end, or of which a row
    says not even whose it is, ends in an edition that is not `complete`. Raise Refused for what is not this list at
    all, or could do harm.
    """
    archive = Archive(stream, MEMBERS)
    sdn, alt, add = files = [_File(name, columns) for name, columns in zip(MEMBERS, _COLUMNS, strict=True)]
    beside = _Beside(alt.by_key(archive), add.by_key(archive))
    tally = _Tally()
    changed_at = archive.changed_at()
    if changed_at is None:
        raise Refused(_no_date())
    for line in sdn.rows(archive):
        if len(tally.seen) >= ENTRIES_MAX:
            raise Refused(_too_much(sdn.name))
        yield _row(line, beside, tally)
    if not tally.readable:
        raise Refused(_not_this_list(sdn.name, 1))
    unkept = tally.unkept + Counter({"zip/other files": archive.others})
    for file, left in ((alt, beside.aliases), (add, beside.addresses)):
        orphans = sum(map(len, left.values()))
        unkept += Counter({f"{file.name}/{_UNREADABLE}": file.unreadable, f"{file.name}/{_ORPHANS}": orphans})
    yield Edition(
        generated_at=changed_at.isoformat(),
        counts=dict(tally.counts),
        complete=all(file.ended for file in files) and not tally.unknown,
        kept=tally.kept,
        unkept=unkept,
        findings=tuple(_edition_findings(files, tally)),
    )


@dataclass(slots=True)
class _Line:
    """One row of a file: its cells by column, or what is wrong with it; key and type as far as they can be read."""

    number: int
    key: str
    cells: Mapping[str, str]
    problem: str = ""
    said_type: str | None = ""
    remarks_are_cut: bool = False


@dataclass(slots=True)
class _Beside:
    """The rows of the other files by the key of their entry; what an entry took is no longer there."""

    aliases: dict[str, list[Mapping[str, str]]]
    addresses: dict[str, list[Mapping[str, str]]]


@dataclass(slots=True)
class _Tally:
    """What was met so far: keys, counts, rows that are entries, and rows that do not say whose they are."""

    seen: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(KINDS.values(), 0)))
    kept: Counter[str] = field(default_factory=Counter)
    unkept: Counter[str] = field(default_factory=Counter)
    readable: int = 0
    unknown: int = 0


@dataclass(slots=True)
class _File:
    """One of the three files, and what was met in it. `ended` is known when its rows were read."""

    name: str
    columns: Sequence[str]
    ended: bool = False
    unreadable: int = 0
    findings: list[Finding] = field(default_factory=list)

    def rows(self, archive: Archive) -> Iterator[_Line]:
        """Yield the rows of the file; raise Refused where too many of them cannot be read."""
        for number, line in archive.lines(self.name):
            content = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            self.ended = content.endswith(_END) or (self.ended and not content)
            content = content.removesuffix(_END)
            if not content.strip() or (number == 1 and _HEADER.match(content)):
                continue
            row = _read(number, content, self.columns)
            self.unreadable += bool(row.problem)
            if self.unreadable > UNREADABLE_MAX:
                raise Refused(_not_this_list(self.name, number))
            yield row

    def by_key(self, archive: Archive) -> dict[str, list[Mapping[str, str]]]:
        """Return the rows by the key of their entry, in bounded memory; those that cannot be read are findings."""
        found: dict[str, list[Mapping[str, str]]] = {}
        rows = characters = 0
        for line in self.rows(archive):
            if line.problem:
                if len(self.findings) < FINDINGS_MAX:
                    self.findings.append(_refused_row(line.number, self.name, line.problem))
                continue
            rows, characters = rows + 1, characters + sum(map(len, line.cells.values()))
            if rows > BESIDE_ROWS_MAX or characters > BESIDE_CHARACTERS_MAX:
                raise Refused(_too_much(self.name))
            found.setdefault(line.key, []).append(line.cells)
        return found


def _read(number: int, content: bytes, columns: Sequence[str]) -> _Line:
    """Return one line as a row; a quote that never closes, or a character too much, is its own problem."""
    text = _text(content)
    key, said_type = _KEY.match(text), _TYPE.search(text)
    row = _Line(
        number, key["key"] if key else "", {}, said_type=(said_type["type"] or "").lower() if said_type else None
    )
    try:
        (cells,) = csv.reader([text], strict=True)
    except csv.Error:
        row.problem = mark("The row is not in the form of a CSV file: a quote is missing, or there is one too much.")
        return row
    if len(content) > LINE_BYTES_MAX or any(len(cell) > LONG_TEXT_LENGTH_MAX for cell in cells):
        row.problem = mark("A text has more than %(most)s characters.")
    elif "\0" in text or "\ufffd" in text:
        row.problem = mark("The row holds characters that are no text.")
    elif len(cells) != len(columns):
        row.problem = mark("The row has not as many columns as the file should have.")
    elif not key:
        row.problem = mark("The entry has no usable number (ent_num), by which the next edition finds it.")
    else:
        row.cells = {name: _cell(cell) for name, cell in zip(columns, cells, strict=True)}
        row.said_type = row.cells.get("SDN_Type", "").lower()
        row.remarks_are_cut = len(cells[-1]) == REMARKS_CUT_AT_CHARACTERS
    return row


def _text(content: bytes) -> str:
    """Return the text of a line: ASCII as OFAC writes it, UTF-8 or Windows-1252 as others save it."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("ascii", errors="replace")


def _cell(text: str) -> str:
    said = text.strip()
    return "" if said == _NOTHING else cleaned(said)


def _row(line: _Line, beside: _Beside, tally: _Tally) -> Row:
    """Return the row of one line of sdn.csv with all that belongs to it, and count it."""
    aliases, addresses = beside.aliases.pop(line.key, []), beside.addresses.pop(line.key, [])
    kind = KINDS.get(line.said_type or "", "organisations")
    findings = _unfit(line, tally, max(len(aliases), len(addresses)))
    tally.counts[kind] += 1
    tally.readable += not line.problem
    tally.unknown += bool(line.problem) and (not line.key or line.said_type is None)
    tally.seen.add(line.key)
    if findings:
        return Row(line.number, line.key, kind, None, line.key, tuple(findings))
    entry = Entry(line.number, line.key, line.cells, aliases, addresses, remarks_are_cut=line.remarks_are_cut)
    reader = READERS[kind](entry)
    fields, unfit = _taken(kind, reader)
    if unfit:
        return Row(line.number, line.key, kind, None, line.key, tuple(unfit))
    tally.kept.update(entry.kept)
    tally.unkept.update({"alt.csv/alt_num": len(aliases), "add.csv/add_num": len(addresses)})
    findings = [*reader.findings, *([_cut(line)] if line.remarks_are_cut else [])]
    return Row(line.number, line.key, kind, fields, line.key, tuple(findings))


def _unfit(line: _Line, tally: _Tally, beside_count: int) -> list[Finding]:
    """Return why the row cannot be read as an entry."""
    if line.problem:
        return [_refused_row(line.number, "sdn.csv", line.problem)]
    if line.key in tally.seen:
        return [
            _refused_row(
                line.number, "ent_num", mark("The entry's number was used by an earlier entry of this list.")
            )
        ]
    if line.said_type not in KINDS:
        return [_refused_row(line.number, "SDN_Type", mark("The entry is of a type that is not known."))]
    if not has_letters_or_digits(line.cells["SDN_Name"]):
        return [_refused_row(line.number, "SDN_Name", mark("The entry has no name."))]
    if beside_count > MANY_MAX:
        many = mark("The entry has more aliases or addresses than are kept.")
        return [_refused_row(line.number, "ent_num", many)]
    return []


def _taken(kind: str, reader: Reader) -> tuple[dict[str, object], list[Finding]]:
    """Return the fields as the database takes them, and what it refuses all the same.

    A value that it refuses is kept as a remark: nobody drops out of a list for one bad number.
    """
    database = all_databases()[kind]
    fields = reader.fields()
    refused = validate(database, fields)
    if not refused:
        return fields, []
    fields = reader.without({finding.field for finding in refused})
    return fields, [_left_out(finding, reader.entry.line) for finding in validate(database, fields)]


def _left_out(finding: Finding, number: int) -> Finding:
    """Return the finding without the value, because reports outlive records."""
    return Finding(
        code=finding.code,
        problem=finding.problem,
        remedy=_LEFT_OUT,
        source=finding.source,
        field=finding.field,
        values={**finding.values, "value": "…", "line": number},
    )


def _cut(line: _Line) -> Finding:
    return Finding(
        code="ofac_csv.remarks_cut",
        problem=mark(
            "The publisher cut the remarks off after %(most)s characters; the last of them is kept as text."
        ),
        remedy=mark("See the entry on the publisher's own pages; complete the record by hand if it matters."),
        field="Remarks",
        values={"line": line.number, "most": REMARKS_CUT_AT_CHARACTERS},
    )


def _refused_row(number: int, column: str, problem: str) -> Finding:
    return Finding(
        code="ofac_csv.row_refused",
        problem=problem,
        remedy=_LEFT_OUT,
        field=column,
        values={"line": number, "most": LONG_TEXT_LENGTH_MAX},
    )


def _not_this_list(name: str, number: int) -> Finding:
    return Finding(
        code="ofac_csv.not_this_list",
        problem=mark("“%(name)s” is not such a file: its rows cannot be read (line %(line)s)."),
        remedy=mark("Give the files as their publisher offers them, or choose another kind of list."),
        field="file",
        values={"name": name, "line": number},
    )


def _too_much(name: str) -> Finding:
    return Finding(
        code="ofac_csv.too_much",
        problem=mark("“%(name)s” has more rows than any list that is known."),
        remedy=mark("Get the list again from its publisher; no list that is known is like this."),
        field="file",
        values={"name": name},
    )


def _edition_findings(files: Sequence[_File], tally: _Tally) -> Iterator[Finding]:
    for file in files:
        if not file.ended:
            yield Finding(
                code="ofac_csv.lacks_its_end",
                problem=mark("“%(name)s” lacks its end: it was cut off on the way here."),
                remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
                field="file",
                values={"name": file.name},
            )
        yield from file.findings
    if tally.unknown:
        yield Finding(
            code="ofac_csv.unknown_rows",
            problem=mark("%(count)s rows do not say which entry they are, so the list counts as not whole."),
            remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
            field="sdn.csv",
            values={"count": tally.unknown},
        )


def _no_date() -> Finding:
    return Finding(
        code="ofac_csv.no_date",
        problem=mark("The zip does not say when its files were changed, which is the only date of this list."),
        remedy=mark("Unpack it, and give the path of the folder instead."),
        field="file",
    )


def _specimen() -> bytes:
    """Return a small list that makes the reader load all it needs: everybody in it is invented."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in zip(MEMBERS, (_SPECIMEN_ENTRIES, *_SPECIMEN_BESIDE), strict=True):
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, text.encode("cp1252"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_SPECIMEN_BESIDE = ('1,1,"aka","VOSS, Dila",-0- \r\n\x1a', '1,1,"Main Street 1","Zelk","Marvenia",-0- \r\n\x1a')
_SPECIMEN_ENTRIES = (
    '1,"VOSS, Dilara","individual","SDGT] [IFSR","Minister",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB circa 1951; alt. DOB'
    " 01 Feb 1952 to 29 Feb 1952; POB Zelk, Marvenia; nationality Marvenia; citizen Nowhere; Gender Female; Passport"
    " A1234567 (Marvenia) issued 01 Jan 2020 expires 2030; a.k.a. 'DÍLA'; Linked To: VOSS TRADING.\"\r\n"
    '2,"VOSS TRADING",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Tax ID No. 12345 (Marvenia); Organization'
    ' Established Date 2001; Website voss.example; Target Type Private Company."\r\n'
    '3,"VOSS STAR","vessel","SDGT",-0- ,"QM1","Crude Oil Tanker","300,000","160,000","Marvenia","VOSS TRADING",'
    '"Vessel Registration Identification IMO 9074729; MMSI 215000818; Vessel Registration Identification RS 1'
    ' (Marvenia); Vessel Year of Build 1999."\r\n'
    '4,"QM-VOS","aircraft","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Aircraft Tail Number QM-VOS; Aircraft Mode S'
    " Transponder Code 140AE7; Aircraft Manufacturer's Serial Number (MSN) 1; Registration Number QM-VOS"
    ' (Marvenia)."\r\n\x1a'
)
SPECIMEN = _specimen()
