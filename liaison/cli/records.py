"""`liaison records`: bring a list into the databases, approve an import, read its report, copy a database."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from liaison.cli.session import add_verb, signed_in
from liaison.databases import all_databases
from liaison.refusal import Finding, Refused, mark

if TYPE_CHECKING:
    from liaison.apps.exchange.public import ImportReport, RowFinding

DEMO_OPERATOR = "xs.lists"
DEMO_SECOND_OPERATOR = "xs.lists2"
FINDINGS_SHOWN_MAX = 50
BAR_WIDTH = 30
NICENESS = 10
COLLECTED_AT = (100_000, 20, 20)
"""Python looks for cycles among new objects when there are so many: millions of rows hold none."""
LISTS = ("un-sc", "ofac-sdn", "ftm", "stix", "misp", *(f"csv-{kind.replace('_', '-')}" for kind in all_databases()))
"""What there is to import; `exchange.LISTS` says how, and a test holds the two together."""
FORMATS = ("csv", "ftm", "stix", "misp")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DEMO_BUREAU = "qm.officer"
FILE_MODE = 0o600
EXAMPLE = """examples, in a demo home:
  liaison records import un-sc consolidated.xml
  liaison records import un-sc consolidated-newer.xml --apply
  liaison records approve-import IM-2026-7K4M2P-C --as xs.lists2
  liaison records imports
  liaison records template vehicles
  liaison records export vehicles --out vehicles.csv --as qm.officer
"""
SAID: Mapping[str, str] = {
    "reading": "is being read",
    "shown": "NOT DONE: this is what it would do. Run it again with --apply to act.",
    "waiting": "NOT DONE: it waits for a second person.",
    "approved": "approved by a second person. Run it again with --apply to act.",
    "under_way": "under way, or it was interrupted. Run it again: it goes on from there.",
    "done": "done",
    "refused": "refused: nothing was written",
    "stopped": "interrupted. Run it again: it goes on from there.",
}


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "records",
        help="bring published lists into the databases",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    bring = add_verb(
        verbs, "import", "read a list and enter, change and withdraw records", import_list, example=EXAMPLE
    )
    bring.add_argument("list", help=f"which list: {', '.join(LISTS)}")
    bring.add_argument("file", type=Path, nargs="?", help="the list as its publisher offers it, plain or .gz")
    bring.add_argument("--url", help="fetch it from a host that LIAISON_LIST_HOSTS allows, instead of a file")
    bring.add_argument("--apply", action="store_true", help="act, where the import would change or withdraw records")
    bring.add_argument(
        "--whole", action="store_true", help="the file names all that there is: withdraw what it does not name"
    )
    approve = add_verb(
        verbs,
        "approve-import",
        "let an import act that one person may not run alone",
        approve_import,
        example=EXAMPLE,
    )
    approve.add_argument("reference", help="the import's reference, like IM-2026-7K4M2P-C")
    show = add_verb(verbs, "show-import", "print the report of one import", show_import, example=EXAMPLE)
    show.add_argument("reference", help="the import's reference")
    add_verb(verbs, "imports", "list the newest imports", list_imports, example=EXAMPLE)
    export = add_verb(
        verbs, "export", "take a copy of a database, as you may see it", export_database, example=EXAMPLE
    )
    export.add_argument("database", help="which database, like travel_documents")
    export.add_argument("--format", choices=FORMATS, default="csv", help="in what (default: csv)")
    export.add_argument("--own", action="store_true", help="only the records that your own body answers for")
    export.add_argument("--out", type=Path, help="the file to write; without it the copy goes to the output")
    empty = add_verb(verbs, "template", "print the empty table of a database", print_template, example=EXAMPLE)
    empty.add_argument("database", help="which database, like travel_documents")
    for verb in (export, empty):
        verb.add_argument("--separator", choices=SEPARATORS, default="comma", help="between the cells of a table")


def import_list(arguments: argparse.Namespace) -> int:
    """Import a list and print the report; return 1 where a second person is needed."""
    if (arguments.file is None) == (arguments.url is None):
        raise Refused(_one_of_both())
    viewer = signed_in(arguments, demo_default=DEMO_OPERATOR)
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415 - Django is set up only now

    give_way()
    bar = ProgressBar(sys.stderr)
    try:
        report = exchange.import_list(
            arguments.list,
            arguments.file or exchange.ListUrl(arguments.url),
            by=viewer,
            apply=arguments.apply,
            whole=arguments.whole,
            progress=bar.show,
        )
    finally:
        bar.end()
    _print(report, arguments)
    return 1 if report.status == "waiting" else 0


def approve_import(arguments: argparse.Namespace) -> int:
    """Approve a waiting import and print its report."""
    viewer = signed_in(arguments, demo_default=DEMO_SECOND_OPERATOR)
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415

    _print(exchange.approve_import(arguments.reference, by=viewer), arguments)
    return 0


def show_import(arguments: argparse.Namespace) -> int:
    """Print the report of one import."""
    viewer = signed_in(arguments, demo_default=DEMO_OPERATOR)
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415

    _print(exchange.import_report(arguments.reference, viewer), arguments)
    return 0


def list_imports(arguments: argparse.Namespace) -> int:
    """Print one line for each of the newest imports."""
    viewer = signed_in(arguments, demo_default=DEMO_OPERATOR)
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415

    reports = exchange.import_reports(viewer).reports
    if arguments.json:
        print(json.dumps([as_json(report) for report in reports], ensure_ascii=False, indent=2))
        return 0
    for report in reports:
        entries = sum(tally.read for tally in report.tallies.values())
        when = f"{report.started_at:%d %b %Y %H:%M}"
        print(f"{report.reference}  {when}  {report.list_name}  {entries} entries  {report.status}")
    return 0


def export_database(arguments: argparse.Namespace) -> int:
    """Write a copy of a database, and what it lost to the error output, or with --json to the output."""
    viewer = signed_in(arguments, demo_default=DEMO_BUREAU)
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415

    if arguments.json and arguments.out is None:
        raise Refused(_no_room_for_json())
    made = exchange.export(
        arguments.database,
        format=arguments.format,
        viewer=viewer,
        own=arguments.own,
        separator=SEPARATORS[arguments.separator],
    )
    if arguments.out is None:
        for piece in made.pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    else:
        write_whole(arguments.out, made.pieces)
    lost = dict(sorted(made.losses.lost.items()))
    if arguments.json:
        told = {"records": made.count, "left_out": made.left_out, "lost": lost}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    print(f"{made.count} records of {made.kind}", file=sys.stderr)
    if made.left_out:
        print(f"  left out by their handling conditions: {made.left_out} records", file=sys.stderr)
    for path, count in lost.items():
        print(f"  lost of {path}: {count} records", file=sys.stderr)
    if not lost:
        print("  nothing is lost", file=sys.stderr)
    return 0


def print_template(arguments: argparse.Namespace) -> int:
    """Print the empty table of a database."""
    from liaison.cli.setup import set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    set_up_django()
    from liaison.apps.exchange import public as exchange  # noqa: PLC0415

    content = exchange.template(arguments.database, separator=SEPARATORS[arguments.separator])
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
    return 0


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as failure:
        raise Refused(_not_written(path, failure)) from failure
    finally:
        beside.unlink(missing_ok=True)


def give_way() -> None:
    """Let every other process go before this one and the readers that it starts; waste no time of our own."""
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


class ProgressBar:
    """One line that fills up on a terminal; one line a step elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._step = ""
        self._lives = stream.isatty()

    def show(self, step: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if not self._lives:
            if step != self._step:
                self._stream.write(f"{step} ...\n")
            self._step = step
            return
        if self._step not in ("", step):
            self._stream.write("\n")
        self._step = step
        share = min(1.0, done / total) if total else 1.0
        bar = ("#" * round(share * BAR_WIDTH)).ljust(BAR_WIDTH, ".")
        self._stream.write(f"\r{step:<12} [{bar}] {share:4.0%}")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._lives and self._step:
            self._stream.write("\n")


def as_json(report: "ImportReport") -> dict[str, object]:
    """Return a report for programs."""
    return {
        "reference": report.reference,
        "list": report.list_name,
        "source": report.source_code,
        "status": report.status,
        "file": report.file_name,
        "edition_at": report.edition_at.isoformat() if report.edition_at else None,
        "complete": report.complete,
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat() if report.ended_at else None,
        "run_by": report.run_by_name,
        "approved_by": report.approved_by_name,
        "counts": {kind: _counts(tally) for kind, tally in report.tallies.items()},
        "not_kept": dict(report.unkept),
        "findings": [_row_json(found) for found in report.findings],
        "findings_not_shown": report.findings_not_shown,
        "reasons": [_finding_json(reason) for reason in report.reasons],
    }


def as_text(report: "ImportReport") -> str:
    """Return a report for people."""
    day = f"{report.edition_at:%d %b %Y}" if report.edition_at else "unknown"
    lines = [
        f"{report.list_label}, edition of {day}",
        f"Import {report.reference}: {SAID[report.status]}",
        "",
        f"{'':<16}{'in list':>8}{'entered':>9}{'changed':>9}{'withdrawn':>11}{'unchanged':>11}{'refused':>9}",
    ]
    lines += [
        f"{kind:<16}{tally.read:>8}{tally.entered:>9}{tally.changed:>9}"
        f"{tally.withdrawn:>11}{tally.unchanged:>11}{tally.refused:>9}"
        for kind, tally in report.tallies.items()
    ]
    if report.status == "done" and not report.changes_anything:
        lines += ["", "No change: the records are as the list says."]
    lines += ["", *_unkept_lines(report), "", *_finding_lines(report), ""]
    lines += [f"! {reason}" + (f" ({reason.source})" if reason.source else "") for reason in report.reasons]
    if report.status == "waiting":
        lines.append(f"A second list operator runs: liaison records approve-import {report.reference}")
    return "\n".join(line for number, line in enumerate(lines) if line or lines[number - 1]).rstrip()


def _one_of_both() -> Finding:
    return Finding(
        code="records.file_or_url",
        problem=mark("A list is imported from a file or by --url, one of both."),
        remedy=mark("Give the path of the file, or --url and the address."),
        field="file",
    )


def _no_room_for_json() -> Finding:
    return Finding(
        code="records.out_and_json",
        problem=mark("The copy and the report of it would come out of the same place."),
        remedy=mark("Name the file for the copy with --out."),
        field="out",
    )


def _not_written(path: Path, failure: OSError) -> Finding:
    return Finding(
        code="records.not_written",
        problem=mark("“%(name)s” could not be written: %(reason)s."),
        remedy=mark("Check the folder, its rights and the room on the disk."),
        field="out",
        values={"name": path.name, "reason": failure.strerror or type(failure).__name__},
    )


def _print(report: "ImportReport", arguments: argparse.Namespace) -> None:
    print(json.dumps(as_json(report), ensure_ascii=False, indent=2) if arguments.json else as_text(report))


def _unkept_lines(report: "ImportReport") -> list[str]:
    if not report.unkept:
        return ["Every field of the list is kept."] if report.tallies else []
    longest = max(len(name) for name in report.unkept)
    named = [f"  {name:<{longest}}  {count:>7}" for name, count in report.unkept.items()]
    return ["Fields of the list that are not kept, and how often they occur:", *named]


def _finding_lines(report: "ImportReport") -> list[str]:
    if not report.findings:
        return []
    shown = report.findings[:FINDINGS_SHOWN_MAX]
    hidden = len(report.findings) - len(shown) + report.findings_not_shown
    lines = [
        f"  line {found.line}, {found.listing or 'no reference'}, {found.finding.field}"
        f"{' (LEFT OUT)' if found.refused else ''}: {found.finding}"
        for found in shown
    ]
    more = [f"  ... and {hidden} more; see them all with: liaison records show-import --json"] if hidden else []
    return ["Entries that somebody should look at:", *lines, *more]


def _counts(tally: object) -> dict[str, int]:
    return {
        name: getattr(tally, name) for name in ("read", "entered", "changed", "withdrawn", "unchanged", "refused")
    }


def _row_json(found: "RowFinding") -> dict[str, object]:
    return {
        "line": found.line,
        "listing": found.listing,
        "left_out": found.refused,
        **_finding_json(found.finding),
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "said": str(finding),
        "field": finding.field,
        "source": finding.source,
    }
