"""What could cost a person his liberty: where nothing may be done on the word of somebody who cannot be held to it.

>>> could_lead_to_arrest("persons", {"person_status": "charged"})
True
>>> could_lead_to_arrest("persons", {"person_status": "missing"})
False
"""

from collections.abc import Mapping

PERSONS = "persons"
KINDS = frozenset({PERSONS})
"""The databases whose records could: of all others nobody needs to read the fields."""
_WANTED = frozenset({"convicted", "charged", "suspect", "threat"})
"""Statuses of a person on which an officer could detain him."""


def could_lead_to_arrest(kind: str, fields: Mapping[str, object]) -> bool:
    """Whether a record of this kind and content could lead to somebody's arrest, whatever its instruction says."""
    return kind in KINDS and fields.get("person_status") in _WANTED
