"""The remarks of OFAC's list, in which most of what it knows stands: one text of parts with labels, parted by `;`.

>>> [remark.label for remark in remarks("DOB 03 May 1938; POB Zelk, Marvenia; alt. Passport M1 (Marvenia); retired.")]
['DOB', 'POB', 'Passport', '']
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from liaison.formats.ofac_labels import CONTACTS, COUNTRIES, NO_COUNTRY, NUMBERS, TEXTS, VALUES, Number
from liaison.identifiers import countries
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import cleaned, folded
from liaison.refusal import Refused

NUMBER_PART_CHARACTERS_MAX = 300
ALIAS = "a.k.a."
OTHER_NUMBER = "other number"

_LABELS = sorted({*CONTACTS, *NUMBERS, *TEXTS, *VALUES}, key=len, reverse=True)
_LABELLED = re.compile(rf"(?P<label>{'|'.join(map(re.escape, _LABELS))})(?=[\s:#(]|$)[\s:]*(?P<value>.*)", re.DOTALL)
_ALTERNATIVE = re.compile(r"alt\.\s*", re.IGNORECASE)
_ALIAS = re.compile(r"(?P<kind>[afn])\.k\.a\.[\s:,]*[\"'“‘](?P<name>.+?)[\"'”’]", re.IGNORECASE)
_OPEN_ALIAS = re.compile(r"(?:alt\.\s*)?[afn]\.k\.a\.\s*'.*[^'\s]\s*", re.IGNORECASE)
_UNKNOWN_NUMBER = re.compile(
    r"(?P<label>[A-Z][A-Za-z.'/&() -]{0,60}?(?:No\.?|Number|Card|Code|ID|#))(?=[\s:#])[\s:#]*"
    r"(?P<value>(?:[A-Z]{1,5} )?\S*\d.*)"
)
_NUMBER = re.compile(
    r"[#:\s]*(?:\((?P<tag>[^()]*)\)\s+)?(?P<number>.+?)"
    r"(?:\s+\((?P<place>[^()]*)\))?"
    r"(?:[,\s]+issued (?P<issued>[^()]{4,40}?))?"
    r"(?:\s+expires (?P<expires>[^()]{4,40}?))?"
)
_HAS_DIGIT = re.compile(r"\d")
_LETTERS_ONLY = re.compile(r"[A-Z]{6}(?:[A-Z]{2}(?:[A-Z]{3})?)|[A-Z]{1,3}-[A-Z]{2,5}")
_TIMES = re.compile(r"(?P<first>.+?) to (?P<last>.+)")


@dataclass(frozen=True, slots=True)
class Remark:
    """One part of the remarks: its label as OFAC has it (empty for free text), what follows it, and all of it."""

    label: str
    value: str
    whole: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A name in the remarks: `kind` is a (also), f (formerly) or n (now known as)."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A number with what stands beside it. `place` is as written; days are None where they are not given.

    `about` says what the label says beyond the kind, and what could not be read.
    """

    number: str
    place: str
    country: str
    issued: PartialDate | None
    expires: PartialDate | None
    about: str


def remarks(text: str, *, cut: bool = False) -> Iterator[Remark]:
    """Yield the parts of the remarks in their order. Of a text that was `cut` off, the last part is only a text."""
    parts = list(_parts(text))
    for number, part in enumerate(parts, start=1):
        said = _ALTERNATIVE.sub("", part, count=1) if _ALTERNATIVE.match(part) else part
        if cut and number == len(parts):
            yield Remark("", said, part)
        elif _ALIAS.fullmatch(said):
            yield Remark(ALIAS, said, part)
        elif found := _LABELLED.fullmatch(said):
            yield Remark(found["label"], found["value"], part)
        elif len(said) <= NUMBER_PART_CHARACTERS_MAX and _UNKNOWN_NUMBER.fullmatch(said):
            yield Remark(OTHER_NUMBER, said, part)
        else:
            yield Remark("", said, part)


def alias(value: str) -> Alias:
    """Return the name of a remark labelled ALIAS."""
    found = _ALIAS.fullmatch(value)
    assert found is not None, "a remark is labelled so because it is an alias"
    return Alias(found["kind"].lower(), found["name"])


def labelled_number(remark: Remark) -> Labelled | None:
    """Return the number of a remark with a label of NUMBERS or OTHER_NUMBER; None where none can be read.

    A number has a digit; only the codes of banks and the marks of aircraft may have letters alone.
    """
    label, value, known = remark.label, remark.value, NUMBERS.get(remark.label, Number())
    if label == OTHER_NUMBER:
        unknown = _UNKNOWN_NUMBER.fullmatch(value)
        assert unknown is not None, "a remark is labelled so because it reads so"
        label, value = unknown["label"].rstrip(" #"), unknown["value"]
    found = _NUMBER.fullmatch(value) if len(value) <= NUMBER_PART_CHARACTERS_MAX else None
    if found is None or not (_HAS_DIGIT.search(found["number"]) or _LETTERS_ONLY.fullmatch(found["number"])):
        return None
    place, issued, expires = (found[name] or "" for name in ("place", "issued", "expires"))
    code = country(place)
    issued_on, expires_on = date(issued), date(expires)
    unread = [
        place if place and not code else "",
        f"issued {issued}" if issued and issued_on is None else "",
        f"expires {expires}" if expires and expires_on is None else "",
    ]
    about = ", ".join(filter(None, ("" if known.said else label, *unread)))
    return Labelled(found["number"].strip(" ,#"), place, code, issued_on, expires_on, about)


def country(text: str) -> str:
    """Return the alpha-2 code of a country as OFAC writes it, or nothing."""
    return _country(text) if 0 < len(text) <= countries.NAME_LENGTH_MAX else ""


def is_no_country(text: str) -> bool:
    """Whether the text says that no country is known."""
    return folded(text) in NO_COUNTRY


def date(text: str) -> PartialDate | None:
    """Return the date that the text tells, None where it tells none that is certain.

    From the first to the last day of a year or month means that year or month.

    >>> [str(date(text)) for text in ("circa 1951", "01 Jan 1977 to 31 Dec 1977", "1973 to 1975", "29 Feb 1960")]
    ['1951~', '1977', '1973/1975', '1960-02-29']
    """
    try:
        if times := _TIMES.fullmatch(text):
            first, last = PartialDate.parse(times["first"]), PartialDate.parse(times["last"])
            return _simpler(PartialDate.between(first, last))
        return PartialDate.parse(text) if text else None
    except Refused:
        return None


def place(text: str) -> dict[str, str]:
    """Return a place written from the smaller to the larger: `city`, `region` and `country` where they are told.

    >>> place("Zelk, North Province, Marvenia"), place("Korea, North")
    ({'city': 'Zelk', 'region': 'North Province', 'country': 'QM'}, {'country': 'KP'})
    """
    parts = [part for part in (part.strip() for part in text.split(",")) if part]
    for length in (2, 1):  # “Korea, North” is one country
        if len(parts) >= length and (code := country(", ".join(parts[-length:]))):
            parts = parts[:-length]
            break
    else:
        code = ""
    found = {"city": parts[0] if parts else "", "region": ", ".join(parts[1:]), "country": code}
    return {name: value for name, value in found.items() if value}


@lru_cache(maxsize=4096)
def _country(text: str) -> str:
    said = cleaned(text)
    found = countries.find(said)
    return COUNTRIES.get(said.lower()) or (found.alpha2 if found else "")


def _simpler(between: PartialDate) -> PartialDate:
    wholes = (PartialDate.of(between.year), PartialDate.of(between.year, between.month))
    same = [whole for whole in wholes if (whole.earliest(), whole.latest()) == (between.earliest(), between.latest())]
    return same[0] if same and not between.approximate else between


def _parts(text: str) -> Iterator[str]:
    """Yield the parts between `;`; an alias in quotes may hold one."""
    open_alias = ""
    said = cleaned(text)
    pieces = (said[:-1] if said.endswith(".") else said).split(";")
    for number, piece in enumerate(pieces):
        whole = f"{open_alias}; {piece.strip()}" if open_alias else piece.strip()
        open_alias = ""
        following = pieces[number + 1].strip() if number + 1 < len(pieces) else ""
        if _OPEN_ALIAS.fullmatch(whole) and following.endswith("'") and not _begins_anew(following):
            open_alias = whole
        elif whole:
            yield whole


def _begins_anew(piece: str) -> bool:
    said = _ALTERNATIVE.sub("", piece, count=1)
    return bool(_ALIAS.fullmatch(said) or _LABELLED.fullmatch(said))
