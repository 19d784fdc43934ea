"""The mark of a home that holds nothing but the invented world. It is set at creation, and nothing takes it away.

Two things carry it, a file in the home and a row in the database, and a home is a demo only while both do: neither a
copied file nor a restored database turns an installation with people in it into one. `--as USER` and passwords on the
screen exist in a demo home and nowhere else.
"""

from pathlib import Path

from django.db import ProgrammingError, transaction

from liaison.apps.training.models import DemoMark
from liaison.refusal import Finding, Refused, mark
from liaison.rows.public import now

FILE_NAME = "demo"
_TEXT = "This home was made by `liaison demo`. It holds invented people only, and can never hold others.\n"
_FILE_MODE = 0o444


def mark_demo(home: Path) -> None:
    """Mark a fresh home; a second time changes nothing. Raise Refused where somebody joined before."""
    if not DemoMark.objects.exists():
        _mark_database()
    file = home / FILE_NAME
    if not file.exists():
        file.write_text(_TEXT, encoding="utf-8")
        file.chmod(_FILE_MODE)


def is_demo(home: Path) -> bool:
    """Whether the home was made by `liaison demo`."""
    return (home / FILE_NAME).is_file() and DemoMark.objects.exists()


def _mark_database() -> None:
    """Set the row; the database itself refuses it once somebody joined."""
    try:
        with transaction.atomic():
            DemoMark.objects.create(marked_at=now())
    except ProgrammingError as error:
        raise Refused(
            Finding(
                code="demo.not_a_fresh_home",
                problem=mark("This home has users already, so it cannot become a demo."),
                remedy=mark("Name an empty folder in LIAISON_HOME, and no database that is in use."),
                source="policy: demo",
            )
        ) from error
