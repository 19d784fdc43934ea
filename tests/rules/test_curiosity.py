"""What stands out in looks, at the edge from both sides, and that order and other bodies change nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from liaison.rules.curiosity import Attention, Hours, Limits, Quarter, SignalKind, signals

LIMITS = Limits(factor=5, one_record_min=15, fruitless_min=100, out_of_hours_min=20, repeated_days=4)
HIM, HER, THEM = (UUID(int=number) for number in (1, 2, 3))
RECORD, OTHER = UUID(int=101), UUID(int=102)
MONDAY = datetime(2031, 6, 2, 10, tzinfo=UTC)
ALWAYS = Hours()
OFFICE = Hours(always=False, time_zone="Europe/Paris", spans=tuple((day, 540, 1020) for day in range(5)))


def looked(officer=HIM, subject=RECORD, *, looks=1, days=1, opened=1):
    """Return how an officer looked at a subject."""
    return Attention(officer, subject, looks, days, opened)


def quarter(officer=HIM, *, at=MONDAY, minutes=0, looks=0, fruitless=0):
    """Return what an officer did in a quarter of an hour."""
    return Quarter(officer, at + timedelta(minutes=minutes), looks, fruitless)


def found(attention=(), quarters=(), *, hours=ALWAYS, limits=LIMITS):
    """Return (kind, officer, measure, usual) of everything that stands out."""
    return [
        (one.kind, one.officer, one.measure, one.usual)
        for one in signals(list(attention), list(quarters), hours=hours, limits=limits)
    ]


class TestGivenLooksAtOneRecord:
    def test_when_they_reach_the_least_and_nobody_else_looks_then_they_stand_out(self):
        assert found([looked(looks=14)]) == []
        assert found([looked(looks=15)]) == [(SignalKind.ONE_RECORD, HIM, 15, 0)]

    def test_when_the_busiest_colleague_comes_near_then_they_do_not(self):
        assert found([looked(looks=20), looked(HER, looks=4)]) == [(SignalKind.ONE_RECORD, HIM, 20, 4)]
        assert found([looked(looks=19), looked(HER, looks=4)]) == []
        assert found([looked(looks=19), looked(HER, looks=9), looked(HER, OTHER, looks=9)]) == []


class TestGivenTheSameRecordAgainAndAgain:
    def test_when_it_is_found_on_enough_days_and_never_opened_then_it_stands_out(self):
        assert found([looked(looks=4, days=4, opened=0)]) == [(SignalKind.REPEATED, HIM, 4, 0)]
        assert found([looked(looks=3, days=3, opened=0)]) == []
        assert found([looked(looks=4, days=4, opened=1)]) == []


class TestGivenQuestionsWithoutAResult:
    def test_when_an_hour_holds_enough_then_it_stands_out(self):
        hour = [quarter(minutes=15 * number, fruitless=25) for number in range(4)]

        assert found(quarters=hour) == [(SignalKind.FRUITLESS, HIM, 100, 0)]
        assert found(quarters=[*hour[:3], quarter(minutes=45, fruitless=24)]) == []
        assert found(quarters=[*hour[:3], quarter(minutes=60, fruitless=25)]) == []

    def test_when_everybody_at_the_border_has_as_many_then_nobody_stands_out(self):
        crowd = [quarter(officer, fruitless=200) for officer in (HIM, HER, THEM)]

        assert found(quarters=crowd) == []
        assert found(quarters=[quarter(fruitless=1000), *crowd[1:]]) == [(SignalKind.FRUITLESS, HIM, 1000, 200)]


class TestGivenADeskWithHours:
    def test_when_looks_are_outside_then_they_count_in_the_desks_own_zone(self):
        night = quarter(at=datetime(2031, 6, 2, 16, tzinfo=UTC), looks=20)  # 18:00 in Paris, the desk closed at 17:00
        last = quarter(at=datetime(2031, 6, 2, 14, 45, tzinfo=UTC), looks=20)

        assert found(quarters=[night], hours=OFFICE) == [(SignalKind.OUT_OF_HOURS, HIM, 20, 0)]
        assert found(quarters=[last], hours=OFFICE) == []
        assert found(quarters=[quarter(at=night.at, looks=19)], hours=OFFICE) == []

    def test_when_he_was_on_duty_or_the_desk_has_no_hours_then_nothing_stands_out(self):
        night = quarter(at=datetime(2031, 6, 2, 22, tzinfo=UTC), looks=50)
        turn = (datetime(2031, 6, 2, 22, 10, tzinfo=UTC), datetime(2031, 6, 3, 6, tzinfo=UTC))
        on_duty = Hours(always=False, time_zone="UTC", spans=OFFICE.spans, turns={HIM: (turn,)})

        assert found(quarters=[night], hours=on_duty) == []
        assert found(quarters=[quarter(HER, at=night.at, looks=50)], hours=on_duty) != []
        assert found(quarters=[night], hours=Hours(always=False)) == []
        assert found(quarters=[night], hours=Hours(always=True, spans=OFFICE.spans)) == []


@given(
    st.lists(st.builds(looked, st.sampled_from((HIM, HER, THEM)), st.sampled_from((RECORD, OTHER)),
                       looks=st.integers(1, 60), days=st.integers(1, 7), opened=st.integers(0, 3)), max_size=8,
             unique_by=lambda one: (one.officer, one.subject)),
    st.lists(st.builds(quarter, st.sampled_from((HIM, HER, THEM)), minutes=st.integers(0, 8).map(lambda n: n * 15),
                       looks=st.integers(0, 40), fruitless=st.integers(0, 120)), max_size=8),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_looks_changes_nothing(attention, quarters, chance):
    shuffled = [chance.sample(some, len(some)) for some in (attention, quarters)]

    assert found(*shuffled, hours=OFFICE) == found(attention, quarters, hours=OFFICE)


@given(st.integers(1, 200), st.integers(1, 200))
def test_looking_more_never_hides_a_signal_about_oneself(looks, colleague):
    def stands_out(number):
        return any(officer == HIM for _, officer, _, _ in found([looked(looks=number), looked(HER, looks=colleague)]))

    assert stands_out(looks + 1) or not stands_out(looks)
