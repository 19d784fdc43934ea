"""What a program puts aside for a while: in a file without a name, under a key that only this process ever holds.

An import keeps there what it has read until all of the file is known to be sound: memory stays flat, and what a
killed process leaves on the disk nobody can read.
"""

import errno
import secrets
import tempfile
import zlib
from collections.abc import Iterator
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison.refusal import Finding, Refused, mark

_KEY_BITS = 256
_NONCE_BYTES = 12
_PACKED_LEVEL = 1
"""Speed before size: a block of rows shrinks to a quarter within a microsecond a row."""


class Spool:
    """Blocks of bytes, kept in their order and read as often as wanted. Closed, it is gone."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="liaison-")  # noqa: SIM115 - open until `close`
        self._cipher = AESGCM(AESGCM.generate_key(_KEY_BITS))
        self._places: list[tuple[int, int]] = []

    def append(self, block: bytes) -> None:
        """Keep one more block; raise Refused when the disk has no room for it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(
            nonce, zlib.compress(block, _PACKED_LEVEL), self._bound(len(self._places))
        )
        at = self._file.seek(0, 2)
        try:
            self._file.write(sealed)
            self._file.flush()
        except OSError as failure:
            if failure.errno != errno.ENOSPC:
                raise
            raise Refused(_no_room()) from failure
        self._places.append((at, len(sealed)))

    def blocks(self) -> Iterator[bytes]:
        """Yield the blocks in the order in which they were kept."""
        for number, (at, length) in enumerate(self._places):
            self._file.seek(at)
            sealed = self._file.read(length)
            yield zlib.decompress(
                self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound(number))
            )

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def _bound(self, number: int) -> bytes:
        return number.to_bytes(8, "big")


def _no_room() -> Finding:
    return Finding(
        code="file.no_room_to_read",
        problem=mark("The disk has no room for what was read of the file, so nothing was written."),
        remedy=mark("Free some space for temporary files and run the same command again."),
        field="file",
    )
