"""MISP events in the core format (draft-dulaunoy-misp-core-format): objects by template, and loose identifiers.

`parse(stream)` reads one event, a list of them or the answer of a MISP server (`response`), and yields a `Row` for
each object that tells of a record, then one `Edition`. Which attribute is which field says `data/misp.toml`. Besides:

- an object that references documents of its own (`ftm-Passport`) has them as its documents; other documents are
  travel documents, and refused unless something says what happened to them;
- MISP does not say why somebody is in an event unless a `role` does: else he or she becomes a person of interest. A
  thing is entered as used for a crime only where an attribute is meant for detection (`to_ids`);
- loose attributes meant for detection become things too; all other loose ones are counted;
- what is `deleted` is refused, so that nobody enters it anew;
- tags of TLP, PAP and the admiralty scale, and a distribution to the own organisation or a sharing group, become
  remarks: nothing here is ever shown to more than the importer's own body. TLP:RED is refused.

The file is read twice, because tags and references may stand behind the objects, each time object by object.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Final

from liaison.databases import all_databases
from liaison.databases.declaration import Field, FieldType
from liaison.databases.fields import MANY_MAX, TEXT_LENGTH_MAX
from liaison.databases.values import normal_value
from liaison.formats.incoming import (
    LEFT_OUT,
    SUSPECTED,
    Place,
    Tally,
    checked,
    filled,
    refused,
    short,
    thing_with,
    with_markings,
)
from liaison.formats.json_items import ELEMENT, ENDED, Items
from liaison.formats.json_items import Place as ItemPlace
from liaison.formats.misp_tables import Home, Table, from_text, said_in, tables
from liaison.formats.rows import Edition, Row
from liaison.identifiers.plain_text import cleaned
from liaison.refusal import Finding, Refused, mark

TLP_RED = "TLP:RED"
EVENT, OBJECT, ATTRIBUTE = "Event", "Object", "Attribute"
EVENTS_MAX = 20_000
NOTED_MAX = 200_000
ATTRIBUTES_MAX = 5_000
TAGS_MAX = 200
FINDINGS_PER_OBJECT_MAX = 20
OWN_ORGANISATION, SHARING_GROUP = "0", "4"
NARROW: Mapping[str, str] = {
    OWN_ORGANISATION: "MISP distribution: your organisation only",
    SHARING_GROUP: "MISP distribution: sharing group",
}
_EVENT_PLACES: tuple[ItemPlace, ...] = (
    (EVENT,),
    (ELEMENT, EVENT),
    ("response", EVENT),
    ("response", ELEMENT, EVENT),
)
OPENED: Final = frozenset(
    {(), (ELEMENT,), ("response",), ("response", ELEMENT), *_EVENT_PLACES}
    | {(*place, name) for place in _EVENT_PLACES for name in (OBJECT, ATTRIBUTE)}
)
SPECIMEN = (
    '{"Event":{"uuid":"3fe05234-1d3f-4727-ae5d-e27d864aef10","info":"ديلارا","timestamp":"1767225600","Object":[{"name":'
    '"person","uuid":"3fe05234-1d3f-4727-ae5d-e27d864aef11","Attribute":[{"object_relation":"full-name","value":'
    '"Dilara Voss"},{"object_relation":"nationality","value":"Germany"},{"object_relation":"date-of-birth","value":'
    '"7 March 1965"},{"object_relation":"passport-number","value":"A1234567"}]}],"Attribute":[{"uuid":'
    '"3fe05234-1d3f-4727-ae5d-e27d864aef12","type":"mac-address","to_ids":true,"value":"02:00:00:00:00:01"},{"uuid":'
    '"3fe05234-1d3f-4727-ae5d-e27d864aef13","type":"btc","to_ids":true,"value":"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"},'
    '{"uuid":"3fe05234-1d3f-4727-ae5d-e27d864aef14","type":"iban","to_ids":true,"value":"GB82WEST12345698765432"}],'
    '"Tag":[{"name":"tlp:green"}]}}'
).encode()

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_SECONDS = re.compile(r"[0-9]{1,11}\Z", re.ASCII)
_TAG = re.compile(r"(?:tlp|pap|admiralty-scale):", re.IGNORECASE)
_NAME_RELATIONS = ("first-name", "middle-name", "last-name")

Object = Mapping[str, object]


def parse(stream: BinaryIO) -> Iterator[Row | Edition]:
    """Yield the rows of the events in their order, and then the edition.

    `stream` can be sought; it is plain or packed with gzip. A file that is cut off ends in an edition that is not
    `complete`. Raise Refused for what holds no MISP event, or could do harm.
    """
    items = Items(stream, OPENED)
    noted = _Notes()
    for item in items:
        noted.note(item.place, item.value)
    if not noted.events or not noted.is_event:
        raise Refused(_not_an_event())
    reader = _Reader(noted)
    for item in items:
        if item.place[-1:] == (EVENT,) and item.value is ENDED:
            reader.next_event()
        elif item.place[-2:] == (OBJECT, ELEMENT):
            yield from reader.object_rows(item.line, item.value)
        elif item.place[-2:] == (ATTRIBUTE, ELEMENT):
            yield from reader.attribute_rows(item.line, item.value)
        elif item.place[-2:-1] == (EVENT,) and item.value is not ENDED and item.value:
            reader.note_event(item.place[-1])
    newest = max((event.moment for event in noted.events), default=0)
    yield Edition(
        generated_at=datetime.fromtimestamp(newest, UTC).isoformat() if newest else "",
        counts=dict(reader.counts),
        complete=items.complete,
        kept=reader.tally.kept,
        unkept=reader.tally.unkept,
        findings=tuple(_edition_findings(dated=bool(newest), complete=items.complete)),
    )


@dataclass(slots=True)
class _Event:
    """What holds for everything in one event."""

    moment: int = 0
    markings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Notes:
    """What must be known of the whole file before any of it can be read."""

    events: list[_Event] = field(default_factory=lambda: [_Event()])
    is_event: bool = False
    documents: dict[str, dict[str, object]] = field(default_factory=dict)
    references: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def note(self, place: ItemPlace, value: object) -> None:
        """Take note of one item of the file."""
        if place in _EVENT_PLACES and value is ENDED:
            self.is_event = True
            self.events.append(_Event())
            if len(self.events) > EVENTS_MAX:
                raise Refused(_too_many())
        elif place[:-1] in _EVENT_PLACES:
            self.is_event = self.is_event or place[-1] in ("info", "uuid")
            self._note_event(place[-1], value)
        elif place[-2:] == (OBJECT, ELEMENT) and isinstance(value, Mapping):
            self._note_object(value)

    def referenced(self) -> frozenset[str]:
        """Return the documents that belong to another object."""
        targets = {target for targets in self.references.values() for target in targets}
        return frozenset(targets & self.documents.keys())

    def _note_event(self, name: str, value: object) -> None:
        event = self.events[-1]
        if name in ("timestamp", "publish_timestamp"):
            event.moment = max(event.moment, _seconds(value))
        elif name == "Tag":
            event.markings += _markings(value)
        elif name == "distribution":
            event.markings += _narrow(value)
        elif name == "SharingGroup" and isinstance(value, Mapping) and (called := short(value.get("name"))):
            event.markings.append(f"{NARROW[SHARING_GROUP]} {called}")

    def _note_object(self, value: Object) -> None:
        key, name = _uuid(value.get("uuid")), value.get("name")
        for path, table in tables().parts.items():
            if name == table.template.name and key and value.get("deleted") is not True:
                self._one_more()
                self.documents[key] = _Attributes(value, table).fields()
            elif name == tables().kinds[path.partition(".")[0]].template.name and key:
                for reference in _mappings(value.get("ObjectReference"))[:MANY_MAX]:
                    if target := _uuid(reference.get("referenced_uuid")):
                        self._one_more()
                        self.references.setdefault(key, []).append(target)

    def _one_more(self) -> None:
        self.count += 1
        if self.count > NOTED_MAX:
            raise Refused(_too_many())


class _Attributes:
    """Reads the attributes of one object by a table; knows which it used and what people should look at."""

    def __init__(self, value: Object, table: Table) -> None:
        self._table = table
        self.said = said_in(value.get("comment"))
        self.all = [
            one
            for one in _mappings(value.get(ATTRIBUTE))[:ATTRIBUTES_MAX]
            if one.get("deleted") not in (True, "1", 1)
        ]
        self.used: set[str] = set()
        self.unfit: list[str] = []

    def fields(self) -> dict[str, object]:
        """Return the fields that the attributes give."""
        fields: dict[str, object] = {}
        for attribute in self.all:
            relation = _relation(attribute)
            said = said_in(attribute.get("comment"))
            home = next(self._table.homes_at(relation), None)
            if home is None or "title" in said:
                self.used.update([relation] if "title" in said else [])
                continue
            value = self._value(home, attribute, said)
            if value in ("", {}, None):
                self.unfit.append(relation)
                continue
            self.used.add(relation)
            if self._table.field(home.field).many:
                beside = fields.setdefault(home.field, [])
                assert isinstance(beside, list), "fields of many values begin as a list above"
                if value not in beside and len(beside) < MANY_MAX:
                    beside.append(value)
            else:
                fields.setdefault(home.field, value)
        return fields | self._said_fields(fields)

    def relations(self) -> list[str]:
        """Return the names of the attributes that have a value."""
        return [_relation(attribute) for attribute in self.all if attribute.get("value")]

    def first(self, relation: str) -> str:
        """Return the text of the first attribute of this name; empty where there is none."""
        found = (_text(attribute) for attribute in self.all if _relation(attribute) == relation)
        return next(filter(None, found), "")

    def is_for_detection(self) -> bool:
        """Whether any attribute is meant to be searched for."""
        return any(_is_true(attribute.get("to_ids")) for attribute in self.all)

    def _value(self, home: Home, attribute: Object, said: Mapping[str, object]) -> object:
        declared = self._table.field(home.field)
        if declared.type is not FieldType.GROUP:
            return _leaf(declared, home, attribute)
        names = {part.name for part in declared.parts}
        item = {name: value for name, value in (said or home.alone).items() if name in names}
        if home.part:
            part = declared.part(home.part)
            assert part is not None, "misp.toml names parts that are declared"
            value = _leaf(part, home, attribute)
            if value in ("", None):
                return {}
            item[home.part] = value
        elif not said and home.alone_part:
            item[home.alone_part] = _short_text(attribute)
        for name, relation in home.beside.items():
            part = declared.part(name)
            if part and (text := self.first(relation)):
                item.setdefault(name, _leaf(part, Home(home.field, relation), {"value": text}))
                self.used.add(relation)
        return filled(item)

    def _said_fields(self, read: Mapping[str, object]) -> dict[str, object]:
        """Return what the object's comment says, or that a thing is suspected where it is meant for detection."""
        commented = self._table.commented
        if self.said:
            return {one.name: self.said[one.name] for one in commented if one.name in self.said}
        open_ones = [one for one in commented if one.name not in read and one.choice(SUSPECTED)]
        return {one.name: SUSPECTED for one in open_ones} if self.is_for_detection() else {}


class _Reader:
    """Makes rows of objects and attributes, and counts what of them is kept."""

    def __init__(self, noted: _Notes) -> None:
        self.counts: dict[str, int] = {}
        self.tally = Tally()
        self._noted = noted
        self._referenced = noted.referenced()
        self._events = iter(noted.events)
        self._event = next(self._events)
        self._done: set[str] = set()

    def next_event(self) -> None:
        """Go on with the next event of the file."""
        self._event = next(self._events)

    def note_event(self, name: str) -> None:
        """Count what an event says of itself."""
        kept = name in ("uuid", "timestamp", "publish_timestamp", "Tag", "distribution", "SharingGroup")
        self.tally.note(EVENT, [name], [name] if kept else [])

    def object_rows(self, line: int, value: object) -> Iterator[Row]:
        """Yield the row of an object; none where it tells of no record."""
        if not isinstance(value, Mapping):
            self.tally.unkept["Object:not read"] += value is not ENDED
            return
        name = value.get("name") if isinstance(value.get("name"), str) else ""
        key, said = _uuid(value.get("uuid")), said_in(value.get("comment"))
        table = tables().table_of(str(name), said.get("kind"))
        if table is None or key in self._referenced:
            used = _relations(value) if key in self._referenced else []
            self.tally.note(str(name), _relations(value), used)
            return
        place = Place(line, key, short(said.get("reference"))[:40] or key)
        attributes = _Attributes(value, table)
        row = self._object_row(table, place, value, attributes)
        kept = attributes.used - set(attributes.unfit) if row.fields is not None else ()
        self.tally.note(str(name), attributes.relations(), kept)
        self.counts[table.kind] = self.counts.get(table.kind, 0) + 1
        yield row

    def attribute_rows(self, line: int, value: object) -> Iterator[Row]:
        """Yield the row of a loose attribute; none where it tells of no thing that is suspected."""
        if not isinstance(value, Mapping):
            self.tally.unkept["Attribute:not read"] += value is not ENDED
            return
        type_ = value.get("type") if isinstance(value.get("type"), str) else ""
        scheme = tables().loose.get(str(type_), "")
        found = thing_with(scheme, _short_text(value)) if scheme and _is_true(value.get("to_ids")) else None
        self.tally.note(ATTRIBUTE, [str(type_)], [str(type_)] if found else [])
        if not found:
            return
        kind, fields = found
        key = _uuid(value.get("uuid"))
        place = Place(line, key, key)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        markings = self._markings(value)
        if against := self._against(place, value, markings):
            yield refused(place, kind, *against)
        else:
            yield _marked(place, kind, fields, markings)

    def _object_row(self, table: Table, place: Place, value: Object, attributes: _Attributes) -> Row:
        markings = self._markings(value, *attributes.all)
        if against := self._against(place, value, markings):
            return refused(place, table.kind, *against)
        fields = attributes.fields()
        if table.kind == "persons" and not _has_primary(fields):
            fields = _with_name_parts(fields, attributes)
        for name in table.overflow:
            more = [self._noted.documents.get(target) for target in self._noted.references.get(place.key, ())]
            documents = [*_list(fields.get(name)), *filter(None, more)]
            fields |= {name: documents[:MANY_MAX]} if documents else {}
        findings = [_unfit(place.line, f"{table.template.name}/{one}") for one in dict.fromkeys(attributes.unfit)]
        if table.unknown_status and table.status not in fields:
            fields[table.status] = table.unknown_status
            findings.append(_status_unknown(place.line))
        return _marked(place, table.kind, fields, markings, findings[:FINDINGS_PER_OBJECT_MAX])

    def _against(self, place: Place, value: Object, markings: Iterable[str]) -> list[Finding]:
        if not place.key:
            return [_row_refused(place.line, mark("The entry has no usable uuid, by which the next file finds it."))]
        if place.key in self._done:
            return [_row_refused(place.line, mark("The entry's uuid was used by an earlier entry of this file."))]
        self._done.add(place.key)
        if _is_true(value.get("deleted")):
            return [_deleted(place.line)]
        return [_red(place.line)] if TLP_RED in markings else []

    def _markings(self, *values: Object) -> list[str]:
        """Return how the event and these parts of it are marked, each marking once."""
        found = list(self._event.markings)
        for value in values:
            found += _markings(value.get("Tag"))
            found += _narrow(value.get("distribution"))
        return list(dict.fromkeys(found))[:TAGS_MAX]


def _marked(
    place: Place, kind: str, fields: Mapping[str, object], markings: Iterable[str], findings: Iterable[Finding] = ()
) -> Row:
    kept = with_markings(fields, markings) if all_databases()[kind].field("remarks") else dict(fields)
    return checked(place, kind, kept, tuple(findings))


def _leaf(declared: Field, home: Home, attribute: Object) -> object:
    """Return the value of an attribute in a field's normal form; empty where the field cannot hold it."""
    if declared.type is FieldType.IMAGE:
        text = attribute.get("data")
    elif declared.type is FieldType.LONG_TEXT:
        text = attribute.get("value")
    else:
        text = _short_text(attribute)
    if not isinstance(text, str) or not text:
        return ""
    try:
        return normal_value(declared, from_text(declared, home, text))
    except Refused:
        return ""


def _short_text(attribute: Object) -> str:
    text = _text(attribute)
    return text if len(text) <= TEXT_LENGTH_MAX else ""


def _text(attribute: Object) -> str:
    """Return the value of an attribute as a text in one line; some write numbers as numbers."""
    value = attribute.get("value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return cleaned(value) if isinstance(value, str) else ""


def _has_primary(fields: Mapping[str, object]) -> bool:
    return any(isinstance(name, Mapping) and name.get("kind") == "primary" for name in _list(fields.get("names")))


def _with_name_parts(fields: dict[str, object], attributes: _Attributes) -> dict[str, object]:
    """Return the fields with a name put together of its parts, where the object only has those."""
    first, middle, last = (short(attributes.first(relation)) for relation in _NAME_RELATIONS)
    given = " ".join(filter(None, (first, middle)))
    whole = short(" ".join(filter(None, (given, last))))
    if not whole:
        return fields
    attributes.used.update(_NAME_RELATIONS)
    name = filled({"text": whole, "kind": "primary", "given": short(given), "family": last})
    return {**fields, "names": [name, *_list(fields.get("names"))][:MANY_MAX]}


def _markings(tags: object) -> list[str]:
    """Return the tags that say how something may be used or how good its source is."""
    names = [short(tag.get("name")) for tag in _mappings(tags)[:TAGS_MAX]]
    marked = [name.replace('"', "") for name in names if _TAG.match(name)]
    return [name if name.lower().startswith("admiralty") else name.upper() for name in marked]


def _narrow(distribution: object) -> list[str]:
    said = NARROW.get(str(distribution), "") if isinstance(distribution, str | int) else ""
    return [said] if said else []


def _relations(value: Object) -> list[str]:
    attributes = _mappings(value.get(ATTRIBUTE))[:ATTRIBUTES_MAX]
    return [_relation(attribute) for attribute in attributes if attribute.get("value")]


def _relation(attribute: Object) -> str:
    relation = attribute.get("object_relation")
    return relation if isinstance(relation, str) else ""


def _mappings(value: object) -> list[Object]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_true(value: object) -> bool:
    return value in (True, "1", "true")


def _uuid(value: object) -> str:
    return value.lower() if isinstance(value, str) and _UUID.match(value) else ""


def _seconds(value: object) -> int:
    said = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(said) if _SECONDS.match(said) else 0


def _edition_findings(*, dated: bool, complete: bool) -> Iterator[Finding]:
    if not complete:
        yield Finding(
            code="misp.lacks_its_end",
            problem=mark("The list lacks its end: it was cut off on the way here."),
            remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
            field="file",
        )
    if not dated:
        yield Finding(
            code="misp.no_date",
            problem=mark("No event says when it was changed (timestamp)."),
            remedy=mark("Get the list again from its publisher."),
            field="timestamp",
        )


def _unfit(line: int, name: str) -> Finding:
    return Finding(
        code="misp.value_left_out",
        problem=mark("A value of the entry at line %(line)s does not fit its field; it was left out."),
        remedy=mark("Complete the record by hand if it matters."),
        field=name[:80],
        values={"line": line},
    )


def _status_unknown(line: int) -> Finding:
    return Finding(
        code="misp.status_unknown",
        problem=mark("The list does not say why the one at line %(line)s is in it; the weakest status was chosen."),
        remedy=mark("Look at the record and choose the right status."),
        field="role",
        values={"line": line},
    )


def _row_refused(line: int, problem: str) -> Finding:
    return Finding(code="misp.row_refused", problem=problem, remedy=LEFT_OUT, field="uuid", values={"line": line})


def _deleted(line: int) -> Finding:
    return Finding(
        code="misp.deleted",
        problem=mark("The source has deleted the entry at line %(line)s; it is not entered."),
        remedy=mark("If its record is here, look at it and withdraw it."),
        field="deleted",
        values={"line": line},
    )


def _red(line: int) -> Finding:
    return Finding(
        code="misp.tlp_red",
        problem=mark("The entry at line %(line)s is TLP:RED: only those to whom it was given may know it."),
        remedy=mark("Ask its source for leave to enter it, with a marking that permits it."),
        source="TLP 2.0",
        field="Tag",
        values={"line": line},
    )


def _not_an_event() -> Finding:
    return Finding(
        code="misp.not_an_event",
        problem=mark("The file holds no MISP event."),
        remedy=mark("Export the event from MISP as “MISP JSON”, or choose another kind of list."),
        field="file",
    )


def _too_many() -> Finding:
    return Finding(
        code="misp.too_many",
        problem=mark("The file holds too many events and references to be read at once."),
        remedy=mark("Import it in several files."),
        field="file",
    )
