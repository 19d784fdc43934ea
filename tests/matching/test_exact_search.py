"""Records by any or by all of several exact keys: the answers of a plain dictionary, for one reader. All invented."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liaison.matching import (
    IndexDocument,
    Layers,
    Scope,
    combine,
    exact_columns,
    exact_keys,
    exact_search,
    segment_of,
)
from liaison.matching import layer as layer_module
from tests.budgets import budget
from tests.matching.people import OURS, THEIRS, a_document, an_id

KEYS = tuple(f"plateg:{piece}" for piece in ("^AB", "AB1", "B12", "123", "23$", "999"))
OURS_TO_SEE = Scope(frozenset({1, 2}), level=1, source=OURS)
EVERYTHING = None

keys = st.lists(st.sampled_from(KEYS), max_size=len(KEYS), unique=True)
scopes = st.sampled_from([EVERYTHING, OURS_TO_SEE, Scope(frozenset({3}), 3), Scope(frozenset(), 3, THEIRS)])


@st.composite
def things(draw: st.DrawFn, **fixed: object) -> IndexDocument:
    """Draw a record without names, one of few ids, with some of KEYS."""
    drawn = {
        "audience": draw(st.integers(1, 3)),
        "level": draw(st.integers(0, 2)),
        "source": draw(st.sampled_from([OURS, THEIRS])),
    }
    return a_document(draw(st.integers(0, 60)), names=[], kind="vehicles", keys=draw(keys), **{**drawn, **fixed})


batches = st.lists(st.tuples(st.booleans(), st.lists(things(), max_size=25)), max_size=8)


def laid(changes: list[tuple[bool, list[IndexDocument]]]) -> tuple[Layers, dict[bytes, IndexDocument]]:
    """Return the layers after each batch was put on top or taken away, and the same as a dictionary."""
    layers, plain = Layers(), {}
    for is_erasure, documents in changes:
        if is_erasure:
            gone = [document.record_id for document in documents]
            layers = layers.without(gone)
            plain = {key: value for key, value in plain.items() if key not in gone}
        else:
            layers = layers.with_changes(documents)
            plain |= {document.record_id: document for document in documents}
    return layers, plain


def admits(scope: Scope | None, document: IndexDocument) -> bool:
    if scope is None:
        return True
    released = document.audience in scope.audiences and document.level <= scope.level
    return released or document.source == scope.source


def with_any(plain, asked, scope) -> list[tuple[bytes, str]]:
    return sorted(
        (document.record_id, key)
        for document in plain.values()
        for key in set(asked) & set(document.content["keys"])
        if admits(scope, document)
    )


def with_all(plain, asked, scope) -> list[bytes]:
    return sorted(
        document.record_id
        for document in plain.values()
        if asked and set(asked) <= set(document.content["keys"]) and admits(scope, document)
    )


@pytest.fixture(params=[(1, 0), (3, 1), (1 << 16, 24)], autouse=True)
def sizes(request, monkeypatch):
    """Look at so many rows together, and at so few one by one: no answer depends on it."""
    monkeypatch.setattr(layer_module, "ROWS_AT_ONCE", request.param[0])
    monkeypatch.setattr(exact_search, "FEW", request.param[1])


class TestGivenChangesAndErasuresInLayers:
    @given(batches, keys, scopes)
    @settings(max_examples=budget(60, 3000), deadline=None)
    def test_when_asked_for_any_key_then_a_dictionary_says_the_same(self, changes, asked, scope):
        layers, plain = laid(changes)

        found = layers.exact(asked, scope)

        assert [(one.record_id, one.key) for one in found] == with_any(plain, asked, scope)
        assert all(one.kind == "vehicles" for one in found)

    @given(batches, keys, scopes, st.integers(0, 8))
    @settings(max_examples=budget(60, 3000), deadline=None)
    def test_when_asked_for_all_keys_then_a_dictionary_says_the_same(self, changes, asked, scope, limit):
        layers, plain = laid(changes)

        found, more = layers.having_all(asked, scope, limit)

        wanted = with_all(plain, asked, scope)
        assert found == wanted[:limit]
        assert more is (0 < limit < len(wanted))

    @given(batches, keys, scopes)
    @settings(max_examples=budget(30, 1000), deadline=None)
    def test_when_all_is_joined_in_one_segment_a_few_keys_at_a_time_then_the_answers_stay(
        self, changes, asked, scope
    ):
        layers, _ = laid(changes)

        with pytest.MonkeyPatch.context() as small:
            small.setattr(exact_columns, "MERGED_AT_ONCE", 7)
            joined = combine([(layer.segment, layer.alive) for layer in layers._layers])

        assert Layers([joined]).exact(asked, scope) == layers.exact(asked, scope)
        assert Layers([joined]).having_all(asked, scope, 5) == layers.having_all(asked, scope, 5)


class TestNonInterference:
    @given(
        st.lists(things(audience=1, level=1), max_size=12),
        st.lists(things(audience=9, source=THEIRS), max_size=40),
        keys,
        st.integers(1, 6),
        st.integers(1, 4),
    )
    @settings(max_examples=budget(80, 3000), deadline=None)
    def test_hidden_records_change_nothing_not_even_where_answers_are_cut_off(self, seen, hidden, asked, limit, most):
        taken = {document.record_id for document in seen}
        hidden = [document for document in hidden if document.record_id not in taken]
        plain = Layers().with_changes(seen)
        layouts = [
            Layers().with_changes([*seen, *hidden]),
            Layers([segment_of(hidden)]).with_changes(seen),
            Layers([segment_of(seen)]).with_changes(hidden),
        ]

        with pytest.MonkeyPatch.context() as small:
            small.setattr(exact_search, "LOOKED_AT_MAX", most)
            small.setattr(exact_search, "EXACT_MAX", limit)
            for mixed in layouts:
                assert mixed.exact(asked, OURS_TO_SEE) == plain.exact(asked, OURS_TO_SEE)
                assert mixed.having_all(asked, OURS_TO_SEE, limit) == plain.having_all(asked, OURS_TO_SEE, limit)

    def test_a_crowd_of_hidden_records_cuts_nobody_off(self):
        crowd = [a_document(number, audience=9, names=[], keys=["vin:1"], source=THEIRS) for number in range(3000)]
        target = a_document(5000, names=[], keys=["vin:1"])

        index = Layers([segment_of([*crowd, target])])

        assert [one.record_id for one in index.exact(["vin:1"], OURS_TO_SEE)] == [an_id(5000)]
        assert index.having_all(["vin:1"], OURS_TO_SEE, 1) == ([an_id(5000)], False)


class TestGivenManyRecordsOfOneKey:
    @pytest.mark.parametrize(("count", "found"), [(999, 999), (1000, 1000), (1001, 1000)])
    def test_when_asked_then_the_first_thousand_by_id_are_found_wherever_they_lie(self, count, found):
        documents = [a_document(number, names=[], keys=["vin:1"]) for number in range(count)]
        index = Layers([segment_of(documents[::2])]).with_changes(documents[1::2])

        assert [one.record_id for one in index.exact(["vin:1"], None)] == [an_id(number) for number in range(found)]

    def test_when_every_key_is_too_common_then_the_first_are_compared_and_it_says_that_there_may_be_more(
        self, monkeypatch
    ):
        documents = [
            a_document(number, names=[], keys=["a:1", "b:1"] if number % 5 == 0 else [f"{'ab'[number % 2]}:1"])
            for number in range(40)
        ]
        index = Layers([segment_of(documents[::3])]).with_changes(documents[1::3]).with_changes(documents[2::3])
        both = [an_id(number) for number in range(0, 40, 5)]
        assert index.having_all(["a:1", "b:1"], None, 20) == (both, False)

        monkeypatch.setattr(exact_search, "LOOKED_AT_MAX", 10)
        found, more = index.having_all(["a:1", "b:1"], None, 20)

        assert more
        assert 0 < len(found) < len(both)
        assert found == both[: len(found)]

    @pytest.mark.parametrize(("others", "more"), [(9, False), (10, False), (11, True)])
    def test_one_key_that_is_rare_enough_makes_the_answer_whole(self, others, more, monkeypatch):
        monkeypatch.setattr(exact_search, "LOOKED_AT_MAX", 10)
        documents = [a_document(number, names=[], keys=["a:1"]) for number in range(30)]
        documents += [a_document(100 + number, names=[], keys=["a:1", "b:1"]) for number in range(others)]

        found, said = Layers([segment_of(documents)]).having_all(["a:1", "b:1"], None, 50)

        assert said is more
        assert more or found == [an_id(100 + number) for number in range(others)]

    def test_no_key_asks_for_nothing_and_more_keys_than_a_record_has_find_nothing(self):
        index = Layers([segment_of([a_document(names=[], keys=[f"k:{number}" for number in range(2000)])])])

        assert index.having_all([], None, 5) == ([], False)
        assert index.having_all([f"k:{number}" for number in range(1024)], None, 5) == ([an_id(1)], False)
        assert index.having_all([f"k:{number}" for number in range(1025)], None, 5) == ([], False)


class TestGivenKeysThatShareAPartOfTheirHash:
    """96 bits of BLAKE2b cannot be brought to collide here, so these columns are made by hand."""

    @given(
        st.lists(
            st.tuples(st.sampled_from([0, 5, 2**63, 2**64 - 1]), st.sampled_from([0, 1, 2**32 - 1])), max_size=30
        )
    )
    @settings(max_examples=budget(60, 3000), deadline=None)
    @example([(5, 2**32 - 1), (5, 0), (5, 1), (5, 0)])
    def test_then_each_finds_its_own_rows_in_their_order(self, hashes):
        content = b"".join(high.to_bytes(8, "big") + low.to_bytes(4, "big") for high, low in hashes)
        rows = np.arange(len(hashes))[::-1]

        columns = exact_columns.columns_of(content, rows)
        index = exact_columns.ExactKeys(columns, exact_columns.bucket_table(columns.high))

        for high, low in itertools.product([0, 5, 6, 2**63, 2**64 - 1], [0, 1, 2, 2**32 - 1]):
            wanted = sorted(int(row) for row, one in zip(rows, hashes, strict=True) if one == (high, low))
            assert index.rows_of((high, low)).tolist() == wanted

    @given(st.lists(st.integers(0, 2**64 - 1), max_size=60), st.integers(1, 9))
    @settings(max_examples=budget(50, 2000), deadline=None)
    def test_the_table_of_buckets_finds_all_at_any_size(self, highs, bucket_keys):
        content = b"".join(high.to_bytes(8, "big") + bytes(4) for high in highs)
        columns = exact_columns.columns_of(content, np.arange(len(highs)))

        with pytest.MonkeyPatch.context() as small:
            small.setattr(exact_columns, "BUCKET_KEYS", bucket_keys)
            small.setattr(exact_columns, "_BUCKETS_ANYWAY", bucket_keys)
            table = exact_columns.bucket_table(columns.high)
        index = exact_columns.ExactKeys(columns, table)

        for high in highs:
            assert index.rows_of((high, 0)).tolist() == [row for row, one in enumerate(highs) if one == high]
        assert table[-1] == len(highs)

    def test_an_exact_key_takes_sixteen_bytes_and_in_a_large_segment_the_table_a_sixteenth_of_one(self):
        segment = segment_of(a_document(number, names=[], keys=[f"vin:{number}"]) for number in range(5000))
        columns = [segment.arrays[name] for name in ("exact_high", "exact_low", "exact_row")]
        many = np.arange(1 << 24, dtype=np.uint64) << np.uint64(40)

        assert sum(column.nbytes for column in columns) == 16 * 5000
        assert exact_columns.bucket_table(many).nbytes <= len(many) // 16 + 8

    def test_the_hash_of_a_key_is_the_one_that_files_on_disk_have(self):
        assert exact_keys.exact_bytes(" doc:ab123 ").hex() == "a08c676804f79ca928f3b280"
        assert exact_keys.exact_hash("DOC:AB123") == (0xA08C676804F79CA9, 0x28F3B280)


class TestTheScopeOfAFewAndOfManyRows:
    @given(st.lists(things(), min_size=1, max_size=60), scopes)
    @settings(max_examples=budget(50, 2000), deadline=None)
    def test_both_ways_to_decide_admit_the_same(self, documents, scope):
        (layer,) = Layers([segment_of(documents)])._layers
        rows = layer.segment.exact.rows

        one_by_one = [row for row in rows.tolist() if layer.admits(row, scope)]

        assert one_by_one == [row for some in layer.admitted_of(rows, scope) for row in some.tolist()]
        assert one_by_one == rows[layer.admitted(scope)[rows]].tolist()
