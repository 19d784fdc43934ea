"""Django's migrate, as the owner: the other roles may not make tables."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from liaison.rows.installation import OWNER, install_viewer_key


class Command(migrate.Command):
    """`migrate`, on the owner's connection; afterwards the database can verify viewer tokens."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments, with another default for `--database`."""
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, **options: Any) -> None:  # Any: Django's protocol
        """Migrate, then install the key."""
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            install_viewer_key()
