"""Entries and their sealed content: who may write and read them, in which transaction, in which order."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from liaison.apps.audit import public as audit
from liaison.apps.audit.entries import SINGLY_MAX
from liaison.refusal import Refused
from liaison.rows.public import new_id, viewing
from tests.apps.audit.world import a_draft, a_viewer, an_entry, an_overseer, name_of, numbered, tamper


class TestGivenAnEntryOfABureau:
    def test_when_its_own_bureau_reads_then_content_and_history_are_there(self, committed_db):
        viewer = a_viewer()

        entry, subject = an_entry(viewer)

        with viewing(viewer):
            assert name_of(audit.contents([entry])[entry]) == "Elsa Quendrix"
            assert audit.latest_content([subject])[subject][0] == entry
            (card,) = audit.history(subject)
        assert (card.entry_id, card.seq, card.action, card.has_content) == (entry, None, "records.entered", True)
        assert (card.actor, card.source) == (viewer.user_id, viewer.reader_id)

    def test_when_another_bureau_reads_then_it_seems_not_to_exist(self, committed_db):
        entry, subject = an_entry(a_viewer("QM"))

        with viewing(a_viewer("QN")):
            assert audit.contents([entry]) == {}
            assert audit.latest_content([subject]) == {}
            assert audit.history(subject) == []

    def test_when_oversight_reads_then_it_sees_it(self, committed_db):
        entry, _ = an_entry(a_viewer("QM"))

        with viewing(an_overseer()):
            assert audit.contents([entry]).keys() == {entry}

    def test_when_it_is_numbered_then_its_history_says_so(self, committed_db):
        viewer = a_viewer()
        _, subject = an_entry(viewer)

        numbered()

        with viewing(viewer):
            assert [card.seq for card in audit.history(subject)] == [1]

    def test_when_its_transaction_is_rolled_back_then_nothing_is_left(self, committed_db):
        viewer = a_viewer()
        draft = a_draft(viewer)

        with pytest.raises(ZeroDivisionError), viewing(viewer):
            audit.record(draft, by=viewer)
            raise ZeroDivisionError

        with viewing(viewer):
            assert audit.history(draft.subject) == []

    def test_when_somebody_signs_with_another_name_then_the_database_refuses(self, committed_db):
        viewer, other = a_viewer(), a_viewer()

        with pytest.raises(ProgrammingError, match="row-level security"), viewing(viewer):
            audit.record(a_draft(viewer), by=other)

    def test_when_a_bit_of_its_content_was_changed_then_it_is_not_shown(self, committed_db):
        viewer = a_viewer()
        entry, _ = an_entry(viewer)
        tamper(committed_db, "update audit_content set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)")

        with pytest.raises(Refused, match="changed outside"), viewing(viewer):
            audit.contents([entry])


class TestGivenNoViewer:
    def test_when_an_entry_is_written_then_the_database_refuses(self, committed_db):
        viewer = a_viewer()

        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            audit.record(a_draft(viewer), by=viewer)

    def test_when_an_entry_is_written_outside_a_transaction_then_it_is_a_bug(self, committed_db):
        viewer = a_viewer()

        with pytest.raises(AssertionError, match="belongs to the transaction"):
            audit.record(a_draft(viewer), by=viewer)

    @pytest.mark.parametrize("verb", ["update audit_entry set action = ''", "delete from audit_entry"])
    def test_when_the_doors_try_to_change_the_ledger_then_they_lack_the_right(self, committed_db, verb):
        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(verb)


class TestGivenManyDrafts:
    @pytest.mark.parametrize("count", [1, SINGLY_MAX, SINGLY_MAX + 1, 3000])
    def test_when_recorded_at_once_then_ids_and_order_are_those_given(self, committed_db, count):
        viewer = a_viewer()
        drafts = [a_draft(viewer, name=f"N{number}") for number in range(count)]

        with viewing(viewer):
            entries = audit.record_many(drafts, by=viewer)
            contents = audit.contents(entries)
        numbered()

        assert [name_of(contents[entry]) for entry in entries] == [f"N{number}" for number in range(count)]
        read = audit.Cursor("test").read(count + 1)
        assert [(one.seq, one.entry_id) for one in read] == list(enumerate(entries, start=1))

    def test_when_one_subject_changes_in_them_then_the_last_is_the_latest(self, committed_db):
        viewer, subject = a_viewer(), new_id()
        drafts = [a_draft(viewer, subject=subject, name=f"N{number}") for number in range(40)]

        with viewing(viewer):
            audit.record_many(drafts, by=viewer)
            latest = audit.latest_content([subject])

        assert name_of(latest[subject][1]) == "N39"

    def test_when_there_are_none_then_nothing_happens(self, committed_db):
        viewer = a_viewer()

        with viewing(viewer):
            assert audit.record_many([], by=viewer) == []
