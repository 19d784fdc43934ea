"""Breaking the glass: two persons of two bodies, a reason, an end, and a source that is told at once."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.glass import public as glass
from liaison.apps.members import public as members
from liaison.apps.members.models import User
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, ReaderKind, Viewer
from tests.factories.glass import WHY, an_open_one, an_opening
from tests.factories.members import a_partner, a_viewer, an_agency
from tests.factories.records import a_document, a_person, a_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


@pytest.fixture
def source() -> Viewer:
    return a_viewer("QM", Role.BUREAU_SUPERVISOR)


@pytest.fixture
def asker() -> Viewer:
    return a_viewer("QN", Role.BUREAU_OFFICER)


@pytest.fixture
def decider() -> Viewer:
    return a_viewer("XS", Role.SECURITY_OFFICER)


@pytest.fixture
def hidden(source) -> str:
    """A record of QM that nobody else may see."""
    return a_record(source, audience="")


class TestGivenAnOpeningThatASecondPersonApproved:
    def test_the_asker_reads_the_very_record_and_nobody_else_does(self, source, asker, decider, hidden):
        other = a_record(source, audience="", fields=a_person("Vesna Rudolak"))
        opening = an_open_one(asker, decider, named=[hidden])

        card, shown = glass.read(opening, hidden, by=asker)

        assert (card.reference, shown.reference, shown.title) == (opening, hidden, "Elsa Quendrix")
        for reader, reference in (
            (asker, other),
            (decider, hidden),
            (a_viewer("QN", Role.BUREAU_SUPERVISOR), hidden),
            (a_viewer("QO", Role.BUREAU_OFFICER), hidden),
        ):
            with pytest.raises(Refused):
                glass.read(opening, reference, by=reader)

    def test_the_record_is_still_in_no_answer_list_count_or_copy(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])
        glass.read(opening, hidden, by=asker)

        with pytest.raises(Absent):
            records.record(hidden, asker)
        assert records.counts(asker)["persons"] == records.listing("persons", asker).total == 0
        assert records.extent("persons", asker).count == 0
        assert records.cards([record_id(hidden, source)], asker) == []
        made = exchange.export("persons", format="csv", viewer=asker)
        assert b"Quendrix" not in b"".join(made.pieces)

    def test_each_look_is_an_event_of_its_own_kind_that_the_source_sees(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])
        for _ in range(2):
            glass.read(opening, hidden, by=asker)

        seen = audit.looks_at(record_id(hidden, source), source, 10)

        assert [(one.kind.value, one.reader, one.purpose) for one in seen] == [
            ("glass", asker.reader_id, "identify")
        ] * 2
        shown = glass.looks(glass.opening(opening, source), source)
        assert [one.reference for one in shown] == [hidden, hidden]
        assert [one.reference for one in glass.looks(glass.opening(opening, asker), asker)] == ["", ""]

    @pytest.mark.parametrize(
        ("role", "sees"),
        [
            (Role.SECURITY_OFFICER, True),
            (Role.DATA_PROTECTION_OFFICER, True),
            (Role.BUREAU_OFFICER, True),
            (Role.BUREAU_ADMINISTRATOR, False),
        ],
    )
    def test_who_answers_for_the_source_reads_at_which_record_but_for_administrators(
        self, asker, decider, hidden, role, sees
    ):
        opening = an_open_one(asker, decider)
        glass.read(opening, hidden, by=asker)

        answers = a_viewer("QM", role)

        shown = glass.looks(glass.opening(opening, answers), answers)
        assert [one.reference for one in shown] == [hidden if sees else ""]

    def test_the_source_learns_at_once_who_why_and_until_when(self, source, asker, decider, hidden):
        opening = an_opening(asker, named=[hidden], hours=3)
        assert glass.waiting_count(source) == 0
        with pytest.raises(Absent):
            glass.opening(opening, source)

        glass.approve(opening, by=decider)

        told = glass.opening(opening, source)
        assert told.words is not None
        assert (told.asker.code, told.words.asked_by) == ("QN", asker.user_name)
        assert (told.decider.code, told.words.decided_by) == ("XS", decider.user_name)
        assert (told.words.reason, told.ground.code, told.named) == (WHY, "danger_to_life", (hidden,))
        assert told.ends_at is not None
        assert told.decided_at is not None
        assert told.ends_at - told.decided_at == timedelta(hours=3)
        assert [one.reference for one in glass.openings(source, side="of_us").openings] == [opening]
        for reader in (
            source,
            a_viewer("QM", Role.BUREAU_ADMINISTRATOR),
            a_viewer("QM", Role.DATA_PROTECTION_OFFICER),
            a_viewer("QM", Role.BUREAU_OFFICER),
        ):
            assert glass.waiting_count(reader) == 1

    def test_the_ledger_says_so_to_the_source(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])

        with viewing(source):
            entries = audit.history(glass.opening(opening, source).id)

        assert [(one.action, one.source) for one in entries] == [
            ("glass.asked", asker.reader_id),
            ("glass.approved", source.reader_id),
        ]

    def test_the_source_says_that_it_has_seen_it_and_the_badge_goes(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])
        for stranger in (asker, decider, a_viewer("QO", Role.BUREAU_SUPERVISOR)):
            with pytest.raises(Refused):
                glass.acknowledge(opening, by=stranger)

        glass.acknowledge(opening, by=source)
        glass.acknowledge(opening, by=source)

        assert glass.waiting_count(source) == 0
        assert glass.opening(opening, source).acknowledged_at is not None

    @pytest.mark.parametrize("who", ["source", "asker", "decider"])
    def test_each_of_three_ends_it_at_once(self, who, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])
        glass.read(opening, hidden, by=asker)

        glass.end(opening, by={"source": source, "asker": asker, "decider": decider}[who])

        with pytest.raises(Absent):
            glass.read(opening, hidden, by=asker)
        assert glass.opening(opening, source).state.value == "ended"
        glass.end(opening, by=source)

    def test_nobody_else_ends_it(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])

        for stranger in (a_viewer("QO", Role.BUREAU_SUPERVISOR), a_viewer("QM", Role.FRONTLINE_OFFICER)):
            with pytest.raises(Refused):
                glass.end(opening, by=stranger)
        with pytest.raises(NotAllowed):
            glass.end(opening, by=a_viewer("QN", Role.BUREAU_SUPERVISOR))
        assert glass.opening(opening, asker).may_read

    def test_it_ends_by_itself_to_the_second(self, source, asker, decider, hidden, clock):
        opening = an_open_one(asker, decider, named=[hidden], hours=2)

        clock.move(hours=1, minutes=59)
        glass.read(opening, hidden, by=asker)
        clock.move(minutes=2)

        with pytest.raises(Absent):
            glass.read(opening, hidden, by=asker)
        assert glass.opening(opening, source).state.value == "expired"

    def test_it_ends_with_the_account_of_who_asked(self, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])

        members.leave(asker.user_id, by=a_viewer("QN", Role.BUREAU_ADMINISTRATOR))

        assert members.viewer_for(asker.user_id, Purpose.IDENTIFY) is None
        assert glass.opening(opening, decider).state.value == "approved"

    def test_no_level_above_the_vetting_is_shown_unless_the_second_person_says_so(self, source, asker, decider):
        secret = a_record(source, audience="", level=Level.CONFIDENTIAL)
        plain = an_open_one(asker, decider, named=[secret])
        halfway = an_open_one(asker, decider, named=[secret], level=Level.RESTRICTED)
        explicit = an_open_one(asker, decider, named=[secret], level=Level.CONFIDENTIAL)

        for opening in (plain, halfway):
            with pytest.raises(Absent):
                glass.read(opening, secret, by=asker)
        assert glass.read(explicit, secret, by=asker)[1].level is Level.CONFIDENTIAL

    @pytest.mark.parametrize("status", ["victim", "witness"])
    def test_only_a_danger_to_life_opens_records_of_victims_and_witnesses(self, status, source, asker, decider):
        protected = a_record(source, audience="", fields=a_person(person_status=status))
        incident = an_open_one(asker, decider, named=[protected], ground="security_incident", level=Level.RESTRICTED)
        danger = an_open_one(asker, decider, named=[protected], level=Level.RESTRICTED)

        with pytest.raises(Absent):
            glass.read(incident, protected, by=asker)
        assert glass.read(danger, protected, by=asker)[1].reference == protected

    def test_a_withdrawn_record_is_shown_and_an_erased_one_is_not(self, source, asker, decider, hidden):
        opening = an_open_one(asker, decider, named=[hidden])
        records.withdraw(hidden, reason="It is not needed any more.", by=source)
        assert glass.read(opening, hidden, by=asker)[1].status == "withdrawn"

        records.erase(hidden, reason="commission_decision", by=source)

        with pytest.raises(Absent):
            glass.read(opening, hidden, by=asker)


class TestGivenAnOpeningOfAWholeBody:
    def test_any_of_its_records_is_read_one_by_one_up_to_the_bound(self, source, asker, decider):
        stock = [a_record(source, audience="", fields=a_person(f"Quendrix {name}")) for name in ("Ab", "Be", "Co")]
        bound(2)
        opening = an_open_one(asker, decider)

        for reference in (stock[0], stock[1], stock[0]):
            assert glass.read(opening, reference, by=asker)[1].reference == reference
        with pytest.raises(Refused, match="has shown 2 records"):
            glass.read(opening, stock[2], by=asker)
        assert glass.read(opening, stock[1], by=asker)

    def test_records_of_its_agencies_are_in_it_and_those_of_others_are_not(self, source, asker, decider):
        an_agency("QM-BP", queries={"travel_documents"}, enters={"travel_documents"})
        agent = a_viewer("QM-BP", Role.BUREAU_OFFICER)
        of_agency = a_record(agent, kind="travel_documents", audience="")
        of_other = a_record(a_viewer("QO"), kind="travel_documents", audience="", fields=a_document(country="QO"))
        opening = an_open_one(asker, decider)

        assert glass.read(opening, of_agency, by=asker)[1].source_code == "QM-BP"
        with pytest.raises(Absent):
            glass.read(opening, of_other, by=asker)


class TestGivenSomebodyWhoAsks:
    def test_asking_tells_nothing_of_what_there_is(self, source, asker, hidden):
        never = "RP-2026-4VR4PG-7"

        there, nowhere = an_opening(asker, named=[hidden]), an_opening(asker, named=[never])

        told = [glass.opening(one, asker) for one in (there, nowhere)]
        assert {(one.state, one.source.code, one.may_read, len(one.named)) for one in told} == {
            (told[0].state, "QM", False, 1)
        }
        for opening, reference in ((there, hidden), (nowhere, never)):
            with pytest.raises(Absent):
                glass.read(opening, reference, by=asker)

    @pytest.mark.parametrize("role", [Role.FRONTLINE_OFFICER, Role.BUREAU_ADMINISTRATOR, Role.SECURITY_OFFICER])
    def test_only_officers_and_supervisors_ask(self, role):
        with pytest.raises(NotAllowed):
            an_opening(a_viewer("QN", role))

    @pytest.mark.parametrize("code", ["QN-CU", "XP-ONE"])
    def test_agencies_and_partners_ask_through_others(self, code):
        if code == "QN-CU":
            an_agency(code)
        else:
            a_partner(code, ReaderKind.PARTNER)

        with pytest.raises(Refused, match="does not ask"):
            an_opening(a_viewer(code, Role.BUREAU_OFFICER))

    def test_an_agency_of_another_bureau_is_worded_like_none(self, asker):
        an_agency("QM-BP")
        said = []
        for code in ("QM-BP", "QM-XX", "SYSTEM"):
            with pytest.raises(Refused) as refused:
                an_opening(asker, source=code)
            said.append(str(refused.value).replace(code, "code"))

        assert len(set(said)) == 1

    def test_all_that_is_wrong_is_said_at_once_with_the_policy(self, asker):
        with pytest.raises(Refused) as refused:
            an_opening(asker, ground="court_order", purpose=Purpose.LOCATE, hours=9, reason="now", decider="QN")

        found = {finding.field: finding.source for finding in refused.value.findings}
        assert found == {
            "purpose": "policy: glass",
            "reason": "policy: glass",
            "document": "policy: glass",
            "named": "policy: glass",
            "hours": "policy: glass.hours_max",
            "decider": "policy: glass",
        }

    @pytest.mark.parametrize(("hours", "holds"), [(0, False), (1, True), (8, True), (9, False)])
    def test_hours_are_bounded_by_the_policy(self, hours, holds, asker):
        if holds:
            assert an_opening(asker, hours=hours)
        else:
            with pytest.raises(Refused, match="hours"):
                an_opening(asker, hours=hours)

    def test_the_commission_s_records_and_one_s_own_are_never_opened(self, asker):
        for code in ("XC", "QN"):
            with pytest.raises(Refused, match="not opened this way"):
                an_opening(asker, source=code)


class TestGivenSomebodyWhoDecides:
    def test_nobody_decides_what_he_asked_for(self, hidden):
        supervisor = a_viewer("QN", Role.BUREAU_SUPERVISOR)
        opening = an_opening(supervisor, named=[hidden])

        with pytest.raises(Refused, match="two persons"):
            glass.approve(opening, by=supervisor)

    def test_nobody_decides_who_made_the_account_of_who_asks(self, asker, hidden):
        decider = a_viewer("XS", Role.SECURITY_OFFICER)
        confirmed_by(asker, decider.user_id)
        opening = an_opening(asker, named=[hidden])

        with pytest.raises(Refused, match="two persons"):
            glass.approve(opening, by=decider)
        assert glass.approve(opening, by=a_viewer("XS", Role.SECURITY_OFFICER)).state.value == "approved"

    @pytest.mark.parametrize(
        ("code", "role"),
        [
            ("QO", Role.BUREAU_SUPERVISOR),
            ("QN", Role.BUREAU_SUPERVISOR),
            ("XS", Role.MEMBERSHIP_OFFICER),
            ("XS", Role.POLICY_OFFICER),
            ("QM", Role.BUREAU_SUPERVISOR),
        ],
    )
    def test_only_the_body_that_was_asked_decides_and_there_only_who_may(self, code, role, asker, hidden):
        opening = an_opening(asker, named=[hidden])

        with pytest.raises(Refused):
            glass.approve(opening, by=a_viewer(code, role))
        assert glass.opening(opening, asker).state.value == "proposed"

    def test_another_bureau_may_decide_and_so_may_the_source(self, source, asker, hidden):
        for code in ("QO", "QM"):
            opening = an_opening(asker, named=[hidden], decider=code)
            glass.approve(opening, by=a_viewer(code, Role.BUREAU_SUPERVISOR))
            assert glass.read(opening, hidden, by=asker)[1].reference == hidden

    def test_a_refused_one_opens_nothing_and_the_source_is_not_troubled(self, source, asker, decider, hidden):
        opening = an_opening(asker, named=[hidden])

        glass.reject(opening, by=decider)

        with pytest.raises(Refused):
            glass.approve(opening, by=a_viewer("XS", Role.SECURITY_OFFICER))
        with pytest.raises(Absent):
            glass.read(opening, hidden, by=asker)
        with pytest.raises(Absent):
            glass.opening(opening, source)

    def test_it_is_decided_in_time_or_not_at_all(self, asker, decider, hidden, clock):
        opening = an_opening(asker, named=[hidden])

        clock.move(hours=4, seconds=1)

        with pytest.raises(Refused, match="not wait"):
            glass.approve(opening, by=decider)
        assert glass.waiting_count(decider) == 0

    def test_what_waits_is_counted_for_whoever_may_decide(self, asker, decider, hidden):
        an_opening(asker, named=[hidden])

        assert glass.waiting_count(decider) == 1
        assert glass.waiting_count(a_viewer("XS", Role.MEMBERSHIP_OFFICER)) == glass.waiting_count(asker) == 0


class TestGivenOversight:
    def test_it_reads_every_opening_and_opens_none(self, source, asker, decider, hidden):
        opening, auditor = an_open_one(asker, decider, named=[hidden]), a_viewer("XS", Role.AUDITOR)

        assert [one.reference for one in glass.openings(auditor, side="of_us").openings] == [opening]
        with pytest.raises(Refused):
            glass.read(opening, hidden, by=auditor)


def record_id(reference: str, viewer: Viewer) -> UUID:
    return records.record(reference, viewer).id


def confirmed_by(viewer: Viewer, other: UUID) -> None:
    """Let an account have been confirmed by somebody, as the installation itself may write it."""
    with viewing(members.system_viewer()):
        User.objects.filter(pk=viewer.user_id).update(confirmed_by=other)


def bound(most: int) -> None:
    """Let an opening that is asked for from now on show so many records."""
    proposer, decider = (a_viewer("XS", Role.POLICY_OFFICER) for _ in range(2))
    change = policies.propose("glass.records_max", most, reason="Fewer are enough for an emergency.", by=proposer)
    policies.approve(change, by=decider)
