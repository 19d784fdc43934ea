"""What a FollowTheMoney entity asks as an example: which databases can answer, and what is known of whom is meant.

The same tables say it that import and export follow (`ftm_tables`). What cannot be read is left out, which finds more
and never less; `kept` has what was read, to be told back.

>>> described = asked_of("Person", {"name": ["Dilara Voss"], "birthDate": ["1965-03", "?"], "height": ["170"]})
>>> described.names, described.birth_dates, sorted(described.kept)
((('Dilara Voss', 'primary'),), ('1965-03',), ['birthDate', 'name'])
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.formats import ftm_values as values
from liaison.formats.ftm_fillers import VIN
from liaison.formats.ftm_tables import knowledge, properties_of, tables
from liaison.identifiers import countries
from liaison.identifiers.documents import normalise_number
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.identifiers.registry import scheme_named

THING, PERSON, LEGAL_ENTITY = "Thing", "Person", "LegalEntity"
STOLEN_IDENTITIES = "stolen_identities"
"""Whose papers somebody else may show: asked wherever a person is."""
TEXT_LENGTH_MAX = 500
_TOO_WIDE = frozenset({THING, "Asset", "Interval", "Value"})
_NAME_PARTS = ("given", "father", "family")
_PLATE_OR_VIN = "=plate_or_vin"


@dataclass(slots=True)
class AskedByExample:
    """What an entity of a schema says, as far as somebody or something can be found by it.

    `kinds` are the databases that can answer, `names` texts with their kinds, `identifiers` numbers with schemes.
    """

    schema: str
    kinds: frozenset[str]
    names: tuple[tuple[str, str], ...] = ()
    birth_dates: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: str = ""
    document_numbers: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    kept: dict[str, list[str]] = field(default_factory=dict)


@cache
def schemata() -> tuple[str, ...]:
    """Return the schemata by which somebody or something can be asked for, alphabetically."""
    return tuple(sorted(one for one in knowledge()["schemata"] if one not in _TOO_WIDE and kinds_of(one)))


@cache
def kinds_of(schema: str) -> frozenset[str]:
    """Return the databases that hold entities of a schema or of one below it; none for an unknown schema."""
    if schema not in knowledge()["schemata"]:
        return frozenset()
    if schema == THING:
        return frozenset(all_databases())
    found = {kind for kind, table in tables().items() if any(is_a(one, schema) for one in table.schemata)}
    if schema in (PERSON, LEGAL_ENTITY):
        found |= {STOLEN_IDENTITIES} & all_databases().keys()
    return frozenset(found)


@cache
def is_a(schema: str, other: str) -> bool:
    """Whether a schema is another one or stands below it."""
    known = knowledge()["schemata"].get(schema)
    return known is not None and (schema == other or any(is_a(parent, other) for parent in known["extends"]))


def asked_of(schema: str, properties: Mapping[str, Sequence[str]]) -> AskedByExample:
    """Return what is asked by an entity of one of `schemata()`; a property that finds nothing is passed over."""
    asked = AskedByExample(schema, kinds_of(schema))
    read: dict[str, dict[object, None]] = {}
    known = properties_of(schema)
    for name in (name for name in properties if name in known):
        for text in properties[name]:
            said = cleaned(text[:TEXT_LENGTH_MAX])
            found = [pair for kind in sorted(asked.kinds) for pair in _read(kind, name, said)]
            for slot, value in found:
                read.setdefault(slot, {})[value] = None
            if found and said not in asked.kept.setdefault(name, []):
                asked.kept[name].append(said)
    _fill(asked, read)
    return asked


def _fill(asked: AskedByExample, read: Mapping[str, Mapping[object, None]]) -> None:
    names = [one for one in read.get("names", ()) if isinstance(one, tuple)]
    if not names and (whole := _from_parts(read)):
        names = [(whole, "primary")]
    asked.names = tuple(names)
    asked.birth_dates = tuple(map(str, read.get("birth_dates", ())))
    asked.nationalities = tuple(map(str, read.get("nationalities", ())))
    sexes = list(read.get("sex", ()))
    asked.sex = str(sexes[0]) if len(sexes) == 1 else ""
    asked.document_numbers = tuple(map(str, read.get("documents", ())))
    asked.identifiers = tuple(one for one in read.get("identifiers", ()) if isinstance(one, tuple))
    if asked.document_numbers:
        asked.kinds |= _kinds_of_papers()


def _from_parts(read: Mapping[str, Mapping[object, None]]) -> str:
    """Return a name of the parts that were given where no whole one was."""
    said = [" ".join(map(str, read.get(f"names.{part}", ()))) for part in _NAME_PARTS]
    return " ".join(part for part in said if part) if said[-1] or said[0] else ""


@cache
def _kinds_of_papers() -> frozenset[str]:
    """Return the databases whose records are documents: the paper itself may be stolen, whoever bears it."""
    return frozenset(kind for kind, one in all_databases().items() if one.search_keys.number or one.search_keys.range)


def _read(kind: str, name: str, text: str) -> Iterator[tuple[str, object]]:
    """Yield what a value of a property says to one database, as slot and value."""
    table = tables().get(kind)
    target = table.targets.get(name, "") if table else ""
    if not text or not target:
        return
    database = all_databases()[kind]
    path, _, of = target.partition(":")
    group, _, part = path.partition(".")
    found_by = database.search_keys
    if group == "names" and found_by.names:
        if has_letters_or_digits(text):
            yield (f"names.{part}", text) if part else ("names", (text, of))
    elif path == found_by.birth_dates:
        yield from _one("birth_dates", values.partial_date(text))
    elif path == found_by.nationalities:
        yield from _one("nationalities", _country(text))
    elif path == found_by.sex:
        yield from _one("sex", _sex(text))
    elif path in (found_by.documents, found_by.number):
        if values.is_document_number(text) and normalise_number(text):
            yield ("documents", text)
    elif target == _PLATE_OR_VIN:
        yield from _identifier("vin" if VIN.fullmatch(text) else "plate", text)
    else:
        for scheme in _schemes(database, group):
            yield from _identifier(scheme, text)


def _one(slot: str, value: str) -> Iterator[tuple[str, object]]:
    if value:
        yield slot, value


def _identifier(scheme: str, text: str) -> Iterator[tuple[str, object]]:
    if scheme_named(scheme).normal(text):
        yield "identifiers", (scheme, text)


def _schemes(database: Database, group: str) -> Iterator[str]:
    """Yield the schemes of the numbers by which a record is found that stand in a field or in a group."""
    for path in database.search_keys.identifiers:
        name, _, part = path.partition(".")
        declared = database.field(name)
        if name == group and declared is not None:
            inner = declared.part(part) if part else declared
            if inner is not None and inner.scheme:
                yield inner.scheme


def _country(text: str) -> str:
    code = values.country(text.lower())
    found = None if code else countries.find(text)
    return found.alpha2 if found else code


def _sex(text: str) -> str:
    code = knowledge()["genders"].get(text.lower(), "")
    return code if code in ("F", "M", "X") else ""
