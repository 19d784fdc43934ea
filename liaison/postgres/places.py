"""Where the embedded server keeps its things, given a home folder.

Everything is below the home, except where the server's account cannot enter it (a home below /root) or where the
socket's path would be too long for the system; then in folders of our own whose name comes from the home's path.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from liaison.postgres.accounts import Account
from liaison.postgres.private_files import PRIVATE_FOLDER, write_private
from liaison.refusal import Finding, Refused, mark

SOCKET_PATH_BYTES_MAX = 100
SOCKET_NAME = ".s.PGSQL.5432"
SYSTEM_HOMES = Path("/var/lib/liaison")
_ENTERED_BY_ALL = 0o711
_NOT_IN_PATHS = set(',"$`\\\n\r')


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of one embedded server."""

    home: Path
    folder: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    @property
    def pid_file(self) -> Path:
        """Written by the server while it runs; its first line is its pid."""
        return self.data / "postmaster.pid"

    @property
    def socket(self) -> Path:
        """What clients connect to."""
        return self.sockets / SOCKET_NAME

    @property
    def socket_lock(self) -> Path:
        """Written by the server beside its socket."""
        return self.sockets / f"{SOCKET_NAME}.lock"

    @property
    def lock(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.home / "pg.lock"

    @property
    def superuser_password(self) -> Path:
        """Read by this package alone."""
        return self.home / "pg.superuser"


def make_home(home: Path) -> Path:
    """Return the home folder, made when it is missing; raise Refused if it is another account's.

    As root it is made so that the server's account can pass through it, but not list it; a folder that exists keeps
    its permissions.
    """
    _refuse_characters(home.resolve())
    if not home.exists():
        home.mkdir(mode=_ENTERED_BY_ALL if os.geteuid() == 0 else PRIVATE_FOLDER, parents=True, exist_ok=True)
    home = home.resolve()
    owner = home.stat().st_uid
    if owner != os.geteuid():
        raise Refused(
            Finding(
                code="postgres.home_of_another",
                problem=mark("The home folder %(home)s belongs to user %(owner)s, and this is user %(self)s."),
                remedy=mark("Run Liaison as its owner, or name another folder in LIAISON_HOME."),
                field="LIAISON_HOME",
                values={"home": home, "owner": owner, "self": os.geteuid()},
            )
        )
    return home


def _refuse_characters(home: Path) -> None:
    """PostgreSQL's own programs hand paths to a shell between double quotes, and a comma parts two hosts."""
    if found := sorted(set(str(home)) & _NOT_IN_PATHS):
        raise Refused(
            Finding(
                code="postgres.home_unusable",
                problem=mark("The home folder %(home)s has %(found)s in its path, which PostgreSQL cannot take."),
                remedy=mark("Name another folder in LIAISON_HOME."),
                field="LIAISON_HOME",
                values={"home": home, "found": " ".join(found)},
            )
        )


def places(home: Path, account: Account) -> Places:
    """Return the server's places below a home that exists. Nothing is made yet."""
    folder = home / "pg" if account.reaches(home) else SYSTEM_HOMES / _short(home) / "pg"
    too_long = len(os.fsencode(folder / f"{SOCKET_NAME}.lock")) > SOCKET_PATH_BYTES_MAX
    return Places(home=home, folder=folder, sockets=_short_sockets(home, account) if too_long else folder)


def make_places(found: Places, account: Account) -> None:
    """Make the folders, each for the server's account alone."""
    if found.folder.is_relative_to(SYSTEM_HOMES) and not found.folder.parent.exists():
        found.folder.parent.mkdir(mode=_ENTERED_BY_ALL, parents=True, exist_ok=True)
        write_private(found.folder.parent / "home", f"{found.home}\n")  # whose this is, for whoever finds it
    for folder in {found.folder, found.sockets}:
        _make_private(folder, account)


def _make_private(folder: Path, account: Account) -> None:
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        held = folder.lstat()
        # In a folder that everybody writes to, somebody else may have come first.
        if not stat.S_ISDIR(held.st_mode) or held.st_uid not in {account.uid, os.geteuid()} or held.st_mode & 0o077:
            raise Refused(
                Finding(
                    code="postgres.folder_not_private",
                    problem=mark("The folder %(folder)s is not private to “%(user)s”."),
                    remedy=mark("Remove it if nobody needs it, or name another folder in LIAISON_HOME."),
                    values={"folder": folder, "user": account.name},
                )
            ) from None
    account.owns(folder)


def _short_sockets(home: Path, account: Account) -> Path:
    if account.is_other:
        return Path("/run") / f"liaison-{_short(home)}"
    own = Path(f"/run/user/{account.uid}")
    base = own if own.is_dir() and os.access(own, os.W_OK | os.X_OK) else Path("/tmp")  # noqa: S108  checked when made
    return base / f"liaison-{account.uid}-{_short(home)}"


def _short(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
