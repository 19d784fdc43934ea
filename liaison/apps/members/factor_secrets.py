"""How second factors are kept: an app's secret encrypted, a recovery code as a keyed digest.

The key is a file in the home and never in the database, so that whoever reads the tables alone can make no code.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from liaison.refusal import Finding, Refused, mark

KEY_FILE = "factors.key"
KEY_LENGTH_MIN = 32
KEYS_KEPT_MAX = 2
NONCE_BYTES = 12
"""Of AES-GCM (NIST SP 800-38D)."""


def sealed(secret: str, user_id: UUID) -> bytes:
    """Return the secret of an app, encrypted and bound to its account."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key("app secret")).encrypt(nonce, secret.encode("ascii"), user_id.bytes)


def opened(kept: bytes, user_id: UUID) -> str:
    """Return the secret again; raise Refused where it was sealed under another key."""
    nonce, text = bytes(kept[:NONCE_BYTES]), bytes(kept[NONCE_BYTES:])
    try:
        return AESGCM(_key("app secret")).decrypt(nonce, text, user_id.bytes).decode("ascii")
    except InvalidTag as error:
        raise Refused(_other_key()) from error


def code_digest(code: str, user_id: UUID) -> bytes:
    """Return what is kept of a recovery code."""
    return hmac.new(_key("recovery code"), user_id.bytes + code.encode("ascii"), hashlib.sha256).digest()


def _key(use: str) -> bytes:
    """Return the 32 bytes of the home's key for one use."""
    return _derived(Path(settings.LIAISON_HOME) / KEY_FILE, use)


@lru_cache(maxsize=KEYS_KEPT_MAX * 2)
def _derived(path: Path, use: str) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        text = ""
    if len(text) < KEY_LENGTH_MIN:
        raise Refused(
            Finding(
                code="members.factor_key_missing",
                problem=mark("The key of the second factors is missing: %(path)s."),
                remedy=mark("Run `liaison db setup`, or copy the file from the other machine of this installation."),
                values={"path": path},
            )
        )
    return hmac.new(text.encode("ascii"), use.encode("ascii"), hashlib.sha256).digest()


def _other_key() -> Finding:
    return Finding(
        code="members.factor_key_other",
        problem=mark("This second factor was kept under another key."),
        remedy=mark("Copy factors.key from the home where it was added, or add the second factor anew."),
    )
