"""Importing a list, and approving what one person may not import alone.

A file is read whole before anything is written. Then what it would do is found out, shown, and done in batches that
each commit: whoever runs it again after a crash goes on where it ended, because the comparison is made anew. Neither
list nor records are ever in memory as a whole: rows are checked and compared in blocks, and put aside under a key.
"""

import contextlib
import dataclasses
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, TypeVar, cast

from django.conf import settings
from django.db import OperationalError
from django.db.models import Max

from liaison.apps.audit import public as audit
from liaison.apps.exchange.fetching import ListUrl, fetched
from liaison.apps.exchange.lists import PublishedList, list_named
from liaison.apps.exchange.locks import alone
from liaison.apps.exchange.models import ImportRun
from liaison.apps.exchange.pacing import AHEAD_MAX, Pace
from liaison.apps.exchange.plans import Change, Checked, Comparison, Plan, reasons_for_two
from liaison.apps.exchange.queries import absent, import_report, runner_of
from liaison.apps.exchange.report import ImportReport, Told
from liaison.apps.exchange.shelves import BATCH_ROWS, Shelf
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.files.confinement import Limits
from liaison.files.jail import opened, position, read_jailed
from liaison.files.packing import opened_list
from liaison.formats.rows import Edition, Row, from_mapping
from liaison.identifiers import references
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

REPORTED_ROWS = 200
REFERENCE_PREFIX = "IM"
ALONE_PERMILLE = "exchange.withdrawals_alone_permille"
WITHDRAWN_BECAUSE = "No longer on the list: {label}, edition of {day}."
_CHUNK_BYTES = 1024 * 1024
_DISK_FULL = "53100"
_UNFINISHED = ("reading", "shown", "waiting", "approved", "under_way", "stopped")
_LIVE = ("reading", "under_way")
_FUTURE_HOURS_MAX = 24
_ACTIONS = {
    ImportRun.Status.SHOWN: "imports.shown",
    ImportRun.Status.WAITING: "imports.held",
    ImportRun.Status.APPROVED: "imports.approved",
    ImportRun.Status.UNDER_WAY: "imports.begun",
    ImportRun.Status.DONE: "imports.finished",
    ImportRun.Status.REFUSED: "imports.refused",
}

_Item = TypeVar("_Item")
Progress = Callable[[str, int, int], None]
"""Told the step (`reading`, `entering`, `changing`, `withdrawing`), how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What holds for one run: which list, who answers for it, on whose behalf, and who is told how far it is.

    `withdraws` says whether what the list does not name any more is withdrawn.
    """

    published: PublishedList
    source: members.ReaderCard
    by: Viewer
    withdraws: bool
    progress: Progress

    @property
    def lock(self) -> str:
        """What one import at a time holds: a publisher's list for everybody, an own list for each body."""
        return self.published.name if self.published.source else f"{self.published.name} {self.source.code}"


def import_list(
    list_name: str,
    given: Path | ListUrl,
    *,
    by: Viewer,
    apply: bool = False,
    whole: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Read a list, from a file or by URL, and bring the records to what it says; return the report, which is kept.

    A run that only enters acts at once; one that would change or withdraw records shows what it would do, and acts
    with `apply`. One that would withdraw much, lacks its end or is older than the last waits for `approve_import` by
    a second person and then acts when it is run again with `apply`. `whole` says that the file names all that there
    is, where its list by itself only adds: the rest is then withdrawn. Raise Refused for a file that is not this
    list, and while another import of the list runs.
    """
    published = list_named(list_name)
    work = _work(published, by=by, whole=whole, progress=progress or _silent)
    with alone(work.lock) as is_free:
        if not is_free:
            raise Refused(_busy(published, by))
        with _opened(given, published) as one, _copied(one) as file:
            run = _begin(work, file_name=given.name, digest=_digest(file))
            try:
                return _import(run, file, work, apply=apply)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != _DISK_FULL:
                    raise
                raise Refused(_disk_full(run)) from error


def _work(published: PublishedList, *, by: Viewer, whole: bool, progress: Progress) -> _Work:
    """Return the work, once it is known that the viewer may do it: a publisher's list asks for one right more."""
    withdraws = whole or published.withdraws
    if published.source:
        by.needs(Right.IMPORT_LISTS)
    by.needs(Right.ENTER_RECORDS)
    if withdraws:
        by.needs(Right.WITHDRAW_RECORDS)
    source = members.reader_by_code(published.source or by.reader_code)
    return _Work(published, source, by, withdraws, progress)


def approve_import(reference: str, *, by: Viewer) -> ImportReport:
    """Let a waiting import act; the second person is never the one who ran it.

    For a list of a body's own it is a colleague who may withdraw records himself.
    """
    if not by.may(Right.APPROVE_IMPORTS):
        by.needs(Right.WITHDRAW_RECORDS)
    with viewing(by):
        run = ImportRun.objects.select_for_update().filter(reference=reference).first()
        if run is None:
            by.needs(Right.APPROVE_IMPORTS)
            raise absent(reference)
        if run.source_id != by.reader_id:
            by.needs(Right.APPROVE_IMPORTS)
        if run.status != ImportRun.Status.WAITING:
            raise Refused(_not_waiting(run))
        if run.run_by == by.user_id:
            raise Refused(_two_persons())
        run.status = ImportRun.Status.APPROVED
        run.approved_by = by.user_id
        run.approved_at = now()
        run.withdrawals_approved = sum(tally.withdrawn for tally in Told.from_json(run.report).tallies.values())
        run.save(update_fields=["status", "approved_by", "approved_at", "withdrawals_approved"])
        _enter(run, by=by)
    return import_report(reference, by)


def _import(run: ImportRun, file: IO[bytes], work: _Work, *, apply: bool) -> ImportReport:
    with contextlib.closing(_Aside()) as aside:
        try:
            comparison, edition = _compared(file, work, aside)
            run.edition_at = _edition_moment(edition, run, work)
        except Refused as refused:
            _keep(run, work, ImportRun.Status.REFUSED, Told(reasons=refused.findings))
            raise
        if work.withdraws and edition.complete:
            aside.gone = _gone(comparison, work)
        made = comparison.plan(edition)
        reasons = _reasons(run, made, work)
        if reasons:
            held = apply or made.only_enters
            _keep(run, work, ImportRun.Status.WAITING if held else ImportRun.Status.SHOWN, made.told(reasons))
        elif apply or made.only_enters:
            if not made.does_nothing:
                _keep(run, work, ImportRun.Status.UNDER_WAY, made.told())
                _act(aside, work, run.edition_at)
            _keep(run, work, ImportRun.Status.DONE, made.told())
        else:
            _keep(run, work, ImportRun.Status.SHOWN, made.told())
    return import_report(run.reference, work.by)


def _begin(work: _Work, *, file_name: str, digest: bytes) -> ImportRun:
    """Return the run of this file: the unfinished one if there is one; runs that died are closed."""
    with viewing(work.by):
        of_list = ImportRun.objects.filter(list_name=work.published.name, source_id=work.source.id)
        of_list.filter(status__in=_LIVE).exclude(file_digest=digest).update(status=ImportRun.Status.STOPPED)
        run = of_list.filter(file_digest=digest, status__in=_UNFINISHED).order_by("-started_at").first()
        if run is not None:
            return run
        moment = now()
        return ImportRun.objects.create(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            list_name=work.published.name,
            source_id=work.source.id,
            reader_id=work.by.reader_id,
            run_by=work.by.user_id,
            file_name=file_name[:200],
            file_digest=digest,
            started_at=moment,
        )


def _compared(file: IO[bytes], work: _Work, aside: "_Aside") -> tuple[Comparison, Edition]:
    """Read the file to its end, put aside what is to be written, and return what was found out."""
    comparison = Comparison(work.published.kinds)
    for block, edition in _blocks(file, work):
        checked = [_checked(row, work) for row in block]
        todo = comparison.compare(checked, _there(checked, work))
        aside.entered.extend(todo.entered)
        aside.changed.extend(todo.changed)
        if edition:
            return comparison, edition
    raise AssertionError("a reader ends with an edition")


def _blocks(file: IO[bytes], work: _Work) -> Iterator[tuple[list[Row], Edition | None]]:
    """Yield the rows of the list in blocks, the last with the edition."""
    rows: list[Row] = []
    for mapping in read_jailed(work.published.parser, file, limits=Limits()):
        item = from_mapping(mapping)
        if isinstance(item, Edition):
            work.progress("reading", 1, 1)
            yield rows, item
            return
        rows.append(item)
        if len(rows) == BATCH_ROWS:
            yield rows, None
            rows = []
        if len(rows) % REPORTED_ROWS == 1:
            reached = position(file)
            work.progress("reading", reached.read_bytes, reached.all_bytes)


def _checked(row: Row, work: _Work) -> Checked:
    """Return the row with what is to be written of it; as a refused one where no record could be entered from it."""
    if row.fields is None:
        return Checked(row, None)
    if not row.foreign_key:
        return Checked(dataclasses.replace(row, fields=None, findings=(*row.findings, _no_key())), None)
    try:
        return Checked(row, records.prepare(_draft(row, work), by=work.by))
    except Refused as refused:
        return Checked(dataclasses.replace(row, fields=None, findings=refused.findings), None)


def _there(checked: Sequence[Checked], work: _Work) -> dict[tuple[str, str], records.RecordCard]:
    keys: dict[str, list[str]] = {}
    for row, prepared in checked:
        if prepared is not None:
            keys.setdefault(row.kind, []).append(row.foreign_key)
    return {
        (kind, key): card
        for kind, asked in keys.items()
        for key, card in records.cards_by_key(kind, work.source.id, asked, viewer=work.by).items()
    }


def _gone(comparison: Comparison, work: _Work) -> list[str]:
    """Return the references of what is there and no longer on the list."""

    def listing_of(kind: str, held: Sequence[records.Held]) -> dict[str, str]:
        cards = records.cards_by_key(kind, work.source.id, [one.foreign_key for one in held], viewer=work.by)
        return {key: str(card.fields.get("list_reference", "")) for key, card in cards.items()}

    return [
        reference
        for kind in work.published.kinds
        for page in records.held_actively(kind, work.source.id, viewer=work.by)
        for reference in comparison.gone(kind, page, listing_of)
    ]


def _reasons(run: ImportRun, made: Plan, work: _Work) -> list[Finding]:
    """Return why a second person is still needed for this run."""
    with viewing(work.by):
        done = ImportRun.objects.filter(
            list_name=run.list_name, source_id=run.source_id, status=ImportRun.Status.DONE
        )
        newest = done.aggregate(Max("edition_at"))["edition_at__max"]
        permille = policies.value(ALONE_PERMILLE)
    older = newest is not None and run.edition_at is not None and run.edition_at < newest
    if run.approved_by is not None and made.withdrawals <= (run.withdrawals_approved or 0):
        return []
    if made.does_nothing and made.edition.complete:
        return []
    return reasons_for_two(made, alone_permille=permille, older=older)


def _act(aside: "_Aside", work: _Work, edition_at: datetime) -> None:
    """Enter, change and withdraw, in batches that commit; what is gone from the list goes last."""
    for prepared in _told(aside.entered.batches(), "entering", len(aside.entered), work):
        records.enter_prepared(prepared, by=work.by)
    for changes in _told(aside.changed.batches(), "changing", len(aside.changed), work):
        records.change_many([(one.reference, json.loads(one.prepared.fields)) for one in changes], by=work.by)
    reason = WITHDRAWN_BECAUSE.format(label=work.published.label, day=edition_at.date().isoformat())
    gone = (aside.gone[start : start + BATCH_ROWS] for start in range(0, len(aside.gone), BATCH_ROWS))
    for references_ in _told(gone, "withdrawing", len(aside.gone), work):
        records.withdraw_many(references_, reason=reason, by=work.by)


def _told(batches: Iterable[Sequence[_Item]], step: str, total: int, work: _Work) -> Iterator[Sequence[_Item]]:
    """Yield the batches, and tell after each how much is done. Much waits until the index is near."""
    done, pace = 0, Pace()
    for batch in batches:
        if done >= AHEAD_MAX:
            pace.wait()
        yield batch
        done += len(batch)
        work.progress(step, done, total)


def _draft(row: Row, work: _Work) -> records.Draft:
    assert row.fields is not None, "a refused row makes no draft"
    return records.Draft(
        kind=row.kind,
        fields=row.fields,
        audience=work.published.audience,
        level=work.published.level,
        foreign_key=row.foreign_key,
        source_id=work.source.id,
    )


class _Aside:
    """What an import has found out and not done yet."""

    def __init__(self) -> None:
        self.entered = Shelf(records.Prepared)
        self.changed = Shelf(Change)
        self.gone: list[str] = []

    def close(self) -> None:
        """Give back the room that it takes."""
        self.entered.close()
        self.changed.close()


def _keep(run: ImportRun, work: _Work, status: ImportRun.Status, told: Told) -> None:
    """Keep what is known of the run so far."""
    run.status = status
    run.report = told.as_json()
    with viewing(work.by):
        if status in {ImportRun.Status.REFUSED, ImportRun.Status.DONE}:
            run.ended_at = now()
        run.save(update_fields=["status", "report", "edition_at", "ended_at"])
        _enter(run, by=work.by)


def _enter(run: ImportRun, *, by: Viewer) -> None:
    """Write into the ledger what became of the run."""
    told = Told.from_json(run.report)
    document: dict[str, Json] = {
        "reference": run.reference,
        "list": run.list_name,
        "file_digest": bytes(run.file_digest).hex(),
        "edition_at": run.edition_at.isoformat() if run.edition_at else "",
        "status": run.status,
        "tallies": {kind: asdict(tally) for kind, tally in told.tallies.items()},
        "reasons": [reason.code for reason in told.reasons],
    }
    audit.record(
        audit.EntryDraft(
            action=_ACTIONS[ImportRun.Status(run.status)],
            subject=run.id,
            source=by.reader_id,
            kind="import@1",
            content=canonical_json(document),
        ),
        by=by,
    )


def _opened(given: Path | ListUrl, published: PublishedList) -> IO[bytes]:
    if isinstance(given, ListUrl):
        return fetched(given.text, allowed_hosts=settings.LIAISON.list_hosts)
    return opened_list(given, published.members)


def _copied(file: IO[bytes]) -> IO[bytes]:
    """Return a copy in memory: what is read and what the digest vouches for cannot be changed in between."""
    return opened(cast("BinaryIO", file))  # an open binary file is one


def _digest(file: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.digest()


def _edition_moment(edition: Edition, run: ImportRun, work: _Work) -> datetime:
    """Return when the edition was made; a body's own list without a date is of the moment when it is first read."""
    if not edition.generated_at and not work.published.source:
        return run.started_at
    try:
        moment = datetime.fromisoformat(edition.generated_at)
    except ValueError:
        raise Refused(_no_date()) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now() + timedelta(hours=_FUTURE_HOURS_MAX):
        raise Refused(_from_the_future(moment))
    return moment


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def _busy(published: PublishedList, by: Viewer) -> Finding:
    return Finding(
        code="exchange.busy",
        problem=mark("This list is being imported already, by %(name)s."),
        remedy=mark("Wait until that import has ended, then run yours."),
        field="list",
        values={"name": runner_of(published.name, by)},
    )


def _disk_full(run: ImportRun) -> Finding:
    return Finding(
        code="exchange.disk_full",
        problem=mark("The disk of the database is full; import %(reference)s stopped between two batches."),
        remedy=mark(
            "Nothing is half written. Free some space and run the same command again: it goes on from there."
        ),
        values={"reference": run.reference},
    )


def _not_waiting(run: ImportRun) -> Finding:
    return Finding(
        code="exchange.not_waiting",
        problem=mark("Import %(reference)s does not wait for a second person."),
        remedy=mark("See its report for what became of it."),
        values={"reference": run.reference},
    )


def _two_persons() -> Finding:
    return Finding(
        code="exchange.two_persons",
        problem=mark("You ran this import yourself."),
        remedy=mark("Ask another list operator to look at it and approve it."),
        source="policy: two_persons",
    )


def _no_key() -> Finding:
    return Finding(
        code="exchange.no_key",
        problem=mark("The entry has no key of its own, by which the next edition finds it."),
        remedy=mark("Give each entry the key that its source's system uses."),
        field="foreign_key",
    )


def _no_date() -> Finding:
    return Finding(
        code="exchange.no_date",
        problem=mark("The list does not say when it was made, so that nobody can tell whether it is the newest."),
        remedy=mark("Get it again from its publisher."),
        field="file",
    )


def _from_the_future(moment: datetime) -> Finding:
    return Finding(
        code="exchange.future_edition",
        problem=mark("The list says that it was made on %(day)s, which has not come yet."),
        remedy=mark("Check the clock of this installation with “liaison doctor”, or get the list again."),
        field="file",
        values={"day": moment.date().isoformat()},
    )
