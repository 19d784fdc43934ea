"""A passkey made of software: what a security key and a browser do together (Web Authentication Level 3)."""

import json
import secrets
import struct
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN = "https://testserver"
USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


class SoftKey:
    """One credential of one site; `counts`: it counts its signatures."""

    def __init__(self, origin: str = ORIGIN, *, counts: bool = True, verifies: bool = True) -> None:
        self.origin = origin
        self.counts = counts
        self.verifies = verifies
        self.counter = 0
        self.user_handle = b""
        self.credential_id = secrets.token_bytes(32)
        self._private = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str) -> str:
        """Answer a page that asks for a new passkey."""
        asked = json.loads(options)
        self.user_handle = websafe_decode(asked["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self._private.public_key())
        )
        data = self._data(asked["rp"]["id"], HAS_CREDENTIAL, bytes(credential))
        attestation = AttestationObject.create("none", AuthenticatorData(data), {})
        given = {
            "clientDataJSON": websafe_encode(self._client_data("webauthn.create", asked)),
            "attestationObject": websafe_encode(bytes(attestation)),
        }
        return self._answer(given)

    def get(self, options: str, *, of: str = "") -> str:
        """Answer a page that asks who it is; `of`: for another site than the page's."""
        asked = json.loads(options)
        client_data = self._client_data("webauthn.get", asked)
        data = self._data(of or asked["rpId"])
        signature = self._private.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        given = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.user_handle),
        }
        return self._answer(given)

    def _answer(self, given: dict[str, str]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": given})

    def _client_data(self, kind: str, asked: dict[str, str]) -> bytes:
        return bytes(CollectedClientData.create(kind, websafe_decode(asked["challenge"]), self.origin))

    def _data(self, host: str, more: int = 0, credential: bytes = b"") -> bytes:
        self.counter += int(self.counts)
        flags = USER_PRESENT | (USER_VERIFIED if self.verifies else 0) | more
        return sha256(host.encode()).digest() + struct.pack(">BI", flags, self.counter) + credential
