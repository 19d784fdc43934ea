"""What each stage of an import costs a record, on one core and alone. See README.md beside this file.

python -m benchmarks.import.stages [--records 20000] [--signed]
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import argparse
import importlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import homes

run = importlib.import_module("benchmarks.import.run")
RECORDS = 20_000
_Result = TypeVar("_Result")


def main() -> None:
    """Measure each stage in microseconds of processor a record, and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--signed", action="store_true", help="let the bureau have a key, and its agent sign")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        homes.start(home)
        try:
            print(json.dumps(Stages(asked.records, home, signed=asked.signed).measure(Path(folder)), indent=2))
        finally:
            homes.stop(home)


class Stages:
    """Times one stage after the other over the same records; the database's own time is counted with its stage."""

    def __init__(self, count: int, home: Path, *, signed: bool) -> None:
        self._count, self._signed = count, signed
        self._postmaster = run._postmaster(home)
        self._taken: dict[str, dict[str, float]] = {}

    def measure(self, folder: Path) -> dict[str, Any]:
        """Return microseconds of this process and of the database for a record, by stage."""
        from liaison.apps.audit.installation import connect
        from liaison.apps.exchange.plans import Checked, Comparison
        from liaison.apps.exchange.shelves import BATCH_ROWS, Shelf
        from liaison.apps.index.documents import index_document
        from liaison.apps.members import public as members
        from liaison.apps.records import public as records
        from liaison.files import jail, jailed
        from liaison.formats import ftm
        from liaison.formats.rows import Edition, as_mapping, from_mapping
        from liaison.matching import combine, segment_of
        from liaison.viewer import Purpose

        run._a_token(members, Purpose.IDENTIFY)
        viewer = members.viewer_by_name("qm.importer", Purpose.IDENTIFY)
        assert viewer is not None, "made above"
        held = ExitStack()
        if self._signed:
            held.enter_context(_signing(members, viewer.reader_code, folder))
        path = folder / "entities.ftm.json"
        run.write_list(path, self._count, prefix="qm")
        with path.open("rb") as file:
            items = self._timed("read (in the jail)", lambda: list(ftm.parse(file)))
        lines = self._timed(
            "put into lines (in the jail)", lambda: [jailed._line.encode(as_mapping(one)) for one in items]
        )
        rows = self._timed("read the lines", lambda: [from_mapping(jail._line.decode(line)) for line in lines])
        rows = [row for row in rows if not isinstance(row, Edition)]
        drafts = [records.Draft(row.kind, row.fields, foreign_key=row.foreign_key) for row in rows]
        prepared = self._timed(
            "check and bring in normal form", lambda: [records.prepare(one, by=viewer) for one in drafts]
        )
        checked = [Checked(row, one) for row, one in zip(rows, prepared, strict=True)]
        comparison = Comparison(sorted({row.kind for row in rows}))

        def compare() -> None:
            for block in _blocks(checked, BATCH_ROWS):
                for kind in comparison._counts:
                    keys = [row.foreign_key for row, _ in block if row.kind == kind]
                    records.cards_by_key(kind, viewer.reader_id, keys, viewer=viewer)
                comparison.compare(block, {})

        self._timed("compare with what is there", compare)
        with closing(Shelf(records.Prepared)) as shelf:

            def put_aside() -> list[Any]:
                shelf.extend(prepared)
                return list(shelf.batches())

            batches = self._timed("put aside and take back", put_aside)

        def write() -> None:
            for batch in batches:
                records.enter_prepared(batch, by=viewer)

        self._timed("seal and write", write)
        held.close()
        sequencer = importlib.import_module("liaison.apps.audit.sequencer")
        with connect("system", application="stages") as connection:

            def number() -> None:
                while sequencer.number_pending(connection)[0]:
                    pass

            self._timed("number and hash", number)
        snapshots = self._timed("open for the index", lambda: list(_snapshots(records)))
        documents = self._timed("make search documents", lambda: [index_document(one) for one in snapshots])
        segments = self._timed(
            "make segments", lambda: [segment_of(block) for block in _blocks(documents, self._count // 4)]
        )
        import numpy as np

        self._timed(
            "join four segments, once", lambda: combine([(one, np.ones(len(one), dtype=bool)) for one in segments])
        )
        total = {who: round(sum(stage[who] for stage in self._taken.values()), 1) for who in ("python", "database")}
        return {"records": self._count, "us_per_record": self._taken, "total": total}

    def _timed(self, stage: str, work: Callable[[], _Result]) -> _Result:
        before, database = time.process_time(), run._cpu(self._postmaster)
        result = work()
        spent = time.process_time() - before
        self._taken[stage] = {
            "python": round(spent / self._count * 1e6, 1),
            "database": round((run._cpu(self._postmaster) - database) / self._count * 1e6, 1),
        }
        return result


@contextmanager
def _signing(members: Any, code: str, folder: Path) -> Iterator[None]:
    """Enrol a key by two people and let an agent of another process answer, so that its time is not counted here."""
    import os
    import signal

    from liaison.agent.book import Book
    from liaison.agent.desk import Desk
    from liaison.agent.keys import PrivateKeys
    from liaison.agent.server import AgentServer
    from liaison.apps.signatures import public as signatures
    from liaison.viewer import Purpose

    keys = PrivateKeys.drawn(code)
    system, viewers = members.system_viewer(), []
    for name in ("qm.key1", "qm.key2"):
        members.add_user(
            sign_in_name=name, display_name=name, reader=code, role=members.Role.BUREAU_ADMINISTRATOR,
            password="an invented sentence", by=system,
        )  # fmt: skip
        viewers.append(members.viewer_by_name(name, Purpose.IDENTIFY))
    paper = keys.enrolment(need=2, of=3).to_text()
    members.decide(members.propose_key(paper, reason="To measure.", by=viewers[0]), approve=True, by=viewers[1])
    path = signatures.socket_of(code)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    (folder / "book").mkdir(mode=0o700)
    server = AgentServer(path, Desk([keys], Book(folder / "book")))
    child = os.fork()
    if child == 0:
        server.serve_forever()
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        server.server_close()


def _blocks(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _snapshots(records: Any) -> Iterator[Any]:
    after = None
    while page := records.snapshots_after(after, 5_000):
        yield from page
        after = page[-1].record_id


if __name__ == "__main__":
    import gc

    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # as the import, the reader and the builder have it
    main()
