"""Entering, changing, withdrawing and erasing records: who sees them, what they leave, what is refused."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.records.projection import differences
from liaison.postgres import Role as DatabaseRole
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.factories.members import a_partner, a_viewer
from tests.factories.records import a_document, a_person, a_record


def actions(reference, viewer):
    card = records.record(reference, viewer)
    with viewing(viewer):
        return [entry.action for entry in audit.history(card.id)]


@pytest.mark.django_db
class TestGivenARecord:
    @pytest.mark.parametrize(
        ("audience", "sees", "does_not"),
        [
            ("all", ["QM", "QN", "XS"], ["XP-ONE"]),
            ("all -QN", ["QM", "QO"], ["QN"]),
            ("list:QN", ["QM", "QN"], ["QO"]),
            ("", ["QM"], ["QN", "XS"]),
        ],
    )
    def test_its_audience_and_its_source_see_it_and_nobody_else(self, audience, sees, does_not):
        reference = a_record(a_viewer("QM"), audience=audience)
        a_partner("XP-ONE")

        for code in sees:
            assert records.record(reference, a_viewer(code)).fields["sex"] == "F", code
        for code in does_not:
            with pytest.raises(Absent, match="You have no record"):
                records.record(reference, a_viewer(code))

    def test_hidden_and_unknown_are_answered_in_the_same_words(self):
        reference = a_record(a_viewer("QM"), audience="")
        stranger = a_viewer("QN")

        with pytest.raises(Absent) as hidden:
            records.record(reference, stranger)
        with pytest.raises(Absent) as unknown:
            records.record("RP-2026-222222-2", stranger)

        assert str(hidden.value).replace(reference, "") == str(unknown.value).replace("RP-2026-222222-2", "")

    @pytest.mark.parametrize(("vetted", "sees"), [(Level.RESTRICTED, True), (Level.OFFICIAL_USE, False)])
    def test_its_level_holds(self, vetted, sees):
        reference = a_record(a_viewer("QM", level=Level.RESTRICTED), level=Level.RESTRICTED)
        viewer = a_viewer("QN", level=vetted)

        shown = records.listing("persons", viewer).cards
        assert (reference in [card.reference for card in shown]) is sees

    def test_a_hidden_record_leaves_no_trace_in_a_count(self):
        a_record(a_viewer("QM"), audience="")

        stranger = a_viewer("QN")
        assert records.listing("persons", stranger).total == 0
        assert records.counts(stranger)["persons"] == 0

    def test_its_content_and_history_are_closed_with_it(self):
        owner = a_viewer("QM")
        reference = a_record(owner, audience="")
        card = records.record(reference, owner)

        stranger = a_viewer("QN")
        with viewing(stranger):
            assert audit.history(card.id) == []
            assert audit.latest_content([card.id]) == {}

    def test_a_change_is_a_new_version_that_says_what_changed(self):
        owner = a_viewer("QM")
        reference = a_record(owner)

        version = records.change(reference, a_person(birth_dates=["1984-03-21"]), by=owner)

        card = records.record(reference, owner)
        assert (version, card.version) == (2, 2)
        newest, oldest = records.versions(card, owner)
        assert {change.field for change in newest.changes} == {"birth_dates"}
        assert oldest.changes == ()
        assert actions(reference, owner) == ["records.entered", "records.changed"]

    def test_equal_fields_change_nothing(self):
        owner = a_viewer("QM")
        reference = a_record(owner)

        assert records.change(reference, a_person(), by=owner) == 1
        assert actions(reference, owner) == ["records.entered"]

    def test_another_bureau_cannot_change_withdraw_or_erase_it(self):
        reference = a_record(a_viewer("QM"))
        stranger = a_viewer("QN")

        with pytest.raises(Absent):
            records.change(reference, a_person("Somebody Else"), by=stranger)
        with pytest.raises(Absent):
            records.withdraw(reference, reason="not_ours", by=stranger)
        with pytest.raises(Absent):
            records.erase(reference, reason="not_ours", by=stranger)

    def test_sql_injected_as_another_bureau_changes_no_row(self):
        a_record(a_viewer("QM"))

        with viewing(a_viewer("QN")), connection.cursor() as cursor:
            cursor.execute("update records_record set level = 1")
            assert cursor.rowcount == 0

    def test_withdrawn_it_is_gone_for_others_and_its_source_keeps_the_history(self):
        owner = a_viewer("QM")
        reference = a_record(owner)

        records.withdraw(reference, reason="found safe", by=owner)

        with pytest.raises(Absent):
            records.record(reference, a_viewer("QN"))
        card = records.record(reference, owner)
        assert card.status == "withdrawn"
        assert records.versions(card, owner)[0].reason == "found safe"


@pytest.mark.django_db
class TestGivenADraft:
    def test_all_its_faults_are_told_at_once_and_nothing_is_written(self):
        owner = a_viewer("QM")
        bad = a_person(nationalities=["ZZ9"], birth_dates=["1984-13-45"])

        with pytest.raises(Refused) as refusal:
            a_record(owner, fields=bad)

        assert {finding.field.split(".")[0].split("[")[0] for finding in refusal.value.findings} >= {
            "nationalities",
            "birth_dates",
        }
        assert records.counts(owner)["persons"] == 0

    def test_only_the_issuing_country_enters_a_travel_document(self):
        with pytest.raises(Refused) as refusal:
            a_record(a_viewer("QN"), kind="travel_documents", fields=a_document(country="QM"))

        assert refusal.value.code == "records.not_the_issuer"
        assert "RPD" not in refusal.value.findings[0].source
        assert a_record(a_viewer("QM"), kind="travel_documents", fields=a_document(country="QM"))

    def test_a_source_uses_its_own_key_once_and_two_sources_may_use_the_same(self):
        owner = a_viewer("QM")
        a_record(owner, foreign_key="case 7")

        with pytest.raises(Refused) as refusal:
            a_record(owner, foreign_key="case 7")
        assert refusal.value.code == "records.foreign_key_used"
        assert a_record(a_viewer("QN"), foreign_key="case 7")

    @pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (5 * 365, True), (5 * 366 + 2, False)])
    def test_retention_may_be_shorter_and_never_longer_than_the_policy(self, days, taken):
        owner = a_viewer("QM")
        draft = records.Draft(kind="persons", fields=a_person(), expires_on=now().date() + timedelta(days=days))

        if taken:
            assert records.enter(draft, by=owner)
        else:
            with pytest.raises(Refused, match="may be kept"):
                records.enter(draft, by=owner)

    def test_an_officer_at_a_counter_enters_nothing(self):
        with pytest.raises(NotAllowed):
            a_record(a_viewer("QM", Role.FRONTLINE_OFFICER))

    def test_nobody_enters_in_the_name_of_another_bureau(self):
        owner, other = a_viewer("QM"), a_viewer("QN")
        draft = records.Draft(kind="persons", fields=a_person(), source_id=other.reader_id)

        with pytest.raises((DatabaseError, Refused)), transaction.atomic():
            records.enter(draft, by=owner)
        assert records.counts(other)["persons"] == 0


@pytest.mark.django_db
class TestGivenManyDrafts:
    def test_they_are_entered_in_batches_in_order(self):
        owner = a_viewer("QM")
        numbers = [f"QM{number:07d}" for number in range(records.BATCH + 20)]
        drafts = [records.Draft(kind="travel_documents", fields=a_document(number)) for number in numbers]
        seen = []

        references = records.enter_many(drafts, by=owner, progress=lambda done, total: seen.append((done, total)))

        assert len(set(references)) == len(drafts)
        assert seen == [(records.BATCH, len(drafts)), (len(drafts), len(drafts))]
        assert records.record(references[-1], owner).fields["number"] == numbers[-1]

    def test_one_bad_draft_refuses_its_batch(self):
        owner = a_viewer("QM")
        drafts = [records.Draft(kind="persons", fields=fields) for fields in (a_person(), {"names": []})]

        with pytest.raises(Refused):
            records.enter_many(drafts, by=owner)
        assert records.counts(owner)["persons"] == 0

    def test_a_page_of_the_list_shows_fifty_and_the_total(self):
        owner = a_viewer("QM")
        records.enter_many(
            [records.Draft(kind="persons", fields=a_person(f"Person Number {n}")) for n in range(51)], by=owner
        )

        first, last = records.listing("persons", owner), records.listing("persons", owner, page=2)
        assert (len(first.cards), first.total, first.pages) == (50, 51, 2)
        assert len(last.cards) == 1


class TestGivenThousandsOfRecords:
    def test_reading_a_few_looks_at_no_other_row(self, committed_db):
        owner = a_viewer("QM")
        drafts = [records.Draft(kind="travel_documents", fields=a_document(f"QM{n:07d}")) for n in range(3000)]
        references = records.enter_many(drafts, by=owner)
        with committed_db.as_role(DatabaseRole.OWNER) as database:
            for table in ("records_record", "audit_content", "audit_key", "audit_entry"):
                database.execute(f"analyze {table}")

        stranger = a_viewer("QN")
        few = [records.record(reference, owner).id for reference in references[:20]]
        with viewing(stranger), connection.cursor() as cursor:
            cursor.execute(
                "explain select c.sealed from audit_content c join audit_key k on k.subject = c.subject"
                " where c.subject = any(%s::uuid[])",
                [few],
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())

        assert "records_record" in plan
        assert "Seq Scan on records_record" not in plan
        assert "Seq Scan on audit_" not in plan


class TestGivenARowChangedByHand:
    @pytest.mark.parametrize(
        ("statement", "named"),
        [
            ("update records_record set status = 'withdrawn'", "status"),
            ("update records_record set level = 3", "level"),
            ("update records_record set expires_on = expires_on + 1", "expires_on"),
            ("update records_record set reference = 'RP-2026-AAAAAA-A'", "reference"),
        ],
    )
    def test_the_difference_is_found_and_named(self, committed_db, statement, named):
        owner = a_viewer("QM")
        a_record(owner)
        assert list(differences()) == []

        with viewing(owner), connection.cursor() as cursor:
            cursor.execute(statement)

        found = list(differences())
        assert [finding.values["name"] for finding in found] == [named]
        assert found[0].code == "verify.altered_current_row"

    def test_so_is_a_row_under_another_source(self, committed_db):
        a_record(a_viewer("QM"))
        other = a_viewer("QN")

        with committed_db.as_role(DatabaseRole.OWNER) as owner:
            owner.execute("alter table records_record no force row level security")
            owner.execute(
                "insert into records_holding (id, source_id, kind) values (1, %s, 'persons')", [other.reader_id]
            )
            owner.execute("update records_record set source_id = %s, holding_id = 1", [other.reader_id])
            owner.execute("alter table records_record force row level security")

        assert [finding.values["name"] for finding in differences()] == ["source"]


@pytest.mark.django_db
def test_a_card_is_a_value_that_nobody_can_change():
    owner = a_viewer("QM")
    card = records.record(a_record(owner), owner)

    with pytest.raises(dataclasses.FrozenInstanceError):
        card.status = "erased"


class TestGivenAnErasure:
    def test_erased_it_is_gone_for_everybody(self, committed_db):
        owner = a_viewer("QM")
        reference = a_record(owner)
        card = records.record(reference, owner)

        records.erase(reference, reason="commission_decision", by=owner)

        for viewer in (owner, a_viewer("QN")):
            with pytest.raises(Absent):
                records.record(reference, viewer)
        assert audit.latest_content([card.id]) == {}
