"""Finding by what is restricted: who may see it finds by it, nobody else does, and nothing tells that it is there."""

import pytest
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.index import builder, follower
from liaison.apps.index import public as index
from liaison.apps.index.ids import document_id, is_part, record_of
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.databases.restricting import Wish
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from tests.factories.agents import signing
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record
from tests.factories.screening import a_question

NAME = {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"}
ALIAS = {"text": "Mira Volanth", "kind": "strong_alias", "script": "Latn"}
PAPER = {"number": "QM4471203", "kind": "passport", "country": "QM"}
WHY = "It would betray who told us."


@pytest.fixture
def people(committed_db):
    """The source, somebody who sees what is restricted, and somebody who does not; an index that follows."""
    with following():
        yield {"source": a_viewer("QM"), "few": a_viewer("QN"), "other": a_viewer("QO")}
    audit.stop_event_writer()


def entered(people, **more: object) -> str:
    """Enter a person whose alias and passport QN alone sees; the passport's number stands nowhere else."""
    draft = records.Draft(
        "persons",
        a_person(names=[ALIAS, NAME], documents=[PAPER], **more),
        restricted=(Wish("names", "list:QN", ALIAS), Wish("documents", "list:QN")),
    )
    return records.enter(draft, by=people["source"])


def found(viewer, text: str) -> dict[str, tuple[float, object]]:
    """Return what a question finds: reference, and score and number with it."""
    answer = screening.ask(a_question(text), viewer=viewer)
    return {
        hit.card.reference: (round(hit.score, 9), tuple(one.identified.normal for one in hit.matches))
        for group in answer.groups
        for hit in group.hits
    }


class TestGivenARestrictedAliasAndNumber:
    @pytest.mark.parametrize("text", ["Mira Volanth", "QM4471203", "QM44712O3"])
    def test_who_may_see_it_finds_by_it_and_nobody_else(self, people, text: str):
        reference = entered(people)
        catch_up()

        seen = {key: set(found(viewer, text)) for key, viewer in people.items()}

        assert seen == {"source": {reference}, "few": {reference}, "other": set()}

    def test_a_part_of_a_restricted_number_finds_it_for_them_alone(self, people):
        plates = [{"number": "TBX4471"}, {"number": "KLO902"}]
        fields = {"vin": "", "plates": plates, "event": "stolen"}
        draft = records.Draft("vehicles", fields, restricted=(Wish("plates", "list:QN", plates[0]),))
        reference = records.enter(draft, by=people["source"])
        catch_up()

        seen = {key: set(found(viewer, "TBX4*")) for key, viewer in people.items()}

        assert seen == {"source": {reference}, "few": {reference}, "other": set()}
        assert set(found(people["other"], "KLO9*")) == {reference}

    def test_what_it_is_found_by_in_the_open_weighs_the_same_as_without_it(self, people):
        entered(people)
        plain = a_record(people["source"], fields=a_person(names=[NAME]))
        catch_up()

        scores = found(people["other"], "Elsa Quendrix")

        assert len(scores) == 2
        assert len(set(scores.values())) == 1
        assert plain in scores

    def test_several_of_its_documents_are_one_hit(self, people):
        reference = entered(people)
        catch_up()
        assert list(found(people["few"], "Elsa Quendrix")) == [reference]
        assert [one.record_id for one in index.candidates({"names": ["Elsa Quendrix"]}, people["few"], 5)] == [
            records.record(reference, people["few"]).id
        ]

    def test_when_it_is_restricted_later_then_others_find_by_it_no_more(self, people):
        reference = a_record(people["source"], fields=a_person(names=[ALIAS, NAME]))
        catch_up()
        before = set(found(people["other"], "Mira Volanth"))

        records.restrict_fields(reference, [Wish("names", "list:QN", ALIAS)], reason=WHY, by=people["source"])
        catch_up()

        assert before == {reference}
        assert {key: len(found(viewer, "Mira Volanth")) for key, viewer in people.items()} == {
            "source": 1,
            "few": 1,
            "other": 0,
        }

    def test_when_it_goes_to_others_then_they_find_and_the_first_do_not(self, people):
        reference = entered(people)
        catch_up()

        wishes = [Wish("names", "list:QO", ALIAS), Wish("documents", "")]
        records.restrict_fields(reference, wishes, reason=WHY, by=people["source"])
        catch_up()

        assert [len(found(people[key], "Mira Volanth")) for key in ("few", "other")] == [0, 1]
        assert [len(found(people[key], "QM4471203")) for key in ("source", "few", "other")] == [1, 0, 0]

    def test_a_private_partners_check_does_not_meet_it(self, people):
        entered(people)
        catch_up()
        assert index.exact_whoever_may_see(["doc:QM4471203"], frozenset({"persons"})) == []


class TestGivenAnIndexThatIsBuiltAnew:
    def test_it_holds_what_following_made(self, people):
        for number in range(3):
            entered(people, birth_dates=[f"198{number}-03-12"])
        reference = entered(people)
        records.restrict_fields(reference, [Wish("documents", "list:QO")], reason=WHY, by=people["source"])
        records.withdraw(entered(people), reason="Found.", by=people["source"])
        catch_up()
        followed = _held()

        index.build()

        assert _held() == followed
        assert any(is_part(one) for one, *_ in followed)

    def test_when_the_record_is_erased_then_no_file_holds_anything_of_it(self, people):
        reference = entered(people)
        catch_up()
        builder.Builder().step(at_once=True)
        assert b"Volanth" in _on_disk()
        record_id = records.record(reference, people["source"]).id

        records.erase(reference, reason="commission_decision", by=a_supervisor())
        catch_up()
        builder.Builder().step(at_once=True)

        assert b"Volanth" not in _on_disk()
        assert [one for one in _held() if record_of(one[0]) == record_id] == []


class TestGivenAPersonWhoCouldBeArrested:
    def test_a_part_that_its_source_signed_is_believed(self, people):
        with signing("QM"):
            reference = entered(people)
        catch_up()
        (hit,) = _hits(people["few"], "Mira Volanth")
        assert (hit.card.reference, hit.signature.value) == (reference, "verified")
        assert [one.code for one in audit.verify()] == []

    def test_a_part_that_bears_no_signature_is_not_acted_on_by_who_sees_it_and_tells_others_nothing(self, people):
        with signing("QM"):
            entered(people)
        with viewing(people["source"]), connection.cursor() as cursor:
            cursor.execute("update records_part set signing_id = null")
        catch_up()
        before = _hits(people["few"], "Mira Volanth")[0].signature.value
        index.build()
        catch_up()

        (few,), (other,) = _hits(people["few"], "Mira Volanth"), _hits(people["other"], "Elsa Quendrix")
        record_id = few.card.id

        assert (before, few.signature.value) == ("unsigned", "unsigned")
        assert other.signature.value == "verified"
        assert index.vouched([record_id], people["few"]) == frozenset()
        assert index.vouched([record_id], people["other"]) == {record_id}

    def test_an_older_version_of_a_part_put_back_is_not_believed(self, people):
        with signing("QM"):
            reference = entered(people)
            older = next(part for part in records.record(reference, people["few"]).parts)
            other_name = {**ALIAS, "text": "Nika Orlest"}
            records.change(reference, a_person(names=[other_name, NAME], documents=[PAPER]), by=people["source"])
        with viewing(people["source"]), connection.cursor() as cursor:
            cursor.execute(
                "update records_part set entry_id = %s, version = %s, signing_id = %s where id = %s",
                [older.entry_id, older.version, older.claim.signing_id, older.id],
            )
        catch_up()
        index.build()
        catch_up()

        (few,), (other,) = _hits(people["few"], "Mira Volanth"), _hits(people["other"], "Elsa Quendrix")

        assert few.signature.value == "not_believed"
        assert other.signature.value == "verified"
        assert "verify.altered_current_row" in {one.code for one in audit.verify()}


class TestGivenTheIdsOfTheIndex:
    def test_each_leads_back_to_its_record(self):
        for _ in range(200):
            record_id = new_id()
            ids = [document_id(record_id, slot) for slot in (None, *range(8))]
            assert len(set(ids)) == 9
            assert {record_of(one) for one in ids} == {record_id}
            assert [is_part(one) for one in ids] == [False] + [True] * 8


def a_supervisor():
    from liaison.apps.members.public import Role

    return a_viewer("QM", Role.BUREAU_SUPERVISOR)


def _hits(viewer, text: str):
    answer = screening.ask(a_question(text), viewer=viewer)
    return [hit for group in answer.groups for hit in group.hits]


def _held() -> set[tuple[object, ...]]:
    """Return what a fresh follower knows: ids, who may find them, and what they are found by."""
    fresh = follower.Follower()
    while not fresh.step():
        pass
    rows = set()
    for layer in fresh.state().layers._layers:
        arrays = layer.segment.arrays
        for row in range(len(layer.segment)):
            if layer.alive[row]:
                who = tuple(int(arrays[name][row]) for name in ("audience", "also", "level", "holding", "vouched"))
                rows.add((layer.segment.record_id(row), *who, layer.segment.shown(row)))
    return rows


def _on_disk() -> bytes:
    from liaison.apps.index import folder

    return b"".join(path.read_bytes() for path in sorted(folder.index_folder().iterdir()))
