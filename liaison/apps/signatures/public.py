"""What the other apps may use of signatures: a pen for what they write, and verdicts on what rows say."""

from liaison.apps.signatures.agents import Unsigned, socket_of
from liaison.apps.signatures.pen import Pen, Weight, keep, own_signer, said_of, sign_report
from liaison.apps.signatures.queries import Waits, done_waiting, sources_waiting, waiting, waiting_ids
from liaison.apps.signatures.verdicts import Claim, Verdict, verdicts

__all__ = [
    "Claim",
    "Pen",
    "Unsigned",
    "Verdict",
    "Waits",
    "Weight",
    "done_waiting",
    "keep",
    "own_signer",
    "said_of",
    "sign_report",
    "socket_of",
    "sources_waiting",
    "verdicts",
    "waiting",
    "waiting_ids",
]
