"""An invented list on disk, list operators, and what the tables hold of it."""

from pathlib import Path

from liaison.apps.exchange import public as exchange
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.viewer import Viewer
from tests.factories.members import a_viewer
from tests.formats.lists import a_list, an_individual

OLD, NEW = "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"


def an_operator(name: str = "") -> Viewer:
    """A list operator of the secretariat."""
    return a_viewer("XS", members.Role.LIST_OPERATOR, name=name)


def people(count: int, *, first: int = 1) -> list[str]:
    """So many entries of people, with keys that count from `first`."""
    return [an_individual(number, f"DILARA VOSS {number}") for number in range(first, first + count)]


def a_file(folder: Path, *entries: str, generated_at: str = OLD, cut: bool = False, name: str = "list.xml") -> Path:
    """A list file; `cut` takes its end away."""
    data = a_list(*entries, generated_at=generated_at)
    path = folder / name
    path.write_bytes(data[: data.index(b"</INDIVIDUALS>")] if cut else data)
    return path


def imported(path: Path, *, by: Viewer, **more: object) -> exchange.ImportReport:
    """Run the import."""
    return exchange.import_list("un-sc", path, by=by, **more)


def tally(report: exchange.ImportReport, kind: str = "persons") -> exchange.Tally:
    """The counts of one kind."""
    return report.tallies[kind]


def held(by: Viewer) -> dict[str, tuple[str, dict]]:
    """What the tables hold of the list: status and fields by the list's own key."""
    source = members.reader_by_code("UN").id
    return {
        key: (card.status, dict(card.fields))
        for kind in ("persons", "organisations")
        for key, card in records.by_foreign_key(kind, source, viewer=by).items()
    }


def active(by: Viewer) -> set[str]:
    """The keys of the active records."""
    return {key for key, (status, _) in held(by).items() if status == "active"}
