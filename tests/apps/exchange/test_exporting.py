"""Copies that leave: what a viewer may see and no more, the look first, and nothing that runs in a spreadsheet."""

import csv
import io
import json

import pytest
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.exchange import exporting
from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.refusal import NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.rules.policy_values import policy_value
from liaison.viewer import Level, Viewer
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "\r=1")


def copied(viewer: Viewer, kind: str = "persons", *, format: str = "csv", own: bool = False) -> bytes:
    return b"".join(exporting.export(kind, format=format, viewer=viewer, own=own).pieces)


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of a table by column."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def keys(data: bytes) -> list[str]:
    return list(dict.fromkeys(row["foreign_key"] for row in table(data)))


def looks(reference: str, owner: Viewer) -> list[audit.LookCard]:
    """The exports of a record, as its source sees them."""
    seen = audit.looks_at(records.record(reference, owner).id, owner, 50)
    return [look for look in seen if look.kind == audit.LookKind.EXPORT]


class TestGivenRecordsOfSeveralBodies:
    @pytest.mark.parametrize("format_", exporting.Format)
    def test_a_copy_holds_what_its_viewer_may_see_and_no_more(self, format_):
        owner, reader = a_viewer("QM", level=Level.CONFIDENTIAL), a_viewer("QN")
        shown = a_record(owner, fields=a_person("Shown Everybody"))
        hidden = a_record(owner, fields=a_person("Hidden Elsewhere"), audience="all -QN")
        secret = a_record(owner, fields=a_person("Hidden Higher"), level=Level.CONFIDENTIAL)

        theirs, ours = copied(reader, format=format_), copied(owner, format=format_)

        assert b"Shown Everybody" in theirs
        assert b"Hidden" not in theirs
        assert b"Shown Everybody" in ours
        assert ours.count(b"Hidden Elsewhere") == ours.count(b"Hidden Higher") > 0
        assert not looks(hidden, owner)[1:]
        assert not looks(secret, owner)[1:]
        assert len(looks(shown, owner)) == 2

    def test_own_holds_only_what_the_viewers_body_answers_for(self):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        a_record(owner)
        own = a_record(reader)

        assert keys(copied(reader, own=True)) == [own]
        assert len(keys(copied(reader))) == 2

    def test_a_sources_own_key_is_given_to_the_source_alone(self):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        reference = a_record(owner, foreign_key="QM-CASE-77")

        assert keys(copied(owner)) == ["QM-CASE-77"]
        assert keys(copied(reader)) == [reference]
        for format_ in exporting.Format:
            assert b"QM-CASE-77" not in copied(reader, format=format_)

    def test_only_what_is_in_force_is_copied(self):
        owner = a_viewer("QM")
        kept, ended, last_day, withdrawn = (a_record(owner) for _ in range(4))
        records.withdraw(withdrawn, reason="found", by=owner)
        with viewing(owner), connection.cursor() as cursor:
            cursor.execute(
                "update records_record set expires_on = liaison_now()::date - 1 where reference = %s", [ended]
            )
            cursor.execute(
                "update records_record set expires_on = liaison_now()::date where reference = %s", [last_day]
            )

        assert keys(copied(owner)) == [kept, last_day]

    def test_an_empty_database_is_a_table_with_its_columns_and_no_look(self):
        assert table(copied(a_viewer("QM"), "vessels")) == []
        assert copied(a_viewer("QM"), "vessels").startswith(b"\xef\xbb\xbfforeign_key,")
        assert json.loads(copied(a_viewer("QM"), "vessels", format="stix"))["type"] == "bundle"


class TestGivenALook:
    def test_it_is_written_before_the_bytes_page_by_page(self, monkeypatch):
        monkeypatch.setattr("liaison.apps.records.queries.COPIED_AT_ONCE", 2)
        owner, reader = a_viewer("QM"), a_viewer("QN")
        references = [a_record(owner) for _ in range(5)]

        given = exporting.export("persons", format="csv", viewer=reader)
        seen = []
        for piece in given.pieces:
            seen += [reference for reference in references if reference.encode() in piece]
            assert all(len(looks(reference, owner)) == 1 for reference in seen)
            if len(seen) == 3:
                break

        assert seen == references[:3]
        assert [len(looks(reference, owner)) for reference in references] == [1, 1, 1, 1, 0]
        assert {(look.reader, look.purpose) for look in looks(references[0], owner)} == {
            (reader.reader_id, reader.purpose.value)
        }

    def test_when_it_cannot_be_written_then_nothing_leaves(self, monkeypatch):
        owner = a_viewer("QM")
        a_record(owner)
        monkeypatch.setattr("liaison.apps.audit.events.QUEUED_MAX", 0)
        monkeypatch.setattr("liaison.apps.audit.events.connect", _no_connection)
        audit.stop_event_writer()

        with pytest.raises(audit.EventsUnavailable):
            exporting.export("persons", format="csv", viewer=owner)

        audit.stop_event_writer()


def _no_connection(*_: object, **__: object) -> None:
    raise ConnectionError("the cable is cut")


class TestGivenATable:
    @pytest.mark.parametrize("formula", FORMULAS)
    def test_no_cell_begins_like_a_formula(self, formula):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person(f"{formula} Voss", remarks=f"{formula} cmd|calc"), foreign_key=f"{formula}7")

        cells = [cell for row in csv.reader(io.StringIO(copied(owner).decode("utf-8-sig"))) for cell in row]

        assert any("Voss" in cell for cell in cells)
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]

    def test_when_it_is_imported_again_then_nothing_changes(self, tmp_path):
        owner = a_viewer("QM", Role.BUREAU_OFFICER)
        for number, name in enumerate(("=1+1 Voss", "王小明", "محمد يوسف", 'O\'Neil, "Q"')):
            more = {"nationalities": ["QM", "QN"], "languages": ["deu"], "remarks": "-first\nsecond"}
            a_record(owner, fields=a_person(name, **more), foreign_key=f"-QM/{number}")
        path = tmp_path / "persons.csv"
        path.write_bytes(copied(owner, own=True))

        report = exchange.import_list("csv-persons", path, by=owner)

        assert report.status == "done"
        assert report.tallies["persons"] == exchange.Tally(read=4, unchanged=4)

    def test_what_it_loses_is_told_at_its_end(self):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix", remarks="two"))

        given = exporting.export("persons", format="ftm", viewer=owner)
        assert not given.losses.carried
        assert b"Quendrix" in b"".join(given.pieces)

        assert given.count == 1
        assert given.losses.carried["persons.birth_dates"] == 1

    @pytest.mark.parametrize("kind", all_databases())
    def test_the_template_of_every_database_names_its_columns(self, kind):
        assert exporting.template(kind).startswith(b"\xef\xbb\xbfforeign_key,")
        assert exporting.template(kind, separator=";").startswith(b"\xef\xbb\xbfforeign_key;")


class TestGivenABound:
    @pytest.mark.parametrize(("most", "is_given"), [(2, False), (3, True)])
    def test_more_than_the_policy_allows_is_refused_before_anything_leaves(self, monkeypatch, most, is_given):
        owner = a_viewer("QM")
        references = [a_record(owner, kind="travel_documents", fields=a_document(f"QM447120{n}")) for n in range(3)]
        monkeypatch.setattr("liaison.apps.policies.public.value", {exporting.EXPORT_MAX: most}.__getitem__)

        if is_given:
            assert keys(copied(owner, "travel_documents")) == references
            return
        with pytest.raises(Refused) as refused:
            exporting.export("travel_documents", format="csv", viewer=owner)
        assert refused.value.code == "export.too_many"
        assert not any(looks(reference, owner) for reference in references)

    def test_its_value_is_declared(self):
        declared = policy_value(exporting.EXPORT_MAX)
        assert (declared.default, declared.smallest, declared.largest) == (10_000, 1, 1_000_000)


class TestGivenAViewerWithoutTheRight:
    def test_nothing_is_exported(self):
        with pytest.raises(NotAllowed):
            exporting.export("persons", format="csv", viewer=a_viewer("XS", Role.POLICY_OFFICER))

    @pytest.mark.parametrize(
        ("kind", "format_", "code"), [("ghosts", "csv", "export.no_database"), ("persons", "pdf", "export.no_format")]
    )
    def test_what_there_is_not_is_refused(self, kind, format_, code):
        with pytest.raises(Refused) as refused:
            exporting.export(kind, format=format_, viewer=a_viewer("QM"))
        assert refused.value.code == code
