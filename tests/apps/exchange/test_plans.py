"""What an edition would do, and whether one person may do it alone: pure, without a database."""

import dataclasses
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.apps.exchange.plans import Plan, plan, reasons_for_two
from liaison.apps.exchange.report import FINDINGS_KEPT_MAX, RowFinding, Tally, Told
from liaison.apps.records import public as records
from liaison.formats.rows import Edition, Row
from liaison.refusal import Finding
from liaison.viewer import Level
from tests.budgets import budget

MOMENT = datetime(2026, 2, 1, tzinfo=UTC)
FINDING = Finding("un_xml.row_refused", "It has no name.", "It was left out.", values={"line": 5})


def fields(name: str, reference: str = "") -> dict[str, object]:
    """Fields of an invented person, as a record keeps them."""
    named: dict[str, object] = {
        "names": [{"text": name, "kind": "primary", "script": "Latn"}],
        "sex": "F",
        "person_status": "sanctioned",
    }
    return named | ({"list_reference": reference} if reference else {})


def a_row(key: str, name: str = "Dilara Voss") -> Row:
    return Row(1, key, "persons", fields(name))


def a_bad_row(key: str, listing: str = "") -> Row:
    return Row(5, key, "persons", None, listing, (FINDING,))


def an_edition(*, complete: bool = True) -> Edition:
    return Edition("2026-03-01T00:00:00Z", {}, complete, Counter(), Counter())


def a_card(key: str, name: str = "Dilara Voss", *, status: str = "active", reference: str = "") -> records.RecordCard:
    return records.RecordCard(
        id=uuid4(),
        reference=f"R-{key}",
        kind="persons",
        title=name,
        source_id=UUID(int=1),
        source_code="UN",
        audience="all",
        level=Level.OFFICIAL_USE,
        status=status,
        entered_at=MOMENT,
        changed_at=MOMENT,
        expires_on=date(2031, 2, 1),
        foreign_key=key,
        version=1,
        fields=fields(name, reference),
    )


def planned(rows: list[Row], cards: list[records.RecordCard], *, complete: bool = True) -> Plan:
    return plan(rows, an_edition(complete=complete), {"persons": {card.foreign_key: card for card in cards}})


def reasons(made: Plan, *, permille: int = 10, older: bool = False) -> list[str]:
    return [reason.code for reason in reasons_for_two(made, alone_permille=permille, older=older)]


class TestGivenRecordsOfTheLastEdition:
    def test_what_is_new_changed_gone_and_the_same_is_told_apart(self):
        rows = [a_row("same"), a_row("other", "Mara Orr"), a_row("new")]

        made = planned(rows, [a_card("same"), a_card("other"), a_card("gone")])

        (persons,) = made.kinds
        assert [key for key, _ in persons.entered] == ["new"]
        assert [reference for reference, _ in persons.changed] == ["R-other"]
        assert persons.withdrawn == ("R-gone",)
        assert persons.tally == Tally(read=3, entered=1, changed=1, unchanged=1, withdrawn=1)
        assert (made.only_enters, made.does_nothing) == (False, False)

    def test_a_withdrawn_record_that_is_listed_again_counts_as_changed(self):
        (persons,) = planned([a_row("1")], [a_card("1", status="withdrawn")]).kinds

        assert persons.tally == Tally(read=1, changed=1)

    def test_a_withdrawn_record_that_stays_away_is_left_alone(self):
        assert planned([], [a_card("1", status="withdrawn")]).does_nothing

    def test_a_bad_row_changes_and_withdraws_nothing(self):
        made = planned([a_bad_row("1"), a_bad_row("", "QMi.002")], [a_card("1"), a_card("2", reference="QMi.002")])

        assert made.does_nothing
        assert made.kinds[0].tally == Tally(read=2, refused=2)
        assert made.findings[1] == RowFinding(5, "QMi.002", True, FINDING)

    def test_a_list_without_its_end_withdraws_nothing(self):
        made = planned([a_row("1")], [a_card("1"), a_card("2")], complete=False)

        assert made.withdrawals == 0
        assert reasons(made) == ["exchange.lacks_its_end"]

    @pytest.mark.parametrize(("gone", "expected"), [(1, []), (2, ["exchange.many_withdrawals"])])
    def test_one_person_may_withdraw_one_in_a_hundred_alone(self, gone, expected):
        cards = [a_card(str(number)) for number in range(100)]

        assert reasons(planned([a_row(str(number)) for number in range(gone, 100)], cards)) == expected

    def test_withdrawn_records_do_not_widen_what_one_person_may_withdraw(self):
        cards = [a_card(str(number), status="withdrawn" if number >= 50 else "active") for number in range(100)]

        assert reasons(planned([a_row(str(number)) for number in range(1, 50)], cards)) == [
            "exchange.many_withdrawals"
        ]

    def test_an_older_edition_needs_two(self):
        assert reasons(planned([a_row("1")], []), older=True) == ["exchange.older_edition"]


@settings(max_examples=budget(100, 3_000), deadline=None)
@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=2), st.sampled_from(["Dilara", "Mara", None])),
    st.dictionaries(st.text("abc", min_size=1, max_size=2), st.sampled_from(["Dilara", "Mara", "withdrawn"])),
)
def test_what_a_plan_leaves_is_what_the_list_says_and_the_next_does_nothing(listed, there):
    rows = [a_row(key, name) if name else a_bad_row(key) for key, name in listed.items()]
    cards = {
        key: a_card(
            key, "Dilara" if name == "withdrawn" else name, status="withdrawn" if name == "withdrawn" else "active"
        )
        for key, name in there.items()
    }

    left = after(planned(rows, list(cards.values())), cards)

    active = {key: card.title for key, card in left.items() if card.status == "active"}
    kept_bad = {
        key: card.title for key, card in cards.items() if listed.get(key, "") is None and card.status == "active"
    }
    assert active == {key: name for key, name in listed.items() if name} | kept_bad
    assert planned(rows, list(left.values())).does_nothing


def after(made: Plan, cards: dict[str, records.RecordCard]) -> dict[str, records.RecordCard]:
    """What is there when the plan was carried out."""
    left = dict(cards)
    for kind in made.kinds:
        changed = dict(kind.changed)
        for key, card in cards.items():
            if card.reference in changed:
                left[key] = a_card(key, changed[card.reference]["names"][0]["text"])
            elif card.reference in kind.withdrawn:
                left[key] = dataclasses.replace(card, status="withdrawn")
        for key, content in kind.entered:
            left[key] = a_card(key, content["names"][0]["text"])
    return left


class TestGivenAReport:
    def test_it_survives_being_kept(self):
        told = Told(
            True, {"persons": Tally(3, 1)}, {"A/B": 2}, (RowFinding(5, "QMi.1", True, FINDING),), 0, (FINDING,)
        )

        assert Told.from_json(told.as_json()) == told
        assert Told.from_json({}) == Told()

    def test_its_longest_parts_are_bounded_and_what_is_left_out_is_counted(self):
        many = tuple(RowFinding(line, "", False, FINDING) for line in range(FINDINGS_KEPT_MAX + 7))
        kept = Told.from_json(Told(findings=many, unkept={f"A/{n}": n for n in range(1, 400)}).as_json())

        assert (len(kept.findings), kept.findings_not_shown) == (FINDINGS_KEPT_MAX, 7)
        assert (len(kept.unkept), kept.unkept["A/399"]) == (200, 399)
