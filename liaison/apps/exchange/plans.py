"""What one edition of a list would do to the records that the last one left: entered, changed, withdrawn, left alone.

Found out anew before every act, so that an import that was killed half-way simply goes on. The list and
what is there come in blocks: neither is ever in memory as a whole.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from liaison.apps.exchange.keys import KeySet
from liaison.apps.exchange.report import FINDINGS_KEPT_MAX, RowFinding, Tally, Told
from liaison.apps.records import public as records
from liaison.formats.rows import Edition, Row
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Finding, mark

WHOLE_FILE = 0
"""The line of what is said of a file as a whole."""
ACTIVE = "active"
_PERMILLE = 1_000

There = Mapping[tuple[str, str], records.RecordCard]
"""Records that are there, by kind and the list's own key."""
ListingOf = Callable[[str, Sequence[records.Held]], Mapping[str, str]]
"""Returns the list's own reference (`list_reference`) of records of a kind, by the list's own key."""


class Checked(NamedTuple):
    """A row as it was read, and what is to be written of it; None where it was refused."""

    row: Row
    prepared: records.Prepared | None


class Change(NamedTuple):
    """A record that is there and what the list says of it now."""

    reference: str
    prepared: records.Prepared


@dataclasses.dataclass(frozen=True, slots=True)
class Todo:
    """What is to be done for one block of a list."""

    entered: tuple[records.Prepared, ...]
    changed: tuple[Change, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What an edition would do, counted."""

    tallies: Mapping[str, Tally]
    active: int
    edition: Edition
    findings: tuple[RowFinding, ...]
    findings_not_shown: int = 0

    @property
    def withdrawals(self) -> int:
        """How many records it would withdraw."""
        return sum(tally.withdrawn for tally in self.tallies.values())

    @property
    def only_enters(self) -> bool:
        """Whether it touches no record that is there."""
        return not any(tally.changed or tally.withdrawn for tally in self.tallies.values())

    @property
    def does_nothing(self) -> bool:
        """Whether everything is as the list says."""
        return self.only_enters and not any(tally.entered for tally in self.tallies.values())

    def told(self, reasons: Sequence[Finding] = ()) -> Told:
        """Return what a report says of it."""
        return Told(
            complete=self.edition.complete,
            tallies=self.tallies,
            unkept=dict(self.edition.unkept),
            findings=self.findings,
            findings_not_shown=self.findings_not_shown,
            reasons=tuple(reasons),
        )


class Comparison:
    """Compares an edition with what is there, block by block; remembers counts, keys and the first findings."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
        self._entered, self._named, self._unkept_listings = KeySet(), KeySet(), KeySet()
        self._findings: list[RowFinding] = []
        self._findings_not_shown = 0
        self._active = 0

    def compare(self, rows: Sequence[Checked], there: There) -> Todo:
        """Return what is to be done for the next rows of the list; `there` holds the records with their keys."""
        entered: list[records.Prepared] = []
        changed: list[Change] = []
        for checked in self._each_once(rows):
            count = self._counts[checked.row.kind]
            count["read"] += 1
            self._look_at(checked.row, refused=checked.prepared is None)
            if checked.prepared is None:
                count["refused"] += 1
                continue
            card = there.get((checked.row.kind, checked.row.foreign_key))
            if card is None:
                entered.append(checked.prepared)
                count["entered"] += 1
            elif card.status != ACTIVE or canonical_json(card.fields) != checked.prepared.fields:  # type: ignore[arg-type]  # JSON
                if found := records.split_findings(card, json.loads(checked.prepared.fields)) if card.parts else ():
                    self._look_at(dataclasses.replace(checked.row, findings=tuple(found)), refused=True)
                    count["refused"] += 1
                    continue
                changed.append(Change(card.reference, checked.prepared))
                count["changed"] += 1
            else:
                count["unchanged"] += 1
        return Todo(tuple(entered), tuple(changed))

    def gone(self, kind: str, held: Sequence[records.Held], listing_of: ListingOf) -> list[str]:
        """Return the references of those active records whose entry the list does not name any more.

        An entry that was refused is still on the list, even one whose key could not be read: `listing_of` is asked
        for the list's own references only where such rows are.
        """
        self._active += len(held)
        named = self._named.has([_key(kind, one.foreign_key) for one in held])
        missing = [one for one, is_named in zip(held, named, strict=True) if not is_named]
        if missing and len(self._unkept_listings):
            listings = listing_of(kind, missing)
            found = self._unkept_listings.has([listings.get(one.foreign_key, "") for one in missing])
            missing = [one for one, is_listed in zip(missing, found, strict=True) if not is_listed]
        self._counts[kind]["withdrawn"] += len(missing)
        return [one.reference for one in missing]

    def plan(self, edition: Edition) -> Plan:
        """Return what was found out."""
        tallies = {kind: Tally(**count) for kind, count in self._counts.items()}
        of_the_file = [RowFinding(WHOLE_FILE, "", False, finding) for finding in edition.findings]
        return Plan(tallies, self._active, edition, (*of_the_file, *self._findings), self._findings_not_shown)

    def _each_once(self, rows: Sequence[Checked]) -> Iterator[Checked]:
        """Yield the rows; of two with one key the later as a refused one."""
        self._named.add([_key(row.kind, row.foreign_key) for row, _ in rows])
        self._unkept_listings.add([row.listing for row, prepared in rows if prepared is None and row.listing])
        kept = [_key(row.kind, row.foreign_key) for row, prepared in rows if prepared is not None]
        is_new = iter(self._entered.add(kept))
        for checked in rows:
            if checked.prepared is None or next(is_new):
                yield checked
            else:
                yield Checked(dataclasses.replace(checked.row, findings=(*checked.row.findings, _twice())), None)

    def _look_at(self, row: Row, *, refused: bool) -> None:
        for finding in row.findings:
            if len(self._findings) < FINDINGS_KEPT_MAX:
                self._findings.append(RowFinding(row.line, row.listing, refused, finding))
            else:
                self._findings_not_shown += 1


def _key(kind: str, foreign_key: str) -> str:
    return f"{kind} {foreign_key}"


def reasons_for_two(made: Plan, *, alone_permille: int, older: bool) -> list[Finding]:
    """Return why one person may not act on this plan alone; an empty list means that he may."""
    reasons = []
    if not made.edition.complete:
        reasons.append(_lacks_its_end())
    if older:
        reasons.append(_older())
    if made.withdrawals * _PERMILLE > alone_permille * made.active:
        reasons.append(_many_withdrawals(made.withdrawals, made.active, alone_permille))
    return reasons


def _lacks_its_end() -> Finding:
    return Finding(
        code="exchange.lacks_its_end",
        problem=mark("The list lacks its end. What is there can be entered and changed; nothing would be withdrawn."),
        remedy=mark("Get the list again. If no whole one can be had, a second person can approve this one."),
        source="policy: two_persons",
        field="file",
    )


def _older() -> Finding:
    return Finding(
        code="exchange.older_edition",
        problem=mark("This edition is older than the one that was imported last."),
        remedy=mark(
            "Get the newest edition. If its publisher went back to this one, a second person can approve it."
        ),
        source="policy: two_persons",
        field="file",
    )


def _many_withdrawals(count: int, active: int, permille: int) -> Finding:
    return Finding(
        code="exchange.many_withdrawals",
        problem=mark(
            "The list would withdraw %(count)s of %(active)s records; one person alone may withdraw %(permille)s"
            " in a thousand."
        ),
        remedy=mark("Look whether the publisher really struck out so many; then a second person can approve it."),
        source="policy: exchange.withdrawals_alone_permille",
        values={"count": count, "active": active, "permille": permille},
    )


def _twice() -> Finding:
    return Finding(
        code="exchange.key_twice",
        problem=mark("The list has an entry with this key further up."),
        remedy=mark("The first one is kept. Ask the publisher which of them holds."),
        field="foreign_key",
    )
