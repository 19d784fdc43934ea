"""Invented bureaus, their users, and viewers on whose behalf tests act."""

from uuid import uuid4

from liaison.apps.members import public as members
from liaison.apps.members.models import Reader
from liaison.viewer import Level, Purpose, Viewer

PASSWORD = "a sentence that nobody guesses"


def a_house() -> None:
    """Found the membership once: the bodies, the bureaus of the world and those of QM to QZ."""
    if not Reader.objects.filter(code="QM").exists():
        members.found(invented=True)


def a_viewer(
    bureau: str = "QM",
    role: members.Role = members.Role.BUREAU_SUPERVISOR,
    *,
    level: Level = Level.OFFICIAL_USE,
    purpose: Purpose = Purpose.IDENTIFY,
    name: str = "",
) -> Viewer:
    """Return the Viewer of a new user of a reader; the password is PASSWORD."""
    a_house()
    sign_in_name = name or f"{role.value}.{bureau}.{uuid4().hex[:8]}".casefold()
    user = members.add_user(
        sign_in_name=sign_in_name,
        display_name="Invented Officer",
        reader=bureau,
        role=role,
        password=PASSWORD,
        level=level,
        by=members.system_viewer(),
    )
    viewer = members.viewer_for(user.id, purpose)
    assert viewer is not None
    return viewer
