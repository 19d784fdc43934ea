"""A list that comes as several files, made into one: an uncompressed zip that lives in memory only.

The jail hands one open file to a reader. `opened_list` gives that file: the file itself, or the named members of a
folder packed together with the times at which they were changed, which are the only date that some lists have.
"""

import os
import stat
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from liaison.files import jail
from liaison.files.jail import opened
from liaison.refusal import Finding, Refused, mark

FOLDER_ENTRIES_MAX = 10_000
_CHUNK_BYTES = 256 * 1024
_ZIP_YEARS = range(1980, 2108)
_ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)


def opened_list(path: Path, members: Sequence[str] = ()) -> IO[bytes]:
    """Return a list as one regular file of bounded size, opened for reading at its start.

    A list without `members` is its file. One with members is given as a folder that holds them, as the path of one of
    them with the others beside it, or as a zip, which is left as it is. Names count in any case; links are not
    followed. Raise Refused naming all that is missing or unfit.
    """
    folder = _folder(path, members)
    return opened(path) if folder is None else _packed(folder, members)


def _folder(path: Path, members: Sequence[str]) -> Path | None:
    """Return the folder that holds the members, None where the path is itself the file to read."""
    if not members:
        return None
    if path.is_dir():
        return path
    return path.parent if path.name.lower() in {name.lower() for name in members} else None


def _packed(folder: Path, members: Sequence[str]) -> IO[bytes]:
    with _opened_folder(folder) as place:
        names = _names(place, folder, members)
        spool: IO[bytes] = os.fdopen(os.memfd_create("liaison"), "w+b")
        try:
            with zipfile.ZipFile(spool, "w", zipfile.ZIP_STORED) as archive:
                left_bytes = jail.FILE_BYTES_MAX
                for member in members:
                    left_bytes -= _add(archive, member, names[member], place, left_bytes)
        except BaseException:
            spool.close()
            raise
    spool.seek(0)
    return spool


@contextmanager
def _opened_folder(folder: Path) -> Iterator[int]:
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as failure:
        raise Refused(_not_opened(folder.name, failure)) from failure
    try:
        yield place
    finally:
        os.close(place)


def _names(place: int, folder: Path, members: Sequence[str]) -> Mapping[str, str]:
    """Return how each member is spelled in the folder; raise Refused naming those that are missing or there twice."""
    wanted = {member.lower(): member for member in members}
    found: dict[str, list[str]] = {member: [] for member in members}
    with os.scandir(place) as entries:
        for number, entry in enumerate(entries):
            if number >= FOLDER_ENTRIES_MAX:
                raise Refused(_too_many(folder))
            if entry.name.lower() in wanted:
                found[wanted[entry.name.lower()]].append(entry.name)
    findings = [_missing(member, folder) for member in members if not found[member]]
    findings += [_twice(member, folder) for member in members if len(found[member]) > 1]
    if findings:
        raise Refused(*findings)
    return {member: spelled for member, (spelled,) in found.items()}


def _add(archive: zipfile.ZipFile, member: str, name: str, place: int, most_bytes: int) -> int:
    """Pack one file under the member's own name, and return how many bytes it has."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    except OSError as failure:
        raise Refused(_not_opened(name, failure)) from failure
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise Refused(_unfit(name))
    size = 0
    with os.fdopen(descriptor, "rb") as source, archive.open(_header(member, about.st_mtime), "w") as packed:
        while chunk := source.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > most_bytes:
                raise Refused(_unfit(name))
            packed.write(chunk)
    return size


def _header(member: str, changed_at: float) -> zipfile.ZipInfo:
    """Return an entry of that name and time; a time that a zip cannot tell becomes its first, which means none."""
    moment = time.gmtime(changed_at)[:6]
    return zipfile.ZipInfo(member, moment if moment[0] in _ZIP_YEARS else _ZIP_BEGINS)


def _missing(member: str, folder: Path) -> Finding:
    return Finding(
        code="file.member_missing",
        problem=mark("“%(folder)s” holds no file “%(name)s”, which is part of the list."),
        remedy=mark("Put all files of the list, of one day, into one folder and give its path."),
        field="file",
        values={"name": member, "folder": folder.name},
    )


def _twice(member: str, folder: Path) -> Finding:
    return Finding(
        code="file.member_twice",
        problem=mark("“%(folder)s” holds the file “%(name)s” twice, in upper and lower case."),
        remedy=mark("Leave only the newer one there."),
        field="file",
        values={"name": member, "folder": folder.name},
    )


def _too_many(folder: Path) -> Finding:
    return Finding(
        code="file.folder_too_large",
        problem=mark("“%(folder)s” holds more than %(most)s files."),
        remedy=mark("Put all files of the list, of one day, into one folder and give its path."),
        field="file",
        values={"folder": folder.name, "most": FOLDER_ENTRIES_MAX},
    )


def _unfit(name: str) -> Finding:
    return Finding(
        code="file.unfit",
        problem=mark("“%(name)s” is not a file of at most %(mib)s MiB."),
        remedy=mark("Give the path of the list itself, as its publisher offers it."),
        field="file",
        values={"name": name, "mib": jail.FILE_BYTES_MAX // 1024 // 1024},
    )


def _not_opened(name: str, failure: OSError) -> Finding:
    return Finding(
        code="file.not_opened",
        problem=mark("“%(name)s” could not be opened: %(reason)s."),
        remedy=mark("Check the path, and that you may read the file."),
        field="file",
        values={"name": name, "reason": failure.strerror or type(failure).__name__},
    )
