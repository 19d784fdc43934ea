"""A body's keys: in by two persons, named by their predecessors, rehearsed, revoked; each in the ledger."""

import json
from datetime import UTC, datetime

import pytest

from liaison.agent.keys import PrivateKeys
from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.ledger.entries import moment_text
from liaison.ledger.statements import REHEARSAL, encoded, statement
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.factories.agents import NEED, OF, enrol
from tests.factories.members import REASON, a_browser, a_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys():
    return PrivateKeys.drawn("QM")


@pytest.fixture
def admin():
    return a_viewer("QM", Role.BUREAU_ADMINISTRATOR)


def paper(keys, **said):
    return keys.enrolment(need=NEED, of=OF, **said).to_text()


def rehearsal(keys, *, need=NEED, at=None):
    said = statement(REHEARSAL, body=keys.body, key=keys.key_id, need=need, at=moment_text(at or datetime.now(UTC)))
    return json.dumps({"statement": said, "signature": encoded(keys.sign(said))})


class TestGivenANewKey:
    def test_then_one_proposes_and_another_decides_and_both_are_in_the_ledger(self, keys, admin):
        change = members.propose_key(paper(keys), reason=REASON, by=admin)
        assert members.key_in_force(admin.reader_id) is None
        with pytest.raises(Refused, match="yourself"):
            members.decide(change, approve=True, by=admin)

        members.decide(change, approve=True, by=a_viewer("QM", Role.BUREAU_SUPERVISOR))

        key = members.key_in_force(admin.reader_id)
        assert (key.key_id, key.signing_key, key.state, key.need, key.of) == (
            keys.key_id, keys.signing_key, "in_force", NEED, OF,
        )  # fmt: skip
        with viewing(admin):
            assert [entry.action for entry in audit.history(key.id)] == ["members.key_enrolled"]

    def test_when_it_is_of_another_body_then_it_is_refused(self, admin):
        with pytest.raises(Refused, match="The paper is of QN"):
            members.propose_key(paper(PrivateKeys.drawn("QN")), reason=REASON, by=admin)

    def test_when_nobody_shows_to_hold_it_then_it_is_refused(self, keys, admin):
        said = json.loads(paper(keys))
        said["signing_key"] = encoded(PrivateKeys.drawn("QM").signing_key)
        with pytest.raises(Refused, match="Nobody shows to hold"):
            members.propose_key(json.dumps(said), reason=REASON, by=admin)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", "no paper at all", "{" * 5000])
    def test_when_it_is_no_paper_then_it_is_refused(self, admin, text):
        with pytest.raises(Refused, match="no paper of enrolment"):
            members.propose_key(text, reason=REASON, by=admin)

    def test_when_an_officer_proposes_it_then_he_may_not(self, keys):
        with pytest.raises(NotAllowed):
            members.propose_key(paper(keys), reason=REASON, by=a_viewer("QM"))


class TestGivenAKeyInForce:
    @pytest.fixture(autouse=True)
    def in_force(self, keys):
        enrol(keys.enrolment(need=NEED, of=OF))

    def test_when_the_next_one_is_named_by_it_then_it_takes_its_place(self, keys, admin):
        new = PrivateKeys.drawn("QM")
        enrol(new.enrolment(need=NEED, of=OF, old=keys))

        assert {one.key_id: one.state for one in members.body_keys([admin.reader_id])} == {
            new.key_id: "in_force", keys.key_id: "replaced",
        }  # fmt: skip

    @pytest.mark.parametrize("old", [None, "another"])
    def test_when_the_next_one_is_not_named_by_it_then_it_is_refused(self, admin, old):
        other = PrivateKeys.drawn("QM") if old else None
        with pytest.raises(Refused, match="does not name this one"):
            members.propose_key(paper(PrivateKeys.drawn("QM"), old=other), reason=REASON, by=admin)

    def test_when_it_is_lost_and_revoked_then_the_next_one_needs_no_word_of_it(self, keys, admin):
        members.revoke_key(keys.key_id, reason="Lost with the machine.", by=admin)
        new = PrivateKeys.drawn("QM")
        enrol(new.enrolment(need=NEED, of=OF))

        assert members.key_in_force(admin.reader_id).key_id == new.key_id

    def test_when_it_is_revoked_twice_or_by_others_then_there_is_none(self, keys, admin):
        with pytest.raises(Absent):
            members.revoke_key(keys.key_id, reason="Not mine.", by=a_viewer("QN", Role.BUREAU_ADMINISTRATOR))
        members.revoke_key(keys.key_id, reason="Lost.", by=admin)
        with pytest.raises(Absent):
            members.revoke_key(keys.key_id, reason="Lost.", by=admin)

    def test_when_shares_restored_it_then_that_is_written_down_until_it_is_due_again(self, keys, admin, clock):
        members.note_rehearsal(rehearsal(keys), by=admin)
        fresh = members.key_in_force(admin.reader_id)
        clock.move(days=366)
        due = members.key_in_force(admin.reader_id)

        assert fresh.rehearsed_at is not None
        assert (fresh.rehearsal_is_due, due.rehearsal_is_due) == (False, True)
        with viewing(admin):
            assert audit.history(fresh.id)[-1].action == "members.key_rehearsed"

    def test_when_the_paper_is_old_or_of_fewer_shares_or_of_another_key_then_it_is_refused(self, keys, admin):
        for text in (
            rehearsal(keys, at=datetime(2026, 1, 1, tzinfo=UTC)),
            rehearsal(keys, need=NEED + 1),
            rehearsal(keys).replace('"need": 2', '"need": 1'),
            "{}",
        ):
            with pytest.raises(Refused):
                members.note_rehearsal(text, by=admin)
        with pytest.raises(Absent):
            members.note_rehearsal(rehearsal(PrivateKeys.drawn("QM")), by=admin)


class TestGivenThePage:
    def test_then_all_read_it_and_only_its_own_people_change_it(self, keys, admin):
        enrol(keys.enrolment(need=NEED, of=OF))
        own = a_browser(admin).get("/members/QM/keys/").content.decode()
        others = a_browser(a_viewer("QN")).get("/members/QM/keys/").content.decode()

        for page in (own, others):
            assert members.key_in_force(admin.reader_id).fingerprint in page
        assert "Revoke now" in own
        assert "Revoke now" not in others

    def test_then_a_key_is_proposed_decided_rehearsed_and_revoked_there(self, keys, admin):
        browser = a_browser(admin)
        assert browser.post("/members/keys/enrol/", {"paper": paper(keys), "reason": REASON}).status_code == 302
        second = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        (change,) = [one for one in members.changes(second) if one.verb == "key"]
        assert keys.key_id in a_browser(second).get("/members/changes/").content.decode()
        a_browser(second).post(f"/members/changes/{change.id}/decide/", {"decision": "approve"})
        assert browser.post("/members/keys/rehearsed/", {"paper": rehearsal(keys)}).status_code == 302
        fingerprint = members.key_in_force(admin.reader_id).fingerprint
        assert browser.post("/members/keys/revoke/", {"key": fingerprint, "reason": REASON}).status_code == 302
        assert members.key_in_force(admin.reader_id) is None

    def test_when_it_is_refused_then_the_page_says_why(self, admin):
        answered = a_browser(admin).post("/members/keys/enrol/", {"paper": "{}", "reason": REASON})

        assert answered.status_code == 422
        assert "no paper of enrolment" in answered.content.decode()
