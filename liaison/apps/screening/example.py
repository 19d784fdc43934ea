"""A question by example: a person or thing as a program describes it, with all its names, dates and numbers.

It is understood into what a question of an officer is understood into, and answered by the same service.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liaison.apps.screening.question import FIELD_LENGTH_MAX, Understood
from liaison.databases.keys import exact_keys, second_chance_keys
from liaison.identifiers.identify import Reading, ReadingKind
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark

VALUES_MAX = 40
"""Of each kind: names, dates, countries, document numbers, numbers of things."""
ORGANISATIONS = "organisations"


@dataclass(frozen=True, slots=True)
class Example:
    """What is known of whom or what is meant; every value may be the right one.

    `names` are texts with their kinds (`primary`, `weak_alias`, ...), `identifiers` numbers of things with their
    schemes. `of_a_person`: things that bear a name are not meant; `of_an_organisation`: its names are read as such.
    A question by example counts as typed: it needs `reason` and `reference` as an officer's does.
    """

    names: tuple[tuple[str, str], ...] = ()
    birth_dates: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: str = ""
    document_numbers: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    of_a_person: bool = False
    of_an_organisation: bool = False
    reason: str = ""
    reference: str = ""

    @classmethod
    def of_line(cls, said: Mapping[str, Any]) -> "Example":
        """Return the example that a line of the journal holds."""
        lists = {"names", "birth_dates", "nationalities", "document_numbers", "identifiers"}
        known = {one.name for one in dataclasses.fields(cls)} & said.keys()
        values: dict[str, Any] = {name: _as_tuples(said[name]) if name in lists else said[name] for name in known}
        return cls(**values)

    def is_empty(self) -> bool:
        """Whether nothing that could identify anything was given."""
        return not (self.names or self.document_numbers or self.identifiers)


def understand_example(example: Example) -> Understood:
    """Return what the example asks; raise Refused when it asks nothing or too much."""
    if example.is_empty():
        raise Refused(_nothing_to_find_by())
    if _is_too_long(example):
        raise Refused(_too_much())
    numbers = tuple(_numbers(example))
    exact = tuple(dict.fromkeys(key for reading in numbers for key in exact_keys(reading)))
    misread = dict.fromkeys(key for reading in numbers for key in second_chance_keys(reading) if key not in exact)
    described = _described(example)
    return Understood(
        readings=(),
        people=(described,) if described else (),
        numbers=numbers,
        patterns=(),
        reference="",
        of_a_person=example.of_a_person,
        exact_keys=exact,
        misread_keys=tuple(misread),
    )


def _numbers(example: Example) -> Iterator[Reading]:
    for number in example.document_numbers:
        yield Reading(ReadingKind.DOCUMENT_NUMBER, number, 1.0)
    for scheme, number in example.identifiers:
        yield Reading(ReadingKind.IDENTIFIER, number, 1.0, scheme=scheme)


def _described(example: Example) -> dict[str, object]:
    """Return whom to look for as the engine takes it; nothing where only numbers of things are known."""
    said: dict[str, object] = {
        "names": [{"text": text, "kind": kind} for text, kind in example.names],
        "birth_dates": [text for date in example.birth_dates for text in PartialDate.parse(date).search_texts()],
        "nationalities": list(example.nationalities),
        "sex": example.sex,
        "documents": [{"number": number, "country": "", "kind": ""} for number in example.document_numbers],
    }
    if not (said["names"] or said["documents"]):
        return {}
    return said | ({"kind": ORGANISATIONS} if example.of_an_organisation else {})


def _is_too_long(example: Example) -> bool:
    texts = [text for pair in (*example.names, *example.identifiers) for text in pair]
    several = (
        example.names, example.birth_dates, example.nationalities, example.document_numbers, example.identifiers
    )  # fmt: skip
    listed = [*texts, *example.birth_dates, *example.nationalities, *example.document_numbers, example.sex]
    grounds = [example.reason, example.reference]
    return any(len(one) > VALUES_MAX for one in several) or any(
        len(text) > FIELD_LENGTH_MAX for text in (*listed, *grounds)
    )


def _as_tuples(value: Any) -> tuple[Any, ...]:  # Any: what JSON holds
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)


def _nothing_to_find_by() -> Finding:
    return Finding(
        code="query.no_example",
        problem=mark("Nothing in the example points at anybody or anything."),
        remedy=mark("Give a name, or a number of the kind described."),
        field="properties",
    )


def _too_much() -> Finding:
    return Finding(
        code="query.too_long",
        problem=mark(
            "An example has at most %(most)s names, dates, countries and numbers each, of %(letters)s letters."
        ),
        remedy=mark("Send what is known of one person or thing."),
        field="properties",
        values={"most": VALUES_MAX, "letters": FIELD_LENGTH_MAX},
    )
