"""What everybody uses of this kit."""

from liaison.rows.bulk import copy_rows
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.raw import own_connection
from liaison.rows.security import open_table, secure
from liaison.rows.viewing import current_viewer, system_work, viewing

__all__ = [
    "copy_rows",
    "current_viewer",
    "new_id",
    "now",
    "open_table",
    "own_connection",
    "secure",
    "system_work",
    "viewing",
]
