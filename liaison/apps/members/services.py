"""Signing keys, and the ids of audiences. Each verb is one transaction with its entries."""

from datetime import timedelta

from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members.audiences import canonical
from liaison.apps.members.models import SigningKey
from liaison.apps.members.signing_keys import key_id_of, read_public_key
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

SIGNING_DAYS = 365
SIGNING_DAYS_MAX = 730
"""Two years: as long as a machine is expected to keep one private key."""


def add_signing_key(text: str, *, label: str, by: Viewer, days: int = SIGNING_DAYS) -> str:
    """Let the administrator's own body sign with this public key (PEM or JWK); return the key's id.

    Raise Refused for what is no Ed25519 public key, and for one that the body has added before, revoked or not.
    """
    by.needs(Right.ADMINISTER_MEMBERS)
    if not 1 <= days <= SIGNING_DAYS_MAX:
        raise Refused(_signs_too_long(days))
    public_key = read_public_key(text)
    key_id, moment = key_id_of(public_key), now()
    with viewing(by):
        if SigningKey.objects.filter(reader_id=by.reader_id, key_id=key_id).exists():
            raise Refused(_key_added_before())
        key = SigningKey.objects.create(
            reader_id=by.reader_id,
            key_id=key_id,
            public_key=public_key,
            label=label.strip()[:80],
            added_by=by.user_id,
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        audit.record(_of_key("members.signing_key_added", key), by=by)
    return key_id


def revoke_signing_key(key_id: str, *, by: Viewer) -> None:
    """Believe nothing that is signed with this key of the administrator's own body from now on."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        of_body = SigningKey.objects.select_for_update().filter(reader_id=by.reader_id, key_id=key_id)
        key = of_body.filter(revoked_at__isnull=True).first()
        if key is None:
            raise _no_such("key", key_id)
        SigningKey.objects.filter(pk=key.pk).update(revoked_at=now())
        audit.record(_of_key("members.signing_key_revoked", key), by=by)


def audience_id(expression: str) -> int:
    """Return the interned id of an audience expression; a new one is expanded to its readers by the database."""
    with connection.cursor() as cursor:
        cursor.execute("select members_intern_audience(%s)", [canonical(expression)])
        return int(cursor.fetchone()[0])


def _of_key(action: str, key: SigningKey) -> audit.EntryDraft:
    return audit.EntryDraft(action=action, subject=key.id, source=key.reader_id, notes={"key": key.key_id})


def _key_added_before() -> Finding:
    return Finding(
        code="members.signing_key_added_before",
        problem=mark("Your body has added this key before."),
        remedy=mark("Use it if it still holds; else make a new pair and add that."),
        field="key",
    )


def _signs_too_long(days: int) -> Finding:
    return Finding(
        code="members.signing_days",
        problem=mark("A key can be used for 1 to %(most)s days, not %(days)s."),
        remedy=mark("Choose fewer days, and add a new key before they are over."),
        field="days",
        values={"days": days, "most": SIGNING_DAYS_MAX},
    )


def _no_such(what: str, name: str) -> Absent:
    return Absent(
        Finding(
            code=f"members.no_{what}",
            problem=mark("There is no “%(name)s” that you administer."),
            remedy=mark("Check the name in your bureau's list."),
            values={"name": name},
        )
    )
