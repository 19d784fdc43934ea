"""What the other apps may use of audit: entries with their content, looks, cursors, erasure and verification."""

from liaison.apps.audit.cursors import Cursor, system_contents
from liaison.apps.audit.entries import contents, history, latest_content, record, record_many
from liaison.apps.audit.erasure import erase, on_erasure_replayed, replay_erasures
from liaison.apps.audit.events import look, look_async, start_event_writer, stop_event_writer
from liaison.apps.audit.queries import LedgerState, ledger_state, looks_at, looks_by
from liaison.apps.audit.restores import note_restore
from liaison.apps.audit.sequencer import SequencerPolicy, run_sequencer
from liaison.apps.audit.values import (
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
    "Cursor",
    "EntryCard",
    "EntryDraft",
    "EventsUnavailable",
    "LedgerState",
    "Look",
    "LookCard",
    "LookKind",
    "SequencedEntry",
    "SequencerPolicy",
    "Shown",
    "contents",
    "erase",
    "history",
    "latest_content",
    "ledger_state",
    "look",
    "look_async",
    "looks_at",
    "looks_by",
    "note_restore",
    "on_erasure_replayed",
    "record",
    "record_many",
    "register_projection",
    "replay_erasures",
    "run_sequencer",
    "start_event_writer",
    "stop_event_writer",
    "system_contents",
    "verify",
]
