"""Passkeys (Web Authentication Level 3): what a browser is asked, and whether its answer holds.

The state between asking and answering stays with the session on this side, so that no challenge is taken twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from liaison.refusal import Finding, Refused, mark

NAME = "Liaison"
ANSWER_LENGTH_MAX = 16_384
_Response = TypeVar("_Response", RegistrationResponse, AuthenticationResponse)
State = dict[str, Any]
"""What the library keeps between asking and answering; goes into the session as JSON."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is given (JSON of the standard), and what is remembered until it answers."""

    options: str
    state: State


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey as it is kept: its id, its public credential, and the signatures that it has counted so far."""

    credential_id: bytes
    credential: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that holds: which passkey, of which account if it says so, and its count of signatures."""

    credential_id: bytes
    counter: int


def ask_for_new(host: str, *, user_id: UUID, name: str, shown: str, known: Sequence[bytes]) -> Asked:
    """Ask a browser for a new passkey of this account; `known` are the credentials that it has already.

    It has to verify its user (finger, face or PIN) and to be found without a name.
    """
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(id=user_id.bytes, name=name, display_name=shown),
        credentials=[AttestedCredentialData(one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(json.dumps(dict(options)["publicKey"]), dict(state))


def new_passkey(host: str, state: State | None, answer: str) -> NewPasskey:
    """Return the passkey of a browser's answer; raise Refused for one that does not hold."""
    response = _read(answer, RegistrationResponse)
    try:
        data = _server(host).register_complete(state or {}, response)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(not_taken()) from error
    credential = data.credential_data
    if credential is None or not data.is_user_verified():
        raise Refused(not_taken())
    return NewPasskey(bytes(credential.credential_id), bytes(credential), data.counter)


def ask(host: str, known: Sequence[bytes] = ()) -> Asked:
    """Ask a browser for a passkey: one of these credentials, or any that it has for this site."""
    options, state = _server(host).authenticate_begin(
        credentials=[AttestedCredentialData(one) for one in known] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(json.dumps(dict(options)["publicKey"]), dict(state))


def account_named(answer: str) -> UUID | None:
    """Return the account that an answer says it is of; nothing is proved by it."""
    handle = _read(answer, AuthenticationResponse).response.user_handle
    return UUID(bytes=bytes(handle)) if handle is not None and len(handle) == len(UUID(int=0).bytes) else None


def proved(host: str, state: State | None, answer: str, known: Sequence[bytes]) -> Answer:
    """Return which of these credentials has signed the answer; raise Refused where none has."""
    response = _read(answer, AuthenticationResponse)
    credentials = [AttestedCredentialData(one) for one in known]
    try:
        found = _server(host).authenticate_complete(state or {}, credentials, response)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(not_taken()) from error
    return Answer(bytes(found.credential_id), response.response.authenticator_data.counter)


def _server(host: str) -> Fido2Server:
    """Return the library's server for a host name; it takes answers from https of that host, or http of localhost."""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name=NAME))


def _read(answer: str, kind: type[_Response]) -> _Response:
    try:
        given = json.loads(answer) if len(answer) <= ANSWER_LENGTH_MAX else None
        if isinstance(given, dict):
            return kind.from_dict(given)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(not_taken()) from error
    raise Refused(not_taken())


def not_taken() -> Finding:
    """Return what is said of every answer that does not hold."""
    return Finding(
        code="sign_in.passkey",
        problem=mark("The passkey could not be checked."),
        remedy=mark("Try again; if it persists, use another second factor or a recovery code."),
    )
