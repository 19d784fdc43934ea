"""The pages of the imports: the list of runs, one run's report, and the second person's yes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from liaison.apps.exchange import queries, services
from liaison.apps.exchange.report import ImportReport
from liaison.apps.exchange.wording import WORDINGS
from liaison.databases import all_databases
from liaison.viewer import Right, Viewer
from liaison.web.requests import ViewerRequest, page_number

FINDINGS_SHOWN_MAX = 200


@require_GET
def overview(request: ViewerRequest) -> HttpResponse:
    """Show one page of the imports that the viewer may see."""
    page = queries.import_reports(request.viewer, page=page_number(request))
    rows = [{"report": report, "wording": WORDINGS[report.status], "read": _read(report)} for report in page.reports]
    return render(request, "exchange/list.html", {"page": page, "rows": rows})


@require_GET
def show(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show the report of one import."""
    report = queries.import_report(reference, request.viewer)
    context = {
        "report": report,
        "wording": WORDINGS[report.status],
        "tallies": [(all_databases()[kind].label, tally) for kind, tally in report.tallies.items()],
        "findings": report.findings[:FINDINGS_SHOWN_MAX],
        "findings_hidden": max(0, len(report.findings) - FINDINGS_SHOWN_MAX) + report.findings_not_shown,
        "may_approve": _may_approve(report, request.viewer),
    }
    return render(request, "exchange/report.html", context)


@require_POST
def approve(request: ViewerRequest, reference: str) -> HttpResponse:
    """Approve a waiting import as its second person."""
    services.approve_import(reference, by=request.viewer)
    return redirect("exchange:report", reference)


def _read(report: ImportReport) -> int:
    return sum(tally.read for tally in report.tallies.values())


def _may_approve(report: ImportReport, viewer: Viewer) -> bool:
    waits = report.status == "waiting"
    return waits and viewer.may(Right.APPROVE_IMPORTS) and viewer.user_id != report.run_by
