"""A body's private keys, both drawn from one root of 32 random bytes, and the root sealed under a passphrase.

One root, so that m of n shares of it bring back everything; two keys, so that what opens never signs (HKDF, RFC 5869,
with a purpose each).
"""

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from liaison.ledger.canonical import canonical_json, parse_json
from liaison.ledger.enrolments import Enrolment, possession_of, rotation_of
from liaison.ledger.statements import Statement, decoded, encoded, signed_bytes, thumbprint
from liaison.refusal import Finding, Refused, mark

ROOT_BYTES = 32
PASSPHRASE_LENGTH_MIN = 12
_SIGNS, _OPENS = b"liaison-agent/signs/1", b"liaison-agent/opens/1"
_NONCE_BYTES = 12
_SALT_BYTES = 16
_ITERATIONS, _LANES, _MEMORY_KIB = 3, 1, 65_536
"""Of Argon2id: about a fifth of a second and 64 MiB for each guess of a passphrase (RFC 9106, second choice)."""
_FORM = "liaison-agent-key/1"


@dataclass(frozen=True)
class PrivateKeys:
    """The private keys of one body. Its text never shows the root."""

    body: str
    root: bytes = field(repr=False)

    @classmethod
    def drawn(cls, body: str) -> "PrivateKeys":
        """Return new keys of a body."""
        return cls(body, secrets.token_bytes(ROOT_BYTES))

    @cached_property
    def _signs(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(_SIGNS))

    @cached_property
    def signing_key(self) -> bytes:
        """The public half of the key that signs, 32 bytes of Ed25519."""
        return self._signs.public_key().public_bytes_raw()

    @cached_property
    def opening_key(self) -> bytes:
        """The public half of the key that opens what is sealed to the body, 32 bytes of X25519."""
        return X25519PrivateKey.from_private_bytes(self._derived(_OPENS)).public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> str:
        """The thumbprint of the key that signs."""
        return thumbprint(self.signing_key)

    def sign(self, said: Statement) -> bytes:
        """Return the signature over a statement of its own body; another's is a ValueError."""
        if said["body"] != self.body:
            raise ValueError("A body signs in its own name only.")
        return self._signs.sign(signed_bytes(said))

    def enrolment(self, *, need: int, of: int, old: "PrivateKeys | None" = None) -> Enrolment:
        """Return the paper by which these keys come in, in the place of the old ones where there are such."""
        possession = possession_of(self.body, self.signing_key, self.opening_key, need=need, of=of)
        rotation = old.sign(rotation_of(self.body, old.key_id, self.key_id)) if old else b""
        return Enrolment(
            body=self.body,
            signing_key=self.signing_key,
            opening_key=self.opening_key,
            need=need,
            of=of,
            possession=self.sign(possession),
            old=old.key_id if old else "",
            rotation=rotation,
        )

    def sealed(self, passphrase: str) -> str:
        """Return the text of a key file, which opens with this passphrase only."""
        if len(passphrase) < PASSPHRASE_LENGTH_MIN:
            raise Refused(_short())
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        said = {"form": _FORM, "body": self.body, "key": self.key_id}
        sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, self.root, canonical_json(said))
        kept = {**said, "salt": encoded(salt), "nonce": encoded(nonce), "sealed": encoded(sealed)}
        return canonical_json(kept).decode() + "\n"

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=ROOT_BYTES, salt=None, info=purpose).derive(self.root)


def opened(text: str, passphrase: str) -> PrivateKeys:
    """Return the keys of a key file; raise Refused for a wrong passphrase and a changed file alike."""
    try:
        kept = parse_json(text.encode())
        assert isinstance(kept, dict)
        said = {name: str(kept[name]) for name in ("form", "body", "key")}
        salt, nonce, sealed = (decoded(str(kept[name])) for name in ("salt", "nonce", "sealed"))
        root = AESGCM(_stretched(passphrase, salt)).decrypt(nonce, sealed, canonical_json(said))
        keys = PrivateKeys(said["body"], root)
    except (InvalidTag, ValueError, KeyError, AssertionError):
        raise Refused(_does_not_open()) from None
    if said["form"] != _FORM or keys.key_id != said["key"]:
        raise Refused(_does_not_open())
    return keys


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Argon2id(
        salt=salt, length=ROOT_BYTES, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY_KIB
    ).derive(passphrase.encode())


def _short() -> Finding:
    return Finding(
        code="agent.short_passphrase",
        problem=mark("The passphrase has fewer than %(least)s characters."),
        remedy=mark("Take a sentence that nobody guesses, and keep it apart from the machine."),
        values={"least": PASSPHRASE_LENGTH_MIN},
    )


def _does_not_open() -> Finding:
    return Finding(
        code="agent.does_not_open",
        problem=mark("The key does not open with this passphrase."),
        remedy=mark("Type it again. If it is lost, bring the officers together who hold the shares."),
    )
