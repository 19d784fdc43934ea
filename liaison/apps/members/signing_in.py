"""Passwords at the door: whose they are, and how slow they are to guess.

Failures are counted for a name from one place, so that nobody is locked out by somebody else's.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from liaison.apps.audit import public as audit
from liaison.apps.members.models import FailedSignIn
from liaison.apps.members.queries import (
    Standing,
    administrative_use_is_off,
    check_sign_in,
    own_name,
    standing_of,
)
from liaison.apps.policies import public as policies
from liaison.refusal import Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rules.use import ADMINISTRATIVE_USE
from liaison.viewer import Purpose, Viewer

TAG_LENGTH = 12
FAILURES_MAX = 5
FAILURE_WINDOW = timedelta(minutes=5)

_log = logging.getLogger(__name__)

WRONG_PASSWORD = Finding(
    code="sign_in.wrong_password",
    problem=mark("This is not your password."),
    remedy=mark("Type it again, or sign out. Your bureau's administrator can set a new one."),
    field="password",
)
WRONG = Finding(
    code="sign_in.wrong",
    problem=mark("Name and password do not belong together."),
    remedy=mark("Type both again. Your bureau's administrator can set a new password."),
)


def check_name_and_password(*, name: str, password: str, address: str, purpose: Purpose) -> Standing:
    """Return the standing of the account whose name and password these are; nobody is signed in by it alone.

    Raises Refused in the same words for everything that does not fit, and after too many failures from one place.
    """
    with one_try(name=name, address=address):
        if purpose is Purpose.ADMINISTRATIVE and not policies.value(ADMINISTRATIVE_USE):
            raise NotAllowed(administrative_use_is_off())
        user_id = check_sign_in(name, password) if purpose is not Purpose.SYSTEM else None
        standing = standing_of(user_id, purpose) if user_id else None
        if standing is None:
            raise Refused(WRONG)
    return standing


def note_sign_in(standing: Standing) -> None:
    """Write the look which says that somebody signed in; his session begins after it."""
    audit.look(audit.Look.by(standing.viewer, kind="sign_in"))


def check_own_password(password: str, *, by: Viewer, address: str) -> None:
    """Raise Refused unless this is the password of who is signed in; as slow to guess as signing in."""
    name = own_name(by)
    with one_try(name=name, address=address):
        if check_sign_in(name, password) != by.user_id:
            raise Refused(WRONG_PASSWORD)


@contextmanager
def one_try(*, name: str, address: str) -> Iterator[None]:
    """Count one try of a name from an address before it is made; what ends well counts nothing.

    Raises Refused after too many failures; nobody elsewhere is locked out by them. Counted before, so that many who
    try at once get no more tries than one after the other.
    """
    key = _attempt_key(name, address)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key.hex()])
        moment = now()
        FailedSignIn.objects.filter(at__lt=moment - FAILURE_WINDOW).delete()
        if FailedSignIn.objects.filter(key=key).count() >= FAILURES_MAX:
            _log.warning("Too many tries to prove who it is failed: %s.", _tag(key))
            raise Refused(_too_many_tries())
        tried = FailedSignIn.objects.create(key=key, at=moment)
    try:
        yield
    except Refused:
        _log.warning("A try to prove who it is failed: %s.", _tag(key))
        raise
    FailedSignIn.objects.filter(pk=tried.pk).delete()


def _tag(key: bytes) -> str:
    """Return by what a log tells tries of one name from one place from others; it names neither."""
    return salted_hmac("liaison.tries", key).hexdigest()[:TAG_LENGTH]


def _too_many_tries() -> Finding:
    return Finding(
        code="sign_in.too_many_tries",
        problem=mark("Too many failed tries from this place."),
        remedy=mark("Wait %(minutes)s minutes, then try again."),
        source="policy: sign_in",
        values={"minutes": int(FAILURE_WINDOW / timedelta(minutes=1))},
    )


def _attempt_key(name: str, address: str) -> bytes:
    return hashlib.sha256(f"{name.casefold()}\0{address}".encode()).digest()
