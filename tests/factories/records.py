"""Invented records."""

from liaison.apps.records import public as records
from liaison.viewer import Level, Viewer


def a_person(name: str = "Elsa Quendrix", **more: object) -> dict[str, object]:
    """Return the fields of an invented person."""
    return {
        "names": [{"text": name, "kind": "primary", "script": "Latn"}],
        "birth_dates": ["1984-03-12"],
        "nationalities": ["QM"],
        "sex": "F",
        "person_status": "suspect",
        **more,
    }


def a_document(number: str = "QM4471203", **more: object) -> dict[str, object]:
    """Return the fields of an invented stolen passport of QM."""
    return {
        "number": number,
        "document_kind": "passport",
        "country": "QM",
        "event": "stolen",
        "event_on": "2026-01-15",
        **more,
    }


def a_record(
    by: Viewer,
    *,
    kind: str = "persons",
    fields: dict[str, object] | None = None,
    audience: str = "all",
    level: Level = Level.OFFICIAL_USE,
    foreign_key: str = "",
) -> str:
    """Enter an invented record and return its reference."""
    content = fields or (a_person() if kind == "persons" else a_document())
    return records.enter(
        records.Draft(kind=kind, fields=content, audience=audience, level=level, foreign_key=foreign_key), by=by
    )
