"""A national system in a test: it holds a key of its body, makes batches and signs them."""

import base64
import json
from datetime import datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from liaison.apps.exchange import public as exchange
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.rows.clock import now
from liaison.viewer import Viewer
from tests.factories.members import a_viewer
from tests.factories.records import a_document

_numbers = count(1)


class NationalSystem:
    """The system of one bureau, with its key and the account that it sends as."""

    def __init__(self, bureau: str = "QM", *, days: int = 365) -> None:
        self.bureau = bureau
        self.administrator = a_viewer(bureau, Role.BUREAU_ADMINISTRATOR)
        self.account = a_viewer(bureau, Role.BUREAU_OFFICER)
        self.key = Ed25519PrivateKey.generate()
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self.key_id = members.add_signing_key(public, label="register", days=days, by=self.administrator)

    def signed(self, payload: bytes, *, alg: str = "Ed25519", **header: object) -> bytes:
        """Sign these bytes."""
        return self.signed_under(json.dumps({"alg": alg, "kid": self.key_id, **header}).encode(), payload)

    def signed_under(self, header: bytes, payload: bytes) -> bytes:
        """Sign these bytes under this header, whatever it says (RFC 7515 section 5.1)."""
        signing_input = base64url(header) + b"." + base64url(payload)
        return signing_input + b"." + base64url(self.key.sign(signing_input))

    def send(self, *items: dict, by: Viewer | None = None, **more: object) -> exchange.BatchReport:
        """Send a batch and return what became of it."""
        return exchange.take_batch(self.signed(a_batch(*items, **more)), by=by or self.account)

    def outcomes(self, *items: dict, **more: object) -> list[str]:
        """Send a batch and return the outcome of each item."""
        return [item.outcome.value for item in self.send(*items, **more).items]

    def open_records(self, kind: str = "travel_documents") -> dict[str, dict]:
        """The fields of the open records of this bureau, by its own keys."""
        held = records.by_foreign_key(kind, self.account.reader_id, viewer=self.account)
        return {key: dict(card.fields) for key, card in held.items() if card.status == "active"}


def base64url(data: bytes) -> bytes:
    """The spelling of bytes in a JWS."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def a_batch(*items: dict, number: str = "", made_at: datetime | None = None, **more: object) -> bytes:
    """A batch document; without a number it gets the next one."""
    moment = made_at or now()
    return json.dumps(
        {
            "batch": number or f"{moment.year}/{next(_numbers)}",
            "made_at": moment.isoformat(),
            "items": list(items),
            **more,
        }
    ).encode()


def create(key: str, fields: dict | None = None, **more: object) -> dict:
    """An item that creates a stolen passport."""
    return {
        "op": "create", "database": "travel_documents", "key": key, "fields": fields or document_of(key), **more
    }  # fmt: skip


def change(key: str, fields: dict | None = None, **more: object) -> dict:
    """An item that changes a passport."""
    return {**create(key, fields, **more), "op": "change"}


def delete(key: str, reason: str = "found", **more: object) -> dict:
    """An item that deletes a passport."""
    return {"op": "delete", "database": "travel_documents", "key": key, "reason": reason, **more}


def document_of(key: str, **more: object) -> dict:
    """The fields of an invented passport whose number follows from the system's key."""
    digits = "".join(str(ord(letter) % 10) for letter in key)
    return a_document(**{"number": f"QM{digits:0>7}"[:12], **more})
