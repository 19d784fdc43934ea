"""The text of a query as a person reads it, once its ground is in the ledger."""

import json
from dataclasses import dataclass
from uuid import UUID

from liaison.apps.screening import public as screening
from liaison.refusal import mark
from liaison.viewer import Viewer

LABELS = {
    "text": mark("The box"),
    "name": mark("Name"),
    "birth_date": mark("Date of birth"),
    "nationality": mark("Nationality"),
    "sex": mark("Sex"),
    "document_number": mark("Document number"),
    "document_country": mark("Country of issue"),
    "identifier": mark("Number of a thing"),
    "identifier_kind": mark("Kind of number"),
    "reason": mark("Reason"),
    "reference": mark("Number of the case"),
    "origin": mark("Origin"),
    "names": mark("Name"),
    "birth_dates": mark("Date of birth"),
    "nationalities": mark("Nationality"),
    "document_numbers": mark("Document number"),
    "identifiers": mark("Number of a thing"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """One input of a question and what was typed into it; `label` is a marked message id, or the input's own name."""

    label: str
    value: str


def opened(event_id: UUID, *, ground: str, words: str, by: Viewer) -> list[Typed]:
    """Return what was typed into the inputs of a question; refuse as `screening.open_line` does."""
    question = json.loads(screening.open_line(event_id, ground=ground, words=words, by=by))
    return [
        Typed(LABELS.get(name, name), _said(value)) for name, value in question.items() if value not in ("", None, [])
    ]


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
