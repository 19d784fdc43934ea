"""Invented records of every declared database, with texts that spreadsheet programs and JSON take amiss."""

from hypothesis import assume
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import Database, Field, FieldType, normalise, validate
from liaison.formats.losses import Outgoing
from liaison.refusal import Refused
from tests.databases.records_of import PNG

_TEXTS = st.text(alphabet="ab;,\"'=+-@#é م.\t|\\/", min_size=1, max_size=12).map(lambda text: f"{text}x")
_LONG_TEXTS = st.text(alphabet='ab;,"=\n# é', min_size=1, max_size=30).map(lambda text: f"{text}x")
_NAMES = st.text(alphabet="abcDÉ'- محمд", min_size=1, max_size=20).map(lambda text: f"{text}a")
_BY_TYPE = {
    FieldType.TEXT: _TEXTS,
    FieldType.LONG_TEXT: _LONG_TEXTS,
    FieldType.NAME: _NAMES,
    FieldType.YES_NO: st.booleans(),
    FieldType.DATE: st.sampled_from(["2026-03-07", "2020-12-31"]),
    FieldType.PARTIAL_DATE: st.sampled_from(
        [
            "1965", "1965-03", "1965-03-07", "1970~", {"from": "1962", "to": "1964"},
            {"from": "1962-01-31", "to": "1964-02"},
        ]
    ),
    FieldType.COUNTRY: st.sampled_from(["QM", "QN", "QO", "QZ"]),
    FieldType.LANGUAGE: st.sampled_from(["eng", "ara", "qta"]),
    FieldType.SCRIPT: st.sampled_from(["Latn", "Cyrl"]),
    FieldType.DOCUMENT_NUMBER: st.from_regex(r"\A[A-Z]{2}[0-9]{5,8}\Z"),
    FieldType.IDENTIFIER: st.from_regex(r"\A[A-HJ-M]{2}[0-9]{6,9}\Z"),
    FieldType.NUMBER_RANGE: st.just({"first": "QM0100", "last": "QM0199"}),
    FieldType.IMAGE: st.just(PNG),
}  # fmt: skip
SIMPLE = st.text(alphabet="abc DÉé", min_size=1, max_size=12).map(lambda text: f"{text}x")


@st.composite
def fields_in_normal_form(draw: st.DrawFn, database: Database, *, without: frozenset[str] = frozenset()):
    """Fields that the database takes, in their normal form."""
    declared = {field.name: field for field in database.fields if field.name not in without}
    chosen = draw(st.lists(st.sampled_from(sorted(declared)), unique=True, max_size=6))
    fields = {field.name: draw(_values(field)) for field in database.fields if field.required or field.name in chosen}
    for least in database.minimum:
        if not any(fields.get(name) for name in least.fields):
            name = draw(st.sampled_from([name for name in least.fields if name in declared]))
            fields[name] = draw(_values(declared[name]))
    try:
        normal = normalise(database, fields)
    except Refused:
        normal = {}
    assume(normal and not validate(database, normal))
    return normal


@st.composite
def outgoing(draw: st.DrawFn, kind: str, **more: object) -> Outgoing:
    """A record on its way out."""
    number = draw(st.integers(1, 10**6))
    fields = draw(fields_in_normal_form(all_databases()[kind], **more))
    return Outgoing(kind, f"RX-2026-{number:07}", "QM", fields)


def _values(field: Field) -> st.SearchStrategy[object]:
    return st.lists(_one(field), min_size=1, max_size=3) if field.many else _one(field)


def _one(field: Field) -> st.SearchStrategy[object]:
    if field.type is FieldType.GROUP:
        required = {part.name: _values(part) for part in field.parts if part.required}
        optional = {part.name: _values(part) for part in field.parts if not part.required}
        return st.fixed_dictionaries(required, optional=optional)
    if field.type is FieldType.CHOICE:
        return st.sampled_from([choice.value for choice in field.choices])
    if field.type is FieldType.WHOLE_NUMBER:
        return st.integers(field.smallest, field.largest)
    return _BY_TYPE[field.type]


def differences(database: Database, here: dict, there: dict) -> set[str]:
    """The fields in which two records differ, several values in any order: told without the code under test."""
    return {
        field.name
        for field in database.fields
        if _plain(here.get(field.name), many=field.many) != _plain(there.get(field.name), many=field.many)
    }


def _plain(value: object, *, many: bool) -> object:
    return sorted(map(repr, map(_ordered, value))) if many and isinstance(value, list) else _ordered(value)


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return value
