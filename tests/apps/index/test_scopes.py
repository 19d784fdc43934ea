"""What a viewer may find is remembered, and read again after everything that could have changed it."""

import math
import random
import re
import threading
import time
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

import liaison
from liaison.apps.audit import public as audit
from liaison.apps.audit.sequencer import root_events
from liaison.apps.index import follower as followers
from liaison.apps.index import public as index
from liaison.apps.index import scopes
from liaison.apps.index.builder import Builder
from liaison.apps.index.follower import Follower
from liaison.apps.index.scopes import LEAVES_SCOPES, Scopes
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.error_reports import report_error
from liaison.databases.restricting import Wish
from liaison.postgres import Role as DatabaseRole
from liaison.refusal import Refused
from tests.apps.index.test_builder import numbered, owner  # noqa: F401 - fixtures
from tests.apps.members.test_preview import World, an_expression, written
from tests.budgets import budget
from tests.factories.index import until
from tests.factories.members import REASON, a_viewer, an_agency, an_end_of
from tests.factories.records import a_document, a_person, a_record

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(budget(120, 2_400))]
ACTS = budget(60, 4_000)
SEVERAL = 5
ALIAS = {"text": "Mira Volanth", "kind": "strong_alias", "script": "Latn"}
PRIMARY = {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"}
OFFICER, ADMINISTRATOR = members.Role.MEMBERSHIP_OFFICER, members.Role.BUREAU_ADMINISTRATOR

WRITERS = {
    "members_audience_reader": {"members_expand_audiences", "members_intern_audience"},
    "members_reader": {"members_end_body", "members_turn_records"},
    "records_holding": {"records_intern_holding"},
    "records_restriction": set[str](),
}
"""What a scope is read from, and every function of the database that writes it: `scopes` says which entries tell."""
GRANTED = {"members_reader": {"INSERT", "UPDATE"}, "records_restriction": {"INSERT", "UPDATE"}}
"""What the doors may write themselves."""


@pytest.fixture(autouse=True)
def nothing_is_too_old(monkeypatch) -> None:
    """A scope is read again because of what was told, and not because a moment has passed."""
    monkeypatch.setattr(scopes, "SCOPE_SECONDS", math.inf)


@pytest.fixture
def worker(committed_db, numbered) -> Follower:  # noqa: F811 - pytest's way to name a fixture
    """A worker's index of a house of many bodies."""
    members.found(invented=True)
    numbered()
    index.build()
    worker = Follower()
    assert worker.step()
    return worker


def now_read(viewer):
    """Return what the viewer may find, as the database says now."""
    return Scopes().of(viewer)


def statements(ask) -> int:
    with CaptureQueriesContext(connections["default"]) as asked:
        ask()
    return len(asked.captured_queries)


class Acts:
    """All that happens in a world of several bodies, drawn by lot or one after the other."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.sources = [world.viewers[code] for code in ("QM", "QN", "QO")]
        self.seconds = {code: a_viewer(code) for code in ("QM", "QN", "QO")}
        self.supervisors = {code: a_viewer(code, members.Role.BUREAU_SUPERVISOR) for code in ("QM", "QN", "QO")}
        self.officers = (a_viewer("XS", OFFICER), a_viewer("XS", OFFICER))
        self.mine: list[tuple[str, records.Viewer]] = []
        self.kept: list[tuple[str, records.Viewer]] = []
        self.number = 0

    def audience(self, by) -> str:
        """Return an expression that this source may write: the list is QM's own."""
        while "group:" in (drawn := written(*an_expression(self.dice))) and by.reader_code != "QM":
            pass
        return drawn

    def enter(self):
        by, kind = self.dice.choice(self.sources), self.dice.choice(("travel_documents", "persons"))
        self.number += 1
        fields = (
            a_person(names=[PRIMARY, ALIAS])
            if kind == "persons"
            else a_document(f"QM{self.number:07}", country=by.country)
        )
        self.mine.append((a_record(by, kind=kind, fields=fields, audience=self.audience(by)), by))

    def restrict(self):
        reference, by = self.dice.choice(self.mine)
        records.restrict(reference, audience=self.audience(by), level=by.level, reason=REASON, by=by)

    def restrict_a_field(self):
        reference, by = self.dice.choice(self.mine)
        records.restrict_fields(reference, [Wish("names", self.audience(by), ALIAS)], reason=REASON, by=by)

    def withdraw(self):
        reference, by = self.mine.pop(self.dice.randrange(len(self.mine)))
        records.withdraw(reference, reason="found", by=by)

    def erase(self):
        reference, by = self.mine.pop(self.dice.randrange(len(self.mine)))
        records.erase(reference, reason="found", by=self.supervisors[by.reader_code])

    def keep_out(self):
        by = self.dice.choice(self.sources)
        kind = self.dice.choice(("travel_documents", records.EVERYTHING))
        self.kept.append((records.restrict_database(kind, excludes=self.audience(by), reason=REASON, by=by), by))

    def lift(self):
        reference, by = self.kept.pop(self.dice.randrange(len(self.kept)))
        records.ask_to_lift(reference, reason=REASON, by=by)
        records.decide_lift(reference, approve=True, by=self.seconds[by.reader_code])

    def suspend(self):
        members.suspend(self.dice.choice(("QP", "QQ")), reason=REASON, by=self.officers[0])

    def resume(self):
        asks, decides = self.officers
        change = members.propose_resumption(self.dice.choice(("QP", "QQ")), reason=REASON, by=asks)
        members.decide(change, approve=True, by=decides)

    def regroup(self):
        kind, code = self.dice.choice((("region", "RIVERS"), ("programme", "CYBER"), ("group", "QM-OLD")))
        self.world.regroup(kind, code, set(self.dice.sample(("QN", "QO", "QP", "QR", "XR-ONE", "XP-ONE"), 3)))

    def take_out(self):
        body = self.dice.choice(("QN", "QO", "XR-ONE"))
        members.take_out("programme", "CYBER", body, by=self.officers[0])

    def end_a_group(self):
        members.end_group("region", "RIVERS", by=self.officers[0])

    def connect(self):
        self.number += 1
        an_agency(f"QO-A{self.number}")

    every = (
        enter,
        enter,
        restrict,
        restrict_a_field,
        withdraw,
        erase,
        keep_out,
        lift,
        suspend,
        resume,
        regroup,
        take_out,
        end_a_group,
        connect,
    )


class TestGivenRandomActs:
    @pytest.mark.parametrize("folds", [False, True])
    def test_what_is_remembered_is_what_the_database_says(self, worker, numbered, folds, monkeypatch):  # noqa: F811
        if folds:
            monkeypatch.setattr(followers, "BULK_ENTRIES", SEVERAL)
        world, dice, keeper = World(), random.Random(20261128 + folds), Builder()
        acts, done, changed = Acts(world, dice), set(), 0
        before = self.known(worker, world)
        for _ in range(ACTS):
            act = dice.choice(Acts.every)
            try:
                act(acts)
            except (Refused, IndexError, ValueError):
                continue  # nothing is there for it now
            done.add(act.__name__)
            numbered()
            is_whole = worker.step()
            if folds and dice.random() < 0.4:
                keeper.step(at_once=True)
                is_whole = worker.step()
            if not is_whole:
                continue  # left to the builder: nobody finds it yet
            now = self.known(worker, world)
            assert now == {code: now_read(viewer) for code, viewer in world.viewers.items()}, act.__name__
            changed += now != before
            before = now

        assert len(done) > 8, done
        assert changed > ACTS / 12

    def known(self, worker, world):
        return {code: worker.scope_of(viewer) for code, viewer in world.viewers.items()}


class TestGivenOneAct:
    def test_each_that_changes_what_somebody_may_find_is_known_at_once(self, worker, numbered, clock):  # noqa: F811
        world, source = World(), a_viewer("QM")
        officers = (a_viewer("XS", OFFICER), a_viewer("XS", OFFICER))
        reader, near, theirs = world.viewers["QN"], world.viewers["QN-CU"], world.viewers["QR"]
        reference = a_record(source, fields=a_person(names=[PRIMARY, ALIAS]))
        kept = [""]

        def resume():
            change = members.propose_resumption("QN", reason=REASON, by=officers[0])
            members.decide(change, approve=True, by=officers[1])

        def keep_out(kind):
            kept[0] = records.restrict_database(kind, excludes="list:QN", reason=REASON, by=source)

        def lift():
            records.ask_to_lift(kept[0], reason=REASON, by=source)
            records.decide_lift(kept[0], approve=True, by=a_viewer("QM"))

        def show():
            change = members.propose_showing("QR", reason=REASON, by=officers[0])
            members.decide(change, approve=True, by=officers[1])

        def restrict():
            records.restrict(reference, audience="list:QN,QO", level=source.level, reason=REASON, by=source)

        def restrict_a_field():
            records.restrict_fields(reference, [Wish("names", "list:QN,QP", ALIAS)], reason=REASON, by=source)

        def let_time_pass():
            clock.move(days=366)
            assert members.keep_time(), "an agreement is over"

        a_record(theirs)
        for name, act, viewer in (
            (
                "a record for an audience that nobody named before",
                lambda: a_record(source, audience="list:QN"),
                reader,
            ),
            ("another audience", restrict, reader),
            ("an audience of a field", restrict_a_field, reader),
            ("a database closed", lambda: keep_out("persons"), reader),
            ("a database opened", lift, reader),
            ("all closed", lambda: keep_out(records.EVERYTHING), reader),
            ("a first record of a kind", lambda: a_record(source, kind="travel_documents"), reader),
            ("a body suspended", lambda: members.suspend("QN", reason=REASON, by=officers[0]), reader),
            ("a body resumed", resume, reader),
            ("a group written anew", lambda: world.regroup("group", "QM-OLD", {"QN", "QO"}), None),
            ("a record for it", lambda: a_record(source, audience="group:QM-OLD"), reader),
            (
                "a body taken out",
                lambda: members.take_out("group", "QM-OLD", "QN", by=a_viewer("QM", ADMINISTRATOR)),
                reader,
            ),
            ("a body put in again", lambda: world.regroup("group", "QM-OLD", {"QN"}), reader),
            ("a group ended", lambda: members.end_group("group", "QM-OLD", by=a_viewer("QM", ADMINISTRATOR)), reader),
            ("an agency connected", lambda: an_agency("QM-ZZ"), None),
            ("a record for agencies", lambda: a_record(source, audience="list:QN-CU"), near),
            ("an agreement over", let_time_pass, near),
            ("a body ended, its records hidden", lambda: an_end_of("QR", officers), reader),
            ("its records shown", show, reader),
            ("its records hidden", lambda: members.hide_records("QR", reason=REASON, by=officers[0]), reader),
        ):
            before = {code: worker.scope_of(one) for code, one in world.viewers.items()}
            act()
            numbered()
            assert worker.step(), name
            now = {code: worker.scope_of(one) for code, one in world.viewers.items()}
            assert now == {code: now_read(one) for code, one in world.viewers.items()}, name
            assert viewer is None or now[viewer.reader_code] != before[viewer.reader_code], name

    def test_what_changes_no_scope_has_none_read_again(self, worker, owner, numbered, committed_db):  # noqa: F811
        other, supervisor = a_viewer("QO"), a_viewer("QM", members.Role.BUREAU_SUPERVISOR)
        first = a_record(owner)
        numbered()
        worker.step()
        assert statements(lambda: worker.scope_of(other)) > 0
        before = worker.freshness().seq

        later = a_record(owner, fields=a_person("Tamsin Orvella"))
        records.change(first, a_person("Zorban Quendrix"), by=owner)
        report_error(later, what="wrong_person", text="It is somebody else.", by=other)
        records.withdraw(later, reason="found", by=owner)
        records.erase(first, reason="found", by=supervisor)
        audit.look(audit.Look.by(other, kind="query", shown=[], notes={}))
        audit.stop_event_writer()
        with committed_db.as_role(DatabaseRole.SYSTEM) as connection:
            assert root_events(connection) == 1
        numbered()
        worker.step()

        assert worker.freshness().seq >= before + 6
        assert statements(lambda: worker.scope_of(other)) == 0


class TestGivenAnImportThatIsLeftToTheBuilder:
    def test_what_else_is_told_counts_at_once_and_its_records_when_they_come(self, worker, numbered, monkeypatch):  # noqa: F811
        monkeypatch.setattr(followers, "BULK_ENTRIES", SEVERAL)
        entering, reader, other = a_viewer("QM"), a_viewer("QN"), a_viewer("QO")
        a_record(entering)
        numbered()
        Builder().step(at_once=True)
        assert worker.step()
        before = {one.reader_code: worker.scope_of(one) for one in (reader, other)}

        self.some(entering, "list:QM,QO")
        numbered()
        assert not worker.step()
        assert worker.scope_of(other) is before["QO"], "nobody finds these records yet"
        members.suspend("QN", reason=REASON, by=a_viewer("XS", OFFICER))
        numbered()
        assert not worker.step()
        assert before["QN"].audiences > worker.scope_of(reader).audiences == frozenset()

        between = worker.scope_of(other)
        self.some(entering, "list:QM,QO,QP")
        numbered()
        assert not worker.step()
        Builder().step(at_once=True)
        assert worker.step()
        assert between.audiences < worker.scope_of(other).audiences
        assert worker.scope_of(other) == now_read(other)

    def some(self, by, audience):
        fields = [a_person(f"Zorban{number} Quendrix") for number in range(SEVERAL)]
        records.enter_many([records.Draft("persons", one, audience=audience) for one in fields], by=by)


class TestGivenAnotherIndex:
    def test_then_nothing_is_remembered(self, worker, owner):  # noqa: F811
        worker.scope_of(owner)
        assert statements(lambda: worker.scope_of(owner)) == 0

        index.build()
        worker.step()

        assert statements(lambda: worker.scope_of(owner)) > 0


class TestGivenAChangeWhileAScopeIsRead:
    def test_then_what_was_read_is_not_remembered(self, worker, owner, numbered, committed_db):  # noqa: F811
        reader = a_viewer("QN")
        a_record(owner)
        numbered()
        worker.step()
        asker = threading.Thread(target=lambda: (worker.scope_of(reader), connections["default"].close()))

        with committed_db.superuser() as other:
            other.execute("begin")
            other.execute("lock table members_reader in access exclusive mode")
            asker.start()  # reads his audiences, and waits for the bodies that have ended
            with committed_db.superuser() as looking:
                until(lambda: looking.execute(_WAITING).fetchone() == (1,))
            other.execute("delete from members_audience_reader where reader_id = %s", [reader.reader_id])
            worker._scopes.end()  # as its entry does, which is here before his reading ends
            other.execute("commit")
        asker.join()

        assert worker.scope_of(reader).audiences == frozenset()


_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


class TestGivenAChangeThatNobodyTold:
    def test_then_it_counts_after_some_seconds(self, worker, owner, numbered, committed_db, monkeypatch):  # noqa: F811
        reader = a_viewer("QN")
        a_record(owner)
        numbered()
        worker.step()
        monkeypatch.setattr(scopes, "SCOPE_SECONDS", 10.0)
        before, moment = worker.scope_of(reader), time.monotonic()
        with committed_db.superuser() as connection:
            connection.execute("delete from members_audience_reader where reader_id = %s", [reader.reader_id])

        monkeypatch.setattr("liaison.apps.index.scopes.time.monotonic", lambda: moment + 9)
        assert worker.scope_of(reader) is before
        monkeypatch.setattr("liaison.apps.index.scopes.time.monotonic", lambda: moment + 11)
        assert worker.scope_of(reader).audiences == frozenset()


class TestWhoWritesWhatAScopeIsReadFrom:
    def test_no_other_function_of_the_database_does(self, committed_db):
        with committed_db.superuser() as connection:
            functions = connection.execute(
                "select p.proname, pg_get_functiondef(p.oid) from pg_proc p"
                " where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'"
            ).fetchall()
        for table, expected in WRITERS.items():
            writes = re.compile(rf"(insert into|update|delete from|merge into|truncate)\s+(public\.)?{table}\b")
            assert {name for name, text in functions if writes.search(text.lower())} == expected, table

    def test_the_doors_write_no_more_than_their_services_tell(self, committed_db):
        with committed_db.superuser() as connection:
            for table in WRITERS:
                granted = connection.execute(
                    "select privilege from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege"
                    " where has_table_privilege('liaison_app', %(table)s, privilege)"
                    "    or privilege in ('INSERT', 'UPDATE')"
                    "       and has_any_column_privilege('liaison_app', %(table)s, privilege)",
                    {"table": table},
                ).fetchall()
                assert {privilege for (privilege,) in granted} == GRANTED.get(table, set()), table

    def test_what_is_said_to_leave_scopes_alone_is_an_action_of_ours_and_none_of_those_that_write_them(self):
        source = "".join(path.read_text(encoding="utf-8") for path in Path(liaison.__file__).parent.rglob("*.py"))
        source = source.replace(Path(scopes.__file__).read_text(encoding="utf-8"), "")

        assert {action for action in LEAVES_SCOPES if f'"{action}"' not in source} == set()
        assert {action for action in LEAVES_SCOPES if action.startswith(("members.", "restrictions."))} == set()
