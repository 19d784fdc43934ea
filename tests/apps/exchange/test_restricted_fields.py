"""Restricted fields and what comes and goes by machine: editions of lists, batches, feeds, erasure and the ledger."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.records.models import Part
from liaison.apps.records.retention import end_due
from liaison.databases.restricting import Wish
from liaison.refusal import Absent
from liaison.rows.viewing import viewing
from tests.apps.audit.world import found, rooted_and_signed, tamper
from tests.apps.exchange.bureau_systems import NationalSystem, change, create
from tests.apps.exchange.test_feeds import Copy, number_all
from tests.apps.exchange.world import NEW, OLD, a_file, an_operator, imported
from tests.apps.records.test_error_reports_erasure import everything_stored
from tests.factories.members import a_viewer
from tests.factories.records import a_person
from tests.formats.lists import an_alias, an_individual

NAME = {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"}
ALIAS = {"text": "Mira Volanth", "kind": "strong_alias", "script": "Latn"}
WHY = "It would betray who told us."


@pytest.fixture(autouse=True)
def database(committed_db):
    """A database of its own; the writer of looks ends with it."""
    yield committed_db
    audit.stop_event_writer()


def entered(by, **more: object) -> str:
    draft = records.Draft(
        "persons", a_person(names=[ALIAS, NAME], **more), restricted=(Wish("names", "list:QN", ALIAS),)
    )
    return records.enter(draft, by=by)


def names_in(card) -> set[str]:
    return {name["text"] for name in card.fields["names"]}


class TestGivenAList:
    def test_when_an_edition_moves_or_repeats_a_restricted_alias_then_it_stays_restricted(self, tmp_path):
        operator, few, other = an_operator(), a_viewer("QN"), a_viewer("QO")
        first = an_individual(1, "DILARA VOSS", inside=an_alias("Dila") + an_alias("Lara"))
        imported(a_file(tmp_path, first), by=operator)
        (card,) = records.listing("persons", other).cards
        alias = next(name for name in card.fields["names"] if name["text"] == "Dila")
        records.restrict_fields(card.reference, [Wish("names", "list:QN", alias)], reason=WHY, by=operator)

        again = imported(a_file(tmp_path, first, generated_at=OLD), by=operator)
        moved = an_individual(1, "DILARA VOSS", inside=an_alias("Lara") + an_alias("Dila"))
        imported(a_file(tmp_path, moved, generated_at=NEW), by=operator, apply=True)

        assert again.tallies["persons"].unchanged == 1
        assert "Dila" not in names_in(records.record(card.reference, other))
        assert {"Dila", "Lara"} <= names_in(records.record(card.reference, few))

    def test_when_an_edition_leaves_nothing_open_then_its_row_is_refused_and_the_rest_goes_on(self, tmp_path):
        operator, other = an_operator(), a_viewer("QO")
        both = [an_individual(1, "DILARA VOSS", inside=an_alias("Dila")), an_individual(2, "MARA ORR")]
        imported(a_file(tmp_path, *both), by=operator)
        card = next(one for one in records.listing("persons", other).cards if "Dila" in names_in(one))
        alias = next(name for name in card.fields["names"] if name["text"] == "DILARA VOSS")
        records.restrict_fields(card.reference, [Wish("names", "list:QN", alias)], reason=WHY, by=operator)

        rows = [an_individual(1, "DILARA VOSS"), an_individual(2, "MARA ORREN")]
        report = imported(a_file(tmp_path, *rows, generated_at=NEW), by=operator, apply=True)

        assert (report.tallies["persons"].refused, report.tallies["persons"].changed) == (1, 1)
        assert next(one.finding.code for one in report.findings if one.refused) == "restricted.open_lacks"
        assert names_in(records.record(card.reference, other)) == {"Dila"}


class TestGivenABatch:
    def test_when_it_changes_a_record_then_what_is_restricted_stays_so(self):
        system, other = NationalSystem("QM"), a_viewer("QO")
        source = a_viewer("QM")
        (item,) = system.send(create("a")).items
        before = dict(records.record(item.reference, source).fields)
        wish = Wish("event_on", "list:QN")
        records.restrict_fields(item.reference, [wish], reason=WHY, by=source)

        (same,) = system.send(create("a")).items
        (done,) = system.send(change("a", {**before, "event": "lost"})).items

        card = records.record(item.reference, other)
        assert (same.outcome.value, done.outcome.value) == ("unchanged", "done")
        assert (card.fields["event"], "event_on" in card.fields) == ("lost", False)
        assert records.record(item.reference, a_viewer("QN")).fields["event_on"] == before["event_on"]


class TestGivenAFeed:
    def test_who_sees_a_part_hears_of_its_changes_and_others_hear_nothing(self):
        source = a_viewer("QM")
        few, other = Copy(a_viewer("QN", Role.BUREAU_OFFICER)), Copy(a_viewer("QO", Role.BUREAU_OFFICER))
        reference = entered(source)
        number_all()
        assert few.pull() == other.pull() == [("entered", reference)]

        records.change(reference, a_person(names=[{**ALIAS, "text": "Nika Orlest"}, NAME]), by=source)
        number_all()

        assert [one for _, one in few.pull()] == [reference]
        assert other.pull() == []
        assert "Nika Orlest" in str(few.held)
        assert "Nika" not in str(other.held)
        assert "Volanth" not in str(few.held) + str(other.held)

    def test_a_page_of_changes_shows_a_record_once(self):
        source = a_viewer("QM")
        reference = entered(source)
        number_all()
        page = exchange.changes(a_viewer("QN", Role.BUREAU_OFFICER))
        assert [change.reference for change in page.changes] == [reference]


class TestGivenAnErasure:
    def test_everything_of_its_parts_dies_with_the_record(self, database):
        source = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        scar = "a scar like a Tovaldine star"  # words that no other test left in a file
        draft = records.Draft("persons", a_person(marks=[scar]), restricted=(Wish("marks", "list:QN"),))
        reference = records.enter(draft, by=source)
        records.restrict_fields(reference, [Wish("marks", "list:QO"), Wish("sex")], reason=WHY, by=source)
        with viewing(source):
            subjects = list(Part.objects.values_list("pk", flat=True))

        records.erase(reference, reason="source_request", by=source)

        with viewing(source):
            entries = [one.entry_id for subject in subjects for one in audit.history(subject)]
            assert len(subjects) >= 2
            assert set(Part.objects.values_list("status", flat=True)) == {"erased"}
            assert audit.contents(entries) == {}
        with pytest.raises(Absent):
            records.record(reference, source)
        everything = everything_stored(database)
        assert b"Tovaldine" not in everything
        rooted_and_signed()
        assert found() == set()

    def test_when_its_time_is_over_then_its_parts_end_with_it(self, clock):
        source = a_viewer("QM")
        reference = entered(source)
        clock.move(days=12 * 365)

        assert end_due() == 1

        with viewing(source):
            assert set(Part.objects.values_list("status", flat=True)) == {"erased"}
        with pytest.raises(Absent):
            records.record(reference, source)


class TestGivenTheLedger:
    def test_verification_passes_with_parts(self):
        source = a_viewer("QM")
        reference = entered(source)
        records.restrict_fields(reference, [Wish("names", "list:QO", ALIAS)], reason=WHY, by=source)
        records.restrict_fields(reference, [], reason=WHY, by=source)
        rooted_and_signed()
        assert found() == set()

    @pytest.mark.parametrize(
        "statement",
        [
            "update records_part set audience_id = (select audience_id from records_record) where slot > 0",
            "update records_part set status = 'ended' where slot > 0",
            "update records_part set version = version + 1 where slot > 0",
            "update records_part set slot = case slot when 7 then 6 else 7 end where slot > 0",
        ],
    )
    def test_a_part_that_was_changed_past_the_services_is_named(self, database, statement: str):
        entered(a_viewer("QM"))
        rooted_and_signed()
        tamper(database, statement)
        assert found() == {"altered_current_row"}

    def test_a_bundle_of_another_holds_nothing_of_it(self, tmp_path):
        source, other = a_viewer("QM"), a_viewer("QO", Role.BUREAU_SUPERVISOR)
        entered(source)
        rooted_and_signed()

        audit.export(tmp_path / "bundle", viewer=other, wanted=audit.Wanted(contents=True))

        held = b"".join(path.read_bytes() for path in (tmp_path / "bundle").rglob("*") if path.is_file())
        assert b"Volanth" not in held
        assert b"fields_restricted" not in held
