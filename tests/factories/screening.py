"""Questions that say why they are asked, and the looks that they leave."""

import json

from django.db import connection

from liaison.apps.screening.public import Question
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

WHY = {"reason": "investigation", "reference": "INV 4471/26"}
"""A ground that serves most purposes, for tests of something else."""


def a_question(text: str = "", **fields: str) -> Question:
    """Return a question of an investigation, with the number of its case."""
    return Question(text=text, **(WHY | fields))


def events_of(viewer: Viewer, kind: str = "query") -> list[dict]:
    """Return the bodies of the viewer's own access events of a kind, oldest first."""
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute(
            "select body from audit_event where actor = %s and kind = %s order by at, id", [viewer.user_id, kind]
        )
        return [json.loads(bytes(body)) for (body,) in cursor.fetchall()]
