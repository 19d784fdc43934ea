"""Which attribute of which MISP object template each field is: `data/misp.toml` as values, and the values themselves.

What an attribute cannot say of a value - the kind of a name, the country of a document - stands in its comment, and
what an object cannot say - which database, what happened - in the object's: `liaison {...}`, JSON with the names and
values of our fields. Who uses MISP sees it and may read it. Without it, an attribute is read by its template alone.
"""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from liaison.databases import all_databases
from liaison.databases.declaration import Database, Field, FieldType
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import cleaned
from liaison.refusal import Refused

COMMENT_PREFIX = "liaison "
COMMENT_CHARACTERS_MAX = 20_000
SEPARATOR = ", "
IN_COMMENT = ("event_on", "file_number")

Fields = Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True)
class Home:
    """Where a field stands in an object; see the head of `data/misp.toml`."""

    field: str
    relation: str
    part: str = ""
    said: tuple[str, ...] = ()
    when: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    alone: Mapping[str, str] = dataclasses.field(default_factory=dict)
    alone_part: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    read: Mapping[str, str] = dataclasses.field(default_factory=dict)
    beside: Mapping[str, str] = dataclasses.field(default_factory=dict)
    pattern: str = ""

    def fits(self, item: object) -> bool:
        """Whether a value is what this home asks for."""
        if self.pattern and not re.fullmatch(self.pattern, str(item)):
            return False
        return all(isinstance(item, Mapping) and item.get(name) in wanted for name, wanted in self.when.items())


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """One object template of MISP: its attributes and their types, and which of them may stand several times."""

    name: str
    uuid: str
    version: int
    meta_category: str
    description: str
    types: Mapping[str, str]
    many: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How one database, or one group of it that becomes objects of its own, stands in objects of one template."""

    name: str
    kind: str
    template: Template
    homes: tuple[Home, ...]
    fields: tuple[Field, ...]
    status: str = ""
    unknown_status: str = ""
    titled: str = ""
    relationship: str = ""
    overflow: Mapping[str, str] = dataclasses.field(default_factory=dict)
    needs: tuple[str, ...] = ()
    in_comment: tuple[str, ...] = IN_COMMENT

    def field(self, name: str) -> Field:
        """Return the field, or part, of that name; KeyError is a mistake in the table."""
        return {one.name: one for one in self.fields}[name]

    @property
    def commented(self) -> tuple[Field, ...]:
        """The fields that stand in the object's comment: what must be said, and `in_comment` without a home."""
        homely = {home.field for home in self.homes}
        return tuple(one for one in self.fields if _must_be_said(one) or one.name in {*self.in_comment} - homely)

    def homes_at(self, relation: str) -> Iterator[Home]:
        """Yield the homes at one attribute of the template."""
        return (home for home in self.homes if home.relation == relation)


@dataclasses.dataclass(frozen=True, slots=True)
class Tables:
    """All of it: by database, by group, by templates that are only read; and which schemes loose attributes have."""

    kinds: Mapping[str, Table]
    parts: Mapping[str, Table]
    foreign: Mapping[str, Table]
    categories: Mapping[str, str]
    loose: Mapping[str, str]

    def table_for(self, kind: str, fields: Fields) -> Table | None:
        """Return how a record with these fields goes out; None where MISP has no template for it."""
        fitting = (one for one in self.kinds.values() if one.kind == kind)
        return next((one for one in fitting if not one.needs or any(name in fields for name in one.needs)), None)

    def table_of(self, template: str, kind: object) -> Table | None:
        """Return how to read an object of that template, which says that it is of that kind or says none.

        None where no database is meant, or several could be.
        """
        found = [one for one in self.kinds.values() if one.template.name == template]
        if isinstance(kind, str):
            return next((one for one in found if one.kind == kind), None)
        return found[0] if len(found) == 1 else self.foreign.get(template)


@cache
def tables() -> Tables:
    """Return the tables of the databases that there are."""
    given = tomllib.loads(resources.files("liaison.formats").joinpath("data/misp.toml").read_text(encoding="utf-8"))
    templates = {name: _template(name, said) for name, said in given["templates"].items()}
    databases = all_databases()
    kinds = {
        name: _table(name, {"kind": name, **said}, templates, databases[said.get("kind", name)].fields)
        for name, said in given["kinds"].items()
        if said.get("kind", name) in databases
    }
    parts = {
        path: _table(path, {"kind": kind, **said}, templates, _parts(databases[kind], name))
        for path, said in given["parts"].items()
        for kind, _, name in (path.partition("."),)
        if kind in databases
    }
    foreign = {
        name: _table(name, {"template": name, **said}, templates, databases[said["kind"]].fields)
        for name, said in given["foreign"].items()
        if said["kind"] in databases
    }
    return Tables(kinds, parts, foreign, given["categories"], given["loose"])


def as_text(declared: Field, home: Home, value: object, type_: str) -> str:
    """Return one value as an attribute of that type holds it; empty where it cannot."""
    if home.values:
        return home.values.get(str(value), "")
    if declared.type in (FieldType.PARTIAL_DATE, FieldType.DATE):
        day = PartialDate.from_json(value)
        return str(day) if day.is_exact or type_ not in ("datetime", "passport-expiration") else ""
    if declared.type is FieldType.YES_NO:
        return "1" if value is True else "0"
    return str(value) if isinstance(value, str | int) else ""


def from_text(declared: Field, home: Home, text: str) -> object:
    """Return what a record's field would hold for the text of an attribute; empty where it says nothing of it."""
    if home.values:
        back = {said.casefold(): value for value, said in home.values.items()}
        back |= {said.casefold(): value for said, value in home.read.items()}
        return back.get(text.casefold(), "")
    if declared.type is FieldType.WHOLE_NUMBER:
        whole, _, rest = text.partition(".")
        return whole if not rest.strip("0") else ""
    if declared.type is FieldType.PARTIAL_DATE:
        return _partial(text)
    if declared.type is FieldType.CHOICE and declared.choice(text) is None:
        return ""
    return text


def comment_of(said: Fields) -> str:
    """Return a comment that says these values; empty where there is nothing to say or it would be too long.

    >>> comment_of({"kind": "former"})
    'liaison {"kind":"former"}'
    """
    if not said:
        return ""
    comment = COMMENT_PREFIX + json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return comment if len(comment) <= COMMENT_CHARACTERS_MAX else ""


def said_in(comment: object) -> dict[str, object]:
    """Return what a comment of ours says; nothing for any other.

    >>> said_in('liaison {"kind":"former"}'), said_in("seen in 2020")
    ({'kind': 'former'}, {})
    """
    if (
        not isinstance(comment, str)
        or not comment.startswith(COMMENT_PREFIX)
        or len(comment) > COMMENT_CHARACTERS_MAX
    ):
        return {}
    try:
        said = json.loads(comment.removeprefix(COMMENT_PREFIX))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def said_for_people(home: Home, item: Fields) -> str:
    """Return the parts of a group in one line."""
    return SEPARATOR.join(str(item[part]) for part in home.said if item.get(part))


def _must_be_said(declared: Field) -> bool:
    """Whether a record cannot be without it, and a word says it."""
    short = declared.type in (FieldType.CHOICE, FieldType.COUNTRY, FieldType.YES_NO)
    return short and declared.required and not declared.many


def _partial(text: str) -> object:
    try:
        return PartialDate.parse(cleaned(text)[:80]).to_json()
    except Refused:
        return ""


def _template(name: str, said: Mapping[str, object]) -> Template:
    types = said["types"]
    assert isinstance(types, Mapping), "misp.toml gives every template types"
    plain = {relation: str(type_).rstrip("*") for relation, type_ in types.items()}
    many = frozenset(relation for relation, type_ in types.items() if str(type_).endswith("*"))
    version = said["version"]
    assert isinstance(version, int), "misp.toml gives every template a version"
    return Template(
        name, str(said["uuid"]), version, str(said["meta_category"]), str(said["description"]), plain, many
    )


def _table(
    name: str, said: Mapping[str, object], templates: Mapping[str, Template], fields: Sequence[Field]
) -> Table:
    homes = said["homes"]
    assert isinstance(homes, list), "misp.toml gives every table homes"
    rest = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in said.items()
        if key not in ("template", "homes")
    }
    return Table(
        name=name,
        template=templates[str(said["template"])],
        homes=tuple(_home(home) for home in homes),
        fields=tuple(fields),
        **rest,  # type: ignore[arg-type]  # named in misp.toml as they are here
    )


def _home(said: Mapping[str, object]) -> Home:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Home(**given)  # type: ignore[arg-type]  # named in misp.toml as they are here


def _parts(database: Database, name: str) -> tuple[Field, ...]:
    group = database.field(name)
    assert group is not None, f"misp.toml names {database.kind}.{name}, which is not declared"
    return group.parts
