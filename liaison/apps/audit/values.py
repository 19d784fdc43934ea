"""The values that audit takes and gives: drafts and cards of entries, looks and their cards, findings of a check.

People, bureaus and records are opaque ids here; their meaning lives in tables that can be erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from liaison.ledger.canonical import Json
from liaison.ledger.events import EventKind as LookKind
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import ReaderKind, Right, Viewer

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
"""The installation itself, as actor, source and subject of what it writes about itself."""
SUBJECTS_OF_A_LOOK_MAX = 10_000
_NO_NOTES: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One change to one subject, before it has an id, a moment and an actor.

    `action` is `noun.verb_past`; `source` is the body that answers for the subject; `content` is canonical JSON and
    comes with its `kind` (`persons@1`). `notes` hold small values for programs and nothing about a person.
    """

    action: str
    subject: UUID
    source: UUID
    content: bytes | None = None
    kind: str = ""
    notes: Mapping[str, Json] = field(default_factory=lambda: _NO_NOTES)

    def __post_init__(self) -> None:
        if self.content is not None and not self.kind:
            raise ValueError("Content names its kind, like persons@1.")


@dataclass(frozen=True, slots=True)
class EntryCard:
    """One entry of a subject's history. `seq` is None until the sequencer has numbered it (50 ms)."""

    entry_id: UUID
    seq: int | None
    at: datetime
    action: str
    kind: str
    actor: UUID
    source: UUID
    has_content: bool


@dataclass(frozen=True, slots=True)
class SequencedEntry:
    """One numbered entry, as the followers of the ledger read it. Numbers start at 1 and have no gap."""

    seq: int
    entry_id: UUID
    at: datetime
    action: str
    kind: str
    subject: UUID
    source: UUID


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject that was looked at, and the source that may know it was."""

    subject: UUID
    source: UUID


class Standing(StrEnum):
    """In which independence somebody looked: what these see is never shown to bureaus."""

    MEMBER = ""
    OVERSIGHT = "oversight"
    COMMISSION = "commission"

    @classmethod
    def of(cls, viewer: Viewer) -> "Standing":
        """Return the standing of a viewer."""
        if viewer.reader_kind is ReaderKind.COMMISSION:
            return cls.COMMISSION
        return cls.OVERSIGHT if viewer.may(Right.OVERSEE) else cls.MEMBER


STANDING_NOTE = "standing"
"""Under this name the notes of an event hold the standing, so that its leaf covers it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One access event before it is written. `notes` hold small values for programs and nothing about a person."""

    kind: LookKind
    actor: UUID
    reader: UUID
    purpose: str
    shown: tuple[Shown, ...] = ()
    count: int = 0
    notes: Mapping[str, Json] = field(default_factory=lambda: _NO_NOTES)
    standing: Standing = Standing.MEMBER

    def __post_init__(self) -> None:
        if STANDING_NOTE in self.notes:
            raise ValueError("The standing of a look is a value of its own, not a note.")
        if len(self.shown) > SUBJECTS_OF_A_LOOK_MAX:
            raise ValueError(f"One look names at most {SUBJECTS_OF_A_LOOK_MAX} subjects; split it.")

    @classmethod
    def by(
        cls,
        viewer: Viewer,
        *,
        kind: LookKind | str,
        shown: Iterable[Shown | tuple[UUID, UUID]] = (),
        count: int | None = None,
        notes: Mapping[str, Json] | None = None,
    ) -> "Look":
        """Return this viewer's look; `shown` are (subject, source) pairs, `count` their number if not given."""
        pairs = tuple(pair if isinstance(pair, Shown) else Shown(*pair) for pair in shown)
        return cls(
            kind=LookKind(kind),
            actor=viewer.user_id,
            reader=viewer.reader_id,
            purpose=viewer.purpose.value,
            shown=pairs,
            count=len(pairs) if count is None else count,
            notes=notes or _NO_NOTES,
            standing=Standing.of(viewer),
        )


@dataclass(frozen=True, slots=True)
class LookCard:
    """One look. `actor` and `count` are None where the viewer may know the reading body and not the person.

    `subject` is the one that was asked about; None where the question was about a person who looks.
    """

    event_id: UUID
    at: datetime
    kind: LookKind
    reader: UUID
    purpose: str
    actor: UUID | None
    count: int | None = None
    subject: UUID | None = None


class EventsUnavailable(Refused):
    """The look could not be written, so nothing may be shown: a door answers 503."""

    def __init__(self) -> None:
        super().__init__(
            Finding(
                code="audit.events_unavailable",
                problem=mark("Your question could not be entered in the log, so it was not answered."),
                remedy=mark("Ask again in a moment; if it persists, tell the operator to run “liaison doctor”."),
                source="policy: look_before_answer",
            )
        )
