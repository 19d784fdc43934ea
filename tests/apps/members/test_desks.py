"""When a desk is open, who is on duty, and who stands in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from liaison.apps.members import desks
from liaison.apps.members import public as members
from liaison.apps.members.desks import Span
from liaison.apps.members.models import Reader
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.clock import now
from tests.factories.members import REASON, a_viewer, days_from_now

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER = members.Role.BUREAU_ADMINISTRATOR, members.Role.BUREAU_OFFICER
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
WORKING_DAYS = [Span(day, 9 * 60, 17 * 60) for day in range(5)]


def an_administrator(code="QM"):
    return a_viewer(code, ADMINISTRATOR)


def desk_of(code="QM", viewer=None):
    reader_id = Reader.objects.get(code=code).id
    return members.desks([reader_id], viewer or a_viewer("QN"))[reader_id]


class TestGivenOpeningHours:
    @pytest.mark.parametrize(
        ("zone", "moment", "is_open"),
        [
            ("UTC", MONDAY + timedelta(hours=9, seconds=-30), False),
            ("UTC", MONDAY + timedelta(hours=9, seconds=30), True),
            ("UTC", MONDAY + timedelta(hours=17, seconds=-30), True),
            ("UTC", MONDAY + timedelta(hours=17, seconds=30), False),
            ("UTC", MONDAY + timedelta(days=5, hours=12), False),
            ("Asia/Tokyo", MONDAY + timedelta(minutes=1), True),
            ("Asia/Tokyo", MONDAY + timedelta(hours=8, minutes=1), False),
            ("Asia/Tokyo", MONDAY - timedelta(hours=1), False),
            ("America/Lima", MONDAY + timedelta(hours=14, minutes=1), True),
        ],
    )
    def test_a_desk_is_open_by_its_own_clock(self, clock, zone, moment, is_open):
        desks.set_hours(zone, WORKING_DAYS, by=an_administrator())

        clock.set_to(moment)

        assert desk_of().is_open is is_open

    def test_a_night_is_two_spans(self, clock):
        desks.set_hours("UTC", [Span(0, 22 * 60, 1440), Span(1, 0, 6 * 60)], by=an_administrator())

        clock.set_to(MONDAY + timedelta(hours=23, minutes=59))
        assert desk_of().is_open
        clock.set_to(MONDAY + timedelta(hours=24, minutes=1))
        assert desk_of().is_open

    @pytest.mark.parametrize(
        ("zone", "spans", "problem"),
        [
            ("Mars/Olympus", WORKING_DAYS, "no time zone"),
            ("UTC", [Span(7, 0, 60)], "opens before it closes"),
            ("UTC", [Span(0, 60, 60)], "opens before it closes"),
            ("UTC", [Span(0, -1, 60)], "opens before it closes"),
            ("UTC", [Span(0, 0, 1441)], "opens before it closes"),
            ("UTC", [Span(0, 0, 60), Span(0, 59, 90)], "overlap"),
            ("UTC", [Span(0, 2 * one, 2 * one + 1) for one in range(22)], "at most 21"),
        ],
    )
    def test_what_is_wrong_is_refused_and_changes_nothing(self, zone, spans, problem):
        him = an_administrator()
        desks.set_hours("UTC", WORKING_DAYS, by=him)

        with pytest.raises(Refused, match=problem):
            desks.set_hours(zone, spans, by=him)

        assert desk_of().hours == tuple(WORKING_DAYS)

    def test_only_those_who_look_after_the_body_set_them(self):
        with pytest.raises(NotAllowed):
            desks.set_hours("UTC", WORKING_DAYS, by=a_viewer("QM", OFFICER))


class TestGivenADeskByDayAndNight:
    def test_it_is_open(self):
        him = an_administrator()
        members.set_contact(desk="Operations", phone="", email="ops@example.org", always=True, by=him)

        assert (desk_of().is_open, desk_of().always) == (True, True)


class TestGivenARoster:
    def test_a_desk_is_open_while_somebody_is_on_duty(self, clock):
        him, colleague = an_administrator(), a_viewer("QM", OFFICER)
        start = now()
        desks.plan_turn(colleague.user_id, start + timedelta(hours=1), start + timedelta(hours=3), by=him)

        assert not desk_of().is_open
        clock.move(hours=1, seconds=1)
        assert desk_of().is_open
        clock.move(hours=2, seconds=1)
        assert not desk_of().is_open

    def test_whoever_left_opens_no_desk(self, clock):
        him, colleague = an_administrator(), a_viewer("QM", OFFICER)
        desks.plan_turn(colleague.user_id, now() - timedelta(minutes=1), now() + timedelta(hours=1), by=him)
        assert desk_of().is_open

        members.leave(colleague.user_id, by=him)

        assert not desk_of().is_open

    def test_others_learn_that_it_is_open_and_not_through_whom(self):
        him, colleague = an_administrator(), a_viewer("QM", OFFICER)
        desks.plan_turn(colleague.user_id, now(), now() + timedelta(hours=1), by=him)

        assert desks.roster(a_viewer("QN")) == []
        (turn,) = desks.roster(him)
        assert turn.name == "Invented Officer"

    @pytest.mark.parametrize(
        ("begins", "lasts", "taken"), [(0, 24, True), (0, 25, False), (0, 0, False), (-9, 8, False)]
    )
    def test_a_turn_has_bounds(self, begins, lasts, taken):
        him, colleague = an_administrator(), a_viewer("QM", OFFICER)
        start = now() + timedelta(hours=begins)

        if taken:
            desks.plan_turn(colleague.user_id, start, start + timedelta(hours=lasts), by=him)
        else:
            with pytest.raises(Refused, match="up to 24 hours"):
                desks.plan_turn(colleague.user_id, start, start + timedelta(hours=lasts), by=him)

    def test_nobody_plans_for_another_body(self):
        him, stranger = an_administrator(), a_viewer("QN", OFFICER)

        with pytest.raises(Absent):
            desks.plan_turn(stranger.user_id, now(), now() + timedelta(hours=1), by=him)
        with pytest.raises(Absent):
            desks.drop_turn(uuid4(), by=him)

    def test_a_turn_is_taken_out_by_the_own_body_alone(self):
        him, colleague = an_administrator(), a_viewer("QM", OFFICER)
        desks.plan_turn(colleague.user_id, now(), now() + timedelta(hours=1), by=him)
        (turn,) = desks.roster(him)

        with pytest.raises(Absent):
            desks.drop_turn(turn.id, by=an_administrator("QN"))
        desks.drop_turn(turn.id, by=him)

        assert desks.roster(him) == []


class TestGivenADeputy:
    def asked(self, **days):
        wanted = {"starts_on": days_from_now(0), "ends_on": days_from_now(10)} | days
        return members.propose_deputy("QN", reason=REASON, by=an_administrator(), **wanted)

    def test_when_somebody_over_there_agrees_then_it_stands_in_for_those_days(self, clock):
        change = self.asked()
        assert desk_of().deputy_id is None

        members.decide(change, approve=True, by=an_administrator("QN"))

        assert desk_of().deputy_id == Reader.objects.get(code="QN").id
        clock.move(days=11)
        assert desk_of().deputy_id is None

    def test_when_the_asking_bureau_would_agree_itself_then_it_cannot(self):
        change = self.asked()

        with pytest.raises(Absent):
            members.decide(change, approve=True, by=an_administrator())

    def test_of_several_the_last_one_counts_until_it_is_ended(self):
        members.decide(self.asked(), approve=True, by=an_administrator("QN"))
        again = members.propose_deputy(
            "QO", starts_on=days_from_now(0), ends_on=days_from_now(5), reason=REASON, by=an_administrator()
        )
        members.decide(again, approve=True, by=an_administrator("QO"))
        assert desk_of().deputy_id == Reader.objects.get(code="QO").id

        desks.end_deputy(by=an_administrator())

        assert desk_of().deputy_id is None

    @pytest.mark.parametrize("code", ["QM", "XS", "UN", "nowhere"])
    def test_only_another_bureau_stands_in(self, code):
        with pytest.raises(Absent):
            members.propose_deputy(
                code, starts_on=days_from_now(0), ends_on=days_from_now(1), reason=REASON, by=an_administrator()
            )

    def test_days_that_are_over_are_refused(self):
        with pytest.raises(Refused, match="last day comes before the first, or is over"):
            self.asked(starts_on=days_from_now(-3), ends_on=days_from_now(-1))
