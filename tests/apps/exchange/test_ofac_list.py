"""OFAC's list itself through the whole import: everything goes in once, and officers find it."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.databases.keys import identifier_keys
from liaison.refusal import Refused
from liaison.viewer import Viewer
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.screening import a_question
from tests.formats.ofac_lists import END, an_address, an_alias, an_entry, an_organisation

Cards = Mapping[str, records.RecordCard]
Asked = Iterator[tuple[screening.Question, records.RecordCard]]
COUNTS = {"persons": 4497, "organisations": 6884, "vessels": 851, "aircraft": 376}


def imported(path: Path, by: Viewer, **more: bool) -> exchange.ImportReport:
    return exchange.import_list("ofac-sdn", path, by=by, **more)


def a_folder(
    folder: Path, *entries: str, aliases: tuple[str, ...] = (), changed_on: int = 1, ended: bool = True
) -> Path:
    """The three files of an invented list, all changed on one day of January 2026."""
    folder.mkdir(exist_ok=True)
    end = END if ended else ""
    for name, rows in (("SDN.CSV", entries), ("ALT.CSV", aliases), ("ADD.CSV", (an_address(),))):
        (folder / name).write_text("".join(f"{one}\r\n" for one in rows) + end)
        moment = 1_767_225_600 + changed_on * 86_400
        os.utime(folder / name, (moment, moment))
    return folder


def held(by: Viewer, kind: str = "persons") -> dict[str, records.RecordCard]:
    return records.by_foreign_key(kind, members.reader_by_code(members.UNITED_STATES_TREASURY).id, viewer=by)


@pytest.mark.django_db
class TestGivenAnInventedList:
    def test_when_it_is_imported_then_the_treasury_answers_for_it(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)

        report = imported(a_folder(tmp_path, an_entry(7), an_organisation(8)), operator)

        assert report.status == "done"
        assert (held(operator)["7"].source_code, held(operator)["7"].title) == ("US-OFAC", "VOSS, Dilara")
        assert set(held(operator, "organisations")) == {"8"}

    def test_when_it_comes_as_a_zip_then_it_is_the_same_list(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        folder = a_folder(tmp_path / "list", an_entry(7), aliases=(an_alias(7),))
        imported(folder, operator)

        again = imported(Path(shutil.make_archive(str(tmp_path / "sdn"), "zip", folder)), operator)

        assert (again.status, again.changes_anything, again.tallies["persons"].unchanged) == ("done", False, 1)

    def test_when_an_alias_comes_with_the_next_day_then_its_record_changes(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        imported(a_folder(tmp_path, an_entry(7)), operator)

        shown = imported(a_folder(tmp_path, an_entry(7), aliases=(an_alias(7),), changed_on=2), operator)
        done = imported(tmp_path, operator, apply=True)

        assert (shown.status, done.status, done.tallies["persons"].changed) == ("shown", "done", 1)
        assert [name["kind"] for name in held(operator)["7"].fields["names"]] == ["primary", "strong_alias"]

    def test_when_a_file_was_cut_off_then_a_second_person_is_asked(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)

        report = imported(a_folder(tmp_path, an_entry(7), ended=False), operator)

        assert (report.status, [reason.code for reason in report.reasons]) == ("waiting", ["exchange.lacks_its_end"])

    def test_when_the_files_are_older_than_the_last_then_a_second_person_is_asked(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        imported(a_folder(tmp_path, an_entry(7), changed_on=5), operator)

        report = imported(a_folder(tmp_path, an_entry(7), an_entry(8), changed_on=4), operator)

        assert [reason.code for reason in report.reasons] == ["exchange.older_edition"]

    def test_when_a_file_is_missing_then_it_is_named_and_nothing_is_entered(self, tmp_path):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        (a_folder(tmp_path, an_entry(7)) / "ALT.CSV").unlink()

        with pytest.raises(Refused, match=r"alt\.csv"):
            imported(tmp_path, operator)

        assert held(operator) == {}


@pytest.mark.samples
def test_the_list_itself_goes_in_once_and_officers_find_what_it_names(samples, committed_db):
    operator, officer = a_viewer("XS", Role.LIST_OPERATOR), a_viewer("QM", Role.FRONTLINE_OFFICER)

    first, again = (imported(samples / "data" / "ofac", operator) for _ in range(2))

    assert first.status == again.status == "done"
    assert first.tallies == {kind: exchange.Tally(read=count, entered=count) for kind, count in COUNTS.items()}
    assert again.tallies == {kind: exchange.Tally(read=count, unchanged=count) for kind, count in COUNTS.items()}
    assert not again.changes_anything

    persons, vessels = held(operator), held(operator, "vessels")
    ships = [(card.fields["imo"][0], card) for card in vessels.values() if "imo" in card.fields]
    with following():
        for kind in ("primary", "strong_alias", "weak_alias"):
            asked = _some(_by_name_and_birth(persons, kind))
            assert [card.foreign_key for question, card in asked if not _is_found(card, question, officer)] == []
        asked = _some(_by_passport(persons))
        assert [card.foreign_key for question, card in asked if not _is_found(card, question, officer)] == []
        for number, card in _some(ships):
            assert card.id in index.exact(identifier_keys("imo", number)[:1], officer)


def _is_found(card: records.RecordCard, question: screening.Question, officer: Viewer) -> bool:
    answer = screening.ask(question, viewer=officer)
    return card.reference in {hit.card.reference for group in answer.groups for hit in group.hits}


def _by_name_and_birth(cards: Cards, kind: str) -> Asked:
    """Yield questions as a passport at a border asks them: a name of that kind, and a birth date."""
    for card in cards.values():
        days = [day for day in card.fields.get("birth_dates", []) if isinstance(day, str)]
        for name in card.fields["names"] if days else []:
            if name["kind"] == kind and len(name["text"].split()) > 1:
                yield a_question(text=name["text"], birth_date=days[0]), card


def _by_passport(cards: Cards) -> Asked:
    for card in cards.values():
        for document in card.fields.get("documents", []):
            if document["kind"] == "passport":
                yield a_question(text=document["number"]), card


def _some(found: Iterable, count: int = 20) -> list:
    """Return so many, spread over all."""
    every = list(found)
    assert len(every) >= count
    return every[:: len(every) // count]
