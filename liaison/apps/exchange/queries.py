"""Which imports there were, what they did, and which one runs now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from liaison.apps.exchange.lists import LISTS
from liaison.apps.exchange.models import ImportRun
from liaison.apps.exchange.report import ImportReport, Told
from liaison.apps.members import public as members
from liaison.refusal import Absent, Finding, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_SIZE = 50
PAGE_MAX = 10_000
_OPEN_TO = frozenset({Right.IMPORT_LISTS, Right.APPROVE_IMPORTS, Right.ENTER_RECORDS, Right.OVERSEE})


@dataclass(frozen=True, slots=True)
class RunsPage:
    """One page of the imports, newest first."""

    reports: tuple[ImportReport, ...]
    number: int
    pages: int
    total: int


def import_report(reference: str, viewer: Viewer) -> ImportReport:
    """Return the report of one import; raise Absent alike when it is hidden and when it does not exist."""
    with viewing(viewer):
        run = ImportRun.objects.filter(reference=reference).first()
    if run is None:
        raise absent(reference)
    return _reports([run], viewer)[0]


def import_reports(viewer: Viewer, *, page: int = 1) -> RunsPage:
    """Return one page of the imports that the viewer may see; raise NotAllowed when they are none of his business."""
    if not viewer.rights & _OPEN_TO:
        viewer.needs(Right.IMPORT_LISTS)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = ImportRun.objects.order_by("-started_at", "-id")
        total = rows.count()
        shown = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return RunsPage(tuple(_reports(shown, viewer)), page, max(1, -(-total // PAGE_SIZE)), total)


def runner_of(list_name: str, viewer: Viewer) -> str:
    """Return the name of who is importing the list now, as far as the viewer may know it."""
    live = (ImportRun.Status.READING, ImportRun.Status.UNDER_WAY)
    with viewing(viewer):
        run = ImportRun.objects.filter(list_name=list_name, status__in=live).order_by("-started_at").first()
    return _reports([run], viewer)[0].run_by_name if run else "?"


def absent(reference: str) -> Absent:
    """Return the one answer for an import that is hidden or was never there."""
    return Absent(
        Finding(
            code="exchange.absent",
            problem=mark("You have no import %(reference)s."),
            remedy=mark("Check the reference in the list of imports."),
            values={"reference": reference[:24]},
        )
    )


def _reports(runs: Sequence[ImportRun], viewer: Viewer) -> list[ImportReport]:
    sources = members.readers([run.source_id for run in runs])
    names = {card.id: card.display_name for card in members.users(viewer)} if runs else {}
    return [_report(run, sources[run.source_id].code, names) for run in runs]


def _report(run: ImportRun, source_code: str, names: Mapping[UUID, str]) -> ImportReport:
    told = Told.from_json(run.report)
    published = LISTS.get(run.list_name)
    return ImportReport(
        id=run.id,
        reference=run.reference,
        list_name=run.list_name,
        list_label=published.label if published else run.list_name,
        source_code=source_code,
        status=run.status,
        file_name=run.file_name,
        edition_at=run.edition_at,
        complete=told.complete,
        started_at=run.started_at,
        ended_at=run.ended_at,
        run_by=run.run_by,
        run_by_name=names.get(run.run_by, ""),
        approved_by=run.approved_by,
        approved_by_name=names.get(run.approved_by, "") if run.approved_by else "",
        tallies=told.tallies,
        unkept=told.unkept,
        findings=told.findings,
        findings_not_shown=told.findings_not_shown,
        reasons=told.reasons,
    )
