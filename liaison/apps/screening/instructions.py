"""What to do, and never to do, on a positive result where the officer's country has given no instruction of its own.

A match is a lead, not an arrest: every sentence sends the officer to his own bureau before anything is done to a
person. The sentences are the installation's policy until a bureau writes its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from liaison.refusal import mark


@dataclass(frozen=True, slots=True)
class Instruction:
    """One sentence to act on and one never to forget; both are message ids."""

    do: str
    never: str
    source: str = "policy: default_instruction"


PERSON = Instruction(
    do=mark("Call your bureau now and compare the person with the record."),
    never=mark("Never detain on this alone."),
)
VULNERABLE = Instruction(
    do=mark("Make sure that the person is safe, then call your bureau."),
    never=mark("Never treat this person as a suspect."),
)
ORGANISATION = Instruction(
    do=mark("Call your bureau before any transaction goes on."),
    never=mark("Never tell the person what was found."),
)
DOCUMENT = Instruction(
    do=mark("Keep the document in sight and ask its issuing country through your bureau."),
    never=mark("Never take the bearer for the thief: documents are found, bought and returned."),
)

_VULNERABLE_STATUS = frozenset({"missing", "victim", "witness", "unidentified", "deceased"})


def instruction_for(kind: str, fields: Mapping[str, object]) -> Instruction:
    """Return the default instruction for a record of a kind."""
    if kind == "persons":
        return VULNERABLE if fields.get("person_status") in _VULNERABLE_STATUS else PERSON
    if kind == "organisations":
        return ORGANISATION
    return DOCUMENT
