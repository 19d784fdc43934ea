"""The world of the doors, attacked."""

from tests.doors.conftest import committed_module, world

__all__ = ["committed_module", "world"]
