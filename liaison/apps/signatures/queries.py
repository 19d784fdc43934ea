"""What waits for a signer that was away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.members import public as members
from liaison.apps.signatures.models import Waiting
from liaison.apps.signatures.pen import Signer
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

WAITING_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits under the id that its signature will have."""

    id: UUID
    source_id: UUID
    signer: Signer | None
    entries: tuple[UUID, ...]
    since: datetime


def sources_waiting() -> list[UUID]:
    """Return the sources for which something waits (system role)."""
    return list(Waiting.objects.using("system").order_by().values_list("source_id", flat=True).distinct())


def waiting_ids(ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these ids are those of signatures that are still waited for (system role)."""
    return frozenset(Waiting.objects.using("system").filter(pk__in=ids).values_list("pk", flat=True))


def waiting(source_id: UUID, *, by: Viewer) -> list[Waits]:
    """Return the oldest that waits for a source, with the key that its signer has today."""
    with viewing(by, savepoint=False):
        rows = list(Waiting.objects.filter(source_id=source_id).order_by("since")[:WAITING_AT_ONCE])
        return [
            Waits(row.pk, row.source_id, _signer(row.signer_id), tuple(map(UUID, row.entries)), row.since)
            for row in rows
        ]


def done_waiting(signing_id: UUID) -> None:
    """Take out what waits no longer, in the caller's transaction."""
    Waiting.objects.filter(pk=signing_id).delete()


def _signer(reader_id: UUID) -> Signer | None:
    key = members.key_in_force(reader_id)
    if key is None:
        return None
    return Signer(reader_id, members.readers([reader_id])[reader_id].code, key.key_id, key.signing_key)
