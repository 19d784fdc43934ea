"""Bodies of entries and events: one spelling each, strictly read, bound to a salt."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.ledger.canonical import canonical_json, parse_canonical
from liaison.ledger.entries import Entry, content_digest, leaf_data, moment_text, parse_entry, parse_moment
from liaison.ledger.events import Event, EventKind, events_root, parse_event, rooted_notes
from liaison.ledger.tree import EMPTY_ROOT, leaf_hash, root

AT = datetime(2026, 3, 1, 8, 15, 30, 120, tzinfo=UTC)
IDS = [UUID(int=number) for number in range(1, 9)]
ENTRY = Entry(IDS[0], AT, "records.entered", IDS[1], IDS[2], IDS[3], "persons@1", "ab" * 32, {"batch": 7})
EVENT = Event(IDS[0], AT, EventKind.QUERY, IDS[1], IDS[2], "locate", (IDS[3], IDS[4]), 2, {"door": "api"})


class TestGivenAnEntry:
    def test_when_it_is_written_then_the_body_is_this(self):
        assert ENTRY.to_bytes() == (
            b'{"action":"records.entered","actor":"00000000-0000-0000-0000-000000000003",'
            b'"at":"2026-03-01T08:15:30.000120Z",'
            b'"content":"abababababababababababababababababababababababababababababababab",'
            b'"id":"00000000-0000-0000-0000-000000000001","kind":"persons@1","notes":{"batch":7},'
            b'"source":"00000000-0000-0000-0000-000000000004",'
            b'"subject":"00000000-0000-0000-0000-000000000002","v":1}'
        )

    def test_when_it_is_read_back_then_it_is_the_same(self):
        assert parse_entry(ENTRY.to_bytes()) == ENTRY

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"extra": 1},
            {"id": "not an id"},
            {"id": "00000000000000000000000000000001"},
            {"id": 1},
            {"at": "2026-03-01T08:15:30Z"},
            {"at": "2026-03-01T08:15:30.00012Z"},
            {"at": "2026-03-01T09:15:30.000120+01:00"},
            {"content": "AB" * 32},
            {"content": "ab" * 31},
            {"content": 1},
            {"action": "entered"},
            {"action": "records.entered "},
            {"kind": "persons"},
            {"kind": "persons@0"},
            {"notes": []},
            {"actor": None},
        ],
    )
    def test_when_its_body_is_anything_else_then_it_is_refused(self, change):
        body = canonical_json(parse_canonical(ENTRY.to_bytes()) | change)

        with pytest.raises(ValueError):
            parse_entry(body)

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", ENTRY.to_bytes() + b"\n", b" " + ENTRY.to_bytes()])
    def test_when_it_is_not_canonical_then_it_is_refused(self, body):
        with pytest.raises(ValueError):
            parse_entry(body)

    @pytest.mark.parametrize(
        "wrong",
        [{"action": "Records.entered"}, {"action": "records"}, {"kind": "Persons@1"}, {"content": "x"}],
    )
    def test_when_one_is_made_wrong_then_it_is_a_value_error(self, wrong):
        given = {"id": IDS[0], "at": AT, "action": "a.b", "subject": IDS[1], "actor": IDS[2], "source": IDS[3]}
        Entry(**given)
        with pytest.raises(ValueError):
            Entry(**(given | wrong))


class TestGivenAnEvent:
    def test_when_it_is_read_back_then_it_is_the_same(self):
        assert parse_event(EVENT.to_bytes()) == EVENT

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"kind": "glance"},
            {"count": "2"},
            {"count": -1},
            {"subjects": {}},
            {"purpose": "Locate"},
            {"x": 1},
            {"subjects": ["x"]},
            {"notes": None},
            {"at": "now"},
            {"user": "00000000000000000000000000000002"},
            {"count": True},
        ],
    )
    def test_when_its_body_is_anything_else_then_it_is_refused(self, change):
        with pytest.raises(ValueError):
            parse_event(canonical_json(parse_canonical(EVENT.to_bytes()) | change))

    def test_when_a_batch_is_rooted_then_the_notes_say_count_and_root(self):
        leaves = [leaf_hash(leaf_data(bytes([n]) * 32, EVENT.to_bytes())) for n in range(3)]

        assert rooted_notes(iter(leaves)) == {"count": 3, "root": root(leaves).hex()}
        assert events_root(leaves) != events_root(leaves[::-1])
        assert events_root([]) == EMPTY_ROOT


class TestGivenSalts:
    def test_when_a_leaf_or_content_is_bound_then_the_salt_comes_first(self):
        assert leaf_data(b"s" * 32, b"body") == b"s" * 32 + b"body"
        assert content_digest(b"s" * 32, b"content") == hashlib.sha256(b"s" * 32 + b"content").digest()

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_when_a_salt_is_not_of_32_bytes_then_it_is_refused(self, length):
        with pytest.raises(ValueError):
            leaf_data(b"s" * length, b"")
        with pytest.raises(ValueError):
            content_digest(b"s" * length, b"")

    def test_when_the_content_is_the_same_then_another_salt_hides_it(self):
        assert content_digest(b"a" * 32, b"same") != content_digest(b"b" * 32, b"same")


@given(
    st.datetimes(min_value=datetime.fromisoformat("0001-01-02"), max_value=datetime.fromisoformat("9999-12-30")),
    st.integers(-720, 720),
)
def test_a_moment_is_always_spelt_in_utc_and_read_back(naive, offset_minutes):
    at = naive.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))

    assert len(moment_text(at)) == 27
    assert parse_moment(moment_text(at)) == at


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        moment_text(AT.replace(tzinfo=None))
