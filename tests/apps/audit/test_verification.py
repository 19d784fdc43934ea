"""Tampering past every policy, as the server's superuser: each kind is found and has its own name."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.audit.vault import KEY_BYTES
from liaison.apps.audit.verification import findings
from liaison.ledger.checkpoints import Checkpoint, KeyKind, SigningKey, sign
from liaison.refusal import Finding
from liaison.rows.public import new_id, viewing
from tests.apps.audit.test_erasure import RestoredToBefore, an_erasure
from tests.apps.audit.world import FORGE_A_BODY, a_draft, a_viewer, an_entry, found, rooted_and_signed, tamper

ENTRIES = 40


@pytest.fixture
def ledger(committed_db):
    """A ledger of some entries with content, an erasure, looks and two checkpoints; returns what a test may touch."""
    viewer = a_viewer()
    subjects = [new_id() for _ in range(10)]
    with viewing(viewer):
        drafts = [a_draft(viewer, subject=subjects[number % 10]) for number in range(ENTRIES)]
        audit.record_many(drafts, by=viewer)
    for subject in subjects[:5]:
        audit.look(audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)]))
    rooted_and_signed()
    an_erasure(viewer, subjects[9])
    rooted_and_signed()
    return committed_db


def test_given_a_whole_ledger_when_verified_then_nothing_is_found(ledger):
    assert found(kept=[rooted_and_signed()]) == set()


OF_SEQ_11 = "entry_id = (select entry_id from audit_leaf where seq = 11)"
FIRST_LOOK = "(select id from audit_event order by id limit 1)"
LAST_LOOK = "(select id from audit_event order by id desc limit 1)"
NOBODY = "'01890000-0000-7000-8000-000000000000'"
CHANGES = {
    f"{FORGE_A_BODY} where position = 7": {"altered_entry"},
    "update audit_entry set salt = sha256(salt) where position = 9": {"altered_entry"},
    "update audit_entry set actor = gen_random_uuid() where position = 3": {"altered_entry"},
    "update audit_entry set at = at + interval '1 s' where position = 3": {"altered_entry"},
    "update audit_entry set content_digest = null where position = 3": {"altered_entry", "stray_content"},
    "delete from audit_entry where position = 5": {"deleted_entry", "stray_content"},
    "delete from audit_leaf where seq = 5": {"gap", "missing_leaf", "altered_node", "altered_checkpoint", "cut_tail"},
    "update audit_leaf set leaf = sha256(leaf) where seq = 5": {
        "altered_entry",
        "altered_node",
        "altered_checkpoint",
        "altered_tree",
    },
    "update audit_node set hash = sha256(hash) where level = 2 and index = 1": {"altered_node"},
    "delete from audit_node where level = 1 and index = 3": {"altered_node"},
    "insert into audit_node values (9, 0, sha256('x'))": {"altered_node"},
    "update audit_tree set root = sha256(root)": {"altered_tree"},
    "update audit_tree set size = size - 1": {"altered_tree"},
    "update audit_tree set size = size + 1": {"cut_tail"},
    "update audit_checkpoint set root = sha256(root)": {"altered_checkpoint"},
    "update audit_checkpoint set note = replace(note, 'liaison', 'leeason')": {"altered_checkpoint"},
    f"update audit_content set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) where {OF_SEQ_11}": {
        "altered_content"
    },
    "update audit_content c set sealed = o.sealed from audit_content o, audit_leaf a, audit_leaf b"
    " where a.seq = 11 and b.seq = 21 and c.entry_id = a.entry_id and o.entry_id = b.entry_id": {"altered_content"},
    f"delete from audit_content where {OF_SEQ_11}": {"deleted_content"},
    "update audit_key set wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)": {"altered_content"},
    "delete from audit_key": {"lost_key"},
    f"insert into audit_content values ({NOBODY}, {NOBODY}, {NOBODY}, 'x@1', 'x')": {"stray_content"},
    "insert into audit_content select e.id, e.subject, e.source, e.kind, 'x' from audit_entry e"
    " where not exists (select from audit_content c where c.entry_id = e.id)"
    " and e.content_digest is not null limit 1": {"unfinished_erasure"},
    f"update audit_event set purpose = 'warn' where id = {FIRST_LOOK}": {"altered_event"},
    "update audit_event set body = body || ' '": {"altered_event"},
    f"delete from audit_event where id = {LAST_LOOK}": {"deleted_event"},
    f"delete from audit_event_subject where event_id = {LAST_LOOK}": {"altered_event"},
    "delete from audit_event_root where position = 4": {"altered_event_root", "unrooted_event"},
    "delete from audit_event_root": {"altered_event_root", "unrooted_event"},
    "update audit_event_root set leaf = sha256(leaf) where position = 4": {"altered_event_root", "altered_event"},
    "insert into audit_event select gen_random_uuid(), at, kind, actor, reader, purpose, count, salt, body"
    " from audit_event limit 1": {"unrooted_event"},
}


@pytest.mark.parametrize(("statement", "codes"), CHANGES.items())
def test_given_a_whole_ledger_when_a_hand_changes_it_then_that_is_named(ledger, statement, codes):
    tamper(ledger, statement)

    assert found() == codes


def test_given_an_altered_entry_then_its_number_and_the_column_are_named(ledger):
    tamper(ledger, "update audit_entry set action = 'records.changed' where position = 3")

    (finding,) = audit.verify()

    assert finding.values["seq"] == 3
    assert "“action” is not what its leaf covers" in str(finding)


class TestGivenAKeptCheckpoint:
    def test_when_the_tail_was_cut_and_every_trace_of_it_removed_then_it_is_named(self, ledger):
        older = _tree(ledger)
        note = _one_more_checkpoint()
        _cut_to(ledger, *older)

        assert found() == set(), "whole in itself: only who kept a checkpoint can know"
        assert found(kept=[note]) == {"rolled_back"}

    def test_when_the_tail_was_cut_and_a_trace_is_left_then_it_is_named_without_one(self, ledger):
        older = _tree(ledger)
        note = _one_more_checkpoint()
        audit.Cursor("index").advance(audit.ledger_state().size)
        _cut_to(ledger, *older)

        assert found() == {"cut_tail"}
        assert found(kept=[note]) == {"cut_tail"}

    def test_when_an_old_backup_is_restored_then_it_is_named(self, ledger):
        kept = []
        with RestoredToBefore(ledger, lambda: kept.append(_one_more_checkpoint())):
            assert found() == set()
            assert found(kept=kept) == {"rolled_back"}

    def test_when_an_old_backup_goes_on_with_other_entries_then_it_is_named(self, ledger):
        kept = []
        with RestoredToBefore(ledger, lambda: kept.append(_one_more_checkpoint())):
            for _ in range(3):
                _one_more_checkpoint()
            assert found() == set()
            assert found(kept=kept) == {"rewritten"}

    def test_when_it_was_signed_by_another_key_then_that_is_said(self, ledger):
        key = SigningKey("liaison-other", KeyKind.LEDGER, bytes(KEY_BYTES))
        note = sign(Checkpoint(key.name, 1, bytes(32)), key)

        assert found(kept=[note]) == {"foreign_checkpoint"}

    def test_when_it_is_older_than_the_ledger_then_all_is_well(self, ledger):
        notes = [rooted_and_signed(), _one_more_checkpoint()]
        _one_more_checkpoint()

        assert found(kept=notes) == set()


def test_given_months_that_were_dropped_then_their_looks_are_not_missed(committed_db, clock):
    from liaison.apps.audit.installation import connect
    from liaison.apps.audit.retention import let_months_go

    viewer, subject = a_viewer(), new_id()
    look = audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)])
    clock.move(days=-1200)
    audit.look(look)
    rooted_and_signed()
    clock.move(days=1200)
    audit.look(look)
    rooted_and_signed()

    with connect("system", application="test") as connection:
        assert let_months_go(connection, months_kept=36) > 0
        assert let_months_go(connection, months_kept=36) == 0
    rooted_and_signed()

    assert len(audit.looks_at(subject, viewer, 10)) == 1
    assert found() == set()
    assert "events.let_go" in [one.action for one in audit.Cursor("test").read(9)]


def test_given_a_projection_that_differs_then_its_findings_are_among_them(committed_db, monkeypatch):
    an_entry(a_viewer())
    rooted_and_signed()
    monkeypatch.setattr("liaison.apps.audit.verification._projections", [])
    audit.register_projection(lambda: [Finding("verify.altered_current_row", "x", "y")])

    assert found() == {"altered_current_row"}


def test_every_finding_says_what_it_is_in_words():
    for make in (findings.gap(1, 2), findings.cut_tail(3, 4), findings.rolled_back(3, 4), findings.rewritten(4)):
        assert "%" not in str(make)


def _one_more_checkpoint() -> bytes:
    an_entry(a_viewer())
    return rooted_and_signed()


def _tree(database):
    from liaison.postgres import Role

    with database.as_role(Role.SYSTEM) as system:
        return system.execute("select size, frontier, root from audit_tree").fetchone()


def _cut_to(database, size, frontier, root):
    """Remove everything after `size` and make the tree's row fit, as one would who knows the tables."""
    gone = f"(select entry_id from audit_leaf where seq > {size})"
    tamper(database, f"delete from audit_key where subject in (select subject from audit_entry where id in {gone})")
    tamper(database, f"delete from audit_content where entry_id in {gone}")
    tamper(database, f"delete from audit_entry where id in {gone}")
    tamper(database, f"delete from audit_checkpoint where size > {size}")
    tamper(database, f"delete from audit_leaf where seq > {size}")
    tamper(
        database,
        f"with gone as (delete from audit_node where (index + 1) << level > {size})"
        f" update audit_tree set size = {size}, frontier = '\\x{frontier.hex()}', root = '\\x{root.hex()}'",
    )
