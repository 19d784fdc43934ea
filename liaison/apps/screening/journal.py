"""What was asked, sealed: each day has a key of its own in a file; when the file dies, so does what was asked.

Oversight, and the data-protection officer of the body that asked, open a line on a ground that is written down first:
as a look of its own kind and as an entry. Nobody else reads the journal, not even who asked.
"""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from liaison.apps.audit import public as audit
from liaison.apps.screening.models import GROUNDS, WORDS_LENGTH_MAX, JournalLine, Opening
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_READS_MAX = 50
SAMPLE_CHUNK = 500
OPENINGS_SHOWN_MAX = 100
WORDS_LENGTH_MIN = 10
_ONE_IN = "('x' || right(replace(id::text, '-', ''), 6))::bit(24)::int %% %s = 0"
"""One in n by the random end of the ids, the same ones each time."""
SUFFIX = ".key"


@dataclass(frozen=True, slots=True)
class Line:
    """One query: the look that it was, what was asked, and whether anything was found."""

    event_id: UUID
    text: bytes
    found: bool


def write(lines: Sequence[Line], *, viewer: Viewer, day: date) -> None:
    """Seal the texts of queries under the key of the day on which they were asked, in the caller's transaction."""
    written = [
        JournalLine(id=new_id(), event_id=one.event_id, day=day, reader=viewer.reader_id, found=one.found)
        for one in lines
    ]
    for row, line in zip(written, lines, strict=True):
        row.sealed = seal(line.text, day=day, about=row.id)
    JournalLine.objects.bulk_create(written)


def seal_text(text: str, *, day: date, about: UUID) -> str:
    """Return a short text sealed under the key of a day, for the one that it is about; `open_text` gives it back."""
    return f"{day.isoformat()}.{base64.b64encode(seal(text.encode(), day=day, about=about)).decode()}"


def open_text(sealed: str, *, about: UUID) -> str:
    """Return what `seal_text` sealed for this one; nothing once the key of its day has died."""
    day, _, coded = sealed.partition(".")
    text = unseal(base64.b64decode(coded), day=date.fromisoformat(day), about=about)
    return text.decode() if text is not None else ""


def seal(text: bytes, *, day: date, about: UUID) -> bytes:
    """Return a text sealed under the key of a day, which is made if there is none; `unseal` gives it back."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key_of(day)).encrypt(nonce, text, about.bytes)


def unseal(sealed: bytes, *, day: date, about: UUID) -> bytes | None:
    """Return what `seal` sealed about this one; None once the key of its day has died."""
    path = _path(day)
    if not path.exists():
        return None
    return AESGCM(path.read_bytes()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.bytes)


def open_line(event_id: UUID, *, ground: str, words: str, by: Viewer) -> bytes:
    """Return the text of the query behind an event; the ground is in the ledger before anything is shown.

    For oversight, and for who judges looks in the body that asked and in the agencies that it connects. Raise Refused
    without a ground of the closed list and words, and Absent alike for a line that is hidden, forgotten or never was.
    """
    if not by.may(Right.OVERSEE):
        by.needs(Right.JUDGE_LOOKS)
    if findings := _ground_findings(ground, words):
        raise Refused(*findings)
    with viewing(by):
        line = JournalLine.objects.filter(event_id=event_id).first()
    text = unseal(bytes(line.sealed), day=line.day, about=line.id) if line else None
    if line is None or text is None:
        raise _absent()
    look = audit.Look.by(by, kind="opening", count=1, notes={"ground": ground, "query": str(event_id)})
    opening = audit.look(look)
    with viewing(by):
        Opening.objects.bulk_create(
            [
                Opening(
                    id=opening,
                    event_id=event_id,
                    reader=line.reader,
                    opened_by=by.user_id,
                    opened_at=now(),
                    ground=ground,
                    words=words.strip(),
                )
            ]
        )
        entry = audit.EntryDraft(
            action="queries.opened", subject=event_id, source=line.reader, kind="opening@1", notes={"ground": ground}
        )
        audit.record(entry, by=by)
    return text


def openings(viewer: Viewer, *, limit: int = OPENINGS_SHOWN_MAX) -> list[Opening]:
    """Return the newest openings, for who judges looks in the body that asked and for oversight; to others none."""
    with viewing(viewer, savepoint=False):
        return list(Opening.objects.order_by("-opened_at", "-id")[: min(limit, OPENINGS_SHOWN_MAX)])


def sample(*, since: date, most: int, viewer: Viewer) -> tuple[int, Iterator[bytes]]:
    """Return how many queries were asked since that day, and the text of about `most` of them at most, one in n.

    For counts with a floor alone: the caller lets no text out and writes an event. Whose they are is not said.
    """
    viewer.needs(Right.ENTER_RECORDS)
    lines = JournalLine.objects.using("system").filter(day__gte=since)
    asked = lines.count()
    one_in = -(-asked // most)
    if one_in > 1:
        lines = lines.extra(where=[_ONE_IN], params=[one_in])  # noqa: S610 - a constant
    return asked, _texts(lines.values_list("id", "day", "sealed").iterator(chunk_size=SAMPLE_CHUNK))


def _texts(lines: Iterable[tuple[UUID, date, bytes | memoryview]]) -> Iterator[bytes]:
    keys: dict[date, AESGCM | None] = {}
    for line_id, day, sealed in lines:
        if day not in keys:
            path = _path(day)
            keys[day] = AESGCM(path.read_bytes()) if path.exists() else None
        if cipher := keys[day]:
            yield cipher.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), line_id.bytes)


def purge(*, days: int) -> int:
    """Destroy the keys and lines of all days that are older than the policy allows; return how many lines went."""
    last_kept = now().date() - timedelta(days=days)
    for path in _folder().glob(f"*{SUFFIX}"):
        if date.fromisoformat(path.stem) < last_kept:
            _destroy(path)
    gone, _ = JournalLine.objects.using("system").filter(day__lt=last_kept).delete()
    return gone


def _key_of(day: date) -> bytes:
    """Return the key of a day, making it once: of several processes the first to link its file wins."""
    path = _path(day)
    for _attempt in range(KEY_READS_MAX):
        if path.exists():
            return path.read_bytes()
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            continue
        finally:
            draft.unlink()
    raise AssertionError("the key of the day vanished as often as it was made")


def _ground_findings(ground: str, words: str) -> list[Finding]:
    found = []
    if ground not in GROUNDS:
        found.append(
            Finding(
                code="journal.no_ground",
                problem=mark("The text of a query is opened on one of five grounds, and none was named."),
                remedy=mark("Choose the ground."),
                source="policy: query_text_needs_a_ground",
                field="ground",
            )
        )
    if not WORDS_LENGTH_MIN <= len(words.strip()) <= WORDS_LENGTH_MAX:
        found.append(
            Finding(
                code="journal.no_words",
                problem=mark("The ground is explained in %(least)s to %(most)s characters."),
                remedy=mark("Say which complaint, check, signal, order or incident it is."),
                source="policy: query_text_needs_a_ground",
                field="words",
                values={"least": WORDS_LENGTH_MIN, "most": WORDS_LENGTH_MAX},
            )
        )
    return found


def _absent() -> Absent:
    return Absent(
        Finding(
            code="journal.absent",
            problem=mark("The text of this query is not kept any more, or never was."),
            remedy=mark("The event itself stays in the ledger."),
            source="policy: screening.journal_days",
        )
    )


def _path(day: date) -> Path:
    return _folder() / f"{day.isoformat()}{SUFFIX}"


def _folder() -> Path:
    folder = Path(settings.LIAISON.home) / "keys" / "journal"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _destroy(path: Path) -> None:
    with path.open("r+b") as key:
        key.write(secrets.token_bytes(KEY_BYTES))
        key.flush()
        os.fsync(key.fileno())
    path.unlink()
