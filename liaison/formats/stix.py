"""STIX 2.1 bundles (OASIS Standard, 10 June 2021): records of every database in our extensions and what else fits.

`parse(stream)` yields a `Row` for every object that tells of a record, then one `Edition`. What this module knows:

- objects with our extensions (described in docs/how-to/exchange-stix-and-misp.md) hold a
  whole record: an `identity` for persons and organisations, a `police-record` for every other database;
- another's `identity` of class individual, organization or group becomes a person or organisation; the locations,
  e-mail addresses and URLs that it is related to go with it. One that only signs objects (`created_by_ref`) is no
  record. STIX does not say why somebody is in a bundle: who is no target of an attack becomes a person of interest;
- an `indicator` whose pattern names identifiers one by one becomes a thing for each; what was only observed does not;
- of several versions of an object the newest counts; `revoked` ones are refused, so that nobody enters them anew;
- markings become remarks. TLP:RED is for those who were present: such an object is refused;
- a bundle has no date: it is as new as its newest object.

The file is read twice, because relationships may stand behind what they relate, each time object by object.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from liaison.databases import all_databases
from liaison.databases.fields import MANY_MAX, TEXT_LENGTH_MAX
from liaison.formats.incoming import Place, Tally, checked, filled, refused, remarks, short, thing_with, with_markings
from liaison.formats.json_items import ENDED, TOO_LARGE, Items
from liaison.formats.rows import Edition, Row
from liaison.identifiers import countries
from liaison.identifiers.plain_text import cleaned
from liaison.refusal import Finding, Refused, mark

NAMESPACE = "b7772721-b491-4d88-a530-decde02f72bf"
IDENTITY_EXTENSION = "extension-definition--3fe05234-1d3f-4727-ae5d-e27d864aef1e"
OBJECT_EXTENSION = "extension-definition--80c5d2dd-775a-45d3-af67-17685f691c70"
EXTENSION_SOURCE = "identity--14e3eedd-eb1c-4fc4-9235-29ed645ddb9a"
RECORD_TYPE = "police-record"
REFERENCE_SOURCE = "Liaison"
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_RED = "TLP:RED"
# TLP 2.0 as OASIS publishes it for STIX 2.1 (cti-stix-common-objects); then TLP 1 as STIX 2.1 defines it (7.2.1.4).
TLP_2: Mapping[str, str] = {
    "TLP:CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    TLP_RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_1: Mapping[str, str] = {
    "TLP:WHITE": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "TLP:GREEN": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "TLP:AMBER": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    TLP_RED: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
IDENTITY_KINDS: Mapping[str, str] = {
    "individual": "persons",
    "organization": "organisations",
    "group": "organisations",
}
STATUS_FIELDS: Mapping[str, str] = {"persons": "person_status", "organisations": "organisation_status"}
RELATED_FIELDS: Mapping[str, str] = {"email-addr": "emails", "url": "websites", "location": "addresses"}
LOCATION_PARTS: Mapping[str, str] = {
    "street_address": "street",
    "city": "city",
    "administrative_area": "region",
    "postal_code": "postal_code",
    "country": "country",
    "description": "note",
}
# The observable and its property that a pattern compares, and the scheme of what it compares it with.
PATTERN_SCHEMES: Mapping[str, str] = {
    "mac-addr:value": "mac",
    "email-addr:value": "email",
    "phone-number:value": "phone",
    "cryptocurrency-wallet:value": "wallet",
    "cryptocurrency-wallet:address": "wallet",
    "bank-account:iban": "iban",
    "bank-account:iban_number": "iban",
    "bank-card:number": "card",
    "payment-card:value": "card",
}
NOTED_MAX = 1_000_000
MARKINGS_MAX = 1_000
PATTERN_CHARACTERS_MAX = 20_000
COMPARISONS_MAX = 100
OPENED: Final = frozenset({(), ("objects",)})
SPECIMEN = (
    '{"type":"bundle","id":"bundle--14e3eedd-eb1c-4fc4-9235-29ed645ddb9b","objects":[{"type":"identity","spec_version":'
    '"2.1","id":"identity--14e3eedd-eb1c-4fc4-9235-29ed645ddb9c","created":"2026-01-01T00:00:00.000Z","modified":'
    '"2026-01-01T00:00:00.000Z","name":"ديلارا","identity_class":"individual","extensions":{"'
    + IDENTITY_EXTENSION
    + '":{'
    '"extension_type":"property-extension","record_kind":"persons","record_version":1,"fields":{"names":[{"text":'
    '"Dilara","kind":"primary"}],"birth_dates":["12 Mar 1965"],"nationalities":["QM","Germany"],'
    '"person_status":"missing","languages":["deu"],"documents":[{"number":"A1234567"}]}}}},'
    '{"type":"indicator","id":"indicator--14e3eedd-eb1c-4fc4-9235-29ed645ddb9d","pattern_type":"stix",'
    "\"pattern\":\"[mac-addr:value = '02:00:00:00:00:01'] OR [bank-account:iban = 'GB82WEST12345698765432'] OR "
    "[cryptocurrency-wallet:value = '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2']\"}]}"
).encode()

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{1,80}--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\Z", re.ASCII)
_TEXT = r"'((?:[^'\\]|\\.){0,500})'"
_COMPARISON = re.compile(
    rf"\s*([a-z0-9-]{{3,80}}:[A-Za-z0-9_]{{1,80}})\s*(?:=\s*{_TEXT}|IN\s*\(((?:[^()]){{0,10000}})\))\s*"
)
_SET_MEMBER = re.compile(rf"\s*{_TEXT}\s*(?:,|\Z)")
_OR = re.compile(r"\s*(?:\]\s*OR\s*\[|OR)\s*")
_ESCAPED = re.compile(r"\\(.)")
_STRUCTURAL = frozenset(("type", "spec_version", "id", "created", "modified"))
_OF_OUR_RECORDS = (
    "extensions", "name", "identity_class", "description", "sectors", "record_kind", "record_version", "fields"
)  # fmt: skip

Object = Mapping[str, object]


def parse(stream: BinaryIO) -> Iterator[Row | Edition]:
    """Yield the rows of the bundle in its order, and then its edition.

    `stream` can be sought; it is plain or packed with gzip. A bundle that is cut off ends in an edition that is not
    `complete`. Raise Refused for what is no STIX 2.1 bundle, or could do harm.
    """
    items = Items(stream, OPENED)
    noted = _Notes()
    for item in items:
        noted.note(item.place, item.value)
    if not noted.is_bundle:
        raise Refused(_not_a_bundle())
    reader, newest = _Reader(noted), noted.newest()
    for item in items:
        if item.place == ("objects", "[]"):
            yield from reader.rows(item.line, item.value)
    yield Edition(
        generated_at=newest,
        counts=dict(reader.counts),
        complete=items.complete,
        kept=reader.tally.kept,
        unkept=reader.tally.unkept,
        findings=tuple(_edition_findings(newest, complete=items.complete)),
    )


@dataclass(slots=True)
class _Notes:
    """What must be known of the whole bundle before any of it can be read."""

    is_bundle: bool = False
    versions: dict[str, str] = field(default_factory=dict)
    producers: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    related: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    markings: dict[str, str] = field(default_factory=lambda: {id_: tlp for tlp, id_ in _all_tlp()})
    count: int = 0

    def note(self, place: tuple[str, ...], value: object) -> None:
        """Take note of one item of the file."""
        if place == ("type",) and value == "bundle":
            self.is_bundle = True
        if place != ("objects", "[]") or not isinstance(value, Mapping):
            return
        kind, key = _string(value.get("type")), _identifier(value.get("id"))
        self._note_version(value, key)
        if producer := _identifier(value.get("created_by_ref")):
            self._one_more(producer not in self.producers)
            self.producers.add(producer)
        if kind == "relationship":
            self._note_relationship(value)
        elif kind in RELATED_FIELDS and key:
            self._one_more(key not in self.values)
            self.values[key] = _location(value) if kind == "location" else short(value.get("value"))
        elif kind == "marking-definition" and key and len(self.markings) < MARKINGS_MAX:
            self.markings.setdefault(key, _marking(value))

    def newest(self) -> str:
        """Return when the newest object was changed; who signs and what only defines is older than it says."""
        dated = (moment for key, moment in self.versions.items() if key not in self.producers and not _defines(key))
        return max(dated, default="")

    def _note_version(self, value: Object, key: str) -> None:
        moment = _moment(value.get("modified"))
        if key:
            self._one_more(key not in self.versions)
            self.versions[key] = max(self.versions.get(key, ""), moment)

    def _note_relationship(self, value: Object) -> None:
        source, target = _identifier(value.get("source_ref")), _identifier(value.get("target_ref"))
        manner = value.get("relationship_type")
        if manner == "targets" and target.startswith("identity--"):
            self._one_more(target not in self.targets)
            self.targets.add(target)
        elif manner in ("related-to", "located-at") and source.startswith("identity--") and _related_field(target):
            self._one_more(new=True)
            beside = self.related.setdefault(source, [])
            if len(beside) < MANY_MAX and target not in beside:
                beside.append(target)

    def _one_more(self, new: bool) -> None:
        self.count += new
        if self.count > NOTED_MAX:
            raise Refused(_too_many())


class _Reader:
    """Makes rows of objects, and counts what of them is kept."""

    def __init__(self, noted: _Notes) -> None:
        self.counts: Counter[str] = Counter()
        self.tally = Tally()
        self._noted = noted
        self._done: set[str] = set()
        self._related = frozenset(target for targets in noted.related.values() for target in targets)

    def rows(self, line: int, value: object) -> Iterator[Row]:
        """Yield the rows that one object makes: none, one, or one for each identifier of a pattern."""
        if not isinstance(value, Mapping):
            self.tally.unkept["too large" if value is TOO_LARGE else "not an object"] += value is not ENDED
            return
        kind = _string(value.get("type"))
        used: set[str] = set()
        for row in self._rows(kind, line, value, used):
            self.counts[row.kind] += 1
            yield row
            if row.fields is None:
                used.clear()
        self.tally.note(kind or "object", (name for name in value if name not in _STRUCTURAL), used)

    def _rows(self, kind: str, line: int, value: Object, used: set[str]) -> Iterator[Row]:
        key = _identifier(value.get("id"))
        place = Place(line, key, _listing(value, key))
        about = _record_kind(kind, value, key in self._noted.producers)
        if about:
            yield from self._record(about, place, value, used)
        elif kind == "indicator":
            yield from self._indicated(place, value, used)
        elif key in self._related:
            used.update(LOCATION_PARTS if kind == "location" else ("value",))
        elif kind == "relationship":
            if _is_used(value):
                used.update(("relationship_type", "source_ref", "target_ref"))
        elif kind == "marking-definition" or key in (IDENTITY_EXTENSION, OBJECT_EXTENSION):
            used.update(value)

    def _record(self, about: str, place: Place, value: Object, used: set[str]) -> Iterator[Row]:
        if (against := self._against(place, value)) is None:
            return
        if against:
            yield refused(place, about, *against)
            return
        used.update(("object_marking_refs", "external_references", "revoked"))
        if (ours := _ours(value)) is not None:
            used.update(_OF_OUR_RECORDS)
            yield self._own_record(about, place, ours, value)
            return
        fields = self._identity(about, place.key, value, used)
        findings = [_status_unknown(place.line)] if fields.get("person_status") == "person_of_interest" else []
        yield checked(place, about, with_markings(fields, self._labels(value)), findings)

    def _own_record(self, about: str, place: Place, ours: Object, value: Object) -> Row:
        fields, version = ours.get("fields"), ours.get("record_version")
        if not isinstance(fields, Mapping) or not isinstance(version, int):
            return refused(place, about, _damaged_record(place.line))
        try:
            present = all_databases()[about].upcast(version, fields)
        except Refused as error:
            return refused(place, about, *error.findings)
        except (KeyError, TypeError, ValueError, AttributeError):  # an upcaster met what no release ever wrote
            return refused(place, about, _damaged_record(place.line))
        if all_databases()[about].field("remarks"):
            present = with_markings(present, self._labels(value))
        return checked(place, about, present)

    def _identity(self, about: str, key: str, value: Object, used: set[str]) -> dict[str, object]:
        """Return the fields that another's identity gives."""
        used.update(("name", "identity_class"))
        unknown = "person_of_interest" if about == "persons" else ""  # organisations need no status
        status = "victim" if key in self._noted.targets else unknown
        fields: dict[str, object] = {
            "names": [{"text": short(value.get("name")), "kind": "primary"}],
            STATUS_FIELDS[about]: status,
        }
        for target in self._noted.related.get(key, ()):
            beside, name = self._noted.values.get(target), _related_field(target)
            if beside and all_databases()[about].field(name):
                found = fields.setdefault(name, [])
                assert isinstance(found, list)
                found.append(beside)
        said = {name: _long(value.get(name)) for name in ("description", "contact_information")}
        used.update(name for name, text in said.items() if text)
        if about == "organisations":
            fields["organisation_type"] = "group" if value.get("identity_class") == "group" else ""
            fields["sectors"] = [text for sector in _texts(value.get("sectors")) if (text := short(sector))][
                :MANY_MAX
            ]
            fields["description"] = said.pop("description")
            used.add("sectors")
        return filled(fields | {"remarks": remarks(*said.values())})

    def _indicated(self, place: Place, value: Object, used: set[str]) -> Iterator[Row]:
        found = [(thing, text) for scheme, text in _compared(value) if (thing := thing_with(scheme, text))]
        if not found:
            return
        used.update(("pattern", "pattern_type"))
        against = self._against(place, value)
        if against is None:
            return
        said = remarks(*(_long(value.get(name)) for name in ("name", "description")))
        used.update(("name", "description", "object_marking_refs", "revoked"))
        for number, ((kind, fields), _) in enumerate(found):
            one = Place(place.line, place.key if not number else f"{place.key}#{number + 1}", place.listing)
            if against:
                yield refused(one, kind, *against)
            elif all_databases()[kind].field("remarks"):
                yield checked(one, kind, with_markings(filled({**fields, "remarks": said}), self._labels(value)))
            else:
                yield checked(one, kind, fields)

    def _against(self, place: Place, value: Object) -> list[Finding] | None:
        """Return what forbids to enter the object; None where a newer version of it stands in the same bundle."""
        if not place.key:
            return [
                _row_refused(
                    place.line, "id", mark("The object has no usable id, by which the next bundle finds it.")
                )
            ]
        if _moment(value.get("modified")) < self._noted.versions.get(place.key, ""):
            return None
        if place.key in self._done:
            return [
                _row_refused(place.line, "id", mark("The object's id was used by an earlier object of this bundle."))
            ]
        self._done.add(place.key)
        if value.get("revoked") is True:
            return [_revoked(place.line)]
        if TLP_RED in self._labels(value):
            return [_red(place.line)]
        return []

    def _labels(self, value: Object) -> list[str]:
        """Return the markings of an object by name; one of a part of it holds for all of it."""
        refs = _texts(value.get("object_marking_refs"))
        parts = value.get("granular_markings")
        for part in parts if isinstance(parts, list) else ():
            refs += _texts([part.get("marking_ref")]) if isinstance(part, Mapping) else []
        known = self._noted.markings
        return list(dict.fromkeys(known.get(ref) or _unknown_marking(ref) for ref in refs[:MANY_MAX]))


def _record_kind(kind: str, value: Object, signs: bool) -> str:
    """Return the database of the record that an object tells of; empty where it tells of none."""
    if (ours := _ours(value)) is not None:
        about = ours.get("record_kind")
        return about if isinstance(about, str) and about in all_databases() else ""
    if kind != "identity" or signs:
        return ""
    said = value.get("identity_class")
    return IDENTITY_KINDS.get(said, "") if isinstance(said, str) else ""


def _ours(value: Object) -> Object | None:
    """Return the record that our extensions hold of an object; None where there is none."""
    extensions = value.get("extensions")
    if not isinstance(extensions, Mapping):
        return None
    if value.get("type") == RECORD_TYPE:
        return value if OBJECT_EXTENSION in extensions else None
    ours = extensions.get(IDENTITY_EXTENSION)
    return ours if isinstance(ours, Mapping) else None


def _compared(value: Object) -> list[tuple[str, str]]:
    """Return the schemes and texts of a pattern that only names identifiers, any of which is meant; else nothing.

    A pattern that asks for several together, or for a time, says less of each of them than a record would.
    """
    pattern = value.get("pattern")
    if value.get("pattern_type") != "stix" or not isinstance(pattern, str) or len(pattern) > PATTERN_CHARACTERS_MAX:
        return []
    inner = pattern.strip()
    if not inner.startswith("[") or not inner.endswith("]"):
        return []
    found: list[tuple[str, str]] = []
    at, end = 1, len(inner) - 1
    while len(found) <= COMPARISONS_MAX:
        one = _COMPARISON.match(inner, at, end)
        if one is None:
            return []
        path, text, several = one.groups()
        texts = [text] if text is not None else [member[1] for member in _SET_MEMBER.finditer(several)]
        found += [(PATTERN_SCHEMES[path], _ESCAPED.sub(r"\1", each)) for each in texts if path in PATTERN_SCHEMES]
        if one.end() == end:
            return found[:COMPARISONS_MAX]
        between = _OR.match(inner, one.end(), end)
        if between is None:
            return []
        at = between.end()
    return found[:COMPARISONS_MAX]


def _location(value: Object) -> dict[str, object]:
    """Return the place; a country that nobody knows is a note."""
    parts = {part: short(value.get(name)) for name, part in LOCATION_PARTS.items()}
    said = parts["country"]
    known = countries.by_code(said) or countries.find(said)
    note = ", ".join(filter(None, (parts["note"], "" if known else said)))[:TEXT_LENGTH_MAX]
    return filled({**parts, "country": known.alpha2 if known else "", "note": note})


def _marking(value: Object) -> str:
    """Return what a marking-definition is called: its TLP, else its name or statement."""
    extensions = value.get("extensions")
    tlp = extensions.get(TLP_EXTENSION) if isinstance(extensions, Mapping) else None
    said = tlp.get("tlp_2_0") if isinstance(tlp, Mapping) else None
    definition = value.get("definition")
    if said is None and isinstance(definition, Mapping):
        said = definition.get("tlp")
        statement = definition.get("statement")
    else:
        statement = None
    if isinstance(said, str):
        return f"TLP:{cleaned(said[:40]).upper()}"
    return short(value.get("name")) or short(statement) or ""


def _unknown_marking(ref: str) -> str:
    return ref if _IDENTIFIER.match(ref) else "?"


def _all_tlp() -> Iterator[tuple[str, str]]:
    yield from TLP_2.items()
    yield from TLP_1.items()


def _related_field(target: str) -> str:
    return RELATED_FIELDS.get(target.partition("--")[0], "")


def _defines(key: str) -> bool:
    return key.startswith(("extension-definition--", "marking-definition--"))


def _is_used(value: Object) -> bool:
    source, target = _identifier(value.get("source_ref")), _identifier(value.get("target_ref"))
    if value.get("relationship_type") == "targets":
        return target.startswith("identity--")
    return source.startswith(("identity--", f"{RECORD_TYPE}--")) and bool(_related_field(target))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _identifier(value: object) -> str:
    return value if isinstance(value, str) and _IDENTIFIER.match(value) else ""


def _moment(value: object) -> str:
    return value if isinstance(value, str) and _MOMENT.match(value) else ""


def _listing(value: Object, key: str) -> str:
    """Return our reference where the object carries one, else its id."""
    references = value.get("external_references")
    for one in references if isinstance(references, list) else ():
        if isinstance(one, Mapping) and one.get("source_name") == REFERENCE_SOURCE:
            return short(one.get("external_id"))[:40] or key
    return key


def _long(value: object) -> str:
    return cleaned(value, lines=True) if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _edition_findings(newest: str, *, complete: bool) -> Iterable[Finding]:
    if not complete:
        yield Finding(
            code="stix.lacks_its_end",
            problem=mark("The list lacks its end: it was cut off on the way here."),
            remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
            field="file",
        )
    if not newest:
        yield Finding(
            code="stix.no_date",
            problem=mark("No object of the bundle says when it was changed (modified)."),
            remedy=mark("Get the list again from its publisher."),
            field="modified",
        )


def _row_refused(line: int, name: str, problem: str) -> Finding:
    return Finding(
        code="stix.row_refused",
        problem=problem,
        remedy=mark("The entry at line %(line)s was left out; tell the list's publisher, or enter it by hand."),
        field=name,
        values={"line": line},
    )


def _damaged_record(line: int) -> Finding:
    return _row_refused(line, "extensions", mark("The record in the object's extension is damaged."))


def _revoked(line: int) -> Finding:
    return Finding(
        code="stix.revoked",
        problem=mark("The source has revoked the object at line %(line)s; it is not entered."),
        remedy=mark("If its record is here, look at it and withdraw it."),
        field="revoked",
        values={"line": line},
    )


def _red(line: int) -> Finding:
    return Finding(
        code="stix.tlp_red",
        problem=mark("The entry at line %(line)s is TLP:RED: only those to whom it was given may know it."),
        remedy=mark("Ask its source for leave to enter it, with a marking that permits it."),
        source="TLP 2.0",
        field="object_marking_refs",
        values={"line": line},
    )


def _status_unknown(line: int) -> Finding:
    return Finding(
        code="stix.status_unknown",
        problem=mark("The list does not say why the one at line %(line)s is in it; the weakest status was chosen."),
        remedy=mark("Look at the record and choose the right status."),
        field="identity_class",
        values={"line": line},
    )


def _not_a_bundle() -> Finding:
    return Finding(
        code="stix.not_a_bundle",
        problem=mark("The file is no STIX 2.1 bundle."),
        remedy=mark("Give a JSON file whose “type” is “bundle”, or choose another kind of list."),
        field="file",
    )


def _too_many() -> Finding:
    return Finding(
        code="stix.too_many",
        problem=mark("The bundle has too many objects and relationships to be read at once."),
        remedy=mark("Import it in several files."),
        field="file",
    )
