"""JSON from outside: whole or not at all, in memory that does not grow with the file."""

import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.formats import json_items
from liaison.formats.json_items import ENDED, ITEM_CHARACTERS_MAX, TOO_LARGE, Items
from liaison.refusal import Refused
from tests.budgets import budget

OPENED = frozenset({(), ("objects",)})
PLACE = ("objects", "[]")


def read(data: bytes) -> tuple[list[object], bool]:
    """The values in `objects`, and whether the file was complete."""
    items = Items(io.BytesIO(data), OPENED)
    values = [item.value for item in items if item.place == PLACE]
    return values, items.complete


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(data)
    return refused.value.code


def a_file(*values: str) -> bytes:
    return ('{"type":"bundle","objects":[' + ",".join(values) + "]}").encode()


class TestGivenWellFormedJson:
    def test_then_values_come_with_their_places_and_lines(self):
        items = Items(io.BytesIO(b'{"a": 1,\n "objects": [\n  {"b": [2]},\n  "c"]}'), OPENED)

        found = [(item.place, item.line, item.value) for item in items]

        assert found == [
            (("a",), 1, 1),
            (PLACE, 3, {"b": [2]}),
            (PLACE, 4, "c"),
            (("objects",), 2, ENDED),
            ((), 1, ENDED),
        ]
        assert items.complete

    def test_when_it_is_read_twice_then_both_passes_say_the_same(self):
        items = Items(io.BytesIO(a_file("1", "2")), OPENED)

        assert list(items) == list(items)

    def test_when_it_is_packed_or_has_a_byte_order_mark_then_it_reads_the_same(self):
        data = a_file('{"é": "\\ud83d\\ude00"}', "1.5", "null")

        assert read(gzip.compress(data)) == read(b"\xef\xbb\xbf" + data) == read(data)

    @given(
        st.lists(
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
                max_leaves=10,
            ),
            max_size=5,
        ),
        st.booleans(),
        st.sampled_from([None, 1]),
    )
    @settings(max_examples=budget(50, 3_000), deadline=None)
    def test_then_every_value_comes_as_the_standard_library_reads_it(self, values, ascii_only, indent):
        data = json.dumps({"objects": values}, ensure_ascii=ascii_only, indent=indent).encode(errors="replace")

        assert read(data) == (json.loads(data)["objects"], True)

    def test_when_an_item_lies_across_pieces_of_the_file_then_it_is_whole(self):
        values = [{"text": "é" * 100_000, "number": number} for number in range(10)]

        found, complete = read(json.dumps({"objects": values}, ensure_ascii=False).encode())

        assert (found, complete) == (values, True)


class TestGivenAFileThatIsCutOff:
    DATA = a_file('{"a": "é\\"\\\\"}', "[1, {}]", '"b"', "true")

    @pytest.mark.parametrize("length", range(1, len(DATA)))
    def test_then_what_is_whole_comes_and_the_file_is_not_complete(self, length):
        whole, _ = read(self.DATA)

        found, complete = read(self.DATA[:length])

        assert found == whole[: len(found)]
        assert not complete

    def test_when_it_is_packed_then_it_is_the_same(self):
        data = a_file(*(json.dumps(f"{number:09}") for number in range(200_000)))

        found, complete = read(gzip.compress(data)[:-200])

        assert 0 < len(found) < 200_000
        assert not complete


class TestGivenWhatIsNoJson:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "json.empty"),
            (b"<xml/>", "json.malformed"),
            (a_file("{'a': 1}"), "json.malformed"),
            (a_file("1,"), "json.malformed"),
            (a_file("1 2"), "json.malformed"),
            (a_file("[1,2}"), "json.malformed"),
            (a_file("NaN"), "json.malformed"),
            (a_file("Infinity"), "json.malformed"),
            (a_file("9" * 500), "json.malformed"),
            (a_file("1") + b"x", "json.malformed"),
            (a_file("1") + a_file("2"), "json.malformed"),
            (a_file('"\x00"'), "json.malformed"),
            (b'{"objects":["\xff"]}', "json.not_utf8"),
            (a_file("1").decode().encode("utf-16"), "json.not_utf8"),
            (b"\x1f\x8bnot packed", "json.damaged"),
            (gzip.compress(a_file("1"), mtime=0)[:6], "json.damaged"),
            (a_file("[" * 100_000), "json.too_deep"),
            (a_file('{"a":' * 50_000 + "1" + "}" * 50_000), "json.too_deep"),
        ],
    )
    def test_then_it_is_refused_with_its_reason(self, data, code):
        assert refusal(data) == code

    def test_then_the_line_is_named(self):
        with pytest.raises(Refused) as refused:
            read(b'{"objects": [\n1,\n{"a": oops}\n]}')

        assert refused.value.findings[0].values == {"line": 3}

    @given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ \n1eE.-tn', max_size=60).map(str.encode))
    @settings(max_examples=budget(100, 20_000), deadline=None)
    def test_then_nothing_but_a_refusal_or_values_comes_of_any_bytes(self, data):
        try:
            found, _ = read(b'{"objects":' + data)
        except Refused:
            return
        assert isinstance(found, list)


class TestGivenTooMuch:
    def test_when_one_value_is_longer_than_any_then_it_is_skipped_and_the_next_comes(self):
        longest = json.dumps("a" * (ITEM_CHARACTERS_MAX - 2))
        longer = json.dumps('\\"{]' * ITEM_CHARACTERS_MAX)

        assert read(a_file(longest, longer, "7"))[0][1:] == [TOO_LARGE, 7]
        assert read(a_file(longest, "7"))[0][0] != TOO_LARGE

    def test_when_a_list_of_lists_is_longer_than_any_then_it_is_skipped_by_its_brackets(self):
        longer = "[" + ",".join('{"]":["["]}' for _ in range(ITEM_CHARACTERS_MAX // 8)) + "]"

        assert read(a_file(longer, "7"))[0] == [TOO_LARGE, 7]

    def test_when_there_are_more_items_than_a_list_has_then_it_is_refused(self, monkeypatch):
        monkeypatch.setattr(json_items, "ITEMS_MAX", 4)  # two values, and the ends of two containers

        assert len(read(b'{"objects":[1,2]}')[0]) == 2
        assert refusal(b'{"objects":[1,2,3]}') == "json.too_many"

    def test_when_it_unpacks_to_more_than_a_list_has_then_it_is_refused(self, monkeypatch):
        monkeypatch.setattr(json_items, "UNPACKED_BYTES_MAX", 1_000_000)

        assert refusal(gzip.compress(a_file(json.dumps("a" * 2_000_000)))) == "json.too_large"

    def test_when_it_is_long_then_memory_does_not_grow_with_it(self):
        data = a_file(*(json.dumps({"number": number, "text": "a" * 200}) for number in range(50_000)))
        stream = io.BytesIO(data)

        tracemalloc.start()
        count = sum(1 for _ in Items(stream, OPENED))
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert count == 50_003
        assert peak_bytes < 8 * 1024 * 1024 < len(data)
