"""What a database module needs to declare itself, and what everybody else asks of a declaration."""

from liaison.databases.changes import FieldChange, diff, title
from liaison.databases.checking import checked, normalise, validate
from liaison.databases.database import POLICE, Database, MayEnter, Minimum, SearchKeys
from liaison.databases.fields import Choice, Field, FieldType
from liaison.databases.plausibility import doubts
from liaison.databases.registry import upcast
from liaison.databases.search import search_document

__all__ = [
    "POLICE",
    "Choice",
    "Database",
    "Field",
    "FieldChange",
    "FieldType",
    "MayEnter",
    "Minimum",
    "SearchKeys",
    "checked",
    "diff",
    "doubts",
    "normalise",
    "search_document",
    "title",
    "upcast",
    "validate",
]
