"""After an erasure nothing holds the person: no table, index, segment, journal, log line or new dump, not a hash."""

import hashlib
import logging
import subprocess
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.identifiers.documents import confusion_key
from liaison.postgres import Role as DatabaseRole
from liaison.postgres.accounts import server_account
from liaison.postgres.binaries import find_binaries
from liaison.postgres.server import superuser_conninfo
from liaison.refusal import Absent
from tests.factories.index import catch_up, following, until
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record
from tests.factories.screening import a_question

GIVEN, FAMILY, NUMBER = "Zephyrine", "Quillonbray", "QM9938471"
PERSON = a_person(
    f"{GIVEN} {FAMILY}",
    documents=[{"number": NUMBER, "kind": "passport", "country": "QM"}],
    remarks=f"Also written {FAMILY.upper()}, {GIVEN}.",
)


@pytest.fixture
def life(committed_db, caplog):
    """A record that was entered, changed, asked for and looked at; somebody else's stays."""
    caplog.set_level(logging.DEBUG)
    owner, officer = a_viewer("QM"), a_viewer("QN")
    reference = a_record(owner, fields=PERSON, foreign_key="case 1")
    a_record(owner, fields=a_person("Tamsin Orvella"))
    with following():
        records.change(reference, PERSON | {"sex": "U"}, by=owner)
        catch_up()
    index.build()
    with following():
        assert screening.ask(a_question(text=f"{GIVEN} {FAMILY}"), viewer=officer).hits
        assert screening.ask(a_question(text=NUMBER), viewer=officer).hits
        card = records.record(reference, owner)
        audit.look(audit.Look.by(officer, kind="view", shown=[(card.id, card.source_id)]))
        yield owner, reference, card.id
    audit.stop_event_writer()


def test_an_erased_person_is_nowhere(committed_db, life, caplog):
    owner, reference, record_id = life
    written = b"\n".join(_everything(committed_db))
    assert any(trace in written for trace in (b"zephyrine", b"quillonbray")), "the segments held the name before"

    records.erase(reference, reason="commission_decision", by=owner)
    catch_up()
    index.rewrite([record_id])
    until(lambda: not _holds_name(b"\n".join(_segments())))

    everything = b"\n".join([*_everything(committed_db), _dump(committed_db), caplog.text.lower().encode()])
    for trace in _traces():
        assert trace not in everything, trace
    assert b"tamsin" in everything, "what was not erased stays"
    with pytest.raises(Absent):
        records.record(reference, owner)


def _holds_name(text: bytes) -> bool:
    return GIVEN.lower().encode() in text


def _everything(database) -> list[bytes]:
    """Return every byte of the home, and of the database's own files once they are written out."""
    with database.as_role(DatabaseRole.OWNER) as connection:
        (oid,) = connection.execute("select oid from pg_database where datname = current_database()").fetchone()
    with database.superuser() as connection:
        connection.execute("checkpoint")
    with database.superuser() as connection:
        (data,) = connection.execute("show data_directory").fetchone()
    (folder,) = [path for path in Path(data).glob(f"base/{oid}") if path.is_dir()]
    files = [*Path(settings.LIAISON_HOME).rglob("*"), *folder.iterdir()]
    return [path.read_bytes().lower() for path in files if path.is_file()]


def _segments() -> list[bytes]:
    return [path.read_bytes().lower() for path in (Path(settings.LIAISON_HOME) / "index").iterdir() if path.is_file()]


def _dump(database) -> bytes:
    """Return a new dump, made by the server's own program."""
    connections.close_all()
    program = find_binaries(database.wishes.pg_bin, server_account()).folder / "pg_dump"
    target = make_conninfo(superuser_conninfo(database.cluster), dbname=database.current)
    made = subprocess.run([program, "--inserts", target], capture_output=True, check=True, timeout=120)
    return made.stdout.lower()


def _traces() -> list[bytes]:
    """Return the name in several spellings and scripts of bytes, its parts, the number, and hashes of all of them."""
    whole = f"{GIVEN} {FAMILY}"
    said = [whole, f"{FAMILY} {GIVEN}", GIVEN, FAMILY, NUMBER, confusion_key(NUMBER), f"doc:{NUMBER}"]
    plain = [form for text in said for form in (text, text.lower(), text.upper(), unicodedata.normalize("NFD", text))]
    encoded = [text.encode(form) for text in plain for form in ("utf-8", "utf-16-le", "utf-32-le")]
    hashes = [hashlib.new(kind, text).digest() for text in encoded for kind in ("md5", "sha1", "sha256", "blake2b")]
    return list({trace.lower() for trace in [*encoded, *(h.hex().encode() for h in hashes)]} | set(_raw(hashes)))


def _raw(hashes: list[bytes]) -> list[bytes]:
    """Return raw hashes as the lower-cased files hold them, whole and cut to the 8 and 16 bytes of an index key."""
    return [value[:length].lower() for value in hashes for length in (8, 16, len(value))]
