"""Sessions as the database keeps them: by a digest of their key, and signed for that key alone.

The table is read before anybody is known, so that whoever can read it reads all of it: a copy of it, or a statement
that was slipped in, must open no session. From a digest nobody gets the key, and what one session says, copied into
another row, is not believed there.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

KEPT_LENGTH = 40
"""As long as the column: 160 of the digest's 256 bits."""


def kept_as(session_key: str) -> str:
    """Return under what a session is kept; its key has 165 random bits, so that it needs no salt."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:KEPT_LENGTH]


class SessionStore(db.SessionStore):
    """Django's own, with digests in the place of keys."""

    @property
    def key_salt(self) -> str:
        """What the signature over the session's words is bound to."""
        return f"liaison session {self.session_key}"

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this key."""
        return super().exists(kept_as(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # Any: Django's own
        """Return the row; Django makes the key before it signs what the session says."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session), "the table of Django's own store"
        row.session_key = kept_as(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this key, or this one."""
        wanted = session_key if session_key is not None else self.session_key
        if wanted:
            self.model.objects.filter(session_key=kept_as(wanted)).delete()

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(
            session_key=kept_as(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row
