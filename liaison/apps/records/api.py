"""Records over REST: the same questions as the pages ask."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from liaison.apps.audit import public as audit
from liaison.apps.records import queries
from liaison.databases import all_databases

router = Router(tags=["records"])


class RecordOut(Schema):
    """One record with its fields in the form that its declaration gives them."""

    reference: str
    database: str
    title: str
    source: str
    status: str
    level: int
    version: int
    entered_at: datetime
    changed_at: datetime
    expires_on: date
    fields: dict[str, Any]


class FieldOut(Schema):
    """One declared field."""

    name: str
    label: str
    type: str
    required: bool
    many: bool
    sensitive: bool


class DatabaseOut(Schema):
    """One database of the register (RPD art. 33)."""

    kind: str
    version: int
    label: str
    purpose: str
    retention: str
    fields: list[FieldOut]


@router.get("/databases", response=list[DatabaseOut], operation_id="list_databases")
def databases(request: HttpRequest) -> list[DatabaseOut]:
    """The register of databases: what each holds, for which purpose, and how long."""
    return [
        DatabaseOut(
            kind=database.kind,
            version=database.version,
            label=str(database.label),
            purpose=str(database.purpose),
            retention=database.retention_policy,
            fields=[
                FieldOut(
                    name=field.name,
                    label=str(field.label),
                    type=str(field.type),
                    required=field.required,
                    many=field.many,
                    sensitive=field.sensitive,
                )
                for field in database.fields
            ],
        )
        for database in all_databases().values()
    ]


@router.get("/records/{reference}", response=RecordOut, operation_id="read_record")
def record(request: HttpRequest, reference: str) -> RecordOut:
    """One record that the caller may see; hidden and unknown references are answered alike."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    card = queries.record(reference, viewer)
    audit.look(audit.Look.by(viewer, kind="view", shown=[(card.id, card.source_id)]))
    return RecordOut(
        reference=card.reference,
        database=card.kind,
        title=card.title,
        source=card.source_code,
        status=card.status,
        level=int(card.level),
        version=card.version,
        entered_at=card.entered_at,
        changed_at=card.changed_at,
        expires_on=card.expires_on,
        fields=dict(card.fields),
    )
