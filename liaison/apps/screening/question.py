"""What an officer knows, read from one box and the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from liaison.databases.keys import keys_for_query
from liaison.identifiers.identify import Reading, ReadingKind, identify
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark

TEXT_LENGTH_MAX = 2_000
FIELD_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Question:
    """The box as typed or scanned, and the structured fields; all may be empty but one."""

    text: str = ""
    name: str = ""
    birth_date: str = ""
    nationality: str = ""
    sex: str = ""
    document_number: str = ""
    document_country: str = ""

    def is_empty(self) -> bool:
        """Whether nothing that could identify anything was given."""
        return not any(part.strip() for part in (self.text, self.name, self.document_number))


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the engine reads it: the reading chosen, the person to look for, the exact keys to try."""

    reading: Reading | None
    person: Mapping[str, object]
    keys: tuple[str, ...]
    reference: str
    findings: tuple[Finding, ...]
    others: tuple[Reading, ...] = field(default=())

    @property
    def has_person(self) -> bool:
        """Whether there is a name or a document to look for a person by."""
        return bool(self.person.get("names") or self.person.get("documents"))


def understand(question: Question, *, today: date) -> Understood:
    """Return what the question asks; raise Refused when it asks nothing or is malformed."""
    _bound(question)
    if question.is_empty():
        raise Refused(_nothing_asked())
    readings = identify(question.text, today=today) if question.text.strip() else []
    typed = _typed(question)
    reading = readings[0] if readings else None
    person = _merged(reading.person if reading else {}, typed)
    keys = [key for found in readings for key in keys_for_query(found)]
    if question.document_number.strip():
        keys += keys_for_query(_document_reading(question, today))
    findings = tuple(reading.findings) if reading else ()
    return Understood(
        reading=reading,
        person=person,
        keys=tuple(dict.fromkeys(keys)),
        reference=str(reading.value) if reading and reading.kind is ReadingKind.REFERENCE else "",
        findings=findings,
        others=tuple(readings[1:]),
    )


def _typed(question: Question) -> dict[str, object]:
    typed: dict[str, object] = {}
    if question.name.strip():
        typed["names"] = [question.name.strip()]
    if question.birth_date.strip():
        typed["birth_dates"] = [str(PartialDate.parse(question.birth_date))]
    if question.nationality.strip():
        typed["nationalities"] = [question.nationality.strip().upper()]
    if question.sex.strip():
        typed["sex"] = question.sex.strip().upper()
    if question.document_number.strip():
        typed["documents"] = [
            {
                "number": question.document_number.strip(),
                "country": question.document_country.strip().upper(),
                "kind": "",
            }
        ]
    return typed


def _merged(read: Mapping[str, object], typed: Mapping[str, object]) -> dict[str, object]:
    """Let what was typed into a field win over what was read from the box."""
    return {**read, **typed}


def _document_reading(question: Question, today: date) -> Reading:
    found = [r for r in identify(question.document_number, today=today) if r.kind is ReadingKind.DOCUMENT_NUMBER]
    if not found:
        raise Refused(
            Finding(
                code="query.no_document_number",
                problem=mark("“%(number)s” cannot be a document number."),
                remedy=mark("Type it as printed: letters and digits."),
                field="document_number",
                values={"number": question.document_number[:40]},
            )
        )
    return found[0]


def _bound(question: Question) -> None:
    long = [
        name
        for name in ("name", "birth_date", "nationality", "sex", "document_number", "document_country")
        if len(getattr(question, name)) > FIELD_LENGTH_MAX
    ]
    if len(question.text) > TEXT_LENGTH_MAX:
        long.append("text")
    if long:
        raise Refused(*(_too_long(name) for name in long))


def _too_long(name: str) -> Finding:
    return Finding(
        code="query.too_long",
        problem=mark("The question is too long."),
        remedy=mark("Paste one document or one name at a time."),
        field=name,
    )


def _nothing_asked() -> Finding:
    return Finding(
        code="query.empty",
        problem=mark("Nothing was asked."),
        remedy=mark("Scan a document, or type a name or a number."),
        field="text",
    )
