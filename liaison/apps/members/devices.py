"""In which browsers somebody has signed in, so that he is told of one that he does not know.

A browser is known by a random cookie, whose digest alone is kept. Nothing is said to anybody else: who has an account
reads it on his own pages, in every session that he has open.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members.models import Device
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

COOKIE_NAME = "liaison_browser"
COOKIE_DAYS = 400
"""As long as browsers keep one (RFC 6265bis)."""
COOKIE_BYTES = 32
DEVICES_MAX = 50
_SHAPE = re.compile(r"[\w-]{43}")
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """A browser in which the viewer has signed in. `unknown`: he has not said yet that it is his."""

    id: UUID
    browser: str
    first_at: datetime
    last_at: datetime
    unknown: bool


def new_cookie() -> str:
    """Return the random name of a browser."""
    return secrets.token_urlsafe(COOKIE_BYTES)


def is_cookie(value: str) -> bool:
    """Whether a cookie is one that was made here."""
    return _SHAPE.fullmatch(value) is not None


def browser_name(agent: str) -> str:
    """Return what a browser says it is, as people know it: “Firefox, Linux”; empty where it says nothing known."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def signed_in_with(cookie: str, *, browser: str, by: Viewer) -> None:
    """Remember that the viewer signed in with the browser of this cookie; his very first one is his own."""
    digest, moment = hashlib.sha256(cookie.encode()).digest(), now()
    with viewing(by):
        own = Device.objects.filter(user_id=by.user_id)
        if own.filter(digest=digest).update(last_at=moment, browser=browser):
            return
        is_first = not own.exists()
        Device.objects.filter(pk__in=own.order_by("-last_at", "-id").values("pk")[DEVICES_MAX - 1 :]).delete()
        device = Device.objects.create(
            user_id=by.user_id,
            digest=digest,
            browser=browser,
            first_at=moment,
            last_at=moment,
            seen_at=moment if is_first else None,
        )
        audit.record(audit.EntryDraft(action="members.browser_new", subject=device.id, source=by.reader_id), by=by)


def devices(viewer: Viewer) -> list[DeviceCard]:
    """Return the browsers in which the viewer has signed in, the latest first."""
    with viewing(viewer):
        rows = Device.objects.filter(user_id=viewer.user_id).order_by("-last_at", "-id")[:DEVICES_MAX]
        return [DeviceCard(row.id, row.browser, row.first_at, row.last_at, row.seen_at is None) for row in rows]


def unknown_count(viewer: Viewer) -> int:
    """Return in how many browsers the viewer has signed in of which he has not said that they are his."""
    with viewing(viewer, savepoint=False):
        return Device.objects.filter(user_id=viewer.user_id, seen_at__isnull=True).count()


def own_up(device_id: UUID, *, by: Viewer) -> None:
    """Say that a browser is one's own."""
    with viewing(by):
        if not Device.objects.filter(pk=device_id, user_id=by.user_id).update(seen_at=now()):
            raise Absent(_no_such())


def forget(device_id: UUID, *, by: Viewer) -> None:
    """Forget a browser: the next sign-in from it is a new one again."""
    with viewing(by):
        if not Device.objects.filter(pk=device_id, user_id=by.user_id).delete()[0]:
            raise Absent(_no_such())


def _no_such() -> Finding:
    return Finding(
        code="members.no_browser",
        problem=mark("You have not signed in with such a browser."),
        remedy=mark("It may have been forgotten already."),
    )
