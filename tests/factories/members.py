"""Invented bodies, their users, and viewers on whose behalf tests act."""

from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.test import Client

from liaison.apps.members import public as members
from liaison.apps.members import sessions
from liaison.apps.members.models import Reader
from liaison.apps.members.queries import standing_of
from liaison.apps.members.roles import roles_in
from liaison.identifiers import countries
from liaison.rows.clock import now
from liaison.rules.membership import Terms, open_to
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer

PASSWORD = "a sentence that nobody guesses"
INVENTED = frozenset(country.alpha2 for country in countries.all_countries() if country.invented)
REASON = "Decided in a test, for a reason."


def a_house(*, with_the_world: bool = False) -> None:
    """Found the membership once: the bodies, and the bureaus of QM to QZ; all others on earth only where asked for.

    Two hundred bureaus that a test never names would cost it most of its time.
    """
    if not Reader.objects.filter(code="QM").exists():
        members.found(invented=True, members=None if with_the_world else INVENTED)


def a_viewer(
    bureau: str = "QM",
    role: members.Role | None = None,
    *,
    level: Level = Level.OFFICIAL_USE,
    purpose: Purpose = Purpose.IDENTIFY,
    name: str = "",
    display_name: str = "Invented Officer",
    first: bool = False,
) -> Viewer:
    """Return the Viewer of a new user, with the job that may do most with records; the password is PASSWORD.

    `first`: somebody else has made the password, so that he has to choose another one before he does anything.
    """
    a_house()
    role = role or _job(bureau)
    sign_in_name = name or f"{role.value}.{bureau}.{uuid4().hex[:8]}".casefold()
    user = members.add_user(
        sign_in_name=sign_in_name,
        display_name=display_name,
        reader=bureau,
        role=role,
        password=PASSWORD,
        level=level,
        first=first,
        by=members.system_viewer(),
    )
    viewer = members.viewer_for(user.id, purpose)
    assert viewer is not None
    return viewer


def a_code(viewer: Viewer) -> str:
    """Return a code that takes the place of this user's second factor once."""
    return members.spare_code(by=viewer)


def a_browser_of(name: str) -> Client:
    """Return a browser in which the user of this sign-in name is signed in."""
    viewer = members.viewer_by_name(name, Purpose.IDENTIFY)
    assert viewer is not None
    return a_browser(viewer)


def a_browser(viewer: Viewer, *, checks: bool = False) -> Client:
    """Return a browser in which this user is signed in; `checks`: it sends no form without the site's own token."""
    client = Client(enforce_csrf_checks=checks)
    session = client.session
    standing = standing_of(viewer.user_id, viewer.purpose)
    assert standing is not None
    sessions.begin(session, standing, proved=True)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def terms(kind: ReaderKind = ReaderKind.AGENCY, **other: object) -> Terms:
    """Return the terms of an agreement that is in force today, with everything that bodies of the kind may ask."""
    today = now().date()
    said: dict[str, object] = {
        "number": "QM/2026/17",
        "title": "Agreement of an invented body",
        "starts_on": today,
        "ends_on": today + timedelta(days=365),
        "queries": open_to(kind),
        "opinion": "Opinion 7 of 2026",
        "approval": "Resolution 3 of 2026",
    }
    return Terms(**(said | other))  # type: ignore[arg-type]  # as named above


def an_agency(code: str = "QM-BP", **said: object) -> str:
    """Connect an agency through its bureau, by two people, and return its code."""
    bureau = code.split("-", maxsplit=1)[0]
    asks, decides = (a_viewer(bureau, members.Role.BUREAU_ADMINISTRATOR) for _ in range(2))
    change = members.propose_connection(code, f"Agency {code}", terms=terms(**said), reason=REASON, by=asks)
    members.decide(change, approve=True, by=decides)
    return code


def a_partner(code: str = "XP-ONE", kind: ReaderKind = ReaderKind.PARTNER, **said: object) -> str:
    """Admit an international or private body under an agreement, by two people, and return its code."""
    asks, decides = (a_viewer("XS", members.Role.MEMBERSHIP_OFFICER) for _ in range(2))
    if kind is ReaderKind.PRIVATE_PARTNER:
        said.setdefault("matches_to", "QM")
    change = members.propose_admission(
        members.Newcomer(code, kind, f"Body {code}"),
        administrator=members.Person(f"admin.{code}.{uuid4().hex[:6]}", "Invented Administrator"),
        terms=terms(kind, **said),
        reason=REASON,
        by=asks,
    )
    members.decide(change, approve=True, by=decides)
    return code


def an_end_of(code: str, officers: tuple[Viewer, Viewer]) -> None:
    """End a body for good, by two membership officers."""
    asks, decides = officers
    members.decide(members.propose_end(code, reason=REASON, by=asks), approve=True, by=decides)


def days_from_now(days: int) -> date:
    """Return the day so many days from today, by the clock of the database."""
    return now().date() + timedelta(days=days)


def _job(code: str) -> members.Role:
    """Return the job of a body that may do most with records."""
    jobs = roles_in(ReaderKind(Reader.objects.get(code=code).kind), code)
    return max(jobs, key=lambda role: (Right.READ_RECORDS in members.RIGHTS[role], len(members.RIGHTS[role])))
