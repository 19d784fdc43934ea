"""What an officer knows, read from one box and the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from liaison.databases.keys import Pattern, exact_keys, has_wildcards, part_keys, pattern_of, second_chance_keys
from liaison.identifiers import countries
from liaison.identifiers.documents import normalise_number
from liaison.identifiers.identify import Reading, ReadingKind, identify, things
from liaison.identifiers.mrz import Mrz
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.registry import SCHEMES
from liaison.refusal import Finding, Refused, mark
from liaison.rules.use import Asked

TEXT_LENGTH_MAX = 2_000
FIELD_LENGTH_MAX = 500
READINGS_MAX = 4
EXCLUSIVE = frozenset({ReadingKind.MRZ, ReadingKind.REFERENCE})
NUMBERED = frozenset({ReadingKind.MRZ, ReadingKind.DOCUMENT_NUMBER, ReadingKind.IDENTIFIER})
OF_PERSONS = frozenset({"birth_dates", "sex"})
MACHINE = "machine"
TYPED_FIELDS = ("name", "birth_date", "nationality", "sex", "identifier")
DOCUMENT_FIELDS = ("document_number", "document_country")
NOT_ASKED = frozenset({"reason", "reference", "origin"})
"""Fields that say why and how, and nothing of what is looked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """The box as typed or scanned, and the structured fields; all may be empty but one.

    `identifier_kind` names a scheme of `liaison.identifiers.registry`; empty means any that fits. Box and identifier
    may hold wildcards (`*` for any characters, `?` for one). What somebody typed needs a `reason`, a code of
    `liaison.rules.use`, and a `reference`, the number of his own case. `origin` is MACHINE for a lane reader.
    """

    text: str = ""
    name: str = ""
    birth_date: str = ""
    nationality: str = ""
    sex: str = ""
    document_number: str = ""
    document_country: str = ""
    identifier: str = ""
    identifier_kind: str = ""
    reason: str = ""
    reference: str = ""
    origin: str = ""

    def is_empty(self) -> bool:
        """Whether nothing that could identify anything was given."""
        return not any(part.strip() for part in (self.text, self.name, self.document_number, self.identifier))


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the engine reads it.

    `readings` are what the box can be, likeliest first; `people` the persons to look for, one for each reading that
    says something of a person; `numbers` the readings whose exact keys are tried; `patterns` the partial numbers.
    `exact_keys` are those of the numbers as they stand, `misread_keys` those that allow for slips of reading.
    `of_a_person`: things that bear a name (ships, paintings) are not meant.
    """

    readings: tuple[Reading, ...]
    people: tuple[Mapping[str, object], ...]
    numbers: tuple[Reading, ...]
    patterns: tuple[Pattern, ...]
    reference: str
    of_a_person: bool
    exact_keys: tuple[str, ...]
    misread_keys: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """All keys that the question tries."""
        return frozenset((*self.exact_keys, *self.misread_keys))

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What keeps a zone from counting as read by a machine: the check digits that do not hold."""
        is_zone = bool(self.readings) and isinstance(self.readings[0].value, Mrz)
        return self.findings if is_zone else ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the likeliest reading remarks on."""
        return self.readings[0].findings if self.readings else ()


def understand(question: Question, *, today: date) -> Understood:
    """Return what the question asks; raise Refused when it asks nothing or is malformed."""
    _bound(question)
    if question.is_empty():
        raise Refused(_nothing_asked())
    patterns = _patterns(question)
    read = tuple(_read(question.text, today))
    typed = _typed(question)
    if read and all(one.kind is ReadingKind.DATE for one in read) and _points_at_nothing(question, typed):
        raise Refused(_date_alone())
    sure = read[:1] if read and read[0].kind in EXCLUSIVE else read
    people = [person for reading in sure[:READINGS_MAX] or (None,) if (person := _person(reading, typed))]
    numbers = (*(one for one in sure if one.kind in NUMBERED), *_typed_number(typed), *_typed_thing(question))
    exact = tuple(dict.fromkeys(key for reading in numbers for key in exact_keys(reading)))
    misread = dict.fromkeys(key for reading in numbers for key in second_chance_keys(reading) if key not in exact)
    return Understood(
        readings=read[:READINGS_MAX],
        people=tuple(people),
        numbers=numbers,
        patterns=patterns,
        reference=str(read[0].value) if read and read[0].kind is ReadingKind.REFERENCE else "",
        of_a_person=bool(OF_PERSONS & typed.keys()) or any(one.kind is ReadingKind.MRZ for one in sure),
        exact_keys=exact,
        misread_keys=tuple(misread),
    )


def asked_how(question: Question, understood: Understood, *, lane: bool) -> Asked:
    """Return how the question came to be; raise Refused where it says so without the right to.

    A machine has read it where the text is a whole machine-readable zone, all of whose check digits hold, and nothing
    was typed beside it. Of a number alone only a lane reader's own token may say so (`lane`).
    """
    if question.origin not in ("", MACHINE):
        raise Refused(_no_such_origin(question.origin))
    if question.origin == MACHINE and not lane:
        raise Refused(_no_lane())
    if understood.patterns:
        return Asked.PART
    typed = any(getattr(question, name).strip() for name in TYPED_FIELDS)
    numbered = any(getattr(question, name).strip() for name in DOCUMENT_FIELDS)
    if not typed and not numbered and _is_whole_zone(understood):
        return Asked.SCAN
    if question.origin == MACHINE and not typed and not question.text.strip() and numbered:
        return Asked.SCAN
    return Asked.TYPED


def _is_whole_zone(understood: Understood) -> bool:
    value = understood.readings[0].value if understood.readings else None
    return isinstance(value, Mrz) and value.all_checks_right


def _read(text: str, today: date) -> list[Reading]:
    return [] if not text.strip() or has_wildcards(text) else identify(text, today)


def _points_at_nothing(question: Question, typed: Mapping[str, object]) -> bool:
    return not typed.keys() & {"names", "documents"} and not question.identifier.strip()


def _patterns(question: Question) -> tuple[Pattern, ...]:
    """Return the partial numbers asked for; raise Refused where they say too little."""
    texts = [text for text in (question.text, question.identifier) if has_wildcards(text)]
    if not texts:
        return ()
    schemes = _schemes(question.identifier_kind)
    patterns = [pattern_of(name, text) for text in texts for name in schemes if SCHEMES[name].has_parts]
    telling = tuple(dict.fromkeys(pattern for pattern in patterns if part_keys(pattern)))
    if not telling:
        raise Refused(_says_too_little())
    return telling


def _typed_thing(question: Question) -> list[Reading]:
    """Return the readings of the identifier typed into its field: of the kind named, else of all that fit."""
    said = question.identifier.strip()
    if not said or has_wildcards(said):
        return []
    if not question.identifier_kind:
        found = list(things(said))
    else:
        (name,) = _schemes(question.identifier_kind)
        checked = SCHEMES[name].check(said, "")
        found = [Reading(ReadingKind.IDENTIFIER, said, 1.0, checked.findings, scheme=name)] if checked.normal else []
    if not found:
        raise Refused(_no_identifier())
    return found


def _schemes(kind: str) -> list[str]:
    if kind and kind not in SCHEMES:
        raise Refused(_no_such_kind(kind))
    return [kind] if kind else list(SCHEMES)


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


def _says_too_little() -> Finding:
    return Finding(
        code="query.part_too_short",
        problem=mark("Too little of the number is known to search for it."),
        remedy=mark("Give at least three characters that stand together, as in AB1*."),
        field="identifier",
    )


def _no_identifier() -> Finding:
    return Finding(
        code="query.no_identifier",
        problem=mark("This cannot be the number of a thing."),
        remedy=mark("Type it as it is written on the thing: letters and digits."),
        field="identifier",
    )


def _no_such_origin(origin: str) -> Finding:
    return Finding(
        code="query.no_such_origin",
        problem=mark("There is no origin “%(origin)s” of a question."),
        remedy=mark("Leave it out, or send “machine” from a lane reader."),
        field="origin",
        values={"origin": origin[:40]},
    )


def _no_lane() -> Finding:
    return Finding(
        code="query.no_lane",
        problem=mark("Only the token of a lane reader may say that a machine has read this."),
        remedy=mark("Leave the origin out; then give a reason and the number of your case."),
        source="policy: roles",
        field="origin",
    )


def _no_such_kind(kind: str) -> Finding:
    return Finding(
        code="query.no_such_kind",
        problem=mark("There is no kind of number “%(kind)s”."),
        remedy=mark("Leave the kind empty, or choose one of: %(kinds)s."),
        field="identifier_kind",
        values={"kind": kind[:40], "kinds": ", ".join(SCHEMES)},
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
        for name in Question.__dataclass_fields__
        if name != "text" and len(getattr(question, name)) > FIELD_LENGTH_MAX
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
