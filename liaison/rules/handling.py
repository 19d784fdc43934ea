"""Conditions under which a record may be seen and used: one table, from which rows, index, pages and exports follow.

Some the source chooses (handling conditions, RPD art. 58, 62 and 112); others follow from what is recorded of a
person (RPD art. 39 to 41, in `special_data`). A record bears its conditions as bits, and a viewer the bits that are
closed to him: PostgreSQL, the index and this module compare the same two numbers. What software cannot enforce is
shown wherever the record is, and goes with every copy. All articles here are known and not re-read (mark K): a
refusal names the installation's policy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from liaison.refusal import Finding, mark
from liaison.viewer import Purpose, ReaderKind, Right, Viewer

SOURCE = "policy: handling_conditions"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its code, its bit, what it is called and what it asks of the reader (message ids).

    `chosen`: the source may set it; else it follows from the fields. `of_bodies`: kinds of bodies that see no such
    record. `of_first_line`: who cannot enter records sees none. `purposes`: the only purposes for which it is seen by
    anybody; None is every purpose. `of_copies`: it is neither exported nor printed but by its source.
    """

    code: str
    bit: int
    label: str
    asks: str
    chosen: bool = True
    of_bodies: frozenset[ReaderKind] = frozenset()
    of_first_line: bool = False
    of_copies: bool = False
    purposes: frozenset[Purpose] | None = None

    @property
    def is_enforced(self) -> bool:
        """Whether the software itself keeps it; else people do."""
        return bool(self.of_bodies or self.of_first_line or self.of_copies or self.purposes is not None)


ONWARD = frozenset({ReaderKind.AGENCY, ReaderKind.PARTNER, ReaderKind.PRIVATE_PARTNER})
"""Bodies that are not the police organisation itself: what is told to them was passed on."""

ASK_FIRST = Condition(
    "ask_first",
    1,
    mark("Not for action without the source"),
    mark("Ask the source before anything is done on this record."),
)
NO_ONWARD = Condition(
    "no_onward",
    2,
    mark("Not to be passed on"),
    mark("Do not tell it to agencies, partners or anybody outside your bureau. They do not see it here either."),
    of_bodies=ONWARD,
)
NO_EVIDENCE = Condition(
    "no_evidence",
    4,
    mark("Not as evidence"),
    mark("Do not use it in court proceedings without the written permission of the source."),
)
INTELLIGENCE = Condition(
    "intelligence",
    8,
    mark("For intelligence only"),
    mark("Do not let anybody at the first line act on it. It is not shown there."),
    of_first_line=True,
)
NO_COPY = Condition(
    "no_copy",
    16,
    mark("Not to be copied"),
    mark("Read it here. It is left out of exports, feeds and prints."),
    of_copies=True,
)
PROTECTED = Condition(
    "protected",
    32,
    mark("Victim or witness"),
    mark("Only in connection with the facts. Nothing may be done against this person."),
    chosen=False,
    purposes=frozenset(set(Purpose) - {Purpose.WANTED, Purpose.SYSTEM}),
)
DECEASED = Condition(
    "deceased",
    64,
    mark("Deceased"),
    mark("Only to identify, to establish a role in a case, or to analyse crime."),
    chosen=False,
    purposes=frozenset({Purpose.IDENTIFY, Purpose.INVESTIGATE, Purpose.FORENSIC, Purpose.ANALYSE}),
)
MINOR = Condition(
    "minor",
    128,
    mark("Minor at the time"),
    mark("Take special care, and follow what your law says of minors."),
    chosen=False,
)

CONDITIONS = (ASK_FIRST, NO_ONWARD, NO_EVIDENCE, INTELLIGENCE, NO_COPY, PROTECTED, DECEASED, MINOR)
BY_CODE: Mapping[str, Condition] = MappingProxyType({one.code: one for one in CONDITIONS})
CHOSEN = tuple(one for one in CONDITIONS if one.chosen)
_CHOSEN_BITS = sum(one.bit for one in CHOSEN)


def bits_of(codes: Iterable[str]) -> int:
    """Return the conditions as the number that rows and index compare.

    >>> bits_of(["no_copy", "ask_first"])
    17
    """
    return sum({BY_CODE[code].bit for code in codes})


def conditions_of(bits: int) -> tuple[Condition, ...]:
    """Return the conditions of a number, in the order of the table."""
    return tuple(one for one in CONDITIONS if bits & one.bit)


def codes_of(bits: int) -> list[str]:
    """Return the codes of a number, sorted: how a document and a program name them."""
    return sorted(one.code for one in conditions_of(bits))


def chosen_of(bits: int) -> int:
    """Return of a number what the source chose, without what follows from the fields."""
    return bits & _CHOSEN_BITS


def closed_to(viewer: Viewer) -> int:
    """Return the conditions under which this viewer sees no record of another source."""
    first_line = _is_first_line(viewer)
    return closed_to_purpose(viewer.purpose) | sum(
        one.bit for one in CONDITIONS if viewer.reader_kind in one.of_bodies or (one.of_first_line and first_line)
    )


def _is_first_line(viewer: Viewer) -> bool:
    """Whether he asks and reads and answers for no record: the counter, the patrol, the lane's scanner."""
    asks = viewer.may(Right.QUERY) or viewer.may(Right.READ_RECORDS)
    return asks and not viewer.may(Right.ENTER_RECORDS)


def closed_to_purpose(purpose: Purpose) -> int:
    """Return the conditions under which no question for this purpose finds a record, not even of one's own."""
    return sum(one.bit for one in CONDITIONS if one.purposes is not None and purpose not in one.purposes)


def closed_to_bodies(kind: ReaderKind) -> int:
    """Return the conditions under which nobody of a body of this kind sees a record: what a preview can say."""
    return sum(one.bit for one in CONDITIONS if kind in one.of_bodies)


def forbids_copies(bits: int) -> bool:
    """Whether only the source may export or print a record with these conditions."""
    return any(one.of_copies for one in conditions_of(bits))


def left_out_of_copies(*, carries: bool) -> int:
    """Return under which conditions a record of others stays out of a copy.

    A format that `carries` conditions leaves out what is not to be copied; one that has no room for them leaves out
    everything that bears any, as the receiver would not learn how it may be used.
    """
    return sum(one.bit for one in CHOSEN if one.of_copies or not carries)


def review(codes: Iterable[str]) -> list[Finding]:
    """Return what is wrong with the conditions that a source chooses: unknown ones, or such as nobody chooses."""
    known = {one.code for one in CHOSEN}
    return [_unknown(code) for code in sorted(set(codes) - known)]


def _unknown(code: str) -> Finding:
    return Finding(
        code="handling.unknown",
        problem=mark("There is no handling condition “%(code)s” that a source could set."),
        remedy=mark("Use these: %(codes)s."),
        source=SOURCE,
        field="handling",
        values={"code": code[:40], "codes": ", ".join(one.code for one in CHOSEN)},
    )
