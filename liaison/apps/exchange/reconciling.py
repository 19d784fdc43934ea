"""Comparing what a source's own system holds open with what is open here: “open here, closed there”, and the reverse.

It changes nothing, so that it is not signed: what it finds is mended by a batch. A large stock is compared in pieces,
each a stretch of the keys in the order of their code points.
"""

import itertools
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

from liaison.apps.audit import public as audit
from liaison.apps.exchange.batch_document import KEY_LENGTH_MAX
from liaison.apps.exchange.models import Reconciliation
from liaison.apps.exchange.record_digest import digest_of
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.identifiers import references
from liaison.ledger.canonical import Json, canonical_json, parse_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

REFERENCE_PREFIX = "RC"
OPEN_MAX = 50_000
"""Keys in one piece."""
NAMED_MAX = 5_000
"""Records of each sort that a report names; beyond it counts them only."""
_BLOCK = 500
_KEY = r"^[^\x00]*$"  # PostgreSQL keeps no NUL, so that no record has such a key
_Item = TypeVar("_Item")


class Open(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A record that the source holds open. Without a digest only its being there is compared."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=KEY_LENGTH_MAX, pattern=_KEY)]
    digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Stock(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a source holds open of one database, of the keys behind `after` and up to `until`; empty is no bound."""

    database: str
    open: Annotated[list[Open], msgspec.Meta(max_length=OPEN_MAX)]
    after: Annotated[str, msgspec.Meta(max_length=KEY_LENGTH_MAX, pattern=_KEY)] = ""
    until: Annotated[str, msgspec.Meta(max_length=KEY_LENGTH_MAX, pattern=_KEY)] = ""

    def holds(self, key: str) -> bool:
        """Whether a key belongs to this piece."""
        return self.after < key and (not self.until or key <= self.until)


class Sort(StrEnum):
    """How a record stands in the two systems."""

    SAME = "same"
    DIFFERENT = "different"
    CLOSED_THERE = "closed_there"
    CLOSED_HERE = "closed_here"


@dataclass(frozen=True, slots=True)
class Difference:
    """A record on which the two differ. `reference` is empty and `here` “absent” where there is none of this key."""

    sort: Sort
    key: str
    reference: str
    here: str


@dataclass(frozen=True, slots=True)
class ReconciliationReport:
    """One comparison. Differences are named, with their keys, to who made it; later only counts and references."""

    id: UUID
    reference: str
    database: str
    reader_code: str
    started_at: datetime
    ended_at: datetime
    counts: Mapping[str, int]
    closed_there: tuple[str, ...]
    different: tuple[str, ...]
    differences: tuple[Difference, ...] = ()


def reconcile(data: bytes, *, by: Viewer) -> ReconciliationReport:
    """Compare the stock of the viewer's own body with what is open here under its keys; return what differs.

    Raise Refused for a document that is not of the form, names a key twice or one outside its own bounds.
    """
    by.needs(Right.ENTER_RECORDS)
    stock = _read(data)
    began = now()
    counts: Counter[str] = Counter({sort.value: 0 for sort in Sort})
    named: list[Difference] = []
    for found in itertools.chain(_of_theirs(stock, by), _of_ours(stock, by)):
        counts[found.sort.value] += 1
        if found.sort is not Sort.SAME and counts[found.sort.value] <= NAMED_MAX:
            named.append(found)
    with viewing(by):
        row = Reconciliation.objects.create(
            reference=references.make(REFERENCE_PREFIX, began.year, secrets.token_bytes),
            reader_id=by.reader_id,
            kind=stock.database,
            asked_by=by.user_id,
            started_at=began,
            ended_at=now(),
            counts=dict(counts),
            closed_there=[one.reference for one in named if one.sort is Sort.CLOSED_THERE],
            different=[one.reference for one in named if one.sort is Sort.DIFFERENT],
        )
        _enter(row, by)
    return _report(row, named)


def reconciliation_report(reference: str, viewer: Viewer) -> ReconciliationReport:
    """Return an earlier comparison, without the keys; raise Absent alike when it is hidden."""
    with viewing(viewer):
        row = Reconciliation.objects.filter(reference=reference).first()
    if row is None:
        raise _absent(reference)
    return _report(row, ())


def _of_theirs(stock: Stock, by: Viewer) -> Iterator[Difference]:
    """Yield how each record that the source holds open stands here."""
    for block in _blocks(stock.open):
        cards = records.cards_by_key(stock.database, by.reader_id, [one.key for one in block], viewer=by)
        for one in block:
            card = cards.get(one.key)
            if card is None:
                yield Difference(Sort.CLOSED_HERE, one.key, "", "absent")
            elif not card.is_in_force:
                here = "expired" if card.status == "active" else card.status
                yield Difference(Sort.CLOSED_HERE, one.key, card.reference, here)
            else:
                differs = one.digest and one.digest != digest_of(card.fields)
                yield Difference(Sort.DIFFERENT if differs else Sort.SAME, one.key, card.reference, card.status)


def _of_ours(stock: Stock, by: Viewer) -> Iterator[Difference]:
    """Yield the records that are open here and that the source does not name."""
    named = {one.key for one in stock.open}
    pages = records.held_actively(stock.database, by.reader_id, viewer=by, after=stock.after, until=stock.until)
    for page in pages:
        unnamed = [one.foreign_key for one in page if one.foreign_key not in named]
        for block in _blocks(unnamed):
            cards = records.cards_by_key(stock.database, by.reader_id, block, viewer=by)
            for key, card in cards.items():
                if card.is_in_force:  # past its last day it is closed here too, though nobody has withdrawn it yet
                    yield Difference(Sort.CLOSED_THERE, key, card.reference, card.status)


def _blocks(items: list[_Item]) -> Iterator[list[_Item]]:
    for start in range(0, len(items), _BLOCK):
        yield items[start : start + _BLOCK]


def _read(data: bytes) -> Stock:
    try:
        stock = msgspec.convert(parse_json(data), Stock)
    except (ValueError, msgspec.ValidationError):
        raise Refused(_not_of_the_form()) from None
    if stock.database not in all_databases():
        raise Refused(_no_database(stock.database))
    if len({one.key for one in stock.open}) < len(stock.open):
        raise Refused(_twice())
    if not all(stock.holds(one.key) for one in stock.open):
        raise Refused(_outside())
    return stock


def _enter(row: Reconciliation, by: Viewer) -> None:
    """Write into the ledger that the two were compared, and with which counts."""
    document: dict[str, Json] = {"reference": row.reference, "database": row.kind, "counts": row.counts}
    draft = audit.EntryDraft(
        action="reconciliations.made",
        subject=row.id,
        source=row.reader_id,
        kind="reconciliation@1",
        content=canonical_json(document),
    )
    audit.record(draft, by=by)


def _report(row: Reconciliation, differences: Iterable[Difference]) -> ReconciliationReport:
    return ReconciliationReport(
        id=row.id,
        reference=row.reference,
        database=row.kind,
        reader_code=members.readers([row.reader_id])[row.reader_id].code,
        started_at=row.started_at,
        ended_at=row.ended_at,
        counts=row.counts,
        closed_there=tuple(row.closed_there),
        different=tuple(row.different),
        differences=tuple(differences),
    )


def _not_of_the_form() -> Finding:
    return Finding(
        code="reconciling.not_of_the_form",
        problem=mark("This is not a stock in the form that is read here."),
        remedy=mark(
            "Send “database” and “open”, at most %(most)s keys at once, as the reference page on batches says."
        ),
        values={"most": OPEN_MAX},
    )


def _no_database(kind: str) -> Finding:
    return Finding(
        code="reconciling.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="database",
        values={"kind": kind[:40]},
    )


def _twice() -> Finding:
    return Finding(
        code="reconciling.key_twice",
        problem=mark("A key is named twice."),
        remedy=mark("Name each record that is open once."),
        field="open",
    )


def _outside() -> Finding:
    return Finding(
        code="reconciling.key_outside",
        problem=mark("A key lies outside the stretch of keys that is compared."),
        remedy=mark("Name only keys behind “after” and up to “until”, in the order of their code points."),
        field="open",
    )


def _absent(reference: str) -> Absent:
    return Absent(
        Finding(
            code="reconciling.absent",
            problem=mark("You have no reconciliation %(reference)s."),
            remedy=mark("Check the reference in the answer that you got."),
            values={"reference": reference[:24]},
        )
    )
