"""The secret files that one installation makes for itself, each of mode 0600 in the home folder.

Several machines of one installation share them: the operator copies them.
"""

import secrets
from pathlib import Path

from liaison.postgres.private_files import create_private

SESSION_KEY_FILE = "session.key"
VIEWER_KEY_FILE = "viewer.key"
FACTOR_KEY_FILE = "factors.key"
KEY_FILES = (SESSION_KEY_FILE, VIEWER_KEY_FILE, FACTOR_KEY_FILE)
KEY_BYTES = 48


def make_keys(home: Path) -> None:
    """Make the keys that are missing; those that are there stay."""
    for name in KEY_FILES:
        if not (home / name).exists():
            create_private(home / name, secrets.token_hex(KEY_BYTES))


def read_key(home: Path, name: str) -> str:
    """Return a key, or an empty string before it was made: what needs it then says so."""
    try:
        return (home / name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def missing_keys(home: Path) -> list[str]:
    """Return the names of the keys that the home does not hold."""
    return [name for name in KEY_FILES if not read_key(home, name)]
