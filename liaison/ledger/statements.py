"""What a bureau puts its name to: typed statements in one spelling, so that no signature means two things.

Signed is a prefix of our own, then the canonical JSON of the statement, which names its own type: a signature over a
version is never one over a batch, a rotation or anything that another program signs. A statement holds references,
versions and digests and nothing about a person.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from liaison.ledger.canonical import INTEGER_MAX, Json, canonical_json, parse_canonical
from liaison.ledger.tree import leaf_hash, root

PREFIX = b"liaison-statement/1\n"
"""Before every statement that is signed: no other protocol signs bytes that begin so."""
RECORD_VERSION = "liaison-record-version/1"
RECORD_BATCH = "liaison-record-batch/1"
ERROR_REPORT = "liaison-error-report/1"
EMERGENCY_OPENING = "liaison-emergency-opening/1"
KEY_POSSESSION = "liaison-key-possession/1"
KEY_ROTATION = "liaison-key-rotation/1"
REHEARSAL = "liaison-recovery-rehearsal/1"
SIGNATURE_BYTES = 64
STATEMENT_BYTES_MAX = 2_048

Statement: TypeAlias = Mapping[str, Json]

_CODE = r"[A-Z][A-Z0-9-]{0,19}"
_HASH = r"[0-9a-f]{64}"
_THUMBPRINT = r"[A-Za-z0-9_-]{43}"
_REFERENCE = r"[A-Z]{2,3}-[0-9]{4}-[0-9A-Z]{6}-[0-9A-Z]"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_COUNT = int
_FORMS: Mapping[str, Mapping[str, str | type[int]]] = MappingProxyType(
    {
        RECORD_VERSION: {
            "body": _CODE,
            "source": _CODE,
            "reference": _REFERENCE,
            "version": _COUNT,
            "kind": r"[a-z][a-z_]*@[1-9][0-9]{0,5}",
            "digest": _HASH,
        },
        RECORD_BATCH: {"body": _CODE, "source": _CODE, "count": _COUNT, "root": _HASH},
        ERROR_REPORT: {
            "body": _CODE,
            "reference": _REFERENCE,
            "action": "made|acknowledged|answered",
            "digest": _HASH,
        },
        EMERGENCY_OPENING: {
            "body": _CODE,
            "reference": _REFERENCE,
            "action": "asked|approved|rejected|ended|acknowledged",
            "digest": _HASH,
        },
        KEY_POSSESSION: {"body": _CODE, "key": _THUMBPRINT, "opens": _THUMBPRINT, "need": _COUNT, "of": _COUNT},
        KEY_ROTATION: {"body": _CODE, "old": _THUMBPRINT, "new": _THUMBPRINT},
        REHEARSAL: {"body": _CODE, "key": _THUMBPRINT, "need": _COUNT, "at": _MOMENT},
    }
)
"""The fields of each type besides `type`, all of them needed: text of a form, or a whole number from 1."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one record, as its source answers for it.

    `digest` is the salted one by which the ledger's entry names the content: it dies with the content's salt.
    """

    source: str
    reference: str
    version: int
    kind: str
    digest: bytes

    def signed_by(self, body: str) -> Statement:
        """Return the statement by which a body puts its name to this version."""
        return statement(
            RECORD_VERSION,
            body=body,
            source=self.source,
            reference=self.reference,
            version=self.version,
            kind=self.kind,
            digest=self.digest.hex(),
        )

    def leaf(self, body: str) -> bytes:
        """Return its leaf in the tree of a batch that this body signs: the hash of its statement's one spelling.

        Written out, for an import makes one for each record: a test holds it against `signed_by`.
        """
        said = (
            f'{{"body":"{body}","digest":"{self.digest.hex()}","kind":"{self.kind}","reference":"{self.reference}",'
            f'"source":"{self.source}","type":"{RECORD_VERSION}","version":{self.version}}}'
        )
        return leaf_hash(said.encode("ascii"))


def statement(form: str, **fields: Json) -> Statement:
    """Return a statement; a ValueError unless it is well-formed."""
    said = {"type": form, **fields}
    _check(said)
    return said


def batch(body: str, source: str, leaves: Sequence[bytes]) -> Statement:
    """Return the statement by which a body puts its name to all versions with these leaves."""
    return statement(RECORD_BATCH, body=body, source=source, count=len(leaves), root=root(leaves).hex())


def to_bytes(said: Statement) -> bytes:
    """Return the one spelling of a statement."""
    return canonical_json(said)


def parse_statement(data: bytes) -> Statement:
    """Return the statement of its one spelling; anything else is a ValueError that says what is wrong."""
    if len(data) > STATEMENT_BYTES_MAX:
        raise ValueError(f"A statement has at most {STATEMENT_BYTES_MAX} bytes.")
    said = parse_canonical(data)
    if not isinstance(said, Mapping):
        raise ValueError("A statement is a JSON object.")
    _check(said)
    return said


def signed_bytes(said: Statement) -> bytes:
    """Return exactly what is signed."""
    return PREFIX + to_bytes(said)


def verifies(said: Statement, signature: bytes, public_key: bytes) -> bool:
    """Whether this is the signature of the key, 32 bytes of Ed25519, over the statement."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed_bytes(said))
    except (InvalidSignature, ValueError):
        return False
    return True


def covers(said: Statement, leaves: Sequence[bytes]) -> bool:
    """Whether a statement over versions is over exactly those with these leaves."""
    if said["type"] == RECORD_BATCH:
        return said["count"] == len(leaves) and said["root"] == root(leaves).hex()
    return said["type"] == RECORD_VERSION and [*leaves] == [leaf_hash(to_bytes(said))]


def thumbprint(key: bytes, curve: str = "Ed25519") -> str:
    """Return the thumbprint of a public key of 32 bytes, 43 characters (RFC 7638, RFC 8037).

    >>> thumbprint(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
    """
    members = {"crv": curve, "kty": "OKP", "x": encoded(key)}
    return encoded(hashlib.sha256(canonical_json(members)).digest())


def encoded(data: bytes) -> str:
    """Return bytes as base64url without padding, as keys and signatures are written."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Return what `encoded` wrote; any other spelling is a ValueError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("This is not base64url.") from None
    if encoded(data) != text:
        raise ValueError("This is not the one spelling in base64url.")
    return data


def _check(said: Mapping[str, Json]) -> None:
    form = _FORMS.get(str(said.get("type")))
    if form is None:
        raise ValueError("This is no type of statement that a bureau signs.")
    if said.keys() != form.keys() | {"type"}:
        raise ValueError(f"A {said['type']} has {', '.join(form)} and nothing else.")
    for name, wanted in form.items():
        if not _fits(said[name], wanted):
            raise ValueError(f"“{name}” of a {said['type']} is not of its form.")


def _fits(value: Json, wanted: str | type[int]) -> bool:
    if isinstance(wanted, str):
        return isinstance(value, str) and re.fullmatch(wanted, value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= INTEGER_MAX
