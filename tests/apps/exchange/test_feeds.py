"""What changed, page by page: all that a viewer sees, nothing that he does not, in the order of the ledger."""

import base64
import threading

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.audit.installation import connect
from liaison.apps.audit.sequencer import number_pending
from liaison.apps.exchange import feeds
from liaison.apps.exchange import public as exchange
from liaison.apps.members.models import User
from liaison.apps.members.public import Role, viewer_for
from liaison.apps.records import public as records
from liaison.postgres import Role as DatabaseRole
from liaison.refusal import NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, Viewer
from tests.budgets import budget
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def world(committed_db):
    """A database of its own; the writer of looks ends with it."""
    yield committed_db
    audit.stop_event_writer()


def number_all() -> None:
    """Number what is committed, as the sequencer does."""
    with connect("system", application="liaison test") as connection:
        while number_pending(connection)[0]:
            pass


class Copy:
    """A copy of what a viewer sees, kept by nothing but the feed."""

    def __init__(self, viewer: Viewer, *, database: str = "", limit: int = 3) -> None:
        self.viewer, self.database, self.limit = viewer, database, limit
        self.cursor = ""
        self.held: dict[str, tuple[str, int, dict]] = {}
        self.pages: list[exchange.FeedPage] = []

    def pull(self) -> list[tuple[str, str]]:
        """Take in what changed; return operations and references."""
        seen: list[tuple[str, str]] = []
        for _ in range(10_000):
            page = exchange.changes(self.viewer, after=self.cursor, database=self.database, limit=self.limit)
            assert len(page.changes) <= self.limit
            self.pages.append(page)
            for change in page.changes:
                self._apply(change)
                seen.append((change.op.value, change.reference))
            self.cursor = page.cursor
            if not page.more:
                return seen
        raise AssertionError("the feed never ends")

    def _apply(self, change: exchange.Change) -> None:
        if change.card is None or change.op is exchange.Op.WITHDRAWN:
            self.held.pop(change.reference, None)
        else:
            self.held[change.reference] = (change.database, change.card.version, dict(change.card.fields))


def seen_by(viewer: Viewer, *kinds: str) -> dict[str, tuple[str, int, dict]]:
    """What the viewer sees now, by the pages of the databases."""
    found = {}
    for kind in kinds or ("persons", "travel_documents"):
        page, pages = 1, 1
        while page <= pages:
            listed = records.listing(kind, viewer, page=page)
            found |= {card.reference: (kind, card.version, dict(card.fields)) for card in listed.cards}
            page, pages = page + 1, listed.pages
    return found


def an_officer(bureau: str, **more: object) -> Viewer:
    return a_viewer(bureau, Role.BUREAU_OFFICER, **more)


class TestGivenAViewer:
    def test_a_record_comes_when_it_is_entered_changed_and_withdrawn(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        own, others = Copy(owner), Copy(reader)
        reference = a_record(owner)
        number_all()
        assert own.pull() == others.pull() == [("entered", reference)]

        records.change(reference, a_person("Other Name"), by=owner)
        number_all()
        assert own.pull() == others.pull() == [("changed", reference)]

        records.withdraw(reference, reason="found", by=owner)
        number_all()
        assert own.pull() == [("withdrawn", reference)]
        assert others.pull() == [("gone", reference)]

        records.change_many([(reference, a_person())], by=owner)  # as an edition of a list does that names it again
        number_all()
        assert own.pull() == others.pull() == [("changed", reference)]

        records.erase(reference, reason="source_request", by=owner)
        number_all()
        assert own.pull() == others.pull() == [("gone", reference)]
        assert own.held == others.held == {}
        assert own.pull() == others.pull() == []

    def test_what_has_no_number_yet_waits(self):
        owner = a_viewer("QM")
        copy = Copy(owner)
        reference = a_record(owner)

        assert copy.pull() == []
        number_all()
        assert copy.pull() == [("entered", reference)]

    def test_who_begins_late_hears_of_the_present_alone(self):
        owner, late = a_viewer("QM"), an_officer("QN")
        kept, changed, withdrawn, erased = (a_record(owner, fields=a_person(f"Name {n}")) for n in "abcd")
        records.change(changed, a_person("Newest"), by=owner)
        records.withdraw(withdrawn, reason="found", by=owner)
        records.erase(erased, reason="source_request", by=owner)
        number_all()

        assert Copy(late).pull() == [("entered", kept), ("changed", changed)]

    def test_one_that_ends_between_two_pages_is_never_mentioned(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        references = [a_record(owner, fields=a_person(f"Name {n}")) for n in "abc"]
        number_all()
        first = exchange.changes(reader, limit=1)
        records.withdraw(references[1], reason="found", by=owner)
        number_all()

        rest = exchange.changes(reader, after=first.cursor)

        assert [change.reference for change in rest.changes] == [references[2]]

    def test_an_old_cursor_leads_to_the_same_end(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        copy = Copy(reader, limit=2)
        references = [a_record(owner, fields=a_person(f"Name {n}")) for n in "abcde"]
        number_all()
        copy.pull()
        old = copy.cursor
        records.withdraw(references[0], reason="found", by=owner)
        records.erase(references[0], reason="source_request", by=owner)
        records.change(references[1], a_person("Newest"), by=owner)
        number_all()

        first = copy.pull()
        copy.cursor = old

        assert copy.pull() == first == [("gone", references[0]), ("changed", references[1])]
        assert copy.held == seen_by(reader)

    def test_one_database_is_a_feed_of_its_own(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        person, document = a_record(owner), a_record(owner, kind="travel_documents")
        number_all()
        copies = {kind: Copy(reader, database=kind) for kind in ("persons", "travel_documents")}

        assert copies["persons"].pull() == [("entered", person)]
        assert copies["travel_documents"].pull() == [("entered", document)]
        with pytest.raises(Refused, match="begin anew"):
            exchange.changes(reader, after=copies["persons"].cursor, database="travel_documents")
        with pytest.raises(Refused, match="no database"):
            exchange.changes(reader, database="dragons")

    def test_more_entries_than_one_page_walks_are_walked_in_several(self, monkeypatch):
        monkeypatch.setattr(feeds, "SCANNED_MAX", 4)
        owner, reader = a_viewer("QM"), an_officer("QN")
        references = [a_record(owner, fields=a_person(f"Name {n}")) for n in "abcdefghij"]
        number_all()

        assert [reference for _, reference in Copy(reader, limit=100).pull()] == references

    @pytest.mark.parametrize("role", [Role.FRONTLINE_OFFICER, Role.AUDITOR, Role.BUREAU_ADMINISTRATOR])
    def test_a_copy_of_everything_is_for_those_who_enter_records(self, role):
        with pytest.raises(NotAllowed):
            exchange.changes(a_viewer("QM" if role != Role.AUDITOR else "XS", role))

    def test_every_page_is_a_look_at_what_it_shows(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        reference, hidden = a_record(owner), a_record(owner, audience="")
        number_all()

        exchange.changes(reader)

        looked = records.record(reference, owner).id, records.record(hidden, owner).id
        assert [(look.kind.value, look.reader) for look in audit.looks_at(looked[0], owner, 5)] == [
            ("delivery", reader.reader_id)
        ]
        assert audit.looks_at(looked[1], owner, 5) == []

    def test_when_the_look_cannot_be_written_nothing_is_shown_and_nothing_is_remembered(self, monkeypatch):
        owner, reader = a_viewer("QM"), an_officer("QN")
        reference = a_record(owner)
        number_all()
        with monkeypatch.context() as broken:
            broken.setattr("liaison.apps.audit.public.look", _no_log)
            with pytest.raises(audit.EventsUnavailable):
                exchange.changes(reader)

        records.withdraw(reference, reason="found", by=owner)
        number_all()
        assert Copy(reader).pull() == []


def _no_log(_: audit.Look) -> None:
    raise audit.EventsUnavailable


class TestGivenRecordsThatAViewerMayNotSee:
    @pytest.mark.parametrize("audience", ["", "list:QO", "all -QN"])
    def test_nothing_that_happens_to_them_leaves_a_trace(self, audience):
        owner, reader = a_viewer("QM"), an_officer("QN")
        quiet, noisy = Copy(reader, limit=2), Copy(reader, limit=2)

        def visible(name: str) -> None:
            references = [a_record(owner, fields=a_person(f"{name} {n}")) for n in "abc"]
            records.change(references[0], a_person(f"{name} newest"), by=owner)

        def hidden() -> None:
            reference = a_record(owner, audience=audience)
            records.change(reference, a_person("Nobody Knows"), by=owner)
            records.withdraw(reference, reason="found", by=owner)
            records.erase(reference, reason="source_request", by=owner)

        number_all()
        quiet.pull()
        noisy.cursor = quiet.cursor
        visible("First")
        number_all()
        quiet.pages, noisy.pages = [], []
        quiet.pull()
        noisy.cursor = quiet.cursor
        for step in (hidden, hidden, lambda: visible("Second"), hidden):
            step()
        number_all()
        noisy.pull()

        assert shapes(noisy) == shapes(quiet)

    def test_above_his_level_they_do_not_exist_and_a_new_level_is_a_new_feed(self):
        owner = a_viewer("QM", level=Level.RESTRICTED)
        reader = an_officer("QN")
        a_record(owner, level=Level.RESTRICTED)
        number_all()
        copy = Copy(reader)
        assert copy.pull() == []

        raised = with_level(reader, Level.RESTRICTED)

        with pytest.raises(Refused, match="begin anew"):
            exchange.changes(raised, after=copy.cursor)
        again = Copy(raised)
        ((_, reference),) = again.pull()
        lowered = with_level(reader, Level.OFFICIAL_USE)
        records.withdraw(reference, reason="found", by=owner)
        number_all()
        assert Copy(lowered).pull() == []
        assert again.pull() == [("gone", reference)]

    def test_a_colleague_hears_of_no_end_that_was_not_his(self):
        owner, reader, colleague = a_viewer("QM"), an_officer("QN"), an_officer("QN")
        reference = a_record(owner)
        number_all()
        copy = Copy(reader)
        copy.pull()
        records.withdraw(reference, reason="found", by=owner)
        number_all()

        assert Copy(colleague).pull() == []
        assert copy.pull() == [("gone", reference)]


def shapes(copy: Copy) -> list[tuple[list[str], bool, int]]:
    """What pages look like: operations, whether there is more, and the length of the cursor."""
    return [([change.op.value for change in page.changes], page.more, len(page.cursor)) for page in copy.pages]


def with_level(viewer: Viewer, level: Level) -> Viewer:
    with viewing(a_viewer("QN", Role.BUREAU_ADMINISTRATOR)):
        User.objects.filter(pk=viewer.user_id).update(level=level.value)
    changed = viewer_for(viewer.user_id, Purpose.IDENTIFY)
    assert changed is not None
    return changed


class TestGivenACursor:
    def test_it_tells_nothing_and_two_of_one_place_differ(self):
        reader = an_officer("QN")
        first, second = exchange.changes(reader).cursor, exchange.changes(reader).cursor

        assert first != second
        assert len(first) == len(second)

    def test_any_other_text_begins_anew(self):
        owner, reader = a_viewer("QM"), an_officer("QN")
        a_record(owner)
        number_all()
        cursor = exchange.changes(reader).cursor
        raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        wrong = ["x", "é", "0", cursor[:-1], cursor + "A", cursor + "\n", "A" * 91, "A" * 10_000]
        for place in range(len(raw)):
            flipped = bytearray(raw)
            flipped[place] ^= 1
            wrong.append(base64.urlsafe_b64encode(flipped).decode().rstrip("="))
        for text in wrong:
            with pytest.raises(Refused) as refused:
                exchange.changes(reader, after=text)
            assert refused.value.code == "feed.begin_anew", text

    @pytest.mark.parametrize("bureau", ["QN", "QM"])
    def test_it_holds_for_its_own_user_alone(self, bureau):
        cursor = exchange.changes(an_officer("QN")).cursor
        with pytest.raises(Refused, match="begin anew"):
            exchange.changes(an_officer(bureau), after=cursor)

    @pytest.mark.parametrize("damage", ["shorter", "other"])
    def test_a_ledger_that_was_put_back_begins_anew(self, world, damage):
        owner = a_viewer("QM")
        a_record(owner)
        number_all()
        cursor = exchange.changes(owner).cursor
        with world.superuser() as connection:
            if damage == "other":
                connection.execute(
                    "update audit_leaf set leaf = sha256(leaf) where seq = (select size from audit_tree)"
                )
            else:
                connection.execute("delete from audit_leaf where seq = (select size from audit_tree)")

        with pytest.raises(Refused, match="begin anew"):
            exchange.changes(owner, after=cursor)


def test_sql_injected_as_another_user_sees_nothing_of_what_was_given(world):
    owner, reader = a_viewer("QM"), an_officer("QN")
    a_record(owner)
    number_all()
    exchange.changes(reader)

    with viewing(owner), connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from exchange_given")
        assert cursor.fetchone() == (0,)
    with world.as_role(DatabaseRole.APP) as connection:
        assert connection.execute("select count(*) from exchange_given").fetchone() == (0,)


STATES, DAYS = ("convicted", "charged", "suspect"), ("2026-01-10", "2026-01-11")
VERBS = ("enter", "enter", "enter", "change", "change", "change", "withdraw", "enter", "erase", "change")
AUDIENCES = ("all", "", "list:QN", "list:QO", "all -QN")
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "change", "withdraw", "erase", "pull"]), st.integers(0, 7), st.integers(0, 4)
    ),
    max_size=25,
)


def act(operation: str, owner: Viewer, references: list[str], which: int, audience: int) -> None:
    """Do something to one of the owner's records; what cannot be done is not."""
    if operation == "enter" or not references:
        kind = ("persons", "travel_documents")[which % 2]
        fields = a_person(f"Name {which}") if kind == "persons" else a_document(f"QM447120{which}")
        references.append(a_record(owner, kind=kind, fields=fields, audience=AUDIENCES[audience]))
        return
    reference = references[which % len(references)]
    try:
        _act_on(reference, operation, owner, audience)
    except Refused as refused:
        if refused.code != "records.absent":
            raise


def _act_on(reference: str, operation: str, owner: Viewer, which: int) -> None:
    if operation == "change":
        card = records.record(reference, owner)
        name, values = ("person_status", STATES) if card.kind == "persons" else ("event_on", DAYS)
        records.change(reference, {**card.fields, name: values[which % len(values)]}, by=owner)
    elif operation == "withdraw":
        records.withdraw(reference, reason="found", by=owner)
    elif operation == "erase":
        records.erase(reference, reason="source_request", by=owner)


@settings(
    max_examples=budget(4, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(OPERATIONS)
def test_whatever_happens_a_copy_ends_as_its_viewer_sees_it(operations):
    owner = a_viewer("QM")
    copies = [Copy(owner), Copy(an_officer("QN"), limit=2), Copy(an_officer("QO"), limit=100)]
    references: list[str] = []
    for operation, which, audience in operations:
        if operation == "pull":
            number_all()
            copies[which % len(copies)].pull()
        else:
            act(operation, owner, references, which, audience)
    number_all()

    for copy in copies:
        ever = {change.reference for page in copy.pages for change in page.changes}
        copy.pull()
        assert copy.held == seen_by(copy.viewer)
        fresh = Copy(copy.viewer)
        fresh.pull()
        assert fresh.held == copy.held
        gone = {change.reference for page in copy.pages for change in page.changes if not change.card}
        assert gone <= ever


def test_with_writers_at_work_a_copy_misses_nothing():
    owners = [a_viewer("QM"), a_viewer("QM")]
    copies = [Copy(owners[0], limit=7), Copy(an_officer("QN"), limit=5)]
    stop = threading.Event()
    sequencer = threading.Thread(target=audit.run_sequencer, args=[stop], kwargs={"policy": audit.SequencerPolicy()})
    failed: list[BaseException] = []

    def write(owner: Viewer, seed: int) -> None:
        try:
            references: list[str] = []
            for number in range(60):
                turn = (number * 7 + seed) % 10
                operation = (
                    "enter",
                    "enter",
                    "enter",
                    "change",
                    "change",
                    "change",
                    "withdraw",
                    "enter",
                    "erase",
                    "change",
                )
                act(operation[turn], owner, references, (number * 3 + seed) % 8, (number + seed) % 5)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=[owner, seed]) for seed, owner in enumerate(owners)]
    for thread in (sequencer, *writers):
        thread.start()
    try:
        while any(thread.is_alive() for thread in writers):
            for copy in copies:
                copy.pull()
    finally:
        for thread in writers:
            thread.join()
        stop.set()
        sequencer.join()
    number_all()

    assert failed == []
    for copy in copies:
        copy.pull()
        assert copy.held == seen_by(copy.viewer)
        assert copy.held
