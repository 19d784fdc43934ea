"""The form in which a database is declared, and what follows from it: checking, upcasting, titles, differences.

Fields are JSON values without floats. A declaration has a version: a changed set of fields is a new version with a
pure upcaster from the one before, so that old content stays readable (RPD art. 30).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from liaison.databases.keys import RecordKeys
from liaison.databases.values import check_value, is_empty, normal_value
from liaison.refusal import Finding, mark

ITEMS_MAX = 200
FIELD_NAMES_SHOWN_MAX = 40

Fields = Mapping[str, object]
Upcaster = Callable[[Fields], dict[str, object]]
_NONE: Mapping[str, str] = MappingProxyType({})


class FieldType(StrEnum):
    """What a field holds; the form, the check and the page know how to deal with each."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    COUNTRY = "country"
    LANGUAGE = "language"
    SCRIPT = "script"
    DOCUMENT_NUMBER = "document_number"
    NUMBER_RANGE = "number_range"
    IMAGE = "image"
    GROUP = "group"


class Entering(StrEnum):
    """Who may enter records."""

    SOURCE = "source"
    ISSUING_COUNTRY = "issuing_country"


class Querying(StrEnum):
    """Who may query a database at all; audience and level decide on each record."""

    POLICE = "police"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in JSON, its label (a message id), what it holds, and whether there may be several.

    `choices` are the permitted codes with their labels; `parts` are the fields of a GROUP. A `sensitive` field is
    never a search key by itself and needs a reason (RPD art. 42).
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    many: bool = False
    sensitive: bool = False
    choices: Mapping[str, str] = field(default_factory=lambda: _NONE)
    parts: tuple["Field", ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a version changed; None where it was not there."""

    field: str
    label: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Database:
    """Everything about one kind of police record.

    `minimum` lists groups of field names, of each of which at least one must be filled (RPD art. 36).
    `retention_policy` names the policy value that bounds how long a record is kept (RPD art. 49). `make_title` gives
    the one line by which people know a record, `make_search_document` what the index keeps of it, `make_keys` what
    finds it exactly. `upcasters` lead from the version that is their key to the next.
    """

    kind: str
    version: int
    label: str
    purpose: str
    reference_prefix: str
    fields: tuple[Field, ...]
    minimum: tuple[tuple[str, ...], ...]
    retention_policy: str
    make_title: Callable[[Fields], str]
    make_search_document: Callable[[Fields], dict[str, object]]
    make_keys: Callable[[Fields], RecordKeys]
    who_may_enter: Entering = Entering.SOURCE
    who_may_query: Querying = Querying.POLICE
    public_fields: tuple[str, ...] = ()
    upcasters: Mapping[int, Upcaster] = field(default_factory=lambda: MappingProxyType({}))

    def field(self, name: str) -> Field | None:
        """Return the declared field of that name, or None."""
        return next((declared for declared in self.fields if declared.name == name), None)


def validate(database: Database, fields: Fields) -> list[Finding]:
    """Return everything that is wrong with the fields of a record; an empty list means they may be kept."""
    return [
        *_unknown(database.fields, fields, place=""),
        *(
            finding
            for declared in database.fields
            for finding in _check(declared, fields.get(declared.name), place="")
        ),
        *_below_minimum(database, fields),
    ]


def normalise(database: Database, fields: Fields) -> dict[str, object]:
    """Return the fields as they are kept: cleaned text, codes in capitals, canonical dates, nothing empty.

    The fields must have passed `validate`. Normalising twice changes nothing.
    """
    return _normal(database.fields, fields)


def upcast(database: Database, version: int, fields: Fields) -> dict[str, object]:
    """Return fields that were kept under an older version in the form of the present one."""
    current = dict(fields)
    for step in range(version, database.version):
        current = database.upcasters[step](current)
    return current


def title(database: Database, fields: Fields) -> str:
    """Return the one line by which people know a record."""
    return database.make_title(fields)


def search_document(database: Database, fields: Fields) -> dict[str, object]:
    """Return what the index keeps of a record: names, birth dates, nationalities, sex, documents, keys and ranges."""
    return database.make_search_document(fields)


def diff(database: Database, before: Fields, after: Fields) -> list[FieldChange]:
    """Return the fields that differ, in the order of the declaration."""
    return [
        FieldChange(declared.name, declared.label, before.get(declared.name), after.get(declared.name))
        for declared in database.fields
        if before.get(declared.name) != after.get(declared.name)
    ]


def _check(declared: Field, value: object, *, place: str) -> Iterator[Finding]:
    where = f"{place}{declared.name}"
    if is_empty(value):
        if declared.required:
            yield _missing(declared, where)
        return
    if not declared.many:
        yield from _check_one(declared, value, place=where)
        return
    if not isinstance(value, list | tuple):
        yield _not_a_list(declared, where)
        return
    if len(value) > ITEMS_MAX:
        yield _too_many(declared, where, len(value))
        return
    for number, item in enumerate(value):
        yield from _check_one(declared, item, place=f"{where}.{number}")


def _check_one(declared: Field, value: object, *, place: str) -> Iterator[Finding]:
    if declared.type is not FieldType.GROUP:
        yield from check_value(declared.type, value, place=place, label=declared.label, choices=declared.choices)
        return
    if not isinstance(value, Mapping):
        yield _not_a_group(declared, place)
        return
    yield from _unknown(declared.parts, value, place=f"{place}.")
    for part in declared.parts:
        yield from _check(part, value.get(part.name), place=f"{place}.")


def _unknown(declared: Sequence[Field], fields: Fields, *, place: str) -> list[Finding]:
    known = {one.name for one in declared}
    strange = [name for name in fields if name not in known][:FIELD_NAMES_SHOWN_MAX]
    return [
        Finding(
            code="fields.unknown",
            problem=mark("There is no field “%(name)s”."),
            remedy=mark("Leave it out, or use one of the declared fields."),
            field=f"{place}{name}",
            values={"name": str(name)[:80]},
        )
        for name in strange
    ]


def _below_minimum(database: Database, fields: Fields) -> list[Finding]:
    return [
        Finding(
            code="fields.below_minimum",
            problem=mark("The record lacks what its database needs at least: %(names)s."),
            remedy=mark("Fill in one of them."),
            source="policy: minimum_data",
            field=group[0],
            values={"names": ", ".join(group)},
        )
        for group in database.minimum
        if all(is_empty(fields.get(name)) for name in group)
    ]


def _normal(declared: Sequence[Field], fields: Fields) -> dict[str, object]:
    kept = {one.name: _normal_field(one, fields.get(one.name)) for one in declared}
    return {name: value for name, value in kept.items() if not is_empty(value)}


def _normal_field(declared: Field, value: object) -> object:
    if is_empty(value):
        return None
    if not declared.many:
        return _normal_one(declared, value)
    assert isinstance(value, list | tuple), "only validated fields are normalised"
    return [kept for item in value if not is_empty(kept := _normal_one(declared, item))]


def _normal_one(declared: Field, value: object) -> object:
    if declared.type is FieldType.GROUP:
        assert isinstance(value, Mapping), "only validated fields are normalised"
        return _normal(declared.parts, value)
    return normal_value(declared.type, value)


def _missing(declared: Field, where: str) -> Finding:
    return Finding(
        code="fields.missing",
        problem=mark("“%(label)s” is missing."),
        remedy=mark("Fill it in."),
        source="policy: minimum_data",
        field=where,
        values={"label": declared.label},
    )


def _not_a_list(declared: Field, where: str) -> Finding:
    return Finding(
        code="fields.not_a_list",
        problem=mark("“%(label)s” holds several values and came as one."),
        remedy=mark("Send a list, even of one."),
        field=where,
        values={"label": declared.label},
    )


def _not_a_group(declared: Field, where: str) -> Finding:
    return Finding(
        code="fields.not_a_group",
        problem=mark("“%(label)s” has parts and came as one value."),
        remedy=mark("Send an object with its parts."),
        field=where,
        values={"label": declared.label},
    )


def _too_many(declared: Field, where: str, count: int) -> Finding:
    return Finding(
        code="fields.too_many",
        problem=mark("“%(label)s” holds %(count)s values; at most %(most)s are kept."),
        remedy=mark("Leave out what does not help to identify."),
        field=where,
        values={"label": declared.label, "count": count, "most": ITEMS_MAX},
    )
