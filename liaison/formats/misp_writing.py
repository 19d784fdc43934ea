"""Records as one MISP event, and what of them is lost: only what MISP has an attribute for goes out.

Uuids are UUIDv5 of our references, so that a receiver knows a record again; `deleted` says that it was withdrawn. No
attribute is meant for detection: what a receiver's machines do with a person's data is not ours to start. The event
is tagged with the strictest marking in it, each attribute with its own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID, uuid5

from liaison.databases import all_databases
from liaison.databases.declaration import FieldType, title
from liaison.formats import misp
from liaison.formats.incoming import without_markings
from liaison.formats.losses import Losses
from liaison.formats.misp_tables import Home, Table, as_text, comment_of, said_for_people, tables
from liaison.formats.rows import Row
from liaison.formats.shared_record import SharedRecord, Terms

TLP_ORDER = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
INHERIT, UNDEFINED_THREAT, COMPLETED = "5", "4", "2"
PICTURE = "picture.png"
_NAMESPACE = UUID("875a32d1-6c7e-4d0b-9d0c-6c3a1f6f4f0e")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who gives the event, its title, and to whom MISP may pass it on (0: the receiving organisation only)."""

    code: str
    name: str
    info: str
    distribution: int = 0


def write(records: Iterable[SharedRecord], *, sender: Sender, terms: Terms, losses: Losses) -> Iterator[bytes]:
    """Yield the pieces of one event in UTF-8, as MISP imports it.

    Every record is read back as it is written, and `losses` filled with what a Liaison elsewhere would get.
    """
    digest, newest, strictest = hashlib.sha256(), datetime.fromtimestamp(0, UTC), -1
    separator = b"\n"
    yield b'{"Event":{"Object":['
    for one in records:
        marking = terms.markings.get(one.level, "")
        strictest = max(strictest, TLP_ORDER.index(marking) if marking else -1)
        newest = max(newest, one.changed_at)
        objects = list(_Copy(one, marking).objects())
        _note_losses(one, objects, losses)
        for made in objects:
            digest.update(made["uuid"].encode())
            yield separator + _json(made)
            separator = b",\n"
    yield (
        b"\n],"
        + _json(_event(sender, digest.hexdigest(), newest, TLP_ORDER[strictest] if strictest >= 0 else ""))[1:]
    )
    yield b"}\n"


def object_uuid(reference: str) -> str:
    """Return the uuid under which the record of that reference is known to receivers."""
    return str(uuid5(_NAMESPACE, reference))


class _Copy:
    """The objects of one record: its own, and those of parts that find no place in it."""

    def __init__(self, one: SharedRecord, marking: str) -> None:
        self._one = one
        self._record = one.record
        self._database = all_databases()[one.record.kind]
        self._tag = [{"name": marking.lower()}] if marking else []
        self._tag += [{"name": f'liaison:handling="{code}"'} for code in one.conditions]
        self._uuid = object_uuid(one.record.reference)

    def objects(self) -> Iterator[dict]:
        """Yield them; nothing where MISP has no template for the record, or none of its attributes."""
        table = tables().table_for(self._record.kind, self._record.fields)
        if table is None:
            return
        attributes, left = self._attributes(table, self._record.fields, self._uuid)
        beside = list(self._beside(table, left))
        if not attributes:
            return
        if table.titled and all(one["object_relation"] != table.titled for one in attributes):
            called = title(self._database, self._record.fields) or self._record.reference
            attributes.append(self._attribute(table, table.titled, called, {"title": True}, self._uuid))
        said: dict[str, object] = {"kind": self._record.kind, "reference": self._record.reference}
        fields = self._record.fields
        said |= {one.name: fields[one.name] for one in table.commented if one.name in fields}
        relationship = [
            {
                "uuid": str(uuid5(_NAMESPACE, f"{self._uuid} {made['uuid']}")),
                "object_uuid": self._uuid,
                "referenced_uuid": made["uuid"],
                "relationship_type": made.pop("_relationship"),
                "timestamp": self._timestamp(),
                "deleted": self._one.withdrawn,
            }
            for made in beside
        ]
        yield self._object(table, self._uuid, attributes, said) | {"ObjectReference": relationship}
        yield from beside

    def _attributes(
        self, table: Table, fields: Mapping[str, object], uuid: str
    ) -> tuple[list[dict], dict[str, list[object]]]:
        """Return the attributes of an object, and by field the values that found no place."""
        attributes: list[dict] = []
        left: dict[str, list[object]] = {}
        taken: set[str] = set()
        for name in dict.fromkeys(home.field for home in table.homes):
            value = fields.get(name)
            for item in value if isinstance(value, list) else [] if value is None else [value]:
                made = self._placed(table, name, item, taken, uuid)
                taken.update(one["object_relation"] for one in made)
                attributes += made
                if not made:
                    left.setdefault(name, []).append(item)
        return attributes, left

    def _placed(self, table: Table, name: str, item: object, taken: set[str], uuid: str) -> list[dict]:
        """Return the attributes that one value makes; none where every place for it is taken or cannot hold it."""
        for home in table.homes:
            free = home.relation in table.template.many or home.relation not in taken
            if home.field != name or not free or not home.fits(item):
                continue
            if isinstance(item, Mapping) and table.field(name).type is FieldType.GROUP:
                made = self._of_group(table, home, item, taken, uuid)
            else:
                text = as_text(table.field(name), home, item, table.template.types[home.relation])
                made = [self._attribute(table, home.relation, text, {}, uuid)] if text else []
            if made:
                return made
        return []

    def _of_group(
        self, table: Table, home: Home, item: Mapping[str, object], taken: set[str], uuid: str
    ) -> list[dict]:
        group = table.field(home.field)
        if home.said:
            text, rest = said_for_people(home, item), dict(item)
        else:
            part = group.part(home.part)
            assert part is not None, "misp.toml names parts that are declared"
            text = as_text(part, home, item.get(home.part), table.template.types[home.relation])
            rest = {name: value for name, value in item.items() if name != home.part}
        if not text:
            return []
        made = [self._attribute(table, home.relation, text, rest, uuid)]
        for name, relation in home.beside.items():
            part = group.part(name)
            said = (
                as_text(part, home, item.get(name), table.template.types[relation]) if part and name in item else ""
            )
            if said and relation not in taken:
                made.append(self._attribute(table, relation, said, {}, uuid))
        return made

    def _beside(self, table: Table, left: Mapping[str, list[object]]) -> Iterator[dict]:
        """Yield the objects of what found no place in the record's own."""
        for name in table.overflow:
            part = tables().parts[f"{table.name}.{name}"]
            for number, item in enumerate(left.get(name, ())):
                assert isinstance(item, Mapping), "what overflows are groups"
                uuid = str(uuid5(_NAMESPACE, f"{self._record.reference} {name} {number}"))
                attributes, _ = self._attributes(part, item, uuid)
                if attributes:
                    yield self._object(part, uuid, attributes, {}) | {"_relationship": part.relationship}

    def _object(self, table: Table, uuid: str, attributes: list[dict], said: Mapping[str, object]) -> dict:
        template = table.template
        return {
            "name": template.name,
            "meta-category": template.meta_category,
            "description": template.description,
            "template_uuid": template.uuid,
            "template_version": str(template.version),
            "uuid": uuid,
            "timestamp": self._timestamp(),
            "distribution": INHERIT,
            "sharing_group_id": "0",
            "comment": comment_of(said),
            "deleted": self._one.withdrawn,
            "ObjectReference": [],
            "Attribute": attributes,
        }

    def _attribute(self, table: Table, relation: str, text: str, said: Mapping[str, object], uuid: str) -> dict:
        type_ = table.template.types[relation]
        comment = comment_of(said)
        key = hashlib.sha256(f"{uuid} {relation} {text} {comment}".encode()).hexdigest()
        attachment = {"value": PICTURE, "data": text} if type_ == "attachment" else {"value": text}
        return {
            "uuid": str(uuid5(_NAMESPACE, key)),
            "object_relation": relation,
            "type": type_,
            "category": tables().categories[type_],
            "to_ids": False,
            "timestamp": self._timestamp(),
            "distribution": INHERIT,
            "comment": comment,
            "deleted": self._one.withdrawn,
            "disable_correlation": False,
            "Tag": self._tag,
            **attachment,
        }

    def _timestamp(self) -> str:
        return str(int(self._one.changed_at.timestamp()))


def _event(sender: Sender, digest: str, newest: datetime, marking: str) -> dict[str, object]:
    organisation = {"name": sender.name, "uuid": str(uuid5(_NAMESPACE, f"source:{sender.code}"))}
    return {
        "uuid": str(uuid5(_NAMESPACE, digest)),
        "info": sender.info,
        "date": newest.astimezone(UTC).date().isoformat(),
        "timestamp": str(int(newest.timestamp())),
        "published": False,
        "analysis": COMPLETED,
        "threat_level_id": UNDEFINED_THREAT,
        "distribution": str(sender.distribution),
        "Orgc": organisation,
        "Tag": [{"name": marking.lower()}] if marking else [],
    }


def _note_losses(one: SharedRecord, objects: Iterable[Mapping[str, object]], losses: Losses) -> None:
    """Read back what was written, as if it were not withdrawn, and count what is missing."""
    key = object_uuid(one.record.reference)
    whole = {"Event": {"uuid": key, "Object": [_present(made) for made in objects]}}
    read: dict[str, object] | None = None
    for item in misp.parse(BytesIO(_json(whole))):
        if isinstance(item, Row) and item.foreign_key == key and item.fields is not None:
            read = without_markings(item.fields, one.record.fields)
    losses.note(all_databases()[one.record.kind], one.record.fields, read)


def _present(made: Mapping[str, object]) -> dict[str, object]:
    attributes = made["Attribute"]
    assert isinstance(attributes, list), "objects are made above"
    return {**made, "deleted": False, "Attribute": [{**attribute, "deleted": False} for attribute in attributes]}


def _json(made: Mapping[str, object]) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
