"""What an import tells: counts for each kind, what of the source is not kept, and each finding with its line."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from liaison.refusal import Finding

FINDINGS_KEPT_MAX = 1_000
UNKEPT_KEPT_MAX = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """How many entries of one kind the list holds, and what became, or would become, of them.

    `refused` ones are in the list and not in the tables; `withdrawn` ones are in the tables and not in the list.
    """

    read: int = 0
    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class RowFinding:
    """What is to be said of one entry: its line, the list's own reference, and whether the entry was left out."""

    line: int
    listing: str
    refused: bool
    finding: Finding


@dataclasses.dataclass(frozen=True, slots=True)
class ImportReport:
    """One run of an import. `reasons` say why a second person is needed, or why it was refused."""

    id: UUID
    reference: str
    list_name: str
    list_label: str
    source_code: str
    status: str
    file_name: str
    edition_at: datetime | None
    complete: bool
    started_at: datetime
    ended_at: datetime | None
    run_by: UUID
    run_by_name: str
    approved_by: UUID | None
    approved_by_name: str
    tallies: Mapping[str, Tally]
    unkept: Mapping[str, int]
    findings: tuple[RowFinding, ...]
    findings_not_shown: int
    reasons: tuple[Finding, ...]

    @property
    def changes_anything(self) -> bool:
        """Whether the run entered, changed or withdrew records, or would."""
        return any(tally.entered or tally.changed or tally.withdrawn for tally in self.tallies.values())


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """The part of a report that is found out by reading and comparing, and kept with the run."""

    complete: bool = False
    tallies: Mapping[str, Tally] = dataclasses.field(default_factory=dict)
    unkept: Mapping[str, int] = dataclasses.field(default_factory=dict)
    findings: tuple[RowFinding, ...] = ()
    findings_not_shown: int = 0
    reasons: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values, the longest parts bounded."""
        kept = self.findings[:FINDINGS_KEPT_MAX]
        most_first = sorted(self.unkept.items(), key=lambda item: (-item[1], item[0]))
        return {
            "complete": self.complete,
            "tallies": {kind: dataclasses.asdict(tally) for kind, tally in self.tallies.items()},
            "unkept": dict(most_first[:UNKEPT_KEPT_MAX]),
            "findings": [_row_json(found) for found in kept],
            "findings_not_shown": self.findings_not_shown + len(self.findings) - len(kept),
            "reasons": [_finding_json(reason) for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "Told":
        """Return what `as_json` made; an empty mapping gives an empty report."""
        told: dict[str, object] = dict(kept)
        if not told:
            return cls()
        for name, make in (("tallies", _tallies), ("findings", _rows), ("reasons", _findings)):
            told[name] = make(told[name])
        return cls(**told)  # type: ignore[arg-type]  # the mapping was made above, by field names


def _row_json(found: RowFinding) -> dict[str, object]:
    return {
        "line": found.line,
        "listing": found.listing,
        "refused": found.refused,
        "finding": _finding_json(found.finding),
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    plain = {field.name: getattr(finding, field.name) for field in dataclasses.fields(finding)}
    return plain | {"values": dict(finding.values)}


def _tallies(kept: object) -> dict[str, Tally]:
    assert isinstance(kept, Mapping)
    return {kind: Tally(**tally) for kind, tally in kept.items()}


def _rows(kept: object) -> tuple[RowFinding, ...]:
    assert isinstance(kept, list)
    return tuple(RowFinding(**{**row, "finding": Finding(**row["finding"])}) for row in kept)


def _findings(kept: object) -> tuple[Finding, ...]:
    assert isinstance(kept, list)
    return tuple(Finding(**finding) for finding in kept)
