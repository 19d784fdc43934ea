"""What the state of an import is called on a page, with its tone and its icon."""

from dataclasses import dataclass

from liaison.apps.exchange.models import ImportRun
from liaison.refusal import mark


@dataclass(frozen=True, slots=True)
class Wording:
    """The word for a state, what it means for the reader, and how it is shown."""

    word: str
    meaning: str
    tone: str
    icon: str


WORDINGS: dict[str, Wording] = {
    ImportRun.Status.READING: Wording(
        mark("Being read"), mark("The file is being read. Nothing has been written yet."), "info", "clock"
    ),
    ImportRun.Status.SHOWN: Wording(
        mark("Shown"), mark("This is what the import would do. Nothing has been written."), "info", "eye"
    ),
    ImportRun.Status.WAITING: Wording(
        mark("Waits for a second person"), mark("One person alone may not do this. Nothing has been written."),
        "warning", "hand-stop",
    ),
    ImportRun.Status.APPROVED: Wording(
        mark("Approved"), mark("A second person agreed. It acts when its operator runs it again."), "info", "checks"
    ),
    ImportRun.Status.UNDER_WAY: Wording(
        mark("Under way"), mark("It is writing, or was interrupted; run again, it goes on from there."),
        "warning", "clock",
    ),
    ImportRun.Status.DONE: Wording(
        mark("Done"), mark("The records are as the list says."), "good", "circle-check"
    ),
    ImportRun.Status.REFUSED: Wording(
        mark("Refused"), mark("The file cannot be imported. Nothing has been written."), "danger", "circle-x"
    ),
    ImportRun.Status.STOPPED: Wording(
        mark("Interrupted"), mark("It ended half-way and another file came after it."), "neutral", "archive"
    ),
}  # fmt: skip
