"""Opening what a body's system signed: one JWS in compact form, Ed25519, one key id, nothing else (RFC 7515, 8037).

A signature has one spelling only: text whose unused bits were changed is not the text that was signed.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

from liaison.ledger.canonical import parse_json
from liaison.refusal import Finding, Refused, mark

ALGORITHMS = ("Ed25519", "EdDSA")
"""RFC 9864 names the curve; the older RFC 8037 says EdDSA, and the key says which curve."""
_HEADER_MAY_HAVE = frozenset({"alg", "kid", "typ", "cty"})
_HEADER_LENGTH_MAX = 1_000
_SIGNATURE_LENGTH = 86
_COMPACT = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


PAYLOAD_BYTES_MAX = 8 * 1024 * 1024


class _Registry(jws.JWSRegistry):
    """The two names of the one algorithm, and room for a batch."""

    max_header_length = _HEADER_LENGTH_MAX
    max_payload_length = 2 * PAYLOAD_BYTES_MAX  # as text, which is a third longer

    def get_alg(self, name: str) -> jws.JWSAlgModel:
        """Return the algorithm, without the library's warning that EdDSA does not name the curve: the key does."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, byte for byte, and the parts by which its sender can be held to it later."""

    payload: bytes
    key_id: str
    protected: str
    signature: str


def opened(data: bytes, key_of: Callable[[str], bytes | None]) -> Signed:
    """Return what was signed; `key_of` gives the 32 bytes of a key that may sign, None for every other id.

    Raise Refused for any other form, and in one sentence alike for a key that may not sign and a signature that
    does not hold. Nothing of the payload is looked at before.
    """
    found = _COMPACT.fullmatch(data)
    if found is None:
        raise Refused(_not_of_this_form())
    protected, _, signature = (part.decode("ascii") for part in found.groups())
    key_id = _key_id(protected)
    public_key = key_of(key_id)
    if public_key is None or not _is_one_spelling(signature):
        raise Refused(_not_believed())
    return Signed(_verified(data, public_key), key_id, protected, signature)


def _key_id(protected: str) -> str:
    """Return the key id of a header that asks for nothing but an Ed25519 signature."""
    try:
        header = parse_json(_decoded(protected[:_HEADER_LENGTH_MAX]))
    except (ValueError, binascii.Error):
        raise Refused(_not_of_this_form()) from None
    if not isinstance(header, Mapping) or not set(header) <= _HEADER_MAY_HAVE:
        raise Refused(_not_of_this_form())
    key_id = header.get("kid")
    if header.get("alg") not in ALGORITHMS or not isinstance(key_id, str):
        raise Refused(_not_of_this_form())
    return key_id


def _verified(data: bytes, public_key: bytes) -> bytes:
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _base64url(public_key)})
    try:
        return jws.deserialize_compact(data, key, algorithms=ALGORITHMS, registry=_Registry()).payload
    except (JoseError, ValueError, TypeError):
        raise Refused(_not_believed()) from None


def _is_one_spelling(signature: str) -> bool:
    return len(signature) == _SIGNATURE_LENGTH and _base64url(_decoded(signature)) == signature


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _not_of_this_form() -> Finding:
    return Finding(
        code="signed.not_of_this_form",
        problem=mark("This is not a signed batch in the form that is read here."),
        remedy=mark("Send a JWS in compact form: “alg” is “Ed25519”, “kid” is the id of your key, and nothing more."),
        source="RFC 7515",
    )


def _not_believed() -> Finding:
    return Finding(
        code="signed.not_believed",
        problem=mark("The signature is not one of your body's."),
        remedy=mark("Sign with a key that your administrator has added, that still holds and that was not revoked."),
        source="RFC 7515",
        field="kid",
    )
