"""What one reader may find, in segments and changes on top of each other. All people are invented."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.matching import Candidate, IndexDocument, Layers, Scope, segment_of
from tests.budgets import budget
from tests.matching.people import OURS, THEIRS, a_document, an_id, names, people

OURS_TO_SEE = Scope(audiences=frozenset({1, 2}), level=1)
ASKED = {"names": ["Dilara Voss"]}


def layers(*documents: IndexDocument) -> Layers:
    return Layers([segment_of(documents)])


def ids(found: list[Candidate]) -> list[bytes]:
    return [candidate.record_id for candidate in found]


class TestGivenRecordsOfSeveralAudiencesAndLevels:
    @pytest.mark.parametrize(
        ("audience", "level", "source", "is_found"),
        [
            (1, 1, THEIRS, True),
            (2, 1, THEIRS, True),
            (3, 1, THEIRS, False),
            (1, 2, THEIRS, False),
            (3, 1, OURS, True),
            (3, 3, OURS, True),
        ],
    )
    def test_when_asked_then_audience_level_and_source_decide_together(self, audience, level, source, is_found):
        index = layers(a_document(audience=audience, level=level, source=source, keys=["vin:1"]))
        scope = Scope(frozenset({1, 2}), level=1, source=OURS)

        assert bool(index.search(ASKED, scope=scope)) is is_found
        assert bool(index.exact(["vin:1"], scope)) is is_found
        assert index.document_count(scope) == is_found

    def test_an_empty_audience_list_is_nobody(self):
        index = layers(a_document(keys=["vin:1"]))
        nobody = Scope(frozenset(), level=3)

        assert index.search(ASKED, scope=nobody) == []
        assert index.exact(["vin:1"], nobody) == []

    def test_without_a_scope_everything_is_found(self):
        assert layers(a_document(audience=99, level=3)).search(ASKED, scope=None)


class TestNonInterference:
    @given(st.lists(people(), min_size=1, max_size=6), st.lists(people(), max_size=12), people(), st.integers(0, 3))
    @settings(max_examples=budget(80, 600), deadline=None)
    def test_hidden_records_change_no_byte_of_an_answer(self, seen, hidden, query, layout):
        visible = [a_document(10 * number, keys=["k:1"], **person) for number, person in enumerate(seen)]
        secret = [a_document(10 * n + 3, audience=9, keys=["k:1"], **person) for n, person in enumerate(hidden)]
        plain = layers(*visible)
        if layout == 0:
            mixed = layers(*visible, *secret)
        elif layout == 1:
            mixed = layers(*secret).with_changes(visible)
        elif layout == 2:
            mixed = layers(*visible).with_changes(secret)
        else:
            mixed = layers(*secret, *visible[:1]).with_changes(visible[1:]).with_changes(secret[:1])

        for question in (query, {"documents": ["QM1234507"]}):
            before = plain.search(question, scope=OURS_TO_SEE, limit=10)
            after = mixed.search(question, scope=OURS_TO_SEE, limit=10)
            assert pickle.dumps(before) == pickle.dumps(after)
        assert plain.exact(["k:1"], OURS_TO_SEE) == mixed.exact(["k:1"], OURS_TO_SEE)

    def test_a_crowd_of_hidden_namesakes_crowds_nobody_out(self):
        target = a_document(5000, names=["Dilara Voss Tulrish"])
        crowd = [a_document(number, audience=9, names=["Dilara Voss"], keys=["k:1"]) for number in range(2500)]

        found = layers(target, *crowd).search(ASKED, scope=OURS_TO_SEE)

        assert pickle.dumps(found) == pickle.dumps(layers(target).search(ASKED, scope=OURS_TO_SEE))


class TestLayersAreOneIndex:
    @given(st.lists(people(), min_size=1, max_size=10), names, st.integers(0, 10), st.booleans())
    @settings(max_examples=budget(80, 600), deadline=None)
    def test_however_the_records_lie_the_answers_are_the_same(self, persons, name, cut, one_by_one):
        documents = [a_document(number, **person) for number, person in enumerate(persons)]
        whole = layers(*documents)
        parts = layers(*documents[:cut])
        for batch in [[one] for one in documents[cut:]] if one_by_one else [documents[cut:]]:
            parts = parts.with_changes(batch)

        question = {"names": [name]}
        assert parts.search(question, scope=None, limit=20) == whole.search(question, scope=None, limit=20)
        assert len(parts) == len(whole)


class TestChanges:
    def test_when_a_record_changes_then_its_old_name_and_keys_find_nothing(self):
        index = layers(a_document(keys=["vin:1"])).with_changes(
            [a_document(names=["Gormev Tulrish"], keys=["vin:2"])]
        )

        assert index.search(ASKED, scope=None, threshold=0.1) == []
        assert ids(index.search({"names": ["Gormev Tulrish"]}, scope=None)) == [an_id(1)]
        assert index.exact(["vin:1"], None) == []
        assert [found.record_id for found in index.exact(["vin:2"], None)] == [an_id(1)]

    def test_when_a_record_is_withdrawn_then_it_is_gone_wherever_it_lies(self):
        index = layers(a_document(1)).with_changes([a_document(2)])

        gone = index.without([an_id(1), an_id(2), an_id(3)])

        assert len(gone) == 0
        assert gone.search(ASKED, scope=None) == []
        assert len(index) == 2

    def test_when_its_audience_changes_then_it_moves_at_once(self):
        index = layers(a_document(audience=9))
        assert index.search(ASKED, scope=OURS_TO_SEE) == []

        assert index.with_changes([a_document(audience=1)]).search(ASKED, scope=OURS_TO_SEE)

    def test_many_small_changes_stay_few_segments(self):
        index = Layers()
        for number in range(200):
            index = index.with_changes([a_document(number)])

        assert len(index) == 200
        assert index.tail_records == 200
        assert len(index._layers) <= 12

    def test_the_tail_as_a_segment_holds_what_is_alive_in_it(self):
        index = layers(a_document(1)).with_changes([a_document(2), a_document(3)]).without([an_id(2)])

        tail = index.tail()

        assert [tail.record_id(row) for row in range(len(tail))] == [an_id(3)]


class TestKinds:
    def test_only_the_databases_asked_for_are_searched(self):
        index = layers(a_document(1), a_document(2, kind="organisations", names=["Dilara Voss Ltd"]))

        found = index.search(ASKED, scope=None, kinds=frozenset({"organisations"}))

        assert ids(found) == [an_id(2)]
        assert found[0].kind == "organisations"


class TestExactKeys:
    def test_capitals_and_outer_spaces_make_no_difference(self):
        assert layers(a_document(keys=["plate:QM:ab 1"])).exact([" PLATE:qm:AB 1"], None)

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=40, unique=True), st.integers(0, 500))
    @settings(max_examples=budget(60, 1000), deadline=None)
    def test_a_key_is_found_if_and_only_if_it_was_put_in(self, numbers, asked):
        index = layers(*(a_document(number, names=[], keys=[f"vin:{number}"]) for number in numbers))

        assert [found.record_id for found in index.exact([f"vin:{asked}"], None)] == (
            [an_id(asked)] if asked in numbers else []
        )
