"""The Merkle tree of RFC 6962 over leaf hashes: roots, and growing without keeping the leaves.

A complete subtree is named (level, position): it holds the 2^level leaves from position * 2^level on. Level 0 is the
leaf hashes themselves.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

HASH_BYTES = 32
SIZE_MAX = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF = b"\x00"
_NODE = b"\x01"
_SIZE_BYTES = 8


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf's data (RFC 6962 2.1)."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children (RFC 6962 2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the tree's root over leaf *hashes* in their order; EMPTY_ROOT for none."""
    return Frontier().append_many(leaf_hashes).root()


class Node(NamedTuple):
    """A complete subtree, by its name (level, position), and its hash."""

    level: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves reduced to what its growth needs: the hashes of its complete subtrees, largest first.

    Immutable: growing returns another one. At most 63 hashes, however large the tree.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= SIZE_MAX:
            raise ValueError("A tree has from 0 to 2^63-1 leaves.")
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError("A frontier has one hash of 32 bytes for each bit that is set in its size.")

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return bag(self.peaks)

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier after one more leaf hash."""
        return self.append_many((leaf,))

    def append_many(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """Return the frontier after these leaf hashes."""
        return extend(self, leaf_hashes)[0]

    def to_bytes(self) -> bytes:
        """Return the size in 8 bytes, big-endian, and the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Return what `to_bytes` wrote; any other length is a ValueError."""
        if len(data) < _SIZE_BYTES or (len(data) - _SIZE_BYTES) % HASH_BYTES:
            raise ValueError("A frontier is written as 8 bytes and whole hashes.")
        starts = range(_SIZE_BYTES, len(data), HASH_BYTES)
        return cls(int.from_bytes(data[:_SIZE_BYTES], "big"), tuple(data[at : at + HASH_BYTES] for at in starts))


def extend(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
    """Return the grown frontier and the interior nodes (level 1 and above) that became complete, in order."""
    size, peaks, completed = frontier.size, list(frontier.peaks), []
    for leaf in leaf_hashes:
        if len(leaf) != HASH_BYTES:
            raise ValueError("A leaf hash has 32 bytes.")
        position, level, peak = size, 0, leaf
        while position & 1:
            position, level, peak = position >> 1, level + 1, node_hash(peaks.pop(), peak)
            completed.append(Node(level, position, peak))
        peaks.append(peak)
        size += 1
    return Frontier(size, tuple(peaks)), completed


def completed_nodes(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> Iterator[Node]:
    """Yield the interior nodes that become complete when these leaves are appended.

    A store that keeps them, and the leaf hashes as level 0, can make every proof with `proofs`.
    """
    yield from extend(frontier, leaf_hashes)[1]


def bag(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees that stand side by side, each smaller than the one before."""
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found
