"""The columns that a database has as a table: one for each field that fits a cell, parts of groups as `names.text`.

A record takes one row, and more rows below it where a field holds several values: the second row has the same
`foreign_key` and the second value of each list. So the columns are the same however many values there are, and nobody
who fills in the table counts them. Pictures do not fit a cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from liaison.databases import all_databases
from liaison.databases.fields import Field, FieldType
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import folded
from liaison.refusal import Refused

FOREIGN_KEY = "foreign_key"
COMMENT = "#"
_IN_CELL = "; "
_ENDS = ("first", "last")
_APOSTROPHE = "'"
_SHIELDED = frozenset("=+-@\t\r\n＝＋－＠#'")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its path, the field of the database that it belongs to, and the part of it that a cell holds.

    `steps` lead from one entry of the field to the cell's value; there are none where the entry is the value.
    """

    path: str
    field: Field
    part: Field
    steps: tuple[str, ...]
    choices: Mapping[str, str]

    @property
    def labels(self) -> tuple[str, ...]:
        """The message ids of the field and its part."""
        return (self.field.label,) if self.part is self.field else (self.field.label, self.part.label)

    def value(self, cell: str) -> object:
        """Return what a cell says: the code of a choice named by its label, a list where the part holds one."""
        if self.part.many and self.part is not self.field:
            return [self._one(text.strip()) for text in cell.split(_IN_CELL.strip()) if text.strip()]
        return self._one(cell)

    def cell(self, value: object) -> str:
        """Return the cell of a value; empty for none."""
        for step in self.steps:
            value = value.get(step) if isinstance(value, Mapping) else None
        if isinstance(value, list | tuple):
            return _IN_CELL.join(self._text(one) for one in value)
        return "" if value is None else self._text(value)

    def _one(self, text: str) -> object:
        return self.choices.get(folded(text), text) if self.choices else text

    def _text(self, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if self.part.type is FieldType.PARTIAL_DATE:
            try:
                return str(PartialDate.from_json(value))
            except Refused:
                return ""  # no value of a record in normal form; the losses name it
        return str(value)


@cache
def columns(kind: str) -> tuple[Column, ...]:
    """Return the columns of a database in the order of its declaration, without that of the foreign key."""
    return tuple(column for field in all_databases()[kind].fields for column in _columns(field, field, ()))


def put(entry: dict[str, object], steps: Sequence[str], value: object) -> None:
    """Put a value into an entry of a group, at the end of the steps."""
    *above, last = steps
    for step in above:
        below = entry.setdefault(step, {})
        assert isinstance(below, dict)
        entry = below
    entry[last] = value


def shielded(cell: str) -> str:
    """Return the cell so that no spreadsheet program takes it for a formula: with an apostrophe before it.

    >>> shielded("=1+1"), unshielded(shielded("=1+1")), shielded("Voss")
    ("'=1+1", '=1+1', 'Voss')
    """
    return _APOSTROPHE + cell if cell[:1] in _SHIELDED else cell


def unshielded(cell: str) -> str:
    """Return the cell without the apostrophe that `shielded` put there, and only that one."""
    return cell[1:] if cell[:1] == _APOSTROPHE and cell[1:2] in _SHIELDED else cell


def _columns(field: Field, part: Field, steps: tuple[str, ...]) -> Iterator[Column]:
    if any(below.required and below.type is FieldType.IMAGE for below in part.parts):
        return  # without its picture the entry is none
    if part.type is FieldType.GROUP and (part is field or not part.many):
        for below in part.parts:
            yield from _columns(field, below, (*steps, below.name))
    elif part.type is FieldType.NUMBER_RANGE:
        for end in _ENDS:
            yield _column(field, part, (*steps, end))
    elif part.type not in {FieldType.IMAGE, FieldType.GROUP}:
        yield _column(field, part, steps)


def _column(field: Field, part: Field, steps: tuple[str, ...]) -> Column:
    choices = {folded(one.label): one.value for one in part.choices}
    choices |= {folded(one.value): one.value for one in part.choices}
    return Column(".".join((field.name, *steps)), field, part, steps, choices)
