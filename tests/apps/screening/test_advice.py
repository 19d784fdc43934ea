"""Before a record is entered: who may be there already among what one may see, and how many it would stop."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.screening import public as screening
from liaison.apps.screening.forecast import LINES_MAX
from liaison.refusal import NotAllowed, Refused
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import a_question

FLOOR = 5


@pytest.fixture
def world(committed_db):
    """A person and a stolen passport of QM that everybody may see, one that only QM may see, and an index."""
    owner = a_viewer("QM")
    person = a_record(owner)
    document = a_record(owner, kind="travel_documents")
    hidden = a_record(owner, fields=a_person("Orvill Thandeka"), audience="")
    with following():
        yield owner, person, document, hidden
    audit.stop_event_writer()


def proposed(kind, fields, viewer, besides=""):
    return [one.card.reference for one in screening.duplicates(kind, fields, viewer=viewer, besides=besides)]


class TestGivenARecordThatIsThereAlready:
    def test_the_same_number_is_proposed_and_said_to_be_a_number(self, world):
        _, _, document, _ = world

        (found,) = screening.duplicates("travel_documents", a_document(), viewer=a_viewer("QN"))

        assert (found.card.reference, found.by_number) == (document, True)

    def test_a_person_of_the_same_name_and_birth_date_is_proposed(self, world):
        _, person, _, _ = world

        assert proposed("persons", a_person("QUENDRIX, Elsa"), a_viewer("QN")) == [person]

    def test_a_number_that_only_looks_alike_is_not_the_same(self, world):
        assert proposed("travel_documents", a_document("QM447I203"), a_viewer("QN")) == []

    def test_the_record_that_is_being_changed_is_not_its_own_duplicate(self, world):
        owner, person, _, _ = world

        assert proposed("persons", a_person(), owner, besides=person) == []

    def test_what_the_viewer_may_not_see_is_not_proposed(self, world):
        owner, _, _, hidden = world

        assert proposed("persons", a_person("Orvill Thandeka"), a_viewer("QN")) == []
        assert proposed("persons", a_person("Orvill Thandeka"), owner) == [hidden]

    def test_another_database_is_not_proposed(self, world):
        owner, _, document, _ = world
        a_record(owner, fields=a_person("Ada Quint", documents=[{"number": "QM4471203", "country": "QM"}]))
        catch_up()

        assert proposed("travel_documents", a_document(), a_viewer("QN")) == [document]

    def test_the_look_is_in_the_log_of_the_source(self, world):
        owner, person, _, _ = world
        asker = a_viewer("QN")
        screening.duplicates("persons", a_person(), viewer=asker)

        from liaison.apps.records import public as records
        from liaison.rows.viewing import viewing

        with viewing(owner):
            looks = audit.looks_at(records.record(person, owner).id, owner, 10)
        assert asker.reader_id in {look.reader for look in looks}

    def test_who_enters_nothing_is_told_nothing(self, world):
        with pytest.raises(NotAllowed):
            screening.duplicates("persons", a_person(), viewer=a_viewer("QN", Role.FRONTLINE_OFFICER))


def asked(viewer, *texts, birth_date=""):
    for text in texts:
        screening.ask(a_question(text=text, birth_date=birth_date), viewer=viewer)


class TestGivenTheQuestionsOfTheLastDays:
    NAMES = tuple(f"{given} {family}" for given in ("Mira", "Mirra", "Miraa", "MIRA", "mira")
                  for family in ("Solvane", "Solvanne", "Sollvane", "SOLVANE", "solvane"))  # fmt: skip

    def test_a_record_that_many_ask_for_is_told_with_about_how_many(self, world):
        asked(a_viewer("QN"), *self.NAMES)

        told = screening.forecast("persons", a_person("Mira Solvane", birth_dates=["1990"]), viewer=a_viewer("QO"))

        assert told.about is not None
        assert abs(told.about - len(self.NAMES)) <= 12  # of the noise, one in 160,000 lies further out
        assert (told.asked, told.counted, told.days) == (len(self.NAMES), len(self.NAMES), 30)

    def test_asked_again_on_the_same_day_the_number_is_the_same(self, world):
        asked(a_viewer("QN"), *self.NAMES)
        viewer = a_viewer("QO")

        told = {screening.forecast("persons", a_person("Mira Solvane"), viewer=viewer).about for _ in range(5)}

        assert len(told) == 1

    @pytest.mark.parametrize("times", [1, FLOOR - 1])
    def test_below_the_floor_no_number_is_told(self, world, times):
        asked(a_viewer("QN"), *self.NAMES[:times])

        told = screening.forecast("persons", a_person("Mira Solvane"), viewer=a_viewer("QO"))

        assert (told.about, told.floor) == (None, FLOOR)

    def test_one_question_asked_again_and_again_is_still_one_question(self, world):
        asked(a_viewer("QN"), *["Mira Solvane"] * 12)

        assert screening.forecast("persons", a_person("Mira Solvane"), viewer=a_viewer("QO")).about is None

    def test_questions_by_example_count_too(self, world):
        ground = {"reason": "investigation", "reference": "INV 4471/26"}
        examples = [screening.Example(names=((name, "primary"),), of_a_person=True, **ground) for name in self.NAMES]
        answers = screening.ask_all([(one, screening.Narrowing()) for one in examples], viewer=a_viewer("QN"))

        told = screening.forecast("persons", a_person("Mira Solvane", birth_dates=["1990"]), viewer=a_viewer("QO"))

        assert len({one.event_id for one in answers}) == len(self.NAMES)
        assert told.about is not None
        assert abs(told.about - len(self.NAMES)) <= 12

    def test_numbers_count_too_and_others_do_not(self, world):
        spellings = [
            f"{head}{gap}{tail}"
            for head in ("QP", "qp", "Qp", "qP")
            for gap in ("", " ", "-", ".")
            for tail in ("7700123", "7700 123")
        ]
        asked(a_viewer("QN"), *spellings)

        def about(number):
            fields = a_document(number, country="QM")
            return screening.forecast("travel_documents", fields, viewer=a_viewer("QO")).about

        assert about("QP7700123") is not None
        assert about("QP7700124") is None

    def test_a_birth_date_spares_namesakes(self, world):
        asked(a_viewer("QN"), *self.NAMES, birth_date="1955-03-01")
        viewer = a_viewer("QO")

        with_date = screening.forecast("persons", a_person("Mira Solvane", birth_dates=["1990-06-12"]), viewer=viewer)
        without = screening.forecast("persons", a_person("Mira Solvane", birth_dates=[]), viewer=viewer)

        assert with_date.about is None
        assert without.about is not None

    def test_questions_older_than_thirty_days_are_not_counted(self, world, clock):
        asked(a_viewer("QN"), *self.NAMES)
        clock.move(days=31)

        assert screening.forecast("persons", a_person("Mira Solvane"), viewer=a_viewer("QO")).asked == 0

    def test_the_floor_is_a_policy_value(self, world, clock):
        asked(a_viewer("QN"), *self.NAMES)
        change = policies.propose(
            "screening.forecast_floor",
            50,
            reason="Small numbers tell too much here.",
            by=a_viewer("XS", Role.POLICY_OFFICER),
        )
        policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))
        clock.move(seconds=1)

        assert screening.forecast("persons", a_person("Mira Solvane"), viewer=a_viewer("QO")).about is None

    def test_who_enters_nothing_is_told_nothing(self, world):
        with pytest.raises(NotAllowed):
            screening.forecast("persons", a_person(), viewer=a_viewer("QN", Role.FRONTLINE_OFFICER))

    def test_fields_without_a_form_are_refused(self, world):
        with pytest.raises(Refused):
            screening.forecast("persons", {"nothing": "like this"}, viewer=a_viewer("QO"))


def test_more_questions_than_are_looked_at_are_scaled_up(world, monkeypatch):
    from liaison.apps.screening import forecast as module

    assert LINES_MAX >= 1000
    monkeypatch.setattr(module, "LINES_MAX", 40)
    asker = a_viewer("QN")
    asked(asker, *(f"Mira Solvane {'x' * (n % 3)}{n:03}" for n in range(120)))

    told = screening.forecast("persons", a_person("Mira Solvane"), viewer=a_viewer("QO"))

    assert told.asked == 120
    assert 10 <= told.counted <= 80
