"""The database's clock: the one that deadlines and times of entries use, the same on every machine."""

from datetime import UTC, datetime

from django.db import connections


def now(using: str = "default") -> datetime:
    """Return the time of the current transaction, aware UTC. The suite moves it; nobody else can."""
    with connections[using].cursor() as cursor:
        cursor.execute("select public.liaison_now()")
        (moment,) = cursor.fetchone()
    return moment.astimezone(UTC)
