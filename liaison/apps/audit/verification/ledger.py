"""Entries against leaves, leaves against nodes and root, roots against checkpoints, kept inside and outside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from liaison.apps.audit.verification import findings
from liaison.ledger.checkpoints import Checkpoint, PublicKey
from liaison.ledger.checkpoints import verify as verify_note
from liaison.ledger.entries import leaf_data, parse_entry
from liaison.ledger.tree import Frontier, Node, extend, leaf_hash
from liaison.refusal import Finding, Refused

ROWS_AT_ONCE = 2_000

_ENTRIES = """
select l.seq, l.entry_id, l.leaf,
       e.id, e.at, e.action, e.kind, e.subject, e.actor, e.source, e.content_digest, e.salt, e.body
from audit_leaf l left join audit_entry e on e.id = l.entry_id order by l.seq
"""
_NODES = "select level, index, hash from audit_node order by (index + 1) << level, level"
_UNNUMBERED = """
select e.id from audit_entry e
where not exists (select from audit_leaf l where l.entry_id = e.id)
  and not exists (select from audit_pending p where p.entry_id = e.id)
order by e.position
"""


@dataclass(frozen=True, slots=True)
class _Stated:
    """A checkpoint, and whether it was kept outside the database."""

    checkpoint: Checkpoint
    outside: bool


def check_ledger(connection: psycopg.Connection[Any], *, key: PublicKey, kept: Iterable[bytes]) -> Iterator[Finding]:
    """Yield what is wrong with entries, leaves, nodes, root and checkpoints."""
    stated, unsigned = _stated(connection, key, kept)
    yield from unsigned
    walk = _Walk(connection, stated)
    yield from walk.findings()
    yield from _ending(connection, walk.frontier, stated)
    yield from (findings.missing_leaf(row[0]) for row in connection.execute(_UNNUMBERED))


def entry_as_stored(row: Sequence[Any], leaf: bytes) -> str | None:
    """Return the name of what differs between an entry's row and its leaf, None where all agrees.

    The row is (id, at, action, kind, subject, actor, source, content_digest, salt, body).
    """
    entry_id, at, action, kind, subject, actor, source, digest, salt, body = row
    if leaf_hash(leaf_data(bytes(salt), bytes(body))) != leaf:
        return "body"
    entry = parse_entry(bytes(body))
    columns = {
        "id": (entry_id, entry.id),
        "at": (at, entry.at),
        "action": (action, entry.action),
        "kind": (kind, entry.kind),
        "subject": (subject, entry.subject),
        "actor": (actor, entry.actor),
        "source": (source, entry.source),
        "content_digest": (digest and bytes(digest).hex(), entry.content),
    }
    return next((name for name, (stored, covered) in columns.items() if stored != covered), None)


class _Walk:
    """One pass over all leaves in order, growing the tree beside them."""

    def __init__(self, connection: psycopg.Connection[Any], stated: Sequence[_Stated]) -> None:
        self.frontier = Frontier()
        self._connection = connection
        self._stated = sorted(stated, key=lambda one: one.checkpoint.size)
        self._nodes = _stored_nodes(connection)
        self._node = next(self._nodes, None)

    def findings(self) -> Iterator[Finding]:
        yield from self._reached()
        with self._connection.cursor("audit_verify_entries") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            expected = 1
            for seq, entry_id, leaf, *entry in cursor.execute(_ENTRIES):
                if seq != expected:
                    yield findings.gap(expected, seq - 1)
                expected = seq + 1
                yield from _entry_findings(seq, entry_id, bytes(leaf), entry)
                self.frontier, completed = extend(self.frontier, [bytes(leaf)])
                for node in completed:
                    yield from self._compare(node)
                yield from self._reached()
        while self._node is not None:
            yield _altered(self._node)
            self._node = next(self._nodes, None)

    def _compare(self, node: Node) -> Iterator[Finding]:
        """Both streams are in the order in which nodes become complete; a node in one of them only is named."""
        while self._node is not None and _completed(self._node) < _completed(node):
            yield _altered(self._node)
            self._node = next(self._nodes, None)
        if self._node is None or _completed(self._node) > _completed(node):
            yield _altered(node)
            return
        if self._node != node:
            yield _altered(node)
        self._node = next(self._nodes, None)

    def _reached(self) -> Iterator[Finding]:
        """Compare the checkpoints of the size that the walk has reached."""
        while self._stated and self._stated[0].checkpoint.size <= self.frontier.size:
            one = self._stated.pop(0)
            if one.checkpoint.root != self.frontier.root():
                size = one.checkpoint.size
                yield findings.rewritten(size) if one.outside else findings.altered_checkpoint(size)


def _entry_findings(seq: int, entry_id: UUID, leaf: bytes, entry: Sequence[Any]) -> Iterator[Finding]:
    if entry[0] is None:
        yield findings.deleted_entry(seq, entry_id)
    elif name := entry_as_stored(entry, leaf):
        yield findings.altered_entry(seq, entry_id, name)


def _stored_nodes(connection: psycopg.Connection[Any]) -> Iterator[Node]:
    with connection.cursor("audit_verify_nodes") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        for level, index, hash_ in cursor.execute(_NODES):
            yield Node(level, index, bytes(hash_))


def _completed(node: Node) -> tuple[int, int]:
    """When a node becomes complete, for sorting: after how many leaves, and after which others."""
    level, index, _ = node
    return (index + 1) << level, level


def _altered(node: Node) -> Finding:
    level, index, _ = node
    return findings.altered_node(level, index)


def _stated(
    connection: psycopg.Connection[Any], key: PublicKey, kept: Iterable[bytes]
) -> tuple[list[_Stated], list[Finding]]:
    stated, wrong = [], []
    for size, root, note in connection.execute("select size, root, note from audit_checkpoint order by size"):
        try:
            checkpoint = verify_note(note.encode(), keys=[key]).checkpoint
        except Refused:
            wrong.append(findings.altered_checkpoint(size))
            continue
        if (checkpoint.size, checkpoint.root) != (size, bytes(root)):
            wrong.append(findings.altered_checkpoint(size))
        stated.append(_Stated(checkpoint, outside=False))
    for note in kept:
        try:
            stated.append(_Stated(verify_note(note, keys=[key]).checkpoint, outside=True))
        except Refused:
            wrong.append(findings.foreign_checkpoint())
    return stated, wrong


def _ending(connection: psycopg.Connection[Any], walked: Frontier, stated: Sequence[_Stated]) -> Iterator[Finding]:
    """Compare where the leaves end with what else tells how many there were."""
    row = connection.execute(
        "select size, frontier, root, (select coalesce(max(seq), 0) from audit_cursor) from audit_tree where id = 1"
    ).fetchone()
    assert row is not None, "the migration made the tree's row"
    size, frontier, root, followed = row
    traces = max([size, followed, *(one.checkpoint.size for one in stated if not one.outside)])
    kept = max([one.checkpoint.size for one in stated if one.outside], default=0)
    if traces > walked.size:
        yield findings.cut_tail(walked.size, max(traces, kept))
    elif kept > walked.size:
        yield findings.rolled_back(walked.size, kept)
    agrees = (bytes(frontier), bytes(root)) == (walked.to_bytes(), walked.root())
    if size < walked.size or (size == walked.size and not agrees):
        yield findings.altered_tree(size)
