"""Splitting fields and putting them together again: laws over invented records and wishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.databases.restricting import (
    NOBODY,
    WHOLE,
    WISHES_MAX,
    Wish,
    adds,
    carried,
    merged,
    normal_wishes,
    restored,
    spelled,
    split,
)

PERSONS = all_databases()["persons"]
MANY = {"marks": ["a scar", "a burn", "a tattoo", "a limp"], "nationalities": ["QM", "QN", "QO", "FR"]}
SINGLE = {"sex": ["F", "M"], "remarks": ["seen near the harbour", "seen near the bridge"]}
AUDIENCES = (NOBODY, "list:QN", "list:QO", "list:QN,QO")


@st.composite
def fields(draw) -> dict[str, object]:
    said: dict[str, object] = {}
    for name, values in MANY.items():
        if drawn := draw(st.lists(st.sampled_from(values), unique=True, max_size=len(values))):
            said[name] = drawn
    for name, values in SINGLE.items():
        if draw(st.booleans()):
            said[name] = draw(st.sampled_from(values))
    return said


@st.composite
def wishes(draw) -> tuple[Wish, ...]:
    chosen: dict[tuple[str, str], Wish] = {}
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from([*MANY, *SINGLE]))
        value = draw(st.sampled_from([WHOLE, *MANY[name]])) if name in MANY else WHOLE
        chosen[name, spelled(value)] = Wish(name, draw(st.sampled_from(AUDIENCES)), value)
    return tuple(chosen.values())


def audience_of(said: tuple[Wish, ...], name: str, value: object) -> str | None:
    """The oracle: who sees a statement besides the source; None is whoever sees the record."""
    for wanted in (value, WHOLE):
        for wish in said:
            if wish.field == name and wish.value == wanted and (name in MANY or wanted is WHOLE):
                return wish.audience
    return None


def seen_by(said: tuple[Wish, ...], whole: dict[str, object], audiences: set[str]) -> dict[str, list[object]]:
    """The oracle: which values of which fields somebody sees, in order, who is in these audiences."""
    found = {}
    for name, value in whole.items():
        items = value if isinstance(value, list) else [value]
        if left := [one for one in items if audience_of(said, name, one) in {None, *audiences}]:
            found[name] = left
    return found


class TestTheLaws:
    @given(fields(), wishes())
    def test_the_source_has_its_fields_as_they_were(self, whole, said):
        parts = split(PERSONS, whole, said)
        assert restored(parts.open, parts.book) == whole

    @given(fields(), wishes(), st.sets(st.sampled_from(AUDIENCES[1:])))
    def test_everybody_sees_what_the_oracle_says(self, whole, said, audiences):
        parts = split(PERSONS, whole, said)

        shown = merged(parts.open, [one for name in audiences for one in parts.kept.get(name, ())])

        expected = seen_by(said, whole, audiences)
        assert set(shown) == set(expected)
        for name, items in expected.items():
            value = shown[name]
            assert sorted(value if isinstance(value, list) else [value]) == sorted(items)

    @given(fields(), wishes(), st.sets(st.sampled_from(AUDIENCES[1:])), fields())
    def test_what_somebody_does_not_see_moves_nothing_that_he_sees(self, whole, said, audiences, other):
        def shown(what):
            parts = split(PERSONS, what, said)
            return merged(parts.open, [one for name in sorted(audiences) for one in parts.kept.get(name, ())])

        without = {name: value for name, value in whole.items() if name in SINGLE or name not in MANY}
        for name in MANY:
            items = [one for one in whole.get(name, []) if audience_of(said, name, one) in {None, *audiences}]
            if items:
                without[name] = items
        for name in SINGLE:
            if name in whole and audience_of(said, name, whole[name]) not in {None, *audiences}:
                del without[name]

        assert spelled(shown(whole)) == spelled(shown(without))

    @given(fields(), fields(), wishes())
    def test_no_change_opens_a_value_that_is_restricted(self, before, after, said):
        kept = carried(before, after, said)
        opened = split(PERSONS, after, kept).open
        for name, value in opened.items():
            for item in value if isinstance(value, list) else [value]:
                assert audience_of(said, name, item) is None

    @given(fields(), fields(), wishes())
    def test_where_a_restricted_value_is_gone_what_is_new_is_kept_too(self, before, after, said):
        opened = split(PERSONS, after, carried(before, after, said)).open
        for name in MANY:
            values = {one.value for one in said if one.field == name and one.value is not WHOLE}
            if values - set(after.get(name, [])):
                assert set(opened.get(name, [])) <= set(before.get(name, []))


class TestWishes:
    def test_a_value_is_brought_to_its_normal_form(self):
        found, findings = normal_wishes(PERSONS, [Wish("nationalities", "list:QN", "qm")])
        assert (found, findings) == ((Wish("nationalities", "list:QN", "QM"),), [])

    @pytest.mark.parametrize(
        ("wish", "code"),
        [
            (Wish("no_such"), "restricted.no_field"),
            (Wish("sex", NOBODY, "F"), "restricted.holds_one"),
            (Wish("nationalities", NOBODY, "not a country"), "restricted.no_value"),
        ],
    )
    def test_what_cannot_be_is_said(self, wish: Wish, code: str):
        found, findings = normal_wishes(PERSONS, [wish])
        assert (found, [one.code for one in findings]) == ((), [code])

    def test_one_statement_has_one_audience(self):
        _, findings = normal_wishes(PERSONS, [Wish("sex", "list:QN"), Wish("sex", "list:QO")])
        assert [one.code for one in findings] == ["restricted.twice"]

    @pytest.mark.parametrize(("count", "refused"), [(WISHES_MAX, False), (WISHES_MAX + 1, True)])
    def test_they_are_bounded(self, count: int, refused: bool):
        _, findings = normal_wishes(PERSONS, [Wish("marks", NOBODY, f"mark {number}") for number in range(count)])
        assert bool(findings) is refused

    def test_another_audience_keeps_nothing_new(self):
        assert not adds([Wish("sex", "list:QN")], [Wish("sex", "list:QO")])
        assert adds([Wish("sex", "list:QN")], [Wish("sex", "list:QN"), Wish("marks")])

    def test_a_normal_record_is_split_without_being_changed(self):
        whole = normalise(
            PERSONS, {"marks": ["a scar"], "description": {"height_cm": 180}, "person_status": "suspect"}
        )
        parts = split(PERSONS, whole, [Wish("description", "list:QN")])
        assert parts.open == {"marks": ["a scar"], "person_status": "suspect"}
        assert restored(parts.open, parts.book) == whole
