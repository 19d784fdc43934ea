"""For what police data is used, and what each question has to say of it (RPD art. 10).

A machine-read scan is covered by the purpose of the shift. Whatever somebody typed needs a reason of the closed list
and the number of his own case, stop or incident, so that it can be asked afterwards why. How much each purpose needs
is a policy value; its article is known and not re-read, so a refusal names the policy.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from liaison.refusal import Finding, mark
from liaison.viewer import Purpose

REFERENCE_LENGTH_MAX = "screening.reference_length_max"
SHIFT_HOURS = "screening.shift_hours"
ADMINISTRATIVE_USE = "members.administrative_use"
REFERENCE_LENGTH_MIN = 3
CODE_LENGTH_MAX = 40
_REFERENCE = re.compile(r"[^\W_](?:[^\W_]|[ ./:()#_-])*")


class Reason(StrEnum):
    """Why somebody asks, as an officer would say it: the closed list."""

    BORDER_CHECK = "border_check"
    TRAFFIC_STOP = "traffic_stop"
    CUSTODY = "custody"
    INVESTIGATION = "investigation"
    MISSING_PERSON = "missing_person"
    FOUND_THING = "found_thing"
    ASYLUM_OR_VISA = "asylum_or_visa"
    EXTRADITION = "extradition"
    UNKNOWN_BODY = "unknown_body"
    FORENSIC_TRACE = "forensic_trace"
    VETTING = "vetting"
    EVENT_SECURITY = "event_security"
    THREAT_ANALYSIS = "threat_analysis"
    FOREIGN_REQUEST = "foreign_request"


ENTERING = "entering"
"""Whoever enters a record is shown what may be there already: the reason is in the deed and nobody types it."""
PARTNER_CHECK = "partner_check"
"""A private partner had a number checked under its agreement."""

REASON_LABELS: Mapping[str, str] = {
    Reason.BORDER_CHECK: mark("Check at a border"),
    Reason.TRAFFIC_STOP: mark("Stop in traffic or on the street"),
    Reason.CUSTODY: mark("Arrest or custody"),
    Reason.INVESTIGATION: mark("Criminal investigation"),
    Reason.MISSING_PERSON: mark("Missing person"),
    Reason.FOUND_THING: mark("Found or suspicious thing"),
    Reason.ASYLUM_OR_VISA: mark("Asylum or visa file"),
    Reason.EXTRADITION: mark("Extradition or surrender"),
    Reason.UNKNOWN_BODY: mark("Unknown person or body"),
    Reason.FORENSIC_TRACE: mark("Trace in the laboratory"),
    Reason.VETTING: mark("Vetting or licence"),
    Reason.EVENT_SECURITY: mark("Protection of an event or a place"),
    Reason.THREAT_ANALYSIS: mark("Analysis of a threat or network"),
    Reason.FOREIGN_REQUEST: mark("Request of another country"),
    ENTERING: mark("Entering a record"),
    PARTNER_CHECK: mark("Check of a private partner"),
}

SERVES: Mapping[Reason, frozenset[Purpose]] = {
    Reason.BORDER_CHECK: frozenset(
        {Purpose.IDENTIFY, Purpose.WANTED, Purpose.LOCATE, Purpose.WARN, Purpose.SECURITY_CHECK}
    ),
    Reason.TRAFFIC_STOP: frozenset({Purpose.IDENTIFY, Purpose.WANTED, Purpose.LOCATE, Purpose.WARN}),
    Reason.CUSTODY: frozenset({Purpose.IDENTIFY, Purpose.WANTED, Purpose.INVESTIGATE, Purpose.FORENSIC}),
    Reason.INVESTIGATION: frozenset(
        {
            Purpose.INVESTIGATE,
            Purpose.IDENTIFY,
            Purpose.WANTED,
            Purpose.LOCATE,
            Purpose.WARN,
            Purpose.FORENSIC,
            Purpose.ANALYSE,
        }
    ),
    Reason.MISSING_PERSON: frozenset({Purpose.LOCATE, Purpose.IDENTIFY, Purpose.WARN}),
    Reason.FOUND_THING: frozenset({Purpose.LOCATE, Purpose.IDENTIFY, Purpose.INVESTIGATE}),
    Reason.ASYLUM_OR_VISA: frozenset({Purpose.IDENTIFY, Purpose.SECURITY_CHECK}),
    Reason.EXTRADITION: frozenset({Purpose.WANTED, Purpose.LOCATE, Purpose.INVESTIGATE}),
    Reason.UNKNOWN_BODY: frozenset({Purpose.IDENTIFY, Purpose.LOCATE, Purpose.FORENSIC}),
    Reason.FORENSIC_TRACE: frozenset({Purpose.FORENSIC, Purpose.IDENTIFY, Purpose.INVESTIGATE}),
    Reason.VETTING: frozenset({Purpose.SECURITY_CHECK}),
    Reason.EVENT_SECURITY: frozenset({Purpose.SECURITY_CHECK, Purpose.WARN, Purpose.IDENTIFY}),
    Reason.THREAT_ANALYSIS: frozenset({Purpose.ANALYSE, Purpose.WARN, Purpose.INVESTIGATE}),
    Reason.FOREIGN_REQUEST: frozenset(
        {
            Purpose.WANTED,
            Purpose.LOCATE,
            Purpose.INVESTIGATE,
            Purpose.WARN,
            Purpose.IDENTIFY,
            Purpose.FORENSIC,
        }
    ),
}
"""Which police purposes a reason can serve (RPD art. 10(2)); vetting never looks for the wanted."""


class Asked(StrEnum):
    """How a question came to be."""

    SCAN = "scan"  # read by a machine from the document itself
    TYPED = "typed"
    PART = "part"  # a number of which only a part is known: it finds things of many people


class Needs(IntEnum):
    """What a typed question for a purpose needs, as its policy value says."""

    NOTHING = 0
    REASON = 1
    REASON_AND_REFERENCE = 2


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody asks: a code of the closed list, and the number of his own case, stop or incident."""

    reason: str = ""
    reference: str = ""


def needs_policy(purpose: Purpose) -> str:
    """Return the name of the policy value that says what typed questions for a purpose need."""
    return f"screening.typed_needs_{purpose.value}"


def review(ground: Ground, *, asked: Asked, purpose: Purpose, needs: int, length_max: int) -> list[Finding]:
    """Return everything that a question still has to say of its use; an empty list means that it may be answered.

    `needs` and `length_max` are the policy values in force. What is said is checked even where it is not needed.
    """
    least = {Asked.SCAN: Needs.NOTHING, Asked.TYPED: Needs(needs), Asked.PART: Needs.REASON_AND_REFERENCE}[asked]
    policy = "policy: reason_for_partial_numbers" if asked is Asked.PART else f"policy: {needs_policy(purpose)}"
    return [
        *_reason(ground.reason.strip(), purpose, policy, needed=least >= Needs.REASON),
        *_reference(ground.reference.strip(), length_max, policy, needed=least >= Needs.REASON_AND_REFERENCE),
    ]


def reasons_for(purpose: Purpose) -> tuple[Reason, ...]:
    """Return the reasons that can serve a purpose, in the order of the list."""
    return tuple(reason for reason in Reason if purpose in SERVES[reason])


def _reason(code: str, purpose: Purpose, policy: str, *, needed: bool) -> Iterable[Finding]:
    if not code:
        if needed:
            yield Finding(
                code="use.reason_needed",
                problem=mark("A question that somebody typed needs a reason."),
                remedy=mark("Choose why you ask; a passport that a machine has read needs none."),
                source=policy,
                field="reason",
            )
        return
    known = {reason.value: reason for reason in Reason}
    if code not in known:
        yield Finding(
            code="use.no_such_reason",
            problem=mark("There is no reason “%(reason)s”."),
            remedy=mark("Choose one of: %(reasons)s."),
            source=policy,
            field="reason",
            values={"reason": code[:CODE_LENGTH_MAX], "reasons": ", ".join(known)},
        )
    elif purpose not in SERVES[known[code]]:
        yield Finding(
            code="use.reason_serves_not",
            problem=mark("This reason does not serve the purpose for which you ask."),
            remedy=mark("Choose another reason, or the purpose that it serves."),
            source="policy: reasons_by_purpose",
            field="reason",
        )


def _reference(text: str, length_max: int, policy: str, *, needed: bool) -> Iterable[Finding]:
    if not text:
        if needed:
            yield Finding(
                code="use.reference_needed",
                problem=mark("A question that somebody typed needs the number of your case, stop or incident."),
                remedy=mark("Type the number under which your own service knows it."),
                source=policy,
                field="reference",
            )
        return
    if len(text) > length_max:
        yield Finding(
            code="use.reference_too_long",
            problem=mark("The number of a case has at most %(most)s characters."),
            remedy=mark("Type the number alone, without the story."),
            source=f"policy: {REFERENCE_LENGTH_MAX}",
            field="reference",
            values={"most": length_max},
        )
    elif not _is_a_reference(text):
        yield Finding(
            code="use.reference_malformed",
            problem=mark("This is not the number of a case, stop or incident."),
            remedy=mark(
                "Type %(least)s or more letters, digits, spaces and . / - _ : ( ) #, with a digit among them."
            ),
            source=policy,
            field="reference",
            values={"least": REFERENCE_LENGTH_MIN},
        )


def _is_a_reference(text: str) -> bool:
    """Whether a text can be a number of one's own: a digit in it, more than one character, nothing odd."""
    told = {letter for letter in text.casefold() if letter.isalnum()}
    return (
        len(text) >= REFERENCE_LENGTH_MIN
        and len(told) > 1
        and any(letter.isdecimal() for letter in text)
        and _REFERENCE.fullmatch(text) is not None
    )
