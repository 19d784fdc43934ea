"""The lines of a file from outside in bounded memory, plain or packed with gzip, as often as they are wanted."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from liaison.refusal import Finding, Refused, mark

UNPACKED_BYTES_MAX = 2 * 1024 * 1024 * 1024
LINE_BYTES_MAX = 2 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


class Lines:
    """A file of lines. `complete` is known after a pass: False where a packed file ends before its end.

    `stream` can be sought: every pass reads it from its start.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.complete = True

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield the lines with their numbers from 1, their ends included.

        A line longer than LINE_BYTES_MAX comes cut, one byte longer than that and without its end; the rest of it is
        skipped. Raise Refused for what does not unpack, or unpacks to more than a list has.
        """
        self._stream.seek(0)
        packed = self._stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        self._stream.seek(0)
        if not packed:
            yield from _bounded_lines(self._stream)
            return
        read = False
        try:
            for numbered in _bounded_lines(io.BufferedReader(gzip.GzipFile(fileobj=self._stream), 256 * 1024)):
                read = True
                yield numbered
        except EOFError as error:
            if not read:
                raise Refused(_damaged()) from error
            self.complete = False
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Refused(_damaged()) from error


def _bounded_lines(source: BinaryIO | io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    number = seen_bytes = 0
    readline, most = source.readline, LINE_BYTES_MAX + 1
    while line := readline(most):
        number += 1
        seen_bytes += len(line)
        if len(line) == most and not line.endswith(b"\n"):
            while (rest := readline(most)) and not rest.endswith(b"\n"):
                seen_bytes += len(rest)
                _check(seen_bytes)
        _check(seen_bytes)
        yield number, line


def _check(seen_bytes: int) -> None:
    if seen_bytes > UNPACKED_BYTES_MAX:
        raise Refused(
            Finding(
                code="lines.too_large",
                problem=mark("The file, unpacked, is larger than %(mib)s MiB."),
                remedy=mark("Divide it, and import the parts one by one."),
                field="file",
                values={"mib": UNPACKED_BYTES_MAX // 1024 // 1024},
            )
        )


def _damaged() -> Finding:
    return Finding(
        code="lines.damaged",
        problem=mark("The packed file is damaged: it does not unpack."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )
