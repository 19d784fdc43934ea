"""Entering checked records at once: what is sealed, which references they get, and what a taken one changes."""

import json
from datetime import UTC, date, datetime
from secrets import token_bytes
from uuid import UUID

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.records import entering
from liaison.apps.records import public as records
from liaison.apps.records.documents import DocumentForm, record_document
from liaison.apps.records.entering import Draft, enter_prepared, prepare, prepare_many
from liaison.apps.records.models import Record
from liaison.apps.records.projection import differences
from liaison.identifiers.references import RANDOM_BYTES
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Refused
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from tests.budgets import budget
from tests.factories.members import a_viewer

TAKEN, FREE, ALSO_FREE = bytes(4), b"\1\2\3\4", b"\4\3\2\1"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def a_draft(key: str = "", number: str = "QM1234567") -> Draft:
    """A document of QM, reported stolen."""
    fields = {"number": number, "document_kind": "passport", "country": "QM", "event": "stolen"}
    return Draft("travel_documents", fields, foreign_key=key)


@settings(max_examples=budget(200, 5_000), deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=4), st.text(), st.text(), st.text())
def test_a_filled_form_is_the_canonical_document(fields, key, reference, audience):
    moment = datetime(2026, 2, 1, tzinfo=UTC)
    record = Record(
        kind="persons", declared_version=1, level=2, entered_at=moment, changed_at=moment,
        expires_on=date(2031, 2, 1), version=1,
    )  # fmt: skip
    form = DocumentForm.of(record, source="QM", audience=audience)
    record.foreign_key, record.reference = key, reference

    filled = form.filled(fields=canonical_json(fields), foreign_key=key, reference=reference)

    assert filled == canonical_json(record_document(record, fields, source="QM", audience=audience, reason=""))


class TestGivenCheckedRecords:
    def test_when_they_are_written_then_cards_rows_and_entries_agree(self, committed_db):
        by = a_viewer("QM")
        drafts = [a_draft(f"{n}", f"QM{n:07d}") for n in range(40)]
        drafts[7] = Draft("travel_documents", a_draft().fields, foreign_key='é"\\7', audience="", level=2)

        references = enter_prepared(prepare_many(drafts, by=by), by=by)

        cards = [records.record(reference, by) for reference in references]
        assert [card.foreign_key for card in cards] == [draft.foreign_key for draft in drafts]
        assert [(card.audience, card.level) for card in cards][6:8] == [("all", 1), ("", 2)]
        assert cards[1].fields["number"] == "QM0000001"
        assert list(differences()) == []
        with viewing(by):
            (entry,) = audit.history(cards[0].id)
            sealed = audit.contents([entry.entry_id])[entry.entry_id]
        assert canonical_json(json.loads(sealed)) == sealed

    def test_when_a_key_was_used_then_none_is_written(self, committed_db):
        by = a_viewer("QM")
        enter_prepared([prepare(a_draft("2"), by=by)], by=by)

        with pytest.raises(Refused, match="key of its own already"):
            enter_prepared(prepare_many([a_draft("1"), a_draft("2")], by=by), by=by)

        assert set(records.by_foreign_key("travel_documents", by.reader_id, viewer=by)) == {"2"}

    def test_when_a_drawn_reference_belongs_to_a_hidden_record_then_another_is_drawn(self, committed_db, monkeypatch):
        drawn = iter([TAKEN, TAKEN, FREE, ALSO_FREE])
        of_references = {RANDOM_BYTES: lambda _: next(drawn)}
        monkeypatch.setattr(entering, "draws", lambda: lambda count: of_references.get(count, token_bytes)(count))
        stranger, by = a_viewer("QN"), a_viewer("QM")
        hidden = Draft("travel_documents", {**a_draft().fields, "country": "QN"}, audience="")
        (taken,) = enter_prepared([prepare(hidden, by=stranger)], by=stranger)

        first, second = enter_prepared(prepare_many([a_draft("1"), a_draft("2")], by=by), by=by)

        assert taken not in (first, second)
        assert [records.record(reference, by).foreign_key for reference in (first, second)] == ["1", "2"]


def test_a_record_never_gets_a_second_key(committed_db):
    by, subject = a_viewer("QM"), new_id()
    draft = audit.EntryDraft("records.entered", subject, by.reader_id, content=b"{}", kind="persons@1")
    with viewing(by):
        audit.record(draft, by=by)

    with pytest.raises(IntegrityError), viewing(by):
        audit.record_many([draft], by=by, first=True)

    with viewing(by):
        assert len(audit.history(subject)) == 1


def test_given_ids_are_the_ids_of_the_entries(committed_db):
    by, given_ids = a_viewer("QM"), [UUID(int=number) for number in (5, 3, 4)]
    drafts = [audit.EntryDraft("records.entered", new_id(), by.reader_id, notes={"n": n}) for n in range(3)]

    with viewing(by):
        assert audit.record_many(drafts, by=by, ids=given_ids) == given_ids
        assert [audit.history(draft.subject)[0].entry_id for draft in drafts] == given_ids
