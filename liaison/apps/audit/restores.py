"""A restore is itself an entry, so that witnesses learn of it from the ledger and not from a broken proof."""

from uuid import UUID

from liaison.apps.audit.entries import fetch, record
from liaison.apps.audit.values import SYSTEM_ID, EntryDraft
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer


def note_restore(by: Viewer) -> UUID:
    """Write that the database was restored by this viewer, and at which size and root it then stood."""
    with viewing(by):
        ((size, root),) = fetch("select size, root from audit_tree", [])
        notes = {"size": size, "root": bytes(root).hex()}
        return record(EntryDraft(action="ledger.restored", subject=SYSTEM_ID, source=SYSTEM_ID, notes=notes), by=by)
