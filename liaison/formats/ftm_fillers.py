"""How the values of one property of FollowTheMoney come into the fields of a record: one function for each target.

All that depends on the declaration alone is settled when the functions are made, for a list has millions of lines.
What does not fit its field is kept as a remark, and a finding says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from liaison.databases.database import Database
from liaison.databases.fields import LONG_TEXT_LENGTH_MAX, TEXT_LENGTH_MAX, Field, FieldType
from liaison.databases.values import normal_value
from liaison.formats import ftm_values as values
from liaison.formats.ftm_tables import knowledge
from liaison.identifiers.plain_text import cleaned, folded, has_letters_or_digits
from liaison.identifiers.scripts import script_of
from liaison.refusal import Finding, Refused, mark

NAMES_MAX = 500
FINDINGS_MAX = 50
_NAME_PARTS = frozenset(("given", "father", "family"))
_SANCTION = "sanction"
_KEPT_AS_TEXT = mark("The value does not fit its field; it is kept as a remark only.")
_LEFT_OUT = mark("There are more values than a record holds; the rest is left out.")
_CUT = mark("The text is longer than a record holds; its end is left out.")
VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_SEE_LINE = mark("See line %(line)s of the list; complete the record by hand if it matters.")


class Draft:
    """A record while its entity is read: its fields, and what has to wait until all of it is known."""

    __slots__ = ("fields", "findings", "line", "name_parts", "names", "remarks", "schema", "status", "topics")

    def __init__(self, line: int, schema: str) -> None:
        self.line = line
        self.schema = schema
        self.fields: dict[str, object] = {}
        self.names: list[dict[str, object]] = []
        self.name_parts: dict[str, list[str]] = {}
        self.remarks: list[str] = []
        self.topics: list[str] = []
        self.status = ""
        self.findings: list[Finding] = []

    def remark(self, label: str, text: str) -> None:
        """Keep a text for people."""
        self.remarks.append(f"{label}: {text}" if label else text)

    def misfit(self, name: str, text: str) -> None:
        """Keep as a remark what does not fit its field, and report it."""
        self.remark(name, text)
        self.note(name, _KEPT_AS_TEXT)

    def note(self, name: str, problem: str) -> None:
        """Report what was kept less well than it could be, so many times for a record and no more."""
        if len(self.findings) < FINDINGS_MAX:
            field, values = f"{self.schema}:{name}", {"line": self.line}
            self.findings.append(Finding("ftm.kept_as_text", problem, _SEE_LINE, field=field, values=values))


Filler = Callable[[Draft, Sequence[str]], None]
_Reader = Callable[[str], object]


def filler(database: Database, name: str, target: str) -> Filler:
    """Return the function that puts the values of property `name` to where `target` says."""
    if target.startswith("="):
        return _JUDGED[target.removeprefix("=")](database)
    path, _, kind = target.partition(":")
    if path == "remarks":
        return _remarks(kind)
    group, _, part = path.partition(".")
    if path == "names":
        return _names(name, kind)
    if group == "names" and part in _NAME_PARTS:
        return _name_parts(part)
    field = database.field(group)
    assert field is not None, f"{database.kind} has no {group}"
    if field.type is not FieldType.GROUP:
        return _many(name, field) if field.many else _single(name, field)
    declared = field.part(part or "number")
    assert declared is not None, f"{database.kind} has no {path}"
    if field.many:
        return _entries(name, field, declared, kind)
    return _part(name, field, declared)


def reader_of(field: Field) -> _Reader:
    """Return the function that reads one cleaned value of a field; it gives None or nothing for what is no value."""
    if field.type is FieldType.CHOICE:
        known = values.choices_of(field)
        genders = knowledge()["genders"] if field.choice("F") and field.choice("M") else {}
        return lambda text: genders.get(text) or known.get(folded(text))
    if field.type is FieldType.IDENTIFIER:
        return lambda text: text if len(text) <= TEXT_LENGTH_MAX and values.is_identifier(field, text) else None
    if field.type is FieldType.WHOLE_NUMBER:
        read = values.height_cm if field.name == "height_cm" else values.whole_number
        return lambda text: number if (number := read(text)) and field.smallest <= number <= field.largest else None
    return _READERS[field.type]


def _short(text: str) -> str | None:
    return text if len(text) <= TEXT_LENGTH_MAX else None


def _name(text: str) -> str | None:
    return text if len(text) <= TEXT_LENGTH_MAX and has_letters_or_digits(text) else None


def _number(text: str) -> str | None:
    return text if len(text) <= TEXT_LENGTH_MAX and values.is_document_number(text) else None


def _language(text: str) -> object:
    try:
        return normal_value(_LANGUAGE, text)
    except Refused:
        return None


_LANGUAGE = Field("language", "", FieldType.LANGUAGE)
_READERS: Mapping[FieldType, _Reader] = {
    FieldType.TEXT: _short,
    FieldType.LONG_TEXT: lambda text: text if len(text) <= LONG_TEXT_LENGTH_MAX else None,
    FieldType.NAME: _name,
    FieldType.COUNTRY: values.country,
    FieldType.PARTIAL_DATE: values.partial_date,
    FieldType.LANGUAGE: _language,
    FieldType.DOCUMENT_NUMBER: _number,
}


def _single(name: str, field: Field) -> Filler:
    """The first value that can be read is kept; others of the field become remarks."""
    at, read, lines = field.name, reader_of(field), field.type is FieldType.LONG_TEXT
    territory = field.type is FieldType.COUNTRY

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            plain = cleaned(text, lines=lines)
            if not plain:
                continue
            value = read(plain)
            if not value:
                _misfit(draft, name, plain, territory=territory)
            elif at not in draft.fields:
                draft.fields[at] = value
            elif draft.fields[at] != value:
                draft.remark(name, plain)

    return fill


def _many(name: str, field: Field) -> Filler:
    at, read, most = field.name, reader_of(field), field.most
    territory = field.type is FieldType.COUNTRY

    def fill(draft: Draft, said: Sequence[str]) -> None:
        kept = draft.fields.get(at) or []
        assert isinstance(kept, list)
        for text in said:
            plain = cleaned(text)
            value = read(plain) if plain else ""
            if not value:
                if plain:
                    _misfit(draft, name, plain, territory=territory)
            elif value not in kept:
                if len(kept) == most:
                    draft.note(name, _LEFT_OUT)
                    break
                kept.append(value)
        if kept:
            draft.fields[at] = kept

    return fill


def _entries(name: str, field: Field, part: Field, kind: str) -> Filler:
    """One entry of a group for each value; a second property may complete a lone entry of the first."""
    at, of, read, most = field.name, part.name, reader_of(part), field.most
    beside = {"kind": kind} if kind else {}
    territory = part.type is FieldType.COUNTRY

    def fill(draft: Draft, said: Sequence[str]) -> None:
        kept = draft.fields.get(at) or []
        assert isinstance(kept, list)
        alone = not kind and len(kept) == 1 and len(said) == 1 and of not in kept[0]
        for text in said:
            plain = cleaned(text)
            value = read(plain) if plain else ""
            if not value:
                if plain:
                    _misfit(draft, name, plain, territory=territory)
            elif alone:
                kept[0][of] = value
            elif (entry := {of: value, **beside}) not in kept:
                if len(kept) == most:
                    draft.note(name, _LEFT_OUT)
                    break
                kept.append(entry)
        if kept:
            draft.fields[at] = kept

    return fill


def _part(name: str, field: Field, part: Field) -> Filler:
    at, of, read = field.name, part.name, reader_of(part)

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            plain = cleaned(text)
            value = read(plain) if plain else ""
            group = draft.fields.setdefault(at, {})
            assert isinstance(group, dict)
            if value and group.setdefault(of, value) == value:
                continue
            if plain:
                draft.misfit(name, plain)
        if not draft.fields.get(at, True):
            del draft.fields[at]

    return fill


def _names(name: str, kind: str) -> Filler:
    def fill(draft: Draft, said: Sequence[str]) -> None:
        names = draft.names
        for text in said:
            plain = cleaned(text)
            if not plain:
                continue
            if len(plain) > TEXT_LENGTH_MAX or not has_letters_or_digits(plain):
                draft.misfit(name, plain)
            elif len(names) == NAMES_MAX:
                draft.note(name, _LEFT_OUT)
                return
            else:
                names.append({"text": plain, "kind": kind, "script": script_of(plain)})

    return fill


def _name_parts(part: str) -> Filler:
    def fill(draft: Draft, said: Sequence[str]) -> None:
        plain = [text for text in map(cleaned, said) if text]
        draft.name_parts.setdefault(part, []).extend(plain)

    return fill


def _remarks(label: str) -> Filler:
    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            if plain := cleaned(text, lines=True):
                draft.remark(label, plain)

    return fill


def _topics(_database: Database) -> Filler:
    def fill(draft: Draft, said: Sequence[str]) -> None:
        draft.topics.extend(map(cleaned, said))

    return fill


def _organisation_topics(_database: Database) -> Filler:
    """An organisation keeps its topics as they stand, but for `sanction`, which is its status."""

    def fill(draft: Draft, said: Sequence[str]) -> None:
        topics = [text for text in map(cleaned, said) if text][:NAMES_MAX]
        if _SANCTION in topics:
            draft.fields["organisation_status"] = "sanctioned"
            topics.remove(_SANCTION)
        if topics:
            draft.fields["topics"] = topics

    return fill


def _status(database: Database) -> Filler:
    """The status of a person: one of our own codes; any other is a remark."""
    field = database.field("person_status")
    assert field is not None
    codes = frozenset(one.value for one in field.choices)

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            if text in codes and not draft.status:
                draft.status = text
            elif plain := cleaned(text):
                draft.remark("Status", plain)

    return fill


def _event(database: Database) -> Filler:
    """What happened to a thing: one of our own codes or its English label; any other text is a remark."""
    field = database.field("event")
    assert field is not None
    known = values.choices_of(field)

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            event = known.get(text) or known.get(folded(text[:TEXT_LENGTH_MAX]))
            if event and draft.fields.setdefault("event", event) == event:
                continue
            if plain := cleaned(text, lines=True):
                draft.remark("", plain)

    return fill


def _plate_or_vin(database: Database) -> Filler:
    """FollowTheMoney has no VIN: what has the shape of one is one, and any other registration a plate."""
    plates = database.field("plates")
    assert plates is not None
    number = plates.part("number")
    assert number is not None
    put = _entries("registrationNumber", plates, number, "current")

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            if VIN.fullmatch(text.strip()) and draft.fields.setdefault("vin", text.strip()) == text.strip():
                continue
            put(draft, [text])

    return fill


def _document_kind(database: Database) -> Filler:
    field = database.field("document_kind")
    assert field is not None
    codes = frozenset(one.value for one in field.choices)

    def fill(draft: Draft, said: Sequence[str]) -> None:
        for text in said:
            kind = values.document_kind(text[:TEXT_LENGTH_MAX])
            if kind in codes and draft.fields.get("document_kind") in {None, kind}:
                draft.fields["document_kind"] = kind
            elif plain := cleaned(text):
                draft.remark("Type", plain)

    return fill


def _misfit(draft: Draft, name: str, text: str, *, territory: bool) -> None:
    """Keep what cannot be read; past states and unions are no countries of today, which needs no finding."""
    if territory and (known := values.territory(text)) != text:
        draft.remark("Country", known)
    else:
        draft.misfit(name, text)


_JUDGED: Mapping[str, Callable[[Database], Filler]] = {
    "topics": _topics,
    "event_topics": _topics,
    "organisation_topics": _organisation_topics,
    "status": _status,
    "event": _event,
    "document_kind": _document_kind,
    "plate_or_vin": _plate_or_vin,
}
