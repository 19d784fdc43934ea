"""What the other apps may use of screening."""

from liaison.apps.screening.duplicates import Duplicate, duplicates
from liaison.apps.screening.entry_advice import Advice, advice
from liaison.apps.screening.example import Example
from liaison.apps.screening.forecast import Forecast, forecast
from liaison.apps.screening.jobs import run_journal, run_partner_checks
from liaison.apps.screening.journal import open_line, openings, purge
from liaison.apps.screening.models import GROUNDS
from liaison.apps.screening.narrowing import Narrowing
from liaison.apps.screening.question import Question
from liaison.apps.screening.services import Answer, Group, Hit, How, Match, ask, ask_all
from liaison.apps.screening.wire import AnswerOut, QuestionIn, answer_out, question_of

__all__ = [
    "GROUNDS",
    "Advice",
    "Answer",
    "AnswerOut",
    "Duplicate",
    "Example",
    "Forecast",
    "Group",
    "Hit",
    "How",
    "Match",
    "Narrowing",
    "Question",
    "QuestionIn",
    "advice",
    "answer_out",
    "ask",
    "ask_all",
    "duplicates",
    "forecast",
    "open_line",
    "openings",
    "purge",
    "question_of",
    "run_journal",
    "run_partner_checks",
]
