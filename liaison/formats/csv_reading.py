"""Tables as spreadsheet programs save them, in bounded memory: which encoding, which separator, which rows.

UTF-8 and UTF-16 are known for certain. What is neither is taken for Windows-1252 only where it then reads as a
Western European language, because Arabic or Cyrillic read so would be nonsense that nobody sees again.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from liaison.refusal import Finding, Refused, mark

UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
LINE_CHARACTERS_MAX = 1024 * 1024
CELL_CHARACTERS_MAX = 100_000
CELLS_MAX = 2_000
SEPARATORS = ",;\t"
UTF_8, UTF_16, WESTERN = "utf-8-sig", "utf-16", "cp1252"

_CHUNK_BYTES = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
# Three letters with accents in a row, or a sign that is neither a letter nor of a Western keyboard.
_NO_WESTERN_WORD = re.compile(
    r"(?:(?=[^\W\d_])[^\x00-\x7f]){3}|(?![^\W\d_])[^\x00-\x7f\xa0¡¿«»‹›“”„‘’‚–—…•·´¨°ºª²³½¼¾§€£®©™]|[µƒ]"
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*")
_SEEN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the line of the file that it begins on, and its cells; None where it cannot be read."""

    line: int
    cells: Sequence[str] | None


class Table:
    """A table. `encoding` is known from the start; `rows()` gives what stands below the `header`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.encoding = _encoding(stream)
        self._lines = _Lines(_opened(stream), self.encoding)
        first = self._lines.next()
        if first is None:
            raise Refused(_empty())
        said = _SEPARATOR_LINE.fullmatch(first)
        if said:
            first = self._lines.next() or ""
        self.separator = said[1] if said and said[1] in SEPARATORS else _separator(first)
        header = next(self._read([first]), None)
        if header is None or header.cells is None:
            raise Refused(_empty())
        self.header = [cell.strip() for cell in header.cells]

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows that hold anything; raise Refused where a quote is never closed."""
        for row in self._read(self._lines):
            if row.cells is None or any(row.cells):
                yield row

    def _read(self, lines: "Sequence[str] | _Lines") -> Iterator[TableRow]:
        csv.field_size_limit(CELL_CHARACTERS_MAX)
        reader = csv.reader(iter(lines), delimiter=self.separator, strict=True)
        begun = self._lines.number if isinstance(lines, _Lines) else self._lines.number - 1
        while True:
            line = begun + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if "unexpected end" in str(error) or "field larger" in str(error):
                    raise Refused(_open_quote(line)) from error
                cells, begun = None, self._lines.number
                yield TableRow(line, None)
                continue
            if cells is None:
                return
            begun = self._lines.number
            yield TableRow(line, cells if len(cells) <= CELLS_MAX else None)


class _Lines:
    """The lines of the text, each bounded. `number` is that of the last one given."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(source, encoding, errors="strict", newline="")
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while (line := self.next()) is not None:
            yield line

    def next(self) -> str | None:
        """Return the next line, or None at the end."""
        try:
            line = self._text.readline(LINE_CHARACTERS_MAX + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused(_damaged()) from error
        except UnicodeError as error:
            raise Refused(_unknown_encoding()) from error
        if not line:
            return None
        self.number += 1
        if len(line) > LINE_CHARACTERS_MAX:
            raise Refused(_line_too_long(self.number))
        return line


class _Bounded(io.RawIOBase):
    """The unpacked bytes, counted."""

    def __init__(self, source: BinaryIO | gzip.GzipFile) -> None:
        self._source = source
        self._seen_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stubs say Buffer
        data = self._source.read(len(buffer))
        self._seen_bytes += len(data)
        if self._seen_bytes > UNPACKED_BYTES_MAX:
            raise Refused(_too_large())
        buffer[: len(data)] = data
        return len(data)


def _opened(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    packed = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    stream.seek(0)
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
    return cast("BinaryIO", io.BufferedReader(_Bounded(source), _CHUNK_BYTES))  # it reads, which is all it is asked


def _encoding(stream: BinaryIO) -> str:
    """Return the encoding of the whole text; raise Refused where none can be told."""
    try:
        start = _opened(stream).read(4 * 1024)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return UTF_16
        if without_mark := _utf_16_without_mark(start):
            return without_mark
        return UTF_8 if _is_utf_8(_opened(stream)) else _western(_opened(stream))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused(_damaged()) from error


def _utf_16_without_mark(start: bytes) -> str:
    """Return which UTF-16 it is; empty where it is none: there every other byte of a header is zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start) or not start:
        return ""
    if min(even, odd):
        raise Refused(_unknown_encoding())
    return "utf-16-le" if odd else "utf-16-be"


def _is_utf_8(source: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := source.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _western(source: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder(WESTERN)()
    before = ""
    try:
        while chunk := source.read(_CHUNK_BYTES):
            text = before + decoder.decode(chunk)
            if _NO_WESTERN_WORD.search(text):
                raise Refused(_unknown_encoding())
            before = text[-2:]
    except UnicodeDecodeError as error:
        raise Refused(_unknown_encoding()) from error
    return WESTERN


def _separator(header: str) -> str:
    return max(SEPARATORS, key=header.count)


def _finding(code: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(f"csv.{code}", problem, remedy, field="file", values=values)


def _empty() -> Finding:
    return _finding(
        "empty", mark("The file is empty."), mark("Download the template of this database, and fill it in.")
    )


def _damaged() -> Finding:
    return _finding(
        "damaged", mark("The packed file is damaged: it does not unpack."), mark("Give the table unpacked.")
    )


def _too_large() -> Finding:
    return _finding(
        "too_large",
        mark("The file, unpacked, is larger than %(mib)s MiB."),
        mark("Divide it, and import the parts one by one."),
        mib=UNPACKED_BYTES_MAX // 1024 // 1024,
    )


def _unknown_encoding() -> Finding:
    return _finding(
        "unknown_encoding",
        mark("It cannot be told how the letters of this file are encoded."),
        mark("Save the table again as “CSV UTF-8”."),
    )


def _line_too_long(line: int) -> Finding:
    return _finding(
        "line_too_long",
        mark("Line %(line)s has more than %(most)s characters."),
        mark("Nothing was kept. Look at this line; save the table again as “CSV UTF-8”."),
        line=line,
        most=LINE_CHARACTERS_MAX,
    )


def _open_quote(line: int) -> Finding:
    return _finding(
        "open_quote",
        mark("In the row at line %(line)s a quote does not close, or a cell has more than %(most)s characters."),
        mark("Nothing was kept. Correct this row, or save the table again from a spreadsheet program."),
        line=line,
        most=CELL_CHARACTERS_MAX,
    )
