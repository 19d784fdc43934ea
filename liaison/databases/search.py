"""What the index is told of a record: names, birth dates and documents to compare, and exact keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.databases.database import Database, Fields
from liaison.databases.keys import document_keys, range_keys, reference_key
from liaison.databases.things import identifiers_of
from liaison.identifiers.documents import NumberRange
from liaison.identifiers.partial_dates import PartialDate

NAME_PARTS = ("text", "kind", "script", "given", "family")


def search_document(database: Database, fields: Fields) -> dict[str, object]:
    """Return what a record in normal form is found by.

    `kind`, `names` (text, kind, script), `birth_dates` (spelled for an index, between two dates every year),
    `nationalities`, `sex` (empty when unknown), `documents` (number, country, kind) and `keys`.
    """
    found_by = database.search_keys
    documents = [*_documents(_items(fields, found_by.documents)), *_itself(database, fields)]
    return {
        "kind": database.kind,
        "names": [_name(name) for name in _items(fields, found_by.names)],
        "birth_dates": _birth_dates(_items(fields, found_by.birth_dates)),
        "nationalities": _items(fields, found_by.nationalities),
        "sex": fields.get(found_by.sex, "") if fields.get(found_by.sex) != "U" else "",
        "documents": documents,
        "keys": list(dict.fromkeys(_keys(database, fields, documents))),
    }


def _keys(database: Database, fields: Fields, documents: list[dict[str, str]]) -> Iterator[str]:
    for paper in documents:
        yield from document_keys(paper["number"], paper["country"])
    numbers = fields.get(database.search_keys.range)
    if isinstance(numbers, Mapping):
        yield from range_keys(NumberRange.between(str(numbers["first"]), str(numbers["last"])))
    for identified in identifiers_of(database, fields):
        yield from identified.keys
    for name in database.search_keys.references:
        if fields.get(name):
            yield reference_key(str(fields[name]))


def _items(fields: Fields, name: str) -> list[Any]:  # items of any declared type, in normal form
    """Return the items of a field; a single one, such as the founding date of a company, as a list of one."""
    value = fields.get(name, []) if name else []
    return value if isinstance(value, list) else [value]


def _name(name: Mapping[str, str]) -> dict[str, str]:
    return {part: name[part] for part in NAME_PARTS if part in name}


def _birth_dates(values: list[object]) -> list[str]:
    spelled = [text for value in values for text in PartialDate.from_json(value).search_texts()]
    return list(dict.fromkeys(spelled))


def _documents(papers: list[Mapping[str, object]]) -> Iterator[dict[str, str]]:
    for paper in papers:
        if paper.get("number"):
            yield {part: str(paper.get(part, "")) for part in ("number", "country", "kind")}


def _itself(database: Database, fields: Fields) -> Iterator[dict[str, str]]:
    """Yield the document that the record itself is about."""
    found_by = database.search_keys
    if found_by.number and fields.get(found_by.number):
        parts = {"number": found_by.number, "country": found_by.country, "kind": found_by.kind}
        yield {part: str(fields.get(name, "")) for part, name in parts.items()}
