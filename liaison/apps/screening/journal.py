"""What was asked, sealed: each day has a key of its own in a file; when the file dies, so does what was asked.

Oversight opens a line for a reason, which is itself a look. Nobody else reads the journal, not even who asked.
"""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from liaison.apps.audit import public as audit
from liaison.apps.screening.models import JournalLine
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_READS_MAX = 50
SAMPLE_CHUNK = 500
_ONE_IN = "('x' || right(replace(id::text, '-', ''), 6))::bit(24)::int %% %s = 0"
"""One in n by the random end of the ids, the same ones each time."""
SUFFIX = ".key"


def write(*, event_id: UUID, text: bytes, found: bool, viewer: Viewer, day: date) -> None:
    """Seal the text of one query under the key of the day on which it was asked, inside the caller's transaction."""
    line_id = new_id()
    sealed = seal(text, day=day, about=line_id)
    JournalLine.objects.bulk_create(
        [JournalLine(id=line_id, event_id=event_id, day=day, reader=viewer.reader_id, found=found, sealed=sealed)]
    )


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


def open_line(event_id: UUID, *, by: Viewer, reason: str) -> bytes:
    """Return the text of the query behind an event, for oversight; opening it is a look of its own."""
    by.needs(Right.OVERSEE)
    with viewing(by):
        line = JournalLine.objects.filter(event_id=event_id).first()
    key = _path(line.day) if line else None
    if line is None or key is None or not key.exists():
        raise Absent(
            Finding(
                code="journal.absent",
                problem=mark("The text of this query is not kept any more, or never was."),
                remedy=mark("The event itself stays in the ledger."),
                source="policy: screening.journal_days",
            )
        )
    audit.look(audit.Look.by(by, kind="view", count=1, notes={"journal_opened_for": reason[:200]}))
    sealed = bytes(line.sealed)
    return AESGCM(key.read_bytes()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], line.id.bytes)


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
