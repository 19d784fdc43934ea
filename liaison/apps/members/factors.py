"""Second factors: what proves who somebody is, beside a password that he may have told, typed or lost.

A passkey is the best of them: it cannot be typed into a false page. An app shows a code each half minute (RFC 6238).
Ten recovery codes take their place, each once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from liaison.apps.audit import public as audit
from liaison.apps.members import passkeys
from liaison.apps.members.factor_secrets import code_digest, opened, sealed
from liaison.apps.members.models import FACTOR_LABEL_LENGTH_MAX, Factor, RecoveryCode
from liaison.apps.members.queries import Standing, standing_of
from liaison.apps.members.signing_in import one_try
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, Viewer

ISSUER = "Liaison"
APP_CODE_DIGITS = 6
STEPS_APART_MAX = 1
"""How many half minutes the clocks of the installation and of a telephone may be apart."""
APP_FAILURES_MAX = 50
"""Wrong codes in a row after which an app's codes are no longer taken (NIST SP 800-63B 5.2.2 allows a hundred)."""
RECOVERY_CODES = 10
SPARE_CODES_MAX = 20
RECOVERY_CODE_LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two letters and digits that nobody mistakes for another."""
FACTORS_MAX = 20


@dataclass(frozen=True, slots=True)
class FactorCard:
    """A second factor as its holder sees it. `is_locked`: too many wrong codes were typed in a row."""

    id: UUID
    kind: str
    label: str
    added_at: datetime
    used_at: datetime | None
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Methods:
    """By what somebody can prove who he is: his second factors, and how many recovery codes are left."""

    factors: tuple[FactorCard, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.factors or self.codes_left)

    @property
    def has_passkey(self) -> bool:
        """Whether a passkey is among them."""
        return any(factor.kind == Factor.Kind.PASSKEY for factor in self.factors)

    @property
    def has_app(self) -> bool:
        """Whether an app is among them."""
        return any(factor.kind == Factor.Kind.APP for factor in self.factors)


def methods(viewer: Viewer) -> Methods:
    """Return the viewer's own second factors, the oldest first."""
    with viewing(viewer):
        rows = Factor.objects.filter(user_id=viewer.user_id).order_by("added_at", "id")[:FACTORS_MAX]
        left = RecoveryCode.objects.filter(user_id=viewer.user_id, used_at__isnull=True).count()
        return Methods(tuple(_card(row) for row in rows), left)


def app_secret() -> str:
    """Return a new secret for an app, in base 32; it is kept only when its first code was typed."""
    return pyotp.random_base32()


def app_address(secret: str, name: str) -> str:
    """Return what an app reads from the picture (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def code_now(secret: str) -> str:
    """Return what an app with this secret shows now: for the page of a demo world, whose visitor has no app."""
    return pyotp.TOTP(secret).at(now())


def add_app(secret: str, code: str, *, by: Viewer) -> list[str]:
    """Add an app whose current code this is; return recovery codes where there were none, shown this once."""
    step = _step_of(_plain(code), secret, now())
    if step is None:
        raise Refused(_wrong_code())
    with viewing(by):
        if Factor.objects.filter(user_id=by.user_id, kind=Factor.Kind.APP).exists():
            raise Refused(_has_app())
        kept = sealed(secret, by.user_id)
        return _add(Factor(kind=Factor.Kind.APP, label="", secret=kept, counter=step), by=by)


def add_passkey(made: passkeys.NewPasskey, *, label: str, by: Viewer) -> list[str]:
    """Add a passkey that was made for this account; return recovery codes where there were none, shown this once."""
    with viewing(by):
        return _add(
            Factor(
                kind=Factor.Kind.PASSKEY,
                label=" ".join(label.split())[:FACTOR_LABEL_LENGTH_MAX],
                credential_id=made.credential_id,
                secret=made.credential,
                counter=made.counter,
            ),
            by=by,
        )


def remove(factor_id: UUID, *, by: Viewer) -> None:
    """Take one of the viewer's own second factors away; the last one stays."""
    with viewing(by):
        own = list(Factor.objects.select_for_update().filter(user_id=by.user_id).order_by("id"))
        factor = next((one for one in own if one.id == factor_id), None)
        if factor is None:
            raise Absent(_no_such())
        if len(own) == 1:
            raise Refused(_the_last())
        Factor.objects.filter(pk=factor.pk).delete()
        audit.record(_entry("members.factor_removed", factor.id, by), by=by)


def new_recovery_codes(*, by: Viewer) -> list[str]:
    """Give the viewer ten new recovery codes, shown this once; those of before open nothing any more."""
    with viewing(by):
        RecoveryCode.objects.filter(user_id=by.user_id).delete()
        codes = _made_codes(RECOVERY_CODES, by)
        audit.record(_entry("members.recovery_codes_made", by.user_id, by), by=by)
    return codes


def spare_code(*, by: Viewer) -> str:
    """Give the viewer one more recovery code: what the page of a demo world shows, and no other page."""
    with viewing(by):
        own = RecoveryCode.objects.filter(user_id=by.user_id)
        RecoveryCode.objects.filter(pk__in=own.order_by("-made_at", "-id").values("pk")[SPARE_CODES_MAX:]).delete()
        return _made_codes(1, by)[0]


def prove_by_code(code: str, *, standing: Standing, address: str) -> None:
    """Take an app's code or a recovery code of this account, each once; raise Refused for any other.

    As slow to guess from one place as a password. Wrong codes in a row lock the app and nothing else, so that whoever
    knows the password can lock nobody out.
    """
    viewer, plain = standing.viewer, _plain(code)
    with one_try(name=f"second {viewer.user_id}", address=address):
        if _takes_app_code(plain, viewer) or _takes_recovery_code(plain, viewer):
            return
        audit.look(audit.Look.by(viewer, kind="denial", notes={"what": "second_factor"}))
        raise Refused(_wrong_code())


def known_credentials(viewer: Viewer) -> list[bytes]:
    """Return the public credentials of the viewer's own passkeys."""
    with viewing(viewer):
        rows = Factor.objects.filter(user_id=viewer.user_id, kind=Factor.Kind.PASSKEY).order_by("added_at")
        return [bytes(row.secret) for row in rows[:FACTORS_MAX]]


def prove_by_passkey(host: str, state: passkeys.State | None, answer: str, *, standing: Standing) -> None:
    """Take the answer of one of the account's passkeys; raise Refused for any other.

    A passkey that counts its signatures and went back is a copy, and is not taken.
    """
    viewer = standing.viewer
    try:
        given = passkeys.proved(host, state, answer, known_credentials(viewer))
        if not _counts_on(given, viewer):
            raise Refused(_copied())
    except Refused:
        audit.look(audit.Look.by(viewer, kind="denial", notes={"what": "second_factor"}))
        raise


def check_passkey(host: str, state: passkeys.State | None, answer: str) -> Standing:
    """Return the standing of the account of whose passkey this is the answer: it proves who he is by itself.

    Raises Refused in the same words for everything that does not hold.
    """
    user_id = passkeys.account_named(answer)
    standing = standing_of(user_id, Purpose.IDENTIFY) if user_id else None
    if standing is None:
        raise Refused(passkeys.not_taken())
    prove_by_passkey(host, state, answer, standing=standing)
    return standing


def take_all(user_id: UUID, *, by: Viewer) -> None:
    """Take all second factors of an account away, in the transaction of a verb that has checked who may."""
    with connection.cursor() as cursor:
        cursor.execute("select members_take_factors(%s)", [user_id])
    audit.record(audit.EntryDraft(action="members.factors_taken", subject=user_id, source=by.reader_id), by=by)


def end_other_sessions(*, by: Viewer) -> None:
    """End every session of the viewer's own account; the caller lets his own go on."""
    with viewing(by):
        with connection.cursor() as cursor:
            cursor.execute("select members_end_own_sessions()")
        audit.record(_entry("members.sessions_ended", by.user_id, by), by=by)


def _add(factor: Factor, *, by: Viewer) -> list[str]:
    factor.user_id, factor.added_at = by.user_id, now()
    if Factor.objects.filter(user_id=by.user_id).count() >= FACTORS_MAX:
        raise Refused(_too_many())
    try:
        with transaction.atomic():
            factor.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_known_already()) from error
    audit.record(_entry("members.factor_added", factor.id, by, kind=factor.kind), by=by)
    left = RecoveryCode.objects.filter(user_id=by.user_id, used_at__isnull=True).exists()
    return [] if left else new_recovery_codes(by=by)


def _made_codes(count: int, by: Viewer) -> list[str]:
    moment = now()
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_CODE_LENGTH)) for _ in range(count)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=by.user_id, digest=code_digest(code, by.user_id), made_at=moment) for code in codes
    )
    half = RECOVERY_CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _takes_app_code(code: str, viewer: Viewer) -> bool:
    """Whether this is a code of the account's app that was not taken before; a wrong one is counted."""
    if not _is_app_code(code):
        return False
    with viewing(viewer):
        factor = Factor.objects.filter(user_id=viewer.user_id, kind=Factor.Kind.APP).first()
        if factor is None or factor.failures >= APP_FAILURES_MAX:
            return False
        moment = now()
        step = _step_of(code, opened(bytes(factor.secret), viewer.user_id), moment)
        same = Factor.objects.filter(pk=factor.pk)
        if step is None:
            same.update(failures=F("failures") + 1)
            return False
        return same.filter(counter__lt=step).update(counter=step, failures=0, used_at=moment) == 1


def _takes_recovery_code(code: str, viewer: Viewer) -> bool:
    if len(code) != RECOVERY_CODE_LENGTH or not set(code) <= set(_ALPHABET):
        return False
    with viewing(viewer):
        own = RecoveryCode.objects.filter(user_id=viewer.user_id, digest=code_digest(code, viewer.user_id))
        if own.filter(used_at__isnull=True).update(used_at=now()) != 1:
            return False
        Factor.objects.filter(user_id=viewer.user_id, kind=Factor.Kind.APP).update(failures=0)
        audit.record(_entry("members.recovery_code_used", viewer.user_id, viewer), by=viewer)
        return True


def _counts_on(given: passkeys.Answer, viewer: Viewer) -> bool:
    """Whether the passkey's count went on; one that does not count says nought each time."""
    with viewing(viewer):
        own = Factor.objects.filter(user_id=viewer.user_id, credential_id=given.credential_id)
        before = own.filter(counter=0) if given.counter == 0 else own.filter(counter__lt=given.counter)
        return before.update(counter=given.counter, used_at=now()) == 1


def _step_of(code: str, secret: str, moment: datetime) -> int | None:
    """Return the time step whose code this is, of those around the moment."""
    if not _is_app_code(code):
        return None
    made = pyotp.TOTP(secret)
    current = made.timecode(moment)
    steps: Sequence[int] = range(current - STEPS_APART_MAX, current + STEPS_APART_MAX + 1)
    return next((step for step in steps if secrets.compare_digest(made.generate_otp(step), code)), None)


def _is_app_code(code: str) -> bool:
    return len(code) == APP_CODE_DIGITS and code.isascii() and code.isdecimal()


def _plain(code: str) -> str:
    """Return a code as it was made, however it was typed."""
    folded = "".join(letter for letter in code if letter.isalnum()).upper()
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in folded)[:80]


def _card(row: Factor) -> FactorCard:
    return FactorCard(
        id=row.id,
        kind=row.kind,
        label=row.label,
        added_at=row.added_at,
        used_at=row.used_at,
        is_locked=row.failures >= APP_FAILURES_MAX,
    )


def _entry(action: str, subject: UUID, by: Viewer, **notes: str) -> audit.EntryDraft:
    return audit.EntryDraft(action=action, subject=subject, source=by.reader_id, notes=dict(notes))


def _wrong_code() -> Finding:
    return Finding(
        code="sign_in.wrong_code",
        problem=mark("This code does not hold."),
        remedy=mark("Type the code that the app shows now, or a recovery code. Each works once."),
        field="code",
    )


def _copied() -> Finding:
    return Finding(
        code="sign_in.passkey_copied",
        problem=mark("This passkey has counted fewer signatures than before, so it may be a copy."),
        remedy=mark("Use another second factor, and tell your bureau's security officer."),
    )


def _has_app() -> Finding:
    return Finding(
        code="members.has_app",
        problem=mark("Your account has an app already."),
        remedy=mark("Remove it first, or add a passkey instead."),
    )


def _known_already() -> Finding:
    return Finding(
        code="members.factor_known",
        problem=mark("This second factor was added before."),
        remedy=mark("Use it, or choose another one."),
    )


def _too_many() -> Finding:
    return Finding(
        code="members.factors_max",
        problem=mark("An account has at most %(most)s second factors."),
        remedy=mark("Remove one that you no longer use."),
        values={"most": FACTORS_MAX},
    )


def _the_last() -> Finding:
    return Finding(
        code="members.last_factor",
        problem=mark("This is your only second factor, so it stays."),
        remedy=mark("Add another one first."),
    )


def _no_such() -> Finding:
    return Finding(
        code="members.no_factor",
        problem=mark("You have no such second factor."),
        remedy=mark("It may have been removed already."),
    )
