"""A source keeps bodies out of a database or of everything: at once, at every door, lifted by two persons only."""

import pytest
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.records.models import Holding, Lift, Record, Release, Restriction
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose
from tests.factories.index import catch_up, following
from tests.factories.members import REASON, a_browser, a_viewer, an_agency
from tests.factories.records import a_document, a_person, a_record

OFFICER, FRONTLINE = members.Role.BUREAU_OFFICER, members.Role.FRONTLINE_OFFICER


def keep_out(owner, kind: str = "persons", excludes: str = "list:QN") -> str:
    return records.restrict_database(kind, excludes=excludes, reason=REASON, by=owner)


def lifted(reference: str, owner) -> None:
    records.ask_to_lift(reference, reason=REASON, by=owner)
    records.decide_lift(reference, approve=True, by=a_viewer("QM"))


@pytest.mark.django_db
class TestGivenADatabaseThatIsClosedToABody:
    def test_what_was_there_and_what_comes_is_gone_for_it_and_for_nobody_else(self):
        owner, kept_out, other = a_viewer("QM"), a_viewer("QN"), a_viewer("QO")
        before = a_record(owner)
        thing = a_record(owner, kind="travel_documents")

        keep_out(owner)
        after = a_record(owner, fields=a_person("Otto Quendrix"))

        for reference in (before, after):
            with pytest.raises(Absent):
                records.record(reference, kept_out)
            assert records.record(reference, other).reference == reference
            assert records.record(reference, owner).reference == reference
        assert records.record(thing, kept_out).reference == thing
        assert records.counts(kept_out)["persons"] == 0
        assert records.listing("persons", kept_out).total == 0

    def test_its_agency_is_kept_out_with_it(self):
        owner = a_viewer("QM")
        agency = a_viewer(an_agency("QN-CU"))
        reference = a_record(owner, kind="travel_documents")
        assert records.record(reference, agency).reference == reference

        keep_out(owner, "travel_documents")

        with pytest.raises(Absent):
            records.record(reference, agency)

    def test_everything_is_every_database(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        mine = [a_record(owner), a_record(owner, kind="travel_documents")]

        keep_out(owner, records.EVERYTHING)

        for reference in mine:
            with pytest.raises(Absent):
                records.record(reference, kept_out)

    def test_what_names_the_body_in_a_records_own_audience_does_not_help_it(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        keep_out(owner)

        reference = a_record(owner, audience="list:QN")

        with pytest.raises(Absent):
            records.record(reference, kept_out)

    def test_history_content_and_keys_behind_it_are_gone_too(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        card = records.record(a_record(owner), owner)
        with viewing(kept_out):
            (entry,) = audit.history(card.id)

        keep_out(owner)

        with viewing(kept_out):
            assert audit.history(card.id) == []
            assert audit.contents([entry.entry_id]) == {}

    def test_another_sources_records_stay(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        others = a_record(a_viewer("QO"))

        keep_out(owner, records.EVERYTHING)

        assert records.record(others, kept_out).reference == others

    def test_it_names_whom_it_keeps_out_to_nobody_else_not_even_to_hostile_sql(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        a_record(owner)
        keep_out(owner)

        with viewing(kept_out), connection.cursor() as cursor:
            for model in (Restriction, Lift, Release):
                assert list(model.objects.all()) == []
            cursor.execute("select records_closed()")
            (closed,) = cursor.fetchone()
            assert len(closed) == 1, "a number, and no way from it to a source"
            cursor.execute("select count(*) from records_record where holding_id = any(%s)", [closed])
            assert cursor.fetchone() == (0,)
            cursor.execute("select count(*) from records_readers(1, %s, 'persons', '{bureau}')", [owner.reader_id])
            assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError, match="permission denied"), viewing(kept_out):
            list(Holding.objects.all())

    def test_the_ledger_says_so_to_the_source_alone(self):
        owner, other = a_viewer("QM"), a_viewer("QO")
        reference = keep_out(owner)
        with viewing(owner):
            row = Restriction.objects.get(reference=reference)
            assert [entry.action for entry in audit.history(row.id)] == ["restrictions.made"]
        with viewing(other):
            assert audit.history(row.id) == []


@pytest.mark.django_db
class TestGivenARestrictionToLift:
    def test_one_person_lifts_nothing(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        record, reference = a_record(owner), keep_out(owner)
        records.ask_to_lift(reference, reason=REASON, by=owner)

        with pytest.raises(Refused, match="second person"):
            records.decide_lift(reference, approve=True, by=owner)
        with pytest.raises(Absent):
            records.record(record, kept_out)

    def test_a_second_lifts_it_at_once(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        record, reference = a_record(owner), keep_out(owner)

        lifted(reference, owner)

        assert records.record(record, kept_out).reference == record
        assert records.restrictions(owner) == ()
        with viewing(owner):
            row = Restriction.objects.get(reference=reference)
            actions = [entry.action for entry in audit.history(row.id)]
        assert actions == ["restrictions.made", "restrictions.lift_asked", "restrictions.lifted"]

    def test_another_body_finds_nothing_to_lift(self):
        reference = keep_out(a_viewer("QM"))

        for verb in (
            lambda by: records.ask_to_lift(reference, reason=REASON, by=by),
            lambda by: records.decide_lift(reference, approve=True, by=by),
            lambda by: records.confirm(reference, by=by),
        ):
            with pytest.raises(Absent):
                verb(a_viewer("QN"))
        with pytest.raises(NotAllowed):
            records.ask_to_lift(reference, reason=REASON, by=a_viewer("QM", FRONTLINE))

    @pytest.mark.parametrize(
        "statement",
        [
            "update records_restriction set lifted_at = now(), lifted_by = liaison_user()",
            "update records_restriction set expression = ''",
            "update records_restriction set kind = 'vehicles'",
            "delete from records_restriction",
            """
            insert into records_restriction_lift (id, restriction_id, source_id, asked_by, asked_at, reason)
            select gen_random_uuid(), id, source_id, gen_random_uuid(), now(), 'x' from records_restriction
            """,
        ],
    )
    def test_hostile_sql_of_one_person_lifts_nothing(self, statement):
        owner = a_viewer("QM")
        keep_out(owner)

        with (
            pytest.raises(DatabaseError, match=r"row-level security|permission denied"),
            viewing(owner),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_not_even_after_asking_for_it_himself(self):
        owner = a_viewer("QM")
        records.ask_to_lift(keep_out(owner), reason=REASON, by=owner)

        with (
            pytest.raises(DatabaseError, match="row-level security"),
            viewing(owner),
            connection.cursor() as cursor,
        ):
            cursor.execute("update records_restriction set lifted_at = now(), lifted_by = liaison_user()")


@pytest.mark.django_db
class TestGivenARestrictionOfEverything:
    def test_past_its_year_it_still_holds_and_bureau_and_headquarters_are_told(self, clock):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        officer = a_viewer("XS", members.Role.MEMBERSHIP_OFFICER)
        record, reference = a_record(owner), keep_out(owner, records.EVERYTHING)
        assert records.overdue(owner) == records.overdue(officer) == ()

        clock.move(days=365, seconds=5)

        for told in (owner, officer):
            assert [one.code for one in records.overdue(told)] == ["QM"]
        assert records.overdue(a_viewer("QO")) == ()
        assert records.restrictions(owner)[0].is_overdue
        clock.move(days=31)
        assert records.keep_time() == 0
        with viewing(kept_out):
            assert not Record.objects.filter(reference=record).exists()
        records.confirm(reference, by=owner)
        assert records.overdue(owner) == ()

    def test_a_restriction_of_one_database_is_never_late(self, clock):
        owner = a_viewer("QM")
        reference = keep_out(owner)

        clock.move(days=800)

        assert records.overdue(owner) == ()
        with pytest.raises(Refused, match="needs no confirmation"):
            records.confirm(reference, by=owner)


class TestGivenAPolicyThatLetsItLapse:
    def test_it_ends_after_its_grace_and_not_a_day_before(self, committed_db, clock):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        record = a_record(owner)
        keep_out(owner, records.EVERYTHING)
        _let_lapse()

        clock.move(days=394)
        assert records.keep_time() == 0
        clock.move(days=1, seconds=5)
        assert records.keep_time() == 1

        assert records.keep_time() == 0
        with viewing(kept_out):
            assert Record.objects.filter(reference=record).exists()


class TestGivenAnIndexThatFollows:
    def test_who_is_kept_out_is_proposed_nothing_and_who_is_not_still_is(self, committed_db):
        owner, kept_out, other = a_viewer("QM"), a_viewer("QN"), a_viewer("QO")
        a_record(owner)
        question = {"names": ["Elsa Quendrix"], "birth_dates": ["1984-03-12"]}
        with following():
            assert len(index.candidates(question, kept_out, 5)) == 1

            keep_out(owner)
            catch_up()

            assert index.candidates(question, kept_out, 5) == []
            assert len(index.candidates(question, other, 5)) == 1
            assert len(index.candidates(question, owner, 5)) == 1

    def test_conditions_close_it_by_job_body_and_purpose(self, committed_db):
        owner, desk, counter = a_viewer("QM"), a_viewer("QN"), a_viewer("QN", FRONTLINE)
        draft = records.Draft("persons", a_person("Ines Vorbekova"), conditions=frozenset({"intelligence"}))
        records.enter(draft, by=owner)
        victim = a_person("Vera Quendrix", person_status="victim")
        a_record(owner, fields=victim)
        vetted = a_viewer("QN", level=Level.RESTRICTED)
        wanted = members.for_purpose(vetted, Purpose.WANTED)
        with following():
            intelligence, person = (
                {"names": ["Ines Vorbekova"], "birth_dates": ["1984-03-12"]},
                {
                    "names": ["Vera Quendrix"],
                    "birth_dates": ["1984-03-12"],
                },
            )

            assert len(index.candidates(intelligence, desk, 5, threshold=0.7)) == 1
            assert index.candidates(intelligence, counter, 5, threshold=0.7) == []
            assert len(index.candidates(person, vetted, 5, threshold=0.7)) == 1
            assert index.candidates(person, wanted, 5, threshold=0.7) == []
            own = members.for_purpose(owner, Purpose.WANTED)
            assert index.candidates(person, own, 5, threshold=0.7) == [], "not even of one's own"


@pytest.mark.django_db
class TestGivenARestrictionToMake:
    @pytest.mark.parametrize(
        ("kind", "excludes", "reason", "problem"),
        [
            ("persons", "", REASON, "excludes nobody"),
            ("persons", "list:NOBODY", REASON, "Nobody is called"),
            ("persons", "everybody", REASON, "is not an audience"),
            ("people", "list:QN", REASON, "There is no database"),
            ("persons", "list:QN", " ", "No reason is given"),
        ],
    )
    def test_what_is_wrong_is_refused(self, kind, excludes, reason, problem):
        with pytest.raises(Refused, match=problem):
            records.restrict_database(kind, excludes=excludes, reason=reason, by=a_viewer("QM"))

    def test_who_enters_nothing_restricts_nothing(self):
        with pytest.raises(NotAllowed):
            keep_out(a_viewer("QM", FRONTLINE))

    def test_the_page_shows_whom_before_it_holds(self):
        owner, kept_out = a_viewer("QM"), a_viewer("QN")
        record = a_record(owner)
        browser, at = a_browser(owner), "/records/restrictions/new/"
        said = {"kind": "persons", "excludes": "list:QN,QO", "reason": REASON}

        shown = browser.post(at, {**said, "step": "enter"})

        assert records.record(record, kept_out).reference == record, "not before it was shown"
        checked = shown.context["checked"]
        assert shown.context["preview"].holds == ("QN", "QO")
        changed = browser.post(at, {**said, "excludes": "list:QN", "step": "enter", "checked": checked})
        assert changed.status_code == 200, "something else than what was shown"
        done = browser.post(at, {**said, "step": "enter", "checked": checked})
        assert done.status_code == 302
        with pytest.raises(Absent):
            records.record(record, kept_out)

    def test_the_list_offers_a_colleague_what_he_may_decide(self):
        owner, colleague = a_viewer("QM"), a_viewer("QM")
        reference = keep_out(owner)
        a_browser(owner).post(f"/records/restrictions/{reference}/lift/", {"reason": REASON})

        mine = a_browser(owner).get("/records/restrictions/").content.decode()
        theirs = a_browser(colleague).get("/records/restrictions/").content.decode()

        assert 'value="lift"' in theirs
        assert 'value="lift"' not in mine
        a_browser(colleague).post(f"/records/restrictions/{reference}/decide/", {"decision": "lift"})
        assert records.restrictions(owner) == ()


def _let_lapse() -> None:
    asks, decides = (a_viewer("XS", members.Role.POLICY_OFFICER) for _ in range(2))
    change = policies.propose("records.restriction_lapses", 1, reason=REASON, effective_at=now(), by=asks)
    policies.approve(change, by=decides)


def test_a_million_numbers_are_enough(db):
    owner = a_viewer("QM")
    first, second = (a_record(owner, kind="travel_documents", fields=a_document(f"QM447120{n}")) for n in (1, 2))
    with viewing(owner):
        rows = Record.objects.filter(reference__in=[first, second]).values_list("holding_id", flat=True)
        assert len(set(rows)) == 1, "one source and kind, one holding"
