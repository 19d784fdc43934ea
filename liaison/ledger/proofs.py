"""Proofs of RFC 6962: that a leaf is in a tree, and that a tree only grew.

Made from a lookup of complete subtrees, in at most two lookups for each level of the tree; checked from hashes alone.
The size that a proof is checked against must itself be signed: see `checkpoints`.
"""

from collections.abc import Callable, Sequence

from liaison.ledger.tree import EMPTY_ROOT, HASH_BYTES, bag, node_hash

NodeLookup = Callable[[int, int], bytes]


def inclusion_proof(index: int, size: int, node: NodeLookup) -> list[bytes]:
    """Return the audit path of a leaf in the tree of the first `size` leaves (RFC 6962 2.1.1).

    `node(level, position)` answers the hash of a complete subtree within `size`; level 0 is the leaf hash.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    first, end, path = 0, size, []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(_subtree(first=middle, end=end, node=node))
            end = middle
        else:
            path.append(_subtree(first=first, end=middle, node=node))
            first = middle
    path.reverse()
    return path


def consistency_proof(old_size: int, new_size: int, node: NodeLookup) -> list[bytes]:
    """Return the proof that the first `old_size` leaves are a prefix of the first `new_size` (RFC 6962 2.1.2).

    It is empty where nothing needs proof: from the empty tree, and from a tree to itself.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"A tree of {new_size} leaves cannot have grown from one of {old_size}.")
    if old_size in (0, new_size):
        return []
    first, end, proof = 0, new_size, []
    while end != old_size:
        middle = first + _split(end - first)
        if old_size <= middle:
            proof.append(_subtree(first=middle, end=end, node=node))
            end = middle
        else:
            proof.append(_subtree(first=first, end=middle, node=node))
            first = middle
    if first:
        proof.append(_subtree(first=first, end=end, node=node))
    proof.reverse()
    return proof


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that this leaf hash stands at `index` in the tree of `size` leaves with this root."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the new tree is the old one with leaves appended."""
    if not 0 <= old_size <= new_size or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == new_size:
        return not proof and old_root == new_root
    return _grew(old_size, new_size, proof=proof, old_root=old_root, new_root=new_root)


def _grew(old_size: int, new_size: int, *, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 2.1.4.2, for 0 < old_size < new_size."""
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return False
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _subtree(*, first: int, end: int, node: NodeLookup) -> bytes:
    """The hash over the leaves first..end, where `first` is a multiple of the power of two that spans them."""
    peaks = []
    while first < end:
        level = (end - first).bit_length() - 1
        peaks.append(node(level, first >> level))
        first += 1 << level
    return bag(peaks)


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
