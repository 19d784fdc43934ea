"""Segment files: written whole, mapped, refused when damaged, rewritten without the erased."""

import os
import stat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.matching import (
    Layers,
    SegmentUnreadable,
    combine,
    exact_columns,
    open_segment,
    segment_of,
    write_segment,
)
from liaison.matching.vocabulary import words_in
from liaison.names import tokens_of
from tests.budgets import budget
from tests.matching.people import OURS, THEIRS, a_document, an_id, names, people


@pytest.fixture
def path(tmp_path):
    return tmp_path / "0001.segment"


class TestWriting:
    @given(st.lists(people(), max_size=8))
    @settings(max_examples=budget(25, 300), deadline=None)
    def test_what_is_read_back_answers_the_same(self, tmp_path_factory, persons):
        file = tmp_path_factory.mktemp("segments") / "one"
        segment = segment_of(a_document(number, **person) for number, person in enumerate(persons))
        write_segment(file, segment)

        read = open_segment(file, verify=True)

        for name, array in segment.arrays.items():
            assert np.array_equal(array, read.arrays[name])
        for person in persons:
            assert Layers([read]).search(person, scope=None) == Layers([segment]).search(person, scope=None)

    def test_only_its_owner_may_read_it_and_nothing_else_is_left_behind(self, path):
        write_segment(path, segment_of([a_document()]))

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    def test_the_same_documents_make_the_same_bytes_in_whatever_order(self, tmp_path):
        documents = [a_document(number, names=[f"Zorban {number}"]) for number in range(20)]
        write_segment(tmp_path / "a", segment_of(documents))
        write_segment(tmp_path / "b", segment_of(reversed(documents)))

        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_an_empty_segment_can_be_written(self, path):
        write_segment(path, segment_of([]))

        assert len(open_segment(path, verify=True)) == 0


class TestTheVocabulary:
    @given(st.lists(names, min_size=1, max_size=5, unique=True))
    @settings(max_examples=budget(60, 1000), deadline=None)
    def test_each_name_is_the_numbers_of_its_words(self, texts):
        arrays = segment_of([a_document(names=texts)]).arrays

        forms = words_in(arrays, np.arange(len(arrays["word_role"])))
        for number, text in enumerate(texts):
            words = arrays["name_word"][arrays["name_word_at"][number] : arrays["name_word_at"][number + 1]]
            assert [forms[word].form.decode() for word in words] == [token.form for token in tokens_of(text)]

    def test_a_word_comes_once_however_many_bear_it(self):
        arrays = segment_of([a_document(number, names=["Dilara Voss"]) for number in range(9)]).arrays

        assert len(arrays["word_role"]) == 2
        assert arrays["post_row"].tolist() == [*range(9), *range(9)]


class TestReadingWhatIsNotWhole:
    def test_when_the_file_is_missing_then_it_says_so(self, path):
        with pytest.raises(SegmentUnreadable, match="cannot be read"):
            open_segment(path)

    @pytest.mark.parametrize(
        "content", [b"", b"short", b"\0" * 100, b"LIAISONx" + b"\xff" * 8, b"LIAISONx" + bytes(8)]
    )
    def test_when_it_is_something_else_then_it_is_refused(self, path, content):
        path.write_bytes(content)
        with pytest.raises(SegmentUnreadable):
            open_segment(path)

    def test_when_it_is_cut_off_then_it_is_refused(self, path):
        write_segment(path, segment_of([a_document()]))
        os.truncate(path, path.stat().st_size - 1)

        with pytest.raises(SegmentUnreadable, match="cut off"):
            open_segment(path)

    def test_when_a_byte_changed_then_verifying_refuses_it(self, path):
        write_segment(path, segment_of([a_document()]))
        content = bytearray(path.read_bytes())
        place = content.index(b"Dilara")
        content[place] ^= 1
        path.write_bytes(content)

        with pytest.raises(SegmentUnreadable, match="damaged"):
            open_segment(path, verify=True)

    def test_when_it_is_of_another_format_then_it_is_refused(self, path):
        write_segment(path, segment_of([a_document()]))
        path.write_bytes(path.read_bytes().replace(b'"format": 5', b'"format": 9'))

        with pytest.raises(SegmentUnreadable, match="another format"):
            open_segment(path)


class TestCombining:
    @given(
        st.lists(people(), min_size=1, max_size=10),
        st.integers(0, 10),
        st.sets(st.integers(0, 9)),
        st.sampled_from([1, 3, 50, 1 << 20]),
    )
    @settings(max_examples=budget(60, 1000), deadline=None)
    def test_combining_parts_is_building_from_what_they_keep(self, persons, cut, dropped, at_once):
        documents = [
            a_document(
                number,
                source=OURS if number % 2 else THEIRS,
                kind="persons" if number % 3 else "organisations",
                keys=[f"k:{number}", "common", f"third:{number % 3}"],
                **person,
            )
            for number, person in enumerate(persons)
        ]
        parts = [segment_of(documents[cut:]), segment_of(documents[:cut:2]), segment_of(documents[1:cut:2])]
        wanted = segment_of(document for number, document in enumerate(documents) if number not in dropped)
        gone = [an_id(number) for number in dropped]

        kept = []
        for part in parts:
            keep = np.ones(len(part), dtype=bool)
            keep[part.rows_of(gone)] = False
            kept.append((part, keep))
        with pytest.MonkeyPatch.context() as small:
            small.setattr(exact_columns, "MERGED_AT_ONCE", at_once)
            made = combine(kept)

        assert (made.sources, made.kinds) == (wanted.sources, wanted.kinds)
        for name, array in wanted.arrays.items():
            assert np.array_equal(array, made.arrays[name]), name

    def test_when_rewritten_without_a_record_then_neither_its_name_nor_a_hash_of_it_is_left(self, path):
        erased = a_document(1, names=["Gormev Tulrish"], keys=["vin:77"], documents=["QM7654321"])
        others = [a_document(number) for number in range(2, 40)]
        segment = segment_of([erased, *others])
        keep = np.ones(len(segment), dtype=bool)
        keep[segment.rows_of([an_id(1)])] = False

        write_segment(path, combine([(segment, keep)]))
        write_segment(path.with_name("never"), segment_of(others))

        assert path.read_bytes() == path.with_name("never").read_bytes()
        assert b"Gormev" not in path.read_bytes()
