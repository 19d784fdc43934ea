"""The ledger's own signing key and the checkpoints that it signs."""

import secrets

from liaison.apps.audit.installation import vault
from liaison.ledger.checkpoints import (
    KEY_BYTES,
    Checkpoint,
    KeyKind,
    PublicKey,
    SigningKey,
    parse_signing_key,
    sign,
)

ORIGIN = "liaison"


def ledger_key() -> SigningKey:
    """Return the key of this installation's ledger; the first start makes it, and with it the ledger's name."""
    return parse_signing_key(vault().signing_key(_fresh))


def public_key() -> PublicKey:
    """Return the key that everyone verifies this installation's checkpoints with."""
    return ledger_key().public


def signed_checkpoint(*, size: int, root: bytes) -> str:
    """Return the signed note that states size and root of this installation's ledger."""
    key = ledger_key()
    return sign(Checkpoint(key.name, size, root), key).decode()


def _fresh() -> str:
    name = f"{ORIGIN}-{secrets.token_hex(6)}"
    return SigningKey(name, KeyKind.LEDGER, secrets.token_bytes(KEY_BYTES)).secret_text()
