"""Under which ids the index keeps a record: its own, and one for each part of it that a reader may see besides.

A record's id is a UUIDv7. With a part it bears, in the place of its version, a number from 8 to 15, which no id
of ours has: so an id of the index leads back to its record without asking anybody.
"""

from collections.abc import Iterable
from uuid import UUID

SLOTS = 8
_VERSION_BYTE, _VERSION_SHIFT, _LOW_BITS = 6, 4, 0x0F
_RECORD, _FIRST = 7, 8


def document_id(record_id: UUID, slot: int | None) -> bytes:
    """Return the id of a record as those find it who see this part of it; None is the record by itself."""
    if slot is None:
        return record_id.bytes
    assert 0 <= slot < SLOTS, "a record has eight parts at most"
    return _with_version(record_id.bytes, _FIRST + slot)


def record_of(found: bytes) -> UUID:
    """Return the record behind an id of the index."""
    return UUID(bytes=_with_version(found, _RECORD) if is_part(found) else found)


def is_part(found: bytes) -> bool:
    """Whether an id of the index is that of a record with one of its parts."""
    return found[_VERSION_BYTE] >> _VERSION_SHIFT >= _FIRST


def all_ids(record_ids: Iterable[UUID]) -> list[bytes]:
    """Return every id under which the index may keep these records."""
    return [document_id(one, slot) for one in record_ids for slot in (None, *range(SLOTS))]


def _with_version(found: bytes, version: int) -> bytes:
    changed = bytearray(found)
    changed[_VERSION_BYTE] = (version << _VERSION_SHIFT) | (found[_VERSION_BYTE] & _LOW_BITS)
    return bytes(changed)
