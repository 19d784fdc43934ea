"""Carrying out the items of a batch: what each asks, against what is there, and what became of it.

Items with keys of their own go together, as many at once are as quick as one; where that is refused, each goes
alone, so that a bad one is left out and the others are not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from liaison.apps.exchange.batch_document import Item, Placed
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Viewer

BLOCK_ITEMS = 200
FINDINGS_MAX = 20
_KEPT_VALUES = frozenset({"label", "most", "count", "length", "size", "wanted", "latest"})
_ACTIVE = "active"
_Step = TypeVar("_Step")


class Outcome(StrEnum):
    """What became of an item. A doubtful one was not carried out, and is once it comes with `confirm_doubts`."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the item at a position. `version` is None where the item touches no record."""

    position: int
    outcome: Outcome
    reference: str = ""
    version: int | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Enter:
    position: int
    prepared: records.Prepared


@dataclass(frozen=True, slots=True)
class _Change:
    position: int
    reference: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Withdraw:
    position: int
    card: records.RecordCard
    reason: str


@dataclass(slots=True)
class _Plan:
    """What is to be done for a block of items, and what is known of the others already."""

    entering: list[_Enter] = field(default_factory=list)
    changing: list[_Change] = field(default_factory=list)
    withdrawing: list[_Withdraw] = field(default_factory=list)
    known: list[Result] = field(default_factory=list)


def blocks(items: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yield the items in their order, in blocks of at most BLOCK_ITEMS that name no record twice."""
    block: list[Placed] = []
    named: set[tuple[str, str]] = set()
    for placed in items:
        name = (placed.database, placed.key)
        if name in named or len(block) == BLOCK_ITEMS:
            yield block
            block, named = [], set()
        block.append(placed)
        if isinstance(placed.item, Item):
            named.add(name)
    if block:
        yield block


def carry_out(block: Sequence[Placed], *, by: Viewer) -> list[Result]:
    """Carry out items that name no record twice, in one transaction; return what became of each, in their order."""
    with viewing(by):
        plan = _plan(block, _there(block, by), by)
        results = [
            *plan.known,
            *_each(plan.entering, lambda steps: _entered(steps, by), by),
            *_each(plan.changing, lambda steps: _changed(steps, by), by),
            *_each(plan.withdrawing, lambda steps: _withdrawn(steps, by), by),
        ]
    return sorted(results, key=lambda result: result.position)


def told(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings without what the sender wrote: results are kept, and the place says where it stands."""
    return tuple(
        Finding(
            code=found.code,
            problem=found.problem,
            remedy=found.remedy,
            source=found.source,
            field=found.field[:80],
            values={name: value if name in _KEPT_VALUES else "…" for name, value in found.values.items()},
        )
        for found in findings[:FINDINGS_MAX]
    )


def _there(block: Sequence[Placed], by: Viewer) -> dict[tuple[str, str], records.RecordCard]:
    """Return the sender's own records with these keys, locked, by database and key."""
    keys: dict[str, list[str]] = {}
    for placed in block:
        if isinstance(placed.item, Item) and placed.item.database in all_databases():
            keys.setdefault(placed.item.database, []).append(placed.item.key)
    return {
        (kind, key): card
        for kind in sorted(keys)
        for key, card in records.cards_by_key(kind, by.reader_id, keys[kind], viewer=by, lock=True).items()
    }


def _plan(block: Sequence[Placed], there: Mapping[tuple[str, str], records.RecordCard], by: Viewer) -> _Plan:
    plan = _Plan()
    for placed in block:
        if isinstance(placed.item, Finding):
            plan.known.append(_refused(placed.position, [placed.item]))
            continue
        card = there.get((placed.item.database, placed.item.key))
        try:
            _add(plan, placed.position, placed.item, card, by)
        except Refused as refused:
            plan.known.append(_refused(placed.position, refused.findings))
    return plan


def _add(plan: _Plan, position: int, item: Item, card: records.RecordCard | None, by: Viewer) -> None:
    """Add what the item asks for to the plan; raise Refused with every reason why it may not be done."""
    if item.op == "delete":
        _add_withdrawal(plan, position, item, card)
        return
    prepared = records.prepare(_draft(item), by=by)
    if item.op == "change" and (card is None or card.status != _ACTIVE):
        raise Refused(_not_open())
    if card is not None:
        _same_handling(item, card)
    if card is not None and card.status == _ACTIVE:
        if canonical_json(card.fields) == prepared.fields:  # type: ignore[arg-type]  # a declaration keeps JSON only
            plan.known.append(Result(position, Outcome.UNCHANGED, card.reference, card.version))
            return
        if item.op == "create":
            raise Refused(_open_already())
    if card is not None and (found := records.split_findings(card, item.fields)):
        raise Refused(*found)
    if doubts := [] if item.confirm_doubts else records.doubts_of(item.database, item.fields):
        plan.known.append(Result(position, Outcome.DOUBTFUL, findings=told(doubts)))
    elif card is None:
        plan.entering.append(_Enter(position, prepared))
    else:
        plan.changing.append(_Change(position, card.reference, item.fields))


def _add_withdrawal(plan: _Plan, position: int, item: Item, card: records.RecordCard | None) -> None:
    if card is None:
        raise Refused(_not_open())
    if card.status != _ACTIVE:
        plan.known.append(Result(position, Outcome.UNCHANGED, card.reference, card.version))
    else:
        plan.withdrawing.append(_Withdraw(position, card, item.reason.strip()))


def _draft(item: Item) -> records.Draft:
    return records.Draft(
        kind=item.database,
        fields=item.fields,
        audience="all" if item.audience is None else members.canonical_audience(item.audience),
        level=Level.OFFICIAL_USE if item.level is None else Level(item.level),
        expires_on=item.expires_on,
        foreign_key=item.key,
    )


def _same_handling(item: Item, card: records.RecordCard) -> None:
    """Raise Refused where the item asks for another audience, level or end than there is, or the end is past."""
    wanted = {
        "audience": None if item.audience is None else members.canonical_audience(item.audience),
        "level": item.level,
        "expires_on": item.expires_on,
    }
    other = [name for name, value in wanted.items() if value is not None and value != getattr(card, name)]
    if other:
        raise Refused(*(_other_handling(name) for name in other))
    if card.expires_on < card.read_on:
        raise Refused(_over())


def _each(
    steps: Sequence[_Step], together: Callable[[Sequence[_Step]], list[Result]], by: Viewer
) -> Iterator[Result]:
    """Yield the results of steps: done together, or where that is refused, each alone."""
    if not steps:
        return
    try:
        with viewing(by):
            done = together(steps)
    except Refused as refused:
        if len(steps) == 1:
            yield _refused(steps[0].position, refused.findings)  # type: ignore[attr-defined]  # every step has one
            return
        for step in steps:
            yield from _each([step], together, by)
    else:
        yield from done


def _entered(steps: Sequence[_Enter], by: Viewer) -> list[Result]:
    references = records.enter_prepared([step.prepared for step in steps], by=by)
    return [
        Result(step.position, Outcome.DONE, reference, 1) for step, reference in zip(steps, references, strict=True)
    ]


def _changed(steps: Sequence[_Change], by: Viewer) -> list[Result]:
    versions = records.change_many([(step.reference, step.fields) for step in steps], by=by)
    return [
        Result(step.position, Outcome.DONE, step.reference, version)
        for step, version in zip(steps, versions, strict=True)
    ]


def _withdrawn(steps: Sequence[_Withdraw], by: Viewer) -> list[Result]:
    for reason in dict.fromkeys(step.reason for step in steps):
        records.withdraw_many([step.card.reference for step in steps if step.reason == reason], reason=reason, by=by)
    return [Result(step.position, Outcome.DONE, step.card.reference, step.card.version + 1) for step in steps]


def _refused(position: int, findings: Sequence[Finding]) -> Result:
    return Result(position, Outcome.REFUSED, findings=told(findings))


def _not_open() -> Finding:
    return Finding(
        code="batches.not_open",
        problem=mark("Your body has no open record with this key."),
        remedy=mark("Check the key; send “create” if the record is to be opened."),
        field="key",
    )


def _open_already() -> Finding:
    return Finding(
        code="batches.open_already",
        problem=mark("Your body has an open record with this key, and it says something else."),
        remedy=mark("Send “change” if it is to say this from now on."),
        field="key",
    )


def _other_handling(name: str) -> Finding:
    return Finding(
        code="batches.other_handling",
        problem=mark("The record that is there is handled otherwise."),
        remedy=mark("Leave this out to keep its handling; else delete it and create it under a key of its own."),
        field=name,
    )


def _over() -> Finding:
    return Finding(
        code="batches.time_is_over",
        problem=mark("The last day of this record has passed."),
        remedy=mark("Extend it with a reason, or create it under a key of its own."),
        source="RPD art. 50",
        field="key",
    )
