"""What readers of other people's formats have in common: fields become a row, or findings without a person's data."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from liaison.databases import all_databases
from liaison.databases.declaration import Database, FieldType, normalise, validate
from liaison.databases.fields import LONG_TEXT_LENGTH_MAX, TEXT_LENGTH_MAX
from liaison.formats.rows import Row
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.refusal import Finding, mark

KEY_CHARACTERS_MAX = 150
LISTING_CHARACTERS_MAX = 100
SOURCE_NAMES_MAX = 1_000
SOURCE_NAME_CHARACTERS_MAX = 80
FINDINGS_PER_ROW_MAX = 20
SUSPECTED = "suspected"
MARKED = "Marking: "
# In which database a number belongs that comes without a thing around it.
KINDS_BY_SCHEME: Mapping[str, str] = {
    "imei": "devices",
    "mac": "devices",
    "wallet": "payment_instruments",
    "iban": "payment_instruments",
    "card": "payment_instruments",
    "vin": "vehicles",
    "plate": "vehicles",
    "imo": "vessels",
    "mmsi": "vessels",
    "icao24": "aircraft",
}

LEFT_OUT = mark("The entry at line %(line)s was left out; tell the list's publisher, or enter it by hand.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its line, its own key, and what people call it."""

    line: int
    key: str
    listing: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What of a source is kept and what is not, by the source's own names; strange names are bounded in number."""

    kept: Counter[str] = field(default_factory=Counter)
    unkept: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, names: Iterable[str], used: Iterable[str]) -> None:
        """Count the names of one source object as `kind:name`, those used as kept."""
        used = frozenset(used)
        for name in names:
            counted = self.kept if name in used else self.unkept
            shown = cleaned(f"{kind}:{name}")[:SOURCE_NAME_CHARACTERS_MAX]
            counted[shown if shown in counted or len(counted) < SOURCE_NAMES_MAX else "…"] += 1


def checked(place: Place, kind: str, fields: Mapping[str, object], findings: Sequence[Finding] = ()) -> Row:
    """Return the row of these fields in their normal form, or of what the database says against them.

    Values are left out of the findings, because reports outlive records.
    """
    database = all_databases()[kind]
    unfit = [_unfit(finding, place.line) for finding in validate(database, fields)[:FINDINGS_PER_ROW_MAX]]
    normal = None if unfit else normalise(database, fields)
    return Row(place.line, place.key, kind, normal, place.listing, tuple(unfit or findings))


def thing_with(scheme: str, text: str) -> tuple[str, dict[str, object]] | None:
    """Return the kind and the fields of a thing suspected of use for a crime, of which only a number is known.

    None where no database here keeps numbers of this scheme, or keeps them of other things than suspected ones.
    """
    database = all_databases().get(KINDS_BY_SCHEME.get(scheme, ""))
    found = database and _home(database, scheme)
    if not database or not found:
        return None
    name, part = found
    whole = database.field(name)
    assert whole is not None, "the home was found in this database"
    value: object = {part: text} if part else text
    fields: dict[str, object] = {name: [value] if whole.many else value}
    for declared in database.fields:
        if declared.required and declared.name not in fields:
            if declared.type is not FieldType.CHOICE or declared.choice(SUSPECTED) is None:
                return None
            fields[declared.name] = SUSPECTED
    return database.kind, fields


def short(text: object) -> str:
    """Return a text as a field of one line keeps it; empty where it does not fit one."""
    said = cleaned(text) if isinstance(text, str) and len(text) <= LONG_TEXT_LENGTH_MAX else ""
    return said if len(said) <= TEXT_LENGTH_MAX and has_letters_or_digits(said) else ""


def remarks(*texts: str) -> str:
    """Return texts as remarks, cut to what a record keeps."""
    return "\n".join(dict.fromkeys(filter(None, texts)))[:LONG_TEXT_LENGTH_MAX]


def with_markings(fields: Mapping[str, object], markings: Iterable[str]) -> dict[str, object]:
    """Return the fields with each marking as a line of the remarks, once; a database without remarks keeps none."""
    said = str(fields.get("remarks", ""))
    new = [line for label in markings if (line := f"{MARKED}{label}") not in said.splitlines()]
    return {**fields, "remarks": remarks(*said.splitlines(), *new)} if new else dict(fields)


def without_markings(read: Mapping[str, object], sent: Mapping[str, object]) -> dict[str, object]:
    """Return what was read without the marking lines that `with_markings` added to what was sent."""
    old = str(sent.get("remarks", "")).splitlines()
    lines = str(read.get("remarks", "")).splitlines()
    added = [line for line in lines[len(old) :] if line.startswith(MARKED)]
    if not added or lines[: len(old)] != old or len(lines) != len(old) + len(added):
        return dict(read)
    return filled({**read, "remarks": sent.get("remarks", "")})


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields without the empty ones."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


def refused(place: Place, kind: str, *findings: Finding) -> Row:
    """Return the row of an entry that is left out."""
    return Row(place.line, place.key, kind, None, place.listing, findings)


def _home(database: Database, scheme: str) -> tuple[str, str] | None:
    for path in database.search_keys.identifiers:
        name, _, part = path.partition(".")
        field = database.field(name)
        found = field.part(part) if field and part else field
        if found is not None and found.scheme == scheme:
            return name, part
    return None


def _unfit(finding: Finding, line: int) -> Finding:
    return Finding(
        code=finding.code,
        problem=finding.problem,
        remedy=LEFT_OUT,
        source=finding.source,
        field=finding.field[:SOURCE_NAME_CHARACTERS_MAX],
        values={name: "…" if name in {"value", "name"} else value for name, value in finding.values.items()}
        | {"line": line},
    )
