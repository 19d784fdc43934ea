"""The menu: apps add their entries when they start, and each viewer sees those his rights open.

# in an app's AppConfig.ready()
navigation.add(Entry("records", mark("Databases"), "records:list", icon="database", rights={Right.READ_RECORDS}))
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum

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

    `count` says how much of it waits for this viewer; it costs every page a statement or two.
    """

    key: str
    label: str
    url_name: str
    icon: str
    rights: Set[Right]
    group: Group = Group.WORK
    order: int = 100
    count: Callable[[Viewer], int] | None = None


_entries: dict[str, Entry] = {}


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


def first_for(viewer: Viewer) -> Entry | None:
    """Return the entry at which this viewer's work begins, or None when his role opens no page."""
    groups = entries_for(viewer)
    return groups[0][1][0] if groups else None
