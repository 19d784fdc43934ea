"""What a check of the ledger can find, each with its name. None tells anything about a person: ids and numbers."""

from datetime import datetime
from uuid import UUID

from liaison.refusal import Finding, mark

_FIND_OUT = mark(
    "Compare with a backup and with the export of another day, and find out who wrote past the services."
)
_KEEP = mark("Keep the database as it is, and bring the checkpoint and an export to the auditors.")


def altered_entry(seq: int | None, entry_id: UUID, name: str) -> Finding:
    """An entry is not what its leaf covers, or a column differs from its body."""
    return Finding(
        code="verify.altered_entry",
        problem=mark(
            "Entry %(seq)s (%(entry)s) was changed after it was written: “%(name)s” is not what its leaf covers."
        ),
        remedy=_FIND_OUT,
        values={"seq": seq, "entry": entry_id, "name": name},
    )


def deleted_entry(seq: int, entry_id: UUID) -> Finding:
    """A leaf has no entry any more."""
    return Finding(
        code="verify.deleted_entry",
        problem=mark("Entry %(seq)s (%(entry)s) was deleted; its leaf is still there."),
        remedy=_FIND_OUT,
        values={"seq": seq, "entry": entry_id},
    )


def missing_leaf(entry_id: UUID) -> Finding:
    """An entry has no number and does not wait for one."""
    return Finding(
        code="verify.missing_leaf",
        problem=mark(
            "Entry %(entry)s has no number and does not wait for one: its leaf was deleted, or it was slipped in."
        ),
        remedy=_FIND_OUT,
        values={"entry": entry_id},
    )


def gap(first: int, last: int) -> Finding:
    """Numbers are missing."""
    return Finding(
        code="verify.gap",
        problem=mark("The ledger has no entries %(first)s to %(last)s, and has later ones."),
        remedy=_FIND_OUT,
        values={"first": first, "last": last},
    )


def altered_node(level: int, index: int) -> Finding:
    """A node of the tree is missing, surplus or not the hash of what is below it."""
    return Finding(
        code="verify.altered_node",
        problem=mark("Node %(index)s of level %(level)s is not the hash of the leaves below it."),
        remedy=_FIND_OUT,
        values={"level": level, "index": index},
    )


def altered_tree(size: int) -> Finding:
    """The tree's row does not state the root of the leaves."""
    return Finding(
        code="verify.altered_tree",
        problem=mark("The ledger's root is not that of its %(size)s leaves."),
        remedy=_FIND_OUT,
        values={"size": size},
    )


def altered_checkpoint(size: int) -> Finding:
    """A stored checkpoint is not signed by the ledger's key, or states another root than the leaves have."""
    return Finding(
        code="verify.altered_checkpoint",
        problem=mark(
            "The stored checkpoint of size %(size)s is not signed by the ledger's key or states another root."
        ),
        remedy=_FIND_OUT,
        values={"size": size},
    )


def cut_tail(size: int, stated: int) -> Finding:
    """Entries are missing at the end, and traces of them are still in the database."""
    return Finding(
        code="verify.cut_tail",
        problem=mark("The ledger ends at entry %(size)s, but it had %(stated)s: its tail was cut off."),
        remedy=_KEEP,
        values={"size": size, "stated": stated},
    )


def rolled_back(size: int, stated: int) -> Finding:
    """The database as a whole is older than a checkpoint that was kept outside it."""
    return Finding(
        code="verify.rolled_back",
        problem=mark(
            "The ledger has %(size)s entries, fewer than the %(stated)s of the checkpoint that you kept: an old "
            "backup was restored."
        ),
        remedy=_KEEP,
        values={"size": size, "stated": stated},
    )


def rewritten(stated: int) -> Finding:
    """The ledger is not a continuation of a checkpoint that was kept outside it."""
    return Finding(
        code="verify.rewritten",
        problem=mark(
            "The first %(stated)s entries are not those of the checkpoint that you kept: the ledger was rewritten, "
            "or went on from an old backup."
        ),
        remedy=_KEEP,
        values={"stated": stated},
    )


def foreign_checkpoint() -> Finding:
    """A checkpoint that was kept is not one of this ledger's key."""
    return Finding(
        code="verify.foreign_checkpoint",
        problem=mark("The checkpoint that you kept is not signed by this ledger's key."),
        remedy=mark("Check that it is of this installation; if it is, the ledger's key was replaced."),
    )


def altered_content(seq: int | None, entry_id: UUID) -> Finding:
    """Sealed content does not open, or is not what its entry names."""
    return Finding(
        code="verify.altered_content",
        problem=mark("The content of entry %(seq)s (%(entry)s) was changed."),
        remedy=_FIND_OUT,
        values={"seq": seq, "entry": entry_id},
    )


def deleted_content(seq: int | None, entry_id: UUID) -> Finding:
    """Content is missing though its record was not erased."""
    return Finding(
        code="verify.deleted_content",
        problem=mark("The content of entry %(seq)s (%(entry)s) is missing, and its record was not erased."),
        remedy=_FIND_OUT,
        values={"seq": seq, "entry": entry_id},
    )


def lost_key(seq: int | None, entry_id: UUID) -> Finding:
    """Content is there and its key is not, though its record was not erased."""
    return Finding(
        code="verify.lost_key",
        problem=mark("The content of entry %(seq)s (%(entry)s) cannot be opened: its key is lost."),
        remedy=mark("Bring back the folder “keys” of this installation from its own backup, then run this again."),
        values={"seq": seq, "entry": entry_id},
    )


def stray_content(entry_id: UUID) -> Finding:
    """Content belongs to no entry."""
    return Finding(
        code="verify.stray_content",
        problem=mark("There is content for an entry %(entry)s that the ledger does not have."),
        remedy=_FIND_OUT,
        values={"entry": entry_id},
    )


def unfinished_erasure(subject: UUID) -> Finding:
    """An erased record still has a key or content, or the journal does not know of it."""
    return Finding(
        code="verify.unfinished_erasure",
        problem=mark("The erasure of record %(subject)s was not finished."),
        remedy=mark("Restart Liaison: it finishes what was cut short."),
        values={"subject": subject},
    )


def altered_journal(problem: str) -> Finding:
    """A line of the journal of erasures was altered, moved or dropped."""
    return Finding(
        code="verify.altered_journal",
        problem=mark("The journal of erasures was changed. %(detail)s"),
        remedy=mark("Bring back the file “erasures/journal” from its own backup, then run this again."),
        values={"detail": problem},
    )


def altered_event(event_id: UUID, at: datetime) -> Finding:
    """An access event is not what its leaf covers."""
    return Finding(
        code="verify.altered_event",
        problem=mark("Access event %(event)s of %(at)s was changed after it was written."),
        remedy=_FIND_OUT,
        values={"event": event_id, "at": at.isoformat()},
    )


def deleted_event(event_id: UUID, at: datetime) -> Finding:
    """An access event that the ledger covers is missing."""
    return Finding(
        code="verify.deleted_event",
        problem=mark("Access event %(event)s of %(at)s was deleted."),
        remedy=_FIND_OUT,
        values={"event": event_id, "at": at.isoformat()},
    )


def unrooted_event(event_id: UUID, at: datetime) -> Finding:
    """An access event is covered by no root and does not wait for one."""
    return Finding(
        code="verify.unrooted_event",
        problem=mark("Access event %(event)s of %(at)s is covered by no entry of the ledger: it was slipped in."),
        remedy=_FIND_OUT,
        values={"event": event_id, "at": at.isoformat()},
    )


def altered_event_root(entry_id: UUID) -> Finding:
    """The list of events behind an entry is not the one that the entry covers."""
    return Finding(
        code="verify.altered_event_root",
        problem=mark("The list of access events that entry %(entry)s covers was changed."),
        remedy=_FIND_OUT,
        values={"entry": entry_id},
    )
