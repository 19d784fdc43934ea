"""A connection of one's own, outside Django's: for a writer, a listener or a lock that outlives a request."""

from typing import Any

import psycopg
from django.db import connections


def own_connection(using: str, *, autocommit: bool = True, **options: Any) -> psycopg.Connection:  # Any: libpq's own
    """Return a new psycopg connection with the role of an alias. Whoever asked for it closes it."""
    given: dict[str, Any] = connections[using].get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        given.pop(name, None)
    return psycopg.connect(**{**given, **options}, autocommit=autocommit)
