"""What the pages tell a newcomer of the demo world: whom to sign in as, and a passport to try.

The app that builds the world offers it when it starts; everywhere else there is nothing to tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

from liaison.viewer import Viewer


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user of the demo world, with the password that everybody may know."""

    sign_in_name: str
    password: str
    display_name: str
    role_label: str
    reader_code: str
    reader_name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to paste into the box: its text, and a sentence that says what it is."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What the installation may show of its demo world."""

    users: tuple[DemoUser, ...]
    offer: Offer | None
    code_for: Callable[[Viewer], str]


_provider: Callable[[], DemoWorld | None] | None = None


def provide(provider: Callable[[], DemoWorld | None]) -> None:
    """Name who knows the demo world; he returns None in a home that is not a demo."""
    global _provider  # set once, when the app that knows it starts
    _provider = provider


def demo_world() -> DemoWorld | None:
    """Return the demo world, or None in service."""
    return _provider() if _provider else None


def demo_users() -> tuple[DemoUser, ...]:
    """Return whom a newcomer may sign in as; nobody in service."""
    world = demo_world()
    return world.users if world else ()


def demo_code(viewer: Viewer) -> str:
    """Return a code that takes the place of this user's second factor once; empty in service."""
    world = demo_world()
    return world.code_for(viewer) if world else ""


def demo_offer() -> Offer | None:
    """Return what a newcomer may paste into the box; nothing in service."""
    world = demo_world()
    return world.offer if world else None
