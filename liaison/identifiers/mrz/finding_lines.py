"""Finding the lines of a zone in pasted text: lost line breaks, spaces, lower case, text around, a character off.

Every way to cut the text into a zone is an `Attempt`; whoever reads them takes the one whose check digits speak for
it. Nothing is dropped in silence: a line that had to be lengthened or shortened is a `LengthFix`.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from liaison.identifiers import countries
from liaison.identifiers.mrz.checks import FILLER, Verdict, checks_of
from liaison.identifiers.mrz.layouts import LAYOUTS, Layout
from liaison.identifiers.mrz.repair import TO_DIGIT, TO_LETTER, repaired

LENGTH_SLACK = 3
JUNK_BEFORE_MAX = 12
ROWS_MAX = 40
ROW_LENGTH_MIN = 5

_FILLER_LOOK_ALIKES = str.maketrans(
    {"«": "<<", "‹": "<", "〈": "<", "≪": "<<", "＜": "<", "⟨": "<", "˂": "<", "❮": "<", "《": "<<", "ᐸ": "<"}
)
_NOT_OF_A_ZONE = re.compile(r"[^A-Z0-9< ]")
_SIZES = tuple(dict.fromkeys((layout.lines, layout.width) for layout in LAYOUTS))
_DATE_CHARACTERS_MIN = 8
_DATE_DIGITS_MIN = 4


@dataclass(frozen=True, slots=True)
class LengthFix:
    """One line that had too few or too many characters, and where it was lengthened or shortened (from 1)."""

    line: int
    expected: int
    found: int
    position: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to cut the text into a zone."""

    layout: Layout
    lines: tuple[str, ...]
    fixes: tuple[LengthFix, ...] = ()


def rows_of(text: str) -> list[str]:
    """Return the text's lines in the characters of a zone, spaces kept, empty ones dropped."""
    unescaped = html.unescape(text).translate(_FILLER_LOOK_ALIKES)
    upper = unicodedata.normalize("NFKC", unescaped).upper()
    rows = (_NOT_OF_A_ZONE.sub("", row.replace("\t", " ")).strip() for row in upper.splitlines())
    return [row for row in rows if row][:ROWS_MAX]


def attempts(text: str) -> Iterator[Attempt]:
    """Yield the plausible ways to cut the text into a zone: as its lines stand, then glued together, then mended."""
    rows = rows_of(text)
    without = [row.replace(" ", "") for row in rows]
    filled = [row.replace(" ", FILLER) for row in rows]
    spellings = [without, filled] if filled != without else [without]
    for spelling in spellings:
        yield from _by_lines(spelling, exact=True)
    for spelling in spellings:
        yield from _glued("".join(spelling))
    for spelling in spellings:
        yield from _by_lines(spelling, exact=False)
    yield from _glued_uneven("".join(without))


def begins_like(layout: Layout, first_line: str) -> bool:
    """Whether the line begins with a document type of this format and an issuer that exists."""
    issuer = "".join(TO_LETTER.get(letter, letter) for letter in layout.fields["issuer"].of([first_line]))
    return first_line[0] in layout.types and countries.state(issuer) is not None


def _by_lines(rows: Sequence[str], *, exact: bool) -> Iterator[Attempt]:
    long = [row for row in rows if len(row) >= ROW_LENGTH_MIN]
    filled = [row for row in long if FILLER in row]
    for chosen in (filled, long) if filled != long else (long,):
        for count, width in _SIZES:
            for start in range(len(chosen) - count + 1):
                window = chosen[start : start + count]
                whole = all(len(row) == width for row in window)
                if whole if exact else not whole and _mendable(window, width):
                    yield from _of_size(window, count, width)


def _glued(joined: str) -> Iterator[Attempt]:
    """Cut a zone out of text without line breaks; elsewhere than at its head only where one seems to begin."""
    for count, width in _SIZES:
        for start in range(len(joined) - count * width + 1):
            if start == 0 or any(begins_like(layout, joined[start:]) for layout in LAYOUTS if layout.width == width):
                zone = joined[start : start + count * width]
                yield from _of_size(
                    [zone[place : place + width] for place in range(0, len(zone), width)], count, width
                )


def _glued_uneven(joined: str) -> Iterator[Attempt]:
    """Cut text without line breaks that has a few characters more or less: in one line, or as many in each."""
    for count, width in _SIZES:
        off = len(joined) - count * width
        if off and abs(off) <= LENGTH_SLACK:
            for uneven in range(count):
                yield from _cut(joined, [width + (off if line == uneven else 0) for line in range(count)], width)
            if off % count == 0:
                yield from _cut(joined, [width + off // count] * count, width)


def _cut(joined: str, lengths: Sequence[int], width: int) -> Iterator[Attempt]:
    ends = list(accumulate(lengths))
    rows = [joined[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    yield from _of_size(rows, len(rows), width)


def _of_size(rows: Sequence[str], count: int, width: int) -> Iterator[Attempt]:
    for layout in LAYOUTS:
        if (layout.lines, layout.width) == (count, width):
            mended = [_mended(layout, number, row) for number, row in enumerate(rows)]
            attempt = Attempt(layout, tuple(row for row, _ in mended), tuple(fix for _, fix in mended if fix))
            if _looks_like(attempt):
                yield attempt


def _mendable(rows: Sequence[str], width: int) -> bool:
    """Whether none is much too long, and one has nearly its length or the first begins as a zone.

    Fillers at the ends of lines are often lost, so that lines may be much too short.
    """
    near = any(abs(len(row) - width) <= LENGTH_SLACK for row in rows)
    begun = any(layout.width == width and begins_like(layout, rows[0]) for layout in LAYOUTS)
    return (near or begun) and all(len(row) <= width + JUNK_BEFORE_MAX for row in rows)


def _looks_like(attempt: Attempt) -> bool:
    """Whether the dates hold digits, fillers or what is mistaken for digits; both cannot be unknown."""
    spans = [span for name, span in attempt.layout.fields.items() if name in ("birth", "expiry")]
    dates = "".join(span.of(attempt.lines) for span in spans)
    digits = sum(1 for letter in dates if letter.isdecimal() or letter in TO_DIGIT)
    read = digits + dates.count(FILLER)
    return digits >= _DATE_DIGITS_MIN and read * 12 >= _DATE_CHARACTERS_MIN * len(dates)


def _mended(layout: Layout, line: int, row: str) -> tuple[str, LengthFix | None]:
    """Return the line at its full length, where its own check digits agree best, and what was done."""
    if len(row) == layout.width:
        return row, None
    ways = list(_lengthened(row, layout.width) if len(row) < layout.width else _shortened(row, layout.width))
    best, position = max(ways, key=lambda way: _agreement(layout, line, way[0]))
    return best, LengthFix(line + 1, layout.width, len(row), position)


def _lengthened(row: str, width: int) -> Iterator[tuple[str, int]]:
    """Yield the line with fillers at its end, then with the lost characters before each place."""
    missing = width - len(row)
    yield row + FILLER * missing, len(row) + 1
    for place in range(len(row) - 1, -1, -1) if missing <= LENGTH_SLACK else ():
        yield row[:place] + FILLER * missing + row[place:], place + 1


def _shortened(row: str, width: int) -> Iterator[tuple[str, int]]:
    """Yield the line without its end, without its beginning, then without the characters after each place."""
    extra = len(row) - width
    yield row[:width], width + 1
    yield row[extra:], 1
    if extra <= LENGTH_SLACK:
        for place in range(width - 1, 0, -1):
            yield row[:place] + row[place + extra :], place + 1


def _agreement(layout: Layout, line: int, row: str) -> int:
    """Return how much one line says for itself: its check digits, its states, and for the first how it begins."""
    blank = FILLER * layout.width
    lines, _ = repaired(layout, [row if number == line else blank for number in range(layout.lines)])
    own = [check for check in checks_of(layout, lines) if check.line == line + 1 and check.field != "composite"]
    right = sum(1 for check in own if check.verdict is Verdict.RIGHT and check.printed != FILLER)
    failed = sum(1 for check in own if check.verdict is not Verdict.RIGHT)
    nationality = layout.fields.get("nationality")
    known = (
        nationality is not None and nationality.line == line and countries.state(nationality.of(lines)) is not None
    )
    begins = line == 0 and begins_like(layout, row)
    return 3 * right - failed + (2 if known else 0) + (2 if begins else 0)
