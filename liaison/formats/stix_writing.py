"""Records as one STIX 2.1 bundle, made with the library of the OASIS committee, and what of them is lost.

Persons and organisations are identities, every other record a `police-record`, each with all its fields in our
extension; what standard objects can carry stands there once more: addresses as locations, e-mail addresses, URLs and
MAC addresses as observables. With `extended=False` only the standard objects are written, for receivers that refuse
extensions: then most is lost, and `losses` says what. Ids are UUIDv5 of our references, so that a receiver knows a
record again; `revoked` says that it was withdrawn.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID, uuid5

import stix2  # type: ignore[import-untyped]  # the library comes without types
from stix2 import properties

from liaison.databases import all_databases
from liaison.databases.declaration import Database, title
from liaison.databases.things import identifiers_of
from liaison.formats import stix
from liaison.formats.incoming import without_markings
from liaison.formats.losses import Losses
from liaison.formats.rows import Row
from liaison.formats.shared_record import SharedRecord, Terms

EXTENSION_VERSION = "1.0.0"
EXTENSION_SCHEMA = (
    "A record of a police database. record_kind: the database (persons, vehicles, ...); record_version: the version"
    " of its declaration, a whole number; fields: the record's fields as the reference page of the database gives"
    " them. On identity objects they stand in the extension, on police-record objects at the top, with name for a"
    " title."
)
EXTENSION_CREATED = datetime(2026, 11, 25, tzinfo=UTC)
TLP_CREATED = datetime(2022, 10, 1, tzinfo=UTC)
IDENTITY_CLASSES: Mapping[str, str] = {"persons": "individual", "organisations": "organization"}
_NAMESPACE = UUID(stix.NAMESPACE)
_URL = re.compile(r"https?://[!-~]{1,490}\Z")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\Z")
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}\Z")


_RECORD_PROPERTIES = [
    ("record_kind", properties.StringProperty(required=True)),
    ("record_version", properties.IntegerProperty(required=True)),
    ("fields", properties.DictionaryProperty(required=True)),
]


# Known to the library, so that it checks our own objects too, here and in the tests.
@stix2.CustomObject(
    stix.RECORD_TYPE,
    [("name", properties.StringProperty(required=True)), *_RECORD_PROPERTIES],
    stix.OBJECT_EXTENSION,
)
class _PoliceRecord:
    pass


@stix2.CustomExtension(stix.IDENTITY_EXTENSION, _RECORD_PROPERTIES)
class _PoliceIdentity:
    extension_type = "property-extension"


def write(records: Iterable[SharedRecord], *, terms: Terms, losses: Losses, extended: bool = True) -> Iterator[bytes]:
    """Yield the pieces of one bundle in UTF-8: what it needs first, then each record with what is related to it.

    Every record is read back as it is written, and `losses` filled with what a Liaison elsewhere would get.
    """
    digest = hashlib.sha256()
    said: set[str] = set()
    separator = b"\n"
    yield b'{"type":"bundle","objects":['
    for one in records:
        copy = _Copy(one, terms, extended=extended)
        objects = list(copy.objects())
        is_first = copy.source_id not in said or copy.marking not in said
        shared = copy.shared() if objects and is_first else ()
        _note_losses(one, objects, losses)
        for made in (*shared, *objects):
            if made["id"] not in said:
                said.update([made["id"]] if _is_shared(made) else [])
                digest.update(made["id"].encode())
                yield separator + _json(made)
                separator = b",\n"
        said.update([copy.marking] if objects else [])
    yield b'\n],"id":"bundle--%s"}\n' % str(uuid5(_NAMESPACE, digest.hexdigest())).encode()


def object_id(reference: str, kind: str) -> str:
    """Return the id under which the record of that reference and kind is known to receivers."""
    prefix = "identity" if kind in IDENTITY_CLASSES else stix.RECORD_TYPE
    return f"{prefix}--{uuid5(_NAMESPACE, reference)}"


class _Copy:
    """The objects of one record."""

    def __init__(self, one: SharedRecord, terms: Terms, *, extended: bool) -> None:
        self._record = one.record
        self._database = all_databases()[one.record.kind]
        self._one = one
        self._extended = extended
        self._id = object_id(one.record.reference, one.record.kind)
        self.marking = terms.markings.get(one.level, "")
        self.source_id = f"identity--{uuid5(_NAMESPACE, f'source:{one.record.source}')}"
        self._common: dict[str, object] = {
            "created": one.entered_at,
            "modified": max(one.entered_at, one.changed_at),
            "created_by_ref": self.source_id,
            **({"object_marking_refs": [stix.TLP_2[self.marking]]} if self.marking else {}),
        }

    def shared(self) -> Iterator[dict]:
        """Yield what other records of the bundle may need as well: who sends, how it is marked, our extensions."""
        if self._extended:
            yield from _extensions()
        if self.marking:
            yield _tlp(self.marking)
        yield _plain(
            stix2.Identity(
                id=self.source_id, name=self._one.source_name, identity_class="organization",
                created=EXTENSION_CREATED, modified=EXTENSION_CREATED,
            )
        )  # fmt: skip

    def objects(self) -> Iterator[dict]:
        """Yield the record and what is related to it; nothing where no object can hold it."""
        identity = self._record.kind in IDENTITY_CLASSES
        if not self._extended and not identity:
            return
        yield self._identity() if identity else self._police_record()
        for manner, beside in self._beside():
            key = f"{self._id} {manner} {beside['id']}"
            yield beside
            yield _plain(
                stix2.Relationship(
                    id=f"relationship--{uuid5(_NAMESPACE, key)}",
                    relationship_type=manner,
                    source_ref=self._id,
                    target_ref=beside["id"],
                    **self._common,
                )
            )

    def _identity(self) -> dict:
        fields = self._record.fields
        made: dict[str, object] = {
            "id": self._id,
            "name": _primary_name(fields) or title(self._database, fields) or self._record.reference,
            "identity_class": IDENTITY_CLASSES[self._record.kind],
            **self._about(),
        }
        if fields.get("organisation_type") == "group":
            made["identity_class"] = "group"
        if self._record.kind == "organisations":
            made |= {name: fields[name] for name in ("description", "sectors") if name in fields}
        if "description" not in made and "remarks" in fields:
            made["description"] = fields["remarks"]
        if self._extended:
            made["extensions"] = {stix.IDENTITY_EXTENSION: {"extension_type": "property-extension", **self._whole()}}
        return _plain(stix2.Identity(**made))

    def _police_record(self) -> dict:
        return _plain(
            _PoliceRecord(  # type: ignore[call-arg]  # the decorator gives it these
                id=self._id,
                name=title(self._database, self._record.fields) or self._record.reference,
                **self._whole(),
                **self._about(),
            )
        )

    def _about(self) -> dict[str, object]:
        return {
            **self._common,
            "external_references": [{"source_name": stix.REFERENCE_SOURCE, "external_id": self._record.reference}],
            **({"revoked": True} if self._one.withdrawn else {}),
            **({"labels": [f"handling:{code}" for code in self._one.conditions]} if self._one.conditions else {}),
        }

    def _whole(self) -> dict[str, object]:
        return {
            "record_kind": self._record.kind,
            "record_version": self._database.version,
            "fields": dict(self._record.fields),
        }

    def _beside(self) -> Iterator[tuple[str, dict]]:
        """Yield what standard objects can say of the record, and how it is related to them."""
        fields = self._record.fields
        for place in _items(fields.get("addresses")):
            if isinstance(place, Mapping) and place.get("country"):
                parts = {name: place[part] for name, part in stix.LOCATION_PARTS.items() if part in place}
                key = json.dumps(parts, sort_keys=True, ensure_ascii=False)
                yield (
                    "located-at",
                    _plain(
                        stix2.Location(
                            id=f"location--{uuid5(_NAMESPACE, f'{self._id} {key}')}", **parts, **self._common
                        )
                    ),
                )
        for made, pattern, texts in (
            (stix2.URL, _URL, _items(fields.get("websites"))),
            (stix2.EmailAddress, _EMAIL, _items(fields.get("emails"))),
            (stix2.MACAddress, _MAC, _macs(self._database, fields)),
        ):
            yield from (
                ("related-to", self._observable(made, text))
                for text in texts
                if isinstance(text, str) and pattern.match(text)
            )

    def _observable(self, made: type, value: str) -> dict:
        """Return an observable; a marked one has an id of ours, for all who say the value share the standard's."""
        if not self.marking:
            return _plain(made(value=value))
        key = uuid5(_NAMESPACE, f"{self.marking} {value}")
        return _plain(
            made(id=f"{made._type}--{key}", value=value, object_marking_refs=[stix.TLP_2[self.marking]])  # type: ignore[attr-defined]
        )


def _note_losses(one: SharedRecord, objects: Iterable[Mapping[str, object]], losses: Losses) -> None:
    """Read back what was written, as if it were not withdrawn, and count what is missing."""
    database = all_databases()[one.record.kind]
    whole = {"type": "bundle", "objects": [{**made, "revoked": False} for made in objects]}
    key = object_id(one.record.reference, one.record.kind)
    read: dict[str, object] | None = None
    for item in stix.parse(BytesIO(json.dumps(whole, ensure_ascii=False).encode())):
        if isinstance(item, Row) and item.foreign_key == key and item.fields is not None:
            read = without_markings(item.fields, one.record.fields)
    losses.note(database, one.record.fields, read)


def _extensions() -> Iterator[dict]:
    yield _plain(
        stix2.Identity(
            id=stix.EXTENSION_SOURCE, name="Liaison", identity_class="system",
            created=EXTENSION_CREATED, modified=EXTENSION_CREATED,
        )
    )  # fmt: skip
    for id_, name, manner in (
        (stix.IDENTITY_EXTENSION, "Liaison police record of an identity", "property-extension"),
        (stix.OBJECT_EXTENSION, "Liaison police record", "new-sdo"),
    ):
        yield _plain(
            stix2.ExtensionDefinition(
                id=id_, name=name, schema=EXTENSION_SCHEMA, version=EXTENSION_VERSION, extension_types=[manner],
                created_by_ref=stix.EXTENSION_SOURCE, created=EXTENSION_CREATED, modified=EXTENSION_CREATED,
            )
        )  # fmt: skip


def _tlp(label: str) -> dict:
    tlp = {"extension_type": "property-extension", "tlp_2_0": label.removeprefix("TLP:").lower()}
    return _plain(
        stix2.MarkingDefinition(
            id=stix.TLP_2[label], name=label, created=TLP_CREATED, extensions={stix.TLP_EXTENSION: tlp}
        )
    )


def _plain(made: "stix2.v21._STIXBase21") -> dict:
    """Return an object that the library has checked as JSON values."""
    return dict(json.loads(made.serialize()))


def _json(made: Mapping[str, object]) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _is_shared(made: Mapping[str, object]) -> bool:
    """Whether several records may need the same object."""
    return not str(made["id"]).startswith((f"{stix.RECORD_TYPE}--", "relationship--", "location--"))


def _macs(database: Database, fields: Mapping[str, object]) -> Iterator[str]:
    for found in identifiers_of(database, fields):
        digits = re.sub(r"[^0-9a-f]", "", found.text.lower()) if found.scheme == "mac" else ""
        yield ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _primary_name(fields: Mapping[str, object]) -> str:
    names = [name for name in _items(fields.get("names")) if isinstance(name, Mapping)]
    ordered = sorted(names, key=lambda name: name.get("kind") != "primary")
    return str(ordered[0].get("text", "")) if ordered else ""


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []
