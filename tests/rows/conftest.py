"""The secured table that the tests of this kit write to."""

from tests.rows.secured_table import notes

__all__ = ["notes"]
