"""Viewers made by hand, drafts of entries, and a sequencer that one can watch: what the tests of audit begin with."""

import contextlib
import json
import threading
from collections.abc import Iterator
from uuid import UUID

import psycopg

from liaison.apps.audit import public as audit
from liaison.apps.audit import sequencer
from liaison.apps.audit.installation import connect
from liaison.ledger.canonical import canonical_json
from liaison.postgres.server import superuser_conninfo
from liaison.rows.public import new_id, viewing
from liaison.viewer import Purpose, ReaderKind, Right, Viewer
from tests.suite_database import SuiteDatabase

NAME = "Elsa Quendrix"
FORGE_A_BODY = (
    "update audit_entry set body = convert_to(replace(convert_from(body, 'UTF8'), 'enter', 'chang'), 'UTF8')"
)


def a_viewer(code: str = "QM", *rights: Right) -> Viewer:
    """Return a viewer of a bureau that no table knows."""
    return Viewer(
        user_id=new_id(),
        reader_id=new_id(),
        reader_code=code,
        reader_kind=ReaderKind.BUREAU,
        purpose=Purpose.IDENTIFY,
        rights=frozenset(rights or {Right.QUERY, Right.ENTER_RECORDS}),
    )


def an_overseer() -> Viewer:
    """Return a viewer who sees every entry and look."""
    return a_viewer("XC", Right.OVERSEE, Right.AUDIT)


def a_draft(viewer: Viewer, *, subject: UUID | None = None, name: str = NAME, action: str = "records.entered"):
    """Return the draft of an entry with content."""
    return audit.EntryDraft(
        action=action,
        subject=subject or new_id(),
        source=viewer.reader_id,
        kind="persons@1",
        content=canonical_json({"fields": {"names": [{"text": name}]}}),
    )


def an_entry(viewer: Viewer, **more) -> tuple[UUID, UUID]:
    """Record one entry with content and return its id and its subject's."""
    draft = a_draft(viewer, **more)
    with viewing(viewer):
        return audit.record(draft, by=viewer), draft.subject


def name_of(document: bytes) -> str:
    """Return the name in a draft's content."""
    return json.loads(document)["fields"]["names"][0]["text"]


def numbered() -> None:
    """Do once what the sequencer does again and again."""
    with connect("system", application="test sequencer") as connection:
        while sequencer.number_pending(connection)[0]:
            pass


def rooted_and_signed() -> bytes:
    """Root the looks, number everything and sign; return the newest checkpoint."""
    with connect("system", application="test sequencer") as connection:
        while sequencer.number_pending(connection)[0] + sequencer.root_events(connection):
            pass
        sequencer.sign_checkpoint(connection)
        row = connection.execute("select note from audit_checkpoint order by size desc limit 1").fetchone()
    return row[0].encode()


@contextlib.contextmanager
def a_running_sequencer(**policy) -> Iterator[None]:
    """Run the sequencer in a thread."""
    stop = threading.Event()
    thread = threading.Thread(
        target=audit.run_sequencer, args=[stop], kwargs={"policy": audit.SequencerPolicy(**policy)}
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def tamper(database: SuiteDatabase, statement: str) -> None:
    """Do what no role of Liaison can: change the database as the server's superuser, past every policy."""
    with psycopg.connect(
        superuser_conninfo(database.cluster), dbname=database.current, autocommit=True
    ) as connection:
        assert connection.execute(statement).rowcount != 0, "the tampering touched something"


def found(**given) -> set[str]:
    """Return the codes of what verify finds."""
    return {finding.code.removeprefix("verify.") for finding in audit.verify(**given)}
