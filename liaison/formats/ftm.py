"""FollowTheMoney entities as JSON lines, as OpenSanctions publishes them (`entities.ftm.json`).

`parse(stream)` yields a `Row` for every person, organisation, travel document, vessel and so on, then one `Edition`.
What a property becomes is said in `ftm_tables`; what is not kept is counted as `Schema:property`. What this module
knows:

- papers (`Passport`, `Identification`) are entities of their own. One with a `holder` belongs to that person or
  organisation of the same file, before or behind it; one without is a record of `travel_documents`;
- FollowTheMoney does not know what happened to a document or thing. Here its `summary` says so by our code
  (`stolen_blank`) or label; of things, a sanction or the topic `crime` says it too. What tells nothing is refused,
  because whoever guessed would stop innocent people;
- a `Sanction` tells of its `entity` the list, programme, reference and day. Of several the first counts, and the
  others are remarks;
- religion, politics and ethnicity are not kept (RPD-42);
- a file has no head and no end: it is as new as the newest `last_seen` in it, and cut between two lines looks whole.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import BinaryIO

import msgspec

from liaison.databases import all_databases
from liaison.databases.fields import LONG_TEXT_LENGTH_MAX, MANY_MAX, TEXT_LENGTH_MAX
from liaison.formats import ftm_values as values
from liaison.formats.byte_lines import LINE_BYTES_MAX, Lines
from liaison.formats.ftm_fillers import FINDINGS_MAX, Draft, Filler, filler
from liaison.formats.ftm_tables import knowledge, tables
from liaison.formats.rows import Edition, Row
from liaison.formats.seen_keys import SeenKeys
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.identifiers.scripts import script_of
from liaison.refusal import Finding, Refused, mark

KEY_CHARACTERS_MAX = 200
ATTACHED_BYTES_MAX = 256 * 1024 * 1024
TRIED_LINES = 100
UNKEPT_NAMES_MAX = 1_000
UNKEPT_CHARACTERS_MAX = 80
DOCUMENTS = ("Passport", "Identification")
SANCTION = "Sanction"
PERSONS, TRAVEL_DOCUMENTS = "persons", "travel_documents"
SPECIMEN = (
    '{"id":"qm-1","schema":"Person","last_seen":"2026-01-01T00:00:00","properties":{"name":["Dilara Voss","Дилара"],'
    '"firstName":["Dilara"],"birthDate":["1965-03-07"],"nationality":["qm","suhh"],"gender":["female"],"idNumber":'
    '["QM1234567"],"height":["1.7"],"spokenLanguage":["deu"],"topics":["sanction"]}}\n'
    '{"id":"qm-2","schema":"Passport","properties":{"holder":["qm-1"],"number":["QM7654321"],"startDate":["2020"]}}\n'
    '{"id":"qm-3","schema":"Passport","properties":{"number":["QM7654322"],"country":["qm"],"summary":["stolen"]}}\n'
    '{"id":"qm-4","schema":"Vessel","properties":{"name":["Voss"],"imoNumber":["9074729"],"mmsi":["200000000"],'
    '"callSign":["QMV1"],"flag":["qm"],"registrationNumber":["QM-1"],"topics":["sanction"]}}\n'
    '{"id":"qm-5","schema":"Airplane","properties":{"registrationNumber":["QM-ABC"],"serialNumber":["1234"],"summary":["stolen"]}}\n'
    '{"id":"qm-6","schema":"Company","properties":{"name":["Voss Trading"],"leiCode":["QM1"],"country":["qm"]}}\n'
    '{"id":"qm-7","schema":"Sanction","properties":{"entity":["qm-1"],"authority":["Marvenia"]}}\n'
).encode()

_LEFT_OUT = mark("The entry at line %(line)s was left out; tell the list's publisher, or enter it by hand.")
_PERSON_OF_INTEREST = "person_of_interest"
_LISTED, _SUSPECTED = "listed", "suspected"
_DOCUMENT_EVENTS = ("lost", "stolen", "stolen_blank", "revoked", "invalidated")
_INSTRUMENTS = {"CryptoWallet": "wallet", "BankAccount": "bank_account"}
_HOLDER, _ENTITY = b'"holder"', b'"Sanction"'
_DOCUMENT_PROPERTIES = frozenset((
    "holder", "number", "passportNumber", "country", "type", "startDate", "endDate", "authority", "summary",
    "description",
))  # fmt: skip
_SANCTION_PROPERTIES = frozenset((
    "entity", "authority", "program", "unscId", "authorityId", "listingDate", "startDate", "modifiedAt", "reason"
))  # fmt: skip
_SANCTION_REMARKS: Mapping[str, str] = {
    "endDate": "Sanction ended", "status": "Sanction status", "provisions": "Sanction provisions",
    "summary": "Sanction", "sourceUrl": "Source",
}  # fmt: skip
_ORGANISATION_TYPES = {"Company": "company", "PublicBody": "public_body", "Organization": "organisation"}
_PART_LABELS: Mapping[str, str] = {"given": "First name", "father": "Patronymic", "family": "Last name"}


class _Entity(msgspec.Struct, gc=False):
    """What is read of a line; all else in it is passed over."""

    id: str
    schema: str
    properties: dict[str, list[str]] = {}
    last_seen: str | None = None


class _Attached(msgspec.Struct, array_like=True, gc=False):
    """A document or sanction that waits for the entity it belongs to."""

    line: int
    id: str
    schema: str
    properties: dict[str, list[str]]


_entity = msgspec.json.Decoder(_Entity)
_attached = msgspec.json.Decoder(_Attached)


@dataclasses.dataclass(frozen=True, slots=True)
class _Reader:
    """How entities of one schema are read: the filler and the counted name of each property."""

    kind: str
    fillers: Mapping[str, tuple[Filler, str]]
    finish: Callable[[Draft], Finding | None]


def parse(stream: BinaryIO) -> Iterator[Row | Edition]:
    """Yield the rows of the list in its order, and then its edition.

    `stream` can be sought and is read twice; it is plain or packed with gzip. A list that lacks its end ends in an
    edition that is not `complete`. Raise Refused for what is not such a list at all, or could do harm.
    """
    yield from _Reading(stream).items()


class _Reading:
    """One reading of a file. Only what waits for its holder is held in memory, and for how much is a bound."""

    def __init__(self, stream: BinaryIO) -> None:
        self.lines = Lines(stream)
        self.readers = _readers()
        self.waiting: dict[str, bytes] = {}
        self.seen = SeenKeys()
        self.counts: Counter[str] = Counter(dict.fromkeys(tables(), 0))
        self.kept: Counter[str] = Counter()
        self.unkept: Counter[str] = Counter()
        self.newest = ""
        self.cut = False
        self.entities = 0

    def items(self) -> Iterator[Row | Edition]:
        """Yield everything."""
        self._collect()
        number, counts = 0, self.counts
        for number, line in self.lines:
            row = self._row(number, line)
            if row is not None:
                counts[row.kind] += 1
                yield row
            if number == TRIED_LINES and not self.entities:
                break
        if not self.entities:
            raise Refused(_not_ftm() if number else _empty())
        for row in self._left_waiting():
            counts[row.kind] += 1
            yield row
        yield self._edition()

    def _collect(self) -> None:
        """Find the documents and sanctions that belong to another entity, wherever that stands."""
        held_bytes = 0
        for number, line in self.lines:
            if _HOLDER not in line and _ENTITY not in line:
                continue
            entity = _decoded(line)
            if entity is None or (link := _link(entity)) is None:
                continue
            owner = entity.properties[link][0]
            packed = msgspec.json.encode(_Attached(number, entity.id, entity.schema, entity.properties))
            held_bytes += len(packed) + len(owner)
            if held_bytes > ATTACHED_BYTES_MAX:
                raise Refused(_too_many_attached())
            there = self.waiting.get(owner)
            self.waiting[owner] = packed if there is None else there + b"\n" + packed

    def _row(self, number: int, line: bytes) -> Row | None:
        """Return what a line is; None where it is nothing by itself."""
        entity = _decoded(line)
        if entity is None:
            if not line.strip():
                return None
            self.cut = not line.endswith(b"\n") and len(line) <= LINE_BYTES_MAX
            return _refused_row(number, "", PERSONS, _unreadable(line, number))
        self.cut = False
        self.entities += 1
        if entity.last_seen and entity.last_seen > self.newest and _is_moment(entity.last_seen):
            self.newest = entity.last_seen
        reader = self.readers.get(entity.schema)
        if reader is None or _link(entity) is not None:
            if reader is None and entity.schema != SANCTION:
                self._count_unkept(entity.schema, entity.properties)
            return None
        key = entity.id
        if not key or len(key) > KEY_CHARACTERS_MAX or not key.isprintable():
            return _refused_row(number, "", reader.kind, _no_id(number))
        if not self.seen.add(key):
            return _refused_row(number, key, reader.kind, _id_again(number))
        return self._read(number, entity, reader)

    def _read(self, number: int, entity: _Entity, reader: _Reader) -> Row:
        draft = Draft(number, entity.schema)
        kept, fillers = self.kept, reader.fillers
        for name, said in entity.properties.items():
            known = fillers.get(name)
            if known is None:
                self._count_unkept(entity.schema, (name,))
            elif said:
                known[0](draft, said)
                kept[known[1]] += 1
        if entity.id in self.waiting:
            for packed in self.waiting.pop(entity.id).split(b"\n"):
                self._attach(draft, _attached.decode(packed), reader.kind)
        refused = reader.finish(draft)
        if refused is not None:
            return _refused_row(number, entity.id, reader.kind, refused)
        listing = draft.fields.get("list_reference")
        return Row(
            number, entity.id, reader.kind, draft.fields, str(listing)[:40] if listing else "", tuple(draft.findings)
        )

    def _attach(self, draft: Draft, attached: _Attached, kind: str) -> None:
        """Put a document or a sanction into the record of its holder."""
        database = all_databases()[kind]
        here = Draft(attached.line, attached.schema)
        taken: Iterable[str] = ()
        if attached.schema == SANCTION and database.field("list_reference"):
            taken = _sanction(draft, here, attached, has_reason=database.field("reason") is not None)
        elif attached.schema in DOCUMENTS and (kind == PERSONS or database.field("identifiers")):
            taken = _document(draft, here, attached, kind)
        self.kept.update(f"{attached.schema}:{name}" for name in attached.properties if name in taken)
        self._count_unkept(attached.schema, [name for name in attached.properties if name not in taken])
        draft.findings += here.findings[: FINDINGS_MAX - len(draft.findings)]

    def _left_waiting(self) -> Iterator[Row]:
        """Yield what belongs to an entity that is not in the file, as refused rows."""
        for packed in self.waiting.values():
            for one in packed.split(b"\n"):
                attached = _attached.decode(one)
                if attached.schema == SANCTION:
                    self._count_unkept(SANCTION, attached.properties)
                else:
                    key = attached.id if attached.id.isprintable() else ""
                    finding = _no_holder(attached.line, attached.schema)
                    yield _refused_row(attached.line, key[:KEY_CHARACTERS_MAX], PERSONS, finding)

    def _count_unkept(self, schema: str, names: Iterable[str]) -> None:
        """Count properties that no field holds; once very many have been named, all others together."""
        for name in names:
            counted = f"{schema}:{name}"[:UNKEPT_CHARACTERS_MAX]
            if counted not in self.unkept and len(self.unkept) >= UNKEPT_NAMES_MAX:
                counted = "…"
            self.unkept[counted] += 1

    def _edition(self) -> Edition:
        complete = self.lines.complete and not self.cut
        return Edition(
            generated_at=self.newest,
            counts=dict(self.counts),
            complete=complete,
            kept=self.kept,
            unkept=self.unkept,
            findings=() if complete else (_lacks_its_end(),),
        )


def _decoded(line: bytes) -> _Entity | None:
    """Return the entity of a line, or None where it is none."""
    if len(line) > LINE_BYTES_MAX:
        return None
    try:
        return _entity.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _link(entity: _Entity) -> str | None:
    """Return the property by which a document or sanction names what it belongs to."""
    name = "holder" if entity.schema in DOCUMENTS else "entity" if entity.schema == SANCTION else ""
    return name if name and entity.properties.get(name) else None


@cache
def _readers() -> Mapping[str, _Reader]:
    """Return the reader of each schema that becomes a record."""
    readers: dict[str, _Reader] = {}
    for kind, table in tables().items():
        database = all_databases()[kind]
        fillers = {name: filler(database, name, target) for name, target in table.targets.items()}
        for schema in table.schemata:
            named = {name: (put, f"{schema}:{name}") for name, put in fillers.items()}
            readers[schema] = _Reader(kind, named, _finisher(kind))
    return readers


def _finisher(kind: str) -> Callable[[Draft], Finding | None]:
    if kind == PERSONS:
        return _finish_person
    if kind == TRAVEL_DOCUMENTS:
        return _finish_document
    if kind == "organisations":
        return _finish_organisation
    field = all_databases()[kind].field("event")
    assert field is not None, f"{kind} has no event"
    events = [choice.value for choice in field.choices]
    return lambda draft: _finish_thing(draft, events)


def _finish_person(draft: Draft) -> Finding | None:
    _finish_names(draft)
    if not draft.names:
        return _no_name(draft.line)
    known = knowledge()["topics"]
    said = next((status for topic, status in known.items() if _has_topic(draft.topics, topic)), _PERSON_OF_INTEREST)
    draft.fields["person_status"] = draft.status or said
    for topic in draft.topics:
        if topic not in known and topic != "poi":
            draft.remark("Topic", topic)
    _finish_remarks(draft)
    return None


def _has_topic(topics: list[str], topic: str) -> bool:
    """Whether a topic is there; what is below `crime` is crime, what is below `sanction` is no sanction."""
    return topic in topics or (topic == "crime" and any(one.startswith("crime.") for one in topics))


def _finish_organisation(draft: Draft) -> Finding | None:
    _finish_names(draft)
    if not draft.names:
        return _no_name(draft.line)
    if kind := _ORGANISATION_TYPES.get(draft.schema):
        draft.fields["organisation_type"] = kind
    _finish_remarks(draft)
    return None


def _finish_document(draft: Draft) -> Finding | None:
    fields = draft.fields
    if "event" not in fields:
        return _no_event(draft.line, _DOCUMENT_EVENTS)
    fields.setdefault("document_kind", "passport" if draft.schema == "Passport" else "other")
    _finish_remarks(draft)
    return None


def _finish_thing(draft: Draft, events: Sequence[str]) -> Finding | None:
    """What happened is told by the summary, else by a sanction or the topic of a crime, and else by nobody."""
    _finish_names(draft)
    fields = draft.fields
    if _LISTED in events and ("sanction" in draft.topics or "list_name" in fields):
        fields.setdefault("event", _LISTED)
    elif _SUSPECTED in events and _has_topic(draft.topics, "crime"):
        fields.setdefault("event", _SUSPECTED)
    if "event" not in fields:
        return _no_event(draft.line, events)
    if kind := _INSTRUMENTS.get(draft.schema):
        fields["instrument_kind"] = kind
    for topic in draft.topics:
        if topic != "sanction" or fields["event"] != _LISTED:
            draft.remark("Topic", topic)
    _finish_remarks(draft)
    return None


def _finish_names(draft: Draft) -> None:
    """Give the parts of the name to the name they stand in; make one of them where there is none."""
    names, parts = draft.names, draft.name_parts
    if parts:
        if not names and (whole := " ".join(part for of in ("given", "family") for part in parts.get(of, [])[:1])):
            text = cleaned(whole)[:TEXT_LENGTH_MAX]
            if has_letters_or_digits(text):
                names.append({"text": text, "kind": "primary", "script": script_of(text)})
        _give_parts(draft)
    if names:
        draft.fields["names"] = names


def _give_parts(draft: Draft) -> None:
    primary = [name for name in draft.names if name["kind"] == "primary"]
    for part, found in draft.name_parts.items():
        lone = len(primary) == 1 and len(found) == 1
        for text in found:
            holders = [name for name in primary if lone or text.casefold() in str(name["text"]).casefold()]
            free = [name for name in holders if part not in name]
            if free and len(text) <= TEXT_LENGTH_MAX and has_letters_or_digits(text):
                for name in free:
                    name[part] = text
            elif not holders:
                draft.remark(_PART_LABELS[part], text)


def _finish_remarks(draft: Draft) -> None:
    if draft.remarks:
        whole = "\n".join(draft.remarks)
        if len(whole) > LONG_TEXT_LENGTH_MAX:
            whole = whole[:LONG_TEXT_LENGTH_MAX].rstrip()
            draft.note("notes", mark("The text is longer than a record holds; its end is left out."))
        draft.fields["remarks"] = whole


def _document(draft: Draft, here: Draft, attached: _Attached, kind: str) -> Iterable[str]:
    """Put a paper into its holder's record; return the properties that were taken."""
    said = attached.properties
    number = _first(said, "number") or _first(said, "passportNumber")
    kind_said = _first(said, "type")
    found = values.document_kind(kind_said) or ("passport" if attached.schema == "Passport" else "other")
    note = "; ".join(filter(None, (*_all(said, "summary"), *_all(said, "description"))))
    if found == "other" and kind_said and kind_said != "other":
        note = "; ".join(filter(None, (note, kind_said)))
    country = _country(draft, said)
    if len(number) > TEXT_LENGTH_MAX or not values.is_document_number(number):
        draft.remark("Document", ", ".join(filter(None, (kind_said or found, number, country, note))))
        if number:
            here.note("number", mark("This cannot be a document number; it is kept as a remark only."))
        return _DOCUMENT_PROPERTIES
    if kind == PERSONS:
        entry = {
            "number": number,
            "kind": found,
            "country": country,
            "issued_on": _date(here, said, "startDate"),
            "expires_on": _date(here, said, "endDate"),
            "issued_at": _first(said, "authority")[:TEXT_LENGTH_MAX],
            "note": note[:TEXT_LENGTH_MAX],
        }
        _append(draft, "documents", {name: value for name, value in entry.items() if value})
    else:
        told = "; ".join(filter(None, (found if found != "other" else "", note)))
        entry = {"number": number, "kind": "id_number", "country": country, "note": told[:TEXT_LENGTH_MAX]}
        _append(draft, "identifiers", {name: value for name, value in entry.items() if value})
    return _DOCUMENT_PROPERTIES


def _sanction(draft: Draft, here: Draft, attached: _Attached, *, has_reason: bool) -> Iterable[str]:
    """Put a sanction into the record of its entity; return the properties that were taken."""
    said, fields = attached.properties, draft.fields
    entry = {
        "list_name": _joined(said, "authority"),
        "list_programme": _joined(said, "program"),
        "list_reference": _first(said, "unscId") or _first(said, "authorityId"),
        "listed_on": _date(here, said, "listingDate") or _date(here, said, "startDate"),
    }
    entry = {name: value[:TEXT_LENGTH_MAX] for name, value in entry.items() if value}
    if "list_name" in fields or "list_reference" in fields or "listed_on" in fields:
        draft.remark("Listed", ", ".join(entry.values()))
    else:
        fields.update(entry)
        changed = [day for text in said.get("modifiedAt", ()) if (day := values.partial_date(text))]
        fields.update({"list_changed_on": changed[:MANY_MAX]} if changed else {})
    for reason in _all(said, "reason"):
        if has_reason and "reason" not in fields and len(reason) <= LONG_TEXT_LENGTH_MAX:
            fields["reason"] = reason
        else:
            draft.remark("Reason", reason)
    for name, label in _SANCTION_REMARKS.items():
        for text in _all(said, name):
            draft.remark(label, text)
    return _SANCTION_PROPERTIES | _SANCTION_REMARKS.keys()


def _append(draft: Draft, name: str, entry: dict[str, str]) -> None:
    there = draft.fields.setdefault(name, [])
    assert isinstance(there, list)
    if entry in there:
        return
    if len(there) < MANY_MAX:
        there.append(entry)
    else:
        draft.note("number", mark("There are more values than a record holds; the rest is left out."))


def _all(said: Mapping[str, list[str]], name: str) -> list[str]:
    return [plain for text in said.get(name, ()) if (plain := cleaned(text, lines=True))]


def _first(said: Mapping[str, list[str]], name: str) -> str:
    return cleaned(next(iter(_all(said, name)), ""))


def _joined(said: Mapping[str, list[str]], name: str) -> str:
    return "; ".join(map(cleaned, _all(said, name)))


def _date(here: Draft, said: Mapping[str, list[str]], name: str) -> str:
    text = _first(said, name)
    day = values.partial_date(text) if text else ""
    if text and not day:
        here.note(name, mark("The date cannot be read; it is left out."))
    return day


def _country(draft: Draft, said: Mapping[str, list[str]]) -> str:
    codes = _all(said, "country")
    known = [code for text in codes if (code := values.country(text))]
    for text in codes:
        if not values.country(text):
            draft.remark("Country of the document", values.territory(text))
    return known[0] if known else ""


def _refused_row(line: int, key: str, kind: str, finding: Finding) -> Row:
    return Row(line, key, kind, None, "", (finding,))


def _finding(code: str, field: str, problem: str, line: int, remedy: str = _LEFT_OUT) -> Finding:
    values = {"line": line, "most": LINE_BYTES_MAX // 1024 // 1024}
    return Finding(f"ftm.{code}", problem, remedy, field=field, values=values)


def _unreadable(line: bytes, number: int) -> Finding:
    if len(line) > LINE_BYTES_MAX:
        return _finding("line_too_long", "line", mark("The line is longer than %(most)s MiB."), number)
    return _finding(
        "unreadable",
        "line",
        mark("The line is no entity: a JSON object with id, schema, and properties that hold lists of texts."),
        number,
    )


def _no_id(line: int) -> Finding:
    return _finding("no_id", "id", mark("The entity has no usable id, by which the next edition finds it."), line)


def _id_again(line: int) -> Finding:
    return _finding("id_again", "id", mark("The entity's id was used by an earlier entity of this list."), line)


def _no_name(line: int) -> Finding:
    return _finding("no_name", "name", mark("The entry has no name."), line)


def _no_event(line: int, events: Sequence[str]) -> Finding:
    return Finding(
        code="ftm.no_event",
        problem=mark("Nothing says what happened to it, so that nobody could tell why it is recorded."),
        remedy=mark("Write one of these as its summary (line %(line)s): %(choices)s."),
        field="summary",
        values={"line": line, "choices": ", ".join(events)},
    )


def _no_holder(line: int, schema: str) -> Finding:
    return _finding(
        "no_holder", f"{schema}:holder", mark("The holder of this document does not stand in the file."), line
    )


def _not_ftm() -> Finding:
    return Finding(
        code="ftm.not_ftm",
        problem=mark("The file is not FollowTheMoney: none of its first lines is an entity."),
        remedy=mark("Give the file entities.ftm.json, one JSON object a line, as its publisher offers it."),
        field="file",
    )


def _empty() -> Finding:
    return Finding(
        code="ftm.empty",
        problem=mark("The file is empty."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )


def _too_many_attached() -> Finding:
    return Finding(
        code="ftm.too_many_attached",
        problem=mark("The documents and sanctions that belong to others in the file fill more than %(most)s MiB."),
        remedy=mark("Divide the list so that each part holds the holders of its documents."),
        field="file",
        values={"most": ATTACHED_BYTES_MAX // 1024 // 1024},
    )


def _lacks_its_end() -> Finding:
    return Finding(
        code="ftm.lacks_its_end",
        problem=mark("The list lacks its end: it was cut off on the way here."),
        remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
        field="file",
    )
