"""Records made of the rows of real lists, for round trips."""

from collections.abc import Iterable, Iterator

from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.formats.losses import Outgoing
from liaison.formats.rows import Edition, Row


def records_of(items: Iterable[Row | Edition], source: str) -> Iterator[Outgoing]:
    """Yield a record for every row that was not refused."""
    for item in items:
        if isinstance(item, Row) and item.fields is not None:
            fields = normalise(all_databases()[item.kind], item.fields)
            yield Outgoing(item.kind, f"RX-{item.foreign_key}", source, fields)
