"""Records as a table with the columns of the template, so that what was exported can be edited and imported again.

No cell can be taken for a formula, and pictures stay out: the losses name them. A record that nothing but its picture
told from others can be written, but not imported again.
"""

import io
from collections.abc import Iterable, Iterator, Mapping

from liaison.databases import all_databases
from liaison.formats.csv_columns import FOREIGN_KEY, Column, columns, shielded
from liaison.formats.csv_reading import SEPARATORS
from liaison.formats.csv_template import BYTE_ORDER_MARK, as_line, parse
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.rows import Row


def write(kind: str, records: Iterable[Outgoing], losses: Losses, *, separator: str = ",") -> Iterator[bytes]:
    """Yield the table of these records, all of one kind, in UTF-8 with a byte order mark; count into `losses`.

    The reference of a record is its `foreign_key`.
    """
    assert separator in SEPARATORS, "the reader knows three separators"
    database, declared = all_databases()[kind], columns(kind)
    header = as_line([FOREIGN_KEY, *(column.path for column in declared)], separator)
    yield (BYTE_ORDER_MARK + header).encode()
    for record in records:
        assert record.kind == kind, "a table holds one kind of record"
        rows = "".join(as_line(cells, separator) for cells in _rows(record, declared)).encode()
        losses.note(database, record.fields, _read_back(kind, header.encode() + rows))
        yield rows


def _rows(record: Outgoing, declared: Iterable[Column]) -> Iterator[list[str]]:
    """Yield the rows of a record: the first with all that there is once, each with one entry of every list."""
    cells = [_cells(column, record.fields) for column in declared]
    for number in range(max(1, *map(len, cells))):
        said = [of[number] if number < len(of) else "" for of in cells]
        yield [shielded(record.reference), *map(shielded, said)]


def _cells(column: Column, fields: Mapping[str, object]) -> list[str]:
    value = fields.get(column.field.name)
    if column.field.many and isinstance(value, list | tuple):
        return [column.cell(entry) for entry in value]
    return [column.cell(value)] if value is not None else []


def _read_back(kind: str, data: bytes) -> Mapping[str, object] | None:
    item = next(iter(parse(kind, io.BytesIO(data), whole=False)))
    return item.fields if isinstance(item, Row) else None
