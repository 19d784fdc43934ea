"""Writing a zone: names transliterated and cut as Doc 9303 permits, every check digit computed."""

from datetime import date

from liaison.identifiers.documents import normalise_number
from liaison.identifiers.mrz.checks import FILLER, check_digit
from liaison.identifiers.mrz.layouts import BY_FORMAT, Format, Layout, Span
from liaison.identifiers.mrz.transliteration import transliterate
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark

GIVEN_LETTERS_MIN = 2

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_SEXES = {"F": "F", "M": "M", "X": FILLER, "U": FILLER, "": FILLER}


def make(
    format: Format,
    *,
    issuer: str,
    number: str,
    surname: str,
    given_names: str = "",
    nationality: str = "",
    birth: PartialDate | date | None = None,
    sex: str = "",
    expiry: PartialDate | date | None = None,
    document_type: str = "",
    optional: str = "",
    optional_2: str = "",
    language: str = "",
) -> tuple[str, ...]:
    """Return the lines of a zone.

    `issuer` and `nationality` are codes of the zone (`QMM`, `D`); the nationality is the issuer's unless given. A
    number of more than nine characters fits on cards only. Raise Refused for what no zone can hold.
    """
    layout = BY_FORMAT[format]
    printed, check, rest = _number(number, layout)
    texts = {
        "document_type": document_type or ("ID" if format is Format.FRA else layout.types[-1:]),
        "issuer": issuer,
        "nationality": nationality or issuer,
        "number": printed,
        "birth": _date(birth),
        "sex": _SEXES[sex],
        "expiry": _date(expiry),
        "optional": rest + _plain(optional, "optional"),
        "optional_2": _plain(optional_2, "optional_2"),
        **_names(layout, transliterate(surname, language=language), transliterate(given_names, language=language)),
    }
    rows = [[FILLER] * layout.width for _ in range(layout.lines)]
    for name, span in layout.fields.items():
        _put(rows, span, _fitting(name, texts[name], span))
    for checked in layout.checks:
        covered = "".join(span.of(["".join(row) for row in rows]) for span in checked.covers)
        _put(rows, checked.digit, check if checked.field == "number" and check else str(check_digit(covered)))
    return tuple("".join(row) for row in rows)


def name_field(surname: str, given_names: str, width: int) -> str:
    """Return the name field of transliterated names, cut as Doc 9303-4 section 4.2.3 permits where it must.

    The surname is cut only as far as needed to show the first two letters of the given names. A field that was cut
    ends on a letter, which tells readers that more may follow.
    """
    whole = f"{surname}<<{given_names}" if given_names else surname
    if len(whole) <= width:
        return whole.ljust(width, FILLER)
    surnames, given = surname.split(FILLER), given_names.split(FILLER) if given_names else []
    field = _cut_names(surnames, given, width)
    while field.endswith(FILLER) and (shorter := _letter_less(surnames)):
        surnames = shorter
        field = _cut_names(surnames, given, width)
    return field


def _cut_names(surnames: list[str], given: list[str], width: int) -> str:
    """Cut the surname to leave room for some letters of the given names, then these to what is left."""
    if not given:
        return _cut(surnames, width).ljust(width, FILLER)
    head = _cut(surnames, width - 2 - min(GIVEN_LETTERS_MIN, len(given[0])))
    return f"{head}<<{_cut(given, width - 2 - len(head))}".ljust(width, FILLER)


def _cut(parts: list[str], width: int) -> str:
    """Cut names at a width; where a filler would come last, one shown whole gives up a letter for the next."""
    cut = FILLER.join(parts)[:width]
    while cut.endswith(FILLER) and (shorter := _letter_less(parts[: cut.count(FILLER)])):
        parts = shorter + parts[cut.count(FILLER) :]
        cut = FILLER.join(parts)[:width]
    return cut.rstrip(FILLER)


def _letter_less(parts: list[str]) -> list[str]:
    """Return the parts with the longest a letter shorter; nothing where each has one letter left."""
    longest = max(range(len(parts)), key=lambda place: (len(parts[place]), -place))
    less = [part[:-1] if place == longest else part for place, part in enumerate(parts)]
    return less if all(less) else []


def _names(layout: Layout, surname: str, given_names: str) -> dict[str, str]:
    if not surname and not given_names:
        raise Refused(_refusal("mrz.no_name", mark("The document has no name."), "name", ""))
    if "surname" in layout.fields:
        return {
            "surname": surname[: layout.fields["surname"].width],
            "given_names": given_names[: layout.fields["given_names"].width],
        }
    primary, secondary = (surname, given_names) if surname else (given_names, "")
    return {"name": name_field(primary, secondary, layout.fields["name"].width)}


def _number(number: str, layout: Layout) -> tuple[str, str, str]:
    """Return what stands in the number's field, a filler or nothing for its check, and the head of optional data."""
    plain = normalise_number(number)
    width = layout.fields["number"].width
    if not plain or not set(plain) <= _LETTERS:
        raise Refused(_refusal("mrz.number", mark("“%(text)s” is no document number of a zone."), "number", number))
    if len(plain) <= width:
        return plain, "", ""
    if not layout.long_numbers or len(plain) - width + 2 > layout.fields["optional"].width:
        raise Refused(_refusal("mrz.number_long", mark("“%(text)s” is too long for this format."), "number", number))
    return plain[:width], FILLER, f"{plain[width:]}{check_digit(plain)}{FILLER}"


def _date(day: PartialDate | date | None) -> str:
    if day is None:
        return FILLER * 6
    known = day if isinstance(day, PartialDate) else PartialDate.of_day(day)
    parts = (known.year % 100, known.month, known.day)
    return "".join(FILLER * 2 if part is None else f"{part:02}" for part in parts)


def _plain(text: str, field: str) -> str:
    plain = text.upper().replace(" ", FILLER)
    if not set(plain) <= _LETTERS | {FILLER}:
        raise Refused(_refusal("mrz.optional", mark("“%(text)s” cannot stand in a zone."), field, text))
    return plain


def _fitting(name: str, text: str, span: Span) -> str:
    if len(text) > span.width or not set(text) <= _LETTERS | {FILLER}:
        raise Refused(_refusal("mrz.field", mark("“%(text)s” does not fit into its field of the zone."), name, text))
    return text.ljust(span.width, FILLER)


def _put(rows: list[list[str]], span: Span, text: str) -> None:
    rows[span.line][span.start : span.end] = text


def _refusal(code: str, problem: str, field: str, text: str) -> Finding:
    return Finding(
        code=code,
        problem=problem,
        remedy=mark("Give it as the document prints it, or choose another format."),
        field=field,
        values={"text": text[:40]},
    )
