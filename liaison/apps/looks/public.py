"""What the other apps may use of looks."""

from liaison.apps.looks.checks import (
    CheckCard,
    ChecksPage,
    answer,
    check,
    draw,
    erase_words,
    judge,
    mine,
)
from liaison.apps.looks.checks import listing as checks
from liaison.apps.looks.desk import Line, Page, Question, ask, table
from liaison.apps.looks.forgetting import forget
from liaison.apps.looks.jobs import run_looks
from liaison.apps.looks.record_looks import Changed, Seen, Story, story
from liaison.apps.looks.signals import SignalCard, SignalsPage, dismiss, follow_up, raise_signals, signal
from liaison.apps.looks.signals import listing as signals

__all__ = [
    "Changed",
    "CheckCard",
    "ChecksPage",
    "Line",
    "Page",
    "Question",
    "Seen",
    "SignalCard",
    "SignalsPage",
    "Story",
    "answer",
    "ask",
    "check",
    "checks",
    "dismiss",
    "draw",
    "erase_words",
    "follow_up",
    "forget",
    "judge",
    "mine",
    "raise_signals",
    "run_looks",
    "signal",
    "signals",
    "story",
    "table",
]
