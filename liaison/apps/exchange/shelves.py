"""Where an import puts what it is going to write: batches of values, kept out of memory until their turn comes."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from liaison.files.spool import Spool

BATCH_ROWS = 2_000
"""Rows that are written in one transaction, and seen by others at once."""

_Item = TypeVar("_Item")


class Shelf(Generic[_Item]):
    """Values of one type, in the order in which they came, in batches of BATCH_ROWS."""

    def __init__(self, kept: type[_Item]) -> None:
        self._spool = Spool()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[kept])  # type: ignore[valid-type]  # the type is only known now
        self._open: list[_Item] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, items: Iterable[_Item]) -> None:
        """Put these behind what is there."""
        for item in items:
            self._open.append(item)
            self._count += 1
            if len(self._open) == BATCH_ROWS:
                self._spool.append(self._encoder.encode(self._open))
                self._open = []

    def batches(self) -> Iterator[list[_Item]]:
        """Yield all of it, a batch at a time; the last may be smaller."""
        for block in self._spool.blocks():
            yield self._decoder.decode(block)
        if self._open:
            yield self._open

    def close(self) -> None:
        """Give back the room that it takes."""
        self._spool.close()
