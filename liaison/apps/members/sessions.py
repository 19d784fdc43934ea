"""What a session may do: how long it lives, when it asks for the password again, and what it asks for first.

The times come from policy values, by role; the moment comes from the database, with the account itself.
"""

import time
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from liaison.apps.members.queries import Standing, standing_of
from liaison.apps.members.roles import Role
from liaison.apps.policies import public as policies
from liaison.viewer import Purpose

USER, PURPOSE = "liaison_user", "liaison_purpose"
BEGUN, SEEN, STAMP, LOCKED = "liaison_begun", "liaison_seen", "liaison_stamp", "liaison_locked"
IDLE, IDLE_FRONTLINE, HOURS_MAX = (
    "members.session_minutes",
    "members.session_minutes_frontline",
    "members.session_hours_max",
)
SEEN_EVERY = timedelta(seconds=60)
"""A session is written again only so often: each writing is a synced row."""
LIMITS_SECONDS_KEPT = 10.0

_kept: tuple[float, dict[str, int]] | None = None


class State(Enum):
    """What a request of a session may see."""

    OPEN = auto()
    LOCKED = auto()
    FIRST_PASSWORD = auto()


def begin(session: SessionBase, standing: Standing) -> None:
    """Begin a session under a new key, so that nobody can have fixed it before."""
    session.flush()
    session[USER] = str(standing.viewer.user_id)
    session[PURPOSE] = standing.viewer.purpose.value
    session[BEGUN] = session[SEEN] = standing.at.isoformat()
    session[STAMP] = standing.stamp


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
    return standing, State.FIRST_PASSWORD if standing.first else State.OPEN


def unlocked(session: SessionBase, standing: Standing) -> None:
    """Let a locked session go on, under a new key."""
    session.cycle_key()
    session.pop(LOCKED, None)
    session[SEEN] = standing.at.isoformat()


def keep_after_password(session: SessionBase, standing: Standing) -> None:
    """Let the session in which the password was changed go on; all others end."""
    session.cycle_key()
    session[STAMP] = standing.stamp


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
