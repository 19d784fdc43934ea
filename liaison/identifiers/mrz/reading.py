"""Reading a zone: which cut of the text is meant, what each field says, and what deviates from the standard.

A zone that deviates is read all the same and the deviation reported, because the officer must be able to search. Only
text in which no zone can be found is refused, line by line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from liaison.identifiers import countries
from liaison.identifiers.mrz.checks import FILLER, Check, Verdict, checks_of, long_number
from liaison.identifiers.mrz.finding_lines import LENGTH_SLACK, Attempt, LengthFix, attempts, begins_like, rows_of
from liaison.identifiers.mrz.layouts import LAYOUTS, Format, Layout
from liaison.identifiers.mrz.repair import Repair, number_alternatives, repaired
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark

TEXT_LENGTH_MAX = 1_000
ATTEMPTS_MAX = 20_000
LINE_LENGTH_MIN = 20
RIGHT_CHECKS_MIN = 2

_KINDS = {"P": "passport", "V": "visa", "I": "identity_card", "A": "identity_card", "C": "identity_card"}
_SEXES = {"M": "M", "F": "F", FILLER: "X", "X": "X"}
_EXPIRY_YEARS = 50
_FAILED = {
    "number": mark(
        "Line %(line)s of the document does not add up: the check digit of the document number "
        "(character %(position)s) is %(printed)s and should be %(computed)s."
    ),
    "birth": mark(
        "Line %(line)s of the document does not add up: the check digit of the date of birth "
        "(character %(position)s) is %(printed)s and should be %(computed)s."
    ),
    "expiry": mark(
        "Line %(line)s of the document does not add up: the check digit of the date of expiry "
        "(character %(position)s) is %(printed)s and should be %(computed)s."
    ),
    "optional": mark(
        "Line %(line)s of the document does not add up: the check digit of the optional data "
        "(character %(position)s) is %(printed)s and should be %(computed)s."
    ),
    "composite": mark(
        "The lines of the document do not add up: the check digit over all (line %(line)s, character %(position)s) "
        "is %(printed)s and should be %(computed)s."
    ),
}
_MISSING = {
    "number": mark("Line %(line)s lacks the check digit of the document number (character %(position)s)."),
    "birth": mark("Line %(line)s lacks the check digit of the date of birth (character %(position)s)."),
    "expiry": mark("Line %(line)s lacks the check digit of the date of expiry (character %(position)s)."),
    "optional": mark("Line %(line)s lacks the check digit of the optional data (character %(position)s)."),
    "composite": mark("Line %(line)s lacks the check digit over all lines (character %(position)s)."),
}
_IMPOSSIBLE = {
    "birth": mark("“%(text)s” is no possible date of birth."),
    "expiry": mark("“%(text)s” is no possible date of expiry."),
}


@dataclass(frozen=True, slots=True)
class Mrz:
    """A zone as it was read.

    `raw` are the lines before characters were repaired, `lines` after. `sex` is F, M, X (not specified) or U (cannot
    be read). `birth` and `expiry` are None where they are unknown or impossible; a warning tells the second. `number`
    is the document number as printed; `number_alternatives` are spellings for which a failed check digit would fit.
    """

    format: Format
    document_type: str
    issuer: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth: PartialDate | None
    sex: str
    expiry: PartialDate | None
    optional: str
    optional_2: str
    checks: tuple[Check, ...]
    warnings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    number_alternatives: tuple[str, ...]
    maybe_truncated: bool
    raw: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def all_checks_right(self) -> bool:
        """Whether every check digit that the format has fits."""
        return all(check.verdict is Verdict.RIGHT for check in self.checks)

    @property
    def document_kind(self) -> str:
        """The kind of document as the databases name it: passport, visa, identity_card or travel_document."""
        return _KINDS.get(self.document_type[:1], "travel_document")

    @property
    def name(self) -> str:
        """The whole name, given names first."""
        return f"{self.given_names} {self.surname}".strip()

    @property
    def issuing_country(self) -> countries.Country | None:
        """The country that issued it; None for organisations and unknown codes."""
        found = countries.state(self.issuer)
        return found.country if found else None

    @property
    def nationality_country(self) -> countries.Country | None:
        """The holder's country; None for stateless persons, refugees, officials and unknown codes."""
        found = countries.state(self.nationality)
        return found.country if found else None

    def check(self, field: str) -> Check | None:
        """Return the check of a field (`number`, `birth`, `expiry`, `optional`, `composite`), or None."""
        return next((check for check in self.checks if check.field == field), None)


def parse(text: str, *, today: date) -> Mrz:
    """Return the zone found in pasted text; raise Refused, with what each line lacks, when there is none.

    `today` decides the century of two-digit years: a birth lies in the last hundred years, an expiry within fifty
    years of today. Deviations are warnings of the result.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise Refused(_too_long(len(text)))
    best = _best(text)
    if best is None:
        raise Refused(*_why_not(text))
    return _read(best.attempt, best.lines, best.repairs, best.checks, today)


def looks_like_mrz(text: str) -> bool:
    """Whether the text holds at least one line that was meant as part of a zone."""
    return any(
        len(row) >= LINE_LENGTH_MIN
        and (row.count(FILLER) >= 2 or ("  " in row and sum(map(str.isdecimal, row)) > 12))
        for row in rows_of(text[:TEXT_LENGTH_MAX])
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    attempt: Attempt
    lines: tuple[str, ...]
    repairs: tuple[Repair, ...]
    checks: tuple[Check, ...]

    @property
    def is_clean(self) -> bool:
        sure = all(check.verdict is Verdict.RIGHT for check in self.checks)
        return sure and not self.repairs and not self.attempt.fixes and self.lines[0][0] in self.attempt.layout.types

    @property
    def is_credible(self) -> bool:
        """Whether check digits fit, or the zone at least begins as one."""
        return self.right >= RIGHT_CHECKS_MIN or begins_like(self.attempt.layout, self.lines[0])

    @property
    def right(self) -> int:
        """How many printed check digits fit."""
        return sum(1 for check in self.checks if check.verdict is Verdict.RIGHT and check.printed != FILLER)

    def worth(self) -> int:
        """Return how much speaks for this reading: check digits first, then type and states, against it mending."""
        wrong = sum(1 for check in self.checks if check.verdict is Verdict.WRONG)
        fields = self.attempt.layout.fields
        known = sum(
            1 for name in ("issuer", "nationality") if name in fields and countries.state(fields[name].of(self.lines))
        )
        typed = self.lines[0][0] in self.attempt.layout.types
        mended = sum(2 + min(abs(fix.expected - fix.found), LENGTH_SLACK) for fix in self.attempt.fixes)
        return 4 * self.right - 3 * wrong + 2 * known + (4 if typed else 0) - mended - len(self.repairs)


def _best(text: str) -> _Judged | None:
    best: _Judged | None = None
    for attempt, _ in zip(attempts(text), range(ATTEMPTS_MAX), strict=False):
        lines, repairs = repaired(attempt.layout, attempt.lines)
        judged = _Judged(attempt, lines, repairs, checks_of(attempt.layout, lines))
        if not judged.is_credible:
            continue
        if best is None or judged.worth() > best.worth():
            best = judged
        if judged.is_clean:
            return judged
    return best


def _read(
    attempt: Attempt,
    lines: tuple[str, ...],
    repairs: tuple[Repair, ...],
    checks: tuple[Check, ...],
    today: date,
) -> Mrz:
    layout = attempt.layout
    fields = {name: span.of(lines) for name, span in layout.fields.items()}
    rest = long_number(layout, lines)
    surname, given, truncated = _names(fields)
    number = fields["number"].rstrip(FILLER) + rest[:-1]
    birth = _past(_dated(fields["birth"], lambda year: _birth_year(year, today)), today)
    expiry = _dated(fields.get("expiry", ""), lambda year: _expiry_year(year, today))
    number_check = checks[0]
    alternatives = number_alternatives(number, number_check.printed) if number_check.verdict is Verdict.WRONG else ()
    read = Mrz(
        format=layout.format,
        document_type=fields["document_type"].rstrip(FILLER),
        issuer=fields["issuer"].rstrip(FILLER),
        surname=surname,
        given_names=given,
        number=number,
        nationality=fields.get("nationality", fields["issuer"]).rstrip(FILLER),
        birth=birth,
        sex=_SEXES.get(fields["sex"], "U"),
        expiry=expiry,
        optional=_spaced(fields["optional"][len(rest) :]),
        optional_2=_spaced(fields.get("optional_2", "")),
        checks=checks,
        warnings=(),
        repairs=repairs,
        number_alternatives=alternatives,
        maybe_truncated=truncated,
        raw=attempt.lines,
        lines=lines,
    )
    return replace(read, warnings=(*_warnings(read, layout, fields), *(_length_mended(fix) for fix in attempt.fixes)))


def _names(fields: dict[str, str]) -> tuple[str, str, bool]:
    """Return surname, given names, and whether the name fills its field to the end and so may be cut off."""
    if "surname" in fields:
        cut = not fields["given_names"].endswith(FILLER) or not fields["surname"].endswith(FILLER)
        return _spaced(fields["surname"]), _spaced(fields["given_names"]), cut
    surname, _, given = fields["name"].partition(FILLER * 2)
    return _spaced(surname), _spaced(given), not fields["name"].endswith(FILLER)


def _spaced(field: str) -> str:
    return " ".join(part for part in field.split(FILLER) if part)


def _dated(field: str, century: Callable[[int], int]) -> PartialDate | None:
    """Return the date of six characters, as far as they tell it; None where they tell no year or no real date."""
    year, month, day = field[:2], field[2:4], field[4:6]
    if not year.isdecimal():
        return None
    parts = [int(part) if part.isdecimal() and int(part) else None for part in (month, day)]
    if any(part is None and not _is_unknown(text) for part, text in zip(parts, (month, day), strict=True)):
        return None
    try:
        return PartialDate.of(century(int(year)), *parts)
    except Refused:
        return None


def _is_unknown(part: str) -> bool:
    return part in ("<<", "00")


def _birth_year(year: int, today: date) -> int:
    """Return the latest year with these two digits that is not in the future."""
    return year + (today.year - year) // 100 * 100


def _past(birth: PartialDate | None, today: date) -> PartialDate | None:
    """Nobody is born after today: a birth later this year was a hundred years ago."""
    if birth is None or birth.earliest() <= today:
        return birth
    return PartialDate(birth.year - 100, birth.month, birth.day)


def _expiry_year(year: int, today: date) -> int:
    """Documents run for some decades at most: the year with these two digits that is nearest to today."""
    return year + (today.year - year + _EXPIRY_YEARS) // 100 * 100


def _warnings(read: Mrz, layout: Layout, fields: dict[str, str]) -> Iterator[Finding]:
    yield from (_failed(check) for check in read.checks if check.verdict is Verdict.WRONG)
    yield from (_missing(check) for check in read.checks if check.verdict is Verdict.ABSENT)
    if read.number_alternatives:
        yield _alternatives(read)
    yield from (_was_repaired(repair) for repair in read.repairs)
    yield from _date_warnings(read, fields)
    if fields["document_type"][0] not in layout.types:
        yield _unknown(
            "mrz.type_unknown", mark("No document of this size begins with “%(text)s”."), read.document_type
        )
    if not countries.state(read.issuer):
        yield _unknown("mrz.issuer_unknown", mark("“%(text)s” is no known issuing state."), read.issuer)
    if read.nationality != read.issuer and not countries.state(read.nationality):
        yield _unknown("mrz.nationality_unknown", mark("“%(text)s” is no known nationality."), read.nationality)
    if read.sex == "U":
        yield _unknown("mrz.sex_unreadable", mark("“%(text)s” stands where M, F or < belongs."), fields["sex"])
    if any(letter.isdecimal() for letter in read.name):
        yield _unknown("mrz.name_digits", mark("The name “%(text)s” holds digits."), read.name)
    if not read.name:
        yield _unknown("mrz.no_name", mark("The zone holds no name."), "")


def _date_warnings(read: Mrz, fields: dict[str, str]) -> Iterator[Finding]:
    for name in ("birth", "expiry"):
        text = fields.get(name, "")
        if getattr(read, name) is None and text.strip(FILLER + "0"):
            yield Finding(
                code=f"mrz.{name}_impossible",
                problem=_IMPOSSIBLE[name],
                remedy=mark("Take the date from the document's page and type it by hand."),
                field=name,
                values={"text": text},
            )


def _failed(check: Check) -> Finding:
    return Finding(
        code="mrz.check_digit",
        problem=_FAILED[check.field],
        remedy=mark("Scan again, or compare with the document and type by hand."),
        field=check.field,
        values=_check_values(check),
    )


def _missing(check: Check) -> Finding:
    return Finding(
        code="mrz.check_missing",
        problem=_MISSING[check.field],
        remedy=mark("Compare what was read with the document."),
        field=check.field,
        values=_check_values(check),
    )


def _check_values(check: Check) -> dict[str, object]:
    return {
        "line": check.line,
        "position": check.position,
        "printed": check.printed,
        "computed": check.computed,
    }


def _alternatives(read: Mrz) -> Finding:
    return Finding(
        code="mrz.number_alternatives",
        problem=mark("The document number was read as %(number)s; its check digit would fit %(others)s."),
        remedy=mark("Compare the number with the document."),
        field="number",
        values={"number": read.number, "others": ", ".join(read.number_alternatives)},
    )


def _was_repaired(repair: Repair) -> Finding:
    return Finding(
        code="mrz.repaired",
        problem=mark("Line %(line)s, character %(position)s: “%(read)s” was taken as “%(taken)s”."),
        remedy=mark("Compare it with the document."),
        field=repair.field,
        values={"line": repair.line, "position": repair.position, "read": repair.read, "taken": repair.taken},
    )


def _length_mended(fix: LengthFix) -> Finding:
    lengthened = fix.found < fix.expected
    return Finding(
        code="mrz.line_length",
        problem=(
            mark("Line %(line)s has %(found)s of %(expected)s characters; they seem to be missing at %(position)s.")
            if lengthened
            else mark("Line %(line)s has %(found)s instead of %(expected)s characters, too many at %(position)s.")
        ),
        remedy=mark("Scan again, or compare with the document."),
        values={"line": fix.line, "found": fix.found, "expected": fix.expected, "position": fix.position},
    )


def _unknown(code: str, problem: str, text: str) -> Finding:
    return Finding(
        code=code,
        problem=problem,
        remedy=mark("Compare it with the document; the search goes on."),
        values={"text": text},
    )


def _why_not(text: str) -> list[Finding]:
    """Return for each line what it lacks to be part of the nearest format."""
    rows = [row.replace(" ", "") for row in rows_of(text)]
    rows = [row for row in rows if len(row) >= LINE_LENGTH_MIN]
    if not rows:
        return [_none_found()]
    layout = min(
        LAYOUTS, key=lambda one: (sum(abs(len(row) - one.width) for row in rows), abs(len(rows) - one.lines))
    )
    findings = [
        _wrong_length(number, len(row), layout)
        for number, row in enumerate(rows, start=1)
        if len(row) != layout.width
    ]
    if len(rows) != layout.lines:
        findings.append(_wrong_count(len(rows), layout))
    return findings or [_not_dates(layout)]


def _none_found() -> Finding:
    return Finding(
        code="mrz.none",
        problem=mark("The text holds no machine-readable zone."),
        remedy=mark("Scan the lines with < at the foot of the page, or type the document number by hand."),
    )


def _wrong_length(line: int, found: int, layout: Layout) -> Finding:
    ends = found < layout.width
    return Finding(
        code="mrz.line_length",
        problem=(
            mark("Line %(line)s has %(found)s of %(expected)s characters: it breaks off at character %(position)s.")
            if ends
            else mark("Line %(line)s has %(found)s instead of %(expected)s characters, too many from %(position)s.")
        ),
        remedy=mark("Scan the whole line again, or type the document number by hand."),
        values={
            "line": line,
            "found": found,
            "expected": layout.width,
            "position": min(found, layout.width) + 1,
            "format": layout.format.value,
        },
    )


def _wrong_count(found: int, layout: Layout) -> Finding:
    return Finding(
        code="mrz.line_count",
        problem=mark("The text has %(found)s lines of a zone instead of %(expected)s."),
        remedy=mark("Scan all its lines, or type the document number by hand."),
        values={"found": found, "expected": layout.lines, "format": layout.format.value},
    )


def _not_dates(layout: Layout) -> Finding:
    return Finding(
        code="mrz.no_dates",
        problem=mark("The lines have the right length, but no dates where a document has them."),
        remedy=mark("Scan again, or type the document number by hand."),
        values={"format": layout.format.value},
    )


def _too_long(length: int) -> Finding:
    return Finding(
        code="mrz.text_too_long",
        problem=mark("The text has %(length)s characters; a zone has at most 90."),
        remedy=mark("Paste the lines with < alone."),
        values={"length": length},
    )
