"""The life of the PostgreSQL server (start, find, recover, stop) and the three roles that Liaison connects as.

What others use: `ensure(home, wishes) -> Server`, `stop(home)`, `running(home, wishes)`, `setup(home, wishes)`,
`parameters(home, wishes, role)`, `check_role(connection)` and the values `Role`, `Server` and `Wishes`.
"""

from liaison.postgres.connections import Role, parameters, url
from liaison.postgres.roles import check_role
from liaison.postgres.server import Server, State, ensure, keep_running, revive, running, setup, state, stop
from liaison.postgres.wishes import Wishes

__all__ = [
    "Role",
    "Server",
    "State",
    "Wishes",
    "check_role",
    "ensure",
    "keep_running",
    "parameters",
    "revive",
    "running",
    "setup",
    "state",
    "stop",
    "url",
]
