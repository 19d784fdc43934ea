"""Files that only the agent's own user reads: made so from the first byte, refused when they are not."""

import os
import secrets
import stat
from pathlib import Path

from liaison.refusal import Finding, Refused, mark

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PASSPHRASE_BYTES_MAX = 4_096


def private_folder(path: Path) -> Path:
    """Return the folder, made if it is missing; raise Refused where others may look in."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    _refuse_open(path)
    return path


def write_new(path: Path, text: str) -> None:
    """Write a file that was not there, whole or not at all, for its owner alone."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise Refused(_there_already(path)) from None
    finally:
        draft.unlink(missing_ok=True)


def passphrase_of(path: Path) -> str:
    """Return the passphrase that a file of mode 0600 holds; raise Refused where others may read it."""
    try:
        _refuse_open(path)
        return path.read_text(encoding="utf-8")[:PASSPHRASE_BYTES_MAX].rstrip("\r\n")
    except FileNotFoundError:
        raise Refused(_missing(path)) from None


def _refuse_open(path: Path) -> None:
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.geteuid():
        raise Refused(_open_to_others(path))


def _open_to_others(path: Path) -> Finding:
    return Finding(
        code="agent.open_to_others",
        problem=mark("%(path)s is not the agent's user's alone."),
        remedy=mark("Give it to the user who runs the agent, and take the rights of all others away."),
        values={"path": str(path)},
    )


def _there_already(path: Path) -> Finding:
    return Finding(
        code="agent.there_already",
        problem=mark("%(path)s is there already."),
        remedy=mark("Nothing was changed: choose another folder, or use what is there."),
        values={"path": str(path)},
    )


def _missing(path: Path) -> Finding:
    return Finding(
        code="agent.no_file",
        problem=mark("There is no %(path)s."),
        remedy=mark("Check its name, and whether the agent's user may look into its folder."),
        values={"path": str(path)},
    )
