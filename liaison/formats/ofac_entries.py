"""What a record keeps of one entry of OFAC's list: a person, an organisation, a vessel or an aircraft.

What has no field of its own is kept word by word as a remark. Every cell and every labelled remark is counted under
its name: as kept in a field, or as kept `(as text)`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from liaison.databases.fields import TEXT_LENGTH_MAX
from liaison.formats.ofac_labels import CONTACTS, NUMBERS, VALUES
from liaison.formats.ofac_remarks import (
    ALIAS,
    OTHER_NUMBER,
    Labelled,
    Remark,
    alias,
    country,
    date,
    is_no_country,
    labelled_number,
    place,
    remarks,
)
from liaison.identifiers.documents import doubts
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.schemes import Verdict
from liaison.identifiers.scripts import script_of
from liaison.refusal import Finding, mark

LIST_NAME = "Specially Designated Nationals and Blocked Persons List (OFAC)"
ALIAS_KINDS: Mapping[str, str] = {"aka": "strong_alias", "fka": "former", "nka": "strong_alias"}
REMARKED_ALIAS_KINDS: Mapping[str, str] = {"a": "weak_alias", "f": "former", "n": "weak_alias"}
NOW_KNOWN_AS = "now known as"
SEXES: Mapping[str, str] = {"male": "M", "female": "F"}
ORGANISATION_TYPES: Mapping[str, str] = {
    "financial institution": "company",
    "private company": "company",
    "state-owned enterprise": "company",
    "government entity": "public_body",
    "unrecognized government entity": "public_body",
    "charity or nonprofit organization": "organisation",
    "criminal organization": "group",
}
# What a vessel's type says, by a word in it; the first that fits.
VESSEL_KINDS: tuple[tuple[str, str], ...] = (
    ("tanker", "tanker"),
    ("container", "container_ship"),
    ("fishing", "fishing_vessel"),
    ("passenger", "passenger_ship"),
    ("ferry", "passenger_ship"),
    ("yacht", "motor_yacht"),
    ("tug", "tug"),
    ("barge", "barge"),
    ("submersible", "submersible"),
    ("cargo", "cargo_ship"),
    ("carrier", "cargo_ship"),
    ("roll-on", "cargo_ship"),
)
AS_TEXT = " (as text)"

_NO_NUMBERS = {"document_number.empty", "document_number.placeholder"}
_NAME_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_IMO = re.compile(r"IMO[\s:]*(?P<number>\d{7})(?P<more>.*)", re.IGNORECASE)
_SEVEN_DIGITS = re.compile(r"\d{7}")
_REGION = re.compile(r"Region: *(?P<region>.+)", re.IGNORECASE)
_REGISTRATION_MARK = re.compile(r"(?=.*[A-Z])(?=[^-]*(?:\d|-))[A-Z0-9]{1,3}-?[A-Z0-9]{2,6}(?:-[A-Z0-9]{1,4})?")
_IN_BRACKETS = re.compile(r"\([^()]*\)\s*")
_TONNES = re.compile(r"\d{1,3}(?:,\d{3})*|\d{1,7}")


@dataclass(slots=True)
class Entry:
    """One row of sdn.csv with the rows of the other files that belong to it. Cells are plain and may be empty."""

    line: int
    key: str
    cells: Mapping[str, str]
    aliases: Sequence[Mapping[str, str]]
    addresses: Sequence[Mapping[str, str]]
    remarks_are_cut: bool = False
    kept: Counter[str] = field(default_factory=Counter)

    def take(self, column: str) -> str:
        """Return a cell of sdn.csv, and count it as kept."""
        text = self.cells[column]
        if text:
            self.kept[f"sdn.csv/{column}"] += 1
        return text


class Reader:
    """What all kinds have in common; notes what people should look at as it reads."""

    columns: ClassVar[Mapping[str, str]] = {}
    """Which cells of the row this kind has a use for, each with the name of its handler."""
    has_addresses: ClassVar[bool] = False

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.findings: list[Finding] = []
        self.remarks: list[str] = []
        self.kept_fields: dict[str, object] = {}
        self.many: dict[str, list[object]] = {}

    def fields(self) -> dict[str, object]:
        """Return the fields of the record, empty ones left out."""
        self._names()
        self.begin()
        for column in ("Title", "Call_Sign", "Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner"):
            self._cell(column)
        for row in self.entry.addresses:
            self._address(row)
        for remark in remarks(self.entry.cells.get("Remarks", ""), cut=self.entry.remarks_are_cut):
            self._remark(remark)
        self.end()
        self.kept_fields |= self._listing()
        return self._as_fields()

    def without(self, paths: Collection[str]) -> dict[str, object]:
        """Return the fields once more, what stands at these paths (`names.0.given`, `mmsi.1`) being remarks now.

        A part that a name says anyhow in its text is left out alone; of any other group the whole item goes.
        """
        for path in sorted(paths):
            name, place, part = (*path.split("."), "", "")[:3]
            if name in self.many and place.isdecimal():
                self._demote(name, int(place), part)
            elif name in self.kept_fields:
                self.remarks.append(as_remark(name, _said(self.kept_fields.pop(name))))
                self.note(name, _NOT_TAKEN)
        self.many = {name: [item for item in items if item is not None] for name, items in self.many.items()}
        return self._as_fields()

    def _as_fields(self) -> dict[str, object]:
        return filled({**self.kept_fields, **self.many, "remarks": "\n".join(self.remarks)})

    def _demote(self, name: str, place: int, part: str) -> None:
        item = self.many[name][place]
        if item is None:
            return
        if name == "names" and part in ("given", "family") and isinstance(item, Mapping):
            self.many[name][place] = {key: value for key, value in item.items() if key != part}
            return
        self.many[name][place] = None
        self.remarks.append(as_remark(name, _said(item)))
        self.note(name, _NOT_TAKEN)

    def begin(self) -> None:
        """Set what every record of the kind has."""

    def end(self) -> None:
        """Set what follows from all that was read."""

    def add(self, name: str, value: object) -> bool:
        """Keep one more value of a field of many, each once."""
        values = self.many.setdefault(name, [])
        if value not in values:
            values.append(value)
        return True

    def once(self, name: str, value: object) -> bool:
        """Keep the value of a field of one; return whether there was none before."""
        return self.kept_fields.setdefault(name, value) == value

    def short(self, name: str, text: str) -> bool:
        """Keep a text of one line in a field of many, where it fits."""
        return self._fits(text) and self.add(name, text)

    def handler(self, name: str) -> Callable[[str], bool] | None:
        """Return what this kind does with a labelled value or a cell: it says whether a field took it."""
        found: Callable[[str], bool] | None = getattr(self, f"on_{name}", None) if name else None
        return found

    def number(self, _remark: Remark, _labelled: Labelled) -> bool:
        """Keep a labelled number; return whether a field took it."""
        return False

    def note(self, column: str, problem: str) -> None:
        """Report what was kept less well than it could be."""
        self.findings.append(
            Finding(
                code="ofac_csv.kept_as_text",
                problem=problem,
                remedy=mark("See line %(line)s of the list; complete the record by hand if it matters."),
                field=column,
                values={"line": self.entry.line},
            )
        )

    def country(self, text: str, label: str) -> str:
        """Return the alpha-2 code of a country; one that nobody knows is reported."""
        code = country(text)
        if not code and not is_no_country(text):
            self.note(label, mark("The country is not one that is known; it is kept as a remark only."))
        return code

    def name(self, text: str, kind: str, note: str = "") -> dict[str, object]:
        """Return one name in the form of the database."""
        return filled({"text": text, "kind": kind, "script": script_of(text), "note": note})

    def _names(self) -> None:
        names = [(self.entry.take("SDN_Name"), "primary", "", "SDN_Name")]
        for row in self.entry.aliases:
            said = row["alt_type"].lower().replace(".", "")
            note = "; ".join(filter(None, (NOW_KNOWN_AS if said == "nka" else "", row["alt_remarks"])))
            names.append((row["alt_name"], ALIAS_KINDS.get(said, "weak_alias"), note, "alt_name"))
            if said not in ALIAS_KINDS:
                self.note("alt_type", mark("The quality of an alias is not one that is known; it counts as low."))
            self.entry.kept.update(
                f"alt.csv/{column}" for column, text in row.items() if text and column in _ALT_KEPT
            )
        for text, kind, note, column in names:
            self._add_name(text, kind, note, column)

    def _add_name(self, text: str, kind: str, note: str, column: str) -> bool:
        said = cleaned(text)
        if not has_letters_or_digits(said):
            return False
        if len(said) > TEXT_LENGTH_MAX:
            self.remarks.append(f"Name: {said}")
            self.note(column, mark("A name is too long; it is kept as a remark only."))
            return False
        known = {str(name["text"]).casefold() for name in self.many.get("names", []) if isinstance(name, dict)}
        return said.casefold() in known or self.add("names", self.name(said, kind, note[:TEXT_LENGTH_MAX]))

    def _cell(self, column: str) -> None:
        text = self.entry.cells[column]
        if not text:
            return
        handler = self.handler(self.columns.get(column, ""))
        took = handler is not None and handler(text)
        self.entry.kept[f"sdn.csv/{column}{'' if took else AS_TEXT}"] += 1
        if not took:
            self.remarks.append(as_remark(column, text))

    def _address(self, row: Mapping[str, str]) -> None:
        said = [column for column in _ADD_KEPT if row[column]]
        took = bool(said) and self.has_addresses and self._place(row)
        self.entry.kept.update(f"add.csv/{column}{'' if took else AS_TEXT}" for column in said)
        if said and not took:
            self.remarks.append(as_remark("Address", ", ".join(row[column] for column in said)))

    def _place(self, row: Mapping[str, str]) -> bool:
        """Keep an address: the country by its code, and what names none as region or note."""
        region = _REGION.fullmatch(row["Country"])
        code = country(row["Country"])
        note = [row["Add_remarks"], "" if code or region else row["Country"]]
        if row["Country"] and not (code or region or is_no_country(row["Country"])):
            self.note("Country", mark("The country is not one that is known; it is kept as a remark only."))
        found = {
            "street": row["Address"],
            "city": row["City"],
            "region": region["region"] if region else "",
            "country": code,
            "note": "; ".join(filter(None, note)),
        }
        texts = [text for text in found.values() if text]
        return all(map(self._fits, texts)) and self.add("addresses", filled(found))

    def _remark(self, remark: Remark) -> None:
        took = self._took(remark)
        self.entry.kept[f"sdn.csv/Remarks/{remark.label or 'other text'}{'' if took else AS_TEXT}"] += 1
        if not took:
            self.remarks.append(remark.whole)

    def _took(self, remark: Remark) -> bool:
        if remark.label == ALIAS:
            said = alias(remark.value)
            note = NOW_KNOWN_AS if said.kind == "n" else ""
            return self._add_name(said.name, REMARKED_ALIAS_KINDS[said.kind], note, "Remarks")
        if remark.label in NUMBERS or remark.label == OTHER_NUMBER:
            return self._took_number(remark)
        if name := CONTACTS.get(remark.label):
            handler = self.handler(name)
            return handler is not None and handler(remark.value)
        handler = self.handler(VALUES.get(remark.label, "" if remark.label else "text"))
        return handler is not None and handler(remark.value)

    def _took_number(self, remark: Remark) -> bool:
        labelled = labelled_number(remark)
        if labelled is None or not self._is_number(labelled.number):
            self.note(remark.label, mark("This cannot be a document number; it is kept as a remark only."))
            return False
        return self._fits(labelled.about or "1") and self.number(remark, labelled)

    def _listing(self) -> dict[str, object]:
        programmes = self.entry.take("Program").replace("] [", "; ").strip("[] ")
        self.entry.kept["sdn.csv/ent_num"] += 1
        return {
            "list_name": LIST_NAME,
            "list_programme": programmes[:TEXT_LENGTH_MAX],
            "list_reference": f"OFAC-{self.entry.key}",
        }

    def _is_number(self, text: str) -> bool:
        return self._fits(text) and not {finding.code for finding in doubts(text)} & _NO_NUMBERS

    def _fits(self, text: str) -> bool:
        return len(text) <= TEXT_LENGTH_MAX and has_letters_or_digits(text)


class Person(Reader):
    """An entry of type `individual`."""

    columns = {"Title": "title"}
    has_addresses = True

    def begin(self) -> None:
        """Say that the person is listed."""
        self.kept_fields["person_status"] = "sanctioned"

    def name(self, text: str, kind: str, note: str = "") -> dict[str, object]:
        """Return one name with family and given names, which the list parts by a comma."""
        family, given = parted(text)
        return filled({**super().name(text, kind, note), "family": family, "given": given})

    def on_title(self, text: str) -> bool:
        """Keep each office that the person holds."""
        offices = [office for part in text.split(";") if (office := part.strip())]
        return all(map(self._fits, offices)) and all(self.add("occupations", office) for office in offices)

    def on_text(self, text: str) -> bool:
        """Whether a free remark only says once more which office the person holds."""
        return text in self.many.get("occupations", [])

    def on_birth_dates(self, text: str) -> bool:
        """Keep a birth date as exactly as it is told."""
        found = date(text)
        if found is None:
            self.note("DOB", mark("The birth date cannot be read; it is kept as a remark only."))
            return False
        return self.add("birth_dates", found.to_json())

    def on_birth_places(self, text: str) -> bool:
        """Keep a birth place by its parts."""
        found = place(text)
        return bool(found) and all(map(self._fits, found.values())) and self.add("birth_places", found)

    def on_nationalities(self, text: str) -> bool:
        """Keep a nationality or citizenship; records do not tell them apart."""
        code = self.country(text, "nationality")
        return bool(code) and self.add("nationalities", code)

    def on_sex(self, text: str) -> bool:
        """Keep the sex."""
        sex = SEXES.get(text.lower(), "")
        if not sex:
            self.note("Gender", mark("The sex is not one that is known; it is kept as a remark only."))
        return bool(sex) and self.once("sex", sex)

    def number(self, remark: Remark, labelled: Labelled) -> bool:
        """Keep an identity document or number."""
        return self.add(
            "documents",
            filled(
                {
                    "kind": NUMBERS[remark.label].document if remark.label in NUMBERS else "other",
                    "number": labelled.number,
                    "country": labelled.country,
                    "issued_on": labelled.issued.to_json() if labelled.issued else "",
                    "expires_on": labelled.expires.to_json() if labelled.expires else "",
                    "note": labelled.about,
                }
            ),
        )


class Organisation(Reader):
    """An entry without a type: companies, groups, bodies of states."""

    has_addresses = True

    def begin(self) -> None:
        """Say that the organisation is listed."""
        self.kept_fields["organisation_status"] = "sanctioned"

    def end(self) -> None:
        """Gather the countries of the addresses and of the register."""
        codes = [place.get("country") for place in self.many.get("addresses", []) if isinstance(place, dict)]
        for code in (self.kept_fields.get("jurisdiction"), *codes):
            if code:
                self.add("countries", code)

    def on_websites(self, text: str) -> bool:
        """Keep a website."""
        return self.short("websites", text)

    def on_emails(self, text: str) -> bool:
        """Keep an e-mail address."""
        return self.short("emails", text)

    def on_phones(self, text: str) -> bool:
        """Keep a telephone number."""
        return self.short("phones", text)

    def on_sectors(self, text: str) -> bool:
        """Keep what the organisation does."""
        return self.short("sectors", text)

    def on_classification(self, text: str) -> bool:
        """Keep what kind of target OFAC calls it."""
        if kind := ORGANISATION_TYPES.get(text.lower()):
            self.once("organisation_type", kind)
        return self._fits(text) and self.once("classification", text)

    def on_incorporated_on(self, text: str) -> bool:
        """Keep the day of its founding; a second one is a remark."""
        found = date(text)
        if found is None:
            self.note(
                "Organization Established Date",
                mark("This is not a day of the calendar; it is kept as a remark only."),
            )
        return found is not None and self.once("incorporated_on", found.to_json())

    def on_jurisdiction(self, text: str) -> bool:
        """Keep the country of its register."""
        code = self.country(text, "Nationality of Registration")
        return bool(code) and self.once("jurisdiction", code)

    def on_vessel_number(self, text: str) -> bool:
        """Keep the IMO number of a company, which the list sometimes labels as a ship's."""
        imo = _IMO.fullmatch(text)
        found = {"kind": "imo_number", "number": imo["number"]} if imo and not imo["more"].strip() else {}
        return bool(found) and self.add("identifiers", found)

    def number(self, remark: Remark, labelled: Labelled) -> bool:
        """Keep a number of a register, an office or a standard."""
        kind = NUMBERS[remark.label].identifier if remark.label in NUMBERS else "id_number"
        if kind == "lei_code" and not _LEI.fullmatch(labelled.number):
            kind = "id_number"
        days = [f"{word} {day}" for word, day in (("issued", labelled.issued), ("expires", labelled.expires)) if day]
        note = ", ".join(filter(None, (labelled.about, *days)))
        found = {"kind": kind, "number": labelled.number, "country": labelled.country, "note": note}
        return self.add("identifiers", filled(found))


class _Thing(Reader):
    """What vessels and aircraft have in common."""

    def begin(self) -> None:
        """Say that the thing is listed."""
        self.kept_fields["event"] = "listed"

    def identifier(self, name: str, scheme: str, text: str) -> bool:
        """Keep an identifier of a field of many, where it holds anything to compare."""
        return self._fits(text) and bool(scheme_named(scheme).normal(text)) and self.add(name, text)

    def registration(self, number: str, scheme: str, code: str = "", kind: str = "") -> bool:
        """Keep a registration, with its country and whether it is a former one where that is told."""
        fits = self._fits(number) and bool(scheme_named(scheme).normal(number, code))
        return fits and self.add("registrations", filled({"number": number, "country": code, "kind": kind}))

    def on_built_on(self, text: str) -> bool:
        """Keep when it was built."""
        found = date(text)
        if found is None:
            self.note("built", mark("This is not a day of the calendar; it is kept as a remark only."))
        return found is not None and self.once("built_on", found.to_json())

    def on_owner(self, text: str) -> bool:
        """Keep who owns it."""
        return self.short("owners", text)

    def on_operator(self, text: str) -> bool:
        """Keep who runs it."""
        return self.short("operators", text)


class Vessel(_Thing):
    """An entry of type `vessel`."""

    columns = {
        "Call_Sign": "call_sign",
        "Vess_type": "vessel_type",
        "Tonnage": "tonnage",
        "GRT": "gross_tonnage",
        "Vess_flag": "flag",
        "Vess_owner": "owner",
    }

    on_built_year = _Thing.on_built_on

    def on_call_sign(self, text: str) -> bool:
        """Keep a call sign."""
        return self.identifier("call_signs", "call_sign", text)

    def on_mmsi(self, text: str) -> bool:
        """Keep an MMSI."""
        return self.identifier("mmsi", "mmsi", text)

    def on_vessel_number(self, text: str) -> bool:
        """Keep an IMO number, or the number of a register.

        Seven digits that add up are an IMO number too, for the list sometimes leaves the three letters out.
        """
        if imo := _IMO.fullmatch(text):
            if more := imo["more"].strip():
                self.remarks.append(as_remark("IMO", f"{imo['number']} {more}"))
            return self.identifier("imo", "imo", imo["number"])
        labelled = labelled_number(Remark("Registration Number", text, text))
        if labelled is None:
            return False
        if labelled.about:
            self.remarks.append(as_remark("Registration", labelled.about))
        added_up = scheme_named("imo").check(labelled.number, "").verdict is Verdict.VALID
        if added_up and _SEVEN_DIGITS.fullmatch(labelled.number):
            self.identifier("imo", "imo", labelled.number)
        return self.registration(labelled.number, "serial", labelled.country)

    def on_vessel_type(self, text: str) -> bool:
        """Keep the kind of vessel as the list calls it, and as we do where a word tells."""
        said = text.lower()
        if kind := next((kind for word, kind in VESSEL_KINDS if word in said), ""):
            self.once("vessel_kind", kind)
        return self.short("type_as_listed", text)

    def on_other_vessel_type(self, text: str) -> bool:
        """Keep another kind that the list gives."""
        return self.short("type_as_listed", text)

    def on_tonnage(self, text: str) -> bool:
        """Keep the tonnage as it stands: the list does not say of which sort it is."""
        return self.short("tonnage_as_listed", text)

    def on_gross_tonnage(self, text: str) -> bool:
        """Keep the gross tonnage where it is a number of tonnes."""
        if not _TONNES.fullmatch(text) or not 1 <= (tonnes := int(text.replace(",", ""))) <= _TONNES_MAX:
            return self.short("tonnage_as_listed", text)
        return self.once("gross_tonnage", tonnes)

    def on_flag(self, text: str) -> bool:
        """Keep the flag that it flies."""
        return self._flag(text, "current", "Vess_flag")

    def on_other_flag(self, text: str) -> bool:
        """Keep another flag that it flies."""
        return self._flag(text, "", "Other Vessel Flag")

    def on_former_flag(self, text: str) -> bool:
        """Keep a flag that it flew."""
        return self._flag(text, "former", "Former Vessel Flag")

    def number(self, remark: Remark, labelled: Labelled) -> bool:
        """Keep an IMO number under another label."""
        is_imo = remark.label in NUMBERS and NUMBERS[remark.label].identifier == "imo_number"
        return is_imo and self.identifier("imo", "imo", labelled.number)

    def _flag(self, text: str, kind: str, label: str) -> bool:
        code = self.country(text, label)
        return bool(code) and self.add("flags", filled({"country": code, "kind": kind}))


class Aircraft(_Thing):
    """An entry of type `aircraft`, which is mostly named by its registration mark."""

    def begin(self) -> None:
        """Say that the aircraft is listed, and know it by a name that is a registration mark."""
        super().begin()
        self.register = ""
        name = self.entry.cells["SDN_Name"].strip()
        if _REGISTRATION_MARK.fullmatch(name):
            self.registration(name, "aircraft_registration")

    def end(self) -> None:
        """Give the registration the country of its register, where one is told and one mark is the present one."""
        marks = [item for item in self.many.get("registrations", []) if isinstance(item, dict)]
        present = [item for item in marks if set(item) == {"number"}]
        if self.register and len(present) == 1:
            self.many["registrations"] = [
                {**item, "country": self.register} if item == present[0] else item for item in marks
            ]
        elif self.register:
            self.remarks.append(as_remark("Nationality of Registration", self.register))

    def on_jurisdiction(self, text: str) -> bool:
        """Remember the country of the register."""
        code = self.country(text, "Nationality of Registration")
        if not code or self.register:
            return False
        self.register = code
        return True

    def on_registration(self, text: str) -> bool:
        """Keep a mark on the tail."""
        return self.registration(text, "aircraft_registration")

    def on_former_registration(self, text: str) -> bool:
        """Keep a mark that was on the tail."""
        return self.registration(text, "aircraft_registration", kind="former")

    def on_icao24(self, text: str) -> bool:
        """Keep the address of the transponder."""
        return self.identifier("icao24", "icao24", text)

    def on_serial_number(self, text: str) -> bool:
        """Keep a number of the airframe, without the words in brackets that explain it."""
        return self.identifier("serial", "serial", _IN_BRACKETS.sub("", text).strip())

    def on_model(self, text: str) -> bool:
        """Keep the model; a second one is a remark."""
        return self._fits(text) and self.once("model", text)

    def number(self, remark: Remark, labelled: Labelled) -> bool:
        """Keep a registration with the country of its register, in the place of the same mark without one."""
        if remark.label != "Registration Number":
            return False
        bare = {"number": labelled.number}
        known = self.many.get("registrations", [])
        self.many["registrations"] = [other for other in known if other != bare]
        return self.registration(labelled.number, "aircraft_registration", labelled.country)


READERS: Mapping[str, type[Reader]] = {
    "persons": Person,
    "organisations": Organisation,
    "vessels": Vessel,
    "aircraft": Aircraft,
}

_NOT_TAKEN = mark("The database does not take this value; it is kept as a remark only.")
_ALT_KEPT = ("alt_type", "alt_name", "alt_remarks")
_ADD_KEPT = ("Address", "City", "Country", "Add_remarks")
_TONNES_MAX = 1_000_000


def parted(name: str) -> tuple[str, str]:
    """Return family and given names of a name that has one comma between them; two empty texts for another.

    >>> parted("VOSS, Dilara Mara"), parted("VOSS, Jr., Imre"), parted("Abu Voss")
    (('VOSS', 'Dilara Mara'), ('VOSS', 'Imre'), ('', ''))
    """
    parts = [part.strip() for part in name.split(",")]
    parts = [part for part in parts if part.lower() not in _NAME_SUFFIXES]
    both = len(parts) == 2 and all(map(has_letters_or_digits, parts))
    return (parts[0], parts[1]) if both else ("", "")


def as_remark(label: str, text: str) -> str:
    """Return a text with its label, as remarks keep what has no field."""
    return f"{label}: {text}"


def _said(value: object) -> str:
    return ", ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields without empty ones."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}
