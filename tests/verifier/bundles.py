"""A small ledger and its bundles, made with Liaison's own knowledge; deterministic, of invented values only."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from liaison.ledger.bundle import (
    BLOCKS,
    CHECKPOINT,
    CONTENTS,
    ENTRIES,
    EVENTS,
    MANIFEST,
    PROOFS,
    BundleContent,
    BundleEntry,
    BundleEvent,
    GrowthLine,
    InclusionLine,
    Manifest,
    blocks,
)
from liaison.ledger.checkpoints import Checkpoint, KeyKind, SigningKey, cosign, sign
from liaison.ledger.entries import Entry, content_digest
from liaison.ledger.events import ROOTED, Event, EventKind, rooted_notes
from liaison.ledger.proofs import consistency_proof, inclusion_proof
from liaison.ledger.tree import Frontier, extend, root

ORIGIN = "liaison.example/log"
KEY = SigningKey(ORIGIN, KeyKind.LEDGER, b"k" * 32)
FORGER = SigningKey(ORIGIN, KeyKind.LEDGER, b"f" * 32)
WITNESS = SigningKey("qm.example/witness", KeyKind.WITNESS, b"w" * 32)
OTHER_WITNESS = SigningKey("qn.example/witness", KeyKind.WITNESS, b"o" * 32)
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
AT_SECONDS = 1_772_352_000
EVENTS_OF_A_ROOT = 3
ROOTED_EVERY = 10
BARE_EVERY = 7


@dataclass
class Ledger:
    """Entries by number, with the contents and events that they name. Every tenth entry covers three events."""

    entries: list[BundleEntry] = field(default_factory=list)
    contents: list[BundleContent] = field(default_factory=list)
    events: list[BundleEvent] = field(default_factory=list)

    @property
    def leaves(self):
        return [entry.leaf for entry in self.entries]


def a_salt(*what):
    return hashlib.sha256(repr(what).encode()).digest()


def a_ledger(size):
    ledger = Ledger()
    for seq in range(1, size + 1):
        entry = a_rooted_entry(ledger, seq) if seq % ROOTED_EVERY == 0 else an_entry_with_content(ledger, seq)
        opened = BundleEntry.opened(seq, salt=a_salt("entry", seq), body=entry.to_bytes())
        ledger.entries.append(replace(opened, salt=None, body=None) if seq % BARE_EVERY == 0 else opened)
    return ledger


def an_entry_with_content(ledger, seq):
    salt, document = a_salt("content", seq), f'{{"names":["Zora Übel {seq}"]}}'.encode()
    if seq % BARE_EVERY:
        ledger.contents.append(BundleContent(seq, salt, document))
    return Entry(
        id=UUID(int=seq),
        at=AT + timedelta(seconds=seq),
        action="records.entered",
        subject=UUID(int=1000 + seq),
        actor=UUID(int=1),
        source=UUID(int=2),
        kind="persons@1",
        content=content_digest(salt, document).hex(),
    )


def a_rooted_entry(ledger, seq):
    bodies = [
        Event(UUID(int=seq * 100 + n), AT, EventKind.VIEW, UUID(int=1), UUID(int=2), "locate", (), n).to_bytes()
        for n in range(EVENTS_OF_A_ROOT)
    ]
    made = [BundleEntry.opened(1, salt=a_salt("event", seq, n), body=body) for n, body in enumerate(bodies)]
    if seq % BARE_EVERY:
        ledger.events += [BundleEvent(seq, n, one.leaf, one.salt, one.body) for n, one in enumerate(made)]
    nobody = UUID(int=0)
    notes = rooted_notes([one.leaf for one in made])
    return Entry(UUID(int=seq), AT, ROOTED, nobody, nobody, nobody, notes=notes)


def a_checkpoint(ledger, size=None, key=KEY, witnesses=(WITNESS,)):
    count = len(ledger.entries) if size is None else size
    note = sign(Checkpoint(key.name, count, root(ledger.leaves[:count])), key)
    for witness in witnesses:
        note = cosign(note, witness, at_seconds=AT_SECONDS)
    return note


def a_bundle(folder: Path, ledger, *, checkpoint=None, leave_out=(), **files):
    """Write a complete bundle; `files` replace a file by name without its ending."""
    whole = {
        MANIFEST: Manifest(ORIGIN, (str(KEY.public),), (str(WITNESS.public),)).to_bytes(),
        CHECKPOINT: a_checkpoint(ledger) if checkpoint is None else checkpoint,
        ENTRIES: lines(ledger.entries),
        CONTENTS: lines(ledger.contents),
        EVENTS: lines(ledger.events),
        BLOCKS: lines(blocks(ledger.leaves)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in whole.items():
        if name not in leave_out:
            (folder / name).write_bytes(files.get(name.split(".")[0], content))
    return folder


def a_partial_bundle(folder: Path, ledger, seqs, *, grown_from=()):
    """Write a bundle of some entries with their proofs, and of the ledger's growth from some sizes."""
    size, lookup = len(ledger.entries), node_lookup(ledger.leaves)
    proofs = [InclusionLine(seq, tuple(inclusion_proof(seq - 1, size, lookup))) for seq in seqs]
    growths = [GrowthLine(old, tuple(consistency_proof(old, size, lookup))) for old in grown_from]
    folder.mkdir()
    manifest = Manifest(ORIGIN, (str(KEY.public),), complete=False)
    (folder / MANIFEST).write_bytes(manifest.to_bytes())
    (folder / CHECKPOINT).write_bytes(a_checkpoint(ledger))
    (folder / ENTRIES).write_bytes(lines(entry for entry in ledger.entries if entry.seq in seqs))
    (folder / PROOFS).write_bytes(lines([*proofs, *growths]))
    return folder


def node_lookup(leaves):
    nodes = {(0, position): leaf for position, leaf in enumerate(leaves)}
    nodes |= {(node.level, node.position): node.hash for node in extend(Frontier(), leaves)[1]}
    return lambda level, position: nodes[level, position]


def lines(values):
    return b"".join(value.to_line() for value in values)


def renumbered(entries):
    return [replace(entry, seq=seq) for seq, entry in enumerate(entries, start=1)]


def altered(entry, **change):
    """The same entry with another body and with the leaf that belongs to it."""
    body = json.loads(entry.body) | change
    encoded = json.dumps(body, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    return BundleEntry.opened(entry.seq, salt=entry.salt, body=encoded)
