"""The journal of erasures: what was written is read back, what was tampered with is named, a torn end is not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from liaison.ledger.erasures import BEGINNING, Erasure, journal_line, line_digest, read_journal

ERASURES = [Erasure(datetime(2026, 3, n, tzinfo=UTC), UUID(int=n), UUID(int=100 + n)) for n in range(1, 5)]


def a_journal(erasures):
    lines, last = [], BEGINNING
    for erasure in erasures:
        lines.append(journal_line(erasure, last))
        last = line_digest(lines[-1])
    return lines


class TestGivenAJournal:
    def test_when_it_is_read_then_all_erasures_are_there_in_order(self):
        lines = a_journal(ERASURES)

        journal = read_journal(lines)

        assert journal.erasures == tuple(ERASURES)
        assert (journal.last, journal.torn) == (line_digest(lines[-1]), b"")

    def test_when_it_is_empty_then_the_next_line_is_the_first(self):
        assert read_journal([]).last == BEGINNING

    @pytest.mark.parametrize("length", [1, 50, -1])
    def test_when_a_crash_tore_the_last_line_then_the_others_count(self, length):
        lines = a_journal(ERASURES)
        lines[-1] = lines[-1][:length]

        journal = read_journal(lines)

        assert journal.erasures == tuple(ERASURES[:-1])
        assert journal.torn == lines[-1]
        assert journal.last == line_digest(lines[-2])

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            (lambda j: [j[0], *j[2:]], "Before line 2"),
            (lambda j: j[1:], "Before line 1"),
            (lambda j: [j[1], j[0], *j[2:]], "Before line 1"),
            (lambda j: [j[0], j[1].replace(b"2026", b"2027"), *j[2:]], "Before line 3"),
            (lambda j: [j[0], j[1].replace(b'"v":1', b'"v":2'), *j[2:]], "Line 2"),
            (lambda j: [j[0], b"\n", *j[1:]], "Line 2"),
            (lambda j: [j[0], j[1][:-1], *j[2:]], "Line 2"),
        ],
    )
    def test_when_a_line_was_touched_then_it_is_named(self, lines, told):
        with pytest.raises(ValueError, match=told):
            read_journal(lines(a_journal(ERASURES)))
