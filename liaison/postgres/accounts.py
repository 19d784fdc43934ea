"""Under which account of the operating system the server runs: one's own, or, for root, one that can do nothing else.

PostgreSQL refuses to run as root. So root starts it as a system account without a login shell, and no folder above
the data is ever opened for that account's sake.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from liaison.refusal import Finding, Refused, mark

SERVER_ACCOUNT = "liaison-pg"
USERADD_SECONDS_MAX = 30
_CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system; `is_other` when it is not the one we run as."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run(self, *command: object, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, with nothing of our own environment."""
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=_CLEAN_ENVIRONMENT,
            timeout=seconds,
            check=False,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def owns(self, path: Path) -> None:
        """Give one path, made by us, to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, folder: Path) -> bool:
        """Whether this account can enter a folder: asked of the system itself, which knows of lists and mounts."""
        if not self.is_other:
            return os.access(folder, os.X_OK)
        return self.run("/usr/bin/test", "-x", folder, seconds=USERADD_SECONDS_MAX).returncode == 0


def server_account() -> Account:
    """Return the account that the server runs as; as root, make it when it is missing."""
    if os.geteuid() != 0:
        return _own_account()
    entry = _known(SERVER_ACCOUNT) or _made(SERVER_ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)


def _own_account() -> Account:
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Refused(
            Finding(
                code="postgres.account_without_name",
                problem=mark("PostgreSQL needs an account with a name, and user %(uid)s has none."),
                remedy=mark("Add a line for it to /etc/passwd, or name a running server in LIAISON_DATABASE_URL."),
                values={"uid": os.geteuid()},
            )
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=False)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    said = "useradd is missing"
    if useradd is not None:
        options = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
        ran = subprocess.run(
            [useradd, *options, "--shell", "/usr/sbin/nologin", name],
            capture_output=True,
            text=True,
            timeout=USERADD_SECONDS_MAX,
            check=False,
        )
        said = ran.stderr.strip()
    entry = _known(name)  # another process may have been first
    if entry is None:
        raise Refused(
            Finding(
                code="postgres.no_account",
                problem=mark(
                    "PostgreSQL cannot run as root, and the account “%(name)s” could not be made: %(said)s."
                ),
                remedy=mark("Make that system account yourself, or run Liaison as an ordinary user."),
                values={"name": name, "said": said},
            )
        )
    return entry
