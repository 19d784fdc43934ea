"""What the other apps may use of audit: entries with their content, looks, cursors, erasure, checks and exports."""

from liaison.apps.audit.cursors import (
    INDEX_CURSORS,
    Cursor,
    pending_since,
    reached_by,
    system_contents,
    written_after,
)
from liaison.apps.audit.entries import contents, history, latest_content, record, record_many
from liaison.apps.audit.erasure import erase, erase_many, finish_erasures, on_erasure_replayed, replay_erasures
from liaison.apps.audit.events import look, look_async, start_event_writer, stop_event_writer
from liaison.apps.audit.exports import Exported, Wanted, accept_cosignatures, export, growth_proof, newest_checkpoint
from liaison.apps.audit.queries import (
    LedgerState,
    leaf_at,
    ledger_state,
    looks_at,
    looks_by,
    numbered_between,
    numbered_of,
)
from liaison.apps.audit.restores import note_restore
from liaison.apps.audit.sequencer import SequencerPolicy, run_sequencer
from liaison.apps.audit.signing import public_key
from liaison.apps.audit.values import (
    SYSTEM_ID,
    EntryCard,
    EntryDraft,
    EventsUnavailable,
    Look,
    LookCard,
    LookKind,
    SequencedEntry,
    Shown,
)
from liaison.apps.audit.verification import register_projection, verify

__all__ = [
    "INDEX_CURSORS",
    "SYSTEM_ID",
    "Cursor",
    "EntryCard",
    "EntryDraft",
    "EventsUnavailable",
    "Exported",
    "LedgerState",
    "Look",
    "LookCard",
    "LookKind",
    "SequencedEntry",
    "SequencerPolicy",
    "Shown",
    "Wanted",
    "accept_cosignatures",
    "contents",
    "erase",
    "erase_many",
    "export",
    "finish_erasures",
    "growth_proof",
    "history",
    "latest_content",
    "leaf_at",
    "ledger_state",
    "look",
    "look_async",
    "looks_at",
    "looks_by",
    "newest_checkpoint",
    "note_restore",
    "numbered_between",
    "numbered_of",
    "on_erasure_replayed",
    "pending_since",
    "public_key",
    "reached_by",
    "record",
    "record_many",
    "register_projection",
    "replay_erasures",
    "run_sequencer",
    "start_event_writer",
    "stop_event_writer",
    "system_contents",
    "verify",
    "written_after",
]
