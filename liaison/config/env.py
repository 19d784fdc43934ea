"""The environment, read once into a typed frozen value. No other module reads `os.environ`.

Whatever is wrong is named at once; nothing is guessed.
"""

import dataclasses
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

from liaison.postgres import Wishes
from liaison.postgres.connections import parsed
from liaison.refusal import Finding, Refused, mark

PREFIX = "LIAISON_"
PORT_MAX = 65535
WORKERS_MAX = 64
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
OF_THE_SUITE = frozenset({"LIAISON_PROOF", "LIAISON_CHROMIUM"})
_HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]")
_LIST_PORTS = {"https": 443, "http": 80}
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}
Parsed = TypeVar("Parsed")


class Mode(StrEnum):
    """Whether real police data may be in this installation."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclasses.dataclass(frozen=True, slots=True)
class Environment:
    """Every setting that an operator gives, with its default. `docs/reference/settings` is made from this list."""

    home: Path
    """LIAISON_HOME: keys, the embedded database and the index live here."""
    mode: Mode = Mode.DEVELOPMENT
    """LIAISON_ENV: `development` or `production`."""
    debug: bool = False
    """LIAISON_DEBUG: show the insides of an error on the page; never in production."""
    database_url: str = ""
    """LIAISON_DATABASE_URL: an external PostgreSQL 16 or newer, of a role that may create roles."""
    database_owner_url: str = ""
    """LIAISON_DATABASE_OWNER_URL: the role that migrates, where it differs."""
    database_app_url: str = ""
    """LIAISON_DATABASE_APP_URL: the role that the doors use, where it differs."""
    database_system_url: str = ""
    """LIAISON_DATABASE_SYSTEM_URL: the role that follows the ledger, where it differs."""
    pg_bin: Path | None = None
    """LIAISON_PG_BIN: the folder of initdb and pg_ctl for the embedded server."""
    allow_embedded: bool = False
    """LIAISON_ALLOW_EMBEDDED: let this machine keep the database itself in production."""
    bind: str = "127.0.0.1"
    """LIAISON_BIND: the address that `liaison serve` listens on."""
    port: int = 8000
    """LIAISON_PORT: and its port."""
    workers: int = 1
    """LIAISON_WORKERS: how many processes serve."""
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    """LIAISON_HOSTS: the names, separated by commas, under which browsers may reach it."""
    list_hosts: tuple[str, ...] = ()
    """LIAISON_LIST_HOSTS: from where lists may be fetched by URL, separated by commas: `lists.example` over https,
    `http://lists.example` over http too. Empty: from nowhere."""
    secure_cookies: bool = False
    """LIAISON_SECURE_COOKIES: cookies over TLS only; always on in production."""
    breached_passwords: Path | None = None
    """LIAISON_BREACHED_PASSWORDS: a file of passwords that are never taken: sorted lines of SHA-1 and count, as Have
    I Been Pwned publishes them. The commonest twenty thousand are refused without it."""
    single_sign_on: Path | None = None
    """LIAISON_SINGLE_SIGN_ON: a file that names identity providers (OpenID Connect); see the how-to on single
    sign-on. Empty: there is none, and no host is asked."""
    agents: Path | None = None
    """LIAISON_AGENTS: the folder with the sockets of the bodies' agents, CODE.sock each; `agents` in the home."""
    samples: Path | None = None
    """LIAISON_SAMPLES: the folder of public lists that the suite may read."""
    require: frozenset[str] = frozenset()
    """LIAISON_REQUIRE: what the suite may not skip, separated by commas: browser, pdf, postgres."""

    @property
    def agents_folder(self) -> Path:
        """Where the agents of the bodies answer."""
        return self.agents or self.home / "agents"

    @property
    def production(self) -> bool:
        """Whether real police data may be here."""
        return self.mode is Mode.PRODUCTION

    @property
    def wishes(self) -> Wishes:
        """What was asked for about the database."""
        return Wishes(
            database_url=self.database_url,
            owner_url=self.database_owner_url,
            app_url=self.database_app_url,
            system_url=self.database_system_url,
            pg_bin=self.pg_bin,
            production=self.production,
            allow_embedded=self.allow_embedded,
        )


@cache
def environment() -> Environment:
    """Return this process's environment, read once."""
    return read_environment(os.environ)


def read_environment(given: Mapping[str, str]) -> Environment:
    """Return the environment; raise Refused with every wrong value, and every unknown name, at once."""
    reader = _Reader(given)
    read = Environment(
        home=reader.value("LIAISON_HOME", _path, "the path of a folder", _default_home(given)),
        mode=reader.value("LIAISON_ENV", Mode, "development or production", Mode.DEVELOPMENT),
        debug=reader.value("LIAISON_DEBUG", _switch, "1 or 0", False),
        database_url=reader.value("LIAISON_DATABASE_URL", _database_url, "a postgresql:// URL", "", secret=True),
        database_owner_url=reader.value(
            "LIAISON_DATABASE_OWNER_URL", _database_url, "a postgresql:// URL", "", secret=True
        ),
        database_app_url=reader.value(
            "LIAISON_DATABASE_APP_URL", _database_url, "a postgresql:// URL", "", secret=True
        ),
        database_system_url=reader.value(
            "LIAISON_DATABASE_SYSTEM_URL", _database_url, "a postgresql:// URL", "", secret=True
        ),
        pg_bin=reader.value("LIAISON_PG_BIN", _folder, "a folder that exists", None),
        allow_embedded=reader.value("LIAISON_ALLOW_EMBEDDED", _switch, "1 or 0", False),
        bind=reader.value("LIAISON_BIND", _address, "an IP address", "127.0.0.1"),
        port=reader.value("LIAISON_PORT", _port, f"a port from 1 to {PORT_MAX}", 8000),
        workers=reader.value("LIAISON_WORKERS", _workers, f"a number from 1 to {WORKERS_MAX}", 1),
        hosts=reader.value("LIAISON_HOSTS", _hosts, "host names separated by commas", LOOPBACK_HOSTS),
        list_hosts=reader.value("LIAISON_LIST_HOSTS", _list_hosts, "host names separated by commas", ()),
        secure_cookies=reader.value("LIAISON_SECURE_COOKIES", _switch, "1 or 0", False),
        breached_passwords=reader.value(
            "LIAISON_BREACHED_PASSWORDS", _file, "the path of a file that is not empty", None
        ),
        single_sign_on=reader.value("LIAISON_SINGLE_SIGN_ON", _file, "the path of a file that is not empty", None),
        agents=reader.value("LIAISON_AGENTS", _path, "the path of a folder", None),
        samples=reader.value("LIAISON_SAMPLES", _path, "the path of a folder", None),
        require=reader.value("LIAISON_REQUIRE", _names, "names separated by commas", frozenset()),
    )
    reader.unknown()
    if read.production and read.debug:
        reader.findings.append(
            Finding(
                code="settings.debug_in_production",
                problem=mark("LIAISON_DEBUG shows the insides of the program, and LIAISON_ENV is production."),
                remedy=mark("Unset LIAISON_DEBUG."),
                field="LIAISON_DEBUG",
            )
        )
    if reader.findings:
        raise Refused(*reader.findings)
    return read


class _Reader:
    """Reads names from the environment and keeps what is wrong with them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.findings: list[Finding] = []
        self.known: set[str] = set()

    def value(
        self, name: str, parse: Callable[[str], Parsed], wanted: str, default: Parsed, *, secret: bool = False
    ) -> Parsed:
        """Return the parsed value, or the default where it is not set or is wrong."""
        self.known.add(name)
        text = self.given.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.findings.append(
                Finding(
                    code="settings.wrong_value",
                    problem=mark("%(name)s must be %(wanted)s, not %(text)s."),
                    remedy=mark("Correct it and start again."),
                    field=name,
                    values={"name": name, "wanted": wanted, "text": "what it is" if secret else f"“{text}”"},
                )
            )
            return default

    def unknown(self) -> None:
        """A misspelt name would otherwise be a default that nobody chose."""
        names = {name for name in self.given if name.startswith(PREFIX)} - self.known - OF_THE_SUITE
        self.findings += [
            Finding(
                code="settings.unknown_name",
                problem=mark("%(name)s is not a setting of Liaison."),
                remedy=mark("Correct its spelling, or unset it."),
                field=name,
                values={"name": name},
            )
            for name in sorted(names)
        ]


def _default_home(given: Mapping[str, str]) -> Path:
    data = given.get("XDG_DATA_HOME", "").strip()
    base = Path(data) if data.startswith("/") else Path(given.get("HOME", "").strip() or "/") / ".local" / "share"
    return base / "liaison"


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _folder(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise ValueError(text)
    return path


def _file(text: str) -> Path:
    path = _path(text)
    if not path.is_file() or not path.stat().st_size:
        raise ValueError(text)
    return path


def _switch(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def _number(text: str, most: int) -> int:
    number = int(text)
    if not 1 <= number <= most:
        raise ValueError(text)
    return number


def _port(text: str) -> int:
    return _number(text, PORT_MAX)


def _workers(text: str) -> int:
    return _number(text, WORKERS_MAX)


def _address(text: str) -> str:
    return str(ipaddress.ip_address(text))


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError(text)
    return hosts


def _list_hosts(text: str) -> tuple[str, ...]:
    """Return the origins: scheme and host, and a port where it is not the usual one of the scheme."""
    origins = []
    for part in text.split(","):
        scheme, _, rest = part.strip().lower().rpartition("://")
        host, _, port = rest.partition(":") if not rest.startswith("[") else (rest, "", "")
        scheme = scheme or "https"
        if scheme not in _LIST_PORTS or not _HOST.fullmatch(host) or host.startswith("."):
            raise ValueError(text)
        usual = not port or _port(port) == _LIST_PORTS[scheme]
        origins.append(f"{scheme}://{host}" + ("" if usual else f":{_port(port)}"))
    return tuple(dict.fromkeys(origins))


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _database_url(text: str) -> str:
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError
    try:
        parsed(text)
    except Refused:
        raise ValueError from None
    return text
