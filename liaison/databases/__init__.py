"""Every kind of police record as one declaration: fields, purpose, who enters and queries, search keys, retention.

`all_databases()` finds the declarations: a new database is one module that binds DATABASE, and its tests. Forms, API,
import, index keys, the public register (RPD-33) and the reference page follow from it.
"""

from liaison.databases.registry import all_databases

__all__ = ["all_databases"]
