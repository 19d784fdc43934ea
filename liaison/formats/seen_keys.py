"""Which keys of a list were seen already, in 16 to 32 bytes a key, however long it is: millions fit in memory."""

from array import array

_SLOTS_AT_FIRST = 1 << 12
_EMPTY = 0


class SeenKeys:
    """A set of texts, known by a keyed hash of 64 bits: of ten million, two fall together in one list of 300,000."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _SLOTS_AT_FIRST))
        self._count = 0

    def add(self, key: str) -> bool:
        """Add the key; return whether it is new."""
        mark = (hash(key) & 0xFFFFFFFFFFFFFFFF) or 1
        slots = self._slots
        mask = len(slots) - 1
        place = mark & mask
        while (there := slots[place]) != _EMPTY:
            if there == mark:
                return False
            place = (place + 1) & mask
        slots[place] = mark
        self._count += 1
        if 2 * self._count > len(slots):
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._slots
        slots = array("Q", bytes(16 * len(old)))
        mask = len(slots) - 1
        for mark in old:
            if mark != _EMPTY:
                place = mark & mask
                while slots[place] != _EMPTY:
                    place = (place + 1) & mask
                slots[place] = mark
        self._slots = slots
