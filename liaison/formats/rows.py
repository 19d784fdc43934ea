"""What every reader of a list gives: rows, then one edition that says what the list was and what of it is not kept.

A row that cannot be kept carries findings and no fields, and the others go on. Findings name line, field and remedy,
never the person's data: reports outlive records.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping

from liaison.refusal import Finding


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list: where it stands, the list's own key, and the fields of the database `kind`.

    `fields` is None when the row is refused, and `findings` then say why; a row with fields may carry findings too
    (what was kept as text only). `listing` names the row for people: the list's own reference number.
    """

    line: int
    foreign_key: str
    kind: str
    fields: Mapping[str, object] | None
    listing: str = ""
    findings: tuple[Finding, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """The list itself: when it was made, how many rows of each kind it holds, whether its end is there.

    `unkept` counts every source field with content that no record field holds; `kept` those that one does.
    """

    generated_at: str
    counts: Mapping[str, int]
    complete: bool
    kept: Counter[str]
    unkept: Counter[str]
    findings: tuple[Finding, ...] = ()


def as_mapping(item: Row | Edition) -> dict[str, object]:
    """Return the item as JSON values: `{"row": ...}` or `{"edition": ...}`."""
    findings = [finding_as_mapping(finding) for finding in item.findings]
    names = [field.name for field in dataclasses.fields(item)]
    plain = {name: getattr(item, name) for name in names} | {"findings": findings}
    return {"row" if isinstance(item, Row) else "edition": plain}


def from_mapping(mapping: Mapping[str, object]) -> Row | Edition:
    """Return the item that `as_mapping` made the mapping of."""
    ((what, plain),) = mapping.items()
    assert isinstance(plain, dict)
    findings = tuple(finding_from_mapping(finding) for finding in plain["findings"])
    if what == "row":
        return Row(**{**plain, "findings": findings})
    counters: dict[str, Counter[str]] = {name: Counter(plain[name]) for name in ("kept", "unkept")}
    return Edition(**{**plain, **counters, "findings": findings})


def finding_as_mapping(finding: Finding) -> dict[str, object]:
    """Return the finding as JSON values."""
    plain = {field.name: getattr(finding, field.name) for field in dataclasses.fields(finding)}
    return plain | {"values": dict(finding.values)}


def finding_from_mapping(mapping: Mapping[str, object]) -> Finding:
    """Return the finding that `finding_as_mapping` made the mapping of."""
    return Finding(**mapping)  # type: ignore[arg-type]  # the mapping was made above, by field names
