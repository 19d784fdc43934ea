"""Signed batches from a national system: item by item, once only, its own records only."""

import dataclasses
import json

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.exchange.batch_document import ITEMS_MAX
from liaison.apps.exchange.batch_items import BLOCK_ITEMS
from liaison.apps.exchange.models import Batch, ItemResult
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.apps.exchange.bureau_systems import (
    NationalSystem,
    a_batch,
    change,
    create,
    delete,
    document_of,
)
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.django_db
OTHER_COUNTRY = {"country": "QN", "number": "QN4471203"}


@pytest.fixture
def system() -> NationalSystem:
    """The system of QM."""
    return NationalSystem("QM")


class TestGivenABatch:
    def test_its_items_are_carried_out_one_by_one(self, system):
        system.send(create("a"), create("b"), create("c"))

        report = system.send(
            create("d"), change("a", document_of("a", event="lost")), delete("b"), create("c"), delete("x")
        )

        assert [(item.position, item.op, item.key, item.outcome.value, item.version) for item in report.items] == [
            (0, "create", "d", "done", 1),
            (1, "change", "a", "done", 2),
            (2, "delete", "b", "done", 2),
            (3, "create", "c", "unchanged", 1),
            (4, "delete", "x", "refused", None),
        ]
        assert report.tallies == {"done": 3, "unchanged": 1, "refused": 1, "doubtful": 0}
        held = system.open_records()
        assert (set(held), held["a"]["event"]) == ({"a", "c", "d"}, "lost")
        assert records.record(report.items[0].reference, a_viewer("QN")).foreign_key == "d"

    @pytest.mark.parametrize(
        ("before", "item", "outcome", "code"),
        [
            ([], create("k"), "done", ""),
            ([], change("k"), "refused", "batches.not_open"),
            ([], delete("k"), "refused", "batches.not_open"),
            ([create("k")], create("k"), "unchanged", ""),
            ([create("k")], change("k"), "unchanged", ""),
            ([create("k")], create("k", document_of("k", event="lost")), "refused", "batches.open_already"),
            ([create("k")], change("k", document_of("k", event="lost")), "done", ""),
            ([create("k")], delete("k"), "done", ""),
            ([create("k"), delete("k")], delete("k"), "unchanged", ""),
            ([create("k"), delete("k")], change("k"), "refused", "batches.not_open"),
            ([create("k"), delete("k")], create("k"), "done", ""),
            ([create("k"), delete("k")], create("k", document_of("k", event="lost")), "done", ""),
            ([create("k")], change("k", audience="all"), "unchanged", ""),
            ([create("k")], change("k", audience="list:QN"), "refused", "batches.other_handling"),
            ([create("k")], change("k", level=2), "refused", "batches.other_handling"),
            ([create("k", audience="list:QO, QN")], create("k", audience="list:QN,QO"), "unchanged", ""),
        ],
    )
    def test_each_verb_asks_for_what_is_there(self, system, before, item, outcome, code):
        for earlier in before:
            assert system.outcomes(earlier) == ["done"]

        (found,) = system.send(item).items

        assert (found.outcome.value, [one.code for one in found.findings]) == (outcome, [code] if code else [])

    def test_a_record_that_is_opened_again_keeps_its_reference_and_its_history(self, system):
        first = system.send(create("k")).items[0]
        again = system.send(delete("k"), create("k", document_of("k", event="lost"))).items[1]

        assert (again.reference, again.version) == (first.reference, 3)

    @pytest.mark.parametrize(
        "bad",
        [
            5,
            None,
            [],
            {},
            create("k") | {"op": "destroy"},
            create(""),
            create("k" * 201),
            create("k\x00"),
            create(" k"),
            create("k", {"number": 5}),
            create("k") | {"fields": {}},
            create("k") | {"fields": []},
            create("k") | {"more": 1},
            create("k", level=4),
            create("k", level=True),
            create("k", audience="everybody"),
            create("k", expires_on="2026-13-01"),
            create("k", expires_on="1999-01-01"),
            create("k") | {"database": "dragons"},
            create("k") | {"database": "persons"},
            create("k", document_of("k", event="vanished")),
            create("k", document_of("k", **OTHER_COUNTRY)),
            delete("k") | {"reason": " "},
            delete("k") | {"reason": "x" * 501},
            delete("k") | {"fields": {"number": "1"}},
            change("nothing"),
        ],
    )
    def test_a_bad_item_is_refused_by_itself(self, system, bad):
        report = system.send(create("before"), bad, create("after"))

        assert [item.outcome.value for item in report.items] == ["done", "refused", "done"]
        assert report.items[1].findings
        assert set(system.open_records()) == {"before", "after"}

    def test_two_new_records_with_one_key_of_another_batch_at_once_spare_the_others(self, system):
        items = [create(f"k{number}") for number in range(BLOCK_ITEMS + 20)]
        items[7] = create("k7", document_of("k7", event="lost"), expires_on="1999-01-01")

        outcomes = system.outcomes(*items)

        assert outcomes.count("done") == len(items) - 1
        assert outcomes[7] == "refused"

    def test_one_key_may_be_named_several_times_in_order(self, system):
        lost = document_of("k", event="lost")
        assert system.outcomes(create("k"), change("k", lost), delete("k"), create("k"), delete("k")) == ["done"] * 5
        assert system.open_records() == {}

    def test_what_is_doubtful_is_carried_out_once_it_is_confirmed(self, system):
        person = {"op": "create", "database": "persons", "key": "p", "fields": a_person(birth_dates=["1850-01-01"])}

        (doubtful,) = system.send(person).items
        assert (doubtful.outcome.value, doubtful.reference) == ("doubtful", "")
        assert doubtful.findings
        assert system.open_records("persons") == {}

        assert system.outcomes({**person, "confirm_doubts": True}) == ["done"]

    def test_only_the_issuing_country_enters_a_travel_document_or_makes_it_another_ones(self, system):
        system.send(create("k"))
        foreign = document_of("k", **OTHER_COUNTRY)

        report = system.send(create("new", foreign), change("k", foreign))

        assert [[found.code for found in item.findings] for item in report.items] == [["records.not_the_issuer"]] * 2
        assert NationalSystem("QN").outcomes(create("k", foreign)) == ["done"]

    def test_another_bodys_keys_seem_not_to_exist(self, system):
        system.send(create("theirs"))
        stranger = NationalSystem("QN")

        known = stranger.send(change("theirs"), delete("theirs"))
        unknown = stranger.send(change("nothing"), delete("nothing"))

        assert [item.findings for item in known.items] == [item.findings for item in unknown.items]
        own = create("theirs", document_of("theirs", **OTHER_COUNTRY))
        assert stranger.outcomes(own) == ["done"]
        assert set(system.open_records()) == {"theirs"}

    def test_what_is_kept_and_answered_repeats_nothing_that_was_sent(self, system):
        secret = "1984-13-45"
        report = system.send(
            {"op": "create", "database": "persons", "key": "secret-key", "fields": a_person(birth_dates=[secret])}
        )

        assert report.items[0].findings
        with viewing(system.account):
            kept = str(list(ItemResult.objects.values())) + str(list(Batch.objects.values()))
        assert secret not in str(report.items[0].findings)
        assert secret not in kept
        assert "secret-key" not in kept


class TestGivenABatchThatComesAgain:
    def test_it_is_answered_with_the_same_results_and_changes_nothing(self, system):
        payload = a_batch(create("a"), create("b"), delete("a"), change("x"))
        first = exchange.take_batch(system.signed(payload), by=system.account)
        versions = {item.reference: item.version for item in first.items}
        system.send(change("b", document_of("b", event="lost")))

        again = exchange.take_batch(system.signed(payload), by=system.account)
        by_the_older_name = exchange.take_batch(system.signed(payload, alg="EdDSA"), by=system.account)

        assert again == by_the_older_name == first
        assert versions
        assert system.open_records()["b"]["event"] == "lost"

    def test_under_its_number_nothing_else_is_taken(self, system):
        system.send(create("a"), number="7")

        with pytest.raises(Refused) as refused:
            system.send(create("b"), number="7")

        assert refused.value.code == "batches.number_used"
        assert set(system.open_records()) == {"a"}

    def test_two_bodies_may_use_one_number(self, system):
        system.send(create("a"), number="7")
        foreign = create("a", document_of("a", **OTHER_COUNTRY))
        assert [item.outcome.value for item in NationalSystem("QN").send(foreign, number="7").items] == ["done"]


class TestGivenCountedBatches:
    def test_each_is_the_next_and_one_that_is_missing_is_noticed(self, system):
        system.send(create("a"), sequence=41)
        system.send(create("b"), sequence=42)

        for wrong in (42, 41, 44, 0):
            with pytest.raises(Refused) as refused:
                system.send(create("c"), sequence=wrong)
            assert refused.value.code == "batches.not_next"
        assert system.outcomes(create("c"), sequence=43) == ["done"]
        assert system.outcomes(create("d")) == ["done"]

    def test_another_bodys_count_is_its_own(self, system):
        system.send(create("a"), sequence=41)
        foreign = create("a", document_of("a", **OTHER_COUNTRY))
        assert [one.outcome.value for one in NationalSystem("QN").send(foreign, sequence=3).items] == ["done"]

    def test_the_next_waits_until_an_interrupted_one_is_finished(self, system):
        payload = a_batch(create("a"), sequence=1)

        def die(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            exchange.take_batch(system.signed(payload), by=system.account, progress=die)
        with pytest.raises(Refused) as refused:
            system.send(create("b"), sequence=2)
        assert refused.value.code == "batches.unfinished"

        assert exchange.take_batch(system.signed(payload), by=system.account).status == "done"
        assert system.outcomes(create("b"), sequence=2) == ["done"]


class TestGivenSomebodyElse:
    @pytest.mark.parametrize("role", [Role.FRONTLINE_OFFICER, Role.BUREAU_ADMINISTRATOR])
    def test_without_the_rights_nothing_is_read(self, system, role):
        with pytest.raises(NotAllowed):
            system.send(create("a"), by=a_viewer("QM", role))

    def test_a_batch_is_seen_by_its_own_body_and_by_oversight(self, system):
        report = system.send(create("a"))
        colleague, auditor = a_viewer("QM", Role.BUREAU_OFFICER), a_viewer("XS", Role.AUDITOR)

        for viewer in (colleague, auditor):
            assert exchange.batch_report(report.reference, viewer).tallies == report.tallies
            assert [one.reference for one in exchange.batch_reports(viewer).reports] == [report.reference]
        assert exchange.batch_reports(a_viewer("QN", Role.BUREAU_OFFICER)).total == 0
        with pytest.raises(Absent):
            exchange.batch_report(report.reference, a_viewer("QN", Role.BUREAU_OFFICER))
        with pytest.raises(NotAllowed):
            exchange.batch_reports(a_viewer("QM", Role.FRONTLINE_OFFICER))


def test_a_batch_leaves_two_entries_with_digest_signature_key_and_tallies(system):
    report = system.send(create("a"), change("x"))

    with viewing(system.account):
        entries = audit.history(report.id)
        contents = audit.contents([entry.entry_id for entry in entries])
    assert [entry.action for entry in entries] == ["batches.received", "batches.finished"]
    last = json.loads(contents[entries[-1].entry_id])
    assert (last.pop("reference"), last.pop("payload_digest")) == (report.reference, report.payload_digest)
    assert (last.pop("key"), len(last.pop("signature")), len(last.pop("protected")) > 0) == (system.key_id, 86, True)
    assert last["tallies"] == {"done": 1, "doubtful": 0, "refused": 1, "unchanged": 0}
    assert "QM" not in json.dumps(last)  # once what is random is out, nothing of the documents is left


def test_withdrawals_keep_the_reason(system):
    reference = system.send(create("a")).items[0].reference
    system.send(delete("a", reason="found in a drawer"))

    card = records.record(reference, system.account)
    assert records.versions(card, system.account)[0].reason == "found in a drawer"


def test_a_record_past_its_last_day_is_not_changed(system, clock):
    a_record(system.account, kind="travel_documents", fields=document_of("k"), foreign_key="k")
    with viewing(system.account):
        card = records.by_foreign_key("travel_documents", system.account.reader_id, viewer=system.account)["k"]
    over = dataclasses.replace(card, read_on=card.expires_on.replace(year=card.expires_on.year + 1))

    from liaison.apps.exchange.batch_document import Item
    from liaison.apps.exchange.batch_items import _same_handling

    item = Item(op="change", database="travel_documents", key="k", fields=document_of("k"))
    _same_handling(item, card)
    with pytest.raises(Refused) as refused:
        _same_handling(item, over)
    assert refused.value.code == "batches.time_is_over"


@pytest.mark.parametrize(("count", "is_taken"), [(ITEMS_MAX, True), (ITEMS_MAX + 1, False)])
def test_a_batch_has_so_many_items_at_most(system, count, is_taken):
    items = [delete("nothing")] + [5] * (count - 1)
    if is_taken:
        assert system.send(*items).tallies["refused"] == count
        return
    with pytest.raises(Refused) as refused:
        system.send(*items)
    assert refused.value.code == "batches.too_many"
