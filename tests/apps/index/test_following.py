"""Who finds what, how soon after it changed, and that an index out of touch answers nothing."""

import pickle
import time

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.index import folder
from liaison.apps.index import public as index
from liaison.apps.index.follower import Follower
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.databases.keys import document_keys
from liaison.refusal import NotAllowed
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.factories.index import catch_up, following, until
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.postgres

GONE_SECONDS_MAX = 2.0
ELSA = {"names": ["Elsa Quendrix"]}


@pytest.fixture
def owner(committed_db):
    viewer = a_viewer("QM")
    with following():
        yield viewer
    audit.stop_event_writer()


def found_by(viewer, query=ELSA):
    """Return the references of what the viewer's question brings, as he may read it."""
    with viewing(viewer):
        proposed = index.candidates(query, viewer, 10, threshold=0.5)
        return [card.reference for card in records.cards([one.record_id for one in proposed], viewer)]


class TestGivenARecordOfQM:
    def test_when_it_is_entered_then_others_find_it_with_reasons(self, owner):
        reference = a_record(owner)
        catch_up()
        other = a_viewer("QN", Role.FRONTLINE_OFFICER)

        with viewing(other):
            (candidate,) = index.candidates(ELSA, other, 5)

        assert found_by(other) == [reference]
        assert candidate.kind == "persons"
        assert sum(part.contribution for part in candidate.explanation) == pytest.approx(candidate.score, abs=1e-9)

    @pytest.mark.parametrize("number", ["QM4471203", "qm 447-12O3"])
    def test_a_number_finds_the_stolen_document(self, owner, number):
        a_record(owner, kind="travel_documents")
        catch_up()
        other = a_viewer("QN")

        with viewing(other):
            assert len(index.exact(document_keys(number), other)) == 1
            assert index.exact(document_keys("QM0000001"), other) == []

    def test_when_it_is_for_a_list_then_nobody_else_finds_it(self, owner):
        reference = a_record(owner, audience="list:QN")
        a_record(owner, kind="travel_documents", audience="list:QN")
        catch_up()

        assert found_by(a_viewer("QN")) == [reference]
        assert found_by(owner) == [reference]
        outsider = a_viewer("QO")
        with viewing(outsider):
            assert index.candidates(ELSA, outsider, 5) == []
            assert index.exact(document_keys("QM4471203"), outsider) == []

    def test_when_it_is_above_his_level_then_a_reader_does_not_find_it(self, owner):
        a_record(a_viewer("QM", level=Level.CONFIDENTIAL), level=Level.CONFIDENTIAL)
        catch_up()

        assert found_by(a_viewer("QN")) == []
        assert len(found_by(a_viewer("QN", level=Level.CONFIDENTIAL))) == 1

    def test_when_its_name_changes_then_only_the_new_one_finds_it(self, owner):
        reference = a_record(owner)
        catch_up()
        records.change(reference, a_person("Tamsin Orvella"), by=owner)
        catch_up()

        assert found_by(owner) == []
        assert found_by(owner, {"names": ["Tamsin Orvella"]}) == [reference]

    @pytest.mark.parametrize("end", ["withdraw", "erase"])
    def test_when_it_ends_then_it_is_gone_from_the_index_in_under_two_seconds(self, owner, end):
        reference = a_record(owner)
        catch_up()
        ender = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        other = a_viewer("QN")

        getattr(records, end)(reference, reason="found", by=ender)
        ended = time.monotonic()
        with viewing(other):
            until(lambda: index.candidates(ELSA, other, 5) == [])

        assert time.monotonic() - ended < GONE_SECONDS_MAX

    def test_when_another_enters_what_he_may_not_see_then_no_byte_of_his_answer_changes(self, owner):
        a_record(owner)
        catch_up()
        reader, stranger = a_viewer("QN"), a_viewer("QO")
        with viewing(reader):
            before = index.candidates(ELSA, reader, 10)

        for _ in range(3):
            a_record(stranger, audience="")
        catch_up()

        with viewing(reader):
            assert pickle.dumps(index.candidates(ELSA, reader, 10)) == pickle.dumps(before)
        assert len(found_by(stranger)) == 4

    def test_who_may_not_query_is_told_so(self, owner):
        with pytest.raises(NotAllowed):
            index.candidates(ELSA, a_viewer("QM", Role.BUREAU_ADMINISTRATOR), 5)


class TestFreshness:
    def test_it_says_up_to_which_entry_and_how_long_ago(self, owner):
        before = index.freshness()
        a_record(owner)
        catch_up()
        after = index.freshness()

        assert after.seq > before.seq
        assert after.at >= before.at
        assert 0 <= after.lag_ms < 2_000

    def test_a_change_is_in_within_half_a_second_more_often_than_not(self, owner):
        took = []
        for number in range(7):
            reference = a_record(owner, fields=a_person(f"Zorban Quendrix{number}"))
            committed = time.monotonic()
            catch_up()
            took.append(time.monotonic() - committed)
            assert reference in found_by(owner, {"names": [f"Zorban Quendrix{number}"]})

        assert sorted(took)[3] < 0.5


class TestGivenAnIndexOutOfTouch:
    def test_when_nothing_follows_then_every_question_is_refused(self, committed_db):
        viewer = a_viewer("QM")

        for ask in (index.freshness, lambda: index.candidates(ELSA, viewer, 5), lambda: index.exact(["x"], viewer)):
            with pytest.raises(index.IndexNotReady, match="not ready"):
                ask()

    def test_when_there_are_no_segments_then_it_is_not_ready(self, committed_db):
        folder.unpublish(folder.index_folder())
        follower = Follower()

        assert not follower.step()
        with pytest.raises(index.IndexNotReady, match="not ready"):
            follower.state()

    def test_when_it_lost_the_database_for_longer_than_the_policy_allows_then_it_says_its_age(
        self, committed_db, monkeypatch
    ):
        index.build()
        follower = Follower()
        assert follower.step()
        assert follower.freshness().seq >= 0

        later = time.monotonic()
        monkeypatch.setattr("liaison.apps.index.follower.time.monotonic", lambda: later + 55)
        assert follower.freshness()
        monkeypatch.setattr("liaison.apps.index.follower.time.monotonic", lambda: later + 61)
        with pytest.raises(index.IndexNotReady, match="seconds old; at most 60"):
            follower.state()


def test_changes_that_nobody_numbers_make_the_index_too_old(committed_db, clock):
    owner = a_viewer("QM")
    with following():
        a_record(owner)
        catch_up()
    audit.stop_event_writer()
    follower = Follower()
    assert follower.step()

    a_record(owner)
    assert follower.step(), "a change may wait for its number for a moment"
    clock.move(seconds=61)
    assert not follower.step()
