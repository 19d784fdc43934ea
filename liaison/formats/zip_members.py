"""The files of a list that comes as a zip, read together, in bounded memory and without trust in what the zip says.

Only members with a name that the list has are opened, once each and in whatever folder of the zip they lie; a zip
within the zip stays closed. What is unpacked is counted as it comes, not as a header promises it.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, BinaryIO

from liaison.refusal import Finding, Refused, mark

MEMBERS_MAX = 200
PIECE_BYTES_MAX = 256 * 1024
UNPACKED_BYTES_MAX = 256 * 1024 * 1024
RATIO_MAX = 100
RATIO_FREE_BYTES = 1024 * 1024
LINE_BYTES_MAX = 64 * 1024
LINES_MAX = 2_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)  # all that zipfile answers to bytes that are no zip, or no longer one
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # what a program writes that knows no time
_NAMES_SHOWN_CHARACTERS = 80


class Archive:
    """A zip that holds the members of a list. `others` counts the files in it that are none of them."""

    def __init__(self, stream: BinaryIO, members: Sequence[str]) -> None:
        size = stream.seek(0, 2)
        stream.seek(0)
        self._zip = _opened(_Bounded(stream))
        self._allowed_bytes = min(UNPACKED_BYTES_MAX, RATIO_FREE_BYTES + RATIO_MAX * size)
        self._unpacked_bytes = 0
        entries = self._zip.infolist()
        if len(entries) > MEMBERS_MAX:
            raise Refused(_too_many_members())
        self._entries = _chosen(entries, members)
        files = [entry for entry in entries if not entry.is_dir()]
        self.others = len(files) - len(self._entries)

    def changed_at(self) -> datetime | None:
        """Return when the newest member was changed, taken as UTC; None where the zip tells no time."""
        moments = [moment for entry in self._entries.values() if (moment := _moment(entry)) is not None]
        return max(moments, default=None)

    def lines(self, member: str) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a member with their numbers from 1, without their ends.

        A line longer than LINE_BYTES_MAX comes cut at that length with one byte more, so that one can tell; the rest
        of it is skipped. Raise Refused for what does not unpack, or unpacks to more than a list has.
        """
        number = 0
        try:
            with self._zip.open(self._entries[member]) as file:
                while line := file.readline(LINE_BYTES_MAX + 1):
                    number += 1
                    self._count(len(line))
                    if number > LINES_MAX:
                        raise Refused(_bomb())
                    if not line.endswith(b"\n") and len(line) > LINE_BYTES_MAX:
                        self._skip_line(file)
                    yield number, line.rstrip(b"\r\n")
        except _BROKEN as error:
            raise Refused(_damaged(member)) from error

    def _skip_line(self, file: IO[bytes]) -> None:
        while rest := file.readline(LINE_BYTES_MAX):
            self._count(len(rest))
            if rest.endswith(b"\n"):
                return

    def _count(self, size: int) -> None:
        self._unpacked_bytes += size
        if self._unpacked_bytes > self._allowed_bytes:
            raise Refused(_bomb())


class _Bounded:
    """A stream that refuses to be read in one piece: only the directory of a zip is ever asked for so."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raise Refused where that would be much at once."""
        data = self._stream.read(size if 0 <= size <= PIECE_BYTES_MAX else PIECE_BYTES_MAX + 1)
        if len(data) > PIECE_BYTES_MAX:
            raise Refused(_too_many_members())
        return data

    def seekable(self) -> bool:
        """Whether one may go back in it."""
        return True


def _opened(stream: _Bounded) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)  # it reads, seeks and tells, which is all that is asked of it
    except _BROKEN as error:
        raise Refused(_not_a_zip()) from error


def _chosen(entries: Sequence[zipfile.ZipInfo], members: Sequence[str]) -> dict[str, zipfile.ZipInfo]:
    """Return the entry of each member; raise Refused naming all that are missing, there twice, or cannot be read."""
    chosen: dict[str, zipfile.ZipInfo] = {}
    findings: list[Finding] = []
    for member in members:
        found = [entry for entry in entries if _last_part(entry.filename) == member.lower() and not entry.is_dir()]
        if len(found) == 1 and not found[0].flag_bits & _ENCRYPTED and found[0].compress_type in _METHODS:
            chosen[member] = found[0]
        else:
            findings.append(_unusable(member, found))
    if findings:
        raise Refused(*findings)
    return chosen


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _moment(entry: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time, tzinfo=UTC) if entry.date_time > _NO_TIME else None
    except ValueError:
        return None


def _unusable(member: str, found: Sequence[zipfile.ZipInfo]) -> Finding:
    code, problem = (
        "zip.member_unreadable",
        mark("The file “%(name)s” in the zip is packed in a way that is not read."),
    )
    if not found:
        code, problem = "zip.member_missing", mark("The zip holds no file “%(name)s”, which is part of the list.")
    elif len(found) > 1:
        code, problem = "zip.member_twice", mark("The zip holds the file “%(name)s” more than once.")
    elif found[0].flag_bits & _ENCRYPTED:
        code, problem = "zip.encrypted", mark("The file “%(name)s” in the zip is locked with a password.")
    return Finding(
        code=code,
        problem=problem,
        remedy=mark("Put all files of the list, of one day, into one folder and give its path."),
        field="file",
        values={"name": member[:_NAMES_SHOWN_CHARACTERS]},
    )


def _not_a_zip() -> Finding:
    return Finding(
        code="zip.not_a_zip",
        problem=mark("The file is not a zip that can be read."),
        remedy=mark("Put all files of the list, of one day, into one folder and give its path."),
        field="file",
    )


def _too_many_members() -> Finding:
    return Finding(
        code="zip.too_many",
        problem=mark("The zip lists more files than the %(most)s that are looked through."),
        remedy=mark("Put all files of the list, of one day, into one folder and give its path."),
        field="file",
        values={"most": MEMBERS_MAX},
    )


def _bomb() -> Finding:
    return Finding(
        code="zip.too_large",
        problem=mark("The zip unpacks to more than any list that is known, or to far more than its own size."),
        remedy=mark("Do not use this file. Get the list again from its publisher, and tell them."),
        field="file",
    )


def _damaged(member: str) -> Finding:
    return Finding(
        code="zip.damaged",
        problem=mark("The file “%(name)s” in the zip is damaged: it does not unpack."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
        values={"name": member[:_NAMES_SHOWN_CHARACTERS]},
    )
