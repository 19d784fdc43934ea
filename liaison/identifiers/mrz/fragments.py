"""What a single line of a zone says, when the others were not scanned: often enough to search with."""

from dataclasses import dataclass

from liaison.identifiers.mrz.checks import FILLER, check_digit
from liaison.identifiers.mrz.finding_lines import begins_like, rows_of
from liaison.identifiers.mrz.layouts import LAYOUTS, Layout


@dataclass(frozen=True, slots=True)
class Fragment:
    """A document number whose check digit fits, a name, or both; empty where a line says neither."""

    number: str = ""
    name: str = ""


def fragment(text: str) -> Fragment:
    """Return what single lines of a zone in the text say."""
    rows = [row.replace(" ", FILLER) for row in rows_of(text)]
    numbers = (_number(layout, row) for row in rows for layout in LAYOUTS)
    names = (_name(layout, row) for row in rows for layout in LAYOUTS)
    return Fragment(next(filter(None, numbers), ""), next(filter(None, names), ""))


def _number(layout: Layout, row: str) -> str:
    """Return the document number of a whole line that starts with it, or with type and issuer before it."""
    span, check = layout.fields["number"], layout.checks[0].digit
    if len(row) != layout.width or (span.line == 0 and not begins_like(layout, row)):
        return ""
    number, printed = row[span.start : span.end], row[check.start]
    return number.rstrip(FILLER) if printed.isdecimal() and int(printed) == check_digit(number) else ""


def _name(layout: Layout, row: str) -> str:
    """Return the name of a line that begins with type and issuer, given names first."""
    span = layout.fields.get("name")
    if span is None or span.line != 0 or not begins_like(layout, row) or FILLER * 2 not in row[span.start :]:
        return ""
    surname, _, given = row[span.start : span.end].partition(FILLER * 2)
    parts = [*given.split(FILLER), *surname.split(FILLER)]
    return " ".join(part for part in parts if part)
