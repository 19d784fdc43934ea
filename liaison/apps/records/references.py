"""From references to what lies behind them, and back: for questions about looks, which open no record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from liaison.apps.records.models import Record
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Named:
    """The record behind a reference. By itself it says nothing: who asked is shown only what he may know."""

    id: UUID
    reference: str
    source_id: UUID


def named(references: Collection[str]) -> list[Named]:
    """Return what lies behind these references, whoever may see it (system role).

    For looks alone: those of a body outlive its right to see the record. The caller lets nothing out but looks
    that PostgreSQL shows to the viewer, and answers alike where there is no such record.
    """
    rows = Record.objects.using("system").filter(reference__in=set(references)).order_by("reference")
    return [Named(*row) for row in rows.values_list("id", "reference", "source_id")]


def references_of(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, str]:
    """Return the references of those records that the viewer's body may see today, erased ones too."""
    if not ids:
        return {}
    with viewing(viewer, savepoint=False):
        return dict(Record.objects.filter(pk__in=set(ids)).values_list("id", "reference"))
