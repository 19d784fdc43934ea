"""Entering, changing and withdrawing by page: nothing is written that was not shown as checked."""

import re

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.records.forms import ROWS_MAX, fields_of, inputs
from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.databases.fields import FieldType
from tests.factories.index import following
from tests.factories.members import a_browser_of, a_viewer
from tests.factories.records import a_document, a_person, a_record

ENTER = "/databases/persons/enter/"
TYPED = {
    "names.0.text": "Elsa Quendrix",
    "names.0.kind": "primary",
    "birth_dates.0": "12 Mar 1984",
    "nationalities.0": "QM",
    "person_status": "suspect",
    "handling-audience": "all",
    "handling-level": "1",
}


@pytest.fixture
def officer(committed_db):
    viewer = a_viewer("QM", Role.BUREAU_OFFICER, name="officer.qm")
    with following():
        yield viewer
    audit.stop_event_writer()


@pytest.fixture
def client(officer):
    return signed_in("officer.qm")


def signed_in(name):
    return a_browser_of(name)


def checked(page) -> str:
    found = re.search(r'name="checked" value="([0-9a-f]{64})"', page.content.decode())
    return found[1] if found else ""


def listed(viewer, kind="persons"):
    return [card.reference for card in records.listing(kind, viewer).cards]


class TestGivenAnOfficerWhoEnters:
    def test_the_first_step_shows_and_writes_nothing(self, client, officer):
        page = client.post(ENTER, {**TYPED, "step": "enter"})

        assert page.status_code == 200
        assert checked(page)
        assert "Nothing that you may see is the same." in page.content.decode()
        assert listed(officer) == []

    def test_the_second_step_enters_what_was_shown(self, client, officer):
        digest = checked(client.post(ENTER, TYPED))

        done = client.post(ENTER, {**TYPED, "step": "enter", "checked": digest})

        (reference,) = listed(officer)
        assert done.headers["Location"] == f"/records/{reference}/"
        assert records.record(reference, officer).fields["birth_dates"] == ["1984-03-12"]

    def test_what_was_changed_after_the_check_is_checked_again(self, client, officer):
        digest = checked(client.post(ENTER, TYPED))

        page = client.post(ENTER, {**TYPED, "sex": "F", "step": "enter", "checked": digest})

        assert (page.status_code, listed(officer)) == (200, [])

    def test_the_check_of_another_user_does_not_count(self, client, officer):
        digest = checked(client.post(ENTER, TYPED))
        a_viewer("QM", Role.BUREAU_OFFICER, name="other.qm")

        page = signed_in("other.qm").post(ENTER, {**TYPED, "step": "enter", "checked": digest})

        assert (page.status_code, listed(officer)) == (200, [])

    def test_what_is_wrong_is_said_at_its_place_and_everything_at_once(self, client, officer):
        page = client.post(
            ENTER, {**TYPED, "birth_dates.0": "31 February 1984", "person_status": "", "step": "enter"}
        )

        said = page.content.decode()
        assert page.status_code == 422
        assert 'id="f-birth_dates-0-said"' in said
        assert "Status" in said
        assert 'value="Elsa Quendrix"' in said
        assert not checked(page)

    def test_who_is_there_already_is_shown_before_anything_is_entered(self, client, officer):
        from tests.factories.index import catch_up

        reference = a_record(a_viewer("QN"))
        catch_up()

        page = client.post(ENTER, TYPED)

        assert reference in page.content.decode()

    def test_one_more_row_is_given_without_losing_what_was_typed(self, client):
        page = client.post(ENTER, {**TYPED, "add": "names"}).content.decode()

        assert 'name="names.1.text"' in page
        assert 'value="Elsa Quendrix"' in page

    def test_an_unknown_database_is_no_page(self, client):
        assert client.get("/databases/nothing/enter/").status_code == 404

    @pytest.mark.parametrize("audience", ["nobody at all", "list QM"])
    def test_an_audience_that_is_none_is_refused(self, client, officer, audience):
        typed = {**TYPED, "handling-audience": audience}

        page = client.post(ENTER, {**typed, "step": "enter", "checked": checked(client.post(ENTER, typed))})

        assert (page.status_code, listed(officer)) == (422, [])


class TestGivenSomethingUnusual:
    TYPED = {
        "number": "QM4471203", "document_kind": "passport", "country": "QM", "event": "stolen",
        "issued_on": "2025-01-01", "expires_on": "2020-01-01", "handling-audience": "all", "handling-level": "1",
    }  # fmt: skip
    ADDRESS = "/databases/travel_documents/enter/"

    def test_it_is_entered_only_after_somebody_says_that_he_compared_it(self, client, officer):
        shown = client.post(self.ADDRESS, self.TYPED)
        again = client.post(self.ADDRESS, {**self.TYPED, "step": "enter", "checked": checked(shown)})
        nothing_yet = listed(officer, "travel_documents")
        client.post(self.ADDRESS, {**self.TYPED, "step": "enter", "checked": checked(shown), "doubts_seen": "on"})

        assert "I have compared it" in shown.content.decode()
        assert again.status_code == 200
        assert nothing_yet == []
        assert len(listed(officer, "travel_documents")) == 1


class TestGivenWhoMayNot:
    def test_a_frontline_officer_has_no_form(self, officer):
        a_viewer("QM", Role.FRONTLINE_OFFICER, name="border.qm")

        assert signed_in("border.qm").get(ENTER).status_code == 403

    def test_documents_of_another_country_are_refused(self, client, officer):
        page = client.post("/databases/travel_documents/enter/", {**TestGivenSomethingUnusual.TYPED, "country": "QN"})

        assert page.status_code == 422
        assert "Only the issuing country" in page.content.decode()

    @pytest.mark.parametrize("verb", ["change", "withdraw"])
    def test_the_record_of_another_bureau_seems_not_to_be_there(self, client, verb):
        reference = a_record(a_viewer("QN"))

        assert client.get(f"/records/{reference}/{verb}/").status_code == 404
        assert client.post(f"/records/{reference}/{verb}/", {"reason": "x"}).status_code == 404


class TestGivenAnOwnRecord:
    def test_the_names_of_its_parents_are_shown(self, client, officer):
        parents = {"father": "Anton Quendrix", "mother": "Berta Vosk"}
        reference = a_record(officer, fields=a_person(parents=parents))
        page = client.get(f"/records/{reference}/").content.decode()
        assert [name for name in parents.values() if name not in page] == []

    def test_it_is_changed_after_the_check(self, client, officer):
        reference = a_record(officer)
        address = f"/records/{reference}/change/"
        typed = {**TYPED, "sex": "F", "birth_dates.0": "1985"}

        digest = checked(client.post(address, typed))
        client.post(address, {**typed, "step": "enter", "checked": digest})

        card = records.record(reference, officer)
        assert (card.version, card.fields["birth_dates"]) == (2, ["1985"])

    def test_it_is_withdrawn_with_a_reason(self, client, officer):
        reference = a_record(officer)

        without = client.post(f"/records/{reference}/withdraw/", {"reason": " "})
        done = client.post(f"/records/{reference}/withdraw/", {"reason": "Found again."})

        assert (without.status_code, done.status_code) == (422, 302)
        assert records.record(reference, officer).status == "withdrawn"


@pytest.mark.parametrize("database", all_databases().values(), ids=list(all_databases()))
class TestEveryDatabaseHasAForm:
    def test_it_asks_for_every_field_and_part(self, database):
        paths = {one.path for one in walk(inputs(database, {}))}

        for field in database.fields:
            assert field.name in paths
            for part in (part for part in field.parts if not part.derived_from):
                assert any(path.endswith(f".{part.name}") for path in paths), part.name

    def test_what_it_shows_of_a_record_it_reads_back(self, database):
        kinds = {"persons": a_person(), "travel_documents": a_document()}
        fields = normalise(database, kinds.get(database.kind, {}))

        typed = {one.path: shown(one) for one in walk(inputs(database, fields)) if one.value and not one.children}
        read = normalise(database, fields_of(database, typed))

        assert read == fields

    def test_no_field_grows_beyond_what_a_page_can_hold(self, database):
        for field in (one for one in database.fields if one.many and one.type is not FieldType.GROUP):
            (grown,) = [
                one
                for one in inputs(database, {field.name: ["x"] * ROWS_MAX}, grown=field.name)
                if one.path == field.name
            ]
            assert len(grown.children) <= ROWS_MAX


def walk(found):
    for one in found:
        yield one
        yield from walk(one.children)


def shown(one):
    return one.value if isinstance(one.value, str) else str(one.value)
