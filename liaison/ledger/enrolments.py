"""The paper by which a body's new key comes in: public halves, proof of the private ones, and the old key's word.

Made by a bureau's agent, read by the installation. It holds nothing secret.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from liaison.ledger.canonical import Json, parse_json
from liaison.ledger.statements import (
    KEY_POSSESSION,
    KEY_ROTATION,
    SIGNATURE_BYTES,
    Statement,
    decoded,
    encoded,
    statement,
    thumbprint,
    verifies,
)

TYPE = "liaison-key-enrolment/1"
TEXT_LENGTH_MAX = 4_096
KEY_BYTES = 32
SHARES_MAX = 16
_FIELDS = {"type", "body", "signing_key", "opening_key", "need", "of", "possession", "old", "rotation"}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new pair of keys of a body: the one that signs (Ed25519) and the one that opens (X25519).

    Its recovery takes `need` of `of` shares. `possession` is the new key's signature, `rotation` that of the `old`
    one, by thumbprint; both are empty where the body had no key.
    """

    body: str
    signing_key: bytes
    opening_key: bytes
    need: int
    of: int
    possession: bytes
    old: str = ""
    rotation: bytes = b""

    @property
    def key_id(self) -> str:
        """The thumbprint of the key that signs."""
        return thumbprint(self.signing_key)

    @property
    def is_of_its_holder(self) -> bool:
        """Whether whoever made this holds the private half."""
        said = possession_of(self.body, self.signing_key, self.opening_key, need=self.need, of=self.of)
        return verifies(said, self.possession, self.signing_key)

    def follows(self, old_key: bytes) -> bool:
        """Whether the old key, 32 bytes, says that this one takes its place."""
        if self.old != thumbprint(old_key):
            return False
        return verifies(rotation_of(self.body, self.old, self.key_id), self.rotation, old_key)

    def to_text(self) -> str:
        """Return the paper as text."""
        said = {
            "type": TYPE,
            "body": self.body,
            "signing_key": encoded(self.signing_key),
            "opening_key": encoded(self.opening_key),
            "need": self.need,
            "of": self.of,
            "possession": encoded(self.possession),
            "old": self.old,
            "rotation": encoded(self.rotation),
        }
        return json.dumps(said, indent=2) + "\n"


def possession_of(body: str, signing_key: bytes, opening_key: bytes, *, need: int, of: int) -> Statement:
    """Return the statement by which a new key shows that somebody holds it."""
    opens = thumbprint(opening_key, "X25519")
    return statement(KEY_POSSESSION, body=body, key=thumbprint(signing_key), opens=opens, need=need, of=of)


def rotation_of(body: str, old: str, new: str) -> Statement:
    """Return the statement by which the old key names the new one, both by thumbprint."""
    return statement(KEY_ROTATION, body=body, old=old, new=new)


def parse_enrolment(text: str) -> Enrolment:
    """Return the enrolment of a paper; a ValueError for anything else, and for keys that nobody shows to hold."""
    if len(text) > TEXT_LENGTH_MAX:
        raise ValueError("A paper of enrolment is shorter.")
    said = parse_json(text.encode())
    if not isinstance(said, Mapping) or said.keys() != _FIELDS or said["type"] != TYPE:
        raise ValueError(f"This is no {TYPE}.")
    need, of = _count(said["need"]), _count(said["of"])
    if need > of:
        raise ValueError("More shares are needed than there are.")
    made = Enrolment(
        body=_text(said["body"]),
        signing_key=_bytes(said["signing_key"], KEY_BYTES),
        opening_key=_bytes(said["opening_key"], KEY_BYTES),
        need=need,
        of=of,
        possession=_bytes(said["possession"], SIGNATURE_BYTES),
        old=_text(said["old"]),
        rotation=_bytes(said["rotation"], SIGNATURE_BYTES) if said["old"] else b"",
    )
    if made.signing_key == made.opening_key or not made.is_of_its_holder:
        raise ValueError("Nobody shows to hold this key.")
    return made


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("A field of a paper of enrolment is no text.")
    return value


def _bytes(value: Json, length: int) -> bytes:
    data = decoded(_text(value))
    if len(data) != length:
        raise ValueError("A key or signature has another length.")
    return data


def _count(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SHARES_MAX:
        raise ValueError(f"Shares are counted from 1 to {SHARES_MAX}.")
    return value
