"""What the other apps may use of emergency openings."""

from liaison.apps.glass.queries import OpeningCard, OpeningsPage, looks, opening, openings, waiting_count
from liaison.apps.glass.reading import read
from liaison.apps.glass.services import acknowledge, approve, ask, end, reject

__all__ = [
    "OpeningCard",
    "OpeningsPage",
    "acknowledge",
    "approve",
    "ask",
    "end",
    "looks",
    "opening",
    "openings",
    "read",
    "reject",
    "waiting_count",
]
