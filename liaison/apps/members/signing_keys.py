"""Reading the public key by which a body's own system signs: Ed25519, as PEM or as a JWK, and nothing else.

A key is named by its thumbprint (RFC 7638), so that both sides work out the same name from the key itself.

>>> key_id_of(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
"""

import base64
import re
from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from liaison.ledger.canonical import parse_json
from liaison.ledger.statements import thumbprint
from liaison.refusal import Finding, Refused, mark

KEY_BYTES = 32
TEXT_LENGTH_MAX = 4_096
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
_SIGN_BIT = 0x80
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""The points, without their sign, for which anybody can make a signature (RFC 8032 section 5.1, cofactor 8)."""


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key; raise Refused for any other key, and for a private one."""
    stripped = text.strip()
    if len(stripped) > TEXT_LENGTH_MAX:
        raise Refused(_not_a_key())
    if "PRIVATE KEY" in stripped:
        raise Refused(_private())
    key = _from_jwk(stripped) if stripped.startswith("{") else _from_pem(stripped)
    if key[:-1] + bytes([key[-1] & ~_SIGN_BIT]) in _SMALL_ORDER:
        raise Refused(_not_a_key())
    return key


def key_id_of(key: bytes) -> str:
    """Return the thumbprint of an Ed25519 public key, 43 characters (RFC 7638, RFC 8037)."""
    return thumbprint(key)


def _from_jwk(text: str) -> bytes:
    try:
        value = parse_json(text.encode())
    except ValueError:
        raise Refused(_not_a_key()) from None
    if not isinstance(value, Mapping):
        raise Refused(_not_a_key())
    if "d" in value:
        raise Refused(_private())
    coordinate = value.get("x")
    if (value.get("kty"), value.get("crv")) != ("OKP", "Ed25519") or not isinstance(coordinate, str):
        raise Refused(_not_a_key())
    if not _COORDINATE.fullmatch(coordinate):
        raise Refused(_not_a_key())
    key = base64.urlsafe_b64decode(f"{coordinate}=")
    if _base64url(key) != coordinate:
        raise Refused(_not_a_key())
    return key


def _from_pem(text: str) -> bytes:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Refused(_not_a_key()) from None
    if not isinstance(key, Ed25519PublicKey):
        raise Refused(_not_a_key())
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _not_a_key() -> Finding:
    return Finding(
        code="members.not_a_signing_key",
        problem=mark("This is not an Ed25519 public key."),
        remedy=mark("Give the public half of an Ed25519 key, as PEM or as a JWK."),
        source="RFC 8037",
        field="key",
    )


def _private() -> Finding:
    return Finding(
        code="members.private_key",
        problem=mark("This file holds a private key, which nobody but its owner may have."),
        remedy=mark("Give the public half. If the private one was sent anywhere, make a new pair."),
        field="key",
    )
