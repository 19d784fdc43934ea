"""What a session may do: how long it lives, when it asks for the password again, and what it asks for first.

The times come from policy values, by role; the moment comes from the database, with the account itself.
"""

import time
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from liaison.apps.members import devices
from liaison.apps.members.queries import Standing, standing_of
from liaison.apps.members.roles import Role
from liaison.apps.policies import public as policies
from liaison.viewer import Purpose

USER, PURPOSE = "liaison_user", "liaison_purpose"
BEGUN, SEEN, STAMP, LOCKED = "liaison_begun", "liaison_seen", "liaison_stamp", "liaison_locked"
PROVED, HALF, UNKNOWN = "liaison_proved", "liaison_half", "liaison_unknown_browsers"
IDLE, IDLE_FRONTLINE, HOURS_MAX = (
    "members.session_minutes",
    "members.session_minutes_frontline",
    "members.session_hours_max",
)
SEEN_EVERY = timedelta(seconds=60)
"""A session is written again only so often: each writing is a synced row."""
LIMITS_SECONDS_KEPT = 10.0
HALF_MINUTES = 10
"""How long a password waits for its second factor."""

_kept: tuple[float, dict[str, int]] | None = None


class State(Enum):
    """What a request of a session may see."""

    OPEN = auto()
    LOCKED = auto()
    FIRST_PASSWORD = auto()
    NO_FACTOR = auto()


def begin_half(session: SessionBase, standing: Standing) -> None:
    """Remember under a new key whose password was right, until he proves himself by a second factor."""
    session.flush()
    session[HALF] = str(standing.viewer.user_id)
    session[PURPOSE] = standing.viewer.purpose.value
    session[BEGUN] = standing.at.isoformat()
    session[STAMP] = standing.stamp


def half(session: SessionBase) -> Standing | None:
    """Return whose password was right in this session and waits for a second factor."""
    user_id = session.get(HALF)
    standing = standing_of(UUID(user_id), Purpose(session[PURPOSE])) if user_id else None
    if standing is None or session.get(STAMP) != standing.stamp:
        return None
    return standing if standing.at - _moment(session, BEGUN) < timedelta(minutes=HALF_MINUTES) else None


def begin(session: SessionBase, standing: Standing, *, proved: bool) -> None:
    """Begin a session under a new key, so that nobody can have fixed it before.

    `proved`: by a second factor. Without one the session opens nothing but the pages that add one.
    """
    session.flush()
    session[USER] = str(standing.viewer.user_id)
    session[PURPOSE] = standing.viewer.purpose.value
    session[BEGUN] = session[SEEN] = standing.at.isoformat()
    session[STAMP] = standing.stamp
    session[PROVED] = proved
    session[UNKNOWN] = devices.unknown_count(standing.viewer)


def proved(session: SessionBase) -> None:
    """Let a session go on, under a new key, in which a second factor was added and so proved."""
    session.cycle_key()
    session[PROVED] = True


def resume(session: SessionBase) -> tuple[Standing, State] | None:
    """Return who goes on with this session and what he may see; None ends it.

    It ends with the account, with its password, and after its longest life. It locks when nobody has used it for the
    time of his role.
    """
    user_id = session.get(USER)
    standing = standing_of(UUID(user_id), Purpose(session.get(PURPOSE, Purpose.IDENTIFY))) if user_id else None
    if standing is None or session.get(STAMP) != standing.stamp:
        return None
    limits = _limits()
    if standing.at - _moment(session, BEGUN) >= timedelta(hours=limits[HOURS_MAX]):
        return None
    unused = standing.at - _moment(session, SEEN)
    if session.get(LOCKED) or unused >= _idle(standing.role, limits):
        session[LOCKED] = True
        return standing, State.LOCKED
    if unused >= SEEN_EVERY:
        session[SEEN] = standing.at.isoformat()
        session[UNKNOWN] = devices.unknown_count(standing.viewer)
    if standing.first:
        return standing, State.FIRST_PASSWORD
    return standing, State.OPEN if session.get(PROVED) else State.NO_FACTOR


def unlocked(session: SessionBase, standing: Standing) -> None:
    """Let a locked session go on, under a new key."""
    session.cycle_key()
    session.pop(LOCKED, None)
    session[SEEN] = standing.at.isoformat()


def keep(session: SessionBase, standing: Standing) -> None:
    """Let the session go on in which all sessions of the account were ended, by a new password or by a word."""
    session.cycle_key()
    session[STAMP] = standing.stamp


def is_proved(session: SessionBase) -> bool:
    """Whether the session was begun with a second factor."""
    return bool(session.get(PROVED))


def forget_limits() -> None:
    """Read the policy values anew at the next request."""
    global _kept  # a value that costs a statement and changes once a year
    _kept = None


def _moment(session: SessionBase, key: str) -> datetime:
    return datetime.fromisoformat(session[key])


def _idle(role: Role, limits: dict[str, int]) -> timedelta:
    return timedelta(minutes=limits[IDLE_FRONTLINE if role is Role.FRONTLINE_OFFICER else IDLE])


def _limits() -> dict[str, int]:
    """Return the values in force, read anew every few seconds."""
    global _kept  # as above
    if _kept is None or time.monotonic() - _kept[0] > LIMITS_SECONDS_KEPT:
        _kept = (time.monotonic(), policies.values([IDLE, IDLE_FRONTLINE, HOURS_MAX]))
    return _kept[1]
