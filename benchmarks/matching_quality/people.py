"""The people of the public lists, read by Liaison's own importers, and who of them is one person.

Nothing of the lists is in this repository: they are read from `LIAISON_SAMPLES` (else `shared` beside the project).
"""

import hashlib
import io
import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.matching_quality.words import words_of
from liaison.formats import ofac_csv, un_xml
from liaison.formats.rows import Row

SAMPLES = Path(os.environ.get("LIAISON_SAMPLES", Path(__file__).resolve().parents[3] / "shared"))
DATA = SAMPLES / "data"


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of one list. `primary` is what an index holds; `others` are (text, kind)."""

    id: str
    source: str
    primary: str
    given: str
    family: str
    others: tuple[tuple[str, str], ...]
    birth_dates: tuple[object, ...]
    countries: tuple[str, ...]
    documents: tuple[str, ...]
    sex: str
    same: str = ""
    """The group of entries that are one person."""

    @property
    def born(self) -> list[str]:
        """The birth dates as text, YYYY, YYYY-MM or YYYY-MM-DD; the first year of a range."""
        return [date if isinstance(date, str) else _first_of(date) for date in self.birth_dates]

    @property
    def names(self) -> list[str]:
        """All names, the primary one first."""
        return [self.primary, *(text for text, _ in self.others)]

    def record(self) -> dict[str, Any]:
        """Return the entry as an index takes it: its primary name alone, the hard way, on purpose."""
        return {
            "id": self.id,
            "names": [self.primary],
            "birth_dates": list(self.birth_dates),
            "nationalities": list(self.countries),
            "documents": [{"number": number} for number in self.documents],
            "sex": self.sex,
        }


def listed() -> list[Person]:
    """Return the people of the two lists, each with the name of the group that is one person (`same`)."""
    people = [*_un(), *_ofac()]
    groups = _groups(people)
    return [replace(person, same=groups[person.id]) for person in people]


def side(key: str) -> str:
    """Return "chooses" or "judges": on which side of the split a person is, by a digest of his group."""
    return "judges" if hashlib.blake2b(key.encode(), digest_size=1).digest()[0] % 2 else "chooses"


def development(data: Path = DATA) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the labelled cases, and the records that they are asked of, as an index takes them."""
    cases = _lines(data / "screening_dev.jsonl")
    records = [
        {
            "id": record["id"],
            "names": [record["name"]],
            "birth_dates": record["dobs"],
            "nationalities": [code.upper() for code in record["countries"]],
            "documents": [{"number": number} for number in record["docs"]],
        }
        for record in _lines(data / "screening_dev_records.jsonl")
    ]
    return cases, records


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _un() -> Iterable[Person]:
    with (DATA / "un" / "consolidated.xml").open("rb") as stream:
        for fields in _persons(un_xml.parse(stream)):
            yield _person("un", f"un-{fields['list_reference']}", fields)


def _ofac() -> Iterable[Person]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("sdn", "alt", "add"):
            archive.write(DATA / "ofac" / f"{name}.csv", f"{name}.csv")
    packed.seek(0)
    for fields in _persons(ofac_csv.parse(packed)):
        yield _person("ofac", str(fields["list_reference"]).lower(), fields)


def _persons(read: Iterable[object]) -> Iterable[Mapping[str, Any]]:
    """Yield what is known of each person; rows that are refused, and other kinds, are left out."""
    for row in read:
        if isinstance(row, Row) and row.kind == "persons" and row.fields is not None:
            yield row.fields


def _person(source: str, key: str, fields: Mapping[str, Any]) -> Person:
    primary, *others = fields["names"]
    given, family = primary.get("given", ""), primary.get("family", "")
    text = f"{given} {family}" if given and family else primary["text"]
    places = [place["country"] for place in fields.get("birth_places", ()) if place.get("country")]
    return Person(
        id=key,
        source=source,
        primary=text,
        given=given,
        family=family,
        others=tuple((_turned(other["text"]), other["kind"]) for other in others),
        birth_dates=tuple(fields.get("birth_dates", ())),
        countries=tuple(dict.fromkeys([*fields.get("nationalities", ()), *places])),
        documents=tuple(one["number"] for one in fields.get("documents", ())),
        sex=fields.get("sex", ""),
    )


def _turned(text: str) -> str:
    """Return a name that a list prints as "FAMILY, Given" in the order of speech."""
    family, comma, given = text.partition(", ")
    return f"{given} {family}" if comma and "," not in given else text


def _first_of(date: object) -> str:
    assert isinstance(date, Mapping), date
    return str(date.get("from") or date.get("text") or "")


def _groups(people: Sequence[Person]) -> dict[str, str]:
    """Return the group of each entry: entries that share a whole name and a year of birth are one person."""
    parent = {person.id: person.id for person in people}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    first_with: dict[tuple[str, ...], str] = {}
    for person in people:
        for key in _keys(person):
            parent[root(person.id)] = root(first_with.setdefault(key, person.id))
    members: dict[str, list[str]] = defaultdict(list)
    for person in people:
        members[root(person.id)].append(person.id)
    return {key: min(group) for group in members.values() for key in group}


def _keys(person: Person) -> Iterable[tuple[str, ...]]:
    """Yield the words of each name of two words or more, with each year of birth."""
    years = {date[:4] for date in person.born} or {""}
    for text in person.names:
        words = words_of(text)
        if len(words) > 1:
            yield from ((year, *words) for year in years)
