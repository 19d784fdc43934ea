"""Where a reader of a feed has come to: a place in the ledger that he carries and cannot read.

The place is encrypted under a nonce of its own each time, so that neither a cursor nor two of them compared tell how
much else was written in between. It holds for one user with the rights that he had, and for the ledger that it was
made in: the leaf at its place must be the one that it names.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison.apps.audit import public as audit
from liaison.refusal import Finding, Refused, mark
from liaison.rows.tokens import viewer_key
from liaison.viewer import Viewer

CURSOR_LENGTH_MAX = 200
_LABEL = b"liaison feed cursor 1"
_NONCE_BYTES = 12
_PLACE = struct.Struct(">Q16s")
_LEAF_BYTES = 16
_NO_LEAF = bytes(_LEAF_BYTES)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose feed it is and of what: a cursor of one scope says nothing in another."""

    viewer: Viewer
    database: str

    @property
    def memory(self) -> UUID:
        """Names what decides which records this user sees: who he is and what he is allowed."""
        rights = ",".join(sorted(right.value for right in self.viewer.rights))
        parts = (self.viewer.user_id, self.viewer.reader_id, int(self.viewer.level), rights)
        return UUID(bytes=hashlib.sha256("|".join(map(str, parts)).encode()).digest()[:16])

    def to_bytes(self) -> bytes:
        """Return what a cursor is bound to."""
        return self.memory.bytes + self.database.encode()


def cursor_at(seq: int, scope: Scope) -> str:
    """Return the cursor of a reader who has everything up to this number of the ledger."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key()).encrypt(nonce, _PLACE.pack(seq, _leaf(seq)), scope.to_bytes())
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode("ascii")


def place_of(cursor: str, scope: Scope) -> int:
    """Return the number up to which the reader has everything, 0 for the empty cursor.

    Raise Refused, in the same words whatever the reason, for a cursor that does not hold here any more.
    """
    if not cursor:
        return 0
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise Refused(_begin_anew())
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        plain = AESGCM(_key()).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], scope.to_bytes())
    except (InvalidTag, ValueError, binascii.Error):
        raise Refused(_begin_anew()) from None
    seq, leaf = _PLACE.unpack(plain)
    if leaf != _leaf(seq):
        raise Refused(_begin_anew())
    return int(seq)


def _leaf(seq: int) -> bytes:
    """Return the beginning of the leaf with this number, empty for 0 and for a number that the ledger has not."""
    return (audit.leaf_at(seq) or b"")[:_LEAF_BYTES] if seq else _NO_LEAF


def _key() -> bytes:
    return hmac.new(viewer_key().secret, _LABEL, hashlib.sha256).digest()


def _begin_anew() -> Finding:
    return Finding(
        code="feed.begin_anew",
        problem=mark("This cursor does not hold here any more: the ledger, your account or its rights are others."),
        remedy=mark("Put your copy aside and begin anew, without a cursor."),
        field="after",
    )
