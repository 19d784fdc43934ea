"""Victims, witnesses, minors, the dead, and what is told of health: the edges from both sides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.rules import handling, policy_values, special_data
from liaison.rules.special_data import Age, Policy
from liaison.viewer import Level

PERSONS, VEHICLES = all_databases()["persons"], all_databases()["vehicles"]
TODAY = date(2026, 11, 27)
POLICY = Policy.of({name: policy_values.policy_value(name).default for name in special_data.POLICIES})


def age(*births: object, facts: object = None, under: int = 18) -> Age:
    fields = {"birth_dates": list(births), **({"facts_on": facts} if facts else {})}
    return special_data.age_at_facts(fields, recorded_on=TODAY, under_years=under)


class TestGivenABirthDate:
    @pytest.mark.parametrize(
        ("born", "expected"),
        [
            ("2008-11-27", Age.ADULT),  # eighteen today
            ("2008-11-28", Age.MINOR),  # tomorrow
            ("2008-11", Age.PERHAPS),
            ("2008", Age.PERHAPS),
            ("2009", Age.MINOR),
            ("2007", Age.ADULT),
            ({"text": "2008", "approximate": True}, Age.PERHAPS),
            ({"from": "2001", "to": "2010"}, Age.PERHAPS),
        ],
    )
    def test_it_tells_as_much_as_it_can(self, born, expected):
        assert age(born) is expected

    def test_the_time_of_the_facts_counts_and_not_today(self):
        assert age("1990-05-01", facts="2008-04-30") is Age.MINOR
        assert age("1990-05-01", facts="2008-05-01") is Age.ADULT
        assert age("1990-05-01", facts="2008") is Age.PERHAPS

    def test_of_two_birth_dates_either_may_be_right(self):
        assert age("1984-03-12", "2010-01-01") is Age.PERHAPS
        assert age("2009-03-12", "2010-01-01") is Age.MINOR

    def test_without_one_nobody_can_tell(self):
        assert age() is Age.UNKNOWN

    def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march(self):
        assert age("2008-02-29", facts="2026-02-28") is Age.MINOR
        assert age("2008-02-29", facts="2026-03-01") is Age.ADULT

    @given(st.dates(date(1950, 1, 1), date(2025, 12, 31)), st.integers(0, 40_000), st.integers(0, 40_000))
    def test_nobody_grows_younger(self, born, first, then):
        order = [Age.MINOR, Age.ADULT]
        days = sorted((first, then))
        ages = [age(born.isoformat(), facts=(born + timedelta(days=day)).isoformat()) for day in days]

        assert order.index(ages[0]) <= order.index(ages[1])


class TestGivenAStatus:
    @pytest.mark.parametrize("status", ["victim", "witness"])
    def test_victims_and_witnesses_are_protected_and_restricted_by_default(self, status):
        bits = conditions(person_status=status)

        assert bits == handling.PROTECTED.bit
        assert special_data.level_min(bits, POLICY) is Level.RESTRICTED

    def test_the_dead_bear_their_condition_and_no_level(self):
        assert conditions(person_status="deceased") == handling.DECEASED.bit
        assert special_data.level_min(handling.DECEASED.bit, POLICY) is Level.OFFICIAL_USE

    def test_a_suspect_bears_none(self):
        assert conditions(person_status="suspect") == 0

    def test_a_thing_bears_none(self):
        assert special_data.conditions(VEHICLES, {"event": "stolen"}, recorded_on=TODAY, policy=POLICY) == 0
        assert not special_data.concerns(VEHICLES, {"facts_on": "2026"})


class TestGivenAMinor:
    def test_a_legal_basis_is_asked_for_and_the_record_is_kept_for_less(self):
        fields = {"birth_dates": ["2011"], "person_status": "missing"}
        bits = conditions(**fields)

        assert bits == handling.MINOR.bit
        (finding,) = special_data.findings(PERSONS, fields, bits, POLICY)
        assert (finding.field, finding.source) == ("legal_basis", "policy: special_data.minor_legal_basis")
        assert special_data.findings(PERSONS, {**fields, "legal_basis": "Act 7"}, bits, POLICY) == []
        assert special_data.retention_years(bits, 5, POLICY) == 2
        assert special_data.retention_years(bits, 1, POLICY) == 1
        assert special_data.retention_years(0, 5, POLICY) == 5


class TestGivenDataOnHealth:
    @pytest.mark.parametrize("caution", ["contagious", "suicidal", "needs_medicine", "drug_user"])
    def test_a_reason_is_asked_for(self, caution):
        fields = {"cautions": ["armed", caution]}

        (finding,) = special_data.findings(PERSONS, fields, 0, POLICY)

        assert finding.field == "sensitive_reason"
        assert special_data.findings(PERSONS, {**fields, "sensitive_reason": "as it is"}, 0, POLICY) == []

    def test_what_says_nothing_of_health_needs_none(self):
        assert special_data.findings(PERSONS, {"cautions": ["armed", "violent"]}, 0, POLICY) == []


class TestGivenEveryDeclaration:
    @pytest.mark.parametrize("kind", sorted(all_databases()))
    def test_nothing_sensitive_finds_a_record_or_stands_in_a_list(self, kind):
        database = all_databases()[kind]
        found_by = database.search_keys
        named = {
            *database.title_fields, found_by.names, found_by.birth_dates, found_by.nationalities, found_by.sex,
            found_by.documents, found_by.number, found_by.range, *found_by.references, *found_by.identifiers,
        }  # fmt: skip

        assert not named & set(database.sensitive)

    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "person_status": st.sampled_from(["suspect", "victim", "witness", "deceased", "missing"]),
                "birth_dates": st.lists(st.integers(1950, 2025).map(str), max_size=2),
                "facts_on": st.integers(2000, 2026).map(str),
                "cautions": st.lists(st.sampled_from(["armed", "suicidal"]), max_size=2),
            },
        )
    )
    def test_whom_no_rule_concerns_no_rule_changes(self, fields):
        bits = special_data.conditions(PERSONS, fields, recorded_on=TODAY, policy=POLICY)

        if not special_data.concerns(PERSONS, fields):
            assert (bits, special_data.findings(PERSONS, fields, bits, POLICY)) == (0, [])


def conditions(**fields: object) -> int:
    return special_data.conditions(PERSONS, fields, recorded_on=TODAY, policy=POLICY)
