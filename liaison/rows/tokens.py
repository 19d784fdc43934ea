"""The signed viewer token that PostgreSQL verifies, so that injected SQL cannot choose a viewer.

A token is `key id|reader|user|level|rights|queries|enters|backend pid|expiry.mac`: HMAC-SHA256 under a key that the
application reads from a file and the database from a table which only its owner may read. It is bound to one
connection and short-lived. Beside the rights stands `closed=<bits>`: the conditions of records that are closed to the
viewer (`liaison.rules.handling`), so that PostgreSQL compares two numbers and knows neither purposes nor kinds of
bodies.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from liaison.refusal import Finding, Refused, mark
from liaison.rules.handling import closed_to
from liaison.viewer import Viewer

KEY_FILE = "viewer.key"
KEY_BYTES_MIN = 32
LIFE_SECONDS = 600
BLOCK_BYTES = 64
KEYS_KEPT_MAX = 2
EVERY_DATABASE = "*"


@dataclass(frozen=True, slots=True)
class ViewerKey:
    """A key of HMAC-SHA256, with both of its padded halves ready (RFC 2104)."""

    secret: bytes

    @property
    def key_id(self) -> str:
        """Names the key without telling it."""
        return hashlib.sha256(b"liaison viewer key id" + self.secret).hexdigest()[:8]

    @property
    def inner(self) -> bytes:
        """The key, padded to a block, for the inner hash."""
        return bytes(byte ^ 0x36 for byte in self._block)

    @property
    def outer(self) -> bytes:
        """The key, padded to a block, for the outer hash."""
        return bytes(byte ^ 0x5C for byte in self._block)

    @property
    def _block(self) -> bytes:
        short = self.secret if len(self.secret) <= BLOCK_BYTES else hashlib.sha256(self.secret).digest()
        return short.ljust(BLOCK_BYTES, b"\0")


def viewer_key() -> ViewerKey:
    """Return the installation's key; raise Refused when its file is missing."""
    return _read(Path(settings.LIAISON_HOME) / KEY_FILE)


def token(viewer: Viewer, *, backend_pid: int, key: ViewerKey, seconds: int = LIFE_SECONDS) -> str:
    """Return a token that holds on one connection for some seconds."""
    rights = ",".join([*sorted(right.value for right in viewer.rights), f"closed={closed_to(viewer)}"])
    payload = "|".join(
        (
            key.key_id,
            str(viewer.reader_id),
            str(viewer.user_id),
            str(int(viewer.level)),
            rights,
            _named(viewer.queries),
            _named(viewer.enters),
            str(backend_pid),
            str(int(time.time()) + seconds),
        )
    )
    return f"{payload}.{hmac.new(key.secret, payload.encode('ascii'), hashlib.sha256).hexdigest()}"


def _named(databases: frozenset[str] | None) -> str:
    return EVERY_DATABASE if databases is None else ",".join(sorted(databases))


@lru_cache(maxsize=KEYS_KEPT_MAX)
def _read(path: Path) -> ViewerKey:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        text = ""
    if len(text) < KEY_BYTES_MIN:
        raise Refused(
            Finding(
                code="rows.viewer_key_missing",
                problem=mark("The key that vouches for viewers is missing: %(path)s."),
                remedy=mark("Run `liaison db setup`, or copy the file from the other machine of this installation."),
                values={"path": path},
            )
        )
    return ViewerKey(text.encode("ascii"))
