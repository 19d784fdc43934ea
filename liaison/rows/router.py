"""Three aliases, one database: tables are made as the owner, read and written as the two others."""

from typing import Any

ALIASES = frozenset({"default", "system", "owner"})


class OneDatabase:
    """Tells Django that rows of all aliases may point at each other, and that only the owner migrates."""

    def allow_relation(self, obj1: Any, obj2: Any, **_hints: Any) -> bool:  # Any: Django's protocol
        """Whatever is in our aliases is in one database."""
        return {obj1._state.db or "default", obj2._state.db or "default"} <= ALIASES

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:  # Any: Django's protocol
        """Only the owner's connection makes tables."""
        return db == "owner"
