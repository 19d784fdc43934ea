"""Records as FollowTheMoney entities, the way back of `ftm`, with its convention for what happened to a document.

A person's papers and the listing become entities of their own, as there. Ids follow from our reference alone
(`RP-2026-7K4M2P-C`, `RP-2026-7K4M2P-C.document-1`), so that the same record has the same ids in every export, and no
id tells anything of a person. What FollowTheMoney has no property for stays out, and the losses name it.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

import msgspec

from liaison.databases import all_databases, organisations, persons
from liaison.databases.database import Database
from liaison.databases.declaration import normalise
from liaison.databases.fields import Field, FieldType
from liaison.formats.ftm import PERSONS, SANCTION, TRAVEL_DOCUMENTS, parse
from liaison.formats.ftm_fillers import VIN
from liaison.formats.ftm_tables import Table, knowledge, properties_of, tables
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.rows import Row
from liaison.identifiers import countries
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Refused

DATASET_PREFIX = "liaison_"
_SANCTION = "sanction"
_STATUS_TOPICS: Mapping[str, str] = {"sanctioned": _SANCTION, "person_of_interest": "poi"}
_SANCTION_FIELDS: Mapping[str, str] = {
    "list_name": "authority",
    "list_programme": "program",
    "list_reference": "authorityId",
    "listed_on": "listingDate",
}
_DOCUMENT_PARTS: Mapping[str, str] = {
    "number": "number",
    "country": "country",
    "issued_on": "startDate",
    "expires_on": "endDate",
    "issued_at": "authority",
    "note": "summary",
}
_PLACE = ("street", "postal_code", "city", "region", "country", "note")
_PASSPORT = "passport"
_OTHER_PAPER, _REMARKS = "idNumber", "remarks"
THING = "Thing"
"""What every entity is."""

Properties = dict[str, list[str]]
Fields = Mapping[str, object]


def write(records: Iterable[Outgoing], losses: Losses, *, at: str = "") -> Iterator[bytes]:
    """Yield the entities of these records, one JSON line each; count into `losses`.

    `at` is the moment of the export in ISO 8601, which becomes their `last_seen`. Records that FollowTheMoney has no
    schema for, such as firearms, cards and ranges of documents, yield nothing and are lost whole.
    """
    for record in records:
        database = all_databases()[record.kind]
        lines = [msgspec.json.encode(entity) + b"\n" for entity in _entities(record, database, at)]
        losses.note(database, record.fields, _read_back(database, b"".join(lines)))
        yield from lines


@dataclass(frozen=True, slots=True)
class Alone:
    """One record as one entity that needs no other: its papers stand in it as numbers, its listing is `listing`."""

    schema: str
    properties: Properties
    listing: Properties


def alone(record: Outgoing, title: str) -> Alone:
    """Return a record as one entity; what FollowTheMoney has no schema for is a `Thing` with title and remarks."""
    database, table = all_databases()[record.kind], tables().get(record.kind)
    schema = _schema(record, table) if table else ""
    if table is None or not schema:
        remarks = record.fields.get(_REMARKS)
        return Alone(THING, {"name": [title], **({"description": [str(remarks)]} if remarks else {})}, {})
    allowed, properties = properties_of(schema), _properties(database, table, record.fields)
    if record.kind == PERSONS:
        for document in _groups(record.fields, "documents"):
            said = persons.FTM_DOCUMENTS.get(str(document.get("kind", "")), _OTHER_PAPER)
            properties.setdefault(said, []).append(str(document.get("number", "")))
    kept = {name: list(filter(None, said)) for name, said in properties.items() if any(said) and name in allowed}
    return Alone(schema, kept, _listing(database, record.fields))


def _entities(record: Outgoing, database: Database, at: str) -> Iterator[dict[str, object]]:
    table = tables().get(record.kind)
    if table is None or (record.kind == TRAVEL_DOCUMENTS and "number" not in record.fields):
        return
    schema, properties = _schema(record, table), _properties(database, table, record.fields)
    if not schema:
        return
    allowed = properties_of(schema)
    kept = {name: said for name, said in properties.items() if said and name in allowed}
    yield _entity(record, record.reference, schema, kept, at)
    if record.kind == PERSONS:
        for number, document in enumerate(_groups(record.fields, "documents"), start=1):
            of, said = _document(database, document)
            said["holder"] = [record.reference]
            yield _entity(record, f"{record.reference}.document-{number}", of, said, at)
    listing = _listing(database, record.fields)
    if listing:
        said = {**listing, "entity": [record.reference]}
        yield _entity(record, f"{record.reference}.listing", SANCTION, said, at)


def _entity(record: Outgoing, key: str, schema: str, properties: Properties, at: str) -> dict[str, object]:
    names = properties.get("name") or properties.get("number") or [key]
    moments = {"first_seen": at, "last_seen": at, "last_change": at} if at else {}
    return {
        "id": key,
        "caption": names[0],
        "schema": schema,
        "properties": properties,
        "referents": [],
        "datasets": [f"{DATASET_PREFIX}{record.source.lower()}"],
        **moments,
        "target": key == record.reference,
    }


def _schema(record: Outgoing, table: Table) -> str:
    """Return the schema of a record; empty where there is none for it."""
    if record.kind == "organisations":
        return organisations.FTM_SCHEMAS.get(str(record.fields.get("organisation_type", "")), "LegalEntity")
    if record.kind == TRAVEL_DOCUMENTS:
        return "Passport" if record.fields.get("document_kind") == _PASSPORT else "Identification"
    if record.kind == "payment_instruments":
        if "wallet" in record.fields:
            return "CryptoWallet"
        return "BankAccount" if record.fields.keys() & {"iban", "account_number"} else ""
    return table.schemata[0]


def _properties(database: Database, table: Table, fields: Fields) -> Properties:
    said: Properties = {}
    for name, target in _written(table.kind).items():
        said[name] = list(_judged(target, fields) if target.startswith("=") else _said(database, target, fields))
    if _listing(database, fields):
        said.pop("program", None)  # the listing tells it
    if fields.get("organisation_status") == "sanctioned" and _SANCTION not in said["topics"]:
        said["topics"].append(_SANCTION)
    return said


@cache
def _written(kind: str) -> Mapping[str, str]:
    """Return the property that each target is written as: the first that is read for it."""
    table = tables()[kind]
    first: dict[str, str] = {}
    for name, target in table.targets.items():
        if not target.startswith("remarks:"):
            first.setdefault(target, name)
    return {
        name: target for target, name in first.items() if not (kind == PERSONS and target.startswith("documents"))
    }


def _judged(target: str, fields: Fields) -> Iterator[str]:
    if target == "=organisation_topics":
        yield from cast("list[str]", fields.get("topics", []))  # a field of many texts
    if target == "=status":
        yield str(fields["person_status"])
    if target == "=topics":
        yield from filter(None, [_STATUS_TOPICS.get(str(fields["person_status"]), "")])
    if target == "=event_topics" and fields.get("event") == "listed":
        yield _SANCTION
    if target == "=plate_or_vin":
        yield from _plates(fields)
    if target == "=event":
        yield str(fields["event"])
    if target == "=document_kind" and fields["document_kind"] != _PASSPORT:
        yield str(fields["document_kind"])


def _said(database: Database, target: str, fields: Fields) -> Iterator[str]:
    """Yield the values of a field, or of a part of its entries of one kind."""
    path, _, kind = target.partition(":")
    group, _, part_name = path.partition(".")
    field = database.field(group)
    assert field is not None, f"{database.kind} has no {group}"
    if field.type is not FieldType.GROUP:
        for value in _values(fields, field):
            yield from _texts(field, value)
        return
    if group == "names" and part_name:
        named = [name for name in _groups(fields, group) if name.get("kind") == "primary" and part_name in name]
        yield from (str(name[part_name]) for name in named[:1])
        return
    declared = field.part(part_name or ("text" if group == "names" else "number"))
    assert declared is not None, f"{database.kind} has no {path}"
    for entry in _groups(fields, group):
        if kind and _kind_written(database, field, entry) != kind:
            continue
        if field.part("postal_code") and declared.name != "country":
            yield from _place(entry, without_country=group == "birth_places")
        elif declared.name in entry:
            yield from _texts(declared, entry[declared.name])


def _kind_written(database: Database, field: Field, entry: Fields) -> str:
    """Return the kind under which an entry of a group can be written: its own, or that which comes nearest."""
    kinds = [target.partition(":")[2] for target in _written(database.kind).values() if target.startswith(field.name)]
    kind = str(entry.get("kind", ""))
    if kind in kinds:
        return kind
    nearest = {"maiden": "former"}.get(kind, "")
    return nearest if nearest in kinds else kinds[0] if not kind or field.name == "names" else ""


def _plates(fields: Fields) -> Iterator[str]:
    """Yield the plates that a vehicle bears, and its VIN where that can be told from them again."""
    for plate in _groups(fields, "plates"):
        if plate.get("kind", "current") == "current":
            yield str(plate["number"])
    if VIN.fullmatch(vin := str(fields.get("vin", ""))):
        yield vin


def _document(database: Database, document: Fields) -> tuple[str, Properties]:
    """Return a person's paper: its schema, and its properties without the holder."""
    group = database.field("documents")
    assert group is not None
    said: Properties = {}
    for name, written in _DOCUMENT_PARTS.items():
        part = group.part(name)
        assert part is not None
        if name in document:
            said[written] = list(_texts(part, document[name]))
    kind = str(document.get("kind", ""))
    if kind and kind != _PASSPORT:
        said["type"] = [kind]
    return ("Passport" if kind == _PASSPORT else "Identification"), said


def _listing(database: Database, fields: Fields) -> Properties:
    """Return what a list says of its entry; nothing where no list is named."""
    if not fields.keys() & {"list_name", "list_reference", "listed_on"}:
        return {}
    said: Properties = {}
    for name, written in _SANCTION_FIELDS.items():
        field = database.field(name)
        if field is not None and name in fields:
            said[written] = list(_texts(field, fields[name]))
    return said


def _texts(field: Field, value: object) -> Iterator[str]:
    """Yield a value as FollowTheMoney writes it; a date between two as both."""
    if field.type is FieldType.PARTIAL_DATE:
        date = PartialDate.from_json(value)
        yield from str(date).rstrip("~").split("/")
    elif field.type is FieldType.COUNTRY:
        yield str(value).lower()
    elif field.type is FieldType.CHOICE:
        genders = {code: word for word, code in knowledge()["genders"].items()}
        chosen = field.choice(value)
        if chosen is not None:
            yield genders.get(chosen.value, chosen.label) if field.name == "sex" else chosen.label
    else:
        yield str(value)


def _place(entry: Fields, *, without_country: bool) -> Iterator[str]:
    parts = {name: str(entry[name]) for name in _PLACE if name in entry}
    if without_country:
        parts.pop("country", None)
    elif (known := countries.by_alpha2(parts.get("country", ""))) is not None:
        parts["country"] = known.name
    if parts:
        yield ", ".join(parts.values())


def _values(fields: Fields, field: Field) -> list[object]:
    value = fields.get(field.name)
    if value is None:
        return []
    return list(value) if field.many and isinstance(value, list | tuple) else [value]


def _groups(fields: Fields, name: str) -> list[Fields]:
    value = fields.get(name, [])
    return [one for one in (value if isinstance(value, list | tuple) else [value]) if isinstance(one, Mapping)]


def _read_back(database: Database, lines: bytes) -> Fields | None:
    if not lines:
        return None
    item = next(iter(parse(io.BytesIO(lines))))
    if not isinstance(item, Row) or item.fields is None:
        return None
    try:
        return normalise(database, item.fields)
    except Refused:
        return None
