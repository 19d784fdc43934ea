"""What a session remembers of a shift: the purpose chosen once (RPD art. 10), the last reason and the last reference.

The reference is sealed under the key of the day, as the journal is, so that it dies with it. It is in no cookie,
address or log.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from liaison.apps.policies import public as policies
from liaison.apps.screening import journal
from liaison.refusal import Finding, Refused, mark
from liaison.rules.use import SHIFT_HOURS
from liaison.viewer import Purpose, Viewer

PURPOSE, UNTIL = "liaison_purpose", "liaison_shift_until"
LAST_REASON, LAST_REFERENCE = "liaison_last_reason", "liaison_last_reference"


@dataclass(frozen=True, slots=True)
class Shift:
    """The purpose that was chosen for a shift, and until when it holds."""

    purpose: Purpose
    until: datetime


def held(session: SessionBase, *, at: datetime) -> Shift | None:
    """Return the shift that holds at this moment; None where none was chosen or its time is over."""
    shift = _kept(session)
    return shift if shift and at < shift.until else None


def choose(session: SessionBase, purpose: Purpose, *, at: datetime) -> Shift:
    """Return the shift for this purpose, begun anew where another or none was chosen.

    Raise Refused once its time is over: a page left open does not carry a purpose from one shift into the next.
    """
    shift = _kept(session)
    if shift is not None and shift.purpose is purpose and at < shift.until:
        return shift
    if shift is not None and at >= shift.until:
        session.pop(UNTIL)
        raise Refused(_over())
    begun = Shift(purpose, at + timedelta(hours=policies.value(SHIFT_HOURS, at=at)))
    session[PURPOSE], session[UNTIL] = purpose.value, begun.until.isoformat()
    return begun


def remember(session: SessionBase, *, reason: str, reference: str, viewer: Viewer, at: datetime) -> None:
    """Keep the last reason, and the last reference sealed, for the next question of this session."""
    if reason and session.get(LAST_REASON) != reason:
        session[LAST_REASON] = reason
    if reference and last_reference(session, viewer=viewer) != reference:
        session[LAST_REFERENCE] = journal.seal_text(reference, day=at.date(), about=viewer.user_id)


def last_reason(session: SessionBase) -> str:
    """Return the reason last given in this session, or nothing."""
    return str(session.get(LAST_REASON, ""))


def last_reference(session: SessionBase, *, viewer: Viewer) -> str:
    """Return the reference last given in this session, or nothing where its key has died."""
    sealed = session.get(LAST_REFERENCE)
    return journal.open_text(sealed, about=viewer.user_id) if sealed else ""


def _kept(session: SessionBase) -> Shift | None:
    until = session.get(UNTIL)
    return Shift(Purpose(session[PURPOSE]), datetime.fromisoformat(until)) if until else None


def _over() -> Finding:
    return Finding(
        code="use.shift_over",
        problem=mark("The time for which you chose a purpose is over."),
        remedy=mark("Look at the purpose beside the box, and ask again: that begins a new shift."),
        source=f"policy: {SHIFT_HOURS}",
        field="purpose",
    )
