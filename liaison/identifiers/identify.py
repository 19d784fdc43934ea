"""What a pasted string can be, so that one box can take everything: a zone, a reference, a number, a date, a name,
the VIN of a car or the number of a ship.

Readings come likeliest first. Nothing is decided here: several readings may be searched at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from liaison.identifiers import documents, mrz, partial_dates, references
from liaison.identifiers.plain_text import ascii_digits, cleaned, has_letters_or_digits, invisible_characters
from liaison.identifiers.registry import SCHEMES
from liaison.identifiers.scripts import scripts_in
from liaison.refusal import Finding, Refused, mark

TEXT_LENGTH_MAX = 2_000
NAME_LENGTH_MAX = 500
NAME_WORDS_MAX = 40
SERIES_LENGTH_MAX = 3
USUAL_LENGTH_MIN = 6
IDENTIFIER_LENGTH_MAX = 120

_FILLER = "<"
_LABELS = frozenset(("DOC", "ID", "NO", "NR", "NUM"))


class ReadingKind(StrEnum):
    """What a string can be."""

    MRZ = "mrz"
    REFERENCE = "reference"
    DOCUMENT_NUMBER = "document_number"
    IDENTIFIER = "identifier"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that the string can be.

    `value` is an `Mrz`, a `Reference`, a normalised number, a `PartialDate`, or a name or identifier as written; of
    an identifier `scheme` says which kind. `confidence` lies in [0, 1] and orders readings; it is no probability.
    `person` is what the reading says about a person, in the engine's form; empty where it says nothing.
    """

    kind: ReadingKind
    value: mrz.Mrz | references.Reference | str | partial_dates.PartialDate
    confidence: float
    findings: tuple[Finding, ...] = ()
    person: Mapping[str, object] = field(default_factory=dict)
    scheme: str = ""


def identify(text: str, today: date) -> list[Reading]:
    """Return what the text can be, likeliest first; raise Refused when it is empty, too long or says nothing.

    `today` decides the century of a zone's dates.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise Refused(_too_long(len(text)))
    said = cleaned(text)
    if not said:
        raise Refused(_empty())
    if not has_letters_or_digits(said):
        raise Refused(_says_nothing())
    dropped = (_dropped(),) if invisible_characters(text) else ()
    found = [*_mrz(text, today), *_reference(said), *_number(said), *things(said), *_dates(said), *_name(said)]
    if not found:
        zone_like = mrz.looks_like_mrz(text)
        raise Refused(*(_refused_by(lambda: mrz.parse(text, today=today)) if zone_like else (_unreadable(),)))
    ordered = sorted(found, key=lambda reading: -reading.confidence)
    return [_with_findings(reading, dropped) for reading in ordered]


def things(said: str) -> Iterator[Reading]:
    """Yield each kind of identifier that the text can be, with what speaks against it."""
    if len(said) > IDENTIFIER_LENGTH_MAX:
        return
    for scheme in SCHEMES.values():
        if likeness := scheme.likeness(said):
            checked = scheme.check(said, "")
            if checked.normal:
                yield Reading(ReadingKind.IDENTIFIER, said, likeness, checked.findings, scheme=scheme.name)


def _mrz(text: str, today: date) -> Iterator[Reading]:
    """Yield the zone, or what single lines of one say."""
    if not mrz.looks_like_mrz(text):
        return
    try:
        zone = mrz.parse(text, today=today)
    except Refused as refused:
        yield from _fragments(text, refused.findings)
        return
    confidence = 0.99 if zone.all_checks_right else 0.9
    yield Reading(ReadingKind.MRZ, zone, confidence, zone.warnings, _person_of_zone(zone))


def _fragments(text: str, findings: tuple[Finding, ...]) -> Iterator[Reading]:
    part = mrz.fragment(text)
    if part.number:
        number = documents.normalise_number(part.number)
        yield Reading(ReadingKind.DOCUMENT_NUMBER, number, 0.85, findings, _person_of_number(number))
    if part.name:
        yield Reading(ReadingKind.NAME, part.name, 0.84, findings, {"names": [part.name]})


def _reference(said: str) -> Iterator[Reading]:
    if not references.has_shape(said):
        return
    try:
        yield Reading(ReadingKind.REFERENCE, references.parse(said), 0.98)
    except Refused:
        return


def _number(said: str) -> Iterator[Reading]:
    """Yield the number; a text with a wrong reference's shape says so here, where it would be searched otherwise."""
    bare = _without_labels(said)
    dates = _refusing(lambda: partial_dates.readings(said))
    if _FILLER in said or not documents.is_plausible(bare) or (dates and any(map(str.isalpha, said))):
        return
    number = documents.normalise_number(bare)
    mistyped = _refused_by(lambda: references.parse(said)) if references.has_shape(said) else ()
    findings = (*mistyped, *documents.doubts(bare))
    confidence = _confidence(number, labelled=bare != said, dated=bool(dates) and not said.isdecimal())
    yield Reading(ReadingKind.DOCUMENT_NUMBER, number, confidence, findings, _person_of_number(number))


def _without_labels(said: str) -> str:
    """Return the text without words that say what the number is, as in `National ID 640120-01-5529`."""
    return " ".join(word for word in said.split() if any(map(str.isdecimal, word)) or _is_series(word)) or said


def _is_series(word: str) -> bool:
    return len(word) <= SERIES_LENGTH_MAX and documents.normalise_number(word) not in _LABELS


def _confidence(number: str, *, labelled: bool, dated: bool) -> float:
    digits = sum(1 for letter in number if letter.isdecimal()) / len(number)
    usual = len(number) >= USUAL_LENGTH_MIN
    return 0.4 + 0.4 * digits + (0.1 if usual else -0.1) - (0.3 if dated else 0.0) - (0.1 if labelled else 0.0)


def _dates(said: str) -> Iterator[Reading]:
    sure = 0.6 if ascii_digits(said).isdecimal() else 0.95
    for place, day in enumerate(_refusing(lambda: partial_dates.readings(said))):
        yield Reading(ReadingKind.DATE, day, sure - 0.1 * place, (), {"birth_dates": day.search_texts()})


def _name(said: str) -> Iterator[Reading]:
    letters = sum(1 for letter in said if letter.isalpha())
    digits = sum(1 for letter in said if letter.isdecimal())
    name = " ".join(said.replace(_FILLER, " ").split())
    if not letters or digits > letters or len(name) > NAME_LENGTH_MAX or len(name.split()) > NAME_WORDS_MAX:
        return
    if mrz.looks_like_mrz(said) and (digits or mrz.fragment(said).name):
        return
    confidence = 0.8 if not digits else 0.3
    findings = (_mixed_scripts(),) if _mixes_look_alikes(said) else ()
    yield Reading(ReadingKind.NAME, name, confidence, findings, {"names": [name]})


def _mixes_look_alikes(said: str) -> bool:
    """Whether one word mixes Latin with Cyrillic or Greek letters: a slip of the keyboard, or a trick."""
    return any(len(scripts_in(word) & {"Latn", "Cyrl", "Grek"}) > 1 for word in said.split())


def _person_of_zone(zone: mrz.Mrz) -> dict[str, object]:
    """Return what a zone says about its holder: unknown things are left out."""
    nationality, issuer = zone.nationality_country, zone.issuing_country
    document = {
        "number": documents.normalise_number(zone.number),
        "country": issuer.alpha2 if issuer else "",
        "kind": zone.document_kind,
    }
    said: dict[str, object] = {
        "names": [{"text": zone.name, "kind": "primary", "given": zone.given_names, "family": zone.surname}],
        "birth_dates": zone.birth.search_texts() if zone.birth else [],
        "nationalities": [nationality.alpha2] if nationality else [],
        "sex": zone.sex if zone.sex in ("F", "M") else "",
        "documents": [document] if document["number"] else [],
    }
    if not zone.name:
        said["names"] = []
    return {key: value for key, value in said.items() if value}


def _person_of_number(number: str) -> dict[str, object]:
    return {"documents": [{"number": number, "country": "", "kind": ""}]}


def _with_findings(reading: Reading, findings: tuple[Finding, ...]) -> Reading:
    joined = (*reading.findings, *findings)
    return replace(reading, findings=joined)


def _refused_by(attempt: Callable[[], object]) -> tuple[Finding, ...]:
    try:
        attempt()
    except Refused as refused:
        return refused.findings
    return ()


def _refusing(attempt: Callable[[], list[partial_dates.PartialDate]]) -> list[partial_dates.PartialDate]:
    """Return nothing where the attempt is refused."""
    try:
        return attempt()
    except Refused:
        return []


def _empty() -> Finding:
    return Finding(
        code="identify.empty",
        problem=mark("Nothing was entered."),
        remedy=mark("Scan a document, or type a name or a number."),
        field="text",
    )


def _too_long(length: int) -> Finding:
    return Finding(
        code="identify.too_long",
        problem=mark("The text has %(length)s characters; at most %(most)s can be searched at once."),
        remedy=mark("Paste one document, name or number at a time."),
        field="text",
        values={"length": length, "most": TEXT_LENGTH_MAX},
    )


def _says_nothing() -> Finding:
    return Finding(
        code="identify.says_nothing",
        problem=mark("The text holds nothing that can be searched for."),
        remedy=mark("Type a name, a number, a date or a reference."),
        field="text",
    )


def _unreadable() -> Finding:
    return Finding(
        code="identify.unreadable",
        problem=mark("The text is no zone, reference, document number, date or name of at most %(most)s characters."),
        remedy=mark("Paste one document, name or number at a time."),
        field="text",
        values={"most": NAME_LENGTH_MAX},
    )


def _dropped() -> Finding:
    return Finding(
        code="identify.invisible_characters",
        problem=mark("Characters that cannot be seen were left out."),
        remedy=mark("If nothing is found, type the text by hand instead of pasting it."),
        field="text",
    )


def _mixed_scripts() -> Finding:
    return Finding(
        code="identify.mixed_scripts",
        problem=mark("A word mixes letters of several scripts that look alike."),
        remedy=mark("Type the name in one script."),
        field="text",
    )
