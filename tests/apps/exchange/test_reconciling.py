"""What a source's own system holds open, compared with what is open here: nothing is changed, no other is told."""

import json

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.exchange import reconciling
from liaison.apps.exchange.record_digest import digest_of
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer
from tests.apps.exchange.bureau_systems import NationalSystem, change, create, delete, document_of
from tests.budgets import budget
from tests.factories.members import a_viewer
from tests.factories.records import a_record

pytestmark = pytest.mark.django_db
DOCUMENTS = "travel_documents"


@pytest.fixture
def system() -> NationalSystem:
    """The system of QM."""
    return NationalSystem("QM")


def a_stock(*keys: str, digests: dict[str, str] | None = None, **more: object) -> bytes:
    """What a system says that it holds open."""
    named = [{"key": key, **({"digest": digests[key]} if digests and key in digests else {})} for key in keys]
    return json.dumps({"database": DOCUMENTS, "open": named, **more}).encode()


def compared(stock: bytes, viewer: Viewer) -> dict[str, tuple[str, str]]:
    """How each record on which the two differ stands, by its key."""
    report = exchange.reconcile(stock, by=viewer)
    return {one.key: (one.sort.value, one.here) for one in report.differences}


class TestGivenTwoSystems:
    def test_each_difference_is_named_and_nothing_is_changed(self, system):
        system.send(create("same"), create("differs"), create("gone-there"), create("found"))
        system.send(delete("found"))
        before = system.open_records()
        told = {key: digest_of(fields) for key, fields in before.items()}
        told["differs"] = digest_of({"number": "another"})

        report = exchange.reconcile(a_stock("same", "differs", "found", "never", digests=told), by=system.account)

        assert report.counts == {"same": 1, "different": 1, "closed_there": 1, "closed_here": 2}
        assert {one.key: (one.sort.value, one.here) for one in report.differences} == {
            "differs": ("different", "active"),
            "gone-there": ("closed_there", "active"),
            "found": ("closed_here", "withdrawn"),
            "never": ("closed_here", "absent"),
        }
        assert system.open_records() == before

    def test_the_batch_that_mends_it_leaves_nothing_to_find(self, system):
        system.send(create("a"), create("b"), create("c"))
        theirs = {"a": document_of("a", event="lost"), "d": document_of("d")}

        found = compared(a_stock(*theirs, digests={key: digest_of(theirs[key]) for key in theirs}), system.account)
        assert set(found) == {"a", "b", "c", "d"}
        system.send(change("a", theirs["a"]), delete("b"), delete("c"), create("d", theirs["d"]))

        told = {key: digest_of(fields) for key, fields in system.open_records().items()}
        report = exchange.reconcile(a_stock(*told, digests=told), by=system.account)
        assert (report.counts["same"], report.differences) == (2, ())

    def test_without_a_digest_only_the_being_there_counts(self, system):
        system.send(create("a"))
        assert compared(a_stock("a"), system.account) == {}

    def test_a_record_past_its_last_day_is_closed_here(self, system):
        system.send(create("a"))
        with viewing(system.account), connections["default"].cursor() as cursor:
            cursor.execute("update records_record set expires_on = liaison_now()::date - 1")
        assert compared(a_stock("a"), system.account) == {"a": ("closed_here", "expired")}
        assert compared(a_stock(), system.account) == {}

    def test_an_erased_one_is_as_if_it_had_never_been(self, system):
        (entered,) = system.send(create("a")).items
        records.erase(entered.reference, reason="source_request", by=a_viewer("QM", Role.BUREAU_SUPERVISOR))
        assert compared(a_stock("a"), system.account) == {"a": ("closed_here", "absent")}

    def test_pieces_say_together_what_the_whole_says(self, system):
        keys = [f"k{number:02}" for number in range(12)]
        system.send(*(create(key) for key in keys if key not in {"k03", "k09"}))
        theirs = [key for key in keys if key not in {"k05", "k10"}]

        whole = compared(a_stock(*theirs), system.account)
        first = compared(a_stock(*(key for key in theirs if key <= "k06"), until="k06"), system.account)
        second = compared(a_stock(*(key for key in theirs if key > "k06"), after="k06"), system.account)

        assert set(whole) == {"k03", "k05", "k09", "k10"}
        assert first | second == whole
        assert first.keys().isdisjoint(second)

    def test_a_piece_ends_where_code_points_say(self, system):
        system.send(*(create(key) for key in ("A", "Z", "a", "z", "É", "\U0001f6a2", "ﬀ")))

        assert compared(a_stock(after="Z", until="z"), system.account).keys() == {"a", "z"}
        assert compared(a_stock(after="z", until="ﬀ"), system.account).keys() == {"É", "ﬀ"}
        assert compared(a_stock(after="ﬀ"), system.account).keys() == {"\U0001f6a2"}

    def test_what_is_more_than_a_report_names_is_counted(self, system, monkeypatch):
        monkeypatch.setattr(reconciling, "NAMED_MAX", 2)
        report = exchange.reconcile(a_stock("a", "b", "c"), by=system.account)
        assert report.counts["closed_here"] == 3
        assert len(report.differences) == 2

    def test_records_without_a_key_and_of_others_are_nobodys_business(self, system):
        a_record(system.account, kind=DOCUMENTS, fields=document_of("hand"))
        NationalSystem("QN").send(create("theirs", document_of("theirs", country="QN")))
        assert compared(a_stock("theirs"), system.account) == {"theirs": ("closed_here", "absent")}


@settings(
    max_examples=budget(5, 60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(here=st.sets(st.sampled_from("abcdef")), there=st.sets(st.sampled_from("abcdef")))
def test_the_counts_are_those_of_two_sets(here, there):
    system = NationalSystem("QM")
    known = set(system.open_records())
    if known:
        system.send(*(delete(key) for key in sorted(known)))
    if here:
        system.send(*(create(key) for key in sorted(here)))

    counts = exchange.reconcile(a_stock(*sorted(there)), by=system.account).counts

    assert counts == {
        "same": len(here & there), "different": 0,
        "closed_there": len(here - there), "closed_here": len(there - here),
    }  # fmt: skip


class TestGivenAReport:
    def test_it_is_kept_without_a_key_and_shown_to_its_own_body_alone(self, system):
        system.send(create("a-secret-key"))
        report = exchange.reconcile(a_stock("b"), by=system.account)

        later = exchange.reconciliation_report(report.reference, a_viewer("QM"))
        assert (later.counts, later.closed_there, later.differences) == (report.counts, report.closed_there, ())
        assert "a-secret-key" not in repr(later)
        with pytest.raises(Absent) as hidden:
            exchange.reconciliation_report(report.reference, a_viewer("QN"))
        with pytest.raises(Absent) as missing:
            exchange.reconciliation_report("RC-2026-0000000-0", a_viewer("QN"))
        assert hidden.value.code == missing.value.code

    def test_the_ledger_knows_of_it(self, system):
        report = exchange.reconcile(a_stock("b"), by=system.account)
        with viewing(system.account):
            entries = audit.history(report.id)
        assert [entry.action for entry in entries] == ["reconciliations.made"]

    def test_sql_injected_as_another_body_sees_nothing_of_it(self, system):
        exchange.reconcile(a_stock("b"), by=system.account)
        with viewing(a_viewer("QN")), connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from exchange_reconciliation")
            assert cursor.fetchone() == (0,)


class TestGivenABadStock:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "not_of_the_form"),
            (b"[]", "not_of_the_form"),
            (b'{"database": "travel_documents"}', "not_of_the_form"),
            (b'{"database": "travel_documents", "open": [], "more": 1}', "not_of_the_form"),
            (a_stock("a", digests={"a": "A" * 64}), "not_of_the_form"),
            (a_stock(""), "not_of_the_form"),
            (a_stock("k" * 201), "not_of_the_form"),
            (a_stock("k\x00"), "not_of_the_form"),
            (a_stock(after="\x00"), "not_of_the_form"),
            (a_stock(until="\x00"), "not_of_the_form"),
            (a_stock(database="ghosts"), "no_database"),
            (a_stock("a", "a"), "key_twice"),
            (a_stock("a", after="a"), "key_outside"),
            (a_stock("b", until="a"), "key_outside"),
        ],
    )
    def test_it_is_refused_and_nothing_is_written(self, system, data, code):
        with pytest.raises(Refused) as refused:
            exchange.reconcile(data, by=system.account)
        assert refused.value.code == f"reconciling.{code}"
        with viewing(system.account), connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from exchange_reconciliation")
            assert cursor.fetchone() == (0,)

    def test_more_keys_than_a_piece_holds_are_refused(self, system):
        keys = (str(number) for number in range(reconciling.OPEN_MAX + 1))
        with pytest.raises(Refused, match="at most 50000"):
            exchange.reconcile(a_stock(*keys), by=system.account)

    def test_who_may_not_enter_may_not_compare(self):
        with pytest.raises(NotAllowed):
            exchange.reconcile(a_stock("a"), by=a_viewer("QM", Role.FRONTLINE_OFFICER))


class TestGivenTheInterface:
    def test_it_compares_and_shows_the_report_again(self, system):
        system.send(create("a"))
        token = members.issue_token(by=system.account, label="register", days=1)
        program = {"Authorization": f"Bearer {token}"}

        answer = Client().post(
            "/api/v1/reconciliations", a_stock("b"), content_type="application/json", headers=program
        )

        assert answer.status_code == 200
        told = answer.json()
        assert told["counts"] == {"same": 0, "different": 0, "closed_there": 1, "closed_here": 1}
        assert {one["key"]: one["sort"] for one in told["differences"]} == {"a": "closed_there", "b": "closed_here"}
        again = Client().get(f"/api/v1/reconciliations/{told['reference']}", headers=program)
        assert again.json() == told | {"differences": []}
        assert Client().get("/api/v1/reconciliations/RC-2026-0000000-0", headers=program).status_code == 404
        assert (
            Client().post("/api/v1/reconciliations", a_stock("b"), content_type="application/json").status_code == 401
        )
