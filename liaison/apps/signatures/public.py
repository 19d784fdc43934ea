"""What the other apps may use of signatures: a pen for versions, acts of a body, and verdicts on both."""

from liaison.apps.signatures.acts import OPENING, REPORT, Act, SignedAct, act, acts_on, statement_of, unsigned_acts
from liaison.apps.signatures.agents import Unsigned, socket_of
from liaison.apps.signatures.pen import Pen, Weight, keep, said_of
from liaison.apps.signatures.queries import Waits, done_waiting, sources_waiting, waiting, waiting_ids
from liaison.apps.signatures.verdicts import Claim, Verdict, verdicts

__all__ = [
    "OPENING",
    "REPORT",
    "Act",
    "Claim",
    "Pen",
    "SignedAct",
    "Unsigned",
    "Verdict",
    "Waits",
    "Weight",
    "act",
    "acts_on",
    "done_waiting",
    "keep",
    "said_of",
    "socket_of",
    "sources_waiting",
    "statement_of",
    "unsigned_acts",
    "verdicts",
    "waiting",
    "waiting_ids",
]
