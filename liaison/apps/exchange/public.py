"""What the roof may use of the imports of lists."""

from liaison.apps.exchange.batch_items import Outcome
from liaison.apps.exchange.batch_queries import BatchesPage, BatchReport, ItemReport, batch_report, batch_reports
from liaison.apps.exchange.batches import take_batch
from liaison.apps.exchange.exporting import EXPORT_MAX, Copy, Export, Format, copy_of, export, template
from liaison.apps.exchange.feeds import Change, FeedPage, Op, changes
from liaison.apps.exchange.fetching import ListUrl
from liaison.apps.exchange.lists import LISTS, PublishedList, list_named
from liaison.apps.exchange.queries import RunsPage, import_report, import_reports
from liaison.apps.exchange.reconciling import ReconciliationReport, Sort, reconcile, reconciliation_report
from liaison.apps.exchange.report import ImportReport, RowFinding, Tally
from liaison.apps.exchange.services import BATCH_ROWS, Progress, approve_import, import_list

__all__ = [
    "BATCH_ROWS",
    "EXPORT_MAX",
    "LISTS",
    "BatchReport",
    "BatchesPage",
    "Change",
    "Copy",
    "Export",
    "FeedPage",
    "Format",
    "ImportReport",
    "ItemReport",
    "ListUrl",
    "Op",
    "Outcome",
    "Progress",
    "PublishedList",
    "ReconciliationReport",
    "RowFinding",
    "RunsPage",
    "Sort",
    "Tally",
    "approve_import",
    "batch_report",
    "batch_reports",
    "changes",
    "copy_of",
    "export",
    "import_list",
    "import_report",
    "import_reports",
    "list_named",
    "reconcile",
    "reconciliation_report",
    "take_batch",
    "template",
]
