"""Writing entries with their sealed content in the caller's transaction, and reading them back under its policies.

Nothing here waits for a lock or a number: the sequencer numbers what was committed.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connection

from liaison.apps.audit.installation import vault
from liaison.apps.audit.record_keys import ensure_keys, fresh_keys, open_keys
from liaison.apps.audit.values import EntryCard, EntryDraft
from liaison.apps.audit.vault import seal, unseal
from liaison.ledger.canonical import canonical_json
from liaison.ledger.entries import SALT_BYTES, Entry, content_digest
from liaison.refusal import Finding, Refused, mark
from liaison.rows.bulk import copy_rows
from liaison.rows.draws import Draw, draws
from liaison.rows.ids import new_id
from liaison.viewer import Viewer

SINGLY_MAX = 16
"""Up to so many entries one INSERT is quicker than COPY through a temporary table."""

_ENTRY = ("id", "position", "at", "action", "kind", "subject", "actor", "source", "content_digest", "salt", "body")
_CONTENT = ("entry_id", "subject", "source", "kind", "sealed")


NEWEST = "select subject, entry_id from audit_newest_with_content(%s::uuid[])"


class Recorded(NamedTuple):
    """An entry that was written, and by which salted digest it names its content; None where it has none."""

    entry_id: UUID
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it goes into its table, and the content row that goes with it."""

    entry: tuple[object, ...]
    content: tuple[object, ...] | None


def record(draft: EntryDraft, *, by: Viewer) -> UUID:
    """Write one entry, its content sealed under its subject's key, in the caller's transaction; return its id."""
    return record_all([draft], by=by)[0].entry_id


def record_many(
    drafts: Iterable[EntryDraft], *, by: Viewer, ids: Sequence[UUID] | None = None, first: bool = False
) -> list[UUID]:
    """Write many entries in the caller's transaction and return their ids; both in the order given.

    All are held in memory: the caller keeps its transactions to bounded batches. `ids` are those that the caller has
    given out already. `first` says that no subject had an entry before, so that nobody looks for its key.
    """
    return [one.entry_id for one in record_all(list(drafts), by=by, ids=ids, first=first)]


def digests(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return by which digest the entries with content name it, of those that this viewer may see."""
    rows = fetch(
        "select id, content_digest from audit_entry where id = any(%s::uuid[]) and content_digest is not null",
        [list(entry_ids)],
    )
    return {entry_id: bytes(digest) for entry_id, digest in rows}


def newest_with_content(subjects: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return each subject's newest entry with content, of those that this viewer may see.

    Nobody takes an entry away: whoever points at an older one shows what is not true any more.
    """
    rows = fetch(NEWEST, [list(subjects)])
    return dict(rows)


def contents(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the content of those entries whose content this viewer may see; what was erased is absent.

    Content that was tampered with is a Refused that names no record.
    """
    return {entry_id: salted[SALT_BYTES:] for entry_id, salted in salted_contents(entry_ids).items()}


def salted_contents(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return what `contents` does, each with the salt of its digest before it: for auditors, who check the digest."""
    rows = fetch("select entry_id, subject, sealed from audit_contents(%s::uuid[])", [list(entry_ids)])
    return {entry_id: salted for entry_id, _, salted in _unsealed(rows)}


def latest_content(subjects: Sequence[UUID]) -> dict[UUID, tuple[UUID, bytes]]:
    """Return entry id and content of each subject's newest content that this viewer may see."""
    rows = fetch(
        "select distinct on (c.subject) c.entry_id, c.subject, c.sealed from audit_content c"
        " join audit_entry e on e.id = c.entry_id join audit_key k on k.subject = c.subject"
        " where c.subject = any(%s::uuid[]) order by c.subject, e.position desc",
        [list(subjects)],
    )
    return {subject: (entry_id, salted[SALT_BYTES:]) for entry_id, subject, salted in _unsealed(rows)}


def unsealed(sealed: bytes, *, subject: UUID, entry_id: UUID) -> bytes | None:
    """Return content, its salt before it, that another door than the policies has handed out sealed.

    None where its key is destroyed.
    """
    found = _unsealed([(entry_id, subject, sealed)])
    return found[0][2] if found else None


def history(subject: UUID) -> list[EntryCard]:
    """Return the entries on one subject that this viewer may see, oldest first."""
    rows = fetch("select * from audit_history(%s)", [subject])
    return [EntryCard(*row) for row in rows]


def fetch(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement in the doors' transaction and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def written(
    draft: EntryDraft, *, actor: UUID, at: datetime, position: int, key: bytes | None, entry_id: UUID | None = None
) -> Written:
    """Return the rows of one entry; `key` is its subject's and needed where there is content."""
    form = _Form.of(draft, actor=actor, at=at)
    return form.written(draft, entry_id=entry_id or new_id(), position=position, key=key, draw=secrets.token_bytes)


_ID, _SUBJECT, _DIGEST = UUID(int=1), UUID(int=2), "e" * 64
_PLACES = tuple(str(place).encode() for place in (_DIGEST, _ID, _SUBJECT))
"""Where id, subject and digest stand in the canonical body of a `_Form`, in the order of their keys."""


@dataclass(frozen=True, slots=True)
class _Form:
    """The body of an entry with the places of id, subject and content left open: made once for a batch."""

    entry: Entry
    parts: tuple[bytes, ...]

    @classmethod
    def of(cls, draft: EntryDraft, *, actor: UUID, at: datetime) -> "_Form":
        """Return the form of all drafts with this action, kind, source and notes."""
        entry = Entry(
            id=_ID,
            at=at,
            action=draft.action,
            kind=draft.kind,
            subject=_SUBJECT,
            actor=actor,
            source=draft.source,
            content=_DIGEST if draft.content is not None else None,
            notes=draft.notes,
        )
        rest, parts = entry.to_bytes(), []
        for place in _PLACES if draft.content is not None else _PLACES[1:]:
            before, found, rest = rest.partition(place)
            assert found, "a body names its id, its subject and the digest of its content, in this order"
            parts.append(before)
        return cls(entry, (*parts, rest))

    def written(self, draft: EntryDraft, *, entry_id: UUID, position: int, key: bytes | None, draw: Draw) -> Written:
        """Return the rows of one entry of this form."""
        entry, salt = self.entry, draw(SALT_BYTES)
        given, digest, content = [str(entry_id).encode(), str(draft.subject).encode()], None, None
        if draft.content is not None:
            assert key is not None, "content is sealed under its subject's key"
            content_salt = draw(SALT_BYTES)
            digest = content_digest(content_salt, draft.content)
            sealed = seal(content_salt + draft.content, key=key, entry_id=entry_id, draw=draw)
            content = (entry_id, draft.subject, draft.source, draft.kind, sealed)
            given.insert(0, digest.hex().encode())
        body = b"".join(part for pair in zip(self.parts, (*given, b""), strict=True) for part in pair)
        columns = (entry_id, position, entry.at, entry.action, entry.kind, draft.subject, entry.actor, draft.source)
        return Written((*columns, digest, salt, body), content)


def id_of(entry: tuple[object, ...]) -> UUID:
    """Return the id of an entry's row."""
    found = entry[0]
    assert isinstance(found, UUID), "an entry's row begins with its id"
    return found


def digest_of(entry: tuple[object, ...]) -> bytes | None:
    """Return the digest of its content from an entry's row."""
    found = entry[_ENTRY.index("content_digest")]
    assert found is None or isinstance(found, bytes), "a digest is bytes"
    return found


def record_all(
    drafts: Sequence[EntryDraft], *, by: Viewer, ids: Sequence[UUID] | None = None, first: bool = False
) -> list[Recorded]:
    """Write many entries as `record_many` does; return with each id the digest of its content, for who signs it."""
    assert connection.in_atomic_block, "an entry belongs to the transaction of what it tells"
    if not drafts:
        return []
    keys_of = fresh_keys if first else ensure_keys
    keys = keys_of((draft.subject for draft in drafts if draft.content is not None), fetch=fetch, vault=vault())
    ((at, positions),) = fetch(
        "select liaison_now(), array(select nextval('audit_position') from generate_series(1, %s))", [len(drafts)]
    )
    forms, draw = _Forms(actor=by.user_id, at=at), draws()
    rows = [
        forms.of(draft).written(draft, entry_id=entry_id, position=position, key=keys.get(draft.subject), draw=draw)
        for draft, entry_id, position in zip(
            drafts, ids or [new_id(draw) for _ in drafts], sorted(positions), strict=True
        )
    ]
    put = _insert if len(rows) <= SINGLY_MAX else copy_rows
    put("audit_entry", _ENTRY, [row.entry for row in rows])
    put("audit_pending", ("position", "entry_id"), [(row.entry[1], row.entry[0]) for row in rows])
    if sealed := [row.content for row in rows if row.content is not None]:
        put("audit_content", _CONTENT, sealed)
    return [Recorded(id_of(row.entry), digest_of(row.entry)) for row in rows]


class _Forms:
    """The forms of a batch: one for all drafts that differ in nothing but subject and content."""

    def __init__(self, *, actor: UUID, at: datetime) -> None:
        self._actor, self._at = actor, at
        self._known: dict[tuple[str, str, UUID, bool, bytes], _Form] = {}

    def of(self, draft: EntryDraft) -> _Form:
        """Return the form that fits the draft."""
        notes = canonical_json(draft.notes) if draft.notes else b""
        key = (draft.action, draft.kind, draft.source, draft.content is not None, notes)
        if key not in self._known:
            self._known[key] = _Form.of(draft, actor=self._actor, at=self._at)
        return self._known[key]


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    one = f"({', '.join(['%s'] * len(columns))})"
    statement = f"insert into {table} ({', '.join(columns)}) values {', '.join([one] * len(rows))}"  # noqa: S608
    fetch(statement, [value for row in rows for value in row])
    return len(rows)


def _unsealed(rows: Sequence[tuple[UUID, UUID, bytes]]) -> list[tuple[UUID, UUID, bytes]]:
    keys = open_keys(list({subject for _, subject, _ in rows}), fetch=fetch, vault=vault()) if rows else {}
    return [
        (entry_id, subject, opened(bytes(sealed), key=keys[subject], entry_id=entry_id))
        for entry_id, subject, sealed in rows
        if subject in keys
    ]


def opened(sealed: bytes, *, key: bytes, entry_id: UUID) -> bytes:
    """Return salt and document of sealed content; a Refused if a bit was changed."""
    try:
        return unseal(sealed, key=key, entry_id=entry_id)
    except InvalidTag:
        raise Refused(_altered()) from None


def _altered() -> Finding:
    return Finding(
        code="content.altered",
        problem=mark("The stored content of a record was changed outside Liaison, so it is not shown."),
        remedy=mark("Tell the operator to run “liaison audit verify”, which names the record."),
    )
