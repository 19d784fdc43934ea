"""What a password has to be: long enough, unlike the name, and in no list of passwords that attackers have.

Two lists are asked, both on this machine: the twenty thousand commonest, which come with Django, and a file that the
operator keeps, sorted lines of SHA-1 and count as Have I Been Pwned publishes them.
"""

import gzip
import hashlib
import mmap
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members.queries import check_sign_in, own_name
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

LENGTH_MIN, LENGTH_MAX = 12, 128
_DIGEST_LENGTH = 40
_PACKAGED = Path(password_validation.__file__).with_name("common-passwords.txt.gz")


def password_findings(password: str, *, name: str = "") -> list[Finding]:
    """Return everything that is wrong with a password for the account of this sign-in name."""
    return [*_length(password), *_likeness(password, name), *_known(password)]


def set_own_password(current: str, new: str, *, by: Viewer) -> None:
    """Give one's own account another password; every other session of it ends.

    Raise Refused with everything that is wrong, the current password included.
    """
    with viewing(by):
        name = own_name(by)
        right = check_sign_in(name, current) == by.user_id
        findings = [] if right else [_wrong_current()]
        findings += password_findings(new, name=name)
        if right and current == new:
            findings.append(_same())
        if findings:
            raise Refused(*findings)
        with connection.cursor() as cursor:
            cursor.execute("select members_set_own_password(%s)", [make_password(new)])
        audit.record(
            audit.EntryDraft(action="members.own_password_set", subject=by.user_id, source=by.reader_id), by=by
        )


def is_breached(password: str) -> bool:
    """Whether the password stands in one of the lists."""
    if password.casefold() in _commonest():
        return True
    kept: Path | None = settings.LIAISON_BREACHED_PASSWORDS
    return kept is not None and _in_file(kept, hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest())


@cache
def _commonest() -> frozenset[str]:
    with gzip.open(_PACKAGED, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


def _in_file(path: Path, digest: str) -> bool:
    """Find a line that begins with the digest by halving a sorted file; only what is compared is read."""
    wanted = digest.upper().encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            start = text.rfind(b"\n", low, middle) + 1 or low
            found = text[start : start + _DIGEST_LENGTH].upper()
            if found == wanted:
                return True
            end = text.find(b"\n", start, high)
            if found < wanted:
                low = end + 1 if end >= 0 else high
            else:
                high = start
    return False


def _length(password: str) -> Iterable[Finding]:
    if len(password) < LENGTH_MIN:
        yield _finding(
            "password_too_short",
            mark("The password has fewer than %(least)s characters."),
            mark("Choose a longer one; a sentence is easy to remember."),
            least=LENGTH_MIN,
        )
    if len(password) > LENGTH_MAX:
        yield _finding(
            "password_too_long",
            mark("The password has more than %(most)s characters."),
            mark("Choose a shorter one."),
            most=LENGTH_MAX,
        )


def _likeness(password: str, name: str) -> Iterable[Finding]:
    plain = "".join(letter for letter in password.casefold() if letter.isalnum())
    named = "".join(letter for letter in name.casefold() if letter.isalnum())
    if named and (named in plain or plain in named):
        yield _finding(
            "password_like_the_name",
            mark("The password is like the sign-in name."),
            mark("Choose one that nobody can tell from your name."),
        )


def _known(password: str) -> Iterable[Finding]:
    if len(password) <= LENGTH_MAX and is_breached(password):
        yield _finding(
            "password_breached",
            mark("This password is in a list that attackers try first."),
            mark("Choose another one, and change it wherever else you use it."),
        )


def _finding(code: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(
        code=f"members.{code}",
        problem=problem,
        remedy=remedy,
        source="policy: password",
        field="password",
        values=values,
    )


def _wrong_current() -> Finding:
    return Finding(
        code="members.current_password",
        problem=mark("This is not your current password."),
        remedy=mark("Type it again."),
        field="current",
    )


def _same() -> Finding:
    return _finding("password_same", mark("The new password is the old one."), mark("Choose another one."))
