"""What changes membership: founding, joining, users, tokens. Each verb is one transaction with its entries."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members.audiences import canonical
from liaison.apps.members.models import SYSTEM_READER_ID, AccessToken, FailedSignIn, Reader, SigningKey, User
from liaison.apps.members.queries import check_sign_in, system_viewer, viewer_for
from liaison.apps.members.roles import Role
from liaison.apps.members.signing_keys import key_id_of, read_public_key
from liaison.identifiers import countries
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer

PASSWORD_LENGTH_MIN = 12
TOKEN_BYTES = 32
SIGNING_DAYS = 365
SIGNING_DAYS_MAX = 730
"""Two years: as long as a machine is expected to keep one private key."""
FAILURES_MAX = 5
FAILURE_WINDOW = timedelta(minutes=5)
WRONG = Finding(
    code="sign_in.wrong",
    problem=mark("Name and password do not belong together."),
    remedy=mark("Type both again. Your bureau's administrator can set a new password."),
)

_BODIES = (
    ("XS", ReaderKind.SECRETARIAT, "Secretariat", None),
    ("XC", ReaderKind.COMMISSION, "Commission for the control of files", None),
    ("UN", ReaderKind.PARTNER, "United Nations Security Council", None),
    ("US-OFAC", ReaderKind.PARTNER, "United States Treasury, Office of Foreign Assets Control", None),
    ("XR-AF", ReaderKind.REGIONAL_BODY, "Regional body for Africa", None),
    ("XR-AM", ReaderKind.REGIONAL_BODY, "Regional body for the Americas", None),
    ("XR-AS", ReaderKind.REGIONAL_BODY, "Regional body for Asia and the Pacific", None),
    ("XR-EU", ReaderKind.REGIONAL_BODY, "Regional body for Europe", None),
)


def found(*, invented: bool = False) -> int:
    """Bring in the secretariat, the commission, who publishes lists, the regional bodies, a bureau per country.

    Returns how many joined; run again it brings in only what is missing. `invented` adds the bureaus of the invented
    countries QM to QZ, for demo homes and tests.
    """
    by = system_viewer()
    wanted = [*_BODIES, *_bureaus(invented=invented)]
    with viewing(by):
        _ensure_system_reader()
        known = set(Reader.objects.values_list("code", flat=True))
        at = now()
        joined = [_reader(code, kind, name, country, at) for code, kind, name, country in wanted if code not in known]
        Reader.objects.bulk_create(joined)
        audit.record_many([_joined(reader) for reader in joined], by=by)
        if joined:
            _expand_audiences()
    return len(joined)


def connect_agency(*, bureau: str, code: str, name: str, by: Viewer) -> str:
    """Connect a national entity through its bureau and return its code (RPD art. 21)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        parent = Reader.objects.filter(code=bureau, kind=ReaderKind.BUREAU).first()
        if parent is None or by.reader_id not in (parent.id, SYSTEM_READER_ID):
            raise _no_such("bureau", bureau)
        agency = _reader(code, ReaderKind.AGENCY, name, parent.country)
        agency.parent = parent
        agency.save(force_insert=True)
        audit.record(_joined(agency), by=by)
        _expand_audiences()
    return code


def add_user(
    *,
    sign_in_name: str,
    display_name: str,
    reader: str,
    role: Role,
    password: str,
    by: Viewer,
    level: Level = Level.OFFICIAL_USE,
) -> User:
    """Add a user to the administrator's own bureau, or to an agency that it connects (RPD art. 107 to 110)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    _check_password(password)
    with viewing(by):
        body = Reader.objects.filter(code=reader).first()
        if body is None or not _administers(by, body):
            raise _no_such("bureau", reader)
        if User.objects.filter(sign_in_name=sign_in_name.casefold()).exists():
            raise Refused(
                Finding(
                    code="members.name_taken",
                    problem=mark("Somebody signs in with that name already."),
                    remedy=mark("Choose another sign-in name."),
                    field="sign_in_name",
                )
            )
        user = User.objects.create(
            sign_in_name=sign_in_name.casefold(),
            display_name=display_name,
            reader=body,
            role=role.value,
            level=level.value,
            password=make_password(password),
            joined_at=now(),
        )
        audit.record(audit.EntryDraft(action="members.user_added", subject=user.id, source=body.id), by=by)
    return user


def disable_user(sign_in_name: str, *, by: Viewer) -> None:
    """Take a user's access away at once: his sessions and tokens end with it (RPD art. 111)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        user = User.objects.select_related("reader").filter(sign_in_name=sign_in_name.casefold()).first()
        if user is None or not _administers(by, user.reader):
            raise _no_such("user", sign_in_name)
        User.objects.filter(pk=user.pk).update(is_active=False)
        audit.record(audit.EntryDraft(action="members.user_disabled", subject=user.id, source=user.reader_id), by=by)


def issue_token(*, by: Viewer, label: str, days: int) -> str:
    """Return a new access token of this user for this purpose, shown this once; only its digest is kept."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    moment = now()
    with viewing(by):
        token = AccessToken.objects.create(
            user_id=by.user_id,
            digest=token_digest(secret),
            purpose=by.purpose.value,
            label=label[:80],
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        audit.record(audit.EntryDraft(action="members.token_issued", subject=token.id, source=by.reader_id), by=by)
    return secret


def token_digest(secret: str) -> bytes:
    """Return what is stored of a token: SHA-256 of its 256 random bits needs no salt."""
    return hashlib.sha256(secret.encode()).digest()


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


def sign_in(*, name: str, password: str, address: str, purpose: Purpose) -> Viewer:
    """Return the Viewer of the user whose name and password these are, after his look was written.

    Raises Refused in the same words for everything that does not fit, and after too many failures from one place.
    """
    refuse_after_failures(name=name, address=address)
    user = check_sign_in(name, password) if purpose is not Purpose.SYSTEM else None
    viewer = viewer_for(user.id, purpose) if user else None
    if viewer is None:
        note_failed_sign_in(name=name, address=address)
        raise Refused(WRONG)
    audit.look(audit.Look.by(viewer, kind="sign_in"))
    return viewer


def note_failed_sign_in(*, name: str, address: str) -> None:
    """Remember a failed try of this name from this address."""
    moment = now()
    FailedSignIn.objects.filter(at__lt=moment - FAILURE_WINDOW).delete()
    FailedSignIn.objects.create(key=_attempt_key(name, address), at=moment)


def refuse_after_failures(*, name: str, address: str) -> None:
    """Raise Refused after too many failed tries of one name from one address; nobody else is locked out by it."""
    recent = FailedSignIn.objects.filter(key=_attempt_key(name, address), at__gte=now() - FAILURE_WINDOW)
    if recent.count() >= FAILURES_MAX:
        raise Refused(
            Finding(
                code="sign_in.too_many_tries",
                problem=mark("Too many failed tries from this place."),
                remedy=mark("Wait %(minutes)s minutes, then try again."),
                source="policy: sign_in",
                values={"minutes": int(FAILURE_WINDOW / timedelta(minutes=1))},
            )
        )


def audience_id(expression: str) -> int:
    """Return the interned id of an audience expression; a new one is expanded to its readers by the database."""
    with connection.cursor() as cursor:
        cursor.execute("select members_intern_audience(%s)", [canonical(expression)])
        return int(cursor.fetchone()[0])


def _attempt_key(name: str, address: str) -> bytes:
    return hashlib.sha256(f"{name.casefold()}\0{address}".encode()).digest()


def _expand_audiences() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select members_expand_audiences()")


def _bureaus(*, invented: bool) -> Iterable[tuple[str, ReaderKind, str, str]]:
    for country in countries.all_countries():
        if country.invented and not invented:
            continue
        yield country.alpha2, ReaderKind.BUREAU, country.name, country.alpha2


def _reader(code: str, kind: ReaderKind, name: str, country: str | None, at: datetime | None = None) -> Reader:
    return Reader(id=new_id(), code=code, kind=kind, name=name, country=country or "", joined_at=at or now())


def _ensure_system_reader() -> None:
    if not Reader.objects.filter(pk=SYSTEM_READER_ID).exists():
        Reader.objects.create(
            id=SYSTEM_READER_ID, code="SYSTEM", kind=ReaderKind.SYSTEM, name="This installation", joined_at=now()
        )


def _joined(reader: Reader) -> audit.EntryDraft:
    return audit.EntryDraft(action="members.joined", subject=reader.id, source=reader.id)


def _administers(by: Viewer, body: Reader) -> bool:
    return by.reader_id in (body.id, body.parent_id) or by.reader_kind is ReaderKind.SYSTEM


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


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Refused(
            Finding(
                code="members.password_too_short",
                problem=mark("The password has fewer than %(least)s characters."),
                remedy=mark("Choose a longer one; a sentence is easy to remember."),
                source="policy: password",
                field="password",
                values={"least": PASSWORD_LENGTH_MIN},
            )
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
