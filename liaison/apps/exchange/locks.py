"""One import of a list at a time: a lock that the database gives back by itself when its holder dies."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from liaison.rows.raw import own_connection


@contextmanager
def alone(list_name: str) -> Iterator[bool]:
    """Hold the list's lock on a connection of its own; yield whether it was free."""
    digest = hashlib.sha256(f"liaison import {list_name}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    connection = own_connection("default")
    try:
        row = connection.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
        try:
            yield bool(row and row[0])
        finally:
            if not connection.broken:  # said aloud, for the server notices a closed connection only a moment later
                connection.execute("select pg_advisory_unlock_all()")
    finally:
        connection.close()
