"""Reading a file from outside in a process that has no network, no files, no programs and an end.

`run_jailed("un_xml", path)` yields what the parser finds, one mapping an item. The file is opened here and handed
over open; the other side can neither open another nor keep anything. Whatever happens there - too long, too large,
killed - ends here as a `Refused`.
"""

import dataclasses
import json
import os
import select
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

import liaison
from liaison.files.confinement import Limits
from liaison.formats.registry import PARSERS
from liaison.formats.rows import finding_from_mapping
from liaison.refusal import Finding, Refused, mark

FILE_BYTES_MAX = 512 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_line = msgspec.json.Decoder(dict[str, object])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from liaison.files.jailed import main; sys.exit(main(sys.argv[2:]))"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Position:
    """How far the reader has come in the file, in bytes."""

    read_bytes: int
    all_bytes: int


def run_jailed(
    parser: str, source: Path | BinaryIO, *, limits: Limits | None = None
) -> Iterator[Mapping[str, object]]:
    """Yield the items that the parser finds in the file; raise Refused when it cannot be read to its end.

    `source` is a path or a binary stream, which is read from its start. Leaving the iterator early ends the process.
    """
    assert parser in PARSERS, "the list of parsers is closed"
    with opened(source) as file:
        yield from read_jailed(parser, file, limits=limits or Limits())


def opened(source: Path | BinaryIO) -> IO[bytes]:
    """Return the source as a regular file of bounded size, opened for reading at its start."""
    if not isinstance(source, Path):
        return _as_file(source)
    try:
        file = source.open("rb")
    except OSError as failure:
        raise Refused(_not_opened(source.name, failure)) from failure
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode) or about.st_size > FILE_BYTES_MAX:
        file.close()
        raise Refused(
            Finding(
                code="file.unfit",
                problem=mark("“%(name)s” is not a file of at most %(mib)s MiB."),
                remedy=mark("Give the path of the list itself, as its publisher offers it."),
                field="file",
                values={"name": source.name, "mib": FILE_BYTES_MAX // 1024 // 1024},
            )
        )
    return file


def position(file: IO[bytes]) -> Position:
    """Return how far the jailed reader has come: both sides share the place in an open file."""
    return Position(os.lseek(file.fileno(), 0, os.SEEK_CUR), os.fstat(file.fileno()).st_size)


def read_jailed(parser: str, file: IO[bytes], *, limits: Limits) -> Iterator[Mapping[str, object]]:
    """Yield the items found in an open file from its start; see `run_jailed`."""
    file.seek(0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", *_compiled(), "-c", _START, *_arguments(parser, limits)],
        stdin=file.fileno(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        lines = _Lines(process.stdout.fileno(), limits)
        yield from _items(lines, process)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _compiled() -> list[str]:
    """Return how the jail finds what Python compiled, where this process keeps that apart from the sources."""
    return ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []


def _arguments(parser: str, limits: Limits) -> list[str]:
    root = Path(liaison.__file__).resolve().parent.parent
    return [str(root), str(os.getpid()), json.dumps(dataclasses.asdict(limits)), parser]


def _items(lines: "_Lines", process: "subprocess.Popen[bytes]") -> Iterator[Mapping[str, object]]:
    confined = False
    while (line := lines.next()) is not None:
        if "refused" in line:
            raise Refused(*_findings(line))
        if "stopped" in line:
            raise Refused(_stopped(str(line["stopped"])))
        if not confined:  # before anything is believed, the walls must stand
            confined = _stands(line)
            if not confined:
                break
            continue
        if "end" in line:
            return
        yield line
    raise Refused(_stopped(_cause(process)))


def _stands(line: Mapping[str, object]) -> bool:
    confined = line.get("confined")
    return isinstance(confined, dict) and confined.get("seccomp") is True


def _findings(line: Mapping[str, object]) -> list[Finding]:
    findings = line["refused"]
    assert isinstance(findings, list)
    assert findings, "a refusal explains itself"
    return [finding_from_mapping(finding) for finding in findings]


class _Lines:
    """JSON lines from a pipe; only the time spent waiting for the other side counts, not what is done with a line."""

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self._descriptor = descriptor
        self._readiness = select.poll()
        self._readiness.register(descriptor, select.POLLIN)
        self._limits = limits
        self._waited_seconds = 0.0
        self._received_bytes = 0
        self._pending = b""
        self._whole: list[bytes] = []

    def next(self) -> Mapping[str, object] | None:
        """Return the next line, or None at the end."""
        while not self._whole:
            chunk = self._receive()
            if not chunk:
                return None
            self._received_bytes += len(chunk)
            *self._whole, self._pending = (self._pending + chunk).split(b"\n")
            longest_bytes = max(map(len, (*self._whole, self._pending)))
            if longest_bytes > self._limits.line_bytes or self._received_bytes > self._limits.output_bytes:
                raise Refused(_stopped("too much output"))
            self._whole.reverse()
        try:
            return _line.decode(self._whole.pop())
        except msgspec.MsgspecError as problem:
            raise Refused(_stopped("an answer that is none")) from problem

    def _receive(self) -> bytes:
        began = time.monotonic()
        left_seconds = self._limits.wait_seconds - self._waited_seconds
        ready = self._readiness.poll(max(0.0, left_seconds) * 1000)
        self._waited_seconds += time.monotonic() - began
        if not ready:
            raise Refused(
                Finding(
                    code="file.reader_too_slow",
                    problem=mark("Reading the file took longer than %(seconds)s seconds and was stopped."),
                    remedy=mark("Check that the file is the list itself; get it again from its publisher."),
                    field="file",
                    values={"seconds": round(self._limits.wait_seconds)},
                )
            )
        return os.read(self._descriptor, _CHUNK_BYTES)


def _cause(process: "subprocess.Popen[bytes]") -> str:
    try:
        code = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "no answer"
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _stopped(cause: str) -> Finding:
    return Finding(
        code="file.reader_stopped",
        problem=mark(
            "The reader had to stop before the file's end (%(cause)s): the file asks for more than a list does."
        ),
        remedy=mark("Nothing was kept. Get the file again from its publisher; if it stays so, report it."),
        field="file",
        values={"cause": cause},
    )


def _not_opened(name: str, failure: OSError) -> Finding:
    return Finding(
        code="file.not_opened",
        problem=mark("“%(name)s” could not be opened: %(reason)s."),
        remedy=mark("Check the path, and that you may read the file."),
        field="file",
        values={"name": name, "reason": failure.strerror or type(failure).__name__},
    )


def _as_file(stream: BinaryIO) -> IO[bytes]:
    """Return the stream's bytes in a file that lives in memory only: personal data is not left on a disk."""
    spool: IO[bytes] = os.fdopen(os.memfd_create("liaison"), "w+b")
    size = 0
    while chunk := stream.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > FILE_BYTES_MAX:
            spool.close()
            raise Refused(_stopped("too large"))
        spool.write(chunk)
    spool.seek(0)
    return spool
