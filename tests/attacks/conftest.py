"""The world of the doors, attacked."""

from tests.doors.conftest import world

__all__ = ["world"]
