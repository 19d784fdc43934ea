"""What the operator asked for about the database: one frozen value that `liaison.config.env` fills."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wishes:
    """Empty means not asked for.

    `database_url` is an external server's, of a role that may create roles; the three others name single roles of it.
    `durable` is False for tests only: such a server loses data when the machine stops.
    """

    database_url: str = ""
    owner_url: str = ""
    app_url: str = ""
    system_url: str = ""
    pg_bin: Path | None = None
    production: bool = False
    allow_embedded: bool = False
    durable: bool = True

    @property
    def external(self) -> bool:
        """Whether somebody else keeps the server, so that nothing may be started here."""
        return bool(self.database_url or self.app_url)
