"""The consolidated sanctions list of the United Nations Security Council, in the XML form in which it is published.

`parse(stream)` yields one `Row` for each individual (database `persons`) and each entity (`organisations`), then one
`Edition`. What the list holds and a record has a field for is kept as it stands; what only people can use is
kept as remarks; what is not kept is counted by name. The list's peculiarities that this module knows:

- a name stands in four parts of which none is the family name, and once more in the original script;
- one alias element may hold several spellings (`A; B`), another script in brackets, or half a sentence;
- alias quality is `Good` or `Low` for people, `a.k.a.` or `f.k.a.` for organisations; most elements are empty;
- births are exact, approximate or between two years, several of them, and again beside an alias;
- document types come in three languages, sometimes broken over two lines, refined in `TYPE_OF_DOCUMENT2`;
- `UN_LIST_TYPE` names the sanctions regime: `GB` there is Guinea-Bissau.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from liaison.databases import all_databases
from liaison.databases.declaration import validate
from liaison.databases.fields import TEXT_LENGTH_MAX
from liaison.formats.rows import Edition, Row
from liaison.formats.xml_entries import TEXT_CHARACTERS_MAX, Document, Node, Shape
from liaison.identifiers import countries
from liaison.identifiers.documents import doubts
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import cleaned, folded, has_letters_or_digits
from liaison.identifiers.scripts import COMMON, script_of
from liaison.refusal import Finding, Refused, mark

SHAPE = Shape(root="CONSOLIDATED_LIST", sections={"INDIVIDUALS": "INDIVIDUAL", "ENTITIES": "ENTITY"})
KINDS: Mapping[str, str] = {"INDIVIDUAL": "persons", "ENTITY": "organisations"}
SPECIMEN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<FIRST_NAME>DILARA</FIRST_NAME><UN_LIST_TYPE>GB</UN_LIST_TYPE><REFERENCE_NUMBER>QMi.001</REFERENCE_NUMBER>
<LISTED_ON>2026-01-01</LISTED_ON><NAME_ORIGINAL_SCRIPT>ديلارا</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Nowhere at all</VALUE></NATIONALITY>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1965</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A1</NUMBER>
<NOTE>Expires 1 Jan. 2030</NOTE></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>""".encode()

NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
KEY_CHARACTERS_MAX = 40
ALIAS_KINDS: Mapping[str, str] = {
    "good": "strong_alias",
    "a.k.a.": "strong_alias",
    "low": "weak_alias",
    "f.k.a.": "former",
}
SEXES: Mapping[str, str] = {
    "male": "M", "masculin": "M", "masculino": "M", "homme": "M",
    "female": "F", "femenino": "F", "feminin": "F", "femme": "F",
}  # fmt: skip
REGIMES: Mapping[str, str] = {
    "GB": "Guinea-Bissau",
    "DRC": "Democratic Republic of the Congo",
    "CAR": "Central African Republic",
    "DPRK": "Democratic People's Republic of Korea",
    "SouthSudan": "South Sudan",
}
# What a document type says, by words of its folded text; the first that fits.
DOCUMENT_KINDS: tuple[tuple[str, str], ...] = (
    ("diplomatic passport", "diplomatic_passport"),
    ("service passport", "service_passport"),
    ("passport", "passport"),
    ("passeport", "passport"),
    ("pasaporte", "passport"),
    ("driv", "driving_licence"),
    ("birth", "birth_certificate"),
    ("nationality", "nationality_certificate"),
    ("certificate", "other"),
    ("ssn", "national_number"),
    ("social security", "national_number"),
    ("identity card", "identity_card"),
    ("identification card", "identity_card"),
    ("national identification", "national_number"),
    ("identification", "national_number"),
    ("identificacion", "national_number"),
    ("identification nationale", "national_number"),
    ("residen", "residence_permit"),
    ("visa", "visa"),
)

_LATER = re.compile(
    r"\b(?:valid until|expir\w*|exp\.)(?: date)?(?: on)?:? *(?P<day>[^,;]{6,30}?)\.? *(?:$|[,;])", re.I
)
_FORMERLY = re.compile(r"\b(?:formerly|previously) listed as\b", re.IGNORECASE)
_BORN = re.compile(r",? born \d", re.IGNORECASE)
_QUOTES = '“”"„«»‹›'
_OUTSIDE_BRACKETS = re.compile(r";(?![^(]*\))")
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,7})\)$")
_GENDER = re.compile(r"\bGender: *(\w+)", re.IGNORECASE)
_NO_NUMBERS = {"document_number.empty", "document_number.placeholder"}
_TIME_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")


_LEFT_OUT = mark("The entry at line %(line)s was left out; tell the list's publisher, or enter it by hand.")


def parse(stream: BinaryIO) -> Iterator[Row | Edition]:
    """Yield the rows of the list in its order, and then its edition.

    `stream` can be sought; it is plain or packed with gzip. A list that lacks its end ends in an edition that is not
    `complete`. Raise Refused for what is not this list at all, or could do harm.
    """
    document = Document(stream, SHAPE)
    counts: Counter[str] = Counter(dict.fromkeys(KINDS.values(), 0))
    kept: Counter[str] = Counter()
    unkept: Counter[str] = Counter()
    seen: set[str] = set()
    for node in document.entries():
        counts[KINDS[node.tag]] += 1
        row = _row(node, seen)
        if row.fields is not None:
            kept.update(node.kept())
            unkept.update(node.unkept())
        yield row
    attributes = dict(document.attributes)
    generated_at = attributes.pop("dateGenerated", "")
    unkept.update(document.strange + Counter(f"{SHAPE.root}@{name}" for name in attributes))
    yield Edition(
        generated_at=generated_at,
        counts=dict(counts),
        complete=document.complete,
        kept=kept,
        unkept=unkept,
        findings=tuple(_edition_findings(generated_at, complete=document.complete)),
    )


def _row(node: Node, seen: set[str]) -> Row:
    key = node.take("DATAID")
    listing = node.take("REFERENCE_NUMBER")
    findings = [*_unfit_key(node, key, seen), *_unfit_texts(node)]
    seen.add(key)
    fields: dict[str, object] | None = None
    if not findings:
        reader = _Person(node, listing) if node.tag == "INDIVIDUAL" else _Organisation(node, listing)
        fields = reader.fields()
        findings = reader.findings
        unfit = [_no_name(node)] if "names" not in fields else _unfit_fields(node, fields)
        if unfit:
            fields, findings = None, unfit
    return Row(node.line, key, KINDS[node.tag], fields, listing[:KEY_CHARACTERS_MAX], tuple(findings))


class _Entry:
    """What individuals and entities have in common; notes what people should look at as it reads."""

    alias_tag = ""
    address_tag = ""

    def __init__(self, node: Node, listing: str) -> None:
        self.node = node
        self.listing = listing
        self.findings: list[Finding] = []
        self.remarks: list[str] = []

    def names(self) -> list[dict[str, object]]:
        """Return the name, its original script and the aliases, each spelling once."""
        whole = " ".join(filter(None, (self.node.take(part) for part in NAME_PARTS)))
        names = [_name(text, "primary") for text in spellings(whole)]
        names += [_name(text, "primary") for text in self.node.take_all("NAME_ORIGINAL_SCRIPT")]
        for alias in self.node.named(self.alias_tag):
            names += self._alias(alias)
        names += self.short_names(names)
        told_apart: dict[str, dict[str, object]] = {}
        for name in names:
            text = str(name["text"])
            if len(text) > TEXT_LENGTH_MAX:
                self.remark("Name", text)
                self.note_unknown(self.node, "FIRST_NAME", mark("A name is too long; it is kept as a remark only."))
            elif has_letters_or_digits(text):
                told_apart.setdefault(text.casefold(), name)
        return list(told_apart.values())

    def short_names(self, _names: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
        """Return short names that stand in the names themselves; people have none."""
        return []

    def _alias(self, alias: Node) -> list[dict[str, object]]:
        text, note = alias.take("ALIAS_NAME"), self.short(alias, "NOTE")
        quality = alias.take("QUALITY").lower()
        if not text:
            return []
        kind = ALIAS_KINDS.get(quality, "weak_alias")
        if quality not in ALIAS_KINDS:
            self.note_unknown(
                alias, "QUALITY", mark("The quality of an alias is not one that is known; it counts as low.")
            )
        if _FORMERLY.search(note):
            kind = "former"
        if sentence := _BORN.search(text):
            self.remark("Alias", text)
            text = text[: sentence.start()]
        return [_name(spelling, kind, note) for spelling in spellings(text)]

    def addresses(self) -> list[dict[str, object]]:
        """Return where the list says that they live or are."""
        return [found for node in self.node.named(self.address_tag) if (found := self.place(node))]

    def place(self, node: Node) -> dict[str, object]:
        """Return a place: country code where the name is known, and the rest as text."""
        parts = {
            "street": self.short(node, "STREET"),
            "city": self.short(node, "CITY"),
            "region": self.short(node, "STATE_PROVINCE"),
            "postal_code": self.short(node, "ZIP_CODE"),
            "country": self.country(node, "COUNTRY"),
            "note": self.short(node, "NOTE"),
        }
        return _filled(parts)

    def short(self, node: Node, tag: str) -> str:
        """Return a text that fits a field of one line, or nothing after a remark and a finding."""
        return next(iter(self.all_short(node, [node.take(tag)], tag)), "")

    def all_short(self, node: Node, texts: Iterable[str], tag: str) -> list[str]:
        """Return the texts that fit a field of one line; the others become remarks and findings."""
        fit = []
        for text in filter(None, texts):
            if len(text) <= TEXT_LENGTH_MAX and has_letters_or_digits(text):
                fit.append(text)
            else:
                self.remark(tag, text)
                self.note_unknown(node, tag, mark("The text does not fit its field; it is kept as a remark only."))
        return fit

    def country(self, node: Node, tag: str) -> str:
        """Return the alpha-2 code of a named country; a name nobody knows is kept as a remark and reported."""
        text = node.take(tag)
        return self.country_code(text, node, tag) if text else ""

    def country_code(self, text: str, node: Node, tag: str) -> str:
        """Return the alpha-2 code of a country's name, or nothing after a remark and a finding."""
        if found := countries.find(text):
            return found.alpha2
        self.remark("Country", text)
        self.note_unknown(node, tag, mark("The country is not one that is known; it is kept as a remark only."))
        return ""

    def day(self, node: Node, tag: str) -> str:
        """Return a day of the calendar as `YYYY-MM-DD`, or nothing after a remark and a finding."""
        return self.day_of(node.take(tag), node, tag)

    def day_of(self, text: str, node: Node, tag: str) -> str:
        """Return a text's day of the calendar as `YYYY-MM-DD`, or nothing after a remark and a finding."""
        found = _date(text)
        if found is not None and found.is_exact:
            return str(found)
        if text:
            self.remark("Date", text)
            self.note_unknown(node, tag, mark("This is not a day of the calendar; it is kept as a remark only."))
        return ""

    def listing_fields(self) -> dict[str, object]:
        """Return what the list says of the listing itself."""
        regime = self.node.take("UN_LIST_TYPE")
        updated = [(node, text) for node in self.node.named("LAST_DAY_UPDATED") for text in node.take_all("VALUE")]
        changed = {day for node, text in updated if (day := self.day_of(text, node, "VALUE"))}
        return {
            "list_name": "; ".join(self.all_short(self.node, self.node.take_values("LIST_TYPE"), "LIST_TYPE")),
            "list_programme": REGIMES.get(regime, regime)[:TEXT_LENGTH_MAX],
            "list_reference": self.listing[:TEXT_LENGTH_MAX],
            "listed_on": self.day(self.node, "LISTED_ON"),
            "list_changed_on": sorted(changed),
        }

    def remark(self, label: str, text: str) -> None:
        """Keep a text for people."""
        self.remarks.append(f"{label}: {text}")

    def note_unknown(self, node: Node, tag: str, problem: str) -> None:
        """Report what was kept less well than it could be."""
        self.findings.append(
            Finding(
                code="un_xml.kept_as_text",
                problem=problem,
                remedy=mark("See line %(line)s of the list; complete the record by hand if it matters."),
                field=f"{node.tag}/{tag}",
                values={"line": node.line},
            )
        )

    def all_remarks(self) -> str:
        """Return the list's comments and what was kept as text."""
        comments = [text for tag in ("COMMENTS1", "NOTE") for text in self.node.take_all(tag)]
        return "\n".join([*comments, *self.remarks])


class _Person(_Entry):
    alias_tag = "INDIVIDUAL_ALIAS"
    address_tag = "INDIVIDUAL_ADDRESS"

    def fields(self) -> dict[str, object]:
        """Return the fields of a `persons` record, empty ones left out."""
        fields = {
            "names": self.names(),
            "person_status": "sanctioned",
            "titles": self.all_short(self.node, self.node.take_values("TITLE"), "TITLE"),
            "occupations": self.all_short(self.node, self.node.take_values("DESIGNATION"), "DESIGNATION"),
            "birth_dates": self.birth_dates(),
            "birth_places": self.birth_places(),
            "nationalities": self.nationalities(),
            "sex": self.sex(),
            "addresses": self.addresses(),
            "documents": [
                document for node in self.node.named("INDIVIDUAL_DOCUMENT") if (document := self.document(node))
            ],
            **self.listing_fields(),
        }
        return _filled(fields | {"remarks": self.all_remarks()})

    def birth_dates(self) -> list[object]:
        """Return every birth date given, each once, in the form that records keep."""
        nodes = [*self.node.named("INDIVIDUAL_DATE_OF_BIRTH"), *self.node.named(self.alias_tag)]
        found = [date.to_json() for node in nodes if (date := self.birth_date(node))]
        return [date for place, date in enumerate(found) if date not in found[:place]]

    def birth_date(self, node: Node) -> PartialDate | None:
        """Return one birth date; what cannot be read is kept as a remark."""
        manner = node.take("TYPE_OF_DATE")
        on, year, first, last = (node.take(tag) for tag in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR"))
        beside_alias = node.take("DATE_OF_BIRTH")
        if node.tag != self.alias_tag and (note := node.take("NOTE")):
            self.remark("Birth date", note)
        said = " ".join(filter(None, (beside_alias or on or year, first, last)))
        if not said:
            return None
        try:
            return _birth_date(beside_alias or on or year, first, last, about=manner == "APPROXIMATELY")
        except Refused:
            self.remark("Birth date", said)
            self.note_unknown(node, "DATE", mark("The birth date cannot be read; it is kept as a remark only."))
            return None

    def birth_places(self) -> list[dict[str, object]]:
        """Return every birth place given, each once."""
        found = [self.place(node) for node in self.node.named("INDIVIDUAL_PLACE_OF_BIRTH")]
        for alias in self.node.named(self.alias_tag):
            found.append(
                _filled(
                    {"city": self.short(alias, "CITY_OF_BIRTH"), "country": self.country(alias, "COUNTRY_OF_BIRTH")}
                )
            )
        return [place for number, place in enumerate(found) if place and place not in found[:number]]

    def nationalities(self) -> list[str]:
        """Return the alpha-2 codes of the nationalities."""
        values = [(node, text) for node in self.node.named("NATIONALITY") for text in node.take_all("VALUE")]
        values += [(self.node, text) for text in self.node.take_all("NATIONALITY2")]
        codes = [self.country_code(text, node, "VALUE") for node, text in values]
        return list(dict.fromkeys(filter(None, codes)))

    def sex(self) -> str:
        """Return the sex that the list gives, or nothing."""
        said = self.node.take("GENDER")
        comment = _GENDER.search(self.node.take("COMMENTS1"))
        if not said and comment:
            return SEXES.get(folded(comment[1]), "")
        if said and folded(said) not in SEXES:
            self.remark("Gender", said)
            self.note_unknown(
                self.node, "GENDER", mark("The sex is not one that is known; it is kept as a remark only.")
            )
        return SEXES.get(folded(said), "")

    def document(self, node: Node) -> dict[str, object]:
        """Return an identity document; one without a number is kept as a remark."""
        kinds = [*node.take_all("TYPE_OF_DOCUMENT2"), *node.take_all("TYPE_OF_DOCUMENT")]
        number, note = node.take("NUMBER"), self.short(node, "NOTE")
        issuing, of_issue = self.country(node, "ISSUING_COUNTRY"), self.country(node, "COUNTRY_OF_ISSUE")
        issued_on, city = self.day(node, "DATE_OF_ISSUE"), self.short(node, "CITY_OF_ISSUE")
        if not _is_number(number):
            if number:
                self.note_unknown(
                    node, "NUMBER", mark("This cannot be a document number; it is kept as a remark only.")
                )
            if said := ", ".join(filter(None, (*kinds, number, issuing or of_issue, issued_on, city, note))):
                self.remark("Document", said)
            return {}
        return _filled(
            {
                "kind": document_kind(kinds),
                "number": number,
                "country": issuing or of_issue,
                "issued_on": issued_on,
                "issued_at": ", ".join(filter(None, (city, of_issue if of_issue != issuing else ""))),
                "expires_on": _expiry(note),
                "note": "; ".join(filter(None, (note, kinds[0] if len(kinds) > 1 else "")))[:TEXT_LENGTH_MAX],
            }
        )


class _Organisation(_Entry):
    alias_tag = "ENTITY_ALIAS"
    address_tag = "ENTITY_ADDRESS"

    def fields(self) -> dict[str, object]:
        """Return the fields of an `organisations` record, empty ones left out."""
        addresses = self.addresses()
        fields = {
            "names": self.names(),
            "organisation_status": "sanctioned",
            "countries": list(dict.fromkeys(place["country"] for place in addresses if "country" in place)),
            "addresses": addresses,
            **self.listing_fields(),
        }
        return _filled(fields | {"remarks": self.all_remarks()})

    def short_names(self, _names: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
        """Return the acronyms that stand in brackets behind a name."""
        return [_name(short, "abbreviation") for name in _names if (short := acronym(str(name["text"])))]


def spellings(text: str) -> list[str]:
    """Return the names that one element holds: parted by `;`, or in another script within brackets.

    >>> spellings("Dilara Voss; “Dila”"), spellings("Voss Ltd (VL)"), spellings("ديلارا (Dilara; Dilyara)")
    (['Dilara Voss', 'Dila'], ['Voss Ltd (VL)'], ['ديلارا', 'Dilara', 'Dilyara'])
    """
    names: list[str] = []
    for part in _OUTSIDE_BRACKETS.split(text):
        outer, _, rest = part.partition("(")
        inner, closed, after = rest.rpartition(")")
        if closed and not after.strip() and len({script_of(outer), script_of(inner)} - {COMMON}) == 2:
            names += [outer, *inner.split(";")]
        else:
            names.append(part)
    return [name for part in names if (name := " ".join(part.strip().strip(_QUOTES).split()))]


def acronym(name: str) -> str:
    """Return the short name that stands in brackets behind an organisation's and is made of its letters, or nothing.

    >>> acronym("VOSS TRADING COMPANY (VTC)"), acronym("VOSS TRADING (MARVENIA)"), acronym("VOSS TRADING")
    ('VTC', '', '')
    """
    found = _ACRONYM.search(name)
    if not found:
        return ""
    letters = iter(folded(name[: found.start()]).replace(" ", ""))
    return found[1] if all(letter in letters for letter in folded(found[1]).replace(" ", "")) else ""


def document_kind(types: Iterable[str]) -> str:
    """Return what kind of document the list's types name, the more particular type first; `other` where unknown.

    >>> document_kind(["Número de pasaporte"]), document_kind(["Birth certificate", "National Identification Number"])
    ('passport', 'birth_certificate')
    """
    for text in types:
        said = folded(text)
        for word, kind in DOCUMENT_KINDS:
            if word in said:
                return kind
    return "other"


def _name(text: str, kind: str, note: str = "") -> dict[str, object]:
    said = cleaned(text)
    return _filled({"text": said, "kind": kind, "script": script_of(said), "note": note})


def _birth_date(text: str, first: str, last: str, *, about: bool) -> PartialDate:
    if text:
        read = PartialDate.parse(_without_zone(text))
        return PartialDate.of(read.year, read.month, read.day, approximate=about or read.approximate)
    if first and last:
        return PartialDate.between(PartialDate.parse(first), PartialDate.parse(last), approximate=about)
    only = PartialDate.parse(first or last)
    return PartialDate.of(only.year, approximate=True)


def _date(text: str) -> PartialDate | None:
    if not text:
        return None
    try:
        return PartialDate.parse(_without_zone(text))
    except Refused:
        return None


def _without_zone(text: str) -> str:
    return _TIME_ZONE.sub("", text) if len(text) > len("YYYY-MM-DD") else text


def _is_number(text: str) -> bool:
    """Whether a database takes the text for a document's number."""
    return len(text) <= TEXT_LENGTH_MAX and not {finding.code for finding in doubts(text)} & _NO_NUMBERS


def _expiry(note: str) -> str:
    """Return the day of expiry that a note tells, or nothing; the note itself is kept."""
    found = _LATER.search(note)
    day = _date(found["day"]) if found else None
    return str(day) if day is not None and day.is_exact else ""


def _filled(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


def _unfit_key(node: Node, key: str, seen: set[str]) -> list[Finding]:
    if not key or len(key) > KEY_CHARACTERS_MAX:
        return [
            _refused_row(node, "DATAID", mark("The entry has no usable DATAID, by which the next edition finds it."))
        ]
    if key in seen:
        return [_refused_row(node, "DATAID", mark("The entry's DATAID was used by an earlier entry of this list."))]
    return []


def _unfit_texts(node: Node) -> list[Finding]:
    too_long = mark("A text has more than %(most)s characters.")
    return [
        _refused_row(below, path, too_long) for path, below in node.walk() if len(below.text) > TEXT_CHARACTERS_MAX
    ]


def _unfit_fields(node: Node, fields: Mapping[str, object]) -> list[Finding]:
    """Return what the database itself refuses; the value is left out, because reports outlive records."""
    return [
        Finding(
            code=finding.code,
            problem=finding.problem,
            remedy=_LEFT_OUT,
            source=finding.source,
            field=finding.field,
            values={**finding.values, "value": "…", "line": node.line},
        )
        for finding in validate(all_databases()[KINDS[node.tag]], fields)
    ]


def _no_name(node: Node) -> Finding:
    return _refused_row(node, "FIRST_NAME", mark("The entry has no name."))


def _refused_row(node: Node, field: str, problem: str) -> Finding:
    return Finding(
        code="un_xml.row_refused",
        problem=problem,
        remedy=_LEFT_OUT,
        field=field,
        values={"line": node.line, "most": TEXT_CHARACTERS_MAX},
    )


def _edition_findings(generated_at: str, *, complete: bool) -> Iterator[Finding]:
    if not complete:
        yield Finding(
            code="un_xml.lacks_its_end",
            problem=mark("The list lacks its end: it was cut off on the way here."),
            remedy=mark("Get it again. If no whole list can be had, a second person can approve what is there."),
            field="file",
        )
    if _date(generated_at) is None:
        yield Finding(
            code="un_xml.no_date",
            problem=mark("The list does not say when it was generated (dateGenerated)."),
            remedy=mark("Get the list again from its publisher."),
            field="dateGenerated",
        )
