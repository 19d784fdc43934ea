"""What the tests of looks begin with: a record of QM, officers of several bodies, and looks at it."""

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.viewer import Viewer
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record

REASON = "Asked for file 17 of this year."


def a_looked_at_record(owner: Viewer, name: str = "Elsa Quendrix", **more: object) -> records.RecordCard:
    """Enter a person of the owner and return the card."""
    return records.record(a_record(owner, fields=a_person(name), **more), owner)


def look(viewer: Viewer, card: records.RecordCard | None = None, *, kind: str = "view", times: int = 1) -> None:
    """Let a viewer look at a record, or ask without a result."""
    shown = [(card.id, card.source_id)] if card else []
    for _ in range(times):
        audit.look(audit.Look.by(viewer, kind=kind, shown=shown))


def a_dpo(bureau: str = "QM") -> Viewer:
    """Return the data-protection officer of a bureau."""
    return a_viewer(bureau, Role.DATA_PROTECTION_OFFICER)


def an_auditor() -> Viewer:
    """Return somebody who oversees."""
    return a_viewer("XS", Role.AUDITOR)
