"""What an officer knows, read from one box and the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from liaison.databases.keys import exact_keys, keys_for_query
from liaison.identifiers import countries
from liaison.identifiers.documents import normalise_number
from liaison.identifiers.identify import Reading, ReadingKind, identify
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark

TEXT_LENGTH_MAX = 2_000
FIELD_LENGTH_MAX = 500
READINGS_MAX = 4
EXCLUSIVE = frozenset({ReadingKind.MRZ, ReadingKind.REFERENCE})
NUMBERED = frozenset({ReadingKind.MRZ, ReadingKind.DOCUMENT_NUMBER})


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
    """A question as the engine reads it.

    `readings` are what the box can be, likeliest first; `people` the persons to look for, one for each reading that
    says something of a person; `numbers` the readings whose exact keys are tried.
    """

    readings: tuple[Reading, ...]
    people: tuple[Mapping[str, object], ...]
    numbers: tuple[Reading, ...]
    reference: str

    @property
    def keys(self) -> list[str]:
        """The exact keys that the question tries, those that allow for misreadings included."""
        return list(dict.fromkeys(key for reading in self.numbers for key in keys_for_query(reading)))

    @property
    def exact_keys(self) -> frozenset[str]:
        """The keys of the numbers as they stand."""
        return frozenset(key for reading in self.numbers for key in exact_keys(reading))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the likeliest reading remarks on."""
        return self.readings[0].findings if self.readings else ()


def understand(question: Question, *, today: date) -> Understood:
    """Return what the question asks; raise Refused when it asks nothing or is malformed."""
    _bound(question)
    if question.is_empty():
        raise Refused(_nothing_asked())
    readings = tuple(identify(question.text, today) if question.text.strip() else [])[:READINGS_MAX]
    typed = _typed(question)
    if all(reading.kind is ReadingKind.DATE for reading in readings) and not typed.keys() & {"names", "documents"}:
        raise Refused(_date_alone())
    sure = readings[:1] if readings and readings[0].kind in EXCLUSIVE else readings
    people = [person for reading in sure or (None,) if (person := _person(reading, typed))]
    return Understood(
        readings=readings,
        people=tuple(people),
        numbers=(*(reading for reading in sure if reading.kind in NUMBERED), *_typed_number(typed)),
        reference=str(readings[0].value) if readings and readings[0].kind is ReadingKind.REFERENCE else "",
    )


def _person(reading: Reading | None, typed: Mapping[str, object]) -> dict[str, object]:
    """Return whom to look for: what was typed into a field wins over what was read from the box."""
    person = {**(reading.person if reading else {}), **typed}
    return person if person.get("names") or person.get("documents") else {}


def _typed_number(typed: Mapping[str, object]) -> list[Reading]:
    documents = typed.get("documents")
    listed = documents if isinstance(documents, list) else []
    return [Reading(ReadingKind.DOCUMENT_NUMBER, normalise_number(one["number"]), 1.0) for one in listed]


def _typed(question: Question) -> dict[str, object]:
    typed: dict[str, object] = {}
    if question.name.strip():
        typed["names"] = [question.name.strip()]
    if question.birth_date.strip():
        typed["birth_dates"] = PartialDate.parse(question.birth_date).search_texts()
    if question.nationality.strip():
        typed["nationalities"] = [_country(question.nationality, "nationality")]
    if question.sex.strip():
        typed["sex"] = question.sex.strip().upper()
    if number := question.document_number.strip():
        if not normalise_number(number):
            raise Refused(_no_number(number))
        issuer = _country(question.document_country, "document_country") if question.document_country.strip() else ""
        typed["documents"] = [{"number": number, "country": issuer, "kind": ""}]
    return typed


def _country(text: str, field: str) -> str:
    found = countries.by_code(text) or countries.find(text)
    if found is None:
        raise Refused(
            Finding(
                code="query.no_country",
                problem=mark("“%(text)s” is no country."),
                remedy=mark("Type its name or its code, like QM."),
                field=field,
                values={"text": text.strip()[:40]},
            )
        )
    return found.alpha2


def _no_number(number: str) -> Finding:
    return Finding(
        code="query.no_document_number",
        problem=mark("“%(number)s” cannot be a document number."),
        remedy=mark("Type it as printed: letters and digits."),
        field="document_number",
        values={"number": number[:40]},
    )


def _date_alone() -> Finding:
    return Finding(
        code="query.date_alone",
        problem=mark("A date alone points at nobody."),
        remedy=mark("Add a name or a document number."),
        field="text",
    )


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
