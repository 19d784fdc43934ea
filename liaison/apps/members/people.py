"""Who joins, moves and leaves, and who is confirmed each year (RPD art. 107 to 111).

A body looks after its own people and those of the agencies that it connects; nobody looks after himself.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Func, Q, QuerySet

from liaison.apps.audit import public as audit
from liaison.apps.members import factors
from liaison.apps.members.models import AccessToken, Reader, User
from liaison.apps.members.passwords import password_findings
from liaison.apps.members.queries import name_is_taken
from liaison.apps.members.roles import LABELS, MACHINES, OFFICES, Role, needs_to_look_after, roles_in
from liaison.apps.policies import public as policies
from liaison.ledger.canonical import Json
from liaison.refusal import Absent, Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Level, ReaderKind, Right, Viewer

NAME_LENGTH_MAX, DISPLAY_LENGTH_MAX = 80, 120
FIRST_PASSWORD_BYTES = 15
PAGE_SIZE = 50
PAGE_MAX = 10_000
REVIEW_DAYS, GRACE_DAYS = "members.review_days", "members.review_grace_days"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the register of access rights has it. `works` says whether it opens anything today."""

    id: UUID
    sign_in_name: str
    display_name: str
    body: str
    body_name: str
    body_kind: ReaderKind
    role: Role
    level: Level
    joined_at: datetime
    left_at: datetime | None
    ends_on: date | None
    certified_until: date | None
    confirmed_at: datetime
    confirm_by: datetime
    stops_at: datetime
    works: bool
    is_due: bool
    is_own: bool
    is_system: bool

    @property
    def role_label(self) -> str:
        """What the job is called, a message id."""
        return LABELS[self.role]

    @property
    def state(self) -> str:
        """Whether it works: works, due, stopped (by time) or left."""
        if self.left_at is not None:
            return "left"
        if not self.works:
            return "stopped"
        return "due" if self.is_due else "works"


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the register, with shown and total."""

    accounts: tuple[Account, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Job:
    """What an account is for, as an administrator sets it; None for no last day."""

    role: Role
    level: Level = Level.OFFICIAL_USE
    ends_on: date | None = None
    certified_until: date | None = None


def add_user(
    *,
    sign_in_name: str,
    display_name: str,
    reader: str,
    role: Role,
    password: str,
    by: Viewer,
    level: Level = Level.OFFICIAL_USE,
    ends_on: date | None = None,
    certified_until: date | None = None,
    first: bool = False,
) -> User:
    """Add a user to the administrator's own body, or to an agency that it connects.

    `first`: its user has to choose another password before he does anything.
    """
    by.needs(Right.ADMINISTER_MEMBERS)
    job = Job(role, level, ends_on, certified_until)
    with viewing(by):
        body = _own_body(reader, by)
        return create(sign_in_name, display_name, body=body, job=job, password=password, first=first, by=by)


def add_system(sign_in_name: str, display_name: str, *, reader: str, job: Job, by: Viewer) -> User:
    """Add an account for a program: it has no password, only the tokens that are issued for it."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        return create(sign_in_name, display_name, body=_own_body(reader, by), job=job, password=None, by=by)


def create(
    sign_in_name: str,
    display_name: str,
    *,
    body: Reader,
    job: Job,
    password: str | None,
    by: Viewer,
    first: bool = True,
) -> User:
    """Write an account in the caller's transaction; raise Refused with everything that is wrong with it.

    Without a password it is a system's.
    """
    name, shown = sign_in_name.strip().casefold(), " ".join(display_name.split())
    moment = now()
    findings = [*_name_findings(name, shown), *_job_findings(job, body, moment.date(), is_system=password is None)]
    if password is not None:
        findings += password_findings(password, name=name)
    if findings:
        raise Refused(*findings)
    if name_is_taken(name):
        raise Refused(_name_taken())
    confirm_by, stops_at = _dates_of_review(moment)
    user = User(
        sign_in_name=name,
        display_name=shown,
        reader=body,
        role=job.role.value,
        level=job.level.value,
        ends_on=job.ends_on,
        certified_until=job.certified_until,
        password=make_password(password),
        is_system=password is None,
        password_is_first=first and password is not None,
        joined_at=moment,
        confirmed_at=moment,
        confirmed_by=by.user_id,
        confirm_by=confirm_by,
        stops_at=stops_at,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:  # somebody took the name this very moment
        raise Refused(_name_taken()) from error
    audit.record(_entry("members.user_added", user, notes=_notes(job)), by=by)
    return user


def change_job(user_id: UUID, job: Job, *, body: str | None = None, by: Viewer) -> None:
    """Give an account another job, other last days or another body that the administrator looks after.

    What it was confirmed for has changed, so that the year begins again. The same job again changes nothing.
    """
    with viewing(by):
        user = _to_look_after(user_id, by)
        moved = _own_body(body, by) if body else user.reader
        if findings := [*_job_findings(job, moved, now().date(), is_system=user.is_system)]:
            raise Refused(*findings)
        wanted = {
            "reader_id": moved.id,
            "role": job.role.value,
            "level": job.level.value,
            "ends_on": job.ends_on,
            "certified_until": job.certified_until,
        }
        if all(getattr(user, name) == value for name, value in wanted.items()):
            return
        User.objects.filter(pk=user.pk).update(**wanted, **_confirmed_now(by))
        user.reader = moved
        audit.record(_entry("members.user_changed", user, notes=_notes(job)), by=by)


def disable_user(sign_in_name: str, *, by: Viewer) -> None:
    """Take a user's access away at once: his sessions and tokens end with it (RPD art. 111)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        user = User.objects.filter(sign_in_name=sign_in_name.casefold()).first()
        if user is None:
            raise _no_such("user", sign_in_name)
        leave(user.pk, by=by)


def leave(user_id: UUID, *, by: Viewer) -> None:
    """End an account at once; a second time changes nothing."""
    with viewing(by):
        user = _to_look_after(user_id, by, or_supervises=True)
        if not user.is_active:
            return
        User.objects.filter(pk=user.pk).update(is_active=False, left_at=now())
        audit.record(_entry("members.user_disabled", user), by=by)


def take_back(user_id: UUID, *, by: Viewer) -> None:
    """Let an ended account work again, confirmed as of now; one that works already is only confirmed."""
    with viewing(by):
        user = _to_look_after(user_id, by)
        User.objects.filter(pk=user.pk).update(is_active=True, left_at=None, **_confirmed_now(by))
        audit.record(_entry("members.user_taken_back", user), by=by)


def confirm(user_id: UUID, *, by: Viewer) -> None:
    """Confirm that somebody still needs the access that he has, for another year (RPD art. 107)."""
    with viewing(by):
        user = _to_look_after(user_id, by, or_supervises=True)
        if not user.is_active:
            raise Refused(_has_left())
        User.objects.filter(pk=user.pk).update(**_confirmed_now(by))
        audit.record(_entry("members.user_confirmed", user), by=by)


def new_password(user_id: UUID, *, by: Viewer) -> str:
    """Give an account a new password and return it, this once; sessions and tokens of before end.

    Its user has to choose another one before he does anything.
    """
    with viewing(by):
        user = _to_look_after(user_id, by)
        password = first_password()
        if user.is_system:
            raise Refused(_has_no_password())
        User.objects.filter(pk=user.pk).update(password=make_password(password), password_is_first=True)
        AccessToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now())
        audit.record(_entry("members.user_password_set", user), by=by)
    return password


def factors_lost(user_id: UUID, *, by: Viewer) -> str:
    """Take the second factors of somebody who lost them away, and return a new first password, this once.

    His sessions and tokens end. Nobody who knows his password alone can then add a second factor of his own.
    """
    with viewing(by):
        user = _to_look_after(user_id, by)
        if user.is_system:
            raise Refused(_has_no_password())
        factors.take_all(user.pk, by=by)
        return new_password(user_id, by=by)


def first_password() -> str:
    """Return a password that nobody guesses, to be given to its user."""
    return secrets.token_urlsafe(FIRST_PASSWORD_BYTES)


def register(viewer: Viewer, *, page: int = 1, due_only: bool = False, body: str = "") -> Register:
    """Return one page of the register of access rights: the viewer's own body and its agencies.

    Oversight sees every body's (RPD art. 107 to 110). `due_only` leaves those whose confirmation is due.
    """
    _needs_register(viewer)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = _seen_by(viewer)
        if body:
            rows = rows.filter(reader__code=body)
        moment, days = now(), policies.value(GRACE_DAYS)
        if due_only:
            rows = rows.filter(is_active=True, confirm_by__lte=moment + timedelta(days=days))
        total = rows.count()
        ordered = rows.order_by("reader__code", "-is_active", "sign_in_name")[
            (page - 1) * PAGE_SIZE : page * PAGE_SIZE
        ]
        accounts = tuple(_account(user, viewer, moment, days) for user in ordered)
    return Register(accounts, page, max(1, -(-total // PAGE_SIZE)), total)


def due_count(viewer: Viewer) -> int:
    """Return how many accounts that the viewer looks after are to be confirmed soon."""
    with viewing(viewer):
        until = now() + timedelta(days=policies.value(GRACE_DAYS))
        return _looked_after(viewer).filter(is_active=True, confirm_by__lte=until).exclude(pk=viewer.user_id).count()


def account(user_id: UUID, viewer: Viewer) -> Account:
    """Return one account of the register; raise Absent for any that the viewer may not see."""
    _needs_register(viewer)
    with viewing(viewer):
        user = _seen_by(viewer).filter(pk=user_id).first()
        if user is None:
            raise _no_such("user", "")
        return _account(user, viewer, now(), policies.value(GRACE_DAYS))


def missing_offices(body: Reader) -> list[Role]:
    """Return the jobs that this body has to have and has not given to anybody (RPD art. 117 and 121)."""
    wanted = [role for role in OFFICES if role in roles_in(ReaderKind(body.kind), body.code)]
    working = User.objects.filter(reader=body).alias(works=account_works()).filter(works=True)
    held = set(working.values_list("role", flat=True))
    return [role for role in wanted if role.value not in held]


def has_administrator(body: Reader) -> bool:
    """Whether somebody administers this body; one whose account opens nothing today does not."""
    administrators = User.objects.filter(reader=body, role=Role.BUREAU_ADMINISTRATOR.value)
    return administrators.alias(works=account_works()).filter(works=True).exists()


def note_lapsed(*, by: Viewer) -> int:
    """Write down whose access has ended by time since the last look, and return how many."""
    with viewing(by):
        over = User.objects.alias(works=account_works()).filter(works=False)
        lapsed = list(over.filter(is_active=True, lapsed_at__isnull=True)[:PAGE_MAX])
        User.objects.filter(pk__in=[user.pk for user in lapsed]).update(lapsed_at=now())
        audit.record_many([_entry("members.user_lapsed", user) for user in lapsed], by=by)
    return len(lapsed)


def _needs_register(viewer: Viewer) -> None:
    if not viewer.rights & {Right.ADMINISTER_MEMBERS, Right.APPROVE_MEMBERS, Right.OVERSEE, Right.ADMIT_MEMBERS}:
        viewer.needs(Right.ADMINISTER_MEMBERS)


def _looked_after(viewer: Viewer) -> QuerySet[User]:
    own = Q(reader_id=viewer.reader_id) | Q(reader__parent_id=viewer.reader_id)
    return User.objects.select_related("reader").filter(own)


def _seen_by(viewer: Viewer) -> QuerySet[User]:
    seen = User.objects.select_related("reader").all() if viewer.may(Right.OVERSEE) else _looked_after(viewer)
    return seen.annotate(works=account_works())


def account_works() -> Func:
    """Return whether an account opens anything today, as the database says it for Viewers too."""
    return Func(
        "is_active",
        "stops_at",
        "ends_on",
        "certified_until",
        function="members_account_works",
        output_field=BooleanField(),
    )


def _account(user: User, viewer: Viewer, moment: datetime, days: int) -> Account:
    return Account(
        id=user.id,
        sign_in_name=user.sign_in_name,
        display_name=user.display_name,
        body=user.reader.code,
        body_name=user.reader.name,
        body_kind=ReaderKind(user.reader.kind),
        role=Role(user.role),
        level=Level(user.level),
        joined_at=user.joined_at,
        left_at=user.left_at,
        ends_on=user.ends_on,
        certified_until=user.certified_until,
        confirmed_at=user.confirmed_at,
        confirm_by=user.confirm_by,
        stops_at=user.stops_at,
        works=bool(user.works),  # type: ignore[attr-defined]  # annotated by `_seen_by`
        is_due=user.is_active and user.confirm_by <= moment + timedelta(days=days),
        is_own=user.id == viewer.user_id,
        is_system=user.is_system,
    )


def _own_body(code: str, by: Viewer) -> Reader:
    body = Reader.objects.filter(code=code, ended_at__isnull=True).first()
    if body is None or not (by.reader_id in (body.id, body.parent_id) or by.reader_kind is ReaderKind.SYSTEM):
        raise _no_such("bureau", code)
    return body


def _to_look_after(user_id: UUID, by: Viewer, *, or_supervises: bool = False) -> User:
    """Return the locked account of somebody else whom this viewer looks after; raise Absent for any other."""
    if or_supervises:
        needs_to_look_after(by)
    else:
        by.needs(Right.ADMINISTER_MEMBERS)
    if user_id == by.user_id:
        raise NotAllowed(_himself())
    user = _looked_after(by).select_for_update(of=("self",)).filter(pk=user_id).first()
    if user is None:
        raise _no_such("user", "")
    return user


def _dates_of_review(moment: datetime) -> tuple[datetime, datetime]:
    days = policies.values([REVIEW_DAYS, GRACE_DAYS])
    confirm_by = moment + timedelta(days=days[REVIEW_DAYS])
    return confirm_by, confirm_by + timedelta(days=days[GRACE_DAYS])


def _confirmed_now(by: Viewer) -> dict[str, object]:
    moment = now()
    confirm_by, stops_at = _dates_of_review(moment)
    return {
        "confirmed_at": moment,
        "confirmed_by": by.user_id,
        "confirm_by": confirm_by,
        "stops_at": stops_at,
        "lapsed_at": None,
    }


def _entry(action: str, user: User, notes: dict[str, Json] | None = None) -> audit.EntryDraft:
    return audit.EntryDraft(action=action, subject=user.id, source=user.reader_id, notes=notes or {})


def _notes(job: Job) -> dict[str, Json]:
    return {"role": job.role.value, "level": int(job.level)}


def _name_findings(name: str, shown: str) -> Iterable[Finding]:
    if not 0 < len(name) <= NAME_LENGTH_MAX or any(letter.isspace() for letter in name):
        yield Finding(
            code="members.sign_in_name",
            problem=mark("A sign-in name has 1 to %(most)s characters and no space."),
            remedy=mark("Choose a shorter one, like “qm.voss”."),
            field="sign_in_name",
            values={"most": NAME_LENGTH_MAX},
        )
    if not 0 < len(shown) <= DISPLAY_LENGTH_MAX:
        yield Finding(
            code="members.display_name",
            problem=mark("The name to be shown has 1 to %(most)s characters."),
            remedy=mark("Write the name as colleagues know it."),
            field="display_name",
            values={"most": DISPLAY_LENGTH_MAX},
        )


def _job_findings(job: Job, body: Reader, today: date, *, is_system: bool) -> Iterable[Finding]:
    if job.role in MACHINES and not is_system:
        yield Finding(
            code="members.job_of_a_machine",
            problem=mark("This is the job of a machine, and nobody signs in as one."),
            remedy=mark("Add a system account, and give its token to the machine."),
            source="policy: roles",
            field="role",
        )
    if job.role not in roles_in(ReaderKind(body.kind), body.code):
        yield Finding(
            code="members.no_such_job",
            problem=mark("There is no such job in this body."),
            remedy=mark("Choose one from the list; other jobs belong to other bodies."),
            source="policy: roles",
            field="role",
        )
    for name, day in (("ends_on", job.ends_on), ("certified_until", job.certified_until)):
        if day is not None and day < today:
            yield Finding(
                code="members.day_over",
                problem=mark("This day is over, so the account would open nothing."),
                remedy=mark("Choose a day that is still to come, or none."),
                field=name,
            )


def _name_taken() -> Finding:
    return Finding(
        code="members.name_taken",
        problem=mark("Somebody signs in with that name already."),
        remedy=mark("Choose another sign-in name."),
        field="sign_in_name",
    )


def _has_no_password() -> Finding:
    return Finding(
        code="members.no_password",
        problem=mark("A system account has no password."),
        remedy=mark("Issue a token for it instead."),
    )


def _himself() -> Finding:
    return Finding(
        code="members.yourself",
        problem=mark("Nobody changes or confirms his own account."),
        remedy=mark("Ask another administrator of your body."),
        source="policy: two_persons",
    )


def _has_left() -> Finding:
    return Finding(
        code="members.has_left",
        problem=mark("This account was ended."),
        remedy=mark("Take it back first, if its holder works with you again."),
    )


def _no_such(what: str, name: str) -> Absent:
    return Absent(
        Finding(
            code=f"members.no_{what}",
            problem=mark("There is no “%(name)s” that you administer.")
            if name
            else mark("There is no such account in your body."),
            remedy=mark("Check the name in your bureau's list."),
            values={"name": name} if name else {},
        )
    )
