"""Single sign-on with the identity provider of a body (OpenID Connect Core 1.0: code flow with PKCE).

The operator names the providers in a file; no other host is ever asked. A provider says who somebody is and never who
may do what: an account is connected to it by its own holder, and its rights stay here.
"""

import json
import secrets
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64encode

from liaison.apps.audit import public as audit
from liaison.apps.members.models import Identity
from liaison.apps.members.queries import Standing, standing_of
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, Viewer

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""With a public key of the provider; one that it shares with us could be used by us against it."""
SECONDS_MAX = 10.0
ANSWER_BYTES_MAX = 262_144
KEPT_SECONDS = 600
LEEWAY_SECONDS = 60
SUBJECT_LENGTH_MAX = 255
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
State = dict[str, str]
"""What the session keeps between leaving for the provider and coming back."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider that the operator named, for the people of some bodies.

    `second_factor` are the methods (RFC 8176) that count as a second factor; none: it is asked for here.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    bodies: frozenset[str]
    second_factor: frozenset[str]


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom a provider has identified, and whether by more than a password."""

    issuer: str
    subject: str
    is_proved: bool


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """A provider's identity that an account is connected to."""

    id: UUID
    name: str
    connected_at: datetime


def providers() -> dict[str, Provider]:
    """Return the providers by their key; raise Refused for a file that cannot be read."""
    path: Path | None = settings.LIAISON_SINGLE_SIGN_ON
    return _read(path, path.stat().st_mtime_ns) if path else {}


def provider(key: str, viewer: Viewer | None = None) -> Provider:
    """Return the provider of that key, and of the viewer's body if one is given; raise Absent where there is none."""
    found = providers().get(key)
    if found is None or (viewer is not None and viewer.reader_code not in found.bodies):
        raise Absent(_no_provider())
    return found


def leave(to: Provider, *, back: str) -> tuple[str, State]:
    """Return the address of the provider's page and what the session keeps until it leads back to `back`."""
    state = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    asked = {
        "response_type": "code",
        "client_id": to.client_id,
        "redirect_uri": back,
        "scope": "openid",
        "state": state["state"],
        "nonce": state["nonce"],
        "code_challenge": challenge(state["verifier"]),
        "code_challenge_method": "S256",
    }
    return f"{_described(to)['authorization_endpoint']}?{urlencode(asked)}", state | {"provider": to.key}


def challenge(verifier: str) -> str:
    """Return what is told of a verifier before the code is exchanged (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode()


def come_back(at: Provider, state: Mapping[str, str] | None, given: Mapping[str, str], *, back: str) -> Identified:
    """Return whom the provider has identified; raise Refused for every answer that does not hold."""
    kept = dict(state or {})
    right = kept.get("provider") == at.key and secrets.compare_digest(
        kept.get("state", "").encode(), given.get("state", "").encode()
    )
    if not right or not kept.get("state") or not given.get("code"):
        raise Refused(_not_taken())
    claims = _claims(at, _id_token(at, given["code"], kept["verifier"], back), nonce=kept["nonce"])
    return Identified(
        issuer=at.issuer,
        subject=claims["sub"],
        is_proved=bool(at.second_factor & {str(one) for one in claims.get("amr") or ()}),
    )


def account_of(who: Identified, at: Provider) -> Standing:
    """Return the standing of the account that is connected to this identity; raise Refused where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select members_identity_account(%s, %s)", [who.issuer, who.subject])
        user_id = cursor.fetchone()[0]
    standing = standing_of(user_id, Purpose.IDENTIFY) if user_id else None
    if standing is None or standing.viewer.reader_code not in at.bodies:
        raise Refused(_not_connected())
    return standing


def connect(who: Identified, *, by: Viewer) -> None:
    """Connect the viewer's own account to an identity of a provider."""
    with viewing(by):
        try:
            with transaction.atomic():
                identity = Identity.objects.create(
                    user_id=by.user_id, issuer=who.issuer, subject=who.subject, connected_at=now()
                )
        except IntegrityError as error:
            raise Refused(_connected_already()) from error
        audit.record(_entry("members.identity_connected", identity, by), by=by)


def disconnect(identity_id: UUID, *, by: Viewer) -> None:
    """Part the viewer's own account from an identity."""
    with viewing(by):
        identity = Identity.objects.filter(pk=identity_id, user_id=by.user_id).first()
        if identity is None:
            raise Absent(_no_provider())
        audit.record(_entry("members.identity_parted", identity, by), by=by)
        identity.delete()


def identities(viewer: Viewer) -> list[IdentityCard]:
    """Return the identities that the viewer's own account is connected to."""
    names = {one.issuer: one.name for one in providers().values()}
    with viewing(viewer):
        rows = Identity.objects.filter(user_id=viewer.user_id).order_by("connected_at")[:20]
        return [IdentityCard(row.id, names.get(row.issuer, row.issuer), row.connected_at) for row in rows]


def open_to(viewer: Viewer) -> list[Provider]:
    """Return the providers to which the viewer's account may be connected."""
    return [one for one in providers().values() if viewer.reader_code in one.bodies]


def _id_token(at: Provider, code: str, verifier: str, back: str) -> str:
    """Exchange the code for the provider's word (OpenID Connect Core 3.1.3)."""
    said = _asked(
        _described(at)["token_endpoint"],
        {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier},
        auth=(at.client_id, at.client_secret),
    )
    token = said.get("id_token")
    if not isinstance(token, str):
        raise Refused(_not_taken())
    return token


def _claims(at: Provider, token: str, *, nonce: str) -> dict[str, Any]:
    """Return what the provider says, once signature, issuer, audience, times and nonce hold (3.1.3.7)."""
    keys = jwk.KeySet.import_key_set(_asked(_described(at)["jwks_uri"]))  # type: ignore[arg-type]  # checked by it
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": at.issuer},
        aud={"essential": True, "value": at.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused(_not_taken()) from error
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    is_ours = audience == [at.client_id] or claims.get("azp") == at.client_id
    subject = claims["sub"]
    if not is_ours or not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX:
        raise Refused(_not_taken())
    return dict(claims)


def _described(at: Provider) -> dict[str, str]:
    """Return the addresses of a provider, from its own description (OpenID Connect Discovery 1.0), kept a while."""
    return _description(at.issuer, int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=64)
def _description(issuer: str, _beat: int) -> dict[str, str]:
    said = _asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    found = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    host = urlsplit(issuer).hostname
    if said.get("issuer") != issuer or not all(
        isinstance(address, str) and _may_be_asked(address) and urlsplit(address).hostname == host
        for address in found.values()
    ):
        raise Refused(_not_taken())
    return {name: str(address) for name, address in found.items()}


def _asked(
    address: str, form: dict[str, str] | None = None, *, auth: tuple[str, str] | None = None
) -> dict[str, Any]:
    """Ask a provider and return its JSON; bounded in time and size, without redirects, proxies or cookies."""
    try:
        with httpx.Client(timeout=SECONDS_MAX, follow_redirects=False, trust_env=False) as client:
            how = {"data": form, "auth": httpx.BasicAuth(*auth)} if form and auth else {}
            with client.stream("POST" if form else "GET", address, **how) as answer:  # type: ignore[arg-type]
                text = b""
                for part in answer.iter_bytes():
                    text += part
                    if len(text) > ANSWER_BYTES_MAX:
                        raise Refused(_not_taken())
                said = json.loads(text) if answer.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise Refused(_unreachable()) from error
    if not isinstance(said, dict):
        raise Refused(_not_taken())
    return said


def _may_be_asked(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Provider]:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))["provider"]
        found = {one["key"]: _provider(one, path.parent) for one in said}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(_wrong_file(path)) from error
    if len(found) != len(said):
        raise Refused(_wrong_file(path))
    return found


def _provider(said: Mapping[str, Any], folder: Path) -> Provider:
    secret = (folder / said["client_secret_file"]).read_text(encoding="utf-8").strip()
    issuer = str(said["issuer"])
    if not (secret and said["key"].isidentifier() and said["bodies"] and _may_be_asked(issuer)):
        raise ValueError("a provider has a key, a secret, bodies, and an issuer over https")
    return Provider(
        key=said["key"],
        name=str(said["name"]),
        issuer=issuer,
        client_id=str(said["client_id"]),
        client_secret=secret,
        bodies=frozenset(said["bodies"]),
        second_factor=frozenset(said.get("second_factor", ())),
    )


def _entry(action: str, identity: Identity, by: Viewer) -> audit.EntryDraft:
    return audit.EntryDraft(action=action, subject=identity.id, source=by.reader_id)


def _no_provider() -> Finding:
    return Finding(
        code="sign_in.no_provider",
        problem=mark("There is no such single sign-on for you."),
        remedy=mark("Sign in with your password or a passkey."),
    )


def _not_taken() -> Finding:
    return Finding(
        code="sign_in.provider",
        problem=mark("The answer of the single sign-on does not hold."),
        remedy=mark("Begin again; if it persists, tell the operator of this installation."),
    )


def _unreachable() -> Finding:
    return Finding(
        code="sign_in.provider_unreachable",
        problem=mark("The single sign-on does not answer."),
        remedy=mark("Try again in a moment, or sign in with your password or a passkey."),
    )


def _not_connected() -> Finding:
    return Finding(
        code="sign_in.not_connected",
        problem=mark("No account here is connected to this identity."),
        remedy=mark("Sign in with your password once, and connect it under “Your account”."),
    )


def _connected_already() -> Finding:
    return Finding(
        code="members.identity_connected",
        problem=mark("This identity or your account is connected already."),
        remedy=mark("Part it first where it is connected."),
    )


def _wrong_file(path: Path) -> Finding:
    return Finding(
        code="members.single_sign_on_file",
        problem=mark("The file of single sign-on cannot be used: %(path)s."),
        remedy=mark("Correct it as the how-to on single sign-on says, and begin again."),
        source="LIAISON_SINGLE_SIGN_ON",
        values={"path": path},
    )
