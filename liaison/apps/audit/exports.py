"""What a viewer may carry away of the ledger, for a verifier that shares no code with us.

Every leaf goes with it; an entry or look goes whole where the viewer may see it, else as a bare leaf. Content goes to
its own source and to oversight: the sealed document names the whole audience, and what is not to be copied. The
bundle ends at the newest signed checkpoint. Making it is itself a look, committed before the bundle has its name.
"""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from liaison.apps.audit.cursors import system_fetch
from liaison.apps.audit.entries import fetch, salted_contents
from liaison.apps.audit.events import look
from liaison.apps.audit.signing import public_key
from liaison.apps.audit.values import Look, LookKind
from liaison.apps.audit.vault import private_folder
from liaison.ledger import bundle
from liaison.ledger.checkpoints import parse_checkpoint, parse_note, with_cosignatures
from liaison.ledger.entries import SALT_BYTES
from liaison.ledger.proofs import consistency_proof, inclusion_proof
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

ROWS_AT_ONCE = 1_000
NODES_KEPT = 100_000
ZIP = ".zip"

_ENTRIES = """
select l.seq, l.leaf, e.salt, e.body, case when e.content_digest is not null and (
    e.source = (select liaison_reader()) or (select liaison_has_right('oversee'))) then e.id end
from audit_leaf l left join audit_entry e on e.id = l.entry_id where l.seq between %s and %s order by l.seq
"""
_EVENTS = """
select l.seq, r.position, r.leaf, e.salt, e.body from audit_event_root r
join audit_leaf l on l.entry_id = r.entry_id left join audit_event e on e.id = r.event_id and e.at = r.event_at
where l.seq between %s and %s order by l.seq, r.position
"""

Files = Mapping[str, Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the ledger: entries `first` to `last` (None is the end), and with what.

    `grown_from` adds the proof that the ledger grew from its first so many entries; `entries` False leaves all but
    checkpoint and proofs out, which is what a witness needs.
    """

    first: int = 1
    last: int | None = None
    contents: bool = False
    entries: bool = True
    grown_from: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What went out: to which size of the ledger, how many leaves, and how many of them as whole entries."""

    size: int
    leaves: int
    opened: int


def newest_checkpoint() -> bytes:
    """Return the newest checkpoint with the cosignatures that came in; a Refused before the first."""
    rows = fetch("select note, cosignatures from audit_checkpoint order by size desc limit 1", [])
    if not rows:
        raise Refused(
            Finding(
                code="audit.no_checkpoint",
                problem=mark("The ledger has no signed checkpoint yet."),
                remedy=mark("Start “liaison work” and try again in a minute."),
            )
        )
    note, cosignatures = rows[0]
    return f"{note}{cosignatures}".encode()


def accept_cosignatures(note: bytes) -> int:
    """Keep the cosignatures of a checkpoint that a witness sent back; return how many are kept of it now."""
    size = parse_checkpoint(parse_note(note).text).size
    rows = system_fetch("select note, cosignatures from audit_checkpoint where size = %s", [size])
    if not rows:
        raise Refused(_unknown_checkpoint(size))
    own, before = rows[0]
    whole = with_cosignatures(f"{own}{before}".encode(), note)
    system_fetch(
        "update audit_checkpoint set cosignatures = %s where size = %s", [whole.decode().removeprefix(own), size]
    )
    return len(parse_note(whole).signatures) - len(parse_note(own.encode()).signatures)


def growth_proof(old_size: int, new_size: int) -> list[bytes]:
    """Return the proof that the ledger of `new_size` entries grew from its first `old_size`."""
    return consistency_proof(old_size, new_size, _nodes())


def export(target: Path, *, viewer: Viewer, wanted: Wanted | None = None) -> Exported:
    """Write a bundle to a folder, or to a zip file if the name ends so. What is there already is not touched."""
    chosen = wanted or Wanted()
    if target.exists():
        raise Refused(_exists(target))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with viewing(viewer), _removed_on_failure(draft):
        note = newest_checkpoint()
        job = _Export(parse_checkpoint(parse_note(note).text).size, chosen, oversees=viewer.may(Right.OVERSEE))
        write = _write_zip if target.suffix == ZIP else _write_folder
        write(draft, job.files(note))
        look(Look.by(viewer, kind=LookKind.EXPORT, count=job.opened, notes={"size": job.size, "leaves": job.leaves}))
        draft.rename(target)
    return Exported(job.size, job.leaves, job.opened)


class _Export:
    """One export under way, counting what it lets out."""

    def __init__(self, size: int, wanted: Wanted, *, oversees: bool) -> None:
        self.size = size
        self.leaves = self.opened = 0
        self._wanted = wanted
        self._oversees = oversees
        self._first = max(1, wanted.first)
        self._last = min(wanted.last or size, size)
        self._complete = wanted.entries and (self._first, self._last) == (1, size)
        self._with_content: list[tuple[int, UUID]] = []

    def files(self, note: bytes) -> Files:
        """The files of the bundle, each made while it is written, in the order of the format."""
        key = public_key()
        manifest = bundle.Manifest(origin=key.name, keys=(str(key),), complete=self._complete)
        files: dict[str, Iterable[bytes]] = {bundle.MANIFEST: [manifest.to_bytes()], bundle.CHECKPOINT: [note]}
        files[bundle.ENTRIES] = self._entries() if self._wanted.entries else ()
        if self._wanted.entries and self._wanted.contents:
            files[bundle.CONTENTS] = self._contents()
        if not self._complete or self._wanted.grown_from is not None:
            files[bundle.PROOFS] = self._proofs()
        if self._wanted.entries and self._oversees:
            files[bundle.EVENTS] = self._events()
        if self._complete:
            files[bundle.BLOCKS] = (block.to_line() for block in bundle.blocks(self._leaves()))
        return files

    def _entries(self) -> Iterator[bytes]:
        for seq, leaf, salt, body, entry_with_content in _stream(_ENTRIES, self._first, self._last):
            self.leaves += 1
            self.opened += body is not None
            if entry_with_content is not None and self._wanted.contents:
                self._with_content.append((seq, entry_with_content))
            yield bundle.BundleEntry(seq, bytes(leaf), _bytes(salt), _bytes(body)).to_line()

    def _contents(self) -> Iterator[bytes]:
        for start in range(0, len(self._with_content), ROWS_AT_ONCE):
            chunk = self._with_content[start : start + ROWS_AT_ONCE]
            found = salted_contents([entry_id for _, entry_id in chunk])
            for seq, entry_id in chunk:
                if entry_id in found:
                    salted = found[entry_id]
                    yield bundle.BundleContent(seq, salted[:SALT_BYTES], salted[SALT_BYTES:]).to_line()

    def _proofs(self) -> Iterator[bytes]:
        nodes = _nodes()
        grown_from = self._wanted.grown_from
        if grown_from is not None and grown_from <= self.size:
            path = consistency_proof(grown_from, self.size, nodes)
            yield bundle.GrowthLine(grown_from, tuple(path)).to_line()
        if self._wanted.entries and not self._complete:
            for seq in range(self._first, self._last + 1):
                yield bundle.InclusionLine(seq, tuple(inclusion_proof(seq - 1, self.size, nodes))).to_line()

    def _events(self) -> Iterator[bytes]:
        for rooted, position, leaf, salt, body in _stream(_EVENTS, self._first, self._last):
            yield bundle.BundleEvent(rooted, position, bytes(leaf), _bytes(salt), _bytes(body)).to_line()

    def _leaves(self) -> Iterator[bytes]:
        for (leaf,) in _stream("select leaf from audit_leaf where seq between %s and %s order by seq", 1, self.size):
            yield bytes(leaf)


def _stream(statement: str, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement of the doors' transaction, a bounded number in memory at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [first, last])
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def _nodes() -> Callable[[int, int], bytes]:
    """A lookup of the tree's complete subtrees; level 0 is the leaves."""

    @lru_cache(maxsize=NODES_KEPT)
    def node(level: int, index: int) -> bytes:
        if level == 0:
            ((found,),) = fetch("select leaf from audit_leaf where seq = %s", [index + 1])
        else:
            ((found,),) = fetch("select hash from audit_node where level = %s and index = %s", [level, index])
        return bytes(found)

    return node


def _write_zip(draft: Path, files: Files) -> None:
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as file:
        bundle.write_zip(file, files)
        file.flush()
        os.fsync(file.fileno())


def _write_folder(draft: Path, files: Files) -> None:
    private_folder(draft)
    for name, chunks in files.items():
        handle = os.open(draft / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def _removed_on_failure(draft: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)
        raise


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _unknown_checkpoint(size: int) -> Finding:
    return Finding(
        code="audit.unknown_checkpoint",
        problem=mark("This ledger has signed no checkpoint of %(size)s entries."),
        remedy=mark("Check that the checkpoint is of this installation."),
        values={"size": size},
    )


def _exists(target: Path) -> Finding:
    return Finding(
        code="audit.export_exists",
        problem=mark("“%(target)s” is there already."),
        remedy=mark("Choose another name, or move it away."),
        values={"target": target.name},
    )
