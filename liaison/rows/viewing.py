"""On whose behalf the rows of a transaction are read and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from liaison.rows.tokens import token, viewer_key
from liaison.viewer import Viewer

DOORS = "default"
SYSTEM = "system"
_SET = "select set_config('liaison.viewer', %s, true)"
_ATTRIBUTE = "_liaison_viewer"


@contextmanager
def viewing(viewer: Viewer, *, savepoint: bool = True) -> Iterator[None]:
    """Open a transaction in which PostgreSQL shows and takes only what this viewer may see and write.

    Inside another `viewing` of the same viewer it is a savepoint, unless a query that only reads asks for none; a
    different viewer there is a bug.
    """
    connection = connections[DOORS]
    before: Viewer | None = getattr(connection, _ATTRIBUTE, None)
    assert before is None or before == viewer, "one transaction has one viewer"
    if before is not None:
        with transaction.atomic(using=DOORS, savepoint=savepoint):
            yield
        return
    with transaction.atomic(using=DOORS):
        inside_another = len(connection.savepoint_ids) > 0
        _set(connection, token(viewer, backend_pid=_backend_pid(connection), key=viewer_key()))
        setattr(connection, _ATTRIBUTE, viewer)
        try:
            yield
            if inside_another and not connection.needs_rollback:
                _set(connection, "")
        finally:
            setattr(connection, _ATTRIBUTE, None)


def current_viewer() -> Viewer | None:
    """Return the viewer of the transaction that is open on the doors' connection, if any."""
    return getattr(connections[DOORS], _ATTRIBUTE, None)


@contextmanager
def system_work() -> Iterator[None]:
    """Open a transaction of the role that follows the ledger. Its rows are read with `.using("system")`."""
    with transaction.atomic(using=SYSTEM):
        yield


def _set(connection: Any, value: str) -> None:  # Any: Django's wrapper has no public type
    with connection.cursor() as cursor:
        cursor.execute(_SET, [value])


def _backend_pid(connection: Any) -> int:  # Any: as above
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)
