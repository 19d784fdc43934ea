"""The menu: apps add their entries when they start, and each viewer sees those his rights open.

# in an app's AppConfig.ready()
navigation.add(Entry("records", mark("Databases"), "records:list", icon="database", rights={Right.READ_RECORDS}))
"""

import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from liaison.refusal import mark
from liaison.viewer import Right, Viewer


class Group(StrEnum):
    """The parts of the menu, in the order shown."""

    WORK = "work"
    STEWARDSHIP = "stewardship"


GROUP_LABELS: dict[Group, str] = {Group.WORK: mark("Work"), Group.STEWARDSHIP: mark("Oversight")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: shown to viewers who hold any of the rights; the label is a marked message id.

    `waiting` says how many things wait there for this viewer; the line bears the number where it is not 0. It is
    asked once in COUNTED_SECONDS, since every page shows the menu; who has done something calls `count_anew`.
    """

    key: str
    label: str
    url_name: str
    icon: str
    rights: Set[Right]
    group: Group = Group.WORK
    order: int = 100
    waiting: Callable[[Viewer], int] | None = None


_entries: dict[str, Entry] = {}

COUNTED_SECONDS = 60.0
COUNTS_MAX = 10_000
_counts: dict[tuple[str, UUID], tuple[float, int]] = {}


def add(entry: Entry) -> None:
    """Add a line to the menu; a key names one line only."""
    known = _entries.get(entry.key)
    assert known is None or known == entry, f"two menu entries are called {entry.key}"
    _entries[entry.key] = entry


def entries_for(viewer: Viewer) -> list[tuple[str, list[Entry]]]:
    """Return the groups of the menu with their labels, without those that would be empty for this viewer."""
    allowed = sorted((e for e in _entries.values() if e.rights & viewer.rights), key=lambda e: (e.order, e.key))
    groups = ((GROUP_LABELS[group], [e for e in allowed if e.group is group]) for group in Group)
    return [(label, entries) for label, entries in groups if entries]


def waiting(entry: Entry, viewer: Viewer) -> int:
    """Return how many things wait behind a line for this viewer, at most COUNTED_SECONDS old."""
    if entry.waiting is None:
        return 0
    key, moment = (entry.key, viewer.user_id), time.monotonic()
    counted = _counts.get(key)
    if counted is None or moment - counted[0] >= COUNTED_SECONDS:
        if len(_counts) >= COUNTS_MAX:
            _counts.clear()
        counted = _counts[key] = (moment, entry.waiting(viewer))
    return counted[1]


def count_anew(viewer: Viewer) -> None:
    """Let the next page count again what waits for this viewer."""
    for key in [key for key in _counts if key[1] == viewer.user_id]:
        _counts.pop(key, None)


def first_for(viewer: Viewer) -> Entry | None:
    """Return the entry at which this viewer's work begins, or None when his role opens no page."""
    groups = entries_for(viewer)
    return groups[0][1][0] if groups else None
