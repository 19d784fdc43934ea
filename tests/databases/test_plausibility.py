"""What is only unusual: said with its path, refusing nothing."""

from datetime import date

import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import doubts, normalise

TODAY = date(2026, 11, 25)
DATABASES = all_databases()


def said(kind, **fields):
    database = DATABASES[kind]
    return [(one.code, one.field) for one in doubts(database, normalise(database, fields), today=TODAY)]


class TestNumbers:
    def test_a_number_that_adds_up_is_not_doubted(self):
        assert said("vessels", imo=["9074729"]) == []

    def test_one_that_does_not_is_with_its_place(self):
        assert said("vessels", imo=["9074729", "9074728"]) == [("imo.check_digit", "imo.1")]

    def test_in_a_group_with_its_place_there(self):
        plates = [{"number": "А123ВС", "country": "QM"}]

        assert ("plate.look_alikes", "plates.0.number") in said("vehicles", plates=plates)


class TestAircraftOfTheUnitedStates:
    @pytest.mark.parametrize(("marks", "addresses", "doubted"), [
        (["N1"], ["A00001"], []), (["N1"], ["A00002"], ["icao24.0"]), (["N1", "N1A"], ["A00002", "A00001"], []),
        (["N1"], ["3C6444", "ADF7C7"], ["icao24.1"]), (["D-ABCD"], ["A00002"], []), ([], ["A00002"], []),
        (["n-1"], ["a0 00 01", "a0-00-02"], ["icao24.1"]), (["N1"], ["GHJKLM", "A00002"], ["icao24.1"]),
    ])  # fmt: skip
    def test_mark_and_address_agree(self, marks, addresses, doubted):
        found = said("aircraft", registrations=[{"number": one} for one in marks], icao24=addresses)

        assert [path for code, path in found if code == "doubt.address_of_another"] == doubted


class TestDates:
    @pytest.mark.parametrize(
        ("day", "doubted"), [("2026-11-25", False), ("2026-11-26", True), ("2026", False), ("2027", True)]
    )
    def test_what_has_not_come_yet(self, day, doubted):
        assert (("doubt.in_the_future", "birth_dates.0") in said("persons", birth_dates=[day])) is doubted

    @pytest.mark.parametrize(("year", "doubted"), [("1906", False), ("1905", True)])
    def test_nobody_is_older_than_120(self, year, doubted):
        assert (("doubt.too_long_ago", "birth_dates.0") in said("persons", birth_dates=[year])) is doubted

    def test_what_ends_may_end_later_than_today(self):
        assert said("travel_documents", number="QM4471203", expires_on="2031-05-01") == []

    @pytest.mark.parametrize(("issued", "expires", "doubted"), [
        ("2020-01-01", "2020-01-01", False), ("2020-01-02", "2020-01-01", True), ("2020", "2020-06-01", False),
        ("2021", "2020-12-31", True),
    ])  # fmt: skip
    def test_nothing_expires_before_it_was_issued(self, issued, expires, doubted):
        found = said("travel_documents", number="QM4471203", issued_on=issued, expires_on=expires)

        assert (("doubt.order", "expires_on") in found) is doubted


@pytest.mark.parametrize("database", DATABASES.values(), ids=list(DATABASES))
def test_an_empty_record_of_any_database_is_not_doubted(database):
    assert doubts(database, {}, today=TODAY) == []
