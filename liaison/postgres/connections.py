"""How each role reaches the database: read from the home folder, never from a guess.

`database.json` (mode 0600) in the home says where the server is and holds the passwords of the three roles. It is
written by `setup`; the superuser's password is kept in another file, which nothing but this package reads.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from liaison.postgres.private_files import write_private
from liaison.postgres.wishes import Wishes
from liaison.refusal import Finding, Refused, mark

ACCESS_FILE = "database.json"
DATABASE = "liaison"
PORT = "5432"
CONNECT_SECONDS_MAX = "10"


class Role(StrEnum):
    """The roles that Liaison connects as. None is superuser, none bypasses row-level security."""

    OWNER = "liaison_owner"
    APP = "liaison_app"
    SYSTEM = "liaison_system"


@dataclass(frozen=True, slots=True)
class Access:
    """What `database.json` holds: libpq parameters without user, and one password for each role."""

    parameters: dict[str, str]
    passwords: dict[str, str]


def parameters(home: Path, wishes: Wishes, role: Role) -> dict[str, str]:
    """Return the libpq parameters of one role. Nothing is started and nothing is connected to.

    Before `setup` has run there is no password yet: then a connection fails, saying that none was supplied.
    """
    own_url = {Role.OWNER: wishes.owner_url, Role.APP: wishes.app_url, Role.SYSTEM: wishes.system_url}[role]
    if own_url:
        return parsed(own_url)
    access = read_access(home)
    if access is None:
        return {"host": str(home), "port": PORT, "dbname": DATABASE, "user": role.value}
    return {
        **access.parameters,
        "user": role.value,
        "password": access.passwords.get(role.value, ""),
        "connect_timeout": CONNECT_SECONDS_MAX,
    }


def url(home: Path, wishes: Wishes, role: Role) -> str:
    """Return the same as a URL, for programs that want one."""
    found = dict(parameters(home, wishes, role))
    user, password = quote(found.pop("user", ""), safe=""), quote(found.pop("password", ""), safe="")
    name = quote(found.pop("dbname", ""), safe="")
    rest = "&".join(f"{key}={quote(value, safe='')}" for key, value in sorted(found.items()))
    return f"postgresql://{user}:{password}@/{name}?{rest}"


def parsed(database_url: str) -> dict[str, str]:
    """Return the libpq parameters of a URL; a password in it is never repeated in the refusal."""
    try:
        found: dict[str, Any] = conninfo_to_dict(database_url)
    except ProgrammingError:
        raise Refused(
            Finding(
                code="postgres.url_unreadable",
                problem=mark("A database URL cannot be read."),
                remedy=mark("Write it as postgresql://user:password@host:5432/liaison?sslmode=verify-full."),
                field="LIAISON_DATABASE_URL",
            )
        ) from None
    return {key: str(value) for key, value in found.items() if value is not None}


def read_access(home: Path) -> Access | None:
    """Return what the home knows of the database, or None before it was set up."""
    path = home / ACCESS_FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Access(parameters=held["parameters"], passwords=held["passwords"])


def write_access(home: Path, access: Access) -> None:
    """Keep where the server is and the roles' passwords, for this account's eyes only."""
    held = {"parameters": access.parameters, "passwords": access.passwords}
    write_private(home / ACCESS_FILE, json.dumps(held, indent=1, sort_keys=True) + "\n")
