"""What one edition of a list would do to the records that the last one left: entered, changed, withdrawn, left alone.

Found out anew before every act, so that an import that was killed half-way simply goes on.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from liaison.apps.exchange.report import RowFinding, Tally, Told
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.formats.rows import Edition, Row
from liaison.refusal import Finding, mark

ACTIVE = "active"
_PERMILLE = 1_000

Fields = Mapping[str, object]


@dataclasses.dataclass(frozen=True, slots=True)
class KindPlan:
    """What is to be done for one kind of record. Foreign keys lead to drafts, references to fields."""

    kind: str
    entered: tuple[tuple[str, Fields], ...]
    changed: tuple[tuple[str, Fields], ...]
    withdrawn: tuple[str, ...]
    tally: Tally
    active: int


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What an edition would do."""

    kinds: tuple[KindPlan, ...]
    edition: Edition
    findings: tuple[RowFinding, ...]

    @property
    def withdrawals(self) -> int:
        """How many records it would withdraw."""
        return sum(len(kind.withdrawn) for kind in self.kinds)

    @property
    def only_enters(self) -> bool:
        """Whether it touches no record that is there."""
        return not any(kind.changed or kind.withdrawn for kind in self.kinds)

    @property
    def does_nothing(self) -> bool:
        """Whether everything is as the list says."""
        return self.only_enters and not any(kind.entered for kind in self.kinds)

    def told(self, reasons: Sequence[Finding] = ()) -> Told:
        """Return what a report says of it."""
        return Told(
            complete=self.edition.complete,
            tallies={kind.kind: kind.tally for kind in self.kinds},
            unkept=dict(self.edition.unkept),
            findings=self.findings,
            reasons=tuple(reasons),
        )


def plan(rows: Sequence[Row], edition: Edition, there: Mapping[str, Mapping[str, records.RecordCard]]) -> Plan:
    """Return what the edition would do to the records `there` (kind, the list's own key, card).

    An edition without its end withdraws nothing: what is missing may only have been cut off.
    """
    kinds = [
        _kind_plan(kind, [row for row in rows if row.kind == kind], cards, complete=edition.complete)
        for kind, cards in there.items()
    ]
    return Plan(tuple(kinds), edition, tuple(_row_findings(rows)))


def reasons_for_two(made: Plan, *, alone_permille: int, older: bool) -> list[Finding]:
    """Return why one person may not act on this plan alone; an empty list means that he may."""
    reasons = []
    if not made.edition.complete:
        reasons.append(_lacks_its_end())
    if older:
        reasons.append(_older())
    active = sum(kind.active for kind in made.kinds)
    if made.withdrawals * _PERMILLE > alone_permille * active:
        reasons.append(_many_withdrawals(made.withdrawals, active, alone_permille))
    return reasons


def _kind_plan(
    kind: str, rows: Sequence[Row], cards: Mapping[str, records.RecordCard], *, complete: bool
) -> KindPlan:
    database = all_databases()[kind]
    wanted = {row.foreign_key: normalise(database, row.fields) for row in rows if row.fields is not None}
    entered = tuple((key, fields) for key, fields in wanted.items() if key not in cards)
    changed = tuple(
        (cards[key].reference, fields)
        for key, fields in wanted.items()
        if key in cards and (cards[key].status != ACTIVE or cards[key].fields != fields)
    )
    withdrawn = tuple(_gone(rows, cards)) if complete else ()
    tally = Tally(
        read=len(rows),
        entered=len(entered),
        changed=len(changed),
        unchanged=len(wanted) - len(entered) - len(changed),
        withdrawn=len(withdrawn),
        refused=len(rows) - len(wanted),
    )
    active = sum(card.status == ACTIVE for card in cards.values())
    return KindPlan(kind, entered, changed, withdrawn, tally, active)


def _gone(rows: Sequence[Row], cards: Mapping[str, records.RecordCard]) -> Iterable[str]:
    """Yield the references of active records whose entry is not in the list, not even as a row that was refused."""
    keys = {row.foreign_key for row in rows}
    listings = {row.listing for row in rows if row.fields is None and row.listing}
    for key, card in cards.items():
        if card.status == ACTIVE and key not in keys and card.fields.get("list_reference") not in listings:
            yield card.reference


def _row_findings(rows: Sequence[Row]) -> Iterable[RowFinding]:
    for row in rows:
        for finding in row.findings:
            yield RowFinding(line=row.line, listing=row.listing, refused=row.fields is None, finding=finding)


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
