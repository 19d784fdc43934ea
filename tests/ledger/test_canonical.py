"""One value has one spelling (RFC 8785), and what has none is refused by name of its place."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.ledger.canonical import DEPTH_MAX, INTEGER_MAX, canonical_json, parse_canonical, parse_json
from tests.budgets import budget

WORDS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


class TestGivenTheVectorsOfTheStandard:
    def test_when_keys_are_in_several_scripts_then_utf16_orders_them(self):
        value = {
            "\u20ac": "Euro Sign",
            "\r": "Carriage Return",
            "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One",
            "\U0001f600": "Emoji: Grinning Face",
            "\u0080": "Control",
            "\u00f6": "Latin Small Letter O With Diaeresis",
        }

        spelt = json.loads(canonical_json(value), object_pairs_hook=lambda pairs: [text for _, text in pairs])

        assert spelt == [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ]

    def test_when_text_needs_escapes_then_only_the_short_and_the_necessary_are_used(self):
        value = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}

        spelt = canonical_json(value)

        assert spelt == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()

    @pytest.mark.parametrize(
        ("value", "spelt"),
        [
            ("\b\t\n\f\r", rb'"\b\t\n\f\r"'),
            ("\x00\x1f", rb'"\u0000\u001f"'),
            ("\x7f\u2028", '"\x7f\u2028"'.encode()),
            (INTEGER_MAX, b"9007199254740991"),
            (-INTEGER_MAX, b"-9007199254740991"),
            ((), b"[]"),
            ({}, b"{}"),
        ],
    )
    def test_when_a_value_stands_at_an_edge_then_its_spelling_is_known(self, value, spelt):
        assert canonical_json(value) == spelt


class TestGivenWhatHasNoSpelling:
    @pytest.mark.parametrize(
        ("value", "place"),
        [
            ({"a": [1, {"b": 1.0}]}, r"\$\.a\[1\]\.b: float"),
            ([float("nan")], r"\$\[0\]: float"),
            ({"price": Decimal("1.5")}, r"\$\.price: Decimal"),
            ({1: "one"}, r"\$: a key must be text"),
            ({"name": "\ud800"}, r"\$\.name: an unpaired surrogate"),
            ({"\udfff": 1}, r"\$: an unpaired surrogate"),
            ([INTEGER_MAX + 1], r"\$\[0\]: an integer beyond"),
            (-INTEGER_MAX - 1, r"\$: an integer beyond"),
            (b"bytes", r"\$: bytes"),
            ({"set": {1}}, r"\$\.set: set"),
        ],
    )
    def test_when_it_is_spelt_then_the_place_is_named(self, value, place):
        with pytest.raises(ValueError, match=place):
            canonical_json(value)

    def test_when_it_is_nested_too_deep_then_it_is_refused_and_one_less_is_not(self):
        deep = []
        for _ in range(DEPTH_MAX - 1):
            deep = [deep]

        assert parse_canonical(canonical_json(deep)) == deep
        with pytest.raises(ValueError, match="nested deeper"):
            canonical_json([deep])

    @pytest.mark.parametrize(
        "text",
        [
            b'{"a":1,"a":1}',
            b'{"a":{"b":1,"b":2}}',
            b"1.0",
            b"1e3",
            b"NaN",
            b"-Infinity",
            b"9007199254740992",
            b"1" * 5000,
            b'"\\ud800"',
            b'"\xff"',
            b"\xef\xbb\xbf{}",
            b"[" * 100_000,
            b"[" * 70 + b"]" * 70,
            b"",
            b"{} {}",
        ],
    )
    def test_when_such_text_is_read_then_it_is_refused(self, text):
        with pytest.raises(ValueError):
            parse_json(text)

    @pytest.mark.parametrize("text", [b'{ "a":1}', b'{"b":1,"a":2}', b'"\\u0041"', b'"\\/"', b"-0", b"[1]\n"])
    def test_when_text_is_spelt_in_another_way_then_it_is_read_but_not_canonical(self, text):
        parse_json(text)
        with pytest.raises(ValueError, match="canonical"):
            parse_canonical(text)


@settings(max_examples=budget(100, 5000), deadline=None)
@given(VALUES)
def test_what_is_spelt_is_read_back_and_spelt_the_same(value):
    spelt = canonical_json(value)

    assert parse_canonical(spelt) == value
    assert json.loads(spelt) == value


@settings(max_examples=budget(100, 5000), deadline=None)
@given(st.dictionaries(WORDS, st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_writing_leaves_no_trace(value, chance):
    shuffled = list(value.items())
    chance.shuffle(shuffled)

    assert canonical_json(dict(shuffled)) == canonical_json(value)
