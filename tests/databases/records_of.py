"""Invented fields for each database, and strategies that follow the declarations."""

import base64
import zlib

from hypothesis import strategies as st

from liaison.databases.declaration import Database, Field, FieldType


def a_chunk(kind: bytes, content: bytes = b"") -> bytes:
    """Return a chunk of a PNG, its checksum right."""
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def a_png(*more: bytes, pixels: bytes = zlib.compress(b"\0\0")) -> bytes:
    """Return a PNG of one black pixel, with more chunks before it."""
    header = (1).to_bytes(4) + (1).to_bytes(4) + bytes((8, 0, 0, 0, 0))
    chunks = (a_chunk(b"IHDR", header), *more, a_chunk(b"IDAT", pixels), a_chunk(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PNG = base64.b64encode(a_png()).decode()


def a_person(**more: object) -> dict[str, object]:
    """Return the fields of an invented person; a value of None takes a field away."""
    fields = {
        "names": [{"text": "Dana Vora", "kind": "primary", "script": "Latn"}],
        "birth_dates": ["1974-08-12"],
        "nationalities": ["QM"],
        "person_status": "charged",
    }
    return {name: value for name, value in {**fields, **more}.items() if value is not None}


def a_document(**more: object) -> dict[str, object]:
    """Return the fields of an invented stolen passport."""
    fields = {"number": "A3141593", "document_kind": "passport", "country": "QM", "event": "stolen"}
    return {name: value for name, value in {**fields, **more}.items() if value is not None}


def blanks(first: str, last: str, **more: object) -> dict[str, object]:
    """Return the fields of an invented range of stolen blanks."""
    return a_document(number=None, range={"first": first, "last": last}, event="stolen_blank", **more)


def an_organisation(**more: object) -> dict[str, object]:
    """Return the fields of an invented company."""
    fields = {"names": [{"text": "Heron Salt Ltd", "kind": "primary"}], "countries": ["QN"]}
    return {name: value for name, value in {**fields, **more}.items() if value is not None}


_TEXTS = st.text(alphabet="abc DÉ-é’ 1\u200f\n", max_size=20)
_NAMES = st.text(alphabet="abcDÉ محمد", min_size=1, max_size=20).filter(lambda text: any(map(str.isalpha, text)))
_BY_TYPE = {
    FieldType.TEXT: _TEXTS,
    FieldType.LONG_TEXT: _TEXTS,
    FieldType.NAME: _NAMES,
    FieldType.YES_NO: st.booleans() | st.sampled_from(["yes", "No", "1", ""]),
    FieldType.DATE: st.dates().map(str) | st.just("7 Mar 1984"),
    FieldType.PARTIAL_DATE: st.sampled_from(
        ["1965", "03/1965", "12 Mar 1984", "ca. 1970", {"from": "1962", "to": "1964"}, {"text": "1965"}, ""]
    ),
    FieldType.COUNTRY: st.sampled_from(["QM", "qn", "QOO", "Solanza", "Germany", ""]),
    FieldType.LANGUAGE: st.sampled_from(["eng", "GER", "ar", "French", "qta", ""]),
    FieldType.SCRIPT: st.sampled_from(["Latn", "cyrl", ""]),
    FieldType.DOCUMENT_NUMBER: st.sampled_from(["A 12345", "qm-77", ""]),
    FieldType.NUMBER_RANGE: st.just({"first": "qm 0100", "last": "QM0199"}),
    FieldType.IDENTIFIER: st.sampled_from(["AB-123 45", "9074729", "qm 77", ""]),
    FieldType.IMAGE: st.just(PNG),
}


def fields_of(database: Database) -> st.SearchStrategy[dict[str, object]]:
    """Return values as forms and files send them, of any declared field, each in a form that has a normal one."""
    return st.fixed_dictionaries({}, optional={field.name: _values(field) for field in database.fields})


def _values(field: Field) -> st.SearchStrategy[object]:
    return st.lists(_one(field), max_size=3) if field.many else _one(field)


def _one(field: Field) -> st.SearchStrategy[object]:
    if field.type is FieldType.GROUP:
        required = {part.name: _one(part) for part in field.parts if part.required}
        optional = {part.name: _values(part) for part in field.parts if not part.required}
        return st.fixed_dictionaries(required, optional=optional)
    if field.type is FieldType.CHOICE:
        return st.sampled_from([choice.value for choice in field.choices])
    if field.type is FieldType.WHOLE_NUMBER:
        return st.integers(field.smallest, field.largest) | st.integers(field.smallest, field.largest).map(str)
    return _BY_TYPE[field.type]
