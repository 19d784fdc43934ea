"""What an edition would do, and whether one person may do it alone: pure, without a database."""

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.apps.exchange.keys import KeySet
from liaison.apps.exchange.plans import Checked, Comparison, Plan, Todo, reasons_for_two
from liaison.apps.exchange.report import FINDINGS_KEPT_MAX, RowFinding, Tally, Told
from liaison.apps.records import public as records
from liaison.formats.rows import Edition, Row
from liaison.ledger.canonical import canonical_json
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
        conditions=0,
        status=status,
        entered_at=MOMENT,
        changed_at=MOMENT,
        expires_on=date(2031, 2, 1),
        foreign_key=key,
        version=1,
        read_on=date(2026, 2, 1),
        fields=fields(name, reference),
    )


@dataclasses.dataclass(frozen=True)
class Made:
    """A plan, and all that it would do."""

    plan: Plan
    todo: Todo
    gone: list[str]


def checked(row: Row) -> Checked:
    if row.fields is None:
        return Checked(row, None)
    content = canonical_json(row.fields)
    return Checked(
        row, records.Prepared(row.kind, content, "all", Level.OFFICIAL_USE, None, row.foreign_key, None, 0)
    )


def made(rows: list[Row], cards: list[records.RecordCard], *, complete: bool = True, block: int = 2) -> Made:
    """Compare the rows, so many at a time, with what is there."""
    there = {("persons", card.foreign_key): card for card in cards}
    comparison, todo = Comparison(["persons"]), Todo((), ())
    for start in range(0, len(rows), block):
        more = comparison.compare([checked(row) for row in rows[start : start + block]], there)
        todo = Todo(todo.entered + more.entered, todo.changed + more.changed)
    held = [records.Held(card.foreign_key, card.reference) for card in cards if card.status == "active"]

    def listing_of(kind: str, some: Sequence[records.Held]) -> dict[str, str]:
        return {one.foreign_key: str(there[kind, one.foreign_key].fields.get("list_reference", "")) for one in some}

    gone = [
        reference
        for start in range(0, len(held), block)
        for reference in comparison.gone("persons", held[start : start + block], listing_of)
        if complete
    ]
    return Made(comparison.plan(an_edition(complete=complete)), todo, gone)


def planned(rows: list[Row], cards: list[records.RecordCard], *, complete: bool = True) -> Plan:
    return made(rows, cards, complete=complete).plan


def tally(plan: Plan) -> Tally:
    return plan.tallies["persons"]


def reasons(plan: Plan, *, permille: int = 10, older: bool = False) -> list[str]:
    return [reason.code for reason in reasons_for_two(plan, alone_permille=permille, older=older)]


class TestGivenRecordsOfTheLastEdition:
    def test_what_is_new_changed_gone_and_the_same_is_told_apart(self):
        rows = [a_row("same"), a_row("other", "Mara Orr"), a_row("new")]

        found = made(rows, [a_card("same"), a_card("other"), a_card("gone")])

        assert [prepared.foreign_key for prepared in found.todo.entered] == ["new"]
        assert [change.reference for change in found.todo.changed] == ["R-other"]
        assert found.gone == ["R-gone"]
        assert tally(found.plan) == Tally(read=3, entered=1, changed=1, unchanged=1, withdrawn=1)
        assert (found.plan.only_enters, found.plan.does_nothing) == (False, False)

    @pytest.mark.parametrize("apart", [0, 3])
    def test_of_two_entries_with_one_key_the_first_is_kept_and_the_second_reported(self, apart):
        rows = [
            a_row("1"),
            *(a_row(f"between {n}") for n in range(apart)),
            dataclasses.replace(a_row("1", "Mara Orr"), line=9),
        ]

        found = made(rows, [])

        assert "Dilara" in found.todo.entered[0].fields.decode()
        assert tally(found.plan) == Tally(read=apart + 2, entered=apart + 1, refused=1)
        ((line, refused, code),) = [(one.line, one.refused, one.finding.code) for one in found.plan.findings]
        assert (line, refused, code) == (9, True, "exchange.key_twice")

    def test_a_refused_entry_does_not_take_its_key_from_a_later_good_one(self):
        assert tally(planned([a_bad_row("1"), a_row("1")], [])) == Tally(read=2, entered=1, refused=1)

    def test_a_withdrawn_record_that_is_listed_again_counts_as_changed(self):
        assert tally(planned([a_row("1")], [a_card("1", status="withdrawn")])) == Tally(read=1, changed=1)

    def test_a_withdrawn_record_that_stays_away_is_left_alone(self):
        assert planned([], [a_card("1", status="withdrawn")]).does_nothing

    def test_a_bad_row_changes_and_withdraws_nothing(self):
        plan = planned([a_bad_row("1"), a_bad_row("", "QMi.002")], [a_card("1"), a_card("2", reference="QMi.002")])

        assert plan.does_nothing
        assert tally(plan) == Tally(read=2, refused=2)
        assert plan.findings[1] == RowFinding(5, "QMi.002", True, FINDING)

    def test_a_list_without_its_end_needs_two(self):
        plan = Comparison(["persons"]).plan(an_edition(complete=False))

        assert plan.withdrawals == 0
        assert reasons(plan) == ["exchange.lacks_its_end"]

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

    left = after(made(rows, list(cards.values())), cards)

    active = {key: card.title for key, card in left.items() if card.status == "active"}
    kept_bad = {
        key: card.title for key, card in cards.items() if listed.get(key, "") is None and card.status == "active"
    }
    assert active == {key: name for key, name in listed.items() if name} | kept_bad
    assert planned(rows, list(left.values())).does_nothing


def after(found: Made, cards: dict[str, records.RecordCard]) -> dict[str, records.RecordCard]:
    """What is there when the plan was carried out."""
    changed = {change.reference: json.loads(change.prepared.fields) for change in found.todo.changed}
    left = dict(cards)
    for key, card in cards.items():
        if card.reference in changed:
            left[key] = a_card(key, changed[card.reference]["names"][0]["text"])
        elif card.reference in found.gone:
            left[key] = dataclasses.replace(card, status="withdrawn")
    for prepared in found.todo.entered:
        left[prepared.foreign_key] = a_card(prepared.foreign_key, json.loads(prepared.fields)["names"][0]["text"])
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


@settings(max_examples=budget(200, 3_000), deadline=None)
@given(st.lists(st.lists(st.text(max_size=3))), st.lists(st.text(max_size=3)))
def test_a_set_of_keys_knows_each_key_once(blocks, asked):
    keys, seen = KeySet(), set()
    for block in blocks:
        fresh = []
        for key in block:
            fresh.append(key not in seen)
            seen.add(key)
        assert keys.add(block) == fresh

    assert len(keys) == len(seen)
    assert keys.has(asked) == [key in seen for key in asked]
