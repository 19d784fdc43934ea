"""What a demo home offers on its pages: names to sign in with, and a document to try.

Nothing registers here except in a home that `liaison demo` made and marked at its creation.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One invented user and his password, shown on the sign-in page of a demo home only."""

    sign_in_name: str
    display_name: str
    role_label: str
    reader_name: str
    password: str


@dataclass(frozen=True, slots=True)
class _Demo:
    users: Callable[[], list[DemoUser]]
    offer: Callable[[], str]


_registered: list[_Demo] = []


def register(*, users: Callable[[], list[DemoUser]], offer: Callable[[], str]) -> None:
    """Let this home's pages offer these users and this machine-readable zone."""
    _registered[:] = [_Demo(users, offer)]


def demo_users() -> list[DemoUser]:
    """Return the users to sign in as; none outside a demo home."""
    return _registered[0].users() if _registered else []


def demo_offer() -> str:
    """Return the machine-readable zone to try; empty outside a demo home."""
    return _registered[0].offer() if _registered else ""


def is_demo() -> bool:
    """Whether this home was made by `liaison demo`."""
    return bool(_registered)
